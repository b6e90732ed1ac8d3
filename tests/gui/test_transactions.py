"""A key press goes to the file twice at most: to write, and to read what the window shows."""

import pytest

from annotator.store.project import Project
from annotator.suggest.keeping import add_suggestions
from tests.conftest import add_article
from tests.labelling.test_edits import suggestions


@pytest.fixture
def hands(open_window, project):
    article = add_article(project)
    add_suggestions(project, article, suggestions(), ("model", "1"))
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    return hands


@pytest.fixture
def counted(monkeypatch):
    """How often the file was read and written, since it was last asked."""
    seen = []
    for name in ("reading", "writing"):
        plain = getattr(Project, name)

        def counting(project, plain=plain, name=name):
            seen.append(name)
            return plain(project)

        monkeypatch.setattr(Project, name, counting)
    return seen


@pytest.mark.parametrize("key", ["A", "X", "M", "T", "U", "0", "E", "Tab", "Down", "Up", "Ctrl+Z", "Shift+Right", "1"])
def test_a_key_press_does_two_transactions_at_most(hands, counted, key):
    for before in (["Tab"], ["A"], ["Down"]):
        hands.press(*before)
        del counted[:]
        hands.press(key)
        assert len(counted) <= 2, (before, key, counted)
        assert counted.count("writing") <= 1

"""Finishing an article: what is open is listed, one key away; finishing anyway is two keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.gui.dialogs.finishing import FinishDialog
from annotator.labelling import edits
from annotator.suggest.keeping import add_suggestions
from tests.conftest import add_article
from tests.gui.conftest import in_dialog
from tests.labelling.test_edits import suggestions


@pytest.fixture
def hands(open_window, project):
    add_suggestions(project, add_article(project), suggestions(), ("model", "1"))
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    return hands


def rows_then(key, modifiers=Qt.KeyboardModifier.NoModifier):
    """What the next dialog lists, in which a key is pressed then."""
    rows = []

    def act(dialog):
        rows.extend(dialog.list.item(row).text() for row in range(dialog.list.count()))
        QTest.keyClick(dialog.list, key, modifiers)

    in_dialog(FinishDialog, act)
    return rows


def test_open_suggestions_are_listed_and_one_key_away(hands):
    rows = rows_then(Qt.Key.Key_2)
    hands.press("Ctrl+Return")
    assert rows == ["1   2 claims are suggested and not decided on", "2   2 entities are suggested and not decided on"]
    assert hands.labelled.mine.finished is None
    assert hands.bench.kind == "mention" and hands.bench.item().value.start == 34
    assert hands.bench.side_list().hasFocus()
    hands.press("A")
    assert len(hands.labelled.mine.mentions) == 1


def test_each_thing_that_is_not_whole_is_listed(hands):
    session = hands.window.session
    hands.press("Alt+1", "A", "A", "Ctrl+Shift+A")
    first, second = (item.key for item in hands.labelled.claims)

    def revise(key, **fields):
        assert session.do(edits.revise(session.labelled, session.labelled.find("claim", key), "Change", **fields))

    revise(first, stance="against")
    revise(second, content=())
    rows = rows_then(Qt.Key.Key_Escape)
    hands.press("Ctrl+Return")
    one = "the claim “the report was “pure fiction.””"
    assert rows == [
        f"1   T{one[1:]} has a stance, but no target",
        "2   The claim “said” has no content",
        "3   The claim “said” has a source, but no actor",
    ]
    revise(first, stance=None, target=session.labelled.find("claim", first).value.actor)
    revise(second, source=())
    rows = rows_then(Qt.Key.Key_2)
    hands.press("Ctrl+Return")
    assert rows[0] == f"1   T{one[1:]} has a target, but no stance" and "no source" in rows[2]
    assert hands.bench.key == second and hands.labelled.mine.finished is None


def test_finishing_anyway_is_the_same_keys_again(hands):
    rows_then(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hands.press("Ctrl+Return")
    assert hands.labelled.mine.finished is not None


def test_what_is_whole_is_finished_at_once(hands):
    hands.press("Alt+1", "X", "X", "Alt+2", "Ctrl+Shift+A", "Ctrl+Return")
    assert hands.labelled.mine.finished is not None

"""Two models in a real window: the quick one's suggestions at once, the thorough one's when they come."""

import json

import pytest

from annotator.core.files import data_folder
from annotator.gui.dialogs.models import ModelDialog
from annotator.suggest.learned.card import SHIPPED, THOROUGH, versions
from tests.conftest import add_article
from tests.gui.conftest import by, in_dialog

TEXT = (
    "The mayor of Lindhaven said on Monday that the bridge would stay open.\n\n“Nobody asked us,” Maud Pettersen told "
    "the meeting. The council denied that it had been warned.\n\nAnn Lee promised that the ferry would sail again."
)


@pytest.fixture
def hands(open_window, project):
    for n in range(3):
        add_article(project, f"{TEXT} {n}", f"Article {n}")
    return open_window(project)


def choose(hands, name="thorough"):
    def take(dialog):
        dialog.buttons[name].click()
        dialog.accept()

    in_dialog(ModelDialog, take)
    hands.window.take_step("choose_model")


def test_the_thorough_one_takes_over_and_the_focus_stays(hands, qtbot):
    first = hands.labelled.article.id
    qtbot.waitUntil(lambda: hands.labelled.suggestions > 0, timeout=60_000)
    assert by(hands, first).endswith(f"{SHIPPED} 2")
    hands.press("Down", "Down")
    place = hands.bench.item().value.start
    choose(hands)
    qtbot.waitUntil(lambda: THOROUGH in by(hands, first), timeout=60_000)
    assert hands.bench.item().value.start == place
    assert "thorough" in hands.window.footer.hints.text() or hands.window.suggesting.thorough
    # It works ahead.
    others = [i for i in hands.window.session.listing() if i != first]
    qtbot.waitUntil(lambda: all(THOROUGH in by(hands, i) for i in others), timeout=60_000)
    assert hands.window.settings.value("suggestions/model") == "thorough"
    hands.press("A")
    assert hands.labelled.decided == 1


def test_nothing_is_replaced_under_who_has_begun(hands, qtbot):
    first = hands.labelled.article.id
    qtbot.waitUntil(lambda: hands.labelled.suggestions > 0, timeout=60_000)
    hands.press("A")
    before = [(i.key, i.state) for i in hands.labelled.claims]
    choose(hands)
    others = [i for i in hands.window.session.listing() if i != first]
    qtbot.waitUntil(lambda: all(THOROUGH in by(hands, i) for i in others), timeout=60_000)
    qtbot.waitUntil(lambda: not hands.window.suggesting._deep.pending, timeout=60_000)
    assert [(i.key, i.state) for i in hands.labelled.claims] == before and THOROUGH not in by(hands, first)
    # Who asks once more gets it.
    hands.window.take_step("suggest_again")
    qtbot.waitUntil(lambda: THOROUGH in by(hands, first), timeout=60_000)
    assert hands.labelled.decided == 1


@pytest.mark.parametrize(("words_a_second", "thorough"), [(10.0, False), (10_000.0, True)])
def test_as_this_computer_is(hands, qtbot, words_a_second, thorough):
    measured = data_folder() / "speed.json"
    measured.parent.mkdir(parents=True, exist_ok=True)
    measured.write_text(json.dumps({versions()[1]: words_a_second}), "utf-8")
    first = hands.labelled.article.id
    qtbot.waitUntil(lambda: hands.labelled.suggestions > 0, timeout=60_000)
    choose(hands, "auto")
    assert hands.window.settings.value("suggestions/model") == "auto"
    if thorough:
        qtbot.waitUntil(lambda: THOROUGH in by(hands, first), timeout=60_000)
    else:
        qtbot.waitUntil(lambda: "too slow" in hands.window.footer.hints.text(), timeout=60_000)
        assert hands.window.suggesting._deep is None
        others = [i for i in hands.window.session.listing() if i != first]
        qtbot.waitUntil(lambda: all(SHIPPED in by(hands, i) for i in others), timeout=60_000)
    assert hands.window.suggesting.thorough is thorough

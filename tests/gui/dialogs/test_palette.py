"""All that can be done and gone to by a few letters."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.gui.dialogs.palette import Entry, Palette, matching
from tests.conftest import add_article
from tests.gui.conftest import in_dialog

OTHER = "Harbour is dredged\n\nThe council of Lindhaven said so."


@pytest.fixture
def hands(open_window, project):
    add_article(project)
    add_article(project, OTHER, "Harbour is dredged")
    hands = open_window(project)
    hands.wait_for_suggestions()
    return hands


def take(hands, typed, *keys):
    """What is offered for letters; the first, or where keys lead, is taken."""
    seen = []

    def act(dialog):
        QTest.keyClicks(dialog.field, typed)
        seen.extend((entry.title, entry.more) for entry in dialog._rows)
        for key in keys:
            QTest.keyClick(dialog.field, key)
        QTest.keyClick(dialog.field, Qt.Key.Key_Return if seen else Qt.Key.Key_Escape)

    in_dialog(Palette, act)
    hands.press("Ctrl+P")
    return seen


def test_a_step_is_taken_by_its_words(hands):
    before = hands.labelled.claims[0].key
    seen = take(hands, "rej del")
    assert seen[0] == ("Reject or delete", "Decide · X")
    assert hands.labelled.find("claim", before).state == "rejected"


def test_what_is_not_possible_is_not_offered(hands):
    assert [title for title, _ in take(hands, "reopen")] == [] and not hands.labelled.mine.finished
    article = hands.labelled.article.id
    hands.finish()
    hands.window.open_article(article)
    assert ("Reopen article", "Article · Ctrl ⇧ O") in take(hands, "reopen")


def test_an_article_is_opened_by_its_words(hands):
    seen = take(hands, "harbour dredged")
    assert seen == [("Harbour is dredged", "article")]
    assert hands.labelled.article.title == "Harbour is dredged"


def test_an_actor_of_the_article_is_gone_to(hands):
    seen = take(hands, "omar")
    assert ("Omar Ćosić", "actor here") in seen
    assert hands.bench.name_of(hands.bench.item().value.actor) == "Omar Ćosić"


def test_the_arrows_choose_and_escape_does_nothing(hands):
    before = hands.labelled

    def leave(dialog):
        QTest.keyClicks(dialog.field, "accept")
        QTest.keyClick(dialog.field, Qt.Key.Key_Down)
        assert dialog.row == 1
        QTest.keyClick(dialog.field, Qt.Key.Key_PageUp)
        assert dialog.row == 0
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    in_dialog(Palette, leave)
    hands.press("Ctrl+Shift+P")
    assert hands.labelled == before


def test_what_begins_with_the_words_comes_first():
    entries = [Entry(title, more, print) for title, more in (("New claim", "N"), ("Claim", "x"), ("Re-claim", "new"))]
    assert [one.title for one in matching(entries, "cl")] == ["Claim", "New claim", "Re-claim"]
    assert [one.title for one in matching(entries, "new")] == ["New claim", "Re-claim"]
    assert matching(entries, "") == entries and matching(entries, "zz") == []

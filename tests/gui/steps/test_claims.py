"""Keys that name what is selected: they never take the place of anything by accident."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.core.text import covered
from annotator.labelling import edits
from annotator.labelling.session import Session
from annotator.store.check import check
from tests.conftest import TEXT, add_article, span_of
from tests.gui.conftest import in_dialog


@pytest.fixture
def hands(open_window, project):
    add_article(project)
    hands = open_window()
    hands.window.show_session(Session(project, "anna"))
    hands.window.suggesting.serve(None)
    hands.select("the report was “pure fiction.”")
    hands.press("N", "Escape")
    hands.select("Minister Ann Lee")
    hands.press("S")
    hands.select("said")
    hands.press("C", "Escape")
    return hands


def claim(hands):
    return hands.labelled.claims[0].value


def said(hands):
    return hands.window.footer.hints.text()


@pytest.mark.parametrize("key", ["S", "C", "W", "Shift+S", "Shift+C", "Shift+W"])
def test_with_the_caret_in_the_text_a_slot_only_shows_its_edges(hands, key):
    before = claim(hands)
    hands.press("V")
    hands.bench.view.place_caret(TEXT.index("Omar"))
    assert hands.bench.view.hasFocus() and hands.bench.view.selection() is None
    hands.press(key)
    assert claim(hands) == before and hands.bench.edge is not None
    assert check(hands.window.session.project) == []


def test_a_new_claim_is_only_of_a_selection(hands):
    hands.press("V")
    hands.bench.view.place_caret(TEXT.index("Omar"))
    hands.press("N")
    assert len(hands.labelled.claims) == 1 and "Select what was said" in said(hands)


def test_edges_say_which_piece_they_are_of(hands):
    hands.select("was to mislead")
    hands.press("Shift+W", "Escape")
    told = []
    for _ in range(4):
        hands.press("W")
        told.append(said(hands))
    assert sum("of the content, piece 2 of 2," in line for line in told) == 2
    assert sum("of the content, piece 1 of 2," in line for line in told) == 2


def test_a_stance_by_its_key_towards_what_is_selected(hands):
    hands.press("Ctrl+3")
    assert claim(hands).stance == "against"
    hands.select("coast guard")
    hands.press("O")
    assert hands.bench.name_of(claim(hands).target) == "coast guard" and hands.bench.view.selection() is None
    hands.press("Ctrl+1")
    assert claim(hands).stance == "favor" and claim(hands).target is not None
    hands.press("T", "T", "T")  # neutral, against, none
    assert (claim(hands).stance, claim(hands).target) == (None, None)
    hands.press("Ctrl+Z")
    assert claim(hands).stance == "against" and hands.bench.name_of(claim(hands).target) == "coast guard"


def typed(text, key=Qt.Key.Key_Return):
    def act(dialog):
        QTest.keyClicks(dialog.field, text)
        rows = [dialog.list.item(n).text() for n in range(dialog.list.count())]
        act.rows = rows
        QTest.keyClick(dialog.field, key)

    return act


def test_enter_takes_the_best_match_and_a_new_name_is_said_to_be_new(hands):
    from annotator.gui.dialogs.common import Picker

    session = hands.window.session
    session.do(edits.set_actor(hands.labelled, [hands.labelled.claims[0]], "Ann Lee", None))
    act = typed("lee")
    in_dialog(Picker, act)
    hands.press("R")
    assert hands.bench.name_of(claim(hands).actor) == "Ann Lee" and act.rows == ["Ann Lee", "New: “lee”"]
    act = typed("Omar")
    in_dialog(Picker, act)
    hands.press("R")
    assert hands.bench.name_of(claim(hands).actor) == "Omar" and act.rows == ["New: “Omar”"]


def test_who_has_no_name_is_offered_by_the_words_of_the_source(hands):
    from annotator.gui.dialogs.common import Picker

    session = hands.window.session
    session.do(edits.set_actor(hands.labelled, [hands.labelled.claims[0]], "", None))
    source = " ".join(covered(TEXT, claim(hands).source, " ").split())
    rows = []

    def first(dialog):
        rows.append(dialog.list.item(0).text())
        QTest.keyClick(dialog.field, Qt.Key.Key_Down)
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    in_dialog(Picker, first)
    hands.press("R")
    assert rows == [source] and hands.bench.name_of(claim(hands).actor) == source


def test_what_is_finished_is_changed_by_nobody_until_it_is_open_again(hands):
    hands.finish()
    assert hands.labelled.mine.finished is not None
    before = claim(hands)
    hands.press("M", "X", "Ctrl+3", "0")
    assert claim(hands) == before
    assert "This article is finished, so nothing was changed. Ctrl ⇧ O reopens it." in said(hands)
    hands.press("Ctrl+Shift+O", "Ctrl+3")
    assert hands.labelled.mine.finished is None and claim(hands).stance == "against"
    hands.press("Ctrl+Z", "Ctrl+Z")
    assert hands.labelled.mine.finished is not None and claim(hands) == before


def test_a_frame_shows_which_pane_has_the_keys(hands):
    bench = hands.bench
    for key, pane in (("V", bench.view), ("Escape", bench.side), ("Ctrl+K", bench.queue)):
        hands.press(key)
        assert bench.frame.pane is pane and bench.frame.isVisible()
        assert bench.frame.geometry() == pane.rect().translated(pane.mapTo(bench, pane.rect().topLeft()))


def test_another_article_gives_the_keys_back_to_the_claims(hands, project):
    add_article(project, TEXT + "More.")
    hands.bench.queue.reload()
    hands.press("V", "Ctrl+PgDown")
    assert not hands.bench.view.hasFocus() and hands.bench.frame.pane is hands.bench.side


def test_a_claim_that_is_made_far_down_is_scrolled_to(open_window, project):
    long = "\n".join(f"Number {n} said it is {n}." for n in range(120))
    add_article(project, long)
    hands = open_window()
    hands.window.show_session(Session(project, "anna"))
    hands.window.suggesting.serve(None)
    for n in range(60):
        span = span_of(long, f"it is {n}.")
        hands.window.session.do(edits.add_claim(hands.labelled, span))
    hands.select("it is 100.")
    hands.press("N")
    bench = hands.bench
    made = next(i for i in hands.labelled.claims if covered(long, i.value.content) == "it is 100.")
    assert bench.key == made.key
    row = bench.claims.visualRect(bench.claims.claims.index(bench.claims.claims.row_of(made.key)))
    assert bench.claims.viewport().rect().intersects(row)


def test_nothing_is_asked_of_what_is_finished(hands):
    hands.finish()
    for key in ("R", "O", "I"):
        hands.press(key)  # a dialog would keep the test waiting
        assert "This article is finished" in said(hands)

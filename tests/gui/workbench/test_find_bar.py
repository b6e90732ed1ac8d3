"""Words are looked for in the article: hits are marked, counted and gone through, and worked on by keys."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.conftest import TEXT, add_article, span_of


def look_for(hands, words):
    hands.press("Ctrl+F")
    QTest.keyClicks(hands.bench.find_bar.field, words)


def selected(hands):
    start, end = hands.bench.view.selection()
    return start, TEXT[start:end]


def test_hits_are_marked_counted_and_gone_through(hands):
    bar = hands.bench.find_bar
    hands.bench.view.place_caret(0)
    look_for(hands, "SAID")
    places = [span_of(TEXT, "said", n) for n in range(2)]
    assert bar.told.text() == "1 of 2" and [s[:2] for s in hands.bench.view.hits.meeting(0, len(TEXT))] == places
    assert selected(hands) == (places[0][0], "said")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert selected(hands)[0] == places[1][0] and bar.told.text() == "2 of 2"
    QTest.keyClick(bar.field, Qt.Key.Key_Return)  # around the end
    assert selected(hands)[0] == places[0][0]
    QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert selected(hands)[0] == places[1][0]
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible() and hands.bench.view.hasFocus() and not list(hands.bench.view.hits.meeting(0, 999))
    assert selected(hands) == (places[1][0], "said")
    hands.press("Shift+F3")
    assert selected(hands)[0] == places[0][0]
    hands.press("F3", "F3")
    assert selected(hands)[0] == places[0][0]


def test_what_is_found_is_worked_on(hands):
    for _ in hands.labelled.claims:
        hands.press("X")
    look_for(hands, "enied")
    QTest.keyClick(hands.bench.find_bar.field, Qt.Key.Key_Escape)
    hands.press("Shift+N")
    (claim,) = hands.labelled.mine.claims.values()
    assert claim.cue == (span_of(TEXT, "denied"),)


def test_what_is_not_there_is_said_and_letters_are_no_keys(hands):
    before = hands.labelled.mine
    look_for(hands, "axnsw")
    assert hands.bench.find_bar.told.text() == "not here" and hands.bench.view.selection() is None
    assert hands.labelled.mine == before
    QTest.keyClick(hands.bench.find_bar.field, Qt.Key.Key_Return)
    assert hands.bench.find_bar.told.text() == "not here"


def test_it_looks_in_the_next_article_too(hands):
    other = add_article(hands.window.session.project, "Nobody said so, she said, and he said nothing.", "Other")
    look_for(hands, "said")
    hands.window.session.open(other)
    assert hands.bench.find_bar.told.text() == "3" and len(list(hands.bench.view.hits.meeting(0, 99))) == 3


def test_looking_on_for_nothing_asks_what_to_look_for(hands):
    hands.press("F3")
    bar = hands.bench.find_bar
    assert bar.isVisible() and bar.field.hasFocus()
    hands.bench.side_list().setFocus()
    hands.press("Escape")  # from wherever
    assert not bar.isVisible()


def test_what_is_selected_is_looked_for_and_stays(hands):
    hands.select("report")
    hands.press("Ctrl+F")
    assert hands.bench.find_bar.field.text() == "report" and selected(hands)[1] == "report"
    QTest.keyClick(hands.bench.find_bar.field, Qt.Key.Key_Escape)
    hands.bench.view.select(0, 150)  # too much to look for: what was looked for last is marked, and nothing moves
    hands.press("Ctrl+F")
    assert hands.bench.view.selection() == (0, 150) and len(list(hands.bench.view.hits.meeting(0, 999))) == 2

"""Stray keys: whatever is pressed while an article is labelled, nothing changes that the bottom line does not name, and
one Ctrl Z takes it back."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from annotator.suggest.keeping import add_suggestions
from annotator.suggest.suggester import suggest, suggester
from tests.conftest import add_article

STRAY = [
    *"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    *"0123",
    *("Up", "Down", "Left", "Right", "Home", "End", "PgDown", "Space", "Backspace", "Return"),
]
# What the editor does between two rounds of stray keys.
DAY = [
    *("A", "A", "X", "A", "M", "A", "Tab", "A", "V", "Escape", "A", "Alt+2", "A", "X", "Ctrl+Shift+A", "Alt+1"),
    *("Down", "A", "S", "Shift+Right", "Escape", "C", "Shift+Left", "Escape", "W", "Left", "Escape", "T", "A", "U"),
]


@pytest.fixture
def hands(open_window, project, shared):
    text = (shared / "data" / "articles" / "seed.txt").read_text("utf-8")
    found = suggest(suggester(None), text, project.scheme.label_map)
    add_suggestions(project, add_article(project, text), found, ("model", "1"))
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    return hands


def values(hands):
    mine = hands.labelled.mine
    return dict(mine.claims), dict(mine.mentions), mine.finished


def test_forty_stray_keys_at_thirty_moments(hands):
    assert len(STRAY) == 40 and len(DAY) == 30
    closing = QTimer()
    closing.timeout.connect(lambda: (d := QApplication.activeModalWidget()) is not None and d.reject())
    closing.start(10)
    changed = 0
    for key in DAY:
        hands.press(key)
        place = hands.bench.kind, hands.bench.key
        for stray in STRAY:
            before, turn = values(hands), hands.window.session.next_undo()
            hands.press(stray)
            hands.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
            if values(hands) == before:
                continue
            changed += 1
            now = hands.window.session.next_undo()
            assert now is not None and now != turn
            named = hands.window.footer.hints.text()
            undo = hands.window.actions_by_name["undo"].text()
            assert undo == f"Undo “{now.name}”", (key, stray)
            assert now.name in named or hands.window.footer.saying, (key, stray, named)
            hands.press("Ctrl+Z")
            assert values(hands) == before, (key, stray)
        hands.bench.focus_on(*place)
    assert changed > 30

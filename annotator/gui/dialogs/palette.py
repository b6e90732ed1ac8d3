"""One field for all that can be done and gone to: steps, articles, actors; typed words find them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

SHOWN = 60  # rows
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to choose: what it is called, what stands beside it in small letters, and what it does."""

    title: str
    more: str
    do: Callable[[], object]


def matching(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """Those that have all of the words that were typed, where each may be a part of one; those first whose title begins
    with them, then those that have them at the beginning of a word."""
    words = typed.casefold().split()

    def rank(entry: Entry) -> tuple[int, int]:
        title = entry.title.casefold()
        at_word = sum(f" {word}" in f" {title}" for word in words)
        return -title.startswith(" ".join(words)), -at_word

    found = [one for one in entries if all(word in f"{one.title} {one.more}".casefold() for word in words)]
    return sorted(found, key=rank) if words else found


class Palette(QDialog):
    """`chosen` is what was taken. `found` looks for more by what is typed, as articles of which there are many."""

    def __init__(self, parent: QWidget, entries: Sequence[Entry], found: Callable[[str], Sequence[Entry]]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to, or do")
        self.setMinimumWidth(560)
        self.chosen: Entry | None = None
        self._entries, self._found = entries, found
        self._rows: list[Entry] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText("What to do, an article, an actor")
        self.field.setAccessibleName("What to do, an article, an actor")
        self.field.setMaxLength(200)
        self.list = QTreeWidget()
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setStyleSheet("QTreeWidget::item { padding: 3px 6px; }")
        self.list.setAccessibleName("What there is")
        self.list.setMinimumHeight(320)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.field.textEdited.connect(self._offer)
        self.field.returnPressed.connect(self._take)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._take)
        self._offer("")

    def _offer(self, typed: str) -> None:
        self._rows = [*matching(self._entries, typed), *self._found(typed)][:SHOWN]
        self.list.clear()
        for entry in self._rows:
            item = QTreeWidgetItem(self.list, [entry.title, entry.more])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._go_to(0)

    @property
    def row(self) -> int:
        """The row that Enter takes; -1 for none."""
        item = self.list.currentItem()
        return self.list.indexOfTopLevelItem(item) if item is not None else -1

    def _go_to(self, row: int) -> None:
        item = self.list.topLevelItem(max(0, min(len(self._rows) - 1, row)))
        if item is not None:
            self.list.setCurrentItem(item)

    def _take(self) -> None:
        if self.row >= 0:
            self.chosen = self._rows[self.row]
            self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows choose a row, wherever the keys are."""
        if not isinstance(event, QKeyEvent) or (by := _MOVES.get(Qt.Key(event.key()))) is None:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # they are the field's, not the window's
        elif event.type() == QEvent.Type.KeyPress:
            self._go_to(self.row + by)
        return True

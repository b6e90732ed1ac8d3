"""The versions of what is in question side by side: a row a slot, a column an editor, gold at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from annotator.core.annotation import Claim, What, kind_of, slot_value
from annotator.core.compare import FOUND
from annotator.core.scheme import Scheme
from annotator.core.wording import value_in_words
from annotator.gui.theme import Theme
from annotator.review.adjudication import Question, Review, slots_of

TITLES = {
    "source": "Source",
    "actor": "Actor",
    "cue": "Cue",
    "content": "Content",
    "mode": "Mode",
    "stance": "Stance",
    "target": "Towards",
    "span": "Words",
    "label": "Label",
}


def slot_title(what: What, slot: str, scheme: Scheme | None) -> str:
    """What a slot is called: by the scheme, where it is one of its attributes."""
    asked = scheme.attribute(what, slot) if scheme is not None else None
    return asked.title if asked is not None else TITLES.get(slot, slot)


def title_of(question: Question, scheme: Scheme) -> str:
    """What the slot of a question is called."""
    return slot_title(question.group[0], question.slot, scheme)


FEW = 3  # versions that fit beside each other, with gold


class VersionTable(QTableWidget):
    """`column_chosen` tells an author's id, or None for gold, that was clicked."""

    column_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.columns: list[int | None] = []  # authors; None for gold
        self.labels: Mapping[str, str] = {}
        self.scheme: Scheme | None = None
        self.setAccessibleName("Versions")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setShowGrid(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.cellClicked.connect(self._clicked)

    def _clicked(self, row: int, column: int) -> None:
        if column > 0:
            self.column_chosen.emit(self.columns[column - 1])

    def show_question(
        self,
        review: Review,
        question: Question,
        names: Mapping[int, str],
        name_of: Callable[[int], str],
        focus: int | None,
    ) -> None:
        """Shows the group of a question with its slot marked; `focus` is the author whose version is in focus, None for
        gold."""
        group = review.groups[question.group]
        gold = review.elements.get(question.group)
        proposal = gold or review.proposal(question.group)
        gone = question.state == "decided" and gold is None
        slots = list(slots_of(group))
        # Of many versions not all can be seen at once; gold can.
        authors = list(review.versions)
        self.columns = [*authors, None] if len(authors) <= FEW else [None, *authors]
        self.clear()
        self.setRowCount(len(slots))
        self.setColumnCount(len(self.columns) + 1)
        numbers = {a: n for n, a in enumerate(authors, 1)}
        heads = [
            f"{numbers[a]}  {names[a]}" if a else "Gold" if gold or gone else "Gold, proposed" for a in self.columns
        ]
        self.setHorizontalHeaderLabels(["", *heads])
        tied = review.tied(question.group)
        disputed = {q.slot for q in review.of_group(question)}
        for row, slot in enumerate(slots):
            self._cell(row, 0, slot_title(group.kind, slot, self.scheme), "soft")
            for column, author in enumerate(self.columns, 1):
                value = proposal if author is None else group.members.get(author)
                if author is None and gone:
                    self._cell(row, column, "nothing" if row == 0 else "", "soft")
                    continue
                differs = value is not None and slot_value(value, slot) != slot_value(proposal, slot)
                text = self._words(review.article.text, slot, value, name_of)
                if author is None and gold is None and slot in tied:
                    text = "no majority"
                cell = self._cell(row, column, text, "ink" if differs or author is None else "soft")
                if differs and slot in disputed:
                    cell.setBackground(self._tint())
        self._mark(slots, question, focus)
        self.fit()
        self._show_column(slots.index(question.slot) if question.slot in slots else 0, self.columns.index(focus) + 1)

    def _show_column(self, row: int, column: int) -> None:
        """Scrolls so that the version in focus is seen, however many there are."""
        bar, left = self.horizontalScrollBar(), self.columnViewportPosition(column)
        right = left + self.columnWidth(column)
        if left < 0:
            bar.setValue(bar.value() + left)
        elif right > self.viewport().width():
            bar.setValue(bar.value() + right - self.viewport().width())

    def _cell(self, row: int, column: int, text: str, color: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setForeground(self.theme.color(color))
        item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setItem(row, column, item)
        return item

    def _words(self, text: str, slot: str, value: Any, name_of: Callable[[int], str]) -> str:
        if value is None:
            return "–"
        held = slot_value(value, slot)
        if slot == "label":
            return self.labels.get(held, held)
        asked = self.scheme.attribute(kind_of(value), slot) if self.scheme is not None else None
        if asked is not None and held is not None:
            return asked.value(held).shown if asked.kind == "one" else asked.in_words(held)
        if slot == "source" and isinstance(value, Claim) and value.implicit and not held:
            return "no source"
        return "–" if held is None else value_in_words(text, slot, held, name_of)

    def _tint(self) -> QColor:
        tint = QColor(self.theme.color("against"))
        tint.setAlpha(44)
        return tint

    def _mark(self, slots: list[str], question: Question, focus: int | None) -> None:
        """The row in question in bold, the version in focus on a tint."""
        column = self.columns.index(focus) + 1
        for row, slot in enumerate(slots):
            asked = slot == question.slot or question.slot == FOUND
            for at in range(self.columnCount()):
                item = self.item(row, at)
                assert item is not None
                font = QFont(self.font())
                font.setBold(slot == question.slot)
                item.setFont(font)
                if at == column and asked:
                    item.setBackground(self.theme.color("accent_tint"))
        head = self.horizontalHeaderItem(column)
        assert head is not None
        font = QFont(self.font())
        font.setBold(True)
        head.setFont(font)
        head.setForeground(self.theme.color("accent"))

    def fit(self) -> None:
        """Gives the columns the room there is, and the rows what their words need."""
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        if not self.columnCount():
            return
        first = self._first_width()
        room = self.viewport().width() - first
        each = max(104, room // max(1, self.columnCount() - 1))
        self.setColumnWidth(0, first)
        for column in range(1, self.columnCount()):
            self.setColumnWidth(column, each)
        for row in range(self.rowCount()):
            self.setRowHeight(row, self._height(row))
        height = sum(self.rowHeight(r) for r in range(self.rowCount())) + header.height() + 3
        wide = each * (self.columnCount() - 1) > room
        self.setFixedHeight(height + (self.horizontalScrollBar().sizeHint().height() if wide else 0))

    def _first_width(self) -> int:
        """What the longest word of the titles needs, within reason; the words of a title may stand below each other."""
        bold = QFont(self.font())
        bold.setBold(True)
        measure = QFontMetrics(bold)
        titles = [item.text() for row in range(self.rowCount()) if (item := self.item(row, 0)) is not None]
        widest = max((measure.horizontalAdvance(word) for title in titles for word in title.split()), default=0)
        return min(max(76, widest + 22), 140)

    def _height(self, row: int) -> int:
        """What the longest text of a row needs; the view's own measure forgets the style sheet's padding."""
        most = 0
        for column in range(self.columnCount()):
            item = self.item(row, column)
            if item is not None:
                room = QRect(0, 0, self.columnWidth(column) - 22, 10_000)
                needed = QFontMetrics(item.font()).boundingRect(room, Qt.TextFlag.TextWordWrap, item.text())
                most = max(most, needed.height())
        return most + 14

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

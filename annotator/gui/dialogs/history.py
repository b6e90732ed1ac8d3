"""The history of an article or of one label in it, with the way back; and what each annotator did."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.core.annotation import Claim, Mention
from annotator.labelling.history import Entry, in_words
from annotator.store.statistics import IDLE, Statistics

ENTRY = Qt.ItemDataRole.UserRole


def line_of(entry: Entry, names: Mapping[int, str]) -> str:
    """Who did what when."""
    when = time.strftime("%d %b %Y, %H:%M:%S", time.localtime(entry.time))
    turn = {"undo": "Undo ", "redo": "Redo "}.get(entry.kind, "")
    whose = "" if entry.by == entry.author else f", in {names.get(entry.author, 'somebody')}"
    state = "" if entry.stands else "   (undone)"
    return f"{when}   {names.get(entry.by, 'somebody')}{whose}:  {turn}{entry.action}{state}"


class HistoryDialog(QDialog):
    """Entries, the newest first. With an element that the reader may change, `chosen` is what it shall be again."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        entries: Sequence[Entry],
        names: Mapping[int, str],
        text: str,
        name_of: Callable[[int], str],
        element: tuple[str, int, int] | None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("History")
        self.resize(720, 480)
        self.chosen: Mention | Claim | None = None
        self._element = element
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        heading = QLabel(title)
        heading.setWordWrap(True)
        heading.setStyleSheet("font-weight: 600;")
        layout.addWidget(heading)
        self.list = QListWidget()
        self.list.setAccessibleName("History")
        self.list.setWordWrap(True)
        self.list.setSpacing(3)
        for entry in entries:
            changes = [c for c in entry.changes if element is None or (c.kind, entry.author, c.id) == element]
            details = [f"      {line}" for c in changes for line in in_words(c, text, name_of)]
            item = QListWidgetItem("\n".join([line_of(entry, names), *details[:6]]))
            item.setData(ENTRY, entry)
            self.list.addItem(item)
        if not entries:
            self.list.addItem("Nothing was done here yet; what came in with a file has no history of its own.")
        self.list.currentRowChanged.connect(self._moved)
        layout.addWidget(self.list, 1)
        line = QHBoxLayout()
        self.back = QPushButton("Back to this state")
        self.back.setToolTip("As a new edit; nothing of what was done since is lost")
        self.back.setVisible(element is not None)
        self.back.clicked.connect(self.accept)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        line.addWidget(self.back)
        line.addStretch(1)
        line.addWidget(close)
        layout.addLayout(line)
        self.list.setCurrentRow(0)
        self._moved(0)

    def _moved(self, row: int) -> None:
        item = self.list.item(row)
        entry = item.data(ENTRY) if item is not None else None
        self.chosen = None
        if isinstance(entry, Entry) and self._element is not None:
            for change in entry.changes:
                same = (change.kind, entry.author, change.id) == self._element
                if same and isinstance(change.after, Mention | Claim):
                    self.chosen = change.after
        self.back.setEnabled(self.chosen is not None)


class StatisticsDialog(QDialog):
    """A row an annotator."""

    HEADS = ("", "finished", "time at work", "suggestions taken", "taken, changed", "rejected", "own")

    def __init__(self, parent: QWidget, rows: Sequence[tuple[str, Statistics]], hidden: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle("Statistics")
        self.resize(760, 320)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        self.table = QTableWidget(len(rows), len(self.HEADS))
        self.table.setAccessibleName("Statistics")
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setHorizontalHeaderLabels(list(self.HEADS))
        self.table.verticalHeader().setVisible(False)
        for number, (name, s) in enumerate(rows):
            cells = (name, f"{s.finished:,}", _hours(s.seconds), *(_of(n, s.decided) for n in (s.unchanged, s.changed)))
            for column, text in enumerate((*cells, _of(s.rejected, s.decided), f"{s.added:,}")):
                self.table.setItem(number, column, QTableWidgetItem(text))
        self.table.resizeColumnsToContents()
        layout.addWidget(self.table, 1)
        hint = QLabel(
            f"Time at work is between edits; pauses of more than {IDLE / 60:.0f} minutes are left out."
            + (" Those of the others are shown to the lead." if hidden else "")
        )
        hint.setProperty("soft", True)
        hint.setWordWrap(True)
        layout.addWidget(hint)
        line = QHBoxLayout()
        copy = QPushButton("Copy as table")
        copy.clicked.connect(self._copy)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        line.addWidget(copy)
        line.addStretch(1)
        line.addWidget(close)
        layout.addLayout(line)

    def _copy(self) -> None:
        rows = ["\t".join(("annotator", *self.HEADS[1:]))]
        for row in range(self.table.rowCount()):
            cells = [self.table.item(row, column) for column in range(self.table.columnCount())]
            rows.append("\t".join(cell.text() if cell is not None else "" for cell in cells))
        QApplication.clipboard().setText("\n".join(rows))


def _hours(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def _of(number: int, total: int) -> str:
    return f"{number:,} ({100 * number / total:.0f} %)" if total else "0"

"""The project's dictionary: what it knows of names and cues, and a way to forget an entry."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.core.errors import AnnotatorError
from annotator.core.knowledge import NO_NAME, Kind
from annotator.gui.dialogs.common import tell_error
from annotator.gui.stepping import STEPS
from annotator.labelling.session import Session

EMPTY = (
    "Nothing yet. Choose an entity or a claim and press {key}: its name keeps its label, its cue is always taken for "
    "one. Of a rejected one the project remembers that it is none."
)


class DictionaryDialog(QDialog):
    """Entries can be chosen and forgotten."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle("Project dictionary")
        self.resize(560, 420)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        self.note = QLabel(EMPTY.format(key=STEPS.one_at("dictionary").key))
        self.note.setWordWrap(True)
        self.note.setProperty("soft", True)
        self.table = QTableWidget(0, 2)
        self.table.setHorizontalHeaderLabels(["Words", "What they are here"])
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName("Entries")
        self.table.itemSelectionChanged.connect(self._show_button)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        line = QHBoxLayout()
        self.forget = QPushButton("Forget  Del")
        self.forget.setShortcut("Del")
        self.forget.clicked.connect(self._forget)
        close = QPushButton("Close")
        close.setProperty("primary", True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        line.addWidget(self.forget)
        line.addStretch(1)
        line.addWidget(close)
        layout.addLayout(line)
        self._show()

    def _show(self) -> None:
        titles = {label.name: label.title for label in self.session.scheme.labels}
        rows: list[tuple[Kind, str, str]] = []
        for words, label in self.session.knowledge.dictionary.names.items():
            rows.append(("name", words, "no name" if label == NO_NAME else titles.get(label, label)))
        for words, are in self.session.knowledge.dictionary.cues.items():
            rows.append(("cue", words, "a cue" if are else "no cue"))
        self.note.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.table.setRowCount(len(rows))
        for n, (kind, words, what) in enumerate(rows):
            first = QTableWidgetItem(words)
            first.setData(Qt.ItemDataRole.UserRole, kind)
            self.table.setItem(n, 0, first)
            self.table.setItem(n, 1, QTableWidgetItem(what))
        if rows:
            self.table.selectRow(0)
        self._show_button()

    def _show_button(self) -> None:
        self.forget.setEnabled(bool(self.table.selectedItems()))
        self.forget.setVisible(self.table.rowCount() > 0)

    def _forget(self) -> None:
        chosen = {index.row() for index in self.table.selectedIndexes()}
        items = [item for row in chosen if (item := self.table.item(row, 0)) is not None]
        try:
            for item in items:
                self.session.remember(item.data(Qt.ItemDataRole.UserRole), item.text(), None)
        except AnnotatorError as error:
            tell_error(self, str(error), "The dictionary could not be changed")
        self._show()

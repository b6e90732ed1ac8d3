"""Before an article is finished: what it leaves open, each one key away, or to be finished anyway."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.labelling.open_questions import OpenQuestion

QUESTION = Qt.ItemDataRole.UserRole
MAX_KEYS = 9


class FinishDialog(QDialog):
    """Questions; accepted with `chosen` when one is gone to, with None when the article is finished anyway."""

    def __init__(self, parent: QWidget, questions: Sequence[OpenQuestion]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Finish")
        self.resize(640, min(480, 190 + 24 * len(questions)))
        self.chosen: OpenQuestion | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        many = "One thing is" if len(questions) == 1 else f"{len(questions):,} things are"
        heading = QLabel(f"{many} still open in this article")
        heading.setStyleSheet("font-weight: 600;")
        layout.addWidget(heading)
        self.list = QListWidget()
        self.list.setAccessibleName("What is still open")
        self.list.setSpacing(2)
        for number, question in enumerate(questions, 1):
            item = QListWidgetItem(f"{number if number <= MAX_KEYS else ' '}   {question.what}")
            item.setData(QUESTION, question)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda item: self._go(self.list.row(item)))
        layout.addWidget(self.list, 1)
        hint = QLabel("A number, or ↵ on a line, goes there. What nobody decided on is not among the labels.")
        hint.setProperty("soft", True)
        hint.setWordWrap(True)
        layout.addWidget(hint)
        line = QHBoxLayout()
        self.anyway = QPushButton("Finish anyway  Ctrl ↵")
        self.anyway.setAutoDefault(False)
        self.anyway.clicked.connect(self.accept)
        back = QPushButton("Back  Esc")
        back.setAutoDefault(False)
        back.clicked.connect(self.reject)
        go = QPushButton("Go there  ↵")
        go.setProperty("primary", True)
        go.setDefault(True)
        go.clicked.connect(lambda: self._go(self.list.currentRow()))
        line.addWidget(self.anyway)
        line.addStretch(1)
        line.addWidget(back)
        line.addWidget(go)
        layout.addLayout(line)
        for row in range(min(MAX_KEYS, len(questions))):
            QShortcut(QKeySequence(str(row + 1)), self, lambda row=row: self._go(row))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.accept)
        self.list.setFocus()

    def _go(self, row: int) -> None:
        item = self.list.item(row)
        if item is not None:
            self.chosen = item.data(QUESTION)
            self.accept()

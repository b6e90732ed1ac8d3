"""Tells what went wrong: in a sentence what nobody here could help, in full what is a fault of the program."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core import faults
from annotator.core.errors import AnnotatorError
from annotator.gui.dialogs import common as dialogs


def tell(parent: QWidget | None, error: BaseException, title: str) -> None:
    """Tells an error as what it is; `title` says what did not come of it."""
    if isinstance(error, AnnotatorError | OSError):
        dialogs.tell_error(parent, str(error), title)
    else:
        tell_fault(parent, error)


def tell_fault(parent: QWidget | None, error: BaseException) -> None:
    """Logs a fault of the program and tells it, unless another dialog is open."""
    log = faults.log(error)
    if QApplication.activeModalWidget() is None:
        dialogs.run(FaultDialog(parent, faults.in_full(error), None if log is None else str(log)))


class FaultDialog(QDialog):
    """An error that nobody foresaw: that the project is safe, and the text to send to those who can mend it."""

    def __init__(self, parent: QWidget | None, details: str, log: str | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("A fault of Annotator")
        self.setMinimumSize(620, 360)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        title = QLabel("Something went wrong that should not have: a fault of Annotator, not of your files.")
        title.setStyleSheet("font-weight: 600;")
        title.setWordWrap(True)
        more = "Your project is safe: all that you did before is saved. You can go on; if it happens again, start anew."
        kept = f" It is in the log, too: {log}" if log is not None else ""
        note = QLabel(f"{more} Please send the text below to whoever looks after Annotator for you.{kept}")
        note.setWordWrap(True)
        note.setProperty("soft", True)
        self.text = QPlainTextEdit(details)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Details")
        self.copy = QPushButton("Copy the text")
        self.copy.clicked.connect(self._copy)
        close = QPushButton("Close")
        close.setProperty("primary", True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        line = QHBoxLayout()
        line.addWidget(self.copy)
        line.addStretch(1)
        line.addWidget(close)
        for widget in (title, note, self.text):
            layout.addWidget(widget)
        layout.addLayout(line)
        close.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText("Copied")

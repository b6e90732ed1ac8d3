"""The small windows that all parts use: a name asked for, a question, a note, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from annotator.core.record import MAX_NAME


def run(dialog: QDialog) -> bool:
    """Shows a dialog until it is closed; True when it was accepted. The window has the keys again afterwards, with or
    without a window manager."""
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    parent = dialog.parentWidget()
    if parent is not None:
        parent.window().activateWindow()
    return accepted


class Picker(QDialog):
    """Asks for a name: what is typed, or one of those offered that match it. `name` is the answer."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        current: str,
        first: list[str],
        matching: Callable[[str], list[str]],
        hint: str,
        new: str = "New",
    ) -> None:
        """`new` is what a name is called that is none of those offered."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(380)
        self._first = first
        self._matching, self._new = matching, new
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(8)
        self.field = QLineEdit(current)
        self.field.setMaxLength(MAX_NAME)
        self.field.selectAll()
        self.field.setAccessibleName(title)
        self.list = QListWidget()
        self.list.setAccessibleName("Names")
        self.list.setMinimumHeight(200)
        label = QLabel(hint)
        label.setProperty("soft", True)
        label.setWordWrap(True)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        layout.addWidget(label)
        self.field.textEdited.connect(self._offer)
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self.accept)
        self.list.itemActivated.connect(self.accept)
        self.list.itemClicked.connect(self.accept)
        self._offer("")

    @property
    def name(self) -> str:
        item = self.list.currentItem()
        if item is None:
            return self._typed()
        return str(item.data(Qt.ItemDataRole.UserRole) or item.text())

    def _typed(self) -> str:
        return " ".join(self.field.text().split())

    def _offer(self, part: str) -> None:
        """Those that match, the best first and marked; and what is typed as a new name, when none is called that."""
        part = " ".join(part.split())
        names = [n for n in self._first if part.casefold() in n.casefold()]
        if part:
            names += [n for n in self._matching(part) if n not in names]
            wanted = part.casefold()
            names.sort(key=lambda n: (n.casefold() != wanted, not n.casefold().startswith(wanted)))
        self.list.clear()
        self.list.addItems(names[: 60 if part else None])
        if part and not any(n.casefold() == part.casefold() for n in names):
            typed = QListWidgetItem(f"{self._new}: “{part}”")
            typed.setData(Qt.ItemDataRole.UserRole, part)
            self.list.addItem(typed)
        self.list.setCurrentRow(0 if part else -1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                self.list.setCurrentRow(max(-1, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)


def ask_name(picker: Picker) -> str | None:
    """The name chosen, "" when it was emptied, None when it was cancelled."""
    return picker.name if run(picker) else None


def number_field(low: int, high: int, value: int, suffix: str = "", name: str = "") -> QSpinBox:
    """A field for a number; `name` is what screen readers call it, where no label does."""
    field = QSpinBox()
    field.setRange(low, high)
    field.setValue(value)
    field.setSuffix(suffix)
    field.setAccessibleName(name)
    return field


def choose(parent: QWidget, question: str, answers: tuple[str, ...]) -> int | None:
    """The number of the answer chosen, from 0; None when it was cancelled."""
    box = QMessageBox(QMessageBox.Icon.Question, "Annotator", question, QMessageBox.StandardButton.Cancel, parent)
    buttons = [box.addButton(answer, QMessageBox.ButtonRole.AcceptRole) for answer in answers]
    box.setDefaultButton(buttons[0])
    run(box)
    clicked = box.clickedButton()
    return next((n for n, button in enumerate(buttons) if button is clicked), None)


def confirm(parent: QWidget, question: str, more: str, yes: str) -> bool:
    """Asks before something large is done."""
    box = QMessageBox(QMessageBox.Icon.Question, "Annotator", question, QMessageBox.StandardButton.Cancel, parent)
    box.setInformativeText(more)
    do = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(do)
    run(box)
    return box.clickedButton() is do


def ask_note(parent: QWidget, note: str, title: str = "Note on this claim") -> str | None:
    """A remark of one or more lines; None when it was cancelled."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setMinimumWidth(420)
    layout = QVBoxLayout(dialog)
    field = QPlainTextEdit(note)
    field.setTabChangesFocus(True)
    field.setAccessibleName("Note")
    field.setFixedHeight(110)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    save = buttons.button(QDialogButtonBox.StandardButton.Save)
    save.setProperty("primary", True)
    save.setText("Save  Ctrl ↵")
    save.setShortcut("Ctrl+Return")
    layout.addWidget(field)
    layout.addWidget(buttons)
    return field.toPlainText().strip() if run(dialog) else None


def tell_error(parent: QWidget | None, sentence: str, title: str = "That did not work") -> None:
    """Says what happened and what to do."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Annotator", title, QMessageBox.StandardButton.Ok, parent)
    box.setInformativeText(sentence)
    run(box)


def copied_text() -> str:
    """The text that was copied last, in this or another program."""
    assert isinstance(QApplication.instance(), QGuiApplication)
    return QGuiApplication.clipboard().text()

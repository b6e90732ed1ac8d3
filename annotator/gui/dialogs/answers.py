"""Asks for an answer that one key cannot give: one of many values, several values, or a number."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.scheme import Attribute
from annotator.gui.dialogs import common as dialogs

NUMBER = r"\s*-?\d{0,15}([.,]\d{0,9})?\s*"


def ask_one(parent: QWidget, attribute: Attribute, now: str | None) -> tuple[bool, str | None]:
    """Whether it was answered, and the value chosen (None for none, where there is no default)."""
    dialog, layout = _dialog(parent, attribute)
    choices: list[tuple[str | None, QRadioButton]] = []
    for value in attribute.values:
        choices.append((value.name, QRadioButton(f"{value.title}   {value.key}".rstrip())))
    if attribute.default is None:
        choices.append((None, QRadioButton("none")))
    for name, button in choices:
        button.setChecked(name == now)
        layout.insertWidget(layout.count() - 1, button)
        if name == now:
            button.setFocus()
    if not dialogs.run(dialog):
        return False, None
    chosen = [name for name, button in choices if button.isChecked()]
    return bool(chosen), next(iter(chosen), None)


def ask_several(parent: QWidget, attribute: Attribute, now: tuple[str, ...]) -> tuple[bool, tuple[str, ...] | None]:
    """Whether it was answered, and the values chosen in the scheme's order (None for none)."""
    dialog, layout = _dialog(parent, attribute)
    boxes = []
    for value in attribute.values:
        box = QCheckBox(f"{value.title}   {value.key}".rstrip())
        box.setChecked(value.name in now)
        layout.insertWidget(layout.count() - 1, box)
        boxes.append(box)
    boxes[0].setFocus()
    if not dialogs.run(dialog):
        return False, None
    chosen = tuple(v.name for v, box in zip(attribute.values, boxes, strict=True) if box.isChecked())
    return True, chosen or None


def ask_number(parent: QWidget, attribute: Attribute, now: float | None) -> tuple[bool, float | None]:
    """Whether it was answered, and the number (None when the field was emptied)."""
    dialog, layout = _dialog(parent, attribute)
    field = QLineEdit("" if now is None else f"{now:g}")
    field.setValidator(QRegularExpressionValidator(QRegularExpression(NUMBER)))  # 4.5 and 4,5 are the same
    field.setAccessibleName(attribute.title)
    field.selectAll()
    layout.insertWidget(layout.count() - 1, field)
    field.setFocus()
    if not dialogs.run(dialog):
        return False, None
    try:
        return True, float(field.text().replace(",", "."))
    except ValueError:
        return not field.text().strip(), None  # a sign alone says nothing, an empty field takes the answer away


def _dialog(parent: QWidget, attribute: Attribute) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setWindowTitle(attribute.title)
    dialog.setMinimumWidth(360)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(18, 16, 18, 14)
    layout.setSpacing(8)
    if attribute.guideline:
        hint = QLabel(attribute.guideline)
        hint.setProperty("soft", True)
        hint.setWordWrap(True)
        layout.addWidget(hint)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    layout.addWidget(buttons)
    return dialog, layout

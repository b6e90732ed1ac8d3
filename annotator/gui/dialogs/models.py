"""Which model suggests: the quick one, the thorough one behind it, or as this computer is."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from annotator.suggest.models import AUTO, NAMES, QUICK, THOROUGH

_ABOUT = {
    QUICK: ("Quick", "Suggestions within a second, on any computer."),
    THOROUGH: (
        "Thorough",
        "Finds more, and leaves fewer edges to mend. It works ahead in the queue, several times as slow, and takes "
        "some 700 MB of memory. Until it has looked at an article, you see what the quick one found; once you have "
        "decided something there, nothing is replaced.",
    ),
    AUTO: ("As this computer is", "Thorough where that is fast enough here, which is measured once; else quick."),
}


WIDTH = 520


class ModelDialog(QDialog):
    """`chosen` is one of `models.NAMES`."""

    def __init__(self, parent: QWidget, chosen: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Quick or thorough")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(8)
        self.buttons: dict[str, QRadioButton] = {}
        for name in NAMES:
            title, about = _ABOUT[name]
            button = self.buttons[name] = QRadioButton(title)
            button.setAccessibleDescription(about)
            layout.addWidget(button)
            note = QLabel(about)
            note.setWordWrap(True)
            note.setProperty("soft", True)
            note.setContentsMargins(24, 0, 0, 0)
            layout.addWidget(note)
        self.buttons[chosen].setChecked(True)
        self.buttons[chosen].setFocus()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setProperty("primary", True)
        ok.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.resize(WIDTH, layout.totalHeightForWidth(WIDTH))

    @property
    def chosen(self) -> str:
        return next(name for name, button in self.buttons.items() if button.isChecked())

"""Which model suggests: the quick one, or the thorough one behind it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget


class ModelDialog(QDialog):
    """`thorough` is what is chosen."""

    def __init__(self, parent: QWidget, thorough: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle("Quick or thorough")
        self.setMinimumWidth(480)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(8)
        self._quick, self._thorough = QRadioButton("Quick"), QRadioButton("Thorough")
        for button, about in (
            (self._quick, "Suggestions within a second, on any computer."),
            (
                self._thorough,
                "Finds more, and leaves fewer edges to mend. It works ahead in the queue, several times as "
                "slow, and takes some 700 MB of memory. Until it has looked at an article, you see what the quick one "
                "found; once you have decided something there, nothing is replaced.",
            ),
        ):
            layout.addWidget(button)
            note = QLabel(about)
            note.setWordWrap(True)
            note.setProperty("soft", True)
            note.setIndent(24)
            layout.addWidget(note)
        (self._thorough if thorough else self._quick).setChecked(True)
        (self._thorough if thorough else self._quick).setFocus()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setProperty("primary", True)
        ok.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    @property
    def thorough(self) -> bool:
        return self._thorough.isChecked()

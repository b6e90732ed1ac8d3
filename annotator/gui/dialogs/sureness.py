"""From how sure on open claims are accepted, and below what they are rejected; with how many that are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from annotator.core.counting import counted
from annotator.gui.dialogs.common import number_field

FROM, BELOW = 90, 20  # per cent


class SurenessDialog(QDialog):
    """`scores` are the probabilities of what is open."""

    def __init__(self, parent: QWidget, scores: Sequence[float]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Accept and reject by probability")
        self._scores = scores
        self.floor = number_field(0, 101, FROM, " %", "Accept from")
        self.ceiling = number_field(0, 101, BELOW, " %", "Reject below")
        self._taken, self._refused, self._left = QLabel(), QLabel(), QLabel()
        self._left.setProperty("soft", True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for row, (words, field, told) in enumerate(
            (("&Accept from", self.floor, self._taken), ("&Reject below", self.ceiling, self._refused))
        ):
            label = QLabel(words)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(told, row, 2)
            field.valueChanged.connect(self._count)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.go = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(10)
        layout.addLayout(grid)
        layout.addWidget(self._left)
        layout.addWidget(buttons)
        self._count()
        self.floor.selectAll()

    def takes(self, score: float) -> bool:
        return _shown(score) >= self.floor.value()

    def refuses(self, score: float) -> bool:
        return _shown(score) < self.ceiling.value() and not self.takes(score)

    def _count(self) -> None:
        taken, refused = sum(map(self.takes, self._scores)), sum(map(self.refuses, self._scores))
        self._taken.setText(counted(taken, "claim"))
        self._refused.setText(counted(refused, "claim"))
        left = len(self._scores) - taken - refused
        self._left.setText(f"{counted(left, 'claim')} of this article {'stays' if left == 1 else 'stay'} open.")
        self.go.setText(f"Accept {taken:,} and reject {refused:,}  ↵")
        self.go.setEnabled(taken + refused > 0)


def _shown(score: float) -> int:
    """As cards show it."""
    return round(100 * score)

"""How many suggestions to show: a slider from more to fewer, surer ones, with what each place brings and costs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from annotator.suggest.learned.card import card, nearest, thresholds


def effect(threshold: float) -> str:
    """What the model does at a threshold, in words, by the news it was tried on."""
    at = nearest(threshold)
    right, found = round(100 * at["precision"]), round(100 * at["recall"])
    return f"Of 100 claims shown, some {right} are right. Of 100 claims in an article, some {found} are shown."


class ThresholdDialog(QDialog):
    """Each move of the slider is shown in the window at once by `show_from`; `chosen` is where it stands."""

    def __init__(self, parent: QWidget, min_score: float, show_from: Callable[[float], None]) -> None:
        super().__init__(parent)
        self.setWindowTitle("More or fewer suggestions")
        self.setMinimumWidth(460)
        self._steps = thresholds()
        self._show_from = show_from
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(self._steps) - 1)
        self.slider.setPageStep(2)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(1)
        self.slider.setAccessibleName("From more suggestions to fewer, surer ones")
        ends = QHBoxLayout()
        ends.addWidget(QLabel("More"))
        ends.addStretch(1)
        ends.addWidget(QLabel("Fewer, surer"))
        self.effect = QLabel()
        self.effect.setWordWrap(True)
        note = QLabel("Measured on US political news. What you decided on stays.")
        note.setProperty("soft", True)
        layout.addLayout(ends)
        layout.addWidget(self.slider)
        layout.addWidget(self.effect)
        layout.addWidget(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        usual = buttons.addButton("Usual number", QDialogButtonBox.ButtonRole.ResetRole)
        usual.setAutoDefault(False)  # Return on the slider means OK
        usual.clicked.connect(lambda: self._go_to(card()["shown"]))
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setProperty("primary", True)
        ok.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._go_to(min_score)
        self.effect.setText(effect(self.chosen))
        self.slider.valueChanged.connect(self._moved)
        self.slider.setFocus()

    @property
    def chosen(self) -> float:
        return self._steps[self.slider.value()]

    def _go_to(self, threshold: float) -> None:
        near = min(range(len(self._steps)), key=lambda n: abs(self._steps[n] - threshold))
        self.slider.setValue(near)

    def _moved(self) -> None:
        self.effect.setText(effect(self.chosen))
        self._show_from(self.chosen)

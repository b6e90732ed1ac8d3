"""A step of making a dataset: it shows and takes a part of the recipe."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QLabel,
    QVBoxLayout,
    QWidget,
)

from annotator.datasets.plan import Plan
from annotator.datasets.recipe import Recipe


class Pane(QWidget):
    """A step: `changed` tells that the recipe is another one now."""

    changed = Signal()

    def __init__(self, title: str, about: str) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(18, 14, 18, 14)
        self.column.setSpacing(9)
        heading = QLabel(title)
        heading.setStyleSheet("font-weight: 600; font-size: 15px;")
        self.column.addWidget(heading)
        note = QLabel(about)
        note.setProperty("soft", True)
        note.setWordWrap(True)
        self.column.addWidget(note)

    def take(self, recipe: Recipe) -> Recipe:
        """The recipe with what is chosen here."""
        raise NotImplementedError

    def show_plan(self, plan: Plan) -> None:
        """Shows what was counted."""

    def show_nothing(self) -> None:
        """Takes away what was shown: there is nothing to make a dataset of."""

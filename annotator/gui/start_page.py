"""The page without an article: what Annotator is, and the few things to begin with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.gui.stepping import STEPS, Step
from annotator.gui.theme import Theme, icon, reading_font

NO_PROJECT, NO_ARTICLES = "start", "start without articles"  # where steps are offered


class StartPage(QWidget):
    """Shown while there is no project, or a project without articles; `take` does a step."""

    def __init__(self, take: Callable[[Step], object]) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = QLabel()
        self.title.setFont(reading_font(22))
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text = QLabel()
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setProperty("soft", True)
        self.text.setWordWrap(True)
        outer.addWidget(self.picture)
        outer.addSpacing(6)
        outer.addWidget(self.title)
        outer.addWidget(self.text)
        outer.addSpacing(18)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addStretch(1)
        self.buttons: dict[str, list[QPushButton]] = {NO_PROJECT: [], NO_ARTICLES: []}
        for place, buttons in self.buttons.items():
            for step in STEPS.at(place):
                button = QPushButton(step.places[place].words or step.text)
                button.setProperty("primary", not buttons)
                button.clicked.connect(lambda checked=False, s=step: take(s))
                buttons.append(button)
                line.addWidget(button)
        line.addStretch(1)
        outer.addLayout(line)
        outer.addStretch(3)
        self.show_for(None)

    def show_for(self, project: str | None) -> None:
        """For a project without articles, or (None) for no project."""
        empty = project is not None
        if empty:
            self.title.setText(f"{project} has no articles yet")
            self.text.setText("Drop text, CSV or JSONL files here, or a whole folder, or bring them in with a button.")
        else:
            self.title.setText("Who said what in the news")
            self.text.setText("Begin with the sample, or make a project and drop your articles on this window.")
        for place, buttons in self.buttons.items():
            for button in buttons:
                button.setVisible(place == (NO_ARTICLES if empty else NO_PROJECT))

    def set_theme(self, theme: Theme) -> None:
        self.picture.setPixmap(icon("annotator", theme, "accent", 64).pixmap(64, 64))

"""The lines above and below what is worked on: the project, how much is decided, the keys of the moment."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy

from annotator.gui.keys import BY_NAME, shown, tip

SAID = 7000  # milliseconds that a line stays
# The keys shown at the bottom, by what has them.
FOOTER = {
    "side": ("accept", "reject", "next_undecided", "edge_word_right", "go_to_text", "finish_and_next", "show_keys"),
    "by hand": ("next_mode", "next_stance", "set_actor", "next_edge", "edge_word_right", "go_to_text", "go_to_side"),
    "text": ("new_claim", "set_source", "set_cue", "set_content", "go_to_side", "show_keys"),
    "review": ("take_1", "take_version", "take_none", "edit_gold", "next_difference", "take_agreed", "show_keys"),
}
NAMES = {
    "accept": "accept",
    "reject": "reject",
    "next_undecided": "next undecided",
    "edge_word_right": "move edge",
    "go_to_text": "select in text",
    "finish_and_next": "finish and next",
    "show_keys": "all keys",
    "new_claim": "new claim",
    "set_source": "source",
    "set_cue": "cue",
    "set_content": "content",
    "go_to_side": "back",
    "next_mode": "mode",
    "next_stance": "stance",
    "set_actor": "who",
    "next_edge": "next edge",
    "take_1": "take a version",
    "take_version": "take all of it",
    "take_none": "neither",
    "edit_gold": "edit",
    "next_difference": "next difference",
    "take_agreed": "take what all agree on",
}
KEYS = {"edge_word_right": "⇧ ← →", "take_1": "1 2 …"}


class Elided(QLabel):
    """A line that is cut with a sign where the room ends."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


class Header(QFrame):
    """The line above. `cancelled` tells that suggesting shall stop."""

    cancelled = Signal()

    def __init__(self, step: Callable[[str], None]) -> None:
        super().__init__()
        self.setObjectName("header")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 6, 12, 6)
        line.setSpacing(14)
        self.project_name = QLabel()
        self.project_name.setObjectName("projectName")
        self.title = Elided()
        self.title.setObjectName("soft")
        self.whose = QLabel()
        self.whose.setObjectName("soft")
        self.suggest_label = QLabel()
        self.suggest_label.setObjectName("soft")
        self.suggest_cancel = QPushButton("Cancel")
        self.suggest_cancel.clicked.connect(self.cancelled)
        self.progress_label = QLabel()
        self.progress_label.setObjectName("soft")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(150)
        self.progress.setAccessibleName("Decided of all")
        guidelines = QPushButton(f"Guidelines  {shown('F1')}")
        guidelines.clicked.connect(lambda: step("show_guidelines"))
        self.finish = QPushButton()
        self.finish.setProperty("primary", True)
        self.finish.setToolTip(tip(BY_NAME["finish_and_next"]))
        self.finish.clicked.connect(lambda: step("finish_and_next"))
        line.addWidget(self.project_name)
        line.addWidget(self.title, 1)
        for widget in (
            self.whose,
            self.suggest_label,
            self.suggest_cancel,
            self.progress_label,
            self.progress,
            guidelines,
        ):
            line.addWidget(widget)
        line.addWidget(self.finish)
        for button in (guidelines, self.finish, self.suggest_cancel):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.show_suggesting(0, 0)

    def show_progress(self, text: str, decided: int, total: int, finish: str) -> None:
        """How much is decided, and what the button at the end does next."""
        self.progress_label.setText(text)
        self.progress.setMaximum(max(1, total))
        self.progress.setValue(decided)
        self.finish.setText(f"{finish}  {shown('Ctrl+Return')}")

    def show_suggesting(self, waiting: int, done: int) -> None:
        """That articles wait for suggestions; with a way to stop when they are many."""
        many = waiting + done > 6
        self.suggest_label.setVisible(waiting > 0)
        self.suggest_cancel.setVisible(waiting > 0 and many)
        self.suggest_label.setText(f"suggesting, {done:,} of {waiting + done:,}…" if many else "suggesting…")


class Footer(QFrame):
    """The line below: the keys of the moment, or what was said, and when it was saved."""

    free = Signal()  # what was said has been there long enough

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("footer")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 5, 16, 5)
        self.hints = QLabel()
        self.hints.setObjectName("soft")
        self.hints.setTextFormat(Qt.TextFormat.RichText)
        self.hints.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.saved = QLabel()
        self.saved.setObjectName("soft")
        line.addWidget(self.hints, 1)
        line.addWidget(self.saved)
        self._said = QTimer(self)
        self._said.setSingleShot(True)
        self._said.timeout.connect(self.free)

    def say(self, sentence: str) -> None:
        """A line for a few seconds."""
        self.hints.setText(sentence.replace("&", "&amp;").replace("<", "&lt;"))
        self._said.start(SAID)

    @property
    def saying(self) -> bool:
        return self._said.isActive()

    def stop_saying(self) -> None:
        self._said.stop()

    def show_keys(self, where: str, labels: bool, undo: str | None) -> None:
        """The keys of a pane; with those of the labels, and what undo would undo."""
        parts = [f"<b>{KEYS.get(n, shown(BY_NAME[n].keys[0]))}</b>&nbsp;&nbsp;{NAMES[n]}" for n in FOOTER[where]]
        if labels:
            parts.insert(2, "<b>1–8</b>&nbsp;&nbsp;label")
        if undo is not None:
            parts.append(f"<b>Ctrl Z</b>&nbsp;&nbsp;{undo[:1].lower()}{undo[1:]}")
        self.hints.setText("&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;".join(dict.fromkeys(parts)))

    def forget_saved(self) -> None:
        """Nothing was saved yet of what is open now."""
        self.saved.clear()

    def show_saved(self) -> None:
        self.saved.setText(f"Saved · {time.strftime('%H:%M:%S')}")

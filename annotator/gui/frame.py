"""The lines above and below what is worked on: the project, how much is decided, the keys of the moment."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy

from annotator.gui.stepping import STEPS, Step

if TYPE_CHECKING:
    from annotator.core.scheme import Scheme
    from annotator.labelling.labelled_article import LabelledArticle
    from annotator.review.adjudication import Review

SAID = 7000  # milliseconds that a line stays


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

    def __init__(self, take: Callable[[Step], object]) -> None:
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
        reading, self._finishing = STEPS.one_at("header"), STEPS.one_at("header end")
        guidelines = QPushButton(f"{reading.text}  {reading.key}")
        guidelines.clicked.connect(lambda: take(reading))
        self.finish = QPushButton()
        self.finish.setProperty("primary", True)
        self.finish.setToolTip(self._finishing.tip)
        self.finish.clicked.connect(lambda: take(self._finishing))
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

    def show_article(self, labelled: LabelledArticle, scheme: Scheme, editor: str, by_hand: bool) -> None:
        """What is labelled, by whom, what is answered of it as a whole, and how much is decided; `by_hand` when it is
        gold."""
        from annotator.core.annotation import ANSWERS
        from annotator.gui.workbench.wording import marks_of

        article, total, decided = labelled.article, labelled.suggestions, labelled.decided
        self.whose.setText("gold, by hand" if by_hand else f"labelled by {editor}")
        answered = [words for words, _ in marks_of(labelled.mine.answers.get(ANSWERS), scheme, "answers")]
        parts = (article.heading, article.source, article.date, *answered)
        self.title.setText("   ·   ".join(part for part in parts if part))
        text = f"{decided:,} of {total:,} decided" if total else "" if by_hand else "no suggestions yet"
        done = labelled.mine.finished is not None
        self.show_progress(
            text, decided, total, "Back to the review" if by_hand else "Next" if done else "Finish and next"
        )

    def show_review(self, review: Review) -> None:
        """What is under review, and how many of its differences are decided."""
        done = review.gold.finished is not None
        self.title.setText(f"Review   ·   {review.article.heading}")
        self.whose.setText("gold is finished" if done and not review.open else "")
        total, decided = len(review.questions), len(review.questions) - len(review.open)
        text = f"{decided:,} of {total:,} differences decided" if total else "no differences"
        self.show_progress(text, decided if total else 1, total, "Next" if done else "Finish and next")

    def show_progress(self, text: str, decided: int, total: int, finish: str) -> None:
        """How much is decided, and what the button at the end does next."""
        self.progress_label.setText(text)
        self.progress.setMaximum(max(1, total))
        self.progress.setValue(decided)
        self.finish.setText(f"{finish}  {self._finishing.key}")

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
        self.hints.setText(html.escape(sentence, quote=False))
        self._said.start(SAID)

    @property
    def saying(self) -> bool:
        return self._said.isActive()

    def stop_saying(self) -> None:
        self._said.stop()

    def show_keys(self, steps: Sequence[Step], place: str, labels: str, undo: str | None) -> None:
        """The keys of a place; with those of the labels, and what undo would undo."""
        parts = []
        for step in steps:
            here = step.places[place]
            parts.append(f"<b>{here.key or step.key}</b>&nbsp;&nbsp;{here.words}")
        if labels:
            parts.insert(2, f"<b>{html.escape(labels, quote=False)}</b>&nbsp;&nbsp;label")
        if undo is not None:
            parts.append(f"<b>Ctrl Z</b>&nbsp;&nbsp;{html.escape(undo[:1].lower() + undo[1:], quote=False)}")
        self.hints.setText("&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;".join(dict.fromkeys(parts)))

    def forget_saved(self) -> None:
        """Nothing was saved yet of what is open now."""
        self.saved.clear()

    def show_saved(self) -> None:
        self.saved.setText(f"Saved · {time.strftime('%H:%M:%S')}")

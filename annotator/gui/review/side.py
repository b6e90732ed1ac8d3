"""The right side of the review: the difference in question with its versions, what was done to them, and the notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from annotator.core import scheme as schemes
from annotator.core.annotation import leading_spans
from annotator.core.compare import FOUND
from annotator.core.text import covered
from annotator.core.wording import describe
from annotator.gui.dialogs.history import line_of
from annotator.gui.review.versions import TITLES, VersionTable, title_of
from annotator.gui.stepping import MAX_VERSIONS, STEPS
from annotator.gui.theme import Theme
from annotator.labelling.history import in_words, of_elements
from annotator.labelling.session import Session
from annotator.review.adjudication import Question, Review

HISTORY = 1  # the tab


@dataclass(frozen=True)
class Shown:
    """What the pane shows: a question of a review (None when there is none), its number of how many; the names that the
    versions go by, and the author whose version is in focus (None for gold)."""

    session: Session
    review: Review
    question: Question | None
    number: int
    total: int
    names: Mapping[int, str]
    focus: int | None
    anonymous: bool

    def actor_name(self, actor: int) -> str:
        return self.session.actors[actor].name if actor in self.session.actors else "unknown"


class DifferencePane(QWidget):
    """`step` tells the step whose button was pressed."""

    step = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.table = VersionTable(theme)
        self._shown: Shown | None = None
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("The difference")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(1, 0, 0, 0)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.addTab(self._build_difference(), "Difference")
        self.past, self.notes = _page_of_text(), _page_of_text()
        self.tabs.addTab(_scrolled(self.past), "History")
        self.tabs.addTab(_scrolled(self.notes), "Notes")
        self.tabs.currentChanged.connect(lambda: self._shown and self._show_past(self._shown))
        inside.addWidget(self.tabs)

    def _build_difference(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        self.what = QLabel()
        self.what.setWordWrap(True)
        self.what.setTextFormat(Qt.TextFormat.RichText)
        column.addWidget(self.what)
        column.addWidget(self.table)
        self.buttons = QGridLayout()
        self.buttons.setSpacing(6)
        column.addLayout(self.buttons)
        self.guideline = QLabel()
        self.guideline.setObjectName("note")
        self.guideline.setWordWrap(True)
        self.guideline.setTextFormat(Qt.TextFormat.RichText)
        column.addWidget(self.guideline)
        column.addStretch(1)
        return _scrolled(page)

    def set_theme(self, theme: Theme) -> None:
        self.theme = self.table.theme = theme

    def show_difference(self, held: Shown) -> None:
        """Shows a question with all that is known of it."""
        self._shown = held
        question, many = held.question, len(held.review.questions)
        notes = [q for q in held.review.questions if q.decision is not None and q.decision.note]
        none = f"{many} differences" if many else "No difference"
        self.tabs.setTabText(0, f"Difference {held.number} of {held.total}" if question is not None else none)
        self.tabs.setTabText(2, f"Notes {len(notes)}" if notes else "Notes")
        self._show_past(held)
        self._show_notes(held, notes)
        self._show_buttons(held)
        self.table.setVisible(question is not None)
        self.guideline.setVisible(question is not None)
        if question is None:
            agreed = "All editors agree on this article; it is in gold. Ctrl ↵ finishes it."
            self.what.setText(agreed if not many else "No difference fits what you look for.")
            return
        labels = {label.name: label.title for label in held.session.scheme.labels}
        self.table.labels, self.table.scheme = labels, held.session.scheme
        self.table.show_question(held.review, question, held.names, held.actor_name, held.focus)
        self.what.setText(self._in_words(held, question))
        self._show_guideline(held, question)

    def _in_words(self, held: Shown, question: Question) -> str:
        what = describe(question.difference, held.review.article.text, held.names, held.actor_name)
        decision = question.decision
        state = ""
        if question.state == "decided":
            by = f" by the rule “{decision.rule}”" if decision is not None and decision.rule else ""
            chosen = held.names.get(decision.choice or 0) if decision is not None else None
            whose = f": {chosen}" if chosen else ""
            state = f" <span style='color:{self.theme.favor}'>✓ decided{escaped(by + whose)}</span>"
        elif question.state == "noted" and decision is not None:
            state = f" <span style='color:{self.theme.cue}'>to discuss: {escaped(decision.note)}</span>"
        title = "Made by some only" if question.slot == FOUND else title_of(question, held.session.scheme)
        return f"<b>{escaped(title)}</b>: {escaped(what)}{state}"

    def _show_buttons(self, held: Shown) -> None:
        while self.buttons.count():
            item = self.buttons.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        if held.question is None:
            return
        versions = list(held.review.versions)[:MAX_VERSIONS]
        taking = STEPS.at("versions")
        wanted = [(step, f"Take {held.names[a]}") for step, a in zip(taking, versions, strict=False)]
        whose = "gold" if held.focus is None else f"all of {held.names[held.focus]}"
        whole, edit, none, note = STEPS.at("difference")
        wanted += [(whole, f"Take {whose}"), (edit, "Edit")]
        if (noun := {"claim": "claim", "mention": "entity"}.get(held.question.group[0])) is not None:
            wanted.append((none, f"No {noun}"))  # the article is there in any case
        wanted.append((note, "Note"))
        for number, (step, text) in enumerate(wanted):
            room = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 130)
            button = QPushButton(f"{room}  {step.key}")
            button.setToolTip(text)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setProperty("primary", step is whole)
            button.clicked.connect(lambda checked=False, s=step: self.step.emit(s))
            self.buttons.addWidget(button, number // 3, number % 3)

    def _show_guideline(self, held: Shown, question: Question) -> None:
        title = "Claims" if question.slot == FOUND else title_of(question, held.session.scheme)
        if question.group[0] == "mention" and question.slot in TITLES:
            title = "Entities"
        asked = held.session.scheme.attribute(question.group[0], question.slot)
        text = asked.guideline if asked is not None and asked.guideline else ""
        text = text or guideline(held.session.scheme.guidelines, title)
        self.guideline.setVisible(bool(text))
        self.guideline.setText(f"<b>Guideline: {escaped(title.lower())}</b><br>{escaped(text)}")

    def _show_past(self, held: Shown) -> None:
        """Who did what to the versions in question, and to gold; read only while it is looked at."""
        question, review = held.question, held.review
        if self.tabs.currentIndex() != HISTORY or question is None:
            return
        group, gold = review.groups[question.group], review.elements.get(question.group)
        elements = [(question.group[0], author, value.id) for author, value in group.members.items()]
        if gold is not None:
            elements.append((question.group[0], held.session.author, gold.id))
        names = held.session.names() | (dict(held.names) if held.anonymous else {})
        lines = []
        for entry in of_elements(held.session.history(), elements):
            wanted = [c for c in entry.changes if (c.kind, entry.author, c.id) in elements]
            details = [line for c in wanted for line in in_words(c, review.article.text, held.actor_name)]
            told = "<br>".join(map(escaped, details[:8]))
            lines.append(f"<p>{escaped(line_of(entry, names))}<br><i>{told}</i></p>")
        self.past.setText("".join(lines) or "These labels came in with a file; nothing was done to them here.")

    def _show_notes(self, held: Shown, notes: list[Question]) -> None:
        if not notes:
            self.notes.setText("No notes here. Q leaves one on a difference, to be discussed; it stays open.")
            return
        lines = []
        for question in notes:
            value = held.review.proposal(question.group)
            words = covered(held.review.article.text, leading_spans(value))
            assert question.decision is not None
            title = "made by some only" if question.slot == FOUND else title_of(question, held.session.scheme)
            lines.append(
                f"<p><b>{escaped(title)}</b> of “{escaped(words[:80])}”<br>{escaped(question.decision.note)}</p>"
            )
        self.notes.setText("".join(lines))


def guideline(markdown: str, title: str) -> str:
    """What the guidelines (those that come with the program when there are none) say on a slot: the point that begins
    with its name, or the first point or paragraph under a heading of that name; empty when there is none."""
    text = markdown or schemes.guidelines()
    found = re.search(rf"^- \*\*{title}\*\*:\s*(.*?)(?=^- |^\s*$|\Z)", text, re.M | re.S | re.I)
    found = found or re.search(rf"^#+ {title}\s*\n\s*\n(?:- )?(.*?)(?=^- |^\s*$|\Z)", text, re.M | re.S | re.I)
    return " ".join(found[1].replace("*", "").split()) if found else ""


def escaped(text: str) -> str:
    """Text as rich text that says the same."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _page_of_text() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setContentsMargins(16, 14, 16, 14)
    return label


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area

"""The card of the claim in focus: who, how, what and towards whom, each with its key, each to be clicked."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.annotation import Answer, Claim, slot_value
from annotator.core.scheme import Attribute, Scheme
from annotator.core.text import covered, shortened
from annotator.gui.stepping import STEPS, Step, key_label
from annotator.gui.theme import Theme
from annotator.gui.workbench.claim_cards import Card
from annotator.gui.workbench.wording import STATE_WORDS, sureness, unsure
from annotator.labelling.labelled_article import Item

LAST = 100  # the row of the note, below those of the scheme
MAX_ROWS = 20  # attributes on the card
MAX_SEGMENTS = 28  # signs: where values are longer, only what was answered is shown
SEGMENT_ROOM = 3  # signs that the room around one more value is worth
MAX_ANSWER_SHOWN = 26  # signs of an answer that was written or chosen in a dialog
TITLE_WIDTH = 72  # pixels: the words of a claim need the rest
BORDER = 2  # pixels, as in the style sheet
MAX_SHOWN = 420  # characters of a slot on the card
MODE_UNSURE = "Mode unsure: the quotation marks around it cannot be paired"


class _Name(QPushButton):
    """A name, as much of it as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_name(self, name: str) -> None:
        self._name = name
        self.setAccessibleName(name)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        shown = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&"))  # else it would be the sign of a key


class ClaimCard(Card):
    """Shows one claim; `step` does a step, `choose` gives an attribute a value."""

    def __init__(
        self, theme: Theme, step: Callable[[Step], object], choose: Callable[[Attribute, Answer], object]
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self.theme = theme
        self._step = step
        self._choose = choose
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 6, 12, 10)
        outer.setSpacing(5)
        top = QHBoxLayout()
        self.who = _Name()
        self.who.setProperty("value", True)
        self.who.setStyleSheet("font-weight: 600;")
        actor = STEPS.one_at("card actor")
        self.who.setToolTip(actor.tip)
        self.who.clicked.connect(lambda: step(actor))
        self.state = QLabel()
        self.state.setProperty("soft", True)
        top.addWidget(self.who, 1)
        top.addWidget(self.state)
        outer.addLayout(top)
        grid = self._grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        self.slots: dict[str, QLabel] = {}
        for row, (slot, title) in enumerate((("source", "Source"), ("cue", "Cue"), ("content", "Content"))):
            label = QLabel()
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            label.setWordWrap(True)  # after the policy, which it tells that the height depends on the width
            self.slots[slot] = label
            self._row(row, title, label, STEPS.one_at(f"card {slot}"))
        self.asked: tuple[Attribute, ...] = ()
        self.answers: dict[str, dict[Answer, QPushButton]] = {}  # by attribute and value
        self.written: dict[str, QPushButton] = {}  # numbers and texts
        self.titles: dict[str, QWidget] = {}
        self._of_scheme: list[QWidget] = []
        self.target = QPushButton()
        self.target.setProperty("value", True)
        towards = STEPS.one_at("card target")
        self.target.clicked.connect(lambda: step(towards))
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self._row(LAST, "Note", self.note, STEPS.one_at("card note"))
        outer.addLayout(grid)
        self.why = QLabel()
        self.why.setProperty("soft", True)
        self.why.setWordWrap(True)
        self.why.setTextFormat(Qt.TextFormat.PlainText)
        self.why.setStyleSheet("font-size: 11px;")
        outer.addWidget(self.why)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        self.accept = self._button(STEPS.one_at("card accept"), "Accept")
        self.accept.setProperty("primary", True)
        self.reject = self._button(STEPS.one_at("card reject"), "Reject")
        self.place = QLabel()
        self.place.setProperty("soft", True)
        for widget in (self.accept, self.reject):
            bottom.addWidget(widget)
        bottom.addStretch(1)
        bottom.addWidget(self.place)
        outer.addLayout(bottom)

    def height_for(self, width: int) -> int:
        """The height in which everything fits, for a width."""
        outer = self.layout()
        assert outer is not None
        # Both remember what they found for the claim before.
        self._grid.invalidate()
        outer.invalidate()
        # The border is drawn inside the card and takes from the room of what it holds.
        return outer.totalHeightForWidth(width - 2 * BORDER) + 2 * BORDER + 6

    def show_item(
        self,
        item: Item[Claim],
        text: str,
        names: Callable[[int | None], str | None],
        place: str,
        model: str,
        unpaired: bool = False,
    ) -> None:
        """Shows a claim; `names` tells actors' names by id, `place` is as "5 of 12", `model` made the suggestion;
        `unpaired` when the mode could not be read off the quotation marks."""
        claim, theme = item.value, self.theme
        name = names(claim.actor)
        source = covered(text, claim.source)
        self.who.show_name(name or (f"No actor: {source}" if source else "No actor"))
        percent = f" · {sureness(claim.score)}" if item.state == "suggested" and claim.score is not None else ""
        self.state.setText(STATE_WORDS[item.state] + percent)
        self._say_unsure(unsure(item.state, claim.score))
        self.why.setVisible(item.state == "suggested")
        if item.state == "suggested":
            self.why.setText(_why(claim, text, model) + (f"\n{MODE_UNSURE}" if unpaired else ""))
        if claim.implicit and not source:
            who = f'<span style="color:{theme.soft}">none in the text</span>'
        elif not source:
            who = f'<span style="color:{theme.against}">missing: select it, then press S (or 0 for none)</span>'
        else:
            who = _marked(source, theme.source, theme.source_tint)
            if name and name != source:
                who += f" → {html.escape(name)}"
        self.slots["source"].setText(who)
        cue = covered(text, claim.cue)
        self.slots["cue"].setText(
            f'<span style="color:{theme.cue}; font-weight:600">{html.escape(cue)}</span>'
            if cue
            else f'<span style="color:{theme.soft}">none</span>'
        )
        pieces = [shortened(covered(text, [s]), MAX_SHOWN) for s in claim.content]
        self.slots["content"].setText(
            " … ".join(f"⌈{_marked(p, theme.ink, theme.content_tint)}⌋" for p in pieces)
            or f'<span style="color:{theme.against}">missing: select it, then press W</span>'
        )
        for attribute in self.asked:
            answer = slot_value(claim, attribute.name)
            if title := self.titles.get(attribute.name):
                missing = attribute.required and attribute.default is None and answer is None
                title.setStyleSheet(f"color: {theme.against};" if missing else "")
            answer = attribute.default if answer is None else answer
            for value, button in self.answers.get(attribute.name, {}).items():
                button.setChecked(value in answer if isinstance(answer, tuple) else value == answer)
            if attribute.name in self.written:
                words = attribute.in_words(answer) if answer is not None else "–"
                self.written[attribute.name].setText(shortened(words, MAX_ANSWER_SHOWN))
                self.written[attribute.name].setToolTip(words)
        self.target.setText(names(claim.target) or "–")
        self.note.setText(claim.note or "–")
        self.accept.setEnabled(item.state in ("suggested", "rejected"))
        self.accept.setText(
            "Accepted"
            if item.state in ("accepted", "changed", "made")
            else _with_key("Accept", STEPS.one_at("card accept"))
        )
        self.reject.setEnabled(item.state != "rejected")
        verb = "Delete" if item.suggestion is None else "Rejected" if item.state == "rejected" else "Reject"
        self.reject.setText(verb if verb == "Rejected" else _with_key(verb, STEPS.one_at("card reject")))
        self.place.setText(place)

    def _say_unsure(self, doubtful: bool) -> None:
        """A doubtful suggestion is not one to be taken with a glance: nothing asks for that."""
        for widget, name, value in ((self.state, "unsure", doubtful), (self.accept, "primary", not doubtful)):
            if widget.property(name) != value:
                widget.setProperty(name, value)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def show_scheme(self, scheme: Scheme, steps: Callable[[str], list[Step]]) -> None:
        """Makes a row for each attribute that the scheme asks of claims; `steps` gives those of a place."""
        for widget in self._of_scheme:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._grid.removeWidget(self.target)
        self._of_scheme, self.answers, self.written, self.titles = [], {}, {}, {}
        self.asked = scheme.of("claim")
        row = len(self.slots)
        for attribute in self.asked[:MAX_ROWS]:
            going_on = next(iter(steps(f"attribute claim {attribute.name}")), None)
            made = self._row(row, attribute.title, self._answering(attribute, going_on), going_on)
            made[0].setToolTip(about(attribute))
            self.titles[attribute.name] = made[0]
            self._of_scheme += made
            row += 1
            if attribute.name == "stance":
                widgets = self._row(row, "Towards", self.target, STEPS.one_at("card target"))
                self._of_scheme += [widget for widget in widgets if widget is not self.target]
                row += 1
        self.target.setVisible(any(attribute.name == "stance" for attribute in self.asked))

    def _answering(self, attribute: Attribute, step: Step | None) -> QFrame | QPushButton:
        """What shows and takes the answer: a button a value, or one that asks."""
        values: list[tuple[Answer, str]] = [(value.name, value.shown) for value in attribute.values]
        if attribute.kind == "yes_no":
            values = [(True, "yes"), (False, "no")]
        if values and sum(len(text) for _, text in values) + SEGMENT_ROOM * (len(values) - 3) <= MAX_SEGMENTS:
            return self._segments(attribute, values)
        button = QPushButton()
        button.setProperty("value", True)
        if step is not None:
            button.clicked.connect(lambda: self._step(step))
        self.written[attribute.name] = button
        return button

    def _row(self, row: int, title: str, widget: QLabel | QPushButton | QFrame, step: Step | None) -> list[QWidget]:
        grid, made = self._grid, [widget]
        label = QLabel()
        label.setText(label.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, TITLE_WIDTH))
        label.setProperty("soft", True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        # On one line with the value's words, which stand lower where it has a border or room around it.
        lower = 0 if isinstance(widget, QLabel) else 2 if isinstance(widget, QPushButton) else 4
        label.setContentsMargins(0, lower, 0, 0)
        if isinstance(widget, QPushButton):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(widget, row, 1)
        if step is not None and step.key:
            key = QPushButton(step.key)
            key.setProperty("key", True)
            key.setToolTip(step.tip)
            key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            key.clicked.connect(lambda: self._step(step))
            grid.addWidget(key, row, 2, Qt.AlignmentFlag.AlignTop)
            made.append(key)
        return [label, *made]

    def _segments(self, attribute: Attribute, values: list[tuple[Answer, str]]) -> QFrame:
        box = QFrame()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        buttons: dict[Answer, QPushButton] = {}
        for n, (value, text) in enumerate(values):
            button = QPushButton(text)
            button.setCheckable(True)
            if key := next((one.key for one in attribute.values if one.name == value), ""):
                button.setToolTip(f"{attribute.title}: {attribute.value(str(value)).title} ({key_label(key)})")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setProperty("segment", "first" if n == 0 else "last" if n == len(values) - 1 else "middle")
            button.clicked.connect(lambda checked=False, v=value: self._choose(attribute, v))
            line.addWidget(button)
            buttons[value] = button
        line.addStretch(1)
        self.answers[attribute.name] = buttons
        return box

    def _button(self, step: Step, text: str) -> QPushButton:
        button = QPushButton(_with_key(text, step))
        button.setToolTip(step.tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._step(step))
        return button


def about(attribute: Attribute) -> str:
    """What there is to know of an attribute while labelling."""
    required = "Has to be answered before the article is finished." if attribute.required else ""
    return "\n".join(part for part in (attribute.title, attribute.guideline, required) if part)


def _with_key(text: str, step: Step) -> str:
    return f"{text}  {step.key}"


def _why(claim: Claim, text: str, model: str) -> str:
    """Why a claim is suggested, in words."""
    cue = covered(text, claim.cue)
    return f"Why: {f'the cue “{shortened(cue, 40)}”' if cue else 'quotation marks'}, by {model}"


def _marked(text: str, color: str, background: str) -> str:
    return f'<span style="color:{color}; background-color:{background}">&nbsp;{html.escape(text)}&nbsp;</span>'

"""The card of the claim in focus: who, how, what and towards whom, each with its key, each to be clicked."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from annotator.annotation import MODES, STANCES, Claim
from annotator.gui.claim_cards import MODE_WORDS, STANCE_WORDS, STATE_WORDS, sureness
from annotator.gui.keys import BY_NAME, shown, tip
from annotator.gui.sheet_drawing import unsure
from annotator.gui.theme import Theme
from annotator.sheet import Item
from annotator.text import covered

STANCE_ORDER = ("favor", "neutral", "against")
BORDER = 2  # pixels, as in the style sheet
MAX_SHOWN = 420  # characters of a slot on the card


class ClaimCard(QFrame):
    """Shows one claim; `step` runs a step by its name, `choose` sets a field to a value."""

    def __init__(self, theme: Theme, step: Callable[[str], None], choose: Callable[[str, str | None], None]) -> None:
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
        self.who = QPushButton()
        self.who.setProperty("value", True)
        self.who.setStyleSheet("font-weight: 600;")
        self.who.setToolTip(tip(BY_NAME["set_actor"]))
        self.who.clicked.connect(lambda: step("set_actor"))
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
        for row, (slot, title, name) in enumerate(
            (("source", "Source", "set_source"), ("cue", "Cue", "set_cue"), ("content", "Content", "set_content"))
        ):
            label = QLabel()
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            label.setWordWrap(True)  # after the policy, which it tells that the height depends on the width
            self.slots[slot] = label
            self._row(grid, row, title, label, name)
        self.mode = self._segments(grid, 3, "Mode", "next_mode", [(m, MODE_WORDS[m]) for m in MODES], "mode")
        self.stance = self._segments(
            grid, 4, "Stance", "next_stance", [(s, STANCE_WORDS[s]) for s in STANCE_ORDER], "stance"
        )
        assert set(STANCE_ORDER) == set(STANCES)
        self.target = QPushButton()
        self.target.setProperty("value", True)
        self.target.clicked.connect(lambda: step("set_target"))
        self._row(grid, 5, "Towards", self.target, "set_target")
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self._row(grid, 6, "Note", self.note, "edit_note")
        outer.addLayout(grid)
        self.why = QLabel()
        self.why.setProperty("soft", True)
        self.why.setWordWrap(True)
        self.why.setTextFormat(Qt.TextFormat.PlainText)
        self.why.setStyleSheet("font-size: 11px;")
        outer.addWidget(self.why)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        self.accept = self._button("accept", "Accept")
        self.accept.setProperty("primary", True)
        self.reject = self._button("reject", "Reject")
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
        self, item: Item[Claim], text: str, names: Callable[[int | None], str | None], place: str, model: str
    ) -> None:
        """Shows a claim; `names` tells actors' names by id, `place` is as "5 of 12", `model` made the suggestion."""
        claim, theme = item.value, self.theme
        name = names(claim.actor)
        source = covered(text, claim.source)
        self.who.setText(_short(name, 34) if name else f"{_short(source, 20)} (no actor)" if source else "No actor")
        percent = f" · {sureness(claim.score)}" if item.state == "suggested" and claim.score is not None else ""
        self.state.setText(STATE_WORDS[item.state] + percent)
        self._say_unsure(unsure(item.state, claim.score))
        self.why.setVisible(item.state == "suggested")
        if item.state == "suggested":
            self.why.setText(_why(claim, text, model))
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
        pieces = [_short(covered(text, [s]), MAX_SHOWN) for s in claim.content]
        self.slots["content"].setText(
            " … ".join(f"⌈{_marked(p, theme.ink, theme.content_tint)}⌋" for p in pieces)
            or f'<span style="color:{theme.against}">missing: select it, then press W</span>'
        )
        for value, button in self.mode.items():
            button.setChecked(value == claim.mode)
        for value, button in self.stance.items():
            button.setChecked(value == claim.stance)
        self.target.setText(names(claim.target) or "–")
        self.note.setText(claim.note or "–")
        self.accept.setEnabled(item.state in ("suggested", "rejected"))
        self.accept.setText(
            "Accepted" if item.state in ("accepted", "changed", "made") else _with_key("Accept", "accept")
        )
        self.reject.setEnabled(item.state != "rejected")
        verb = "Delete" if item.suggestion is None else "Rejected" if item.state == "rejected" else "Reject"
        self.reject.setText(verb if verb == "Rejected" else _with_key(verb, "reject"))
        self.place.setText(place)

    def _say_unsure(self, doubtful: bool) -> None:
        """A doubtful suggestion is not one to be taken with a glance: nothing asks for that."""
        for widget, name, value in ((self.state, "unsure", doubtful), (self.accept, "primary", not doubtful)):
            if widget.property(name) != value:
                widget.setProperty(name, value)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def _row(self, grid: QGridLayout, row: int, title: str, widget: QLabel | QPushButton | QFrame, step: str) -> None:
        label = QLabel(title)
        label.setProperty("soft", True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        # On one line with the value's words, which stand lower where it has a border or room around it.
        lower = 0 if isinstance(widget, QLabel) else 2 if isinstance(widget, QPushButton) else 4
        label.setContentsMargins(0, lower, 0, 0)
        key = QPushButton(shown(BY_NAME[step].keys[0]))
        key.setProperty("key", True)
        key.setToolTip(tip(BY_NAME[step]))
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.clicked.connect(lambda: self._step(step))
        if isinstance(widget, QPushButton):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(widget, row, 1)
        grid.addWidget(key, row, 2, Qt.AlignmentFlag.AlignTop)

    def _segments(
        self, grid: QGridLayout, row: int, title: str, step: str, values: list[tuple[str, str]], field: str
    ) -> dict[str, QPushButton]:
        box = QFrame()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        buttons = {}
        for n, (value, text) in enumerate(values):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setProperty("segment", "first" if n == 0 else "last" if n == len(values) - 1 else "middle")
            button.clicked.connect(lambda checked, v=value: self._choose(field, v))
            line.addWidget(button)
            buttons[value] = button
        line.addStretch(1)
        self._row(grid, row, title, box, step)
        return buttons

    def _button(self, step: str, text: str) -> QPushButton:
        button = QPushButton(_with_key(text, step))
        button.setToolTip(tip(BY_NAME[step]))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._step(step))
        return button


def _with_key(text: str, step: str) -> str:
    return f"{text}  {shown(BY_NAME[step].keys[0])}"


def _why(claim: Claim, text: str, model: str) -> str:
    """Why a claim is suggested, in words."""
    cue = covered(text, claim.cue)
    return f"Why: {f'the cue “{_short(cue, 40)}”' if cue else 'quotation marks'}, by {model}"


def _marked(text: str, color: str, background: str) -> str:
    return f'<span style="color:{color}; background-color:{background}">&nbsp;{html.escape(text)}&nbsp;</span>'


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"

"""Annotations as plain immutable values: mentions, actors, claims, one author's layer, and the edits that change it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from annotator.core.text import Span, Spans

Mode = Literal["direct", "indirect", "mixed"]
Stance = Literal["favor", "against", "neutral"]
Slot = Literal["source", "cue", "content"]
What = Literal["mention", "claim", "answers"]  # what is labelled: in the text, and the article as a whole
Kind = Literal["mention", "claim", "rejection", "decision", "answers", "finished", "actor"]
# What an attribute was given: a value's name, several of them in the scheme's order, yes or no, a number, a text.
Answer = str | tuple[str, ...] | bool | float
# By the attribute's name, sorted; what was not answered, or with the attribute's default, is left out.
Attributes = tuple[tuple[str, Answer], ...]

MODES: tuple[Mode, ...] = get_args(Mode)
STANCES: tuple[Stance, ...] = get_args(Stance)
SLOTS: tuple[Slot, ...] = get_args(Slot)


@dataclass(frozen=True, slots=True)
class Article:
    """An article with its text. `extra` are the metadata that have no field of their own."""

    id: int
    key: str
    text: str
    title: str = ""
    source: str = ""
    date: str = ""
    address: str = ""
    extra: str | None = None

    @property
    def heading(self) -> str:
        return self.title or self.key


@dataclass(frozen=True, slots=True)
class Origin:
    """The suggestion something was accepted from: its layer and its id there."""

    layer: int
    id: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A span with an entity label; `actor` is the id of whom or what it refers to."""

    id: int
    start: int
    end: int
    label: str
    actor: int | None = None
    score: float | None = None
    origin: Origin | None = None
    attributes: Attributes = ()

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Claim:
    """An attribution: who (source) says (cue) what (content), each zero or more spans in text order.

    `actor` and `target` are actors' ids. `implicit` says that an editor found no source in the text.
    """

    id: int
    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()
    mode: Mode = "indirect"
    actor: int | None = None
    stance: Stance | None = None
    target: int | None = None
    note: str = ""
    implicit: bool = False
    score: float | None = None
    origin: Origin | None = None
    attributes: Attributes = ()

    @property
    def start(self) -> int:
        return min((s[0][0] for s in (self.content, self.cue, self.source) if s), default=0)

    @property
    def end(self) -> int:
        return max((s[-1][1] for s in (self.content, self.cue, self.source) if s), default=0)


def leading_spans(value: Mention | Claim | Answers) -> Spans:
    """What of a value is read first: a mention's span, a claim's content, or its cue or source when it has none."""
    if isinstance(value, Answers):
        return ()
    return (value.span,) if isinstance(value, Mention) else value.content or value.cue or value.source


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered of the article as a whole; a layer has one at most, of the id `ANSWERS`."""

    id: int
    attributes: Attributes = ()


ANSWERS = 1


@dataclass(frozen=True, slots=True)
class Actor:
    """Who or what mentions refer to, across articles; also what a stance is taken towards. `same_as` is the actor that
    this one was found to be another name of."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    same_as: int | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A suggestion an editor does not want: its kind, its layer and its id there."""

    id: int
    of: What
    origin: Origin


@dataclass(frozen=True, slots=True)
class Version:
    """What a decision was made on: what an author's element says in the slot, in JSON (for "found" true)."""

    author: int
    element: int
    value: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the adjudicator decided on a difference: a value of a gold layer.

    `slot` is a slot, or "found" for whether there is anything at all; `gold` the gold element, None when there shall be
    none. `choice` is the author whose version was taken, None for none of them; `rule` the rule that decided, empty
    when it was the adjudicator. An `open` one is not decided yet but has a note.
    """

    id: int
    of: What
    slot: str
    gold: int | None
    versions: tuple[Version, ...]
    choice: int | None = None
    rule: str = ""
    note: str = ""
    open: bool = False


Value = Mention | Claim | Actor | Rejection | Decision | Answers | float
# The values by the kind of change that is about them; a layer holds all but actors.
VALUES: Mapping[str, type[Any]] = {
    "mention": Mention,
    "claim": Claim,
    "rejection": Rejection,
    "decision": Decision,
    "answers": Answers,
    "actor": Actor,
}
LAYER_KINDS = tuple(kind for kind in VALUES if kind != "actor")


def kind_of(value: Mention | Claim | Answers) -> What:
    return "mention" if isinstance(value, Mention) else "claim" if isinstance(value, Claim) else "answers"


def slot_value(value: Any, slot: str) -> Any:
    """What a value says in a slot: a field of it, else an attribute of the scheme; None when that was not answered."""
    if slot == "span" or slot in _FIELD_NAMES[type(value)]:
        return getattr(value, slot)
    return next((answer for name, answer in value.attributes if name == slot), None)


def with_answer(value: Any, attribute: str, answer: Answer | None) -> Any:
    """`value` with another answer to an attribute; None takes the answer away."""
    if attribute in _FIELD_NAMES[type(value)]:
        return replace(value, **{attribute: answer})
    others = [(name, given) for name, given in value.attributes if name != attribute]
    return replace(value, attributes=tuple(sorted([*others, *([(attribute, answer)] if answer is not None else [])])))


@dataclass(frozen=True, slots=True)
class Change:
    """What stood before and what stands after, for one element; None where there was or is nothing.

    For `finished` the values are the time (seconds since 1970) at which the layer was finished.
    """

    kind: Kind
    id: int
    before: Value | None
    after: Value | None

    def inverse(self) -> Change:
        return Change(self.kind, self.id, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing an editor did to one layer; `action` is what the menu calls it: Undo “Accept claim”."""

    action: str
    changes: tuple[Change, ...]

    def inverse(self) -> Edit:
        return Edit(self.action, tuple(c.inverse() for c in reversed(self.changes)))


@dataclass(frozen=True)
class Layer:
    """One author's annotations of one article. `id` is None when the author had done nothing there when it was read."""

    article: int
    author: int
    id: int | None = None
    finished: float | None = None
    mentions: Mapping[int, Mention] = field(default_factory=dict)
    claims: Mapping[int, Claim] = field(default_factory=dict)
    rejections: Mapping[int, Rejection] = field(default_factory=dict)
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    answers: Mapping[int, Answers] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Mapping[int, Any]:
        """The values of one of `LAYER_KINDS`, by id."""
        values: Mapping[int, Any] = getattr(self, _HELD_IN[kind])
        return values

    def after(self, changes: Sequence[Change]) -> Layer:
        """The layer with the changes made. Changes of actors do not concern it."""
        new: dict[str, Any] = {}
        for kind in {c.kind for c in changes} - {"actor"}:
            mine = [c for c in changes if c.kind == kind]
            if kind == "finished":
                new["finished"] = mine[-1].after
            else:
                new[_HELD_IN[kind]] = _changed(self.of_kind(kind), mine)
        return replace(self, **new)


_HELD_IN = {kind: kind if kind == "answers" else f"{kind}s" for kind in LAYER_KINDS}


def _changed(values: Mapping[int, Any], changes: list[Change]) -> dict[int, Any]:
    result = dict(values)
    for change in changes:
        if change.after is None:
            result.pop(change.id, None)
        else:
            result[change.id] = change.after
    return result


def new_id() -> int:
    """An id for a new element or actor: random, so that editors' files can be merged; exact as a JSON number."""
    return random.SystemRandom().getrandbits(53) or 1


_FIELD_NAMES = {kind: frozenset(f.name for f in fields(kind)) for kind in VALUES.values()}

"""Annotations as plain immutable values: mentions, actors, claims, one author's layer, and the edits that change it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

from annotator.text import Span, Spans

Mode = Literal["direct", "indirect", "mixed"]
Stance = Literal["favor", "against", "neutral"]
Slot = Literal["source", "cue", "content"]
Kind = Literal["mention", "claim", "rejection", "decision", "finished", "actor"]

MODES: tuple[Mode, ...] = get_args(Mode)
STANCES: tuple[Stance, ...] = get_args(Stance)
SLOTS: tuple[Slot, ...] = get_args(Slot)


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

    @property
    def start(self) -> int:
        return min((s[0][0] for s in (self.content, self.cue, self.source) if s), default=0)

    @property
    def end(self) -> int:
        return max((s[-1][1] for s in (self.content, self.cue, self.source) if s), default=0)


def leading_spans(value: Mention | Claim) -> Spans:
    """What of a value is read first: a mention's span, a claim's content, or its cue or source when it has none."""
    return (value.span,) if isinstance(value, Mention) else value.content or value.cue or value.source


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
    of: Literal["mention", "claim"]
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
    of: Literal["mention", "claim"]
    slot: str
    gold: int | None
    versions: tuple[Version, ...]
    choice: int | None = None
    rule: str = ""
    note: str = ""
    open: bool = False


Value = Mention | Claim | Actor | Rejection | Decision | float


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

    def after(self, changes: Sequence[Change]) -> Layer:
        """The layer with the changes made. Changes of actors do not concern it."""
        mentions, claims, rejections, finished = self.mentions, self.claims, self.rejections, self.finished
        decisions = self.decisions
        for kind in {c.kind for c in changes}:
            mine = [c for c in changes if c.kind == kind]
            if kind == "mention":
                mentions = _changed(mentions, mine)
            elif kind == "claim":
                claims = _changed(claims, mine)
            elif kind == "rejection":
                rejections = _changed(rejections, mine)
            elif kind == "decision":
                decisions = _changed(decisions, mine)
            elif kind == "finished":
                finished = mine[-1].after  # type: ignore[assignment]
        return replace(
            self, mentions=mentions, claims=claims, rejections=rejections, decisions=decisions, finished=finished
        )


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


def change_to_json(change: Change) -> list[Any]:
    """`[kind, id, before, after]` in plain JSON values, defaults left out."""
    return [change.kind, change.id, value_to_json(change.before), value_to_json(change.after)]


def change_from_json(data: list[Any]) -> Change:
    kind, key, before, after = data
    return Change(kind, key, value_from_json(kind, before), value_from_json(kind, after))


def value_to_json(value: Value | None) -> Any:
    """A value in plain JSON, defaults left out."""
    if value is None or isinstance(value, float):
        return value
    data = {}
    for name, default in _DEFAULTS[type(value)]:
        held = getattr(value, name)
        if name == "id" or held != default:
            data[name] = held
    if "origin" in data:
        data["origin"] = {"layer": data["origin"].layer, "id": data["origin"].id}
    if "versions" in data:
        data["versions"] = [asdict(version) for version in data["versions"]]
    return data


_DEFAULTS = {kind: [(f.name, f.default) for f in fields(kind)] for kind in (Mention, Claim, Actor, Rejection, Decision)}


def value_from_json(kind: Kind, data: Any) -> Value | None:
    if data is None or kind == "finished":
        return data
    values = dict(data)
    if "origin" in values:
        values["origin"] = Origin(**values["origin"])
    if kind == "mention":
        return Mention(**values)
    if kind == "actor":
        return Actor(**{**values, "aliases": tuple(values.get("aliases", ()))})
    if kind == "rejection":
        return Rejection(**values)
    if kind == "decision":
        return Decision(**{**values, "versions": tuple(Version(**v) for v in values["versions"])})
    for slot in SLOTS:
        values[slot] = tuple((s, e) for s, e in values.get(slot, ()))
    return Claim(**values)

"""What a project file knows of a layer, in a form that means the same in every file, and what follows from it.

A layer is what it began with (its base) and the events since: edits, undos and redos. Both only ever grow, and the
layer's values are computed from them alone. So files can be united in any order, any number of times, with one result
(a state-based CRDT: Shapiro et al. 2011, Conflict-free Replicated Data Types).

Ids of layers and authors are local to a file. In portable form an origin is [model's identity, hash of the model's
layer, id], and an author is an identity.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import orjson
import sqlalchemy as sa

from annotator.core.annotation import LAYER_KINDS
from annotator.core.errors import DamagedError
from annotator.core.fields import value_to_json
from annotator.core.identity import author_uid
from annotator.store import rows
from annotator.store.merging.soundness import BadFacts, check_event, check_value, is_number, need
from annotator.store.project import driver
from annotator.store.tables import STANDS, UNDONE

Key = tuple[str, int]  # kind and id of a value; ("finished", 0) is when the layer was finished
Values = dict[Key, Any]  # portable JSON

_FINISHED: Key = ("finished", 0)


@dataclass(frozen=True, slots=True)
class Event:
    """An edit (`changes` in portable form), or the undo or redo of one (`of`). `order` is the same in every file."""

    uid: str
    clock: int
    time: float
    by: str
    kind: str
    of: str | None
    action: str
    changes: tuple[Any, ...]
    arrival: int | None = None

    @property
    def order(self) -> tuple[int, str]:
        return self.clock, self.uid


def event_to_json(event: Event) -> list[Any]:
    return [getattr(event, f.name) for f in fields(event)]


def event_from_json(data: list[Any]) -> Event:
    """Raises ValueError or TypeError for what is none; its values are for `check_event`."""
    uid, clock, time, by, kind, of, action, changes, arrival = data
    return Event(uid, clock, time, by, kind, of, action, tuple(tuple(c) for c in changes), arrival)


@dataclass(frozen=True)
class Branch:
    """A base with the events on it."""

    base: Values
    events: Mapping[str, Event] = field(default_factory=dict)
    arrival: int | None = None

    @property
    def hash(self) -> str:
        return hash_of(self.base)

    @property
    def rank(self) -> tuple[bool, int, float, str]:
        """Of several branches the greatest counts: one on which an edit stands before one without, then the latest."""
        worked_on = STANDS in derive(self).edits.values()
        latest = max((e.clock for e in self.events.values()), default=0)
        return worked_on, latest, self.base.get(_FINISHED) or 0.0, self.hash

    def united(self, other: Branch) -> Branch:
        """With the events of both; what came earlier keeps its arrival."""
        return replace(self, events={**other.events, **self.events})


@dataclass(frozen=True)
class LayerState:
    """What follows from a branch: the values, the state of each edit, and how many edits did not find what their author
    had seen (somebody had changed it elsewhere; the later one counts)."""

    values: Values
    edits: Mapping[str, int]
    conflicts: int


def hash_of(base: Values) -> str:
    """The identity of a base; empty for an empty one."""
    if not base:
        return ""
    listed = [[kind, key, value] for (kind, key), value in sorted(base.items(), key=lambda item: item[0])]
    return hashlib.blake2b(orjson.dumps(listed, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def derive(branch: Branch) -> LayerState:
    """Computes a layer: the standing edits, one after the other, each value being what the last one made of it."""
    ordered = sorted(branch.events.values(), key=lambda e: e.order)
    edits = {e.uid: STANDS for e in ordered if e.kind == "edit"}
    for event in ordered:
        if event.kind != "edit" and event.of in edits:
            edits[event.of] = UNDONE if event.kind == "undo" else STANDS
    values, conflicts = dict(branch.base), 0
    last_set: dict[Key, tuple[int, str]] = {}
    for event in ordered:
        if edits.get(event.uid) != STANDS:
            continue
        clashes = 0
        for kind, key, before, after in event.changes:
            if kind == "actor":
                continue
            place = (kind, key)
            clashes += values.get(place) != before
            last_set[place] = event.order
            if after is None:
                values.pop(place, None)
            else:
                values[place] = after
        conflicts += bool(clashes)
    return LayerState(*_decided_once(values, last_set, edits, conflicts))


def _decided_once(
    values: Values, last_set: Mapping[Key, tuple[int, str]], edits: Mapping[str, int], conflicts: int
) -> tuple[Values, Mapping[str, int], int]:
    """A suggestion that was decided on at two places counts as decided later."""
    of_origin: dict[tuple[Any, ...], list[Key]] = {}
    for place, value in values.items():
        origin = value.get("origin") if isinstance(value, dict) else None
        if origin is not None and origin[1]:  # of a model's layer that is there
            kind = value["of"] if place[0] == "rejection" else place[0]
            of_origin.setdefault((kind, *origin), []).append(place)
    for places in of_origin.values():
        if len(places) > 1:
            conflicts += 1
            for place in sorted(places, key=lambda p: (last_set.get(p, (0, "")), p))[:-1]:
                del values[place]
    return values, edits, conflicts


def base_of(values: Values, events: Iterable[Event]) -> Values:
    """What a layer with these values began with: of what was edited, what the first edit found."""
    base = dict(values)
    seen = set()
    for event in sorted(events, key=lambda e: e.order):
        if event.kind != "edit":
            continue
        for kind, key, before, _ in event.changes:
            place = (kind, key)
            if kind != "actor" and place not in seen:
                seen.add(place)
                if before is None:
                    base.pop(place, None)
                else:
                    base[place] = before
    return base


def plain_version(version: str) -> str:
    """A model's version without the mark (" ~2", " ~3" …) of a further layer that it made of an article elsewhere."""
    return re.sub(r" ~\d+$", "", version)


class Reader:
    """Reads facts from one project file, each checked: what somebody else's file holds may be anything."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._execute = driver(connection).execute
        self.author_uids: dict[int, str] = {}
        self.model_uids: dict[int, str] = {}  # a model's, whichever of several layers of one article it is
        for key, uid, kind, name, version in self._execute(
            "SELECT id, uid, kind, name, version FROM author"
        ).fetchall():
            self.author_uids[key] = uid
            if kind == "model":
                self.model_uids[key] = author_uid("model", name, plain_version(version))
        self._hashes: dict[int, str] = {}

    def branch(self, article: int, author: int, length: int) -> tuple[Branch, int | None]:
        """The branch that a layer is, and the layer's id (None when nothing of it is left). Raises BadFacts."""
        row = self._execute(
            "SELECT id, finished, arrival FROM layer WHERE article_id = ? AND author_id = ?", (article, author)
        ).fetchone()
        events = {e.uid: e for e in self.events(article, author, length)}
        if row is None:
            return Branch(base_of({}, events.values()), events), None
        return Branch(base_of(self.values(row[0], row[1], length), events.values()), events, row[2]), row[0]

    def branches(self, article: int, author: int, length: int) -> list[Branch]:
        """All there is of a layer: the branch that counts and those that could not be placed. Raises BadFacts."""
        here, _ = self.branch(article, author, length)
        found = [here] if here.base or here.events else []
        rows = self._execute(
            "SELECT base, events, arrival FROM branch WHERE article_id = ? AND author_id = ?", (article, author)
        ).fetchall()
        for base, events, arrival in rows:
            try:
                values = {(kind, key): value for kind, key, value in orjson.loads(base)}
                held = [event_from_json(data) for data in orjson.loads(events)]
            except (ValueError, TypeError, IndexError) as error:
                raise BadFacts("It holds a branch that cannot be read.") from error
            for (kind, key), value in values.items():
                check_value(kind, key, value, length)
            for event in held:
                check_event(event, length)
            found.append(Branch(values, {e.uid: e for e in held}, arrival))
        return found

    def values(self, layer: int, finished: float | None, length: int) -> Values:
        """A layer's values. Raises BadFacts."""
        found: Values = {}
        if finished is not None:
            need(is_number(finished), "a time that is none")
            found[_FINISHED] = float(finished)
        for kind in LAYER_KINDS:
            try:
                values = rows.read(driver(self._connection), kind, layer)
            except DamagedError as error:
                raise BadFacts(f"a {kind} that cannot be read") from error
            for value in values:
                data = orjson.loads(orjson.dumps(self.portable(kind, value_to_json(value))))
                check_value(kind, value.id, data, length)
                found[kind, value.id] = data
        return found

    def portable(self, kind: str, data: Any) -> Any:
        """A value's JSON with what is local to the file replaced by what means the same everywhere."""
        if not isinstance(data, dict):
            return data
        if kind in ("mention", "claim", "rejection") and data.get("origin") is not None:
            origin = data["origin"]
            return data | {"origin": [*self._model_layer(origin["layer"]), origin["id"]]}
        if kind == "decision":
            versions = [v | {"author": self._uid(v["author"])} for v in data["versions"]]
            choice = data.get("choice")
            return data | {"versions": versions} | ({} if choice is None else {"choice": self._uid(choice)})
        return data

    def _uid(self, author: Any) -> str:
        uid = self.author_uids.get(author)
        need(uid is not None, "an author that is not there")
        assert uid is not None
        return uid

    def _model_layer(self, layer: Any) -> tuple[str, str]:
        row = self._execute(
            "SELECT l.author_id, l.finished, a.length FROM layer l JOIN article a ON a.id = l.article_id "
            "WHERE l.id = ?",
            (layer,),
        ).fetchone()
        if row is None:
            return "", ""
        return self.model_uids[row[0]], self.layer_hash(layer, row[1], row[2])

    def layer_hash(self, layer: int, finished: float | None, length: int) -> str:
        """The identity of a layer that nobody edits, as a model's."""
        if layer not in self._hashes:
            self._hashes[layer] = hash_of(self.values(layer, finished, length))
        return self._hashes[layer]

    def events(self, article: int, author: int, length: int) -> list[Event]:
        """What was done to a layer, in no order. Raises BadFacts."""
        rows = self._execute(
            "SELECT e.uid, e.clock, e.time, e.by_id, e.kind, o.uid, e.action, e.changes, e.arrival FROM edit e "
            "LEFT JOIN edit o ON o.id = e.of WHERE e.article_id = ? AND e.author_id = ?",
            (article, author),
        ).fetchall()
        return [self._event(row, length) for row in rows]

    def _event(self, row: tuple[Any, ...], length: int) -> Event:
        uid, clock, time, by, kind, of, action, changes, arrival = row
        try:
            made = tuple(
                (what, key, self.portable(what, before), self.portable(what, after))
                for what, key, before, after in orjson.loads(changes)
            )
        except (ValueError, TypeError, KeyError) as error:
            raise BadFacts("It holds an edit that cannot be read.") from error
        event = Event(uid, clock, time, self._uid(by), kind, of, action, made, arrival)
        check_event(event, length)
        return event


def localized(kind: str, data: Any, layer_of: Mapping[tuple[str, str], int], author_of: Mapping[str, int]) -> Any:
    """A portable value's JSON as one file has it. `layer_of` is the file's layer of a model by the model's identity and
    the layer's hash; an origin in a layer that is not there is no origin, and the rejection of what is not there None.
    """
    if not isinstance(data, dict):
        return data
    if data.get("origin") is not None:
        model, digest, key = data["origin"]
        layer = layer_of.get((model, digest))
        if layer is not None:
            return data | {"origin": {"layer": layer, "id": key}}
        return None if kind == "rejection" else {k: v for k, v in data.items() if k != "origin"}
    if kind == "decision":
        versions = [v | {"author": author_of[v["author"]]} for v in data["versions"]]
        choice = data.get("choice")
        return data | {"versions": versions} | ({} if choice is None else {"choice": author_of[choice]})
    return data

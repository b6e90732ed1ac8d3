"""Labels that were edited outside, as in a table for a colleague, and come back: the edit that makes a layer so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotator.core.annotation import Change, Claim, Edit, Kind, Layer, Mention, new_id
from annotator.core.fields import FIELDS
from annotator.core.record import Record
from annotator.store import rows

ACTION = "Take labels over"


def taking_over(
    held: Layer, record: Record, actor_ids: Mapping[str | None, int | None], unheld: Mapping[str, Collection[str]]
) -> Edit | None:
    """The edit that makes a layer what a checked record says; None when it is so. `unheld` are the fields by kind that
    the record's format does not hold, which stay as they are; "*" among them is the whole kind."""
    changes: list[Change] = []
    kinds: tuple[Kind, ...] = ("mention", "claim", "answers")
    for kind in kinds:
        without = unheld.get(kind, ())
        if "*" not in without:
            items = _items(record, kind)
            changes += _changes(
                kind, held.of_kind(kind), [rows.value(kind, item, actor_ids) for item in items], without
            )
    finished = record.get("finished")
    if "finished" not in unheld.get("record", ()) and (finished is None) != (held.finished is None):
        changes.append(Change("finished", 0, held.finished, finished))
    return Edit(ACTION, tuple(changes)) if changes else None


def _items(record: Record, kind: str) -> Sequence[Record]:
    if kind == "answers":
        return [record] if record.get("attributes") else []
    found: Sequence[Record] = record.get(f"{kind}s") or ()
    return found


def _changes(kind: Kind, held: Mapping[int, Any], new: Sequence[Any], without: Collection[str]) -> Iterator[Change]:
    """What is the same stays; what lies at the same places is changed; all else goes, or is new."""
    fixed = {"id", "origin", *without}
    names = [field.name for field in FIELDS[kind] if field.name not in fixed]

    def said(value: Any) -> tuple[Any, ...]:
        return tuple(getattr(value, name) for name in names)

    same, placed = _by(held.values(), said), _by(held.values(), _places)
    left, rest = dict(held), []
    for value in new:
        found = same.get(said(value))
        if found:
            del left[found.pop().id]
        else:
            rest.append(value)
    for value in rest:
        found = [one for one in placed.get(_places(value), ()) if one.id in left]
        if found:
            before = left.pop(found[0].id)
            kept = {name: getattr(before, name) for name in fixed if hasattr(before, name)}
            yield Change(kind, before.id, before, replace(value, **kept))
        else:
            made = value if kind == "answers" else replace(value, id=new_id())
            yield Change(kind, made.id, None, made)
    for gone in left.values():
        yield Change(kind, gone.id, gone, None)


def _by(values: Iterable[Any], key: Callable[[Any], Hashable]) -> dict[Hashable, list[Any]]:
    found: dict[Hashable, list[Any]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found


def _places(value: Any) -> tuple[Any, ...]:
    """Where a value lies. An article has one set of answers."""
    if isinstance(value, Mention):
        return value.span
    return (value.source, value.cue, value.content) if isinstance(value, Claim) else ()

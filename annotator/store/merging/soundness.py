"""What a value or an edit in a project file may be: somebody else's file may hold anything."""

from __future__ import annotations

from typing import Any, get_args

from annotator.core.annotation import ANSWERS, MODES, SLOTS, STANCES, What
from annotator.core.compare import CLAIM_SLOTS, FOUND, MENTION_SLOTS
from annotator.core.errors import AnnotatorError
from annotator.core.fields import FIELDS
from annotator.core.record import MAX_NAME
from annotator.core.scheme import check_answers, is_name

MAX_TEXT = 10_000_000  # of a note or another free text
_LIMIT = 2**53
_LAST = 2**60  # the clock of a file: far from where the next edits would have no room


class BadFacts(AnnotatorError, ValueError):
    """Something in a file that no project of ours would hold, in words for an editor."""


# What the JSON of a field may be, by what the field holds.
_JSON: dict[str, type | tuple[type, ...]] = {
    "int": int,
    "str": str,
    "float": float,
    "bool": bool,
    "attributes": dict,
    **dict.fromkeys(("texts", "spans", "origin", "versions"), (list, tuple)),
}
_FIELDS = {kind: {field.name: _JSON[field.type] for field in held} for kind, held in FIELDS.items()}
_FIELDS["decision"]["choice"] = str  # an author's identity
# What may be there and say nothing, and what must be there.
_EMPTY = {kind: {field.name for field in held if field.optional} for kind, held in FIELDS.items()}
_NEEDED = {kind: [field.name for field in held if field.needed] for kind, held in FIELDS.items()}


def check_value(kind: Any, key: Any, data: Any, length: int) -> None:
    """Raises BadFacts unless `data` is the portable JSON of a value of this kind and id, its spans within a text of
    `length` code points."""
    if kind == "finished":
        need(key == 0 and is_number(data), "a time that is none")
        return
    wanted = _FIELDS.get(kind) if isinstance(kind, str) else None
    need(wanted is not None and isinstance(data, dict), "a value of no kind")
    assert wanted is not None
    need(isinstance(key, int) and 0 < key < _LIMIT and data.get("id") == key, f"a {kind} without an id")
    for name, value in data.items():
        _check_field(kind, name, value, wanted.get(name))
    need(all(name in data for name in _NEEDED[kind]), f"a {kind} that is not whole")
    if kind == "mention":
        need(0 <= data["start"] < data["end"] <= length, "an entity outside its text")
        need(bool(data["label"].strip()), "an entity without a label")
        need(len(data["label"]) <= MAX_NAME, f"an entity whose label is longer than {MAX_NAME} signs")
    elif kind == "claim":
        _check_claim(data, length)
    elif kind == "actor":
        _check_actor(data)
    elif kind == "decision":
        _check_decision(data)
    elif kind == "answers":
        need(key == ANSWERS, "answers to nothing")
    if data.get("attributes"):
        _check_attributes(kind, data["attributes"])
    origin = data.get("origin")
    if origin is not None:
        fits = len(origin) == 3 and all(isinstance(o, str) for o in origin[:2])
        fits = fits and type(origin[2]) is int and 0 < origin[2] < _LIMIT
        need(fits, "an odd origin")
    if kind == "rejection":
        need(data["of"] in ("mention", "claim") and origin is not None, "an odd rejection")
    score = data.get("score")
    need(score is None or 0 <= score <= 1, f"a {kind} whose score is odd")
    for name in ("actor", "target", "same_as"):
        held = data.get(name)
        need(held is None or 0 < held < _LIMIT, f"a {kind} of an odd {name}")


def _check_field(kind: str, name: str, value: Any, wanted: type | tuple[type, ...] | None) -> None:
    fits = wanted is not None and (
        isinstance(value, wanted) or (wanted is float and type(value) is int and value in (0, 1))
    )
    fits = fits or (value is None and name in _EMPTY[kind])
    need(fits and not (isinstance(value, bool) and wanted is int), f"a {kind} whose {name[:20]} is odd")
    if isinstance(value, str):
        need(len(value) <= MAX_TEXT and "\0" not in value, f"odd text in a {kind}")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadFacts(f"It holds odd text in a {kind}.") from None


def _check_claim(data: dict[str, Any], length: int) -> None:
    for slot in SLOTS:
        last = 0
        for span in data.get(slot) or ():
            need(isinstance(span, list | tuple) and len(span) == 2, f"a claim whose {slot} is odd")
            start, end = span
            need(type(start) is int and type(end) is int, f"a claim whose {slot} is odd")
            need(last <= start < end <= length, f"a claim whose {slot} is outside its text")
            last = end
    need(data.get("mode", "indirect") in MODES and data.get("stance") in (None, *STANCES), "a claim of an odd mode")


def _check_actor(data: dict[str, Any]) -> None:
    need(bool(data["name"].strip()), "an actor without a name")
    need(len(data["name"]) <= MAX_NAME, f"an actor whose name is longer than {MAX_NAME} signs")
    aliases = data.get("aliases") or ()
    need(all(isinstance(a, str) and 0 < len(a) <= MAX_NAME for a in aliases), "an actor whose aliases are odd")


def _check_attributes(kind: str, data: dict[str, Any]) -> None:
    try:
        check_answers(data)
    except ValueError as error:
        raise BadFacts(f"It holds a {kind} whose attributes are odd: {error}.") from error


def _check_decision(data: dict[str, Any]) -> None:
    slots = (*MENTION_SLOTS, *CLAIM_SLOTS, FOUND)
    need(data["of"] in get_args(What) and (data["slot"] in slots or is_name(data["slot"])), "an odd decision")
    gold = data["gold"]
    need(gold is None or 0 < gold < _LIMIT, "an odd decision")
    for version in data["versions"] or ():
        fits = isinstance(version, dict) and version.keys() == {"author", "element", "value"}
        need(fits and isinstance(version["author"], str) and isinstance(version["value"], str), "an odd decision")
        need(type(version["element"]) is int and 0 <= version["element"] < _LIMIT, "an odd decision")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def need(fits: bool, what: str) -> None:
    if not fits:
        raise BadFacts(f"It holds {what}.")


def check_event(event: Any, length: int) -> None:
    need(isinstance(event.uid, str) and 0 < len(event.uid) <= 64, "an edit without identity")
    need(type(event.clock) is int and 0 <= event.clock < _LAST and is_number(event.time), "an edit at no time")
    need(event.kind in ("edit", "undo", "redo") and isinstance(event.action, str), "an edit of no kind")
    need(event.of is None or isinstance(event.of, str), "an edit of no kind")
    need(len(event.action) <= MAX_NAME and isinstance(event.by, str), "an edit of no kind")
    for change in event.changes:
        need(len(change) == 4, "an edit that cannot be read")
        what, key, before, after = change
        need(isinstance(what, str) and type(key) is int, "an edit that cannot be read")
        for value in (before, after):
            if value is not None:
                check_value(what, key, value, length)

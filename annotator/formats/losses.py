"""What a format cannot hold: named, counted, and taken out of the records before they are written.

A writer is handed what its format holds and nothing else, so that the table of its losses cannot say one thing and the
file another; what is read back must equal it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from annotator.core.record import Record
from annotator.core.text import shortened

FIRST = 3  # cases of a loss that are shown
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "record": {
        "id": "the article's key",
        "title": "the title",
        "source": "the outlet",
        "date": "the date",
        "address": "the address",
        "copy_of": "whose copy an article is",
        "layer": "whose labels they are",
        "kind": "whether a person, a model or the adjudicator made them",
        "version": "the model's version",
        "author": "the annotator's identity",
        "finished": "when the article was finished",
        "derived": "what was derived and not said",
        "attributes": "answers about the article as a whole",
        "extra": "other metadata",
    },
    "mentions": {
        "actor": "the actor of an entity",
        "score": "the probability of an entity",
        "attributes": "answers about an entity",
    },
    "claims": {
        "actor": "the actor of a claim",
        "mode": "the mode of a claim",
        "stance": "the stance of a claim",
        "target": "the target of a claim",
        "note": "the note of a claim",
        "implicit": "that a claim's source is in no words of the text",
        "score": "the probability of a claim",
        "attributes": "answers about a claim",
    },
}
Tell = Callable[[str, str], None]  # a loss, and a case of it


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that depends on what is written: `without` gives the record without it, and tells each case."""

    what: str
    without: Callable[[Record, Callable[[str], None]], Record]


@dataclass(frozen=True, slots=True)
class Losses:
    """The loss table of a format: fields of the record, of its mentions and its claims; whether it holds no claims or
    no mentions at all; and what depends on the case."""

    record: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    no: tuple[str, ...] = ()  # "claims", "mentions"
    others: tuple[Loss, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.record or self.mentions or self.claims or self.no or self.others)

    def lines(self) -> list[str]:
        """Each loss in words."""
        said = [{"claims": "claims", "mentions": "entities"}[kind] for kind in self.no]
        for kind in ("record", "mentions", "claims"):
            said += [_FIELDS[kind][name] for name in getattr(self, kind)]
        return said + [loss.what for loss in self.others]


NO_LOSSES = Losses()


@dataclass
class Tally:
    """How often each loss happened, and its first cases."""

    counts: dict[str, int] = field(default_factory=dict)
    cases: dict[str, list[str]] = field(default_factory=dict)

    def tell(self, what: str, case: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        first = self.cases.setdefault(what, [])
        if len(first) < FIRST and case not in first:
            first.append(case)

    def lines(self) -> list[str]:
        """Each loss with its number and first cases, the commonest first."""
        ordered = sorted(self.counts.items(), key=lambda one: (-one[1], one[0]))
        return [f"{number:,} × {what} (as {'; '.join(self.cases[what])})" for what, number in ordered]


def kept(record: Record, losses: Losses, tally: Tally) -> Record:
    """What a format holds of a record; what it does not goes into the tally."""
    made = {name: value for name, value in record.items() if name not in losses.record}
    where = shortened(str(record.get("id", "")), 60)
    for name in losses.record:
        if is_said(record.get(name)):
            tally.tell(_FIELDS["record"][name], where)
    for kind in ("mentions", "claims"):
        items = record.get(kind) or []
        if kind in losses.no:
            if items:
                tally.counts[_none(kind)] = tally.counts.get(_none(kind), 0) + len(items) - 1
                tally.tell(_none(kind), where)
            items = []
        names: tuple[str, ...] = getattr(losses, kind)
        if names:
            for number, item in enumerate(items, 1):
                for name in names:
                    if is_said(item.get(name)):
                        tally.tell(_FIELDS[kind][name], f"{where}, {kind[:-1]} {number}")
            items = [{name: value for name, value in item.items() if name not in names} for item in items]
        made[kind] = items
    for loss in losses.others:
        made = loss.without(made, lambda case, what=loss.what: tally.tell(what, f"{where}: {case}"))  # type: ignore[misc]
    return made


def _none(kind: str) -> str:
    return {"claims": "claim", "mentions": "entity"}[kind]


def is_said(value: Any) -> bool:
    """Whether a value says something: no is nothing, but zero is a number."""
    return value is not None and value != "" and value != [] and value != {} and value is not False


def exactly(record: Record) -> bytes:
    """The same for records that hold the same in the same order."""
    return hashlib.blake2b(orjson.dumps(record), digest_size=16).digest()


def fingerprint(record: Record) -> bytes:
    """The same for records that say the same, in whatever order, with what is empty left out or not."""
    plain = _said_of(record)
    for kind in ("mentions", "claims"):
        items = [orjson.dumps(_said_of(item), option=orjson.OPT_SORT_KEYS) for item in record.get(kind) or ()]
        plain[kind] = b"\n".join(sorted(items)).decode()
    return hashlib.blake2b(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


def _said_of(item: Record) -> Record:
    return {name: value for name, value in item.items() if is_said(value)}


# Losses that several formats have


def _each(kind: str, fits: Callable[[Record, Record], str | None]) -> Callable[[Record, Callable[[str], None]], Record]:
    """Leaves out each item of a kind for which `fits(record, item)` says a case."""

    def without(record: Record, tell: Callable[[str], None]) -> Record:
        items = []
        for item in record.get(kind) or ():
            case = fits(record, item)
            if case is None:
                items.append(item)
            else:
                tell(case)
        return record | {kind: items}

    return without


def leaving(kind: str, what: str, fits: Callable[[Record, Record], str | None]) -> Loss:
    """The loss of whole mentions or claims for which `fits(record, item)` names a case."""
    return Loss(what, _each(kind, fits))


def words_of(record: Record, spans: Iterable[Any]) -> str:
    """The words of some spans, short, for a case."""
    return "“" + shortened(" … ".join(record["text"][start:end] for start, end in spans), 40) + "”"


WORDLESS = leaving(
    "claims",
    "a claim without source, cue and content",
    lambda record, claim: None if claim["source"] or claim["cue"] or claim["content"] else "no words",
)

"""brat standoff: a folder of texts with `.ann` files, one annotator's beside its text or several in a folder of theirs.

A mapping says which types and roles mean what. Format: https://brat.nlplab.org/standoff.html
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.core.annotation import MODES, SLOTS, STANCES
from annotator.core.assets import asset
from annotator.core.errors import AnnotatorError
from annotator.core.record import Record
from annotator.core.text import Span, Spans, normalized, quotations, spoken_within
from annotator.formats.decoding import EncodingError, decode

MAX_BYTES = 64 * 1024 * 1024  # of one file
BUILT_IN = ("polnear", "default")
AUTOMATIC = "automatic"  # the one of them that fits
# The labels are complete, but standoff does not say since when; the same files must give the same layers.
FINISHED = 1.0
ALONE = "brat"  # whose the annotations are when a text has one file of them, with no name

_BOUND = re.compile(r"(T\d+)\t(\S+) (\d{1,12} \d{1,12}(?:;\d{1,12} \d{1,12})*)(?:\t(.*))?")
_EVENT = re.compile(r"(E\d+)\t(\S.*)")
_ATTRIBUTE = re.compile(r"[AM]\d+\t(\S+) (\S+)(?: (\S+))?")
_OTHER = re.compile(r"(?:[RN]\d+|\*)\t")  # relations, normalizations and equivalences say nothing that is kept here
_NOTE = re.compile(r"#\d+\t\S+ (\S+)\t(.*)")


class MappingError(AnnotatorError):
    """A mapping that cannot be used, with the reason in words for an editor."""


@dataclass(frozen=True)
class TypeMapping:
    """What brat's types and roles mean: which events are claims (and whether they say that there is no source), which
    roles are which slots, which text-bound types are mentions of which label, which attributes say what of a claim."""

    name: str
    events: dict[str, dict[str, Any]]
    roles: dict[str, str]
    mentions: dict[str, str]
    ignored: frozenset[str] = frozenset()
    attributes: dict[str, str] = field(default_factory=dict)


def mapping_of(wanted: str | None, folder: Path) -> TypeMapping:
    """The built-in mapping of that name, the one in a file of that name, or (None) the one that fits the folder.

    Raises MappingError."""
    if wanted in (None, AUTOMATIC):
        wanted = "polnear" if (folder / "attributions").is_dir() else "default"
    try:
        file = Path(str(wanted))
        if wanted not in BUILT_IN and not (file.is_file() and file.stat().st_size <= MAX_BYTES):
            raise MappingError(f"The mapping “{wanted}” is no file that can be read.")
        text = asset("brat", f"{wanted}.json").read_text("utf-8") if wanted in BUILT_IN else decode(file.read_bytes())
        data = json.loads(text)
        made = TypeMapping(
            str(data.get("name", wanted)),
            dict(data["events"]),
            dict(data["roles"]),
            dict(data.get("mentions", {})),
            frozenset(data.get("ignored", ())),
            dict(data.get("attributes", {})),
        )
    except OSError as error:
        raise MappingError(f"The mapping “{wanted}” cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MappingError(f"“{wanted}” is no mapping of brat's types ({error}).") from error
    wrong = [slot for slot in made.roles.values() if slot not in SLOTS]
    wrong += [what for what in made.attributes.values() if what not in ("mode", "stance", "implicit")]
    if wrong or not all(isinstance(e, dict) for e in made.events.values()):
        raise MappingError(f"The mapping “{made.name}” names {wrong or 'events'} that there are not.")
    return made


def read_folder(folder: Path, mapping: TypeMapping) -> Iterator[tuple[str, Record | str]]:
    """Each article with each annotator's labels, and where it comes from; a text in place of a record says what is
    wrong with a file or line. A folder with `text/` and `attributions/` holds `ARTICLE_ANNOTATOR.ann` files, any other
    `ARTICLE.ann` beside `ARTICLE.txt`; the article's key is the name of its text without suffix."""
    named = (folder / "attributions").is_dir() and (folder / "text").is_dir()
    texts, problems = _files(folder / "text" if named else folder, ".txt")
    annotations, more = _files(folder / "attributions" if named else folder, ".ann")
    yield from ((where, reason) for where, reason in [*problems, *more])
    waiting: dict[str, list[tuple[Path, str]]] = {}
    by_stem = {(f.stem if named else str(f.with_suffix(""))): f for f in texts}
    for file in annotations:
        stem, _, annotator = file.stem.rpartition("_") if named else (str(file.with_suffix("")), "", ALONE)
        if stem in by_stem:
            waiting.setdefault(stem, []).append((file, annotator))
        else:
            yield str(file), "has no text of its name"
    for stem, text_file in by_stem.items():
        text = _read(text_file)
        if isinstance(text, _Unreadable):
            yield str(text_file), text.reason
            continue
        bare: Record = {"id": text_file.stem, "text": text}
        if stem not in waiting:
            yield str(text_file), bare
        for file, annotator in waiting.get(stem, ()):
            standoff = _read(file)
            if isinstance(standoff, _Unreadable):
                yield str(file), standoff.reason
                continue
            found, faults = parse(standoff, text, mapping)
            yield from ((f"{file}, line {line}", fault) for line, fault in faults)
            yield str(file), bare | found | {"layer": annotator, "kind": "annotator", "finished": FINISHED}


@dataclass(frozen=True)
class _Unreadable:
    reason: str


def _read(file: Path) -> str | _Unreadable:
    try:
        if file.stat().st_size > MAX_BYTES:
            return _Unreadable("is larger than 64 MB; divide it")
        return decode(file.read_bytes())
    except EncodingError as error:
        return _Unreadable(str(error))
    except OSError as error:
        return _Unreadable(f"cannot be read: {error.strerror or error}")


def _files(folder: Path, suffix: str) -> tuple[list[Path], list[tuple[str, str]]]:
    problems: list[tuple[str, str]] = []

    def note(error: OSError) -> None:
        problems.append((str(error.filename), f"cannot be looked into: {error.strerror}"))

    walk = os.walk(folder, onerror=note)
    found = [Path(where) / n for where, _, names in walk for n in names if n.endswith(suffix)]
    return sorted(f for f in found if f.is_file()), problems


def parse(standoff: str, text: str, mapping: TypeMapping) -> tuple[Record, list[tuple[int, str]]]:
    """`mentions` and `claims` of one `.ann` file, and its faulty lines with their numbers."""
    bounds: dict[str, tuple[str, Spans]] = {}
    lines: dict[str, int] = {}
    events: list[tuple[int, str, str, str, list[tuple[str, str]]]] = []
    said: dict[str, dict[str, str]] = {}
    notes: dict[str, str] = {}
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(standoff.split("\n"), 1):
        line = line.rstrip("\r")
        if match := _BOUND.fullmatch(line):
            spans, fault = _spans(match[3], match[4], text)
            if fault:
                faults.append((number, fault))
            if spans:
                bounds[match[1]], lines[match[1]] = (match[2], spans), number
        elif match := _EVENT.fullmatch(line):
            (kind, _, trigger), *rest = (part.partition(":") for part in match[2].split())
            arguments = [(role.rstrip("0123456789"), target) for role, _, target in rest]
            if trigger and all(target for _, target in arguments):
                events.append((number, match[1], kind, trigger, arguments))
            else:
                faults.append((number, "is an event that cannot be read"))
        elif match := _ATTRIBUTE.fullmatch(line):
            said.setdefault(match[2], {})[match[1]] = match[3] or "true"
        elif match := _NOTE.fullmatch(line):
            notes[match[1]] = match[2]
        elif line.startswith("E"):
            faults.append((number, "is an event that cannot be read"))
        elif line and not _OTHER.match(line):
            faults.append((number, "is nothing that brat writes; it was left out"))
    quoted = quotations(text)
    claims, used = [], set()
    for number, name, kind, trigger, arguments in events:
        used.add(trigger)
        if kind not in mapping.events:
            faults.append((number, f"is an event of the type {kind}, which the mapping does not know"))
            continue
        claim, unknown = _claim(kind, trigger, arguments, bounds, mapping)
        faults += [(number, what) for what in unknown]
        if not any(claim[slot] for slot in SLOTS):
            faults.append((number, "is a claim without source, cue and content; it was left out"))
            continue
        claim["mode"] = spoken_within(text, [tuple(s) for s in claim["content"]], quoted)
        faults += [(number, what) for what in _attributes(claim, said.get(name, {}) | said.get(trigger, {}), mapping)]
        note = notes.get(name) or notes.get(trigger)
        claims.append(claim | {"note": note} if note else claim)
    mentions = []
    for name, (kind, spans) in bounds.items():
        label = mapping.mentions.get(kind)
        if label is not None and name not in used:
            mentions.append({"start": spans[0][0], "end": spans[-1][1], "label": label, "actor": None})
        elif kind not in mapping.roles and kind not in mapping.events and kind not in mapping.ignored and not label:
            faults.append((lines[name], f"has the type {kind}, which the mapping does not know"))
    claims.sort(key=lambda c: min(c[slot][0] for slot in SLOTS if c[slot]))
    return {"mentions": mentions, "claims": claims}, sorted(faults)


def _spans(stored: str, covered: str | None, text: str) -> tuple[Spans, str | None]:
    spans: list[Span] = []
    for piece in stored.split(";"):
        start, end = (int(n) for n in piece.split())
        if not 0 <= start < end <= len(text):
            return (), f"[{start}, {end}] is not a span of the text, which has {len(text)} characters"
        spans.append((start, end))
    there = " ".join(text[s:e] for s, e in spans)
    if covered is not None and there.split() != covered.split():
        return normalized(spans), f"says “{covered[:60]}” where the text has “{there[:60]}”; its offsets count"
    return normalized(spans), None


def _claim(
    kind: str,
    trigger: str,
    arguments: list[tuple[str, str]],
    bounds: dict[str, tuple[str, Spans]],
    mapping: TypeMapping,
) -> tuple[Record, list[str]]:
    """The claim an event is, and what of it could not be used. A trigger is the cue when no role says what that is."""
    slots: dict[str, list[Span]] = {slot: [] for slot in SLOTS}
    unknown = []
    for role, target in arguments:
        slot = mapping.roles.get(role)
        if slot is None:
            if role not in mapping.events:
                unknown.append(f"has the role {role}, which the mapping does not know")
        elif target not in bounds:
            unknown.append(f"refers to {target}, which is not there")
        else:
            slots[slot] += bounds[target][1]
    if "cue" not in {mapping.roles.get(role) for role, _ in arguments} and slots["content"] and trigger in bounds:
        slots["cue"] += bounds[trigger][1]
    claim: Record = {slot: [list(s) for s in normalized(spans)] for slot, spans in slots.items()}
    claim |= {"actor": None, "stance": None, "target": None}
    if mapping.events[kind].get("implicit") and not claim["source"]:
        claim["implicit"] = True
    return claim, unknown


def _attributes(claim: Record, said: dict[str, str], mapping: TypeMapping) -> Iterator[str]:
    for name, value in said.items():
        what, value = mapping.attributes.get(name), value.lower()
        if what == "mode" and value in MODES:
            claim["mode"] = value
        elif what == "stance" and value in STANCES:
            claim["stance"] = value
        elif what == "implicit":
            claim["implicit"] = not claim["source"]
        else:
            yield f"has the attribute {name} {value}, which the mapping does not know"

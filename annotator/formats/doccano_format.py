"""doccano: JSONL, a line for each text with its labels, in the shapes of its versions; a ZIP has a file an annotator.

Written in the shape with relations. What doccano has no place for stands in the metadata, which it keeps, under
`annotator`; what is said of a label is found there by the label's place, for doccano numbers labels anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from annotator.core.record import LeftOut, Record
from annotator.formats.decoding import decode
from annotator.formats.jsonl_format import objects, objects_in
from annotator.formats.losses import WORDLESS, Losses
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import Sample
from annotator.formats.star import SLOT_LABEL, Link, Node, about, labels_of, named, nodes_of, said_of

ALONE = "doccano"  # whose labels are that no file says
ALL = ("all", "unknown")  # files of labels by nobody in particular
_OLD = ("label", "labels", "entities", "annotations")  # where its versions keep labels
MANY = 1_000_000  # labels of one text


def _recognises(sample: Sample) -> bool:
    if sample.members:
        return all(PurePosixPath(name).suffix in (".jsonl", ".json") for name in sample.members)
    first = sample.first_object
    if first is None or not isinstance(first.get("text", first.get("data")), str):
        return False
    return any(isinstance(first.get(name), list) and any(map(_is_label, first[name])) for name in _OLD) or (
        "Comments" in first or ("cats" in first and "entities" in first)
    )


def _is_label(one: Any) -> bool:
    if isinstance(one, list):
        return len(one) == 3 and isinstance(one[0], int) and isinstance(one[1], int)
    return isinstance(one, dict) and all(type(one.get(name)) is int for name in ("start_offset", "end_offset"))


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """Raises FormatError."""
    if not sample.members:
        yield from _read_objects(objects_in(sample), sample.reading.annotator or ALONE)
        return
    for name, data in sample.unpacked():
        member = PurePosixPath(name)
        if member.suffix not in (".jsonl", ".json"):
            yield f"{sample.name}, {name}", LeftOut("is no file of doccano's: not read")
            continue
        whose = sample.reading.annotator or (ALONE if member.stem in ALL else member.stem)
        found = objects(decode(data, sample.reading.windows_1252), f"{sample.name}, {name}")
        yield from _read_objects(found, whose)


def _read_objects(found: Iterable[tuple[str, Record | str]], whose: str) -> Iterator[tuple[str, Outcome]]:
    for where, data in found:
        if isinstance(data, str):
            yield where, data
            continue
        for one in _records(data, whose):
            yield where, LeftOut(one) if isinstance(one, str) else one


def _records(data: Record, whose: str) -> Iterator[Record | str]:
    """The records of a line, and what stays out of them."""
    bare = dict(data)
    if "text" not in bare and isinstance(bare.get("data"), str):
        bare["text"] = bare.pop("data")
    found: dict[str, list[Record]] = {}  # labels by whose they are
    for name in _OLD:
        held = bare.get(name)
        if isinstance(held, list) and any(map(_is_label, held)):
            for one in [one for one in held if _is_label(one)][:MANY]:
                user = one.get("user") if isinstance(one, dict) else None
                found.setdefault(whose if user is None else str(user), []).append(_label(one))
            bare[name] = [one for one in held if not _is_label(one)] or None
    if bare.get("Comments") == []:
        del bare["Comments"]
    links = bare.pop("relations", None) or []
    ours = bare.pop("annotator", None)
    if not isinstance(ours, dict):
        ours = {}
    elif isinstance(ours.get("record"), dict):
        bare = {"text": bare.get("text")} | ours["record"]
    bare = {name: value for name, value in bare.items() if value is not None}
    if not found:
        yield bare | ({} if ours else {"layer": whose, "kind": "annotator"} if _decided(data) else {})
        return
    for layer, labels in found.items():
        record, left_out = _labelled(labels, links, ours)
        yield from left_out
        whole = {"finished": None} if left_out else {}
        yield bare | record | (whole if ours else {"layer": layer, "kind": "annotator"})


def _decided(data: Record) -> bool:
    return "annotation_approver" in data and data["annotation_approver"] is not None


def _label(one: Any) -> Record:
    if isinstance(one, list):
        return {"start": one[0], "end": one[1], "label": str(one[2])}
    return {"id": one.get("id"), "start": one["start_offset"], "end": one["end_offset"], "label": str(one.get("label"))}


def _labelled(labels: list[Record], links: Any, ours: Record) -> tuple[Record, list[str]]:
    said: dict[tuple[Any, ...], list[Record]] = {}
    for of in ours.get("labels") or () if isinstance(ours.get("labels"), list) else ():
        if isinstance(of, list) and len(of) == 4:
            said.setdefault(tuple(map(str, of[:3])), []).append(said_of(of[3]))
    nodes, numbers = [], {}
    for number, one in enumerate(labels):
        numbers[str(one.get("id"))] = number
        waiting = said.get((str(one["start"]), str(one["end"]), one["label"]))
        nodes.append(Node(one["start"], one["end"], one["label"], waiting.pop(0) if waiting else {}))
    ties: list[Link] = []
    lost = 0
    for one in links if isinstance(links, list) else ():
        head, tail = (
            (numbers.get(str(one.get(name))) for name in ("from_id", "to_id"))
            if isinstance(one, dict)
            else (None, None)
        )
        if head is None or tail is None:
            lost += 1
        else:
            ties.append((head, tail, str(one.get("type"))))
    record, untied = labels_of(nodes, ties)
    untied.update({"to a label that is not there": lost} if lost else {})
    return record, named(untied, "relation")


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    entities = relations = 0
    with path.open("wb") as file:
        for number, record in enumerate(records, 1):
            nodes, links = nodes_of(record)
            line = {
                "id": number,
                "text": record["text"],
                "entities": [
                    {"id": entities + n, "label": one.label, "start_offset": one.start, "end_offset": one.end}
                    for n, one in enumerate(nodes, 1)
                ],
                "relations": [
                    {"id": relations + n, "from_id": entities + a + 1, "to_id": entities + b + 1, "type": slot}
                    for n, (a, b, slot) in enumerate(links, 1)
                ],
                "Comments": [],
                "annotator": {
                    "record": about(record),
                    # An empty one holds the place of a label that is like one of which something is said.
                    "labels": [[one.start, one.end, one.label, one.facts] for one in nodes],
                },
            }
            entities, relations = entities + len(nodes), relations + len(links)
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    return []


FORMAT = Format(
    name="doccano",
    title="doccano: JSONL with entities and relations",
    suffixes=(".jsonl",),
    recognises=_recognises,
    read=_read,
    write=_write,
    losses=Losses(others=(SLOT_LABEL, WORDLESS)),
    not_read=(
        "labels of a text as a whole",
        "relations other than those that tie the pieces of a claim together",
        "comments, which stay with the metadata",
    ),
)

"""JSONL: a line is the record of an article with one layer (docs/format.md). Ours, and lossless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from annotator.core.collecting import no_collecting
from annotator.core.record import Record
from annotator.formats.registry import Format
from annotator.formats.sample import Sample, loads

NO_OBJECT = "is not an object with an id and a text"


def _read(sample: Sample) -> Iterator[tuple[str, Record | str]]:
    return objects(sample.text(), sample.name)


def objects(text: str, name: str) -> Iterator[tuple[str, Record | str]]:
    """The objects of a file of JSON with the places they come from; a text in place of one says why a line cannot be
    used. An object or a list of objects that runs over lines is read, too."""
    whole = _whole(text)
    if whole is not None:
        for number, data in enumerate(whole, 1):
            yield f"{name}, record {number}", data if isinstance(data, dict) else NO_OBJECT
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            data = loads(line)
            yield where, data if isinstance(data, dict) else NO_OBJECT
        except ValueError as error:
            yield where, f"is not JSON ({str(error).split(':')[0]})"


def _whole(text: str) -> list[Any] | None:
    """What a file holds that is one list, or one object over several lines; None for any other."""
    first = text.lstrip("\ufeff \t\r\n")[:1]
    if first == "{":
        try:
            loads(text.lstrip().split("\n", 1)[0])
            return None  # an object in its first line: one of many
        except ValueError:
            pass
    elif first != "[":
        return None
    try:
        data = loads(text)
    except ValueError:
        return None
    return data if isinstance(data, list) else [data]


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    with path.open("wb") as file, no_collecting():
        file.writelines(map(line_of, records))
    return []


def line_of(record: Record) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


FORMAT = Format(
    name="jsonl",
    title="JSONL: everything, one article a line",
    suffixes=(".jsonl", ".ndjson", ".json"),
    recognises=lambda sample: sample.first_object is not None,
    read=_read,
    write=_write,
    exact=True,
)

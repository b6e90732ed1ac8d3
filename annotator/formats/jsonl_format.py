"""JSONL: a line is the record of an article with one layer (docs/format.md). Ours, and lossless."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from annotator.core.collecting import no_collecting
from annotator.core.record import Record

NAME = "JSONL: everything, one article a line"
SUFFIXES = (".jsonl", ".ndjson", ".json")
NO_OBJECT = "is not an object with an id and a text"


def read(text: str, name: str) -> Iterator[tuple[str, Record | str]]:
    """Records with the places they come from; a text in place of a record says why a line cannot be used. An object or
    a list of objects that runs over lines is read, too."""
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
            data = _loads(line)
            yield where, data if isinstance(data, dict) else NO_OBJECT
        except ValueError as error:
            yield where, f"is not JSON ({str(error).split(':')[0]})"


def _whole(text: str) -> list[Any] | None:
    """What a file holds that is one list, or one object over several lines; None for any other."""
    first = text.lstrip("\ufeff \t\r\n")[:1]
    if first == "{":
        try:
            _loads(text.lstrip().split("\n", 1)[0])
            return None  # an object in its first line: one of many
        except ValueError:
            pass
    elif first != "[":
        return None
    try:
        data = _loads(text)
    except ValueError:
        return None
    return data if isinstance(data, list) else [data]


def _loads(text: str) -> Any:
    """Raises ValueError. What JSON has no word for (NaN, Infinity) is nothing."""
    try:
        return orjson.loads(text)
    except ValueError:
        if "NaN" not in text and "Infinity" not in text:
            raise
        try:
            return json.loads(text, parse_constant=lambda said: None)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def write(path: Path, records: Iterable[Record]) -> tuple[list[str], list[bytes]]:
    """Writes a line for each; there is nothing this format cannot hold, so no problems."""
    fingerprints = []
    with path.open("wb") as file, no_collecting():
        for record in records:
            file.write(line_of(record))
            fingerprints.append(fingerprint(record))
    return [], fingerprints


def line_of(record: Record) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def read_back(path: Path) -> Iterator[bytes]:
    """The fingerprint of each record in the file."""
    with path.open("rb") as file:
        for line in file:
            yield fingerprint(orjson.loads(line))


def fingerprint(record: Record) -> bytes:
    """The same for records that hold the same in the same order."""
    return hashlib.blake2b(orjson.dumps(record), digest_size=16).digest()

"""JSONL: a line is the record of an article with one layer (docs/format.md). Ours, and lossless."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from annotator.core.collecting import no_collecting
from annotator.core.record import Record

NAME = "JSONL: everything, one article a line"
SUFFIXES = (".jsonl", ".ndjson")


def read(text: str, name: str) -> Iterator[tuple[str, Record | str]]:
    """Records with the places they come from; a text in place of a record says why a line cannot be used."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            data = orjson.loads(line)
            yield where, data if isinstance(data, dict) else "is not an object with an id and a text"
        except ValueError as error:
            yield where, f"is not JSON ({str(error).split(':')[0]})"


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
    """The same for records that hold the same."""
    return hashlib.blake2b(orjson.dumps(record, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()

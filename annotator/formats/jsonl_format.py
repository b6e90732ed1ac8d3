"""JSONL: a line is the record of an article with one layer (docs/format.md). Ours, and lossless."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotator.formats.export import Export, Mismatch, record_of
from annotator.record import Record

NAME = "JSONL, everything"
SUFFIXES = (".jsonl", ".ndjson")


def read(text: str, name: str) -> Iterator[tuple[str, Record | str]]:
    """Records with the places they come from; a text in place of a record says why a line cannot be used."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            yield where, json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "too deeply nested or too large a number"
            yield where, f"is not JSON ({reason})"


def write(path: Path, exports: Iterable[Export]) -> list[str]:
    """Writes a line for each; there is nothing this format cannot hold, so nothing to report."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for export in exports:
            file.write(line_of(record_of(export)))
    return []


def line_of(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def verify(path: Path, exports: Iterable[Export]) -> None:
    """Reads the file back and compares each line. Raises Mismatch."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, (line, export) in enumerate(zip(file, exports, strict=True), 1):
            read_back: Any = json.loads(line)
            if read_back != record_of(export):
                raise Mismatch(f"line {number} came back different")

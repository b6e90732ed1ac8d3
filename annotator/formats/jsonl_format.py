"""JSONL: a line is the record of an article with one layer (docs/format.md). Ours, and lossless."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from annotator.core.collecting import no_collecting
from annotator.core.record import Record
from annotator.formats.registry import Format
from annotator.formats.sample import Sample, loads

NO_OBJECT = "is not an object with an id and a text"


def objects_in(sample: Sample) -> Iterator[tuple[str, Record | str]]:
    """The objects of a file of JSON, as `objects` gives them, read as they are asked for."""
    return _objects(sample.lines(), sample.text, sample.name)


def objects(text: str, name: str) -> Iterator[tuple[str, Record | str]]:
    """The objects of a text of JSON with the places they come from; a text in place of one says why a line cannot be
    used. An object or a list of objects that runs over lines is read, too."""
    return _objects(text.split("\n"), lambda: text, name)


def _objects(lines: Iterable[str], whole: Callable[[], str], name: str) -> Iterator[tuple[str, Record | str]]:
    numbered: Iterator[tuple[int, str]] = enumerate(lines, 1)
    for first in numbered:
        if start := first[1].lstrip("\ufeff \t\r"):
            break
    else:
        return
    if start[0] == "[":
        found = 0
        try:
            for found, data in enumerate(_items(start, (line for _, line in numbered)), 1):
                yield f"{name}, record {found}", data if isinstance(data, dict) else NO_OBJECT
            return
        except ValueError as error:
            if found:
                yield f"{name}, after record {found}", f"is not JSON ({str(error).split(':')[0]}); not read from there"
                return
            numbered = enumerate(whole().split("\n"), 1)
    elif start[0] == "{" and not _is_json(start):
        try:
            yield f"{name}, record 1", loads(whole())
            return
        except ValueError:
            pass
    if start[0] != "[":
        numbered = chain([first], numbered)
    for number, line in numbered:
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            data = loads(line)
            yield where, data if isinstance(data, dict) else NO_OBJECT
        except ValueError as error:
            yield where, f"is not JSON ({str(error).split(':')[0]})"


def _items(first: str, lines: Iterator[str]) -> Iterator[Any]:
    """The items of a list, of which `first` is the first line: one by one as long as each stands in a line of its own,
    else all that is left at once. Raises ValueError."""
    for line in chain([first[1:]], lines):
        item = line.strip()
        if item == "]":
            if any(more.strip() for more in lines):
                raise ValueError("something follows the end of the list")
            return
        if item in ("", ","):
            continue
        try:
            data = loads(item.removesuffix(","))
        except ValueError:
            yield from loads("\n".join(["[", item.removeprefix(","), *lines]))
            return
        yield data
    raise ValueError("the list has no end")


def _is_json(text: str) -> bool:
    try:
        loads(text)
    except ValueError:
        return False
    return True


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
    read=objects_in,
    write=_write,
    exact=True,
)

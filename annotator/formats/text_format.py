"""Plain text: a file is an article, its key the file's name, its title the first line when that reads like one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from annotator.core.record import Record
from annotator.formats.registry import Format
from annotator.formats.sample import Sample

MAX_TITLE = 200


def _read(sample: Sample) -> Iterator[tuple[str, Record]]:
    text = sample.text()
    yield sample.name, {"id": PurePath(sample.name).stem, "text": text, "title": title_of(text)}


def title_of(text: str) -> str:
    """The first line when it is short enough for a headline and something follows it; else nothing."""
    lines = text.lstrip("\ufeff \t\r\n").splitlines()
    first = lines[0].strip() if len(lines) > 1 else ""
    return first if len(first) <= MAX_TITLE else ""


FORMAT = Format("text", "Plain text: a file is an article", (".txt", ".text", ".md"), read=_read)

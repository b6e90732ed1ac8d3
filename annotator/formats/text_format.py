"""Plain text: a file is an article, its key the file's name, its title the first line when that reads like one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from annotator.core.record import Record

SUFFIXES = (".txt", ".text", ".md")
MAX_TITLE = 200


def read(text: str, name: str) -> Iterator[tuple[str, Record | str]]:
    """The one article, with the place it comes from."""
    yield name, {"id": PurePath(name).stem, "text": text, "title": title_of(text)}


def title_of(text: str) -> str:
    """The first line when it is short enough for a headline and something follows it; else nothing."""
    lines = text.lstrip("\ufeff \t\r\n").splitlines()
    first = lines[0].strip() if len(lines) > 1 else ""
    return first if len(first) <= MAX_TITLE else ""

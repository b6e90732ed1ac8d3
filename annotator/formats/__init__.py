"""What comes in and goes out: one module a format, found here by name.

A format's module has `SUFFIXES`, and `read(text, name)` for what comes in: places, each with its `Outcome`. For what
goes out it has a `NAME`, `write(path, records)`, which returns problems and each record's fingerprint, and
`read_back(path)`, which finds those.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from annotator.core.errors import AnnotatorError
from annotator.core.record import LeftOut, Record

# What is found at a place of a file: a record, something that stays out of one, or why nothing can be read there.
Outcome = Record | LeftOut | AnnotatorError | str
READERS = ("text", "csv", "jsonl")
WRITERS = ("jsonl", "spacy")


def module(name: str) -> ModuleType:
    """The module of a format. Raises KeyError for a name that is none."""
    if name not in {*READERS, *WRITERS}:
        raise KeyError(name)
    return import_module(f"annotator.formats.{name}_format")


def reader_for(suffix: str) -> ModuleType | None:
    """The module that reads files with this suffix (as ".txt")."""
    return next((m for m in map(module, READERS) if suffix.lower() in m.SUFFIXES), None)


def readable_suffixes() -> list[str]:
    return [suffix for name in READERS for suffix in module(name).SUFFIXES]

"""What comes in and goes out: one module a format, each declared by a `Format`, found here by name or by content.

A third party adds formats by the entry point `annotator.formats`: a name, and where its `Format` is.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from annotator.core.errors import AnnotatorError
from annotator.core.record import LeftOut, Record
from annotator.formats.losses import NO_LOSSES, Losses
from annotator.formats.sample import Sample

# What is found at a place of a file: a record, something that stays out of one, or why nothing can be read there.
Outcome = Record | LeftOut | AnnotatorError | str
Reader = Callable[[Sample], Iterator[tuple[str, Outcome]]]
ENTRY_POINTS = "annotator.formats"
# The modules, in the order in which their formats are asked whether a file is theirs.
_MODULES = (
    "brat",
    "webanno_tsv",
    "cas_json",
    "xmi",
    "w3c",
    "citron",
    "label_studio",
    "prodigy",
    "doccano",
    "jsonl",
    "spacy",
    "srl",
    "conll",
    "refi_qda",
    "parquet",
    "xlsx",
    "csv",
    "text",
)


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name on the command line, its title in the window, the suffixes of its files (the first is given to
    new ones), whether it is a `folder` of files (those that it `owns`), and whether it reads single `files`.

    `recognises` looks at the content of a file or folder; `read` finds records in it, with their places. `write` writes
    records (those of one article stand together) that hold only what `losses` leaves of them, and returns what became
    of them in words, if anything; what is read back must equal them. `not_read` are things of the format's own that
    stay out, in words. `exact` formats give records back as they were, to the byte; `binary` ones are not packed
    any more. What `needs` modules that do not
    come along needs an `extra` of the package."""

    name: str
    title: str
    suffixes: tuple[str, ...] = ()
    recognises: Callable[[Sample], bool] = lambda sample: False
    read: Reader | None = None
    write: Callable[[Path, Iterable[Record]], list[str]] | None = None
    losses: Losses = NO_LOSSES
    not_read: tuple[str, ...] = ()
    folder: bool = False
    files: bool = True
    owns: Callable[[Path, Path], bool] = lambda folder, file: False
    exact: bool = False
    binary: bool = False
    extra: str = ""
    needs: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """What the name of a new file ends in; a folder's in nothing."""
        return "" if self.folder else self.suffixes[0]

    def missing(self) -> str:
        """The modules it needs that are not installed, in words."""
        return " and ".join(name for name in self.needs if find_spec(name) is None)


@cache
def formats() -> tuple[Format, ...]:
    """All formats, those of third parties first; in the order in which they are asked about a file."""
    ours = tuple(import_module(f"annotator.formats.{name}_format").FORMAT for name in _MODULES)
    known = {one.name for one in ours}
    found = []
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            one = point.load()
        except Exception as error:  # somebody else's fault is not to keep ours from working
            warnings.warn(f"The format “{point.name}” of {point.value} cannot be loaded: {error}", stacklevel=2)
            continue
        if isinstance(one, Format) and one.name not in known:
            known.add(one.name)
            found.append(one)
    return (*found, *ours)


def by_name(name: str) -> Format:
    """Raises KeyError for a name that is none."""
    return next((one for one in formats() if one.name == name), None) or _none(name)


def _none(name: str) -> Format:
    raise KeyError(name)


def readers() -> list[Format]:
    return [one for one in formats() if one.read is not None]


def writers() -> list[Format]:
    """Those that can be written, ours first."""
    first = ("jsonl", "spacy")
    able = [one for one in formats() if one.write is not None]
    return sorted(able, key=lambda one: (first.index(one.name) if one.name in first else len(first), one.name))


def readable_suffixes() -> list[str]:
    return list(dict.fromkeys(suffix for one in readers() for suffix in one.suffixes))


def recognised(sample: Sample) -> Format | None:
    """The format of a file or folder by its content, else by its suffix. What is called a text is not looked into."""
    alike = [] if sample.is_folder else [one for one in readers() if sample.suffix in one.suffixes]
    by_suffix = next((one for one in alike if one.name == "jsonl"), next(iter(alike), None))
    if by_suffix is not None and by_suffix.name == "text":
        return by_suffix
    return next((one for one in readers() if _may_be(one, sample) and one.recognises(sample)), by_suffix)


def _may_be(one: Format, sample: Sample) -> bool:
    return one.folder if sample.is_folder else one.files


def described() -> str:
    """All formats in Markdown: what they are, and what they do not hold."""
    parts = [
        "# Formats",
        "Made by `annotator formats --markdown` from what each format declares. Import recognises a file by its "
        "content; `--format NAME` says it where that is not enough. An export tells what its format does not hold "
        "before the file appears (`--strict` then writes nothing), and reads back what it wrote. A file whose name "
        "ends in `.gz` or `.zst` is packed, and unpacked when it is read; archives are not packed once more.",
    ]
    for one in sorted(formats(), key=lambda one: one.name):
        ways = " and ".join(way for way, can in (("read", one.read), ("written", one.write)) if can)
        suffixes = ", ".join(f"`{suffix}`" for suffix in one.suffixes if suffix)
        shapes = [*(["a folder"] if one.folder else []), *([suffixes] if one.files and suffixes else [])]
        lines = [f"## {one.name}", f"{one.title}. It is {ways}; {', or '.join(shapes)}."]
        if one.extra:
            lines.append(f"It needs `pip install 'annotator[{one.extra}]'`.")
        if one.write is not None:
            held = one.losses.lines()
            lines.append(
                "It does not hold:\n\n" + "\n".join(f"- {line}" for line in held) if held else "It holds everything."
            )
        if one.not_read:
            lines.append(
                "Of its own, these stay out and are named:\n\n" + "\n".join(f"- {what}" for what in one.not_read)
            )
        parts += lines
    return "\n\n".join(parts) + "\n"

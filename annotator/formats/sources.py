"""Which files are read of what was chosen: files, folders, folders of brat's; what is not is named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annotator.formats import brat_format, readable_suffixes

_TEXTS = (".txt", ".text", ".md")  # articles elsewhere; beside standoff, what describes it
# What systems leave in folders, which nobody means.
_OF_SYSTEMS = ("thumbs.db", "desktop.ini", "__macosx")


@dataclass(slots=True)
class Sources:
    """`files` to be read by their kinds, `standoff` folders of brat's; `refused` and `left_out` are places with
    reasons."""

    files: list[Path] = field(default_factory=list)
    standoff: list[Path] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def sources(paths: Iterable[Path], as_standoff: bool = False) -> Sources:
    """Files and folders by how they are read. A folder with `.ann` files (or any, with `as_standoff`) is brat's: its
    texts belong to these; tables and records in it come in by themselves."""
    found = Sources()
    for path in map(Path, paths):
        if not path.is_dir():
            found.files.append(path)
            continue
        standoff = as_standoff or brat_format.has_standoff(path)
        if standoff:
            found.standoff.append(path)
        _look_into(path, standoff, found)
    return found


def _look_into(folder: Path, standoff: bool, found: Sources) -> None:
    mine = brat_format.SUFFIXES if standoff else ()
    taken = [suffix for suffix in readable_suffixes() if not standoff or suffix not in _TEXTS]
    unknown: dict[str, list[Path]] = {}
    refused, files = [], []

    def note(error: OSError) -> None:
        refused.append((str(error.filename), f"cannot be looked into: {error.strerror}"))

    for file in _walk(folder, note):
        suffix = file.suffix.lower()
        if file.is_symlink() and not file.is_file():
            target = "a folder" if file.is_dir() else "nothing"
            found.left_out.append((str(file), f"is a link to {target}: not followed"))
        elif suffix in mine and file.is_file():
            continue
        elif suffix in taken and file.is_file():
            files.append(file)
        else:
            unknown.setdefault(suffix, []).append(file)
    for suffix, alike in sorted(unknown.items()):
        many = f" ({len(alike) - 1:,} more like it)" if len(alike) > 1 else ""
        kind = f"of the kind {suffix}" if suffix else "without a suffix"
        found.left_out.append((str(alike[0]), f"is a file {kind}, which is not read here{many}"))
    if not files and not standoff and not refused:
        refused.append((str(folder), f"holds no file of a known kind ({', '.join(readable_suffixes())})"))
    found.refused += refused
    found.files += sorted(files)


def _walk(folder: Path, note: Callable[[OSError], None]) -> Iterator[Path]:
    """What is in a folder and those in it, and the links to folders, in a fixed order; nothing hidden."""
    for where, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if _is_meant(name))
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        yield from (Path(where) / name for name in sorted((*filter(_is_meant, names), *links)))


def _is_meant(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in _OF_SYSTEMS

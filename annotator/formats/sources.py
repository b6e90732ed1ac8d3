"""Which files are read of what was chosen, and as what: files, folders, folders that are one thing; what is not is
named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annotator.formats.registry import Format, by_name, readable_suffixes, recognised
from annotator.formats.sample import Reading, Sample

# What systems leave in folders, which nobody means.
OF_A_DATASET = ("manifest.json", "splits.csv", "losses.csv")
_OF_SYSTEMS = ("thumbs.db", "desktop.ini", "__macosx")


@dataclass(slots=True)
class Sources:
    """`places` to be read, each by its format; `refused` and `left_out` are places with reasons."""

    places: list[tuple[Format, Sample]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def sources(paths: Iterable[Path], reading: Reading, wanted: Format | None = None) -> Sources:
    """Files and folders by how they are read: as the `wanted` format, else as their content says. A folder that is one
    thing to a format (brat's, with `.ann` files) is read as that; what in it is not the format's comes in by itself."""
    found = Sources()
    folders = []
    of_files = wanted if wanted is not None and wanted.files else None
    # Who says what brat's types mean, means brat's folders.
    of_folders = wanted if wanted is not None and wanted.folder else None
    if reading.mapping is not None:
        of_folders = by_name("brat")
    for path in map(Path, paths):
        sample = Sample(path, reading)
        if sample.is_folder:
            folders.append(sample)
            continue
        one = of_files or recognised(sample) or (by_name("text") if not path.suffix else None)
        if one is None:
            known = ", ".join(readable_suffixes())
            found.refused.append((str(path), f"is of a kind that cannot be read here; known are {known}"))
        else:
            found.places.append((one, sample))
    # Folders that are one thing come first, then what is in folders, then what was named alone.
    alone, found.places = found.places, []
    within: list[tuple[Format, Sample]] = []
    for sample in folders:
        if all((sample.path / name).is_file() for name in OF_A_DATASET):
            what = "is a dataset that Annotator made, whose labels are in its project; bring in one file of it"
            found.refused.append((str(sample.path), f"{what}, or a folder in its “interchange”"))
            continue
        whole = of_folders or (None if of_files else recognised(sample))
        if whole is not None:
            found.places.append((whole, sample))
        within += _within(sample, whole, of_files, found)
    found.places += [*within, *alone]
    return found


def _within(folder: Sample, whole: Format | None, wanted: Format | None, found: Sources) -> list[tuple[Format, Sample]]:
    """What is read of the files in a folder; without those of the format that takes it as a whole."""
    unknown: dict[str, list[Path]] = {}
    refused: list[tuple[str, str]] = []
    read = []

    def note(error: OSError) -> None:
        refused.append((str(error.filename), f"cannot be looked into: {error.strerror}"))

    for file in _walk(folder.path, note):
        if file.is_symlink() and not file.is_file():
            target = "a folder" if file.is_dir() else "nothing"
            found.left_out.append((str(file), f"is a link to {target}: not followed"))
            continue
        if file.is_symlink() and not file.resolve().is_relative_to(folder.path.resolve()):
            found.left_out.append((str(file), "is a link out of the folder: not followed"))
            continue
        if whole is not None and whole.owns(folder.path, file) and file.is_file():
            continue
        sample = Sample(file, folder.reading)
        one = (wanted or recognised(sample)) if file.is_file() else None
        # Texts beside labels describe them.
        if one is None or (whole is not None and one.name == "text"):
            unknown.setdefault(file.suffix.lower(), []).append(file)
        else:
            read.append((one, sample))
    for suffix, alike in sorted(unknown.items()):
        many = f" ({len(alike) - 1:,} more like it)" if len(alike) > 1 else ""
        kind = f"of the kind {suffix}" if suffix else "without a suffix"
        found.left_out.append((str(alike[0]), f"is a file {kind}, which is not read here{many}"))
    if not read and whole is None and not refused:
        refused.append((str(folder.path), f"holds no file of a known kind ({', '.join(readable_suffixes())})"))
    found.refused += refused
    return sorted(read, key=lambda one: one[1].path)


def _walk(folder: Path, note: Callable[[OSError], None]) -> Iterator[Path]:
    """What is in a folder and those in it, and the links to folders, in a fixed order; nothing hidden."""
    for where, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if _is_meant(name))
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        yield from (Path(where) / name for name in sorted((*filter(_is_meant, names), *links)))


def _is_meant(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in _OF_SYSTEMS

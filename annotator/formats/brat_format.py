"""brat standoff: a folder of texts with `.ann` files, one annotator's beside its text or several in a folder of theirs.

What a file says is read by `brat_standoff`, with a mapping of brat's types (`brat_mapping`); `brat_writing` writes one.
What brat has no place for (metadata, whose labels they are) stands in a file of ours beside the folders.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.core.errors import AnnotatorError
from annotator.core.record import LeftOut, Record
from annotator.formats.brat_mapping import MAX_BYTES, TypeMapping, mapping_of
from annotator.formats.brat_standoff import NoStandoff, parse
from annotator.formats.brat_writing import LOSSES, SIDE, Side, write_folder
from annotator.formats.decoding import EncodingError, decode
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import Sample

SUFFIXES = (".ann", ".txt")
_OF_BRAT = (".ann", ".txt", ".conf")
# The labels are complete, but standoff does not say since when; the same files must give the same layers.
FINISHED = 1.0
ALONE = "brat"  # whose the annotations are when a text has one file of them, with no name


def _has_standoff(sample: Sample) -> bool:
    """Whether a folder holds `.ann` files."""
    return any(Path(name).suffix.lower() == ".ann" for _, _, names in os.walk(sample.path) for name in names)


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    reading = sample.reading
    mapping = mapping_of(reading.mapping, sample.path)
    return read_folder(sample.path, mapping, reading.windows_1252, reading.annotator or ALONE)


@dataclass(frozen=True, slots=True)
class _Annotations:
    """An `.ann` file and whose it is; `named` when the file's name says so, so that an empty one is somebody's."""

    file: Path
    annotator: str
    named: bool = False
    side: Record | None = None


def read_folder(
    folder: Path, mapping: TypeMapping, windows_1252: bool = False, alone: str = ALONE
) -> Iterator[tuple[str, Outcome]]:
    """Each article with each annotator's labels, and where it comes from; what stays out, and in place of a record why
    a file cannot be used. The article's key is the name of its text without suffix.

    A folder with `text/` and `attributions/` holds `ARTICLE_ANNOTATOR.ann` files, any other `ARTICLE.ann` beside
    `ARTICLE.txt`. Where folders hold the same article, each is named for its annotator. An empty `.ann`, as brat makes
    one for each text, is an article that nobody has labelled. Labels that nothing names are those of `alone`."""
    two_folders = (folder / "attributions").is_dir() and (folder / "text").is_dir()
    text_base, annotation_base = (folder / "text", folder / "attributions") if two_folders else (folder, folder)
    files = _files(folder)
    texts = [file for file in files if file.suffix.lower() == ".txt" and file.is_relative_to(text_base)]
    annotations = [file for file in files if file.suffix.lower() == ".ann" and file.is_relative_to(annotation_base)]
    if others := sorted({*files} - {*texts, *annotations}):
        more = f" ({len(others) - 1:,} more like it)" if len(others) > 1 else ""
        yield str(others[0]), LeftOut(f"is neither in text/ nor in attributions/, so not read{more}")
    by_text: dict[Path, list[_Annotations]] = {text: [] for text in texts}
    side = Side.of(folder)
    if side.fault:
        yield str(folder / SIDE), LeftOut(side.fault)
    of_stem = {text.relative_to(text_base).with_suffix(""): text for text in texts}
    annotators = {} if two_folders else _annotators(texts)
    for file in annotations:
        place = file.relative_to(annotation_base)
        stem, _, annotator = place.stem.rpartition("_") if two_folders else (place.stem, "", "")
        text_file = of_stem.get(place.parent / stem)
        if text_file is None:
            yield str(file), "has no text of its name"
        else:
            whose = annotator or annotators.get(text_file) or alone
            said = side.of_file(file.relative_to(folder))
            by_text[text_file].append(_Annotations(file, whose, two_folders or said is not None, said))
    for text_file, held in by_text.items():
        try:
            text = _decoded(text_file, windows_1252)
        except (_Unreadable, EncodingError) as error:
            yield str(text_file), error
            continue
        bare = {"id": text_file.stem, "text": text}
        yield from _read_article(bare, str(text_file), held, side.widened(mapping), windows_1252)


def _read_article(
    bare: Record, where: str, held: Sequence[_Annotations], mapping: TypeMapping, windows_1252: bool
) -> Iterator[tuple[str, Outcome]]:
    labelled = False
    for one in held:
        try:
            standoff = _decoded(one.file, windows_1252)
            if not standoff.strip() and not one.named:
                continue
            found = parse(standoff, bare["text"], mapping)
        except (_Unreadable, EncodingError, NoStandoff) as error:
            yield str(one.file), error
            continue
        yield from (
            (f"{one.file}, line {line}" if line else str(one.file), LeftOut(what)) for line, what in found.left_out
        )
        labelled = True
        if one.side is not None:
            finished = {} if found.whole else {"finished": None}
            yield str(one.file), bare | found.record | one.side | finished
            continue
        layer: Record = {"layer": one.annotator, "kind": "annotator"} | ({"finished": FINISHED} if found.whole else {})
        yield str(one.file), bare | found.record | layer
    if not labelled:
        yield where, bare


class _Unreadable(AnnotatorError):
    """A file that cannot be read, with the reason."""


def _decoded(file: Path, windows_1252: bool) -> str:
    """Raises _Unreadable and EncodingError."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _Unreadable("is larger than 64 MB; divide it")
        return decode(file.read_bytes(), windows_1252)
    except OSError as error:
        raise _Unreadable(f"cannot be read: {error.strerror or error}") from error


def _files(folder: Path) -> list[Path]:
    """All texts and annotations of a folder and those in it, in a fixed order."""
    found = [Path(where) / name for where, _, names in os.walk(folder) for name in names]
    base = folder.resolve()
    return sorted(
        file
        for file in found
        if file.suffix.lower() in SUFFIXES
        and file.is_file()
        and (not file.is_symlink() or file.resolve().is_relative_to(base))  # else it was named
    )


def _annotators(texts: Sequence[Path]) -> Mapping[Path, str]:
    """Whose the labels of a text are, of texts that several folders hold: what their folders are called."""
    by_name: dict[str, list[Path]] = {}
    for text in texts:
        by_name.setdefault(text.name, []).append(text)
    found: dict[Path, str] = {}
    for alike in by_name.values():
        same: dict[bytes, list[Path]] = {}
        for text in alike if len(alike) > 1 else ():
            try:
                if text.stat().st_size <= MAX_BYTES:
                    same.setdefault(hashlib.sha256(text.read_bytes()).digest(), []).append(text)
            except OSError:
                continue
        for group in same.values():
            if len(group) > 1:
                depth = len(Path(os.path.commonpath([text.parent for text in group])).parts)
                found |= {text: text.parts[depth] for text in group if depth < len(text.parts) - 1}
    return found


FORMAT = Format(
    name="brat",
    title="brat standoff: a folder of texts and labels",
    recognises=_has_standoff,
    read=_read,
    write=write_folder,
    losses=LOSSES,
    not_read=(
        "relations other than those that tie the pieces of a claim together",
        "equivalences, and normalisations other than of actors",
        "attributes that the mapping does not know, and notes on entities",
        "entities in several pieces",
    ),
    folder=True,
    files=False,
    owns=lambda folder, file: file.suffix.lower() in _OF_BRAT or file.name == SIDE,
)

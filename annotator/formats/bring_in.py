"""Brings files, folders and pasted text into a project: what can be read goes in, all else is named with its reason.

Everything comes in by one transaction; a cancel or a crash leaves the project as it was.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import orjson

from annotator.core import record as records
from annotator.core.annotation import Article
from annotator.core.collecting import no_collecting
from annotator.core.progress import Progress
from annotator.core.reanchor import Anchors, reanchored
from annotator.core.record import Record, RecordError
from annotator.formats import brat_format, module, readable_suffixes, reader_for
from annotator.formats.brat_format import TypeMapping
from annotator.formats.decoding import EncodingError, decode
from annotator.formats.text_format import title_of
from annotator.store import actors, articles, authors, layers
from annotator.store.authors import AuthorKind
from annotator.store.project import Connection, Project

MAX_BYTES = 2 * 1024**3
_OWN_FIELDS = {
    "id",
    "text",
    "layer",
    "kind",
    "version",
    "author",
    "mentions",
    "claims",
    "attributes",
    "finished",
    "extra",
    *records.METADATA,
}


@dataclass
class ImportReport:
    """What came in, and what did not: places with reasons. `legacy` are files that Windows-1252 could read."""

    added: list[int] = field(default_factory=list)
    layers: int = 0
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    legacy: list[Path] = field(default_factory=list)

    def summary(self) -> str:
        """In one sentence."""
        parts = [_counted(len(self.added), "article") + " came in"]
        if self.layers:
            parts.append(f"with {_counted(self.layers, 'layer')} of annotations")
        if self.duplicates:
            parts.append(f"{len(self.duplicates)} had been there already")
        if self.refused:
            parts.append(f"{len(self.refused)} could not be read")
        return ", ".join(parts) + "."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def bring_in(
    project: Project,
    paths: Iterable[Path],
    windows_1252: bool = False,
    progress: Progress | None = None,
    brat: str | None = None,
    revise: bool = False,
) -> ImportReport:
    """Takes files and folders in. A folder with `.ann` files is read as brat standoff, with `brat` as its mapping. With
    `revise`, another text with the key of an article is a new version of it, and the labels are found again in it.
    `progress` may raise Cancelled. Raises ProjectError when the project cannot be written, Cancelled when stopped,
    MappingError."""
    report = ImportReport()
    files: list[tuple[Path, TypeMapping | None]] = []
    for path in map(Path, paths):
        if path.is_dir() and (brat is not None or _has_standoff(path)):
            files.append((path, brat_format.mapping_of(brat, path)))
        else:
            files += ((file, None) for file in _files(path, report))
    sizes = [_size(f) for f, _ in files]
    done, total = 0, sum(sizes)
    with no_collecting(), project.writing() as connection:
        taking = _Import(connection, report, revise)
        for (file, mapping), size in zip(files, sizes, strict=True):
            read = 0
            records = (
                _records(file, windows_1252, report) if mapping is None else brat_format.read_folder(file, mapping)
            )
            for where, record in records:
                taking.take(where, record)
                if progress and isinstance(record, dict):
                    # About how far in the file: the text is most of it.
                    read += len(str(record.get("text", "")))
                    progress(done + min(read, size), total)
            done += size
            if progress:
                progress(done, total)
    return report


def paste(project: Project, text: str, title: str = "") -> ImportReport:
    """Takes pasted text in as a new article."""
    report = ImportReport()
    with project.writing() as connection:
        record = {"id": title or title_of(text) or "Pasted article", "text": text, "title": title or title_of(text)}
        _Import(connection, report).take("the pasted text", record)
    return report


def _files(path: Path, report: ImportReport) -> list[Path]:
    if not path.is_dir():
        return [path]
    inside, problems = _inside(path)
    report.refused += problems
    if not inside and not problems:
        report.refused.append((str(path), f"holds no file of a known kind ({', '.join(readable_suffixes())})"))
    return inside


def _has_standoff(folder: Path) -> bool:
    return any(name.endswith(".ann") for _, _, names in os.walk(folder) for name in names)


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            return sum(f.stat().st_size for f in path.rglob("*.txt"))
        return path.stat().st_size
    except OSError:
        return 0


def _inside(folder: Path) -> tuple[list[Path], list[tuple[str, str]]]:
    """The readable files in a folder and its subfolders, and the subfolders that may not be looked into."""
    problems: list[tuple[str, str]] = []

    def note(error: OSError) -> None:
        problems.append((str(error.filename), f"cannot be looked into: {error.strerror}"))

    found = [
        Path(where) / name
        for where, _, names in os.walk(folder, onerror=note)
        for name in names
        if Path(name).suffix.lower() in readable_suffixes() and (Path(where) / name).is_file()
    ]
    return sorted(found), problems


def _records(file: Path, windows_1252: bool, report: ImportReport) -> Iterator[tuple[str, Record | str]]:
    reader = reader_for(file.suffix) or (module("text") if not file.suffix else None)
    if reader is None:
        kinds = ", ".join(readable_suffixes())
        report.refused.append((str(file), f"is of a kind that cannot be read here; known are {kinds}"))
        return
    try:
        if file.exists() and not file.is_file():
            report.refused.append((str(file), "is no ordinary file"))
            return
        if file.stat().st_size > MAX_BYTES:
            report.refused.append((str(file), "is larger than 2 GB; divide it"))
            return
        text = decode(file.read_bytes(), windows_1252)
    except EncodingError as error:
        report.refused.append((str(file), str(error)))
        if error.legacy:
            report.legacy.append(file)
        return
    except FileNotFoundError:
        report.refused.append((str(file), "is not there"))
        return
    except OSError as error:
        report.refused.append((str(file), f"cannot be read: {error.strerror or error}"))
        return
    yield from reader.read(text, str(file))


def _extra_json(extra: Record) -> str | None:
    """Metadata without a field of their own, as they are kept. Raises RecordError for what no export could write."""
    try:
        orjson.dumps([[extra]])  # as deep as an export will have it
        return orjson.dumps(extra).decode() if extra else None
    except TypeError as error:
        raise RecordError("its metadata are nested too deeply, or no plain values") from error


class _Import:
    """The state of one import: what is known already, so that each record costs few look-ups."""

    def __init__(self, connection: Connection, report: ImportReport, revise: bool = False) -> None:
        self._revise = revise
        self._connection = connection
        self._report = report
        self._actor_ids = actors.ActorIds(connection)
        self._authors: dict[tuple[str, str, str, str], int] = {}
        self._numbers: dict[str, int] = {}

    def take(self, where: str, data: Any) -> None:
        if isinstance(data, str):
            self._report.refused.append((where, data))
            return
        try:
            record = records.checked(data)
        except RecordError as error:
            self._report.refused.append((where, str(error)))
            return
        if not record["text"].strip():
            self._report.refused.append((where, "is empty"))
            return
        digest = articles.digest(record["text"])
        article = articles.find(self._connection, digest)
        new = article is None
        if article is None:
            try:
                made = self._article(record)
            except RecordError as error:
                self._report.refused.append((where, str(error)))
                return
            before = articles.by_key(self._connection, str(record.get("id") or "")) if self._revise else None
            revises = articles.digest(before.text) if before is not None else None
            article = articles.insert(self._connection, made, digest, revises)
            self._report.added.append(article)
            if before is not None:
                self._find_again(before, article, record["text"], where)
        added, reason = self._add_layer(article, record)
        if not new and not added:
            self._report.duplicates.append((where, reason))

    def _find_again(self, before: Article, article: int, text: str, where: str) -> None:
        """Gives people's labels of an article to its new version, where they can be found again."""
        names: dict[int | None, str | None] = {i: a.name for i, a in actors.load(self._connection).items()}
        names[None] = None
        everybody = authors.load(self._connection)
        anchors = Anchors(before.text, text)
        for layer, author, _ in layers.of_article(self._connection, before.id):
            if everybody[author].kind != "model":
                record, lost = reanchored(layers.record(self._connection, layer, names), anchors)
                layers.add(self._connection, article, author, record, self._actor_ids)
                self._report.layers += 1
                if lost:
                    whose = everybody[author].title
                    reason = f"{lost} labels of {whose} could not be found again; they stay with “{before.key}”"
                    self._report.refused.append((where, reason))

    def _article(self, record: Record) -> Article:
        given = record.get("id")
        key = base = str(given if given not in (None, "") else record.get("title") or "article")[: records.MAX_NAME]
        number = self._numbers.get(base, 1)
        while articles.has_key(self._connection, key):
            number += 1
            key = f"{base}-{number}"
        self._numbers[base] = number
        extra = {k: v for k, v in record.items() if k not in _OWN_FIELDS}
        if isinstance(record.get("extra"), dict):
            extra |= record["extra"]
        metadata = {k: str(record.get(k) or "") for k in records.METADATA}
        return Article(0, key, record["text"], **metadata, extra=_extra_json(extra))

    def _add_layer(self, article: int, record: Record) -> tuple[bool, str]:
        """Adds the record's annotations as a layer, of a person when it says so, else as suggestions. Else why not."""
        labels = ("mentions", "claims", "attributes")
        if not any(record.get(name) for name in labels) and record.get("finished") is None:
            return False, "the same text is in the project already"
        author = self._author(record)
        if layers.add(self._connection, article, author, record, self._actor_ids) is None:
            whose = record.get("layer") or "somebody"
            return False, f"labels of {whose} for this article are in the project already; those were kept"
        self._report.layers += 1
        return True, ""

    def _author(self, record: Record) -> int:
        name, said = record.get("layer"), record.get("kind")
        kinds: dict[Any, AuthorKind] = {kind: kind for kind in get_args(AuthorKind)}
        kind = kinds.get(said) or (
            "gold" if name == "gold" else "model" if name in (None, "", "model") else "annotator"
        )
        name = "" if kind == "gold" else str(name or "imported")
        version = str(record.get("version") or "")
        uid = record.get("author") if kind == "annotator" else None
        key = (kind, name, version, str(uid))
        if key not in self._authors:
            self._authors[key] = (
                authors.by_name(self._connection, kind, name, version)
                if uid is None
                else authors.by_uid(self._connection, uid) or authors.add(self._connection, uid, "annotator", name)
            )
        return self._authors[key]

"""Brings metadata to articles that are there: a table (CSV, TSV, Excel) whose rows are known by the article's key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.core import record as records
from annotator.core.annotation import Article
from annotator.core.counting import counted
from annotator.core.errors import AnnotatorError
from annotator.core.progress import Progress
from annotator.core.record import RecordError
from annotator.formats import csv_format, xlsx_format
from annotator.formats.decoding import EncodingError
from annotator.formats.foreign import NAMES
from annotator.formats.sample import FormatError, Reading, Sample
from annotator.store import articles, backups
from annotator.store.project import Connection, Project

_KEYS = (*NAMES["id"], "filename", "file")  # columns by which a table knows articles


class MetadataError(AnnotatorError):
    """A table that cannot be used, in words for an editor."""


@dataclass
class MetadataReport:
    """What a table brought: articles with something new, rows of articles that are not there, values that cannot be."""

    changed: list[int] = field(default_factory=list)
    same: int = 0
    unknown: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """In one sentence."""
        parts = [f"{counted(len(self.changed), 'article')} changed"]
        if self.same:
            parts.append(f"{self.same:,} had it already")
        if self.unknown:
            parts.append(f"{len(self.unknown):,} rows are of articles that are not here")
        if self.refused:
            parts.append(f"{len(self.refused):,} rows could not be used")
        return ", ".join(parts) + "."

    def lines(self) -> list[str]:
        """What did not come in."""
        return [f"{key}: there is no article of this key" for key in self.unknown] + self.refused


def bring_metadata(
    project: Project, table: Path, windows_1252: bool = False, progress: Progress | None = None
) -> MetadataReport:
    """Takes title, outlet, date and address from a table, and its other columns as further metadata; empty cells change
    nothing. Raises MetadataError for a table that cannot be used, ProjectError, and Cancelled."""
    try:
        rows = _rows(Sample(table, Reading(windows_1252)))
    except (FormatError, EncodingError) as error:
        raise MetadataError(f"“{table.name}” {error}.") from error
    except OSError as error:
        raise MetadataError(f"“{table}” cannot be read: {error.strerror or error}.") from error
    key = next((name for name in _KEYS if any(name in row for row in rows)), None)
    if key is None:
        there = ", ".join(list(rows[0])[:8]) + (" …" if len(rows[0]) > 8 else "") if rows else "nothing"
        known = ", ".join(_KEYS[:-1]) + f" or {_KEYS[-1]}"
        raise MetadataError(f"“{table.name}” has no column {known} to know the articles by. Its columns are “{there}”.")
    backups.keep(project.path, project.engine, "revise")
    report = MetadataReport()
    with project.writing() as connection:
        for number, row in enumerate(rows, 1):
            if progress:
                progress(number, len(rows))
            name = str(row.get(key) or "").strip()
            article = _named(connection, name)
            if article is None:
                report.unknown.append(name or f"row {number + 1}")
                continue
            try:
                fields, extra = _said(row, key)
            except RecordError as error:
                report.refused.append(f"{name}: {error}")
                continue
            held = json.loads(article.extra) if article.extra else {}
            if all(getattr(article, n) == v for n, v in fields.items()) and held == held | extra:
                report.same += 1
                continue
            articles.set_metadata(connection, article.id, fields, json.dumps(held | extra, ensure_ascii=False))
            report.changed.append(article.id)
    return report


def _named(connection: Connection, name: str) -> Article | None:
    """The article of a key, which may have been the name of its file."""
    found = articles.by_key(connection, name) if name else None
    return found or (articles.by_key(connection, Path(name).stem) if name else None)


def _rows(sample: Sample) -> list[dict[str, str]]:
    if sample.suffix == ".xlsx":
        return [row for rows in xlsx_format.sheets(sample).values() for row in rows]
    return [row for _, row in csv_format.table(sample)]


def _said(row: Mapping[str, Any], key: str) -> tuple[dict[str, str], dict[str, str]]:
    """The fields of ours that a row has, and its other columns. Raises RecordError for a value that cannot be kept."""
    filled = {name: value for name, value in row.items() if value and name != key}
    fields: dict[str, str] = {}
    for name in records.METADATA:
        column = _first(NAMES[name], filled)
        if column is not None:
            fields[name] = filled.pop(column)
    records.checked({"text": "", **fields})
    for name, value in filled.items():
        records.check_text(value, f"“{name}”")
    return fields, filled


def _first(names: Iterable[str], row: Mapping[str, Any]) -> str | None:
    return next((name for name in names if name in row), None)

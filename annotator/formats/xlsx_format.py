"""Excel workbooks: the four tables of `tables`, a sheet each; or a sheet with a row for each article.

What a cell cannot hold (more than 32,767 characters) goes on in the sheet `continued`; control characters stand as
Excel itself writes them, `_x0001_`.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import Any

from annotator.core.record import LeftOut, Record
from annotator.core.text import cell, uncelled
from annotator.formats.archive import archive_at, declares_entities, timeless
from annotator.formats.csv_format import unlike
from annotator.formats.foreign import NAMES
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample, in_words
from annotator.formats.tables import CHOICES, COLUMNS, Numbering, key_of, plain, records

MAX_CELL = 32_767  # Excel's own limit, in UTF-16 units: half of it is always enough
_PART = MAX_CELL // 2
MAX_EMPTY = 100_000  # rows on end; a row may say any number of its own
CONTINUED = ("sheet", "key", "column", "part", "text")
# What XML has no sign for, line ends that a reader of XML would change, and what looks like the escape of one.
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")
_ESCAPE = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # half a sign is none


def _recognises(sample: Sample) -> bool:
    return "xl/workbook.xml" in sample.members


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """Raises FormatError."""
    with _opened(sample) as book:
        found = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
        if not {"articles", "layers"} <= found.keys():
            yield from _articles({name: list(_rows(sheet)) for name, sheet in found.items()}, sample.name)
            return
        parts = _parts(found.pop("continued", None))
        for name, sheet in found.items():
            if name not in COLUMNS and (number := sum(1 for _ in _rows(sheet))):
                yield f"{sample.name}, {name}", LeftOut(f"is a sheet of {number:,} rows that is none of ours: not read")
        ours = {name: _whole(name, _rows(sheet), parts) for name, sheet in found.items() if name in COLUMNS}
        yield from records(ours, sample.name)


def _articles(tables: Mapping[str, list[tuple[int, dict[str, str]]]], name: str) -> Iterator[tuple[str, Outcome]]:
    """A sheet with a row for each article, as newsrooms and archives make them."""
    for sheet, rows in tables.items():
        if not rows:
            continue
        where = f"{name}, {sheet}"
        if not any(column in row for _, row in rows for column in NAMES["text"]):
            there = ", ".join(rows[0][1])[:80]
            yield (
                where,
                f"has no column called text, body or content; its first line, which names the columns, is “{there}”",
            )
            continue
        for number, row in rows:
            kept = {column: value for column, value in row.items() if value}
            if kept:
                yield f"{where}, row {number}", kept


def sheets(sample: Sample) -> dict[str, list[dict[str, str]]]:
    """The rows of all sheets, by the names of their columns. Raises FormatError."""
    with _opened(sample) as book:
        found = {sheet.title.strip().lower(): list(_rows(sheet)) for sheet in book.worksheets}
    return {
        name: [{column: uncelled(value) for column, value in row.items()} for _, row in rows]
        for name, rows in found.items()
    }


@contextmanager
def _opened(sample: Sample) -> Iterator[Any]:
    """A workbook whose rows are read as they are asked for. Raises FormatError, also for what is wrong with them."""
    from openpyxl import load_workbook

    with archive_at(sample.path) as archive:
        if declares_entities(archive):
            raise FormatError("has a document type in it, which no workbook needs; not read")
    with in_words("workbook"), sample.path.open("rb") as file:
        book = load_workbook(file, read_only=True, data_only=True)
        try:
            yield book
        finally:
            book.close()


# By sheet and row: by column, the further parts of a text, with their numbers.
_Parts = dict[tuple[str, str], dict[str, list[tuple[int, str]]]]


def _parts(sheet: Any | None) -> _Parts:
    found: _Parts = {}
    for _, row in _rows(sheet) if sheet is not None else ():
        number = row.get("part", "")
        part = int(number) if number.isdecimal() and len(number) < 9 else 0
        where = found.setdefault((row.get("sheet", ""), row.get("key", "")), {})
        where.setdefault(row.get("column", ""), []).append((part, row.get("text", "")))
    return found


def _whole(
    name: str, rows: Iterable[tuple[int, dict[str, str]]], parts: _Parts
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a sheet with the further parts of their texts."""
    for number, row in rows:
        for column, more in parts.get((name, key_of(name, row)), {}).items():
            if column in row:
                row[column] += "".join(text for _, text in sorted(more, key=lambda one: one[0]))
        yield number, {column: uncelled(value) for column, value in row.items()}


def _rows(sheet: Any) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their numbers, below the first that is not empty, which names the columns; without empty ones."""
    sheet.reset_dimensions()  # what other programs say there is not always true
    header: list[str] = []
    empty = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        values = ["" if value is None else _text(value) for value in cells]
        if not any(values):
            empty += 1
            if empty > MAX_EMPTY:
                raise FormatError(f"has more than {MAX_EMPTY:,} empty rows on end; not read")
            continue
        empty = 0
        if not header:
            header = unlike([value.strip().lower() for value in values])
            continue
        names = [*header, *(f"column {at}" for at in range(len(header) + 1, len(values) + 1))]
        yield number, dict(zip(names, values, strict=False))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _write(path: Path, given: Iterable[Record]) -> list[str]:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook(write_only=True)
    sheets = {}
    for name, columns in (*COLUMNS.items(), ("continued", CONTINUED)):
        sheets[name] = book.create_sheet(name)
        sheets[name].freeze_panes = "A2"
        head = [WriteOnlyCell(sheets[name], value=column) for column in columns]
        for one in head:
            one.font = Font(bold=True)
        sheets[name].append(head)
        for column, allowed in CHOICES.items():
            if column in columns:
                letter = get_column_letter(columns.index(column) + 1)
                choice = DataValidation("list", formula1=f'"{",".join(allowed)}"', allow_blank=True)
                choice.add(f"{letter}2:{letter}1048576")
                sheets[name].data_validations.append(choice)
    numbering = Numbering()
    for record in given:
        for name, row in numbering.rows(record):
            cells = []
            for column in COLUMNS[name]:
                value = plain(column, row.get(column))
                if isinstance(value, str):
                    value = cell(value)
                    value, rest = value[:_PART], value[_PART:]
                    for part, at in enumerate(range(0, len(rest), _PART), 2):
                        more = [name, key_of(name, row), column, part, rest[at : at + _PART]]
                        sheets["continued"].append([_cell(one) for one in more])
                cells.append(_cell(value))
            sheets[name].append(cells)
    book.save(path)
    _without_times(path)
    return []


def _without_times(path: Path) -> None:
    """Takes out of a workbook when it was made, so that the same tables are the same bytes."""
    draft = path.with_name(f"{path.name}.part")
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(draft, "w") as made:
        for name in given.namelist():
            with given.open(name) as source, made.open(timeless(name), "w", force_zip64=True) as target:
                if name == "docProps/core.xml":
                    target.write(_TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", source.read()))
                else:
                    shutil.copyfileobj(source, target, 1024 * 1024)
    draft.replace(path)


def _cell(value: Any) -> Any:
    """A value as a cell holds it. No text begins like a formula: `cell` sees to that."""
    return _ESCAPED.sub(_escape, value) if isinstance(value, str) else value


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


FORMAT = Format(
    binary=True,
    name="xlsx",
    title="Excel: sheets of articles, layers, claims and entities",
    suffixes=(".xlsx",),
    recognises=_recognises,
    read=_read,
    write=_write,
    not_read=(
        "sheets and columns that are not ours beside those of articles",
        "formulas, of which the values are read",
    ),
)

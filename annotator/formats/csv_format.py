"""CSV with a line of column names: a row is an article; the text's column is `text`, `body` or `content`.

Written as a folder of the four tables of `tables`, which is read as a whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count, islice
from pathlib import Path

from annotator.core.record import Record
from annotator.core.text import cell, shortened, uncelled
from annotator.formats.foreign import NAMES
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample
from annotator.formats.tables import COLUMNS, Numbering, plain, records

MAX_FIELD = 64 * 1024 * 1024
_DELIMITERS = ",;\t|"
# Empty lines, and Excel's own line that says what divides the fields.
_BEFORE = re.compile(r"(?:[ \t\r]*\n)*(?:sep=([^\r\n])[ \t\r]*\n)?(?:[ \t\r]*\n)*", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


def _recognises(sample: Sample) -> bool:
    return sample.is_folder and all((sample.path / f"{name}.csv").is_file() for name in ("articles", "layers"))


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    if not sample.is_folder:
        return rows(sample.text(), sample.name)
    files = {name: Sample(sample.path / f"{name}.csv", sample.reading) for name in COLUMNS}
    return records({name: table(file) for name, file in files.items() if file.path.is_file()}, sample.name)


def table(sample: Sample) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their numbers, by the names of its columns. Raises FormatError."""
    csv.field_size_limit(MAX_FIELD)
    before = _BEFORE.match(sample.beginning)
    assert before is not None  # it may be empty
    first = re.split(r"[\r\n]", sample.beginning[before.end() :], maxsplit=1)[0]
    delimiter = before[1] or max(_DELIMITERS, key=_QUOTED.sub("", first).count)
    old_mac = "\n" not in sample.beginning and "\r" in sample.beginning
    ends = io.StringIO(sample.text(), newline="") if old_mac else sample.lines(ends=True)
    rows_of = csv.reader(islice(ends, before[0].count("\n"), None), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    for number in count(1):
        try:
            row = next(rows_of)
        except StopIteration:
            return
        except csv.Error as error:
            raise FormatError(f"is a broken table ({error})") from error
        if header is None:
            header = unlike([name.strip().lower() for name in row])
            continue
        names = [*header, *(f"column {at}" for at in range(len(header) + 1, len(row) + 1))]
        yield number, {name: uncelled(value) for name, value in zip(names, row, strict=False)}


def _write(path: Path, given: Iterable[Record]) -> list[str]:
    numbering = Numbering()
    with ExitStack() as stack:
        tables = {}
        for name, columns in COLUMNS.items():
            # With a mark at its beginning, by which Excel knows its encoding.
            file = stack.enter_context((path / f"{name}.csv").open("w", encoding="utf-8-sig", newline=""))
            tables[name] = csv.writer(file)
            tables[name].writerow(columns)
        for record in given:
            for name, row in numbering.rows(record):
                cells = (plain(column, row.get(column)) for column in COLUMNS[name])
                tables[name].writerow([cell(value) if isinstance(value, str) else value for value in cells])
    return []


def rows(text: str, name: str) -> Iterator[tuple[str, Record | str]]:
    """Articles with the places they come from; a text in place of a record says why a row cannot be used."""
    csv.field_size_limit(MAX_FIELD)
    before = _BEFORE.match(text)
    assert before is not None  # it may be empty
    skipped, text = text.count("\n", 0, before.end()), text[before.end() :]
    first = text.partition("\n")[0]
    delimiter = before[1] or max(_DELIMITERS, key=_QUOTED.sub("", first).count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = unlike([h.strip().lower() for h in next(table, [])])
    except csv.Error as error:
        yield name, f"is not a CSV table ({error})"
        return
    whose = next((name for name in ("claims", "entities", "layers") if set(COLUMNS[name][:5]) <= set(header)), None)
    if whose is not None:
        yield name, f"is the table of {whose} of several that Annotator wrote; bring in the folder that they are in"
        return
    places = {field: next((header.index(n) for n in names if n in header), None) for field, names in NAMES.items()}
    text_at = places["text"]
    if text_at is None:
        there = shortened(first.strip(), 80)
        yield name, f"has no column called text, body or content: its first line, which names the columns, is “{there}”"
        return
    empty = True
    while True:
        try:
            row = next(table)
        except StopIteration:
            if empty:
                yield name, "has no rows below the names of its columns"
            return
        except csv.Error as error:
            yield f"{name}, line {table.line_num + skipped}", f"is broken ({error}); what follows it was not read"
            return
        where = f"{name}, line {table.line_num + skipped}"
        if not any(row):
            continue
        empty = False
        if len(row) != len(header):
            yield where, f"has {len(row)} fields where the first line has {len(header)}"
            continue
        record: Record = {field: row[at] for field, at in places.items() if at is not None and row[at]}
        used = {at for at in places.values() if at is not None}
        record["extra"] = {h: row[i] for i, h in enumerate(header) if i not in used and row[i]}
        record.setdefault("text", "")
        yield where, record


def unlike(header: Sequence[str]) -> list[str]:
    """The names of the columns, each once: "tag", "tag 2". One without a name is called after its place."""
    names: dict[str, None] = {}
    counts: dict[str, int] = {}
    for number, name in enumerate(header, 1):
        base = made = name or f"column {number}"
        while made in names:
            counts[base] = counts.get(base, 1) + 1
            made = f"{base} {counts[base]}"
        names[made] = None
    return list(names)


FORMAT = Format(
    name="csv",
    title="CSV: tables of articles, layers, claims and entities",
    suffixes=(".csv", ".tsv"),
    recognises=_recognises,
    read=_read,
    write=_write,
    not_read=("columns of others beside those of articles",),
    folder=True,
    owns=lambda folder, file: file.parent == folder and file.name in {f"{name}.csv" for name in COLUMNS},
)

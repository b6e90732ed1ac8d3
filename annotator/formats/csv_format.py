"""CSV with a line of column names: a row is an article; the text's column is `text`, `body` or `content`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from annotator.core.record import Record
from annotator.core.text import shortened
from annotator.formats.foreign import NAMES
from annotator.formats.registry import Format
from annotator.formats.sample import Sample

MAX_FIELD = 64 * 1024 * 1024
_DELIMITERS = ",;\t|"
# Empty lines, and Excel's own line that says what divides the fields.
_BEFORE = re.compile(r"(?:[ \t\r]*\n)*(?:sep=([^\r\n])[ \t\r]*\n)?(?:[ \t\r]*\n)*", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


def _read(sample: Sample) -> Iterator[tuple[str, Record | str]]:
    return rows(sample.text(), sample.name)


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
        header = _unlike([h.strip().lower() for h in next(table, [])])
    except csv.Error as error:
        yield name, f"is not a CSV table ({error})"
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


def _unlike(header: Sequence[str]) -> list[str]:
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


FORMAT = Format("csv", "CSV: a table with a row for each article", (".csv", ".tsv"), read=_read)

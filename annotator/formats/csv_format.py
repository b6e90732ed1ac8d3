"""CSV with a line of column names: a row is an article; the text's column is `text`, `body` or `content`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from annotator.core.record import Record

SUFFIXES = (".csv", ".tsv")

COLUMNS = {
    "text": ("text", "body", "content", "article"),
    "id": ("id", "key", "article_id"),
    "title": ("title", "headline"),
    "source": ("source", "publisher", "outlet"),
    "date": ("date", "published", "publication_date"),
    "address": ("address", "url", "link"),
}
MAX_FIELD = 64 * 1024 * 1024


def read(text: str, name: str) -> Iterator[tuple[str, Record | str]]:
    """Articles with the places they come from; a text in place of a record says why a row cannot be used."""
    csv.field_size_limit(MAX_FIELD)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [h.strip().lower() for h in next(rows, [])]
    except csv.Error as error:
        yield name, f"is not a CSV table ({error})"
        return
    places = {field: next((header.index(n) for n in names if n in header), None) for field, names in COLUMNS.items()}
    text_at = places["text"]
    if text_at is None:
        yield name, "has no column called text, body or content in its first line"
        return
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"{name}, line {rows.line_num}", f"is broken ({error}); what follows it was not read"
            return
        where = f"{name}, line {rows.line_num}"
        if not any(row):
            continue
        if len(row) != len(header):
            yield where, f"has {len(row)} fields where the first line has {len(header)}"
            continue
        record: Record = {field: row[at] for field, at in places.items() if at is not None and row[at]}
        used = {at for at in places.values() if at is not None}
        record["extra"] = {h: row[i] for i, h in enumerate(header) if i not in used and h and row[i]}
        record.setdefault("text", "")
        yield where, record

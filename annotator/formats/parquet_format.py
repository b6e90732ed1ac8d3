"""Parquet: a row for each record, with claims and entities as lists of structures; one fixed schema.

Metadata and answers that have no column of their own are JSON texts. Others' files come in when they have a text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from annotator.core.annotation import SLOTS
from annotator.core.record import METADATA, Record
from annotator.formats.packing import GZIP, ZSTANDARD
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample, in_words

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 500  # in a group: readers of nested columns want small ones
MAX_BATCH = 512 * 1024**2  # bytes of a few rows
_TEXTS = ("layer", "kind", "version", "author", *METADATA, "copy_of")
_JSON = ("attributes", "extra")
_CLAIM = ("mode", "actor", "stance", "target", "note")


def schema() -> pa.Schema:
    """The columns; every one is always there."""
    import pyarrow as pa

    span = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("text", pa.large_string())])
    mention = [("start", pa.int64()), ("end", pa.int64()), ("text", pa.large_string()), ("label", pa.string())]
    mention += [("actor", pa.string()), ("score", pa.float64()), ("attributes", pa.string())]
    claim = [(slot, pa.list_(span)) for slot in SLOTS] + [(name, pa.string()) for name in _CLAIM]
    claim += [("implicit", pa.bool_()), ("score", pa.float64()), ("attributes", pa.string())]
    columns = [("id", pa.string()), ("text", pa.large_string()), *((name, pa.string()) for name in _TEXTS)]
    columns += [("finished", pa.float64()), ("derived", pa.list_(pa.string()))]
    columns += [(name, pa.large_string()) for name in _JSON]
    columns += [("mentions", pa.list_(pa.struct(mention))), ("claims", pa.list_(pa.struct(claim)))]
    return pa.schema(columns)


def row_of(record: Record) -> dict[str, Any]:
    """A record as a row."""
    text = record["text"]

    def json(item: Record) -> str | None:
        return orjson.dumps(item["attributes"]).decode() if item.get("attributes") else None

    row: dict[str, Any] = {name: record.get(name) for name in ("id", "text", *_TEXTS, "finished", "derived")}
    row["attributes"] = json(record)
    row["extra"] = orjson.dumps(record["extra"]).decode() if record.get("extra") else None
    row["mentions"] = [
        mention | {"text": text[mention["start"] : mention["end"]], "attributes": json(mention)}
        for mention in record["mentions"]
    ]
    row["claims"] = [
        claim
        | {slot: [{"start": a, "end": b, "text": text[a:b]} for a, b in claim[slot]] for slot in SLOTS}
        | {"attributes": json(claim)}
        for claim in record["claims"]
    ]
    return row


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns, waiting = schema(), iter(records)
    with pq.ParquetWriter(path, columns, compression="zstd") as file:
        while rows := [row_of(record) for record in islice(waiting, ROWS)]:
            file.write_table(pa.Table.from_pylist(rows, columns), row_group_size=ROWS)
    return []


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """Raises FormatError."""
    if FORMAT.missing():
        raise FormatError("needs pyarrow: `pip install 'annotator[formats]'`")
    rows = _rows(sample)
    number = 0
    while True:
        with in_words("Parquet file"):
            row = next(rows, None)
        if row is None:
            return
        number += 1
        yield f"{sample.name}, row {number}", record_of(row)


def _rows(sample: Sample) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    packed = sample.path.suffix.lower() in (GZIP, ZSTANDARD)
    with pq.ParquetFile(io.BytesIO(sample.data()) if packed else sample.path) as file:
        for batch in file.iter_batches(batch_size=50):
            if batch.nbytes > MAX_BATCH:
                raise FormatError("has rows that are larger than 10 MB each; not read")
            yield from batch.to_pylist()


def record_of(row: dict[str, Any]) -> Record:
    """A row as a record; what others have in columns of ours is checked later."""
    made = {name: _plain(value) for name, value in row.items() if value is not None}
    for name in _JSON:
        if isinstance(made.get(name), str):
            made[name] = _json(made[name])
    for kind in ("mentions", "claims"):
        if not isinstance(made.get(kind), list):
            continue
        items = []
        for given in made[kind]:
            item = (
                {k: v for k, v in given.items() if v is not None and k != "text"} if isinstance(given, dict) else given
            )
            if isinstance(item, dict):
                for slot in SLOTS:
                    if isinstance(item.get(slot), list):
                        item[slot] = [[p.get("start"), p.get("end")] if isinstance(p, dict) else p for p in item[slot]]
                if isinstance(item.get("attributes"), str):
                    item["attributes"] = _json(item["attributes"])
            items.append(item)
        made[kind] = items
    return made


def _json(said: str) -> Any:
    try:
        return orjson.loads(said)
    except ValueError:
        return said


def _plain(value: Any) -> Any:
    """Dates, bytes and decimals of others as texts."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


FORMAT = Format(
    binary=True,
    name="parquet",
    title="Parquet: a row for each record",
    suffixes=(".parquet",),
    recognises=lambda sample: sample.head.startswith(b"PAR1"),
    read=_read,
    write=_write,
    extra="formats",
    needs=("pyarrow",),
)

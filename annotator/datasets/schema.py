"""The columns of a dataset's examples: every one is always there, in each split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from annotator.core.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

# What the columns mean, for the card.
COLUMNS = {
    "id": "the article's key",
    "text": "the article; null in a dataset without texts",
    "text_sha256": "SHA-256 of the text in UTF-8",
    "outlet": "who published it",
    "title": "its title",
    "date": "its date",
    "address": "where it was found",
    "split": "the split it is in",
    "cluster": "the same for near-duplicates",
    "annotator": "whose labels: gold, A1, A2 … or a model",
    "kind": "gold, annotator or model",
    "shown": "models whose suggestions were there before the annotator began, unless they were hidden",
    "finished": "whether the annotator had finished the article",
    "labelled": "what was labelled: claims, entities, stance",
    "derived": "what of claims an importer derived and nobody said",
    "claims": "null where claims were not labelled",
    "entities": "null where entities were not labelled",
    "rejected": "suggested claims that the annotator rejected",
    "attributes": "answers about the article, as JSON",
    "extra": "other metadata, as JSON; null unless asked for",
}
_TEXTS = ("id", "text", "text_sha256", "outlet", "title", "date", "address", "split", "cluster", "annotator", "kind")


def columns() -> pa.Schema:
    """The schema of the Parquet files."""
    import pyarrow as pa

    text = pa.string()
    piece = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("text", text)])
    claim: list[tuple[str, Any]] = [("id", text), *((name, pa.list_(piece)) for name in ("speaker", "cue", "content"))]
    names = ("mode", "stance", "note", "actor", "actor_id", "target", "target_id", "decision", "origin", "attributes")
    claim += [(name, text) for name in names]
    claim += [("implicit", pa.bool_()), ("score", pa.float64())]
    entity: list[tuple[str, Any]] = [("id", text), ("start", pa.int64()), ("end", pa.int64())]
    entity += [(name, text) for name in ("text", "label", "actor", "actor_id", "decision", "origin", "attributes")]
    entity.append(("score", pa.float64()))
    claims = pa.list_(pa.struct(claim))
    fields: list[tuple[str, Any]] = [(name, pa.large_string() if name == "text" else text) for name in _TEXTS]
    fields += [("shown", pa.list_(text)), ("finished", pa.bool_()), ("labelled", pa.list_(text))]
    fields += [("derived", pa.list_(text)), ("claims", claims)]
    fields += [("entities", pa.list_(pa.struct(entity))), ("rejected", claims), ("attributes", text), ("extra", text)]
    return pa.schema(fields)


def row_of(example: Record, with_text: bool = True) -> Record:
    """An example as a row: JSON where structures differ from row to row."""
    import hashlib

    row = {name: example.get(name) for name in COLUMNS}
    row["text_sha256"] = hashlib.sha256(example["text"].encode()).hexdigest()
    for name in ("attributes", "extra"):
        row[name] = _json(example[name])
    for kind in ("claims", "entities", "rejected"):
        if example[kind] is not None:
            row[kind] = [item | {"attributes": _json(item["attributes"])} for item in example[kind]]
    return row if with_text else without_text(row)


def without_text(row: Record) -> Record:
    """A row without the words of its text, and without notes, which may quote them: places and the digest are left."""

    def bare(item: Record) -> Record:
        made: Record = {n: None if n == "note" else value for n, value in item.items() if n != "text"}
        return made | {
            slot: [bare(piece) for piece in made[slot]] for slot in ("speaker", "cue", "content") if slot in made
        }

    kinds = {
        kind: None if row[kind] is None else list(map(bare, row[kind])) for kind in ("claims", "entities", "rejected")
    }
    return row | kinds | {"text": None}


def _json(held: Any) -> str | None:
    return orjson.dumps(held, option=orjson.OPT_SORT_KEYS).decode() if held else None

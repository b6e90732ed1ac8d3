"""The one place where values become rows: tables, statements, reading and writing, all derived from the dataclasses.

SQLModel defines the tables. What an editor waits for by the thousand (opening an article, an import, a merge) goes to
the driver with statements compiled once from those tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, repeat
from operator import attrgetter
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

from annotator.core.annotation import LAYER_KINDS, VALUES, Attributes, Origin, Version
from annotator.core.errors import DamagedError
from annotator.core.fields import FIELDS, Field, attributes_from_json
from annotator.core.record import Record
from annotator.core.text import Spans

# Fields that stand under another name, and those that refer to an actor.
_NAMES = {"actor": "actor_id", "target": "target_id", "gold": "gold_id", "of": "kind"}
_ACTORS = ("actor", "target")
_SQL: dict[str, Any] = {
    "int": sa.Integer,
    "float": sa.Float,
    "bool": sa.Boolean,
    "versions": sa.Text,
    "attributes": sa.Text,
}
_DIALECT = sqlite.dialect()


def columns(kind: str) -> list[sa.Column[Any]]:
    """The columns of a kind's table, in the order of its fields; an origin takes two."""
    made: list[sa.Column[Any]] = [
        sa.Column("layer_id", sa.Integer, sa.ForeignKey("layer.id"), primary_key=True, autoincrement=False)
    ]
    for field in FIELDS[kind]:
        if field.type == "origin":
            made += [sa.Column(name, sa.Integer, nullable=field.optional) for name in ("origin_layer", "origin_id")]
            continue
        refers = [sa.ForeignKey("actor.id")] if field.name in _ACTORS else []
        more: dict[str, Any] = {"nullable": field.optional}
        if field.name == "id":
            more = {"primary_key": True, "autoincrement": False}
        elif field.type == "attributes":
            more["server_default"] = "{}"
        made.append(sa.Column(_NAMES.get(field.name, field.name), _SQL.get(field.type, sa.String)(), *refers, **more))
    return made


TABLES = {kind: sa.Table(kind, SQLModel.metadata, *columns(kind), sqlite_with_rowid=False) for kind in LAYER_KINDS}


def _names(kind: str) -> list[str]:
    return [column.name for column in TABLES[kind].columns]


def _compiled(statement: Any) -> str:
    return str(statement.compile(dialect=_DIALECT))


# "INSERT INTO claim (layer_id, id, …) VALUES (?, ?, …)"
INSERT = {
    kind: _compiled(sa.insert(table).values({n: sa.bindparam(n) for n in _names(kind)}))
    for kind, table in TABLES.items()
}
SELECT = {
    kind: _compiled(sa.select(*table.columns).where(table.c.layer_id == sa.bindparam("layer")))
    for kind, table in TABLES.items()
}
DELETE = {
    kind: _compiled(
        sa.delete(table).where(table.c.layer_id == sa.bindparam("layer"), table.c.id == sa.bindparam("key"))
    )
    for kind, table in TABLES.items()
}


def read(cursor: Any, kind: str, layer: int, ids: Sequence[int] | None = None) -> list[Any]:
    """The layer's values of a kind: all, or those with these ids. Raises DamagedError for rows that hold none."""
    if ids is not None and not ids:
        return []
    # A bulk edit reads the layer as a whole: that is quicker than naming thousands of ids.
    few = ids is not None and len(ids) <= 500
    statement = SELECT[kind] + (f" AND id IN ({', '.join('?' * len(ids or ()))})" if few else "")
    rows = cursor.execute(statement, (layer, *(ids if few and ids else ()))).fetchall()
    try:
        values = list(map(_READERS[kind], rows))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedError(f"{'an' if kind == 'answers' else 'a'} {kind}") from error
    if ids is not None and not few:
        wanted = set(ids)
        values = [value for value in values if value.id in wanted]
    return values


def raw(cursor: Any, kind: str, layer: int) -> list[tuple[Any, ...]]:
    """The rows of a layer's values of a kind as they are stored, by id; for comparing layers of two files."""
    held = cursor.execute(SELECT[kind], (layer,)).fetchall()
    return sorted((row[1:] for row in held), key=lambda row: row[0])


def accepted(kind: str, held: Iterable[Sequence[Any]]) -> bool:
    """Whether one of some `raw` rows was accepted from a suggestion."""
    names = _names(kind)[1:]
    at = names.index("origin_layer") if "origin_layer" in names else None
    return at is not None and any(row[at] is not None for row in held)


def write(cursor: Any, kind: str, layer: int, values: Iterable[Any]) -> None:
    """Adds values of a kind to a layer."""
    made = _WRITERS[kind]
    rows = [(layer, *made(value)) for value in values]
    if rows:
        cursor.executemany(INSERT[kind], rows)


def delete(cursor: Any, kind: str, layer: int, ids: Iterable[int]) -> None:
    """Takes values out of a layer."""
    cursor.executemany(DELETE[kind], [(layer, key) for key in ids])


# Records (core.record): an import has millions of mentions, so they go straight from JSON to rows.

_LOCAL = ("id", "origin")  # what a record does not say
# What a record leaves out when it says nothing (as it is stored then); all else stands there even then.
_SPARSE: dict[str, dict[str, Any]] = {
    "mention": {"score": None, "attributes": "{}"},
    "claim": {"note": "", "implicit": False, "attributes": "{}"},
    "answers": {"attributes": "{}"},
}
_RARE: dict[str, Callable[[Any], Any]] = {"implicit": bool, "attributes": orjson.loads}


def write_records(
    cursor: Any, kind: str, layer: int, found: Sequence[Record], actors: Mapping[str | None, Any]
) -> None:
    """Adds a checked record's items of a kind to a layer, numbered from 1; `actors` gives the id of a name."""
    if found:
        # A column at a time: that is quicker than going through the fields for each item.
        columns = [_column(field, found, actors) for field in FIELDS[kind] if field.name not in _LOCAL]
        cursor.executemany(_INSERT_RECORD[kind], zip(repeat(layer), count(1), *columns, strict=False))


def _column(field: Field, found: Sequence[Record], actors: Mapping[str | None, Any]) -> list[Any]:
    name, turn = field.name, _STORED.get(field.type)
    if field.needed:
        return [item[name] for item in found]
    if name in _ACTORS:
        return [actors[item.get(name)] for item in found]
    if turn is not None:
        nothing = turn(None)
        return [turn(said) if (said := item.get(name)) else nothing for item in found]
    if field.optional:
        return [item.get(name) for item in found]
    return [item.get(name) or field.default for item in found]


def records(cursor: Any, kind: str, layer: int, names: Mapping[int | None, str | None]) -> list[Record]:
    """A layer's items of a kind in the order of their ids, as a record has them; `names` are the actors' by id."""
    rows = cursor.execute(_SELECT_RECORD[kind], (layer,)).fetchall()
    if not rows:
        return []
    sparse = _SPARSE.get(kind, {})
    said: dict[str, Sequence[Any]] = {}
    rare: dict[str, Sequence[Any]] = {}
    for field, column in zip((f for f in FIELDS[kind] if f.name not in _LOCAL), zip(*rows, strict=True), strict=True):
        if field.name in _ACTORS:
            said[field.name] = [names[actor] for actor in column]
        elif field.name in sparse:
            rare[field.name] = column
        else:
            turn = _SAID.get(field.type)
            said[field.name] = column if turn is None else [turn(stored) for stored in column]
    keys = list(said)
    items: list[Record] = [dict(zip(keys, row, strict=True)) for row in zip(*said.values(), strict=True)]
    for name, kept in rare.items():
        empty = sparse[name]
        for item, stored in zip(items, kept, strict=True):
            if stored != empty:
                item[name] = _RARE.get(name, _as_it_is)(stored)
    return items


def _as_it_is(stored: Any) -> Any:
    return stored


def _recorded(kind: str) -> list[str]:
    return [name for name in _names(kind) if name not in ("layer_id", "id", "origin_layer", "origin_id")]


_INSERT_RECORD = {
    kind: _compiled(sa.insert(TABLES[kind]).values({n: sa.bindparam(n) for n in ("layer_id", "id", *_recorded(kind))}))
    for kind in ("mention", "claim", "answers")
}
_SELECT_RECORD = {
    kind: _compiled(
        sa.select(*(TABLES[kind].c[name] for name in _recorded(kind)))
        .where(TABLES[kind].c.layer_id == sa.bindparam("layer"))
        .order_by(TABLES[kind].c.id)
    )
    for kind in ("mention", "claim", "answers")
}


def spans_json(spans: Spans | list[list[int]] | None) -> str:
    return orjson.dumps(spans or ()).decode()


def _spans(stored: str) -> Spans:
    return tuple(map(tuple, orjson.loads(stored))) if stored != "[]" else ()


def attributes_json(attributes: Attributes | dict[str, Any] | None) -> str:
    return orjson.dumps(dict(attributes)).decode() if attributes else "{}"


def _attributes(stored: str) -> Attributes:
    return attributes_from_json(orjson.loads(stored)) if stored != "{}" else ()


def _versions_json(versions: Iterable[Version]) -> str:
    return orjson.dumps([[v.author, v.element, v.value] for v in versions]).decode()


def _versions(stored: str) -> tuple[Version, ...]:
    return tuple(Version(*v) for v in orjson.loads(stored))


_STORED: dict[str, Callable[[Any], Any]] = {
    "spans": spans_json,
    "attributes": attributes_json,
    "versions": _versions_json,
    "bool": bool,
}
_HELD: dict[str, Callable[[Any], Any]] = {
    "spans": _spans,
    "attributes": _attributes,
    "versions": _versions,
    "bool": bool,
}


_SAID: dict[str, Callable[[Any], Any]] = {"spans": orjson.loads, "bool": bool}


def _reader(kind: str) -> Callable[[Sequence[Any]], Any]:
    """A function from a row to the value it holds. The row begins with the layer."""
    held_as, fields = VALUES[kind], FIELDS[kind]
    at = next((n for n, field in enumerate(fields) if field.type == "origin"), None)
    turned = [(n, _HELD[field.type]) for n, field in enumerate(fields) if field.type in _HELD]

    def read_row(row: Sequence[Any]) -> Any:
        held = list(row[1:])
        if at is not None:
            layer, key = held[at : at + 2]
            held[at : at + 2] = (None if layer is None else Origin(layer, key),)
        for n, turn in turned:
            held[n] = turn(held[n])
        return held_as(*held)

    return read_row


def _writer(kind: str) -> Callable[[Any], Iterator[Any]]:
    """A function from a value to its row, without the layer."""
    parts: list[tuple[Field, Callable[[Any], Any], Callable[[Any], Any] | None]] = [
        (field, attrgetter(field.name), _STORED.get(field.type)) for field in FIELDS[kind]
    ]

    def row_of(value: Any) -> Iterator[Any]:
        for field, get, turn in parts:
            held = get(value)
            if field.type == "origin":
                yield from (None, None) if held is None else (held.layer, held.id)
            else:
                yield held if turn is None else turn(held)

    return row_of


_READERS = {kind: _reader(kind) for kind in LAYER_KINDS}
_WRITERS = {kind: _writer(kind) for kind in LAYER_KINDS}

"""The one place where values become rows: tables, statements, reading and writing, all derived from the dataclasses.

SQLModel defines the tables. What an editor waits for by the thousand (opening an article, an import, a merge) goes to
the driver with statements compiled once from those tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

from annotator.core.annotation import LAYER_KINDS, VALUES, Attributes, Origin, Version
from annotator.core.errors import DamagedError
from annotator.core.fields import FIELDS, Field, attributes_from_json
from annotator.core.record import Record
from annotator.core.scheme import check_answers
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
_SPAN = r"\[\s*\d{1,15}\s*,\s*\d{1,15}\s*\]"
_IS_SPANS = re.compile(rf"\[\s*{_SPAN}(?:\s*,\s*{_SPAN})*\s*\]").fullmatch


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


def _fits(column: sa.Column[Any]) -> Callable[[Sequence[Any]], bool]:
    """Whether all of a column's values are of its type; it may also raise TypeError."""
    held = column.type.python_type
    if not column.nullable and held in (int, bool):
        return lambda values: type(sum(values)) is int  # in one go: a real number makes the sum one, all else an error
    if not column.nullable and held is str:
        return lambda values: isinstance("".join(values), str)
    allowed = {int if held is bool else held} | ({int} if held is float else set())
    allowed |= {type(None)} if column.nullable else set()
    return lambda values: allowed.issuperset(map(type, values))


# By kind, what looks at the columns of its rows.
_FITS = {kind: [_fits(column) for column in table.columns] for kind, table in TABLES.items()}


def read(cursor: Any, kind: str, layer: int, ids: Sequence[int] | None = None) -> list[Any]:
    """The layer's values of a kind: all, or those with these ids. Raises DamagedError for rows that hold none."""
    if ids is not None and not ids:
        return []
    # A bulk edit reads the layer as a whole: that is quicker than naming thousands of ids.
    few = ids is not None and len(ids) <= 500
    statement = SELECT[kind] + (f" AND id IN ({', '.join('?' * len(ids or ()))})" if few else "")
    rows = cursor.execute(statement, (layer, *(ids if few and ids else ()))).fetchall()
    try:
        _check_types(_FITS[kind], rows)
        values = list(map(_READERS[kind], rows))
    except _NOT_READ as error:
        raise _damaged(kind) from error
    if ids is not None and not few:
        wanted = set(ids)
        values = [value for value in values if value.id in wanted]
    return values


_NOT_READ = (ValueError, TypeError, KeyError, AttributeError)  # what reading a row that holds no value ends in


def _damaged(kind: str) -> DamagedError:
    return DamagedError(f"{'an' if kind == 'answers' else 'a'} {kind}")


def _check_types(fits: Sequence[Callable[[Sequence[Any]], bool]], rows: Sequence[Sequence[Any]]) -> None:
    """Raises TypeError for a value of another type than its column is for, which SQLite lets stand."""
    for fit, column in zip(fits, zip(*rows, strict=True), strict=False):
        if not fit(column):
            raise TypeError("a value of an odd type")


def raw(cursor: Any, kind: str, layer: int) -> list[tuple[Any, ...]]:
    """The rows of a layer's values of a kind as they are stored, by id; for comparing layers of two files."""
    held = cursor.execute(SELECT[kind], (layer,)).fetchall()
    return sorted((row[1:] for row in held), key=lambda row: row[0])


def is_plain(cursor: Any, layer: int) -> bool:
    """Whether a layer holds nothing that was decided on, and nothing that was accepted from a suggestion."""
    return all(cursor.execute(statement, (layer,)).fetchone() is None for statement in _DECIDED)


def write(cursor: Any, kind: str, layer: int, values: Iterable[Any]) -> None:
    """Adds values of a kind to a layer."""
    made = _WRITERS[kind]
    rows = [made(layer, value) for value in values]
    if rows:
        cursor.executemany(INSERT[kind], rows)


def delete(cursor: Any, kind: str, layer: int, ids: Iterable[int]) -> None:
    """Takes values out of a layer."""
    cursor.executemany(DELETE[kind], [(layer, key) for key in ids])


# Records (core.record): an import has millions of mentions, so they go straight from JSON to rows. What goes through
# them is written out from the fields once, as `dataclasses` writes out an `__init__`: that is as quick as by hand.

_RECORDED = ("mention", "claim", "answers")
_LOCAL = ("id", "origin")  # what a record does not say
# What a record leaves out when it says nothing, as it is stored then; all else stands there even then.
_SPARSE: dict[str, dict[str, Any]] = {
    "mention": {"score": None, "attributes": "{}"},
    "claim": {"note": "", "implicit": 0, "attributes": "{}"},
    "answers": {"attributes": "{}"},
}


def write_records(
    cursor: Any, kind: str, layer: int, found: Sequence[Record], actors: Mapping[str | None, Any]
) -> None:
    """Adds a checked record's items of a kind to a layer, numbered from 1; `actors` gives the id of a name."""
    if found:
        cursor.executemany(_INSERT_RECORD[kind], _TAKEN_IN[kind](layer, found, actors))


def records(cursor: Any, kind: str, layer: int, names: Mapping[int | None, str | None]) -> list[Record]:
    """A layer's items of a kind in the order of their ids, as a record has them; `names` are the actors' by id."""
    held = cursor.execute(_SELECT_RECORD[kind], (layer,)).fetchall()
    if not held:
        return []
    try:
        _check_types(_FITS_RECORD[kind], held)
        items: list[Record] = _GIVEN_OUT[kind](held, names)
    except _NOT_READ as error:
        raise _damaged(kind) from error
    return items


def value(kind: str, item: Record, actors: Mapping[str | None, Any]) -> Any:
    """The value that a record's checked item holds, with 1 for its id."""
    held: dict[str, Any] = {}
    for field in _fields_of_record(kind):
        said = item.get(field.name)
        if field.name in _ACTORS:
            said = actors[said]
        elif field.type == "spans":
            said = tuple((start, end) for start, end in said or ())
        elif field.type == "attributes":
            said = attributes_from_json(said or {})
        elif said is None and not field.optional:
            said = field.default
        held[field.name] = said
    return VALUES[kind](id=1, **held)


def _fields_of_record(kind: str) -> list[Field]:
    return [field for field in FIELDS[kind] if field.name not in _LOCAL]


def _taken_in(kind: str) -> Callable[..., list[tuple[Any, ...]]]:
    """A function from a layer, a record's items and the actors' ids to rows."""
    parts = []
    for field in _fields_of_record(kind):
        said = f"item[{field.name!r}]" if field.needed else f"item.get({field.name!r})"
        if field.name in _ACTORS:
            said = f"actors[{said}]"
        elif field.type == "spans":
            said = f"spans_json({said})"
        elif field.type == "attributes":  # few items have any
            said = f"attributes_json({said}) if {field.name!r} in item else '{{}}'"
        elif not field.optional and not field.needed:
            said = f"({said} or {field.default!r})"
        parts.append(said)
    rows = f"[(layer, n, {', '.join(parts)}) for n, item in enumerate(found, 1)]"
    return _function(f"lambda layer, found, actors: {rows}")


def _given_out(kind: str) -> Callable[..., list[Record]]:
    """A function from rows and the actors' names to a record's items."""
    fields, sparse = _fields_of_record(kind), _SPARSE[kind]
    said = {field.name: f"v{n}" for n, field in enumerate(fields)}
    for field in fields:
        if field.name in _ACTORS:
            said[field.name] = f"names[{said[field.name]}]"
        elif field.type == "spans":
            said[field.name] = f"loads({said[field.name]})"
    always = ", ".join(f"{name!r}: {value}" for name, value in said.items() if name not in sparse)
    silent = " and ".join(f"{said[name]} == {empty!r}" for name, empty in sparse.items())
    rare = ", ".join(f"({name!r}, {said[name]})" for name in sparse)
    item = f"{{{always}}} if {silent} else more({{{always}}}, ({rare},))"
    values = ", ".join(f"v{n}" for n in range(len(fields)))
    return _function(f"lambda rows, names: [{item} for {values}, in rows]", more=partial(_with_rare, sparse))


def _with_rare(sparse: Mapping[str, Any], item: Record, rare: Iterable[tuple[str, Any]]) -> Record:
    for name, stored in rare:
        if stored != sparse[name]:
            item[name] = (
                orjson.loads(stored) if name == "attributes" else bool(stored) if name == "implicit" else stored
            )
    return item


def _function(source: str, **more: Any) -> Callable[..., Any]:
    names = {"loads": orjson.loads, "Origin": Origin, **more}
    names |= {f"{what}_json": globals()[f"{what}_json"] for what in _STORED}
    names |= {f"{what}_of": globals()[f"{what}_of"] for what in _STORED}
    made: Callable[..., Any] = eval(source, names)  # of names of fields alone, which are ours
    return made


def _recorded(kind: str) -> list[str]:
    return [name for name in _names(kind) if name not in ("layer_id", "id", "origin_layer", "origin_id")]


_INSERT_RECORD = {
    kind: _compiled(sa.insert(TABLES[kind]).values({n: sa.bindparam(n) for n in ("layer_id", "id", *_recorded(kind))}))
    for kind in _RECORDED
}
_FITS_RECORD = {kind: [_fits(TABLES[kind].c[name]) for name in _recorded(kind)] for kind in _RECORDED}
_SELECT_RECORD = {
    kind: _compiled(
        sa.select(*(TABLES[kind].c[name] for name in _recorded(kind)))
        .where(TABLES[kind].c.layer_id == sa.bindparam("layer"))
        .order_by(TABLES[kind].c.id)
    )
    for kind in _RECORDED
}


def spans_json(spans: Spans | list[list[int]] | None) -> str:
    return orjson.dumps(spans or ()).decode()


def spans_of(stored: str) -> Spans:
    if stored == "[]":
        return ()
    if not _IS_SPANS(stored):
        raise ValueError("no spans")
    return tuple(map(tuple, orjson.loads(stored)))


def attributes_json(attributes: Attributes | dict[str, Any] | None) -> str:
    return orjson.dumps(dict(attributes)).decode() if attributes else "{}"


def attributes_of(stored: str) -> Attributes:
    if stored == "{}":
        return ()
    data = orjson.loads(stored)
    check_answers(data)
    return attributes_from_json(data)


def versions_json(versions: Iterable[Version]) -> str:
    return orjson.dumps([[v.author, v.element, v.value] for v in versions]).decode()


def versions_of(stored: str) -> tuple[Version, ...]:
    return tuple(Version(*v) for v in orjson.loads(stored))


_STORED = ("spans", "attributes", "versions")  # types that are kept as JSON: by `spans_json`, read by `spans_of` …


def _reader(kind: str) -> Callable[[Sequence[Any]], Any]:
    """A function from a row to the value it holds. The row begins with the layer."""
    parts, at = [], 1
    for field in FIELDS[kind]:
        stored = f"row[{at}]"
        if field.type == "origin":
            parts.append(f"None if {stored} is None else Origin({stored}, row[{at + 1}])")
            at += 1
        elif field.type in _STORED:
            parts.append(f"{field.type}_of({stored})")
        else:
            parts.append(f"bool({stored})" if field.type == "bool" else stored)
        at += 1
    return _function(f"lambda row: Value({', '.join(parts)})", Value=VALUES[kind])


def _writer(kind: str) -> Callable[[int, Any], tuple[Any, ...]]:
    """A function from a layer and a value to the value's row."""
    parts = ["layer"]
    for field in FIELDS[kind]:
        held = f"value.{field.name}"
        if field.type == "origin":
            parts += [f"None if {held} is None else {held}.{name}" for name in ("layer", "id")]
        else:
            parts.append(f"{field.type}_json({held})" if field.type in _STORED else held)
    return _function(f"lambda layer, value: ({', '.join(parts)})")


_READERS = {kind: _reader(kind) for kind in LAYER_KINDS}
_WRITERS = {kind: _writer(kind) for kind in LAYER_KINDS}
_TAKEN_IN = {kind: _taken_in(kind) for kind in _RECORDED}
_GIVEN_OUT = {kind: _given_out(kind) for kind in _RECORDED}
_DECIDED = [
    f"SELECT 1 FROM {kind} WHERE layer_id = ?"
    + (" AND origin_layer IS NOT NULL" if kind in _RECORDED else "")
    + " LIMIT 1"
    for kind in LAYER_KINDS
    if kind not in _RECORDED or "origin_layer" in TABLES[kind].columns
]

"""The border that somebody else's project file has to pass: every column holds what it was made for.

SQLite keeps any kind of value in any column. What is looked at here once need not be doubted by who reads it after.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlmodel import SQLModel

from annotator.core.counting import counted
from annotator.store.merging.soundness import BadFacts
from annotator.store.project import driver

_KINDS = {
    sa.Boolean: ("integer",),
    sa.Integer: ("integer",),
    sa.Float: ("real", "integer"),
    sa.LargeBinary: ("blob",),
    sa.JSON: ("text",),
    sa.String: ("text",),
}
# Texts that are JSON, by table.
_JSON = {
    "project": ("scheme", "place", "settings"),
    "scheme_version": ("scheme",),
    "article": ("extra",),
    "actor": ("aliases",),
    "mention": ("attributes",),
    "claim": ("source", "cue", "content", "attributes"),
    "answers": ("attributes",),
    "decision": ("versions",),
    "edit": ("changes",),
    "branch": ("base", "events"),
    "merge": ("report", "replaced"),
    "operation": ("before", "after"),
}
_ABOUT = {"project": "settings or a place", "scheme_version": "a scheme", "article_text": "an article"}


def check_columns(connection: sa.Connection) -> None:
    """Raises BadFacts for a table that holds values of other kinds than its columns are for, or text that should be
    JSON and is none."""
    for name, table in SQLModel.metadata.tables.items():
        sql = f'SELECT 1 FROM "{name}" WHERE {unreadable(table)} LIMIT 1'
        if driver(connection).execute(sql).fetchone() is not None:
            raise BadFacts(f"It holds {_ABOUT.get(name, f'{_article(name)} {name}')} that cannot be read.")


def unreadable(table: sa.Table) -> str:
    """The condition, in SQL, of rows that hold values of other kinds than their columns are for, or no JSON where there
    should be some."""
    return f"NOT ({' AND '.join([*map(_fits, table.columns), *map(_is_json, _JSON.get(table.name, ()))])})"


def odd_columns(connection: sa.Connection) -> Iterator[str]:
    """A sentence for each column with values of other kinds than it is for. Of text that should be JSON it speaks only
    where nothing else reads it for `check`."""
    for name, table in SQLModel.metadata.tables.items():
        conditions = {column.name: _fits(column) for column in table.columns}
        if name in ("merge", "operation"):
            conditions |= {column: f"{conditions[column]} AND {_is_json(column)}" for column in _JSON[name]}
        counts = ", ".join(f"sum(NOT ({condition}))" for condition in conditions.values())
        wrong = driver(connection).execute(f'SELECT {counts} FROM "{name}"').fetchone()
        for column, rows in zip(conditions, wrong, strict=True):
            if rows:
                yield f"Table {name}: {column} cannot be read in {counted(rows, 'row')}."


def _is_json(column: str) -> str:
    return f'("{column}" IS NULL OR json_valid("{column}"))'


def _fits(column: sa.Column[object]) -> str:
    held = getattr(column.type, "impl_instance", column.type)  # SQLModel wraps its strings
    kinds = next(kinds for kind, kinds in _KINDS.items() if isinstance(held, kind))
    allowed = (*kinds, "null") if column.nullable else kinds
    return f'typeof("{column.name}") IN ({", ".join(repr(kind) for kind in allowed)})'


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"

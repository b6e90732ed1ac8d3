"""Brings what an earlier version let into a file within today's limits, so that it can be merged.

What it does depends on the file alone, so that two copies of one are healed to the same.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import sqlalchemy as sa

from annotator.core.record import MAX_NAME
from annotator.store.engine import driver

LAST_CLOCK = 2**40  # no project has so many edits
_NAMES = ("name", "label", "aliases", "born")


def heal(connection: sa.Connection) -> None:
    """Shortens names that are too long, takes NUL out of texts, and gives edits that say they are of the far future the
    next places on the file's clock, in their order."""
    cursor = driver(connection)
    names = (("author", "name"), ("actor", "name"), ("actor", "born"), ("mention", "label"), ("edit", "action"))
    for table, column in names:
        _columns(cursor, table, column, True)
    for table in ("claim", "decision"):
        _columns(cursor, table, "note", False)
    _json(cursor, "actor", "aliases", "aliases")
    for table in ("mention", "claim", "answers"):
        _json(cursor, table, "attributes", "attributes")
    _json(cursor, "edit", "changes", "changes")
    _json(cursor, "branch", "base", "base")
    _json(cursor, "branch", "events", "events")
    _clocks(cursor)


def _odd(column: str, names: bool) -> str:
    too_long = f'length("{column}") > {MAX_NAME} OR ' if names else ""
    return f'typeof("{column}") = \'text\' AND ({too_long}instr("{column}", char(0)) > 0)'


def _columns(cursor: sqlite3.Cursor, table: str, column: str, names: bool) -> None:
    sql = f'SELECT DISTINCT "{column}" FROM "{table}" WHERE {_odd(column, names)}'
    for (value,) in cursor.execute(sql).fetchall():
        healed = _name(value) if names else value.replace("\0", "")
        cursor.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = ?', (healed, value))


def _name(value: str) -> str:
    return value.replace("\0", "")[:MAX_NAME].rstrip() or "?"


def _json(cursor: sqlite3.Cursor, table: str, column: str, under: str) -> None:
    """JSON in which something may be too long, or hold NUL."""
    where = f'length("{column}") > {MAX_NAME} OR instr("{column}", \'\\u0000\') > 0'
    for (text,) in cursor.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE {where}').fetchall():
        try:
            held = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            continue  # damaged in another way, which is told where it is read
        if (healed := _healed(held, under)) != held:
            new = json.dumps(healed, ensure_ascii=False, separators=(",", ":"))
            cursor.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = ?', (new, text))


def _healed(held: Any, under: str) -> Any:
    if isinstance(held, str):
        return _name(held) if under in _NAMES else held.replace("\0", "")
    if isinstance(held, list):
        return [_healed(one, under) for one in held]
    if isinstance(held, dict):
        # What is answered is free text, whatever the question is called.
        return {name: _healed(one, under if under == "attributes" else name) for name, one in held.items()}
    return held


def _clocks(cursor: sqlite3.Cursor) -> None:
    found = []
    for table in ("edit", "operation"):
        rows = cursor.execute(
            f"SELECT clock, {'uid' if table == 'edit' else 'id'}, id FROM {table} "
            "WHERE clock >= ? AND typeof(clock) = 'integer'",
            (LAST_CLOCK,),
        )
        found += [(clock, str(order), table, number) for clock, order, number in rows.fetchall()]
    if not found:
        return
    highest = 0
    for table in ("edit", "operation"):
        sql = f"SELECT max(clock) FROM {table} WHERE clock < ?"
        highest = max(highest, cursor.execute(sql, (LAST_CLOCK,)).fetchone()[0] or 0)
    for place, (_, _, table, number) in enumerate(sorted(found), highest + 1):
        cursor.execute(f"UPDATE {table} SET clock = ? WHERE id = ?", (place, number))

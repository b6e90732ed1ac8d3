"""Edits: the one way to change a layer, within the transaction of an operation; taken back, done again, and logged."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from annotator.core.annotation import LAYER_KINDS, Actor, Change, Edit
from annotator.core.errors import DamagedError
from annotator.core.fields import change_from_json, change_to_json
from annotator.core.identity import new_uid
from annotator.core.record import MAX_NAME
from annotator.store import actors, rows
from annotator.store.merging import placing
from annotator.store.merging.soundness import BadFacts, check_value
from annotator.store.project import ProjectError, driver
from annotator.store.tables import DROPPED, NEXT_CLOCK, STANDS, UNDONE


class Conflict(ProjectError):
    """Somebody else changed the same thing in the meantime; nothing was written."""


class NotWithinLimits(ProjectError):
    """An edit that would bring into the file what no file may hold; nothing was written."""


@dataclass(frozen=True, slots=True)
class Made:
    """An edit as it went into the file: where it was made, and the changes that were done (undone, for an undo). When a
    layer was `rebuilt` from its history, they do not say all that changed."""

    article: int
    action: str
    changes: tuple[Change, ...]
    rebuilt: bool = False


def log(connection: sa.Connection, article: int) -> list[tuple[float, int, int, str, str, bool, tuple[Change, ...]]]:
    """What was done to an article, in order: when, by whom, in whose layer, the name, the kind (edit, undo, redo),
    whether it stands, and the changes it did."""
    rows = (
        driver(connection)
        .execute(
            "SELECT e.time, e.by_id, e.author_id, e.action, e.kind, e.state, ifnull(o.changes, e.changes) FROM edit e "
            "LEFT JOIN edit o ON o.id = e.of WHERE e.article_id = ? ORDER BY e.clock, e.uid",
            (article,),
        )
        .fetchall()
    )
    found = []
    for when, by, author, action, kind, state, changes in rows:
        did = stored_changes(changes)
        if kind == "undo":
            did = tuple(c.inverse() for c in reversed(did))
        found.append((when, by, author, action, kind, state in (None, STANDS), did))
    return found


def stored_changes(changes: str) -> tuple[Change, ...]:
    """The changes of an edit as they stand in the log. Raises DamagedError."""
    try:
        return tuple(change_from_json(c) for c in orjson.loads(changes))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedError("an edit") from error


def apply(connection: sa.Connection, article: int, author: int, edit: Edit, by: int) -> Made:
    """Does an edit to an author's layer, signed by who did it. Raises Conflict when what the edit says stood before
    does not stand there, and NotWithinLimits; the transaction is then to be left."""
    _check_limits(connection, article, edit)
    _change(connection, article, author, edit.changes)
    _log(connection, article, author, by, "edit", edit, STANDS)
    return Made(article, edit.action, edit.changes)


def _check_limits(connection: sa.Connection, article: int, edit: Edit) -> None:
    """What is checked when a file is merged holds for what is done here, too: else nobody could merge this one."""
    length = driver(connection).execute("SELECT length FROM article WHERE id = ?", (article,)).fetchone()[0]
    try:
        if not 0 < len(edit.action) <= MAX_NAME or "\0" in edit.action:
            raise BadFacts("It holds an edit whose name is odd.")
        for change in edit.changes:
            if change.after is not None:
                after = orjson.loads(orjson.dumps(change_to_json(change)[3]))
                check_value(change.kind, change.id, _as_anywhere(change.kind, after), length)
    except BadFacts as error:
        raise NotWithinLimits(f"That cannot be kept. {error}") from error
    except (TypeError, orjson.JSONEncodeError) as error:
        raise NotWithinLimits("That cannot be kept. It holds signs that are no text.") from error


def _as_anywhere(kind: str, data: Any) -> Any:
    """A value's JSON in the shape that it has outside of this file, whoever its authors may be."""
    if isinstance(data, dict) and data.get("origin") is not None:
        data["origin"] = ["", "", data["origin"]["id"]]
    if kind == "decision":
        data["versions"] = [version | {"author": ""} for version in data.get("versions") or ()]
        if data.get("choice") is not None:
            data["choice"] = ""
    return data


def next_turn(connection: sa.Connection, author: int, kind: str) -> tuple[int, str, int] | None:
    """Id, name and clock of the edit that the next undo or redo of an author's edits is about."""
    order, state = ("DESC", STANDS) if kind == "undo" else ("ASC", UNDONE)
    sql = f"SELECT id, action, clock FROM edit WHERE author_id = ? AND state = ? ORDER BY clock {order}, uid {order}"
    found: tuple[int, str, int] | None = driver(connection).execute(f"{sql} LIMIT 1", (author, state)).fetchone()
    return found


def turn(connection: sa.Connection, edit_id: int, author: int, by: int, kind: str) -> Made:
    """Takes an edit back (kind "undo"), wherever it was made, or does it again ("redo")."""
    sql = "SELECT article_id, action, changes FROM edit WHERE id = ?"
    article, action, changes = driver(connection).execute(sql, (edit_id,)).fetchone()
    edit = Edit(action, stored_changes(changes))
    if kind == "undo":
        edit = edit.inverse()
    united = _is_united(connection, article, author)
    if not united:
        _change(connection, article, author, edit.changes)
    state = UNDONE if kind == "undo" else STANDS
    driver(connection).execute("UPDATE edit SET state = ? WHERE id = ?", (state, edit_id))
    _log(connection, article, author, by, kind, Edit(action, ()), None, edit_id)
    if united:
        # Under an edit that goes, another one may stand that was made elsewhere.
        placing.rebuild(connection, article, author)
    actors.follow_edits(connection, {c.id for c in edit.changes if c.kind == "actor"})
    return Made(article, action, edit.changes, united)


def forget_undone(connection: sa.Connection, author: int) -> None:
    """What an author undid cannot be done again once something else was done."""
    sql = "UPDATE edit SET state = ? WHERE author_id = ? AND state = ?"
    driver(connection).execute(sql, (DROPPED, author, UNDONE))


def _is_united(connection: sa.Connection, article: int, author: int) -> bool:
    """Whether a layer holds something that was merged in."""
    execute = driver(connection).execute
    for table in ("edit", "layer", "branch"):
        sql = f"SELECT 1 FROM {table} WHERE article_id = ? AND author_id = ?"
        sql += " LIMIT 1" if table == "branch" else " AND arrival IS NOT NULL LIMIT 1"
        if execute(sql, (article, author)).fetchone() is not None:
            return True
    return False


def _log(
    connection: sa.Connection,
    article: int,
    author: int,
    by: int,
    kind: str,
    edit: Edit,
    state: int | None,
    of: int | None = None,
) -> None:
    changes = orjson.dumps([change_to_json(c) for c in edit.changes]).decode()
    cursor = driver(connection)
    cursor.execute(
        "INSERT INTO edit (uid, author_id, article_id, time, kind, of, state, action, changes, by_id, clock) "
        f"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {NEXT_CLOCK})",
        (new_uid(), author, article, time.time(), kind, of, state, edit.action, changes, by),
    )
    touched = {c.id for c in edit.changes if c.kind == "actor"}
    if touched:
        new = cursor.lastrowid
        cursor.executemany("INSERT INTO actor_edit (actor_id, edit_id) VALUES (?, ?)", [(i, new) for i in touched])
        actors.follow_edits(connection, touched)


def _change(connection: sa.Connection, article: int, author: int, changes: Sequence[Change]) -> None:
    execute = connection.exec_driver_sql
    key = (article, author)
    row = execute("SELECT id, finished FROM layer WHERE article_id = ? AND author_id = ?", key).first()
    layer: int = (
        row.id if row is not None else execute("INSERT INTO layer (article_id, author_id) VALUES (?, ?)", key).lastrowid
    )
    # Actors first: what is written after them may refer to them. An existing one follows its edits once this is logged;
    # one that an undo takes away may be in use elsewhere by now: it simply stays.
    for change in changes:
        if isinstance(change.after, Actor):
            actors.make(connection, change.after)
    cursor = driver(connection)
    for kind in LAYER_KINDS:
        mine = [c for c in changes if c.kind == kind]
        before = {c.id: c.before for c in mine if c.before is not None}
        if {v.id: v for v in rows.read(cursor, kind, layer, [c.id for c in mine])} != before:
            raise Conflict("This was changed in another window in the meantime. It is shown as it is now.")
        rows.delete(cursor, kind, layer, before)
        rows.write(cursor, kind, layer, [c.after for c in mine if c.after is not None])
    for change in changes:
        if change.kind == "finished":
            if (row.finished if row is not None else None) != change.before:
                raise Conflict("This article was finished or opened again in another window in the meantime.")
            execute("UPDATE layer SET finished = ? WHERE id = ?", (change.after, layer))
    # An article where everything was undone is as it was before.
    execute(
        "DELETE FROM layer WHERE id = ? AND finished IS NULL "
        + "".join(f" AND NOT EXISTS (SELECT 1 FROM {kind} WHERE layer_id = layer.id)" for kind in LAYER_KINDS),
        (layer,),
    )

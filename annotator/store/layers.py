"""Layers: reading them, adding whole ones, and the one way to change them, an edit in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from annotator.annotation import (
    SLOTS,
    Actor,
    Change,
    Claim,
    Decision,
    Edit,
    Layer,
    Mention,
    Origin,
    Rejection,
    Version,
    change_from_json,
    change_to_json,
)
from annotator.identity import new_uid
from annotator.record import Record
from annotator.store import actors
from annotator.store.project import Project, ProjectError, driver
from annotator.text import Spans

_MENTION = 'layer_id, id, start, "end", label, actor_id, score, origin_layer, origin_id'
_CLAIM = (
    "layer_id, id, source, cue, content, mode, actor_id, stance, target_id, note, implicit, score, "
    "origin_layer, origin_id"
)
_REJECTION = "layer_id, id, kind, origin_layer, origin_id"
_DECISION = "layer_id, id, kind, slot, gold_id, versions, choice, rule, note, open"
_COLUMNS = {"mention": _MENTION, "claim": _CLAIM, "rejection": _REJECTION, "decision": _DECISION}
KINDS = tuple(_COLUMNS)  # the kinds of values a layer holds
_INSERT = {
    kind: f"INSERT INTO {kind} ({columns}) VALUES ({', '.join('?' * len(columns.split(',')))})"
    for kind, columns in _COLUMNS.items()
}

STANDS, UNDONE, DROPPED = 0, 1, 2  # `state` of an edit


class Conflict(ProjectError):
    """Somebody else changed the same thing in the meantime; nothing was written."""


@dataclass(frozen=True, slots=True)
class Made:
    """An edit as it went into the file: where it was made, and the changes that were done (undone, for an undo). When a
    layer was `rebuilt` from its history, they do not say all that changed."""

    article: int
    action: str
    changes: tuple[Change, ...]
    rebuilt: bool = False


def load(connection: sa.Connection, article: int, author: int) -> Layer:
    """An author's layer of an article; an empty one without an id when there is none."""
    row = (
        driver(connection)
        .execute("SELECT id, finished FROM layer WHERE article_id = ? AND author_id = ?", (article, author))
        .fetchone()
    )
    if row is None:
        return Layer(article, author)
    values = [{v.id: v for v in stored(connection, kind, row[0])} for kind in KINDS]
    return Layer(article, author, *row, *values)


def suggested(connection: sa.Connection, article: int) -> Layer | None:
    """The newest layer a model made of the article."""
    author = connection.exec_driver_sql(
        "SELECT l.author_id FROM layer l JOIN author u ON u.id = l.author_id "
        "WHERE l.article_id = ? AND u.kind = 'model' ORDER BY l.id DESC LIMIT 1",
        (article,),
    ).scalar()
    return None if author is None else load(connection, article, author)


def by_id(connection: sa.Connection, layer: int) -> Layer | None:
    """The layer of this id."""
    row = driver(connection).execute("SELECT article_id, author_id FROM layer WHERE id = ?", (layer,)).fetchone()
    return row and load(connection, *row)


def add(connection: sa.Connection, article: int, author: int, record: Record, actor_ids: actors.ActorIds) -> int | None:
    """Adds the layer that a checked record holds, and returns its id; None when the author has worked on the article.
    Mentions and claims are numbered from 1."""
    execute = driver(connection).execute
    key = (article, author)
    for table in ("layer", "edit"):
        if execute(f"SELECT 1 FROM {table} WHERE article_id = ? AND author_id = ? LIMIT 1", key).fetchone() is not None:
            return None
    execute("INSERT INTO layer (article_id, author_id, finished) VALUES (?, ?, ?)", (*key, record.get("finished")))
    new: int = execute("SELECT last_insert_rowid()").fetchone()[0]
    # Straight from the record to rows: an import has millions of them.
    _many(
        connection,
        'INSERT INTO mention (layer_id, id, start, "end", label, actor_id, score) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [
            (new, n, m["start"], m["end"], m["label"], actor_ids[m.get("actor")], m.get("score"))
            for n, m in enumerate(record.get("mentions") or (), 1)
        ],
    )
    claims = [
        (
            *(new, n, _spans_json(c.get("source")), _spans_json(c.get("cue")), _spans_json(c.get("content"))),
            *(c.get("mode") or "indirect", actor_ids[c.get("actor")], c.get("stance"), actor_ids[c.get("target")]),
            *(c.get("note", ""), c.get("implicit", False), c.get("score"), None, None),
        )
        for n, c in enumerate(record.get("claims") or (), 1)
    ]
    _many(connection, _INSERT["claim"], claims)
    return new


def record(connection: sa.Connection, layer: int, names: Mapping[int | None, str | None]) -> Record:
    """`mentions` and `claims` of a layer as a record has them, in text order; `names` are the actors' by id, and None
    for None. What `add` takes in, this gives out."""
    cursor = driver(connection)
    mentions = [
        {"start": start, "end": end, "label": label, "actor": names[actor]}
        if score is None
        else {"start": start, "end": end, "label": label, "actor": names[actor], "score": score}
        for start, end, label, actor, score in cursor.execute(
            'SELECT start, "end", label, actor_id, score FROM mention WHERE layer_id = ? ORDER BY start, "end", id',
            (layer,),
        )
    ]
    claims = []
    for source, cue, content, mode, actor, stance, target, note, implicit, score in cursor.execute(
        "SELECT source, cue, content, mode, actor_id, stance, target_id, note, implicit, score FROM claim "
        "WHERE layer_id = ? ORDER BY id",
        (layer,),
    ):
        claim = {"source": orjson.loads(source), "cue": orjson.loads(cue), "content": orjson.loads(content)}
        claim |= {"mode": mode, "actor": names[actor], "stance": stance, "target": names[target], "score": score}
        if note:
            claim["note"] = note
        if implicit:
            claim["implicit"] = True
        claims.append(claim)
    claims.sort(key=lambda c: min((c[slot][0] for slot in SLOTS if c[slot]), default=[0]))
    return {"mentions": mentions, "claims": claims}


def of_article(connection: sa.Connection, article: int) -> list[tuple[int, int, float | None]]:
    """The layers of an article in the order in which they came: id, author, and when it was finished."""
    return (
        driver(connection)
        .execute("SELECT id, author_id, finished FROM layer WHERE article_id = ? ORDER BY id", (article,))
        .fetchall()
    )


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
        did = tuple(change_from_json(c) for c in orjson.loads(changes))
        if kind == "undo":
            did = tuple(c.inverse() for c in reversed(did))
        found.append((when, by, author, action, kind, state in (None, STANDS), did))
    return found


def finished_by(connection: sa.Connection, author: int) -> list[int]:
    """The articles that an author has finished."""
    sql = "SELECT article_id FROM layer WHERE author_id = ? AND finished IS NOT NULL"
    return [row[0] for row in driver(connection).execute(sql, (author,)).fetchall()]


def apply(project: Project, article: int, author: int, edit: Edit, by: int | None = None) -> Made:
    """Does an edit to an author's layer, signed by who did it (the author when `by` is None): when this returns, it is
    on the disk. Raises Conflict when what the edit says stood before does not
    stand there, ProjectError when it cannot be written; then nothing has changed."""
    with project.writing() as connection:
        _change(connection, article, author, edit.changes)
        connection.exec_driver_sql(
            "UPDATE edit SET state = ? WHERE author_id = ? AND state = ?", (DROPPED, author, UNDONE)
        )
        _log(connection, article, author, by or author, "edit", edit, STANDS)
    return Made(article, edit.action, edit.changes)


def undo(project: Project, author: int, by: int | None = None) -> Made | None:
    """Takes the author's last standing edit back, wherever it was made; None when there is none."""
    return _turn(project, author, by or author, "undo")


def redo(project: Project, author: int, by: int | None = None) -> Made | None:
    """Does the edit undone last again; None when there is none, or something else was done since."""
    return _turn(project, author, by or author, "redo")


def next_turn(connection: sa.Connection, author: int, kind: str) -> tuple[int, str] | None:
    """Id and name of the edit that the next `undo` or `redo` is about."""
    order, state = ("DESC", STANDS) if kind == "undo" else ("ASC", UNDONE)
    row = connection.exec_driver_sql(
        f"SELECT id, action FROM edit WHERE author_id = ? AND state = ? ORDER BY clock {order}, uid {order} LIMIT 1",
        (author, state),
    ).first()
    return None if row is None else (row.id, row.action)


def _turn(project: Project, author: int, by: int, kind: str) -> Made | None:
    from annotator.store import placing  # it builds on this module

    with project.writing() as connection:
        turn = next_turn(connection, author, kind)
        if turn is None:
            return None
        row = connection.exec_driver_sql("SELECT article_id, changes FROM edit WHERE id = ?", (turn[0],)).one()
        edit = Edit(turn[1], tuple(change_from_json(c) for c in orjson.loads(row.changes)))
        if kind == "undo":
            edit = edit.inverse()
        united = _is_united(connection, row.article_id, author)
        if not united:
            _change(connection, row.article_id, author, edit.changes)
        connection.exec_driver_sql(
            "UPDATE edit SET state = ? WHERE id = ?", (UNDONE if kind == "undo" else STANDS, turn[0])
        )
        _log(connection, row.article_id, author, by, kind, Edit(edit.action, ()), None, turn[0])
        if united:
            # Under an edit that goes, another one may stand that was made elsewhere.
            placing.rebuild(connection, row.article_id, author)
        actors.follow_edits(connection, {c.id for c in edit.changes if c.kind == "actor"})
    return Made(row.article_id, edit.action, edit.changes, united)


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
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT ifnull(max(clock), 0) + 1 FROM edit))",
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
    for kind in KINDS:
        mine = [c for c in changes if c.kind == kind]
        before = [c.before for c in mine if c.before is not None]
        if {v.id: v for v in stored(connection, kind, layer, [c.id for c in mine])} != {v.id: v for v in before}:  # type: ignore[union-attr]
            raise Conflict("This was changed in another window in the meantime. It is shown as it is now.")
        if before:
            _many(connection, f"DELETE FROM {kind} WHERE layer_id = ? AND id = ?", [(layer, v.id) for v in before])  # type: ignore[union-attr]
        write(connection, layer, kind, [c.after for c in mine if c.after is not None])
    for change in changes:
        if change.kind == "finished":
            if (row.finished if row is not None else None) != change.before:
                raise Conflict("This article was finished or opened again in another window in the meantime.")
            execute("UPDATE layer SET finished = ? WHERE id = ?", (change.after, layer))
    # An article where everything was undone is as it was before.
    execute(
        "DELETE FROM layer WHERE id = ? AND finished IS NULL "
        + "".join(f" AND NOT EXISTS (SELECT 1 FROM {kind} WHERE layer_id = layer.id)" for kind in _COLUMNS),
        (layer,),
    )


def write(connection: sa.Connection, layer: int, kind: str, values: Iterable[Any]) -> None:
    """Adds values of a kind to a layer."""
    _many(connection, _INSERT[kind], [(layer, *_row(value)) for value in values])


def _row(value: Mention | Claim | Rejection | Decision) -> tuple[Any, ...]:
    if isinstance(value, Mention):
        m = value
        return m.id, m.start, m.end, m.label, m.actor, m.score, *_origin(m.origin)
    if isinstance(value, Claim):
        c = value
        slots = (_spans_json(c.source), _spans_json(c.cue), _spans_json(c.content))
        return (
            *(c.id, *slots, c.mode, c.actor, c.stance, c.target, c.note, c.implicit, c.score),
            *_origin(c.origin),
        )
    if isinstance(value, Decision):
        d = value
        versions = orjson.dumps([[v.author, v.element, v.value] for v in d.versions]).decode()
        return d.id, d.of, d.slot, d.gold, versions, d.choice, d.rule, d.note, d.open
    return value.id, value.of, value.origin.layer, value.origin.id


def _many(connection: sa.Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        driver(connection).executemany(statement, rows)


def _origin(origin: Origin | None) -> tuple[int | None, int | None]:
    return (None, None) if origin is None else (origin.layer, origin.id)


def stored(connection: sa.Connection, kind: str, layer: int, ids: Sequence[int] | None = None) -> list[Any]:
    """The layer's values of a kind: all, or those with these ids."""
    if ids is not None and not ids:
        return []
    sql = f"SELECT {_COLUMNS[kind]} FROM {kind} WHERE layer_id = ?"
    # A bulk edit reads the layer as a whole: that is quicker than naming thousands of ids.
    few = ids is not None and len(ids) <= 500
    if few:
        sql += f" AND id IN ({', '.join('?' * len(ids or ()))})"
    rows = driver(connection).execute(sql, (layer, *(ids if few and ids else ()))).fetchall()
    values: list[Any] = list(map(_READ[kind], rows))
    if ids is not None and not few:
        wanted = set(ids)
        values = [v for v in values if v.id in wanted]
    return values


def _mention(row: tuple[Any, ...]) -> Mention:
    _, key, start, end, label, actor, score, layer, origin = row
    return Mention(key, start, end, label, actor, score, None if layer is None else Origin(layer, origin))


def _claim(row: tuple[Any, ...]) -> Claim:
    _, key, source, cue, content, mode, actor, stance, target, note, implicit, score, *origin = row
    return Claim(
        key,
        *(_spans(source), _spans(cue), _spans(content)),
        mode,
        actor,
        stance,
        target,
        note,
        bool(implicit),
        score,
        None if origin[0] is None else Origin(*origin),
    )


def _rejection(row: tuple[Any, ...]) -> Rejection:
    return Rejection(row[1], row[2], Origin(row[3], row[4]))


def _decision(row: tuple[Any, ...]) -> Decision:
    _, key, of, slot, gold, versions, choice, rule, note, is_open = row
    seen = tuple(Version(*v) for v in orjson.loads(versions))
    return Decision(key, of, slot, gold, seen, choice, rule, note, bool(is_open))


def _spans(stored: str) -> Spans:
    return tuple(map(tuple, orjson.loads(stored))) if stored != "[]" else ()


def _spans_json(spans: Spans | list[list[int]] | None) -> str:
    return orjson.dumps(spans or ()).decode()


_READ: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    "mention": _mention,
    "claim": _claim,
    "rejection": _rejection,
    "decision": _decision,
}

"""Layers: reading them, adding whole ones from records, and giving them out as records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

import sqlalchemy as sa

from annotator.core.annotation import LAYER_KINDS, SLOTS, Layer
from annotator.core.record import Record
from annotator.store import actors, rows
from annotator.store.project import driver


def load(connection: sa.Connection, article: int, author: int) -> Layer:
    """An author's layer of an article; an empty one without an id when there is none."""
    row = (
        driver(connection)
        .execute("SELECT id, finished FROM layer WHERE article_id = ? AND author_id = ?", (article, author))
        .fetchone()
    )
    if row is None:
        return Layer(article, author)
    cursor = driver(connection)
    values = [{v.id: v for v in rows.read(cursor, kind, row[0])} for kind in LAYER_KINDS]
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
    cursor = driver(connection)
    execute = cursor.execute
    key = (article, author)
    for table in ("layer", "edit"):
        if execute(f"SELECT 1 FROM {table} WHERE article_id = ? AND author_id = ? LIMIT 1", key).fetchone() is not None:
            return None
    values = (*key, record.get("finished"), " ".join(record.get("derived") or ()))
    execute("INSERT INTO layer (article_id, author_id, finished, derived) VALUES (?, ?, ?, ?)", values)
    new = int(cursor.lastrowid or 0)
    for kind in ("mention", "claim"):
        rows.write_records(cursor, kind, new, record.get(f"{kind}s") or (), actor_ids)
    if record.get("attributes"):
        rows.write_records(cursor, "answers", new, [record], actor_ids)
    return new


def record(connection: sa.Connection, layer: int, names: Mapping[int | None, str | None]) -> Record:
    """`mentions` and `claims` of a layer as a record has them, in text order, and the `attributes` of the article when
    there are some; `names` are the actors' by id, and None for None. What `add` takes in, this gives out."""
    cursor = driver(connection)
    mentions = rows.records(cursor, "mention", layer, names)
    mentions.sort(key=itemgetter("start", "end"))
    claims = rows.records(cursor, "claim", layer, names)
    claims.sort(key=lambda c: min((c[slot][0] for slot in SLOTS if c[slot]), default=[0]))
    made: Record = {"mentions": mentions, "claims": claims}
    if made_up := derived(connection, layer):
        made["derived"] = made_up
    return made | next(iter(rows.records(cursor, "answers", layer, names)), {})


def of_article(connection: sa.Connection, article: int) -> list[tuple[int, int, float | None]]:
    """The layers of an article in the order in which they came: id, author, and when it was finished."""
    return (
        driver(connection)
        .execute("SELECT id, author_id, finished FROM layer WHERE article_id = ? ORDER BY id", (article,))
        .fetchall()
    )


def has_label(connection: sa.Connection, layer: int, labels: Sequence[str]) -> bool:
    """Whether a layer has an entity with one of some labels."""
    sql = f"SELECT 1 FROM mention WHERE layer_id = ? AND label IN ({', '.join('?' * len(labels))}) LIMIT 1"
    return driver(connection).execute(sql, (layer, *labels)).fetchone() is not None


def any_finished(connection: sa.Connection) -> bool:
    """Whether anybody has finished anything."""
    return driver(connection).execute("SELECT 1 FROM layer WHERE finished IS NOT NULL LIMIT 1").fetchone() is not None


def finished_by(connection: sa.Connection, author: int) -> list[int]:
    """The articles that an author has finished."""
    sql = "SELECT article_id FROM layer WHERE author_id = ? AND finished IS NOT NULL"
    return [row[0] for row in driver(connection).execute(sql, (author,)).fetchall()]


def derived(connection: sa.Connection, layer: int) -> list[str]:
    """The attributes of claims that an importer derived; none once a claim was edited."""
    sql = (
        "SELECT derived FROM layer l WHERE id = ? AND derived != '' AND NOT EXISTS "
        "(SELECT 1 FROM edit e WHERE e.article_id = l.article_id AND e.author_id = l.author_id AND e.kind = 'edit' "
        "AND e.state = 0 AND instr(e.changes, '[\"claim\",') > 0)"
    )
    row = driver(connection).execute(sql, (layer,)).fetchone()
    return row[0].split() if row is not None else []


def untouched_by(connection: sa.Connection, author: int) -> list[int]:
    """The articles with labels of an author that came in as they are: nothing in them was edited since."""
    sql = (
        "SELECT article_id FROM layer l WHERE author_id = ? AND NOT EXISTS "
        "(SELECT 1 FROM edit e WHERE e.article_id = l.article_id AND e.author_id = l.author_id)"
    )
    return [row[0] for row in driver(connection).execute(sql, (author,)).fetchall()]

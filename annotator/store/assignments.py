"""Who labels which article."""

from __future__ import annotations

import time
from collections.abc import Iterable

import sqlalchemy as sa

from annotator.store.project import driver


def of(connection: sa.Connection, author: int) -> set[int]:
    """The articles of an annotator."""
    rows = driver(connection).execute("SELECT article_id FROM assignment WHERE author_id = ?", (author,))
    return {row[0] for row in rows.fetchall()}


def assigned(connection: sa.Connection) -> set[int]:
    """The articles that somebody has."""
    return {row[0] for row in driver(connection).execute("SELECT DISTINCT article_id FROM assignment").fetchall()}


def unaided(connection: sa.Connection) -> set[tuple[int, int]]:
    """The articles, and for whom, that are to be labelled without suggestions."""
    return set(driver(connection).execute("SELECT article_id, author_id FROM assignment WHERE unaided").fetchall())


def any_at_all(connection: sa.Connection) -> bool:
    return driver(connection).execute("SELECT 1 FROM assignment LIMIT 1").fetchone() is not None


def assign(connection: sa.Connection, pairs: Iterable[tuple[int, int]], without_suggestions: bool) -> int:
    """Gives articles to annotators (article, annotator); returns how many they did not have yet."""
    cursor = driver(connection)
    before = cursor.execute("SELECT count(*) FROM assignment").fetchone()[0]
    now = time.time()
    cursor.executemany(
        "INSERT INTO assignment (article_id, author_id, unaided, time) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(article, author, without_suggestions, now) for article, author in pairs],
    )
    return int(cursor.execute("SELECT count(*) FROM assignment").fetchone()[0] - before)

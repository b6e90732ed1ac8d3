"""Takes a merge back: all that it brought goes, all else is as if it had never been."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from annotator.core.annotation import LAYER_KINDS
from annotator.store import actors, articles
from annotator.store.merging.facts import Branch, Reader
from annotator.store.merging.merges import forget
from annotator.store.merging.placing import (
    layers_of_models,
    place,
    rank_models,
    settle_keys,
    settle_turns,
    touched_actors,
)
from annotator.store.project import ProjectError, driver
from annotator.store.settings import read_settings, settle_scheme

# The articles that a merge brought something to.
_TOUCHED = """
    SELECT id AS article_id FROM article WHERE arrival = :n
    UNION SELECT article_id FROM edit WHERE arrival = :n UNION SELECT article_id FROM layer WHERE arrival = :n
    UNION SELECT article_id FROM branch WHERE arrival = :n UNION SELECT article_id FROM assignment WHERE arrival = :n
"""


def undo(connection: sa.Connection, number: int) -> None:
    """Takes a merge back. Raises ProjectError, having changed nothing, when somebody has worked since on an article
    that it brought something to; what was done there and undone again is forgotten with it."""
    execute = driver(connection).execute
    execute("PRAGMA defer_foreign_keys = ON")
    after, replaced = execute("SELECT after_clock, replaced FROM merge WHERE id = ?", (number,)).fetchone()
    known = {"n": number, "after": after}
    worked = execute(
        f"SELECT a.key FROM edit e JOIN article a ON a.id = e.article_id WHERE e.clock > :after AND e.kind = 'edit' "
        f"AND e.state = 0 AND e.article_id IN ({_TOUCHED}) "
        "UNION SELECT a.key FROM article a JOIN layer l ON l.article_id = a.id JOIN author u ON u.id = l.author_id "
        "WHERE a.arrival = :n AND l.arrival IS NULL AND u.kind != 'model' "
        "AND NOT EXISTS (SELECT 1 FROM edit e WHERE e.article_id = a.id AND e.author_id = l.author_id) "
        "UNION SELECT a.key FROM article a JOIN assignment s ON s.article_id = a.id "
        "WHERE a.arrival = :n AND s.arrival IS NULL LIMIT 1",
        known,
    ).fetchone()
    if worked is not None:
        raise ProjectError(f"The merge cannot be taken back: “{worked[0]}” was worked on since, on what it brought.")
    _forget_undone(connection, known)
    facts = Reader(connection)
    author_of = {uid: key for key, uid in facts.author_uids.items()}
    refold = {
        row[0]
        for row in execute(
            "SELECT DISTINCT x.actor_id FROM actor_edit x JOIN edit e ON e.id = x.edit_id WHERE e.arrival = ?",
            (number,),
        ).fetchall()
    }
    _take_back_suggestions(connection, facts, number)
    refold |= _take_back_layers(connection, facts, author_of, number)
    for (article,) in execute("SELECT id FROM article WHERE arrival = ?", (number,)).fetchall():
        _remove_article(connection, article)
    execute("DELETE FROM assignment WHERE arrival = ?", (number,))
    execute("DELETE FROM scheme_version WHERE arrival = ?", (number,))
    for table, key, old, new in reversed(json.loads(replaced)):
        if table == "setting":
            _restore_setting(connection, key, old, new)
        else:
            _restore(connection, table, key, old, new)
        if table == "actor":
            refold.add(key[0][1])
    _remove_actors(connection, number, after)
    actors.follow_edits(connection, refold)
    execute(
        "DELETE FROM author WHERE arrival = ? AND NOT EXISTS (SELECT 1 FROM layer WHERE author_id = author.id) "
        "AND NOT EXISTS (SELECT 1 FROM edit WHERE author_id = author.id OR by_id = author.id) "
        "AND NOT EXISTS (SELECT 1 FROM branch WHERE author_id = author.id) "
        "AND NOT EXISTS (SELECT 1 FROM assignment WHERE author_id = author.id) "
        "AND NOT EXISTS (SELECT 1 FROM operation WHERE author_id = author.id OR by_id = author.id) "
        "AND NOT EXISTS (SELECT 1 FROM merge WHERE by_id = author.id AND merge.id != ?)",
        (number, number),
    )
    forget(connection, number)  # what has come to be needed stays, as the project's own
    settle_scheme(connection)
    settle_keys(connection)
    settle_turns(connection)


def _forget_undone(connection: sa.Connection, known: Mapping[str, int]) -> None:
    """Edits since that were undone again may speak of what goes now."""
    cursor = driver(connection)
    gone = cursor.execute(
        f"SELECT id FROM edit WHERE clock > :after AND kind = 'edit' AND article_id IN ({_TOUCHED})", known
    ).fetchall()
    for statement in ("DELETE FROM actor_edit WHERE edit_id = ?", "DELETE FROM edit WHERE of = ?"):
        cursor.executemany(statement, gone)
    cursor.executemany("DELETE FROM edit WHERE id = ?", gone)


def _restore(connection: sa.Connection, table: str, key: list[Any], old: list[Any], new: list[Any]) -> None:
    """Gives a row back what the merge replaced, where it is still as the merge made it."""
    execute = driver(connection).execute
    where = " AND ".join(f"{name} IS ?" for name, _ in key)
    values = [value for _, value in key]
    with articles.reindexing(connection, key[0][1] if table == "article" else 0):
        for (name, before), (_, after) in zip(old, new, strict=True):
            statement = f"UPDATE {table} SET {name} = ? WHERE {where} AND {name} IS ?"
            execute(statement, (_bytes(before), *values, _bytes(after)))


def _bytes(value: Any) -> Any:
    return bytes.fromhex(value["bytes"]) if isinstance(value, dict) else value


def _restore_setting(connection: sa.Connection, name: str, old: Any, new: Any) -> None:
    execute = driver(connection).execute
    held, _ = read_settings(execute("SELECT settings FROM project").fetchone()[0])
    if held.get(name) == new:
        held.pop(name)
        if old is not None:
            held[name] = old
        execute("UPDATE project SET settings = ?", (json.dumps(held),))


def _take_back_suggestions(connection: sa.Connection, facts: Reader, number: int) -> None:
    """Models' layers that came; those of the same model that stay are counted anew."""
    execute = driver(connection).execute
    rows = execute(
        "SELECT l.id, l.article_id, l.author_id, a.length FROM layer l JOIN author u ON u.id = l.author_id "
        "JOIN article a ON a.id = l.article_id "
        "WHERE l.arrival = ? AND u.kind = 'model' AND a.arrival IS NOT ?",
        (number, number),
    ).fetchall()
    for layer, *_ in rows:
        _remove_layer(connection, layer)
    for article, length, uid in {(article, length, facts.model_uids[author]) for _, article, author, length in rows}:
        rank_models(connection, facts, article, length, uid)


def _take_back_layers(connection: sa.Connection, facts: Reader, author_of: Mapping[str, int], number: int) -> set[int]:
    """People's layers that grew; returns the actors whose edits come or go."""
    rows = (
        driver(connection)
        .execute(
            "SELECT t.article_id, t.author_id, a.length FROM ("
            "SELECT article_id, author_id FROM edit WHERE arrival = :n "
            "UNION SELECT article_id, author_id FROM layer WHERE arrival = :n "
            "UNION SELECT article_id, author_id FROM branch) t "  # its events may have come, too
            "JOIN article a ON a.id = t.article_id WHERE a.arrival IS NOT :n",
            {"n": number},
        )
        .fetchall()
    )
    found: set[int] = set()
    for article, author, length in rows:
        left = []
        for branch in facts.branches(article, author, length):
            found |= touched_actors(branch)
            events = {uid: e for uid, e in branch.events.items() if e.arrival != number}
            if events or (branch.base and branch.arrival != number):
                left.append(Branch(branch.base, events, branch.arrival))
        layer_of = layers_of_models(facts, connection, article, length)
        place(connection, article, author, left or [Branch({})], layer_of, author_of)
    return found


def _remove_layer(connection: sa.Connection, layer: int) -> None:
    execute = driver(connection).execute
    for kind in LAYER_KINDS:
        execute(f"DELETE FROM {kind} WHERE layer_id = ?", (layer,))
    execute("DELETE FROM layer WHERE id = ?", (layer,))


def _remove_article(connection: sa.Connection, article: int) -> None:
    execute = driver(connection).execute
    execute("DELETE FROM actor_edit WHERE edit_id IN (SELECT id FROM edit WHERE article_id = ?)", (article,))
    execute("DELETE FROM edit WHERE of IN (SELECT id FROM edit WHERE article_id = ?)", (article,))
    for (layer,) in execute("SELECT id FROM layer WHERE article_id = ?", (article,)).fetchall():
        _remove_layer(connection, layer)
    for table in ("edit", "branch", "assignment"):
        execute(f"DELETE FROM {table} WHERE article_id = ?", (article,))
    articles.remove(connection, article)


def _remove_actors(connection: sa.Connection, number: int, after: int) -> None:
    """Those the merge brought and that nothing here has come to need, not even an edit that was undone."""
    cursor = driver(connection)
    gone = {
        row[0]
        for row in cursor.execute(
            "SELECT id FROM actor WHERE arrival = ? EXCEPT SELECT actor_id FROM mention "
            "EXCEPT SELECT actor_id FROM claim EXCEPT SELECT target_id FROM claim "
            "EXCEPT SELECT actor_id FROM actor_edit EXCEPT SELECT same_as FROM actor",
            (number,),
        ).fetchall()
    }
    for (changes,) in cursor.execute("SELECT changes FROM edit WHERE clock > ?", (after,)).fetchall():
        gone -= {i for i in gone if str(i) in changes}
    for table, column in (("actor_name", "actor_id"), ("actor", "id")):
        cursor.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(i,) for i in gone])

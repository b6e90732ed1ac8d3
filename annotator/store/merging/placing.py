"""Puts facts in their place: a layer is what its branch of the highest rank says, the others are kept as unplaced."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import orjson
import sqlalchemy as sa

from annotator.core.annotation import LAYER_KINDS
from annotator.core.fields import value_from_json
from annotator.core.identity import author_uid
from annotator.store import articles, rows
from annotator.store.merging.facts import Branch, Reader, derive, event_to_json, localized, plain_version
from annotator.store.merging.soundness import BadFacts
from annotator.store.project import driver


def layers_of_models(facts: Reader, connection: sa.Connection, article: int, length: int) -> dict[tuple[str, str], int]:
    """The models' layers of an article by the model's identity and the layer's hash."""
    rows = (
        driver(connection)
        .execute(
            "SELECT l.id, l.author_id, l.finished FROM layer l JOIN author u ON u.id = l.author_id "
            "WHERE l.article_id = ? AND u.kind = 'model'",
            (article,),
        )
        .fetchall()
    )
    return {(facts.model_uids[a], facts.layer_hash(i, when, length)): i for i, a, when in rows if a in facts.model_uids}


def rank_models(connection: sa.Connection, facts: Reader, article: int, length: int, uid: str) -> None:
    """Several layers that one model made of an article are told apart by a number in the order of their hashes."""
    execute = driver(connection).execute
    rows = execute(
        "SELECT l.id, l.author_id, l.finished, u.name, u.version FROM layer l JOIN author u ON u.id = l.author_id "
        "WHERE l.article_id = ? AND u.kind = 'model'",
        (article,),
    ).fetchall()
    same = sorted(
        (facts.layer_hash(i, when, length), i, name, plain_version(version))
        for i, author, when, name, version in rows
        if facts.model_uids.get(author) == uid
    )
    for _, layer, *_ in same:  # out of each other's way first
        execute("UPDATE layer SET author_id = -id WHERE id = ?", (layer,))
    for number, (_, layer, name, version) in enumerate(same):
        author = model_author(connection, facts, name, version, number, None)
        execute("UPDATE layer SET author_id = ? WHERE id = ?", (author, layer))


def model_author(
    connection: sa.Connection, facts: Reader, name: str, version: str, number: int, arrival: int | None
) -> int:
    execute = driver(connection).execute
    marked = version if number == 0 else f"{version} ~{number + 1}"
    uid = author_uid("model", name, marked)
    found = execute("SELECT id FROM author WHERE uid = ?", (uid,)).fetchone()
    if found is None:
        execute(
            "INSERT INTO author (uid, kind, name, version, arrival) VALUES (?, 'model', ?, ?, ?)",
            (uid, name, marked, arrival),
        )
        found = execute("SELECT last_insert_rowid()").fetchone()
    facts.author_uids[found[0]], facts.model_uids[found[0]] = uid, author_uid("model", name, version)
    return int(found[0])


def place(
    connection: sa.Connection,
    article: int,
    author: int,
    branches: list[Branch],
    layer_of: Mapping[tuple[str, str], int],
    author_of: Mapping[str, int],
) -> Any:
    """Makes the layer what the branch of the highest rank says, and keeps the others as unplaced. Returns its state."""
    best = max(branches, key=lambda b: b.rank)
    state = derive(best)
    cursor = driver(connection)
    _place_events(connection, article, author, best, state.edits, layer_of, author_of)
    row = cursor.execute("SELECT id FROM layer WHERE article_id = ? AND author_id = ?", (article, author)).fetchone()
    if row is None and state.values:
        cursor.execute(
            "INSERT INTO layer (article_id, author_id, arrival) VALUES (?, ?, ?)", (article, author, best.arrival)
        )
        row = cursor.execute("SELECT last_insert_rowid()").fetchone()
    elif row is not None:
        for kind in LAYER_KINDS:
            cursor.execute(f"DELETE FROM {kind} WHERE layer_id = ?", row)
    if row is not None and not state.values:
        cursor.execute("DELETE FROM layer WHERE id = ?", row)
    elif row is not None:
        finished = state.values.get(("finished", 0))
        cursor.execute("UPDATE layer SET finished = ?, arrival = ? WHERE id = ?", (finished, best.arrival, row[0]))
        by_kind: dict[str, list[Any]] = {kind: [] for kind in LAYER_KINDS}
        for (kind, _), data in state.values.items():
            if kind != "finished":
                here = localized(kind, data, layer_of, author_of)
                if here is not None:
                    by_kind[kind].append(value_from_json(kind, here))  # type: ignore[arg-type]
        for kind, values in by_kind.items():
            rows.write(cursor, kind, row[0], values)
    cursor.execute("DELETE FROM branch WHERE article_id = ? AND author_id = ?", (article, author))
    for branch in branches:
        if branch is not best:
            base = [[kind, key, value] for (kind, key), value in sorted(branch.base.items(), key=lambda i: i[0])]
            events = [event_to_json(e) for e in sorted(branch.events.values(), key=lambda e: e.order)]
            cursor.execute(
                "INSERT INTO branch (article_id, author_id, hash, base, events, arrival) VALUES (?, ?, ?, ?, ?, ?)",
                (article, author, branch.hash, *(orjson.dumps(x).decode() for x in (base, events)), branch.arrival),
            )
    return state


def rebuild(connection: sa.Connection, article: int, author: int) -> None:
    """Makes a layer anew from all that is known of it."""
    length = driver(connection).execute("SELECT length FROM article WHERE id = ?", (article,)).fetchone()[0]
    facts = Reader(connection)
    branches = facts.branches(article, author, length)
    author_of = {uid: key for key, uid in facts.author_uids.items()}
    layer_of = layers_of_models(facts, connection, article, length)
    place(connection, article, author, branches or [Branch({})], layer_of, author_of)


def _place_events(
    connection: sa.Connection,
    article: int,
    author: int,
    branch: Branch,
    states: Mapping[str, int],
    layer_of: Mapping[tuple[str, str], int],
    author_of: Mapping[str, int],
) -> None:
    """Makes the log of a layer hold the events of a branch, and no others."""
    cursor = driver(connection)
    rows = cursor.execute(
        "SELECT uid, id FROM edit WHERE article_id = ? AND author_id = ?", (article, author)
    ).fetchall()
    known = dict(rows)
    gone = [(i,) for uid, i in known.items() if uid not in branch.events]
    cursor.executemany("DELETE FROM actor_edit WHERE edit_id = ?", gone)
    cursor.executemany("DELETE FROM edit WHERE of = ?", gone)
    cursor.executemany("DELETE FROM edit WHERE id = ?", gone)
    for event in sorted(branch.events.values(), key=lambda e: (e.kind != "edit", e.order)):
        if event.uid in known:
            continue
        if cursor.execute("SELECT 1 FROM edit WHERE uid = ?", (event.uid,)).fetchone() is not None:
            raise BadFacts("It holds an edit that was made to something else here.")
        of = None if event.of is None else known.get(event.of)
        if event.kind != "edit" and of is None:
            raise BadFacts("It holds an undo of an edit that is not there.")
        changes = [
            [kind, key, *(localized(kind, v, layer_of, author_of) for v in (before, after))]
            for kind, key, before, after in event.changes
        ]
        changes = [c for c in changes if c[2] is not None or c[3] is not None]
        cursor.execute(
            "INSERT INTO edit (uid, author_id, article_id, time, kind, of, action, changes, by_id, clock, arrival) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(event.uid, author, article, event.time, event.kind, of, event.action),
                *(orjson.dumps(changes).decode(), author_of.get(event.by, author), event.clock, event.arrival),
            ),
        )
        new = known[event.uid] = cursor.lastrowid
        touched = {(key, new) for kind, key, *_ in event.changes if kind == "actor"}
        cursor.executemany("INSERT INTO actor_edit (actor_id, edit_id) VALUES (?, ?)", list(touched))
    cursor.executemany(
        "UPDATE edit SET state = ? WHERE uid = ? AND state IS NOT ?",
        [(state, uid, state) for uid, state in states.items()],
    )


def touched_actors(branch: Branch) -> set[int]:
    """The actors that the edits of a branch change."""
    return {change[1] for e in branch.events.values() for change in e.changes if change[0] == "actor"}


def settle_turns(connection: sa.Connection) -> None:
    """What was undone can be done again only until its author did something else."""
    driver(connection).execute(
        """
        WITH last AS (SELECT author_id, max(clock) AS clock FROM edit WHERE kind = 'edit' GROUP BY author_id)
        UPDATE edit SET state = CASE
            WHEN (SELECT clock FROM last WHERE last.author_id = edit.author_id)
                 > (SELECT max(u.clock) FROM edit u WHERE u.of = edit.id AND u.kind = 'undo') THEN 2 ELSE 1 END
        WHERE state IN (1, 2)
        """
    )


def settle_keys(connection: sa.Connection) -> None:
    """Articles that came with one key at two places: the one whose text has the lower digest keeps it."""
    cursor = driver(connection)
    rows = cursor.execute("SELECT id, key, given, digest FROM article ORDER BY given, digest").fetchall()
    taken: set[str] = set()
    wanted = {}
    for article, key, given, digest in rows:
        new, signs = given, 6
        while new in taken:
            new, signs = f"{given}~{digest.hex()[:signs]}", signs + 6
        taken.add(new)
        if new != key:
            wanted[article] = new
    with ExitStack() as stack:
        for article in wanted:
            stack.enter_context(articles.reindexing(connection, article))
        cursor.executemany("UPDATE article SET key = ? WHERE id = ?", [(f"\n{i}", i) for i in wanted])
        cursor.executemany("UPDATE article SET key = ? WHERE id = ?", [(key, i) for i, key in wanted.items()])

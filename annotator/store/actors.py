"""The project's actors: reading, finding and making them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from annotator.core.annotation import Actor
from annotator.core.errors import DamagedError
from annotator.core.identity import actor_id, folded
from annotator.store.project import driver


def load(connection: sa.Connection, ids: Iterable[int] | None = None) -> dict[int, Actor]:
    """Actors by id: all of the project, or those asked for. Where one was found to be the same as another, the other
    stands under both ids."""
    known: dict[int, Actor] = {}
    wanted = None if ids is None else set(ids)
    waiting = wanted
    while waiting is None or waiting - known.keys():
        rows = _rows(connection, None if waiting is None else waiting - known.keys())
        known |= {i: Actor(i, name, _aliases(aliases), same) for i, name, aliases, same in rows}
        if waiting is None:
            break
        # Those that are missing are gone; of the others, what they are the same as is needed, too.
        waiting = (
            {a.same_as for a in known.values() if a.same_as is not None} - {i for i, *_ in rows} if rows else set()
        )
    return {i: known[representative(i, known)] for i in (known if wanted is None else wanted & known.keys())}


def _aliases(stored: Any) -> tuple[str, ...]:
    try:
        names = json.loads(stored)
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValueError("no list of names")
    except (ValueError, TypeError, RecursionError) as error:
        raise DamagedError("an actor's names") from error
    return tuple(names)


def _rows(connection: sa.Connection, ids: set[int] | None) -> list[tuple[int, str, str, int | None]]:
    sql = "SELECT id, name, aliases, same_as FROM actor"
    execute = driver(connection).execute
    if ids is None:
        return execute(sql).fetchall()
    listed, rows = sorted(ids), []
    for at in range(0, len(listed), 500):
        some = listed[at : at + 500]
        rows += execute(f"{sql} WHERE id IN ({', '.join('?' * len(some))})", tuple(some)).fetchall()
    return rows


def representative(actor: int, known: Mapping[int, Actor]) -> int:
    """The id of the actor that `actor` is, in the end, the same as. Of actors said to be the same in a circle, which
    two editors can do without knowing of each other, it is the lowest id."""
    path = [actor]
    while (following := known[path[-1]].same_as) is not None and following in known:
        if following in path:
            return min(path[path.index(following) :])
        path.append(following)
    return path[-1]


def used_by(connection: sa.Connection, authors: Iterable[int], articles: Iterable[int]) -> set[int]:
    """The actors in labels of some authors, and in all labels of some articles; each as the one it is the same as."""
    execute = driver(connection).execute
    whose, where = set(authors), set(articles)
    found: set[int | None] = set()
    for layer, article, author in execute("SELECT id, article_id, author_id FROM layer").fetchall():
        if author in whose or article in where:
            rows = execute("SELECT actor_id, NULL FROM mention WHERE layer_id = ?", (layer,)).fetchall()
            rows += execute("SELECT actor_id, target_id FROM claim WHERE layer_id = ?", (layer,)).fetchall()
            found |= {actor for row in rows for actor in row}
    return {a.id for a in load(connection, (i for i in found if i is not None)).values()}


def make(connection: sa.Connection, actor: Actor) -> None:
    """Adds an actor, unless there is one of its id."""
    cursor = driver(connection)
    cursor.execute(
        "INSERT INTO actor (id, name, aliases, born) VALUES (?, ?, '[]', ?) ON CONFLICT (id) DO NOTHING",
        (actor.id, actor.name, actor.name),
    )
    if cursor.rowcount:
        index(connection, actor.id, (actor.name,))


def follow_edits(connection: sa.Connection, ids: Iterable[int]) -> None:
    """Makes actors what their standing edits, one after the other, say: of each, what it changes counts, so that a new
    name given here and an alias found there both stay."""
    cursor = driver(connection)
    for actor in ids:
        rows = cursor.execute(
            "SELECT e.changes FROM actor_edit a JOIN edit e ON e.id = a.edit_id "
            "WHERE a.actor_id = ? AND e.kind = 'edit' AND e.state = 0 ORDER BY e.clock, e.uid",
            (actor,),
        ).fetchall()
        born = cursor.execute("SELECT born FROM actor WHERE id = ?", (actor,)).fetchone()
        if born is None:
            continue
        now = Actor(actor, born[0])
        for (changes,) in rows:
            for kind, key, before, after in json.loads(changes):
                if kind == "actor" and key == actor and after is not None:
                    now = _changed(now, before or {"name": now.name}, after)
        cursor.execute(
            "UPDATE actor SET name = ?, aliases = ?, same_as = ? WHERE id = ?",
            (now.name, json.dumps(now.aliases, ensure_ascii=False), now.same_as, actor),
        )
        index(connection, actor, (now.name, *now.aliases))


def _changed(now: Actor, before: dict[str, Any], after: dict[str, Any]) -> Actor:
    name = after["name"] if before["name"] != after["name"] else now.name
    same_as = after.get("same_as") if before.get("same_as") != after.get("same_as") else now.same_as
    gone, new = before.get("aliases", ()), after.get("aliases", ())
    aliases = [a for a in now.aliases if a not in gone or a in new] + [a for a in new if a not in gone]
    return Actor(now.id, name, tuple(a for a in dict.fromkeys(aliases) if a != name), same_as)


def index(connection: sa.Connection, actor: int, names: Iterable[str]) -> None:
    """Has an actor found by these names, the first of which is its own."""
    cursor = driver(connection)
    cursor.execute("DELETE FROM actor_name WHERE actor_id = ?", (actor,))
    rows = {(folded(name), min(rank, 1), actor) for rank, name in enumerate(names)}
    cursor.executemany("INSERT INTO actor_name (folded, rank, actor_id) VALUES (?, ?, ?)", list(rows))


def find(connection: sa.Connection, name: str) -> int | None:
    """The id of the actor of this name, else of this alias, whatever the case."""
    sql = "SELECT actor_id FROM actor_name WHERE folded = ? ORDER BY rank, actor_id LIMIT 1"
    row = driver(connection).execute(sql, (folded(name),)).fetchone()
    return row and load(connection, [row[0]])[row[0]].id


class ActorIds(dict[str | None, int | None]):
    """The ids of actors by name or alias, whatever the case; one that is not there yet is made when it is asked for.

    A dict, since an import asks for the same few names a million times. No name is no actor.
    """

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__({None: None})
        self._connection = connection

    def __missing__(self, name: str) -> int:
        found = find(self._connection, name)
        if found is None:
            found = actor_id(name)
            make(self._connection, Actor(found, " ".join(name.split())))
        self[name] = found
        return found


def matching(connection: sa.Connection, part: str, limit: int = 50) -> list[Actor]:
    """Actors whose name or an alias holds `part`, whatever the case, those that begin with it first."""
    literal = folded(part).replace("!", "!!").replace("%", "!%").replace("_", "!_")
    rows = connection.exec_driver_sql(
        "SELECT actor_id FROM actor_name WHERE folded LIKE ? ESCAPE '!' "
        "ORDER BY folded NOT LIKE ? ESCAPE '!', length(folded), folded LIMIT ?",
        (f"%{literal}%", f"{literal}%", limit),
    )
    ids = list(dict.fromkeys(rows.scalars()))
    gone = _undone(connection, ids)
    found = load(connection, ids)
    return list(dict.fromkeys(found[i] for i in ids if i not in gone))


def _undone(connection: sa.Connection, ids: Iterable[int]) -> set[int]:
    """Those of some actors that were made here by edits that are all undone, and that nothing refers to."""
    execute = driver(connection).execute
    listed = list(ids)
    marks = ", ".join("?" * len(listed))
    sql = (
        f"SELECT a.actor_id FROM actor_edit a JOIN edit e ON e.id = a.edit_id AND e.kind = 'edit' "
        f"WHERE a.actor_id IN ({marks}) GROUP BY a.actor_id HAVING min(e.state) > 0"
    )
    undone = {row[0] for row in execute(sql, listed).fetchall()}
    for actor in list(undone):
        used = "SELECT 1 FROM mention WHERE actor_id = ? UNION ALL SELECT 1 FROM claim WHERE ? IN (actor_id, target_id)"
        used += " UNION ALL SELECT 1 FROM actor WHERE same_as = ? LIMIT 1"
        if execute(used, (actor, actor, actor)).fetchone() is not None:
            undone.discard(actor)
    return undone

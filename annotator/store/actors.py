"""The project's actors: reading, finding and making them."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa

from annotator.annotation import Actor, new_id
from annotator.store.project import driver


def load(connection: sa.Connection, ids: Iterable[int] | None = None) -> dict[int, Actor]:
    """Actors by id: all of the project, or those asked for."""
    sql = "SELECT id, name, aliases FROM actor"
    if ids is None:
        rows = connection.exec_driver_sql(sql).all()
    else:
        wanted = list(ids)
        rows = []
        for at in range(0, len(wanted), 500):
            some = wanted[at : at + 500]
            rows += connection.exec_driver_sql(f"{sql} WHERE id IN ({', '.join('?' * len(some))})", tuple(some)).all()
    return {i: Actor(i, name, tuple(json.loads(aliases))) for i, name, aliases in rows}


def write(connection: sa.Connection, actor: Actor) -> None:
    """Adds an actor, or gives the one of its id another name and aliases."""
    cursor = driver(connection)
    cursor.execute(
        "INSERT INTO actor (id, name, aliases) VALUES (?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, aliases = excluded.aliases",
        (actor.id, actor.name, json.dumps(actor.aliases, ensure_ascii=False)),
    )
    cursor.execute("DELETE FROM actor_name WHERE actor_id = ?", (actor.id,))
    names = {(_folded(name), min(rank, 1), actor.id) for rank, name in enumerate((actor.name, *actor.aliases))}
    cursor.executemany("INSERT INTO actor_name (folded, rank, actor_id) VALUES (?, ?, ?)", list(names))


def find(connection: sa.Connection, name: str) -> int | None:
    """The id of the actor of this name, else of this alias, whatever the case."""
    sql = "SELECT actor_id FROM actor_name WHERE folded = ? ORDER BY rank, actor_id LIMIT 1"
    row = driver(connection).execute(sql, (_folded(name),)).fetchone()
    return row and row[0]


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
            found = new_id()
            write(self._connection, Actor(found, " ".join(name.split())))
        self[name] = found
        return found


def matching(connection: sa.Connection, part: str, limit: int = 50) -> list[Actor]:
    """Actors whose name or an alias holds `part`, whatever the case, those that begin with it first."""
    literal = _folded(part).replace("!", "!!").replace("%", "!%").replace("_", "!_")
    rows = connection.exec_driver_sql(
        "SELECT actor_id FROM actor_name WHERE folded LIKE ? ESCAPE '!' "
        "ORDER BY folded NOT LIKE ? ESCAPE '!', length(folded), folded LIMIT ?",
        (f"%{literal}%", f"{literal}%", limit),
    )
    ids = list(dict.fromkeys(rows.scalars()))
    found = load(connection, ids)
    return [found[i] for i in ids]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())

"""The project's actors: reading, finding and making them."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa

from annotator.annotation import Actor, new_id


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


class ActorNames:
    """Finds the project's actors by name or alias, whatever the case, and makes those that are not there yet."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = {}
        for actor in load(connection).values():
            for name in (*actor.aliases, actor.name):
                self._ids[name.casefold()] = actor.id

    def __call__(self, name: str) -> int:
        name = " ".join(name.split())
        found = self._ids.get(name.casefold())
        if found is None:
            found = self._ids[name.casefold()] = new_id()
            self._connection.exec_driver_sql("INSERT INTO actor (id, name, aliases) VALUES (?, ?, '[]')", (found, name))
        return found


def matching(connection: sa.Connection, part: str, limit: int = 50) -> list[Actor]:
    """Actors whose name or an alias holds `part`, those that begin with it first."""
    sql = (
        "SELECT id, name, aliases FROM actor WHERE name LIKE ? ESCAPE '!' OR aliases LIKE ? ESCAPE '!' "
        "ORDER BY name NOT LIKE ? ESCAPE '!', name COLLATE NOCASE LIMIT ?"
    )
    literal = part.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    pattern = f"%{literal}%"
    rows = connection.exec_driver_sql(sql, (pattern, pattern, f"{literal}%", limit))
    return [Actor(i, name, tuple(json.loads(aliases))) for i, name, aliases in rows]

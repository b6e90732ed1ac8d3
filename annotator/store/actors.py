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


def write(connection: sa.Connection, actor: Actor) -> None:
    """Adds an actor, or gives the one of its id another name and aliases."""
    folded = "\n".join(n.casefold() for n in (actor.name, *actor.aliases))
    connection.exec_driver_sql(
        "INSERT INTO actor (id, name, aliases, folded) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
        "SET name = excluded.name, aliases = excluded.aliases, folded = excluded.folded",
        (actor.id, actor.name, json.dumps(actor.aliases, ensure_ascii=False), folded),
    )


class ActorNames:
    """Finds the project's actors by name or alias, whatever the case, and makes those that are not there yet."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = {}
        self._spelled: dict[str, int] = {}
        for actor in load(connection).values():
            for name in (*actor.aliases, actor.name):
                self._ids[name.casefold()] = actor.id

    def __call__(self, name: str) -> int:
        known = self._spelled.get(name)
        if known is None:
            known = self._spelled[name] = self._find(" ".join(name.split()))
        return known

    def _find(self, name: str) -> int:
        found = self._ids.get(name.casefold())
        if found is None:
            found = self._ids[name.casefold()] = new_id()
            write(self._connection, Actor(found, name))
        return found


def matching(connection: sa.Connection, part: str, limit: int = 50) -> list[Actor]:
    """Actors whose name or an alias holds `part`, whatever the case, those that begin with it first."""
    literal = part.casefold().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    rows = connection.exec_driver_sql(
        "SELECT id, name, aliases FROM actor WHERE folded LIKE ? ESCAPE '!' "
        "ORDER BY folded NOT LIKE ? ESCAPE '!', length(folded), folded LIMIT ?",
        (f"%{literal}%", f"{literal}%", limit),
    )
    return [Actor(i, name, tuple(json.loads(aliases))) for i, name, aliases in rows]

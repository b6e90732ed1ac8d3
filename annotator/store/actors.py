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


class ActorIds(dict[str | None, int | None]):
    """The ids of actors by name or alias, whatever the case; one that is not there yet is made when it is asked for.

    A dict, since an import asks for the same few names a million times. No name is no actor.
    """

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__({None: None})
        self._connection = connection
        self._folded: dict[str, int] = {}
        for actor in load(connection).values():
            for name in (*actor.aliases, actor.name):
                self._folded[name.casefold()] = actor.id

    def __missing__(self, name: str) -> int:
        folded = " ".join(name.casefold().split())
        found = self._folded.get(folded)
        if found is None:
            found = self._folded[folded] = new_id()
            write(self._connection, Actor(found, " ".join(name.split())))
        self[name] = found
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

"""The state of a merge: both files, what was taken so far, and what it replaced, for taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from annotator.store.merging.facts import Reader
from annotator.store.merging.merges import MergeReport
from annotator.store.project import driver


@dataclass(frozen=True)
class Part:
    """A part of a project: some articles, with the labels of one author, and the models' when wanted."""

    articles: frozenset[int]
    author: int
    suggestions: bool


class Taking:
    """What is theirs is read by `read`, what is ours by `execute`; `number` is that of the merge."""

    def __init__(
        self, connection: sa.Connection, theirs: sa.Connection, name: str, number: int, part: Part | None
    ) -> None:
        self.connection, self.theirs, self.number, self.part = connection, theirs, number, part
        self.execute, self.read = driver(connection).execute, driver(theirs).execute
        self.cursor = driver(connection)
        self.report = MergeReport([name])
        self.their_facts = Reader(theirs)
        self.author_of: dict[int, int] = {}  # theirs → ours
        self.refold: set[int] = set()
        self.actor_ids: set[int] = set()  # all that either has
        self.kept: list[list[Any]] = []  # what was replaced, for taking it back

    def replace(self, table: str, columns: Mapping[str, Any], key: Mapping[str, Any]) -> None:
        """Gives a row other values, and keeps those it had with the merge."""
        where = " AND ".join(f"{name} IS ?" for name in key)
        old = self.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {where}", tuple(key.values())).fetchone()
        sets = ", ".join(f"{name} = ?" for name in columns)
        self.execute(f"UPDATE {table} SET {sets} WHERE {where}", (*columns.values(), *key.values()))
        before = [[c, _kept(v)] for c, v in zip(columns, old, strict=True)]
        self.keep([table, list(key.items()), before, [[c, _kept(v)] for c, v in columns.items()]])

    def keep(self, entry: list[Any]) -> None:
        self.report.settings += 1
        self.kept.append(entry)


def _kept(value: Any) -> Any:
    return {"bytes": value.hex()} if isinstance(value, bytes) else value


def actors_of(connection: sa.Connection, part: Part) -> set[int]:
    """The actors that a part of a project needs."""
    execute = driver(connection).execute
    found: set[int | None] = set()
    accepted_from: set[int] = set()
    edits = execute("SELECT article_id, changes FROM edit WHERE author_id = ?", (part.author,)).fetchall()
    for article, changes in edits:
        if article in part.articles:
            for kind, key, *values in orjson.loads(changes):
                held = [v for v in values if isinstance(v, dict)]
                found |= {key} if kind == "actor" else set()
                found |= {v.get(role) for v in held for role in ("actor", "target", "same_as")}
                accepted_from |= {v["origin"]["layer"] for v in held if v.get("origin")}
    for layer, article, author, kind in execute(
        "SELECT l.id, l.article_id, l.author_id, u.kind FROM layer l JOIN author u ON u.id = l.author_id"
    ).fetchall():
        of_model = kind == "model" and (part.suggestions or layer in accepted_from)
        if article in part.articles and (author == part.author or of_model):
            found |= {row[0] for row in execute("SELECT actor_id FROM mention WHERE layer_id = ?", (layer,))}
            for row in execute("SELECT actor_id, target_id FROM claim WHERE layer_id = ?", (layer,)):
                found |= set(row)
    return {i for i in found if i is not None}

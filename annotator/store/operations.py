"""The one path by which a project changes: an operation is a transaction with a name, is logged, and says what it did.

Edits of layers, changes of what the project as a whole has (settings with the dictionary and the training, the scheme,
assignments, annotators), and merges are undone in one order, that of their clock, also after a restart.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import sqlalchemy as sa

from annotator.core import scheme as schemes
from annotator.core.annotation import Edit
from annotator.core.errors import DamagedError
from annotator.store import assignments, authors, edits, settings
from annotator.store.edits import Made
from annotator.store.merging import merges, unmerge
from annotator.store.project import Project, driver
from annotator.store.tables import DROPPED, NEXT_CLOCK, STANDS, UNDONE

Direction = Literal["undo", "redo"]
Part = Literal["labels", "settings", "scheme", "assignments", "annotators", "merge"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the next undo or redo is about."""

    of: Literal["labels", "set", "merge"]
    id: int
    name: str
    clock: float


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation, its undo or its redo did: which parts of the project changed, and what became of the labels of
    one article. `stale` when it was not taken back, since somebody has changed the same thing meanwhile."""

    name: str
    parts: frozenset[Part]
    made: Made | None = None
    stale: bool = False
    turns: tuple[Turn | None, Turn | None] = (None, None)  # what undo and redo are about now


class Operation(Protocol):
    """A change of a project."""

    def perform(self, connection: sa.Connection, by: int, author: int) -> Done:
        """Makes the change within a transaction; `by` does it, while the layer of `author` is worked on."""


@dataclass(frozen=True, slots=True)
class EditLabels:
    """An edit of the author's layer of an article."""

    article: int
    edit: Edit

    def perform(self, connection: sa.Connection, by: int, author: int) -> Done:
        _forget_undone(connection, by, author)
        made = edits.apply(connection, self.article, author, self.edit, by)
        return Done(self.edit.action, frozenset({"labels"}), made)


@dataclass(frozen=True, slots=True)
class Set:
    """Gives parts of the project as a whole other values, by part and key; see `PARTS` for what they are."""

    name: str
    values: Mapping[Part, Mapping[str, Any]]

    def perform(self, connection: sa.Connection, by: int, author: int) -> Done:
        _forget_undone(connection, by, author)
        before = {part: PARTS[part].get(connection, list(new)) for part, new in self.values.items()}
        _put(connection, self.values)
        after = {part: PARTS[part].get(connection, list(new)) for part, new in self.values.items()}
        driver(connection).execute(
            "INSERT INTO operation (time, clock, by_id, author_id, name, before, after, state) "
            f"VALUES (?, {NEXT_CLOCK}, ?, ?, ?, ?, ?, ?)",
            (time.time(), by, author, self.name, _json(before), _json(after), STANDS),
        )
        return Done(self.name, frozenset(self.values))


def do(project: Project, operation: Operation, by: int, author: int | None = None) -> Done:
    """Does an operation: all of it is on the disk when this returns, or none. `author` is whose layer is worked on (who
    does it, when not said). Raises ProjectError, `edits.Conflict` among them."""
    whose = by if author is None else author
    with project.writing() as connection:
        return _with_turns(connection, operation.perform(connection, by, whose), by, whose)


def _with_turns(connection: sa.Connection, done: Done, by: int, author: int) -> Done:
    return replace(done, turns=turns(connection, by, author))


def turns(connection: sa.Connection, by: int, author: int) -> tuple[Turn | None, Turn | None]:
    """What undo and redo are about."""
    return next_turn(connection, by, author, "undo"), next_turn(connection, by, author, "redo")


def _forget_undone(connection: sa.Connection, by: int, author: int) -> None:
    """What was undone cannot be done again once something else was done."""
    edits.forget_undone(connection, author)
    sql = "UPDATE operation SET state = ? WHERE author_id = ? AND by_id = ? AND state = ?"
    driver(connection).execute(sql, (DROPPED, author, by, UNDONE))


# Taking back


def next_turn(connection: sa.Connection, by: int, author: int, direction: Direction) -> Turn | None:
    """The last thing that was done and stands, or the first that was undone."""
    found: list[Turn] = []
    if (edit := edits.next_turn(connection, author, direction)) is not None:
        found.append(Turn("labels", *edit))
    order, state = ("DESC", STANDS) if direction == "undo" else ("ASC", UNDONE)
    sql = "SELECT id, name, clock FROM operation WHERE author_id = ? AND by_id = ? AND state = ? ORDER BY clock "
    if (row := driver(connection).execute(f"{sql}{order} LIMIT 1", (author, by, state)).fetchone()) is not None:
        found.append(Turn("set", *row))
    # A merge is taken back where one's own labels are worked on, not from amid the gold that builds on it.
    if direction == "undo" and author == by and (merge := merges.last(connection, by)) is not None:
        number, name, after = merge
        found.append(Turn("merge", number, name, after + 0.5))  # all up to the clock after it was there before
    latest = max if direction == "undo" else min
    return latest(found, key=lambda turn: turn.clock, default=None)


def undo(project: Project, by: int, author: int | None = None) -> Done | None:
    """Takes back what was done last and stands; None when there is nothing. Raises ProjectError when it cannot be."""
    return _turn(project, by, by if author is None else author, "undo")


def redo(project: Project, by: int, author: int | None = None) -> Done | None:
    """Does again what was undone last; None when there is nothing, or something else was done since."""
    return _turn(project, by, by if author is None else author, "redo")


def _turn(project: Project, by: int, author: int, direction: Direction) -> Done | None:
    with project.writing() as connection:
        turn = next_turn(connection, by, author, direction)
        if turn is None:
            return None
        if turn.of == "merge":
            # What was undone since may speak of what goes with the merge.
            sql = "UPDATE operation SET state = ? WHERE state = ? AND clock > ?"
            driver(connection).execute(sql, (DROPPED, UNDONE, turn.clock))
            unmerge.undo(connection, turn.id)
            done = Done(turn.name, frozenset({"merge"}))
        elif turn.of == "labels":
            made = edits.turn(connection, turn.id, author, by, direction)
            done = Done(turn.name, frozenset({"labels"}), made)
        else:
            done = _turn_set(connection, turn, direction)
        return _with_turns(connection, done, by, author)


def _turn_set(connection: sa.Connection, turn: Turn, direction: Direction) -> Done:
    cursor = driver(connection)
    row = cursor.execute("SELECT before, after FROM operation WHERE id = ?", (turn.id,)).fetchone()
    try:
        old, new = (json.loads(text) for text in (row if direction == "undo" else reversed(row)))
        now = {part: PARTS[part].get(connection, list(values)) for part, values in new.items()}
        stale = json.loads(_json(now)) != new  # a merge, or somebody else, has set it since
        if not stale:
            _put(connection, old)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DamagedError("an operation") from error
    state = DROPPED if stale else UNDONE if direction == "undo" else STANDS
    cursor.execute("UPDATE operation SET state = ? WHERE id = ?", (state, turn.id))
    return Done(turn.name, frozenset(old), stale=stale)


# What the project as a whole has


@dataclass(frozen=True, slots=True)
class _Access:
    get: Callable[[sa.Connection, list[str]], dict[str, Any]]
    put: Callable[[sa.Connection, Mapping[str, Any]], None]


def _settings(connection: sa.Connection, names: list[str]) -> dict[str, Any]:
    return {name: settings.setting(connection, name) for name in names}


def _scheme(connection: sa.Connection, keys: list[str]) -> dict[str, Any]:
    return {key: settings.scheme_versions(connection) for key in keys}


def _set_scheme(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    for value in values.values():
        if isinstance(value, str):
            settings.set_scheme(connection, schemes.from_json(value))
        else:
            settings.put_scheme_versions(connection, value)


def assignment_key(article: int, author: int) -> str:
    """The key of an assignment among `PARTS`."""
    return f"{article} {author}"


def _pair(key: str) -> tuple[int, int]:
    article, author = key.split()
    return int(article), int(author)


def _assignments(connection: sa.Connection, keys: list[str]) -> dict[str, Any]:
    return {key: assignments.get(connection, *_pair(key)) for key in keys}


def _assign(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    for key, unaided in values.items():
        assignments.put(connection, *_pair(key), unaided)


def _annotators(connection: sa.Connection, ids: list[str]) -> dict[str, Any]:
    known = authors.load(connection)
    return {i: [known[int(i)].name, known[int(i)].code, known[int(i)].color] for i in ids}


def _rename(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    for author, (name, code, color) in values.items():
        authors.rename(connection, int(author), name, code, color)


# Settings by name; under the key "" the scheme (as JSON one more, as rows all there were); of an assignment whether it
# is without suggestions, None for none; of an annotator name, code and colour by id.
PARTS: Mapping[str, _Access] = {
    "settings": _Access(_settings, settings.keep),
    "scheme": _Access(_scheme, _set_scheme),
    "assignments": _Access(_assignments, _assign),
    "annotators": _Access(_annotators, _rename),
}


def _put(connection: sa.Connection, values: Mapping[Any, Mapping[str, Any]]) -> None:
    for part, held in values.items():
        PARTS[part].put(connection, held)


def _json(values: Mapping[Any, Mapping[str, Any]]) -> str:
    return json.dumps({part: dict(held) for part, held in values.items()}, ensure_ascii=False)


def share(name: str, pairs: Iterable[tuple[int, int]], unaided: bool, more: Mapping[str, Any]) -> Set:
    """The operation that gives articles to annotators (article, annotator), with settings that go with it."""
    given = {assignment_key(*pair): unaided for pair in pairs}
    return Set(name, {"assignments": given} | ({"settings": dict(more)} if more else {}))

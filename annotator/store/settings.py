"""What a team agrees on: settings by name, each with when it was set; the later value counts when files are merged."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from annotator.core import scheme as schemes
from annotator.store.project import Project, driver
from annotator.store.tables import SchemeRow

LEAD = "lead"  # the setting that says who leads


def setting(connection: sa.Connection, name: str, default: Any = None) -> Any:
    """What the team agreed on; the default where it did not, or no longer does (null)."""
    value = _load(connection).get(name, [None])[0]
    return default if value is None else value


def _load(connection: sa.Connection) -> dict[str, list[Any]]:
    return read_settings(connection.execute(sa.text("SELECT settings FROM project")).scalar_one())[0]


def read_settings(stored: Any) -> tuple[dict[str, list[Any]], bool]:
    """A project's settings as they are stored, `[value, when it was set]` by name, and whether all could be read."""
    try:
        held = json.loads(stored)
    except (ValueError, TypeError, RecursionError):
        return {}, False
    if not isinstance(held, dict):
        return {}, False
    sound = {n: kept for n, kept in held.items() if isinstance(kept, list) and len(kept) == 2 and _is_time(kept[1])}
    return sound, len(sound) == len(held)


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12


def of(project: Project) -> dict[str, tuple[Any, float]]:
    """All that the team agrees on, by name, with when it was set; what is damaged is left out."""
    with project.reading() as connection:
        return {name: (value, when) for name, (value, when) in _load(connection).items()}


def keep(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    """Sets some of it."""
    held = _load(connection) | {name: [value, time.time()] for name, value in values.items()}
    connection.execute(sa.text("UPDATE project SET settings = :s"), {"s": json.dumps(held)})


def set_scheme(connection: sa.Connection, scheme: schemes.Scheme) -> None:
    """Gives the project another scheme; the one it had stays known, for the labels that only it has."""
    row = {"hash": schemes.hash_of(scheme), "scheme": schemes.to_json(scheme), "time": time.time()}
    connection.execute(sa.delete(SchemeRow).where(SchemeRow.hash == row["hash"]))  # type: ignore[arg-type]
    connection.execute(sa.insert(SchemeRow).values(**row))
    settle_scheme(connection)


def scheme_versions(connection: sa.Connection) -> list[list[Any]]:
    """Every scheme there was, as rows of the file that `put_scheme_versions` can bring back."""
    sql = "SELECT hash, scheme, time, arrival FROM scheme_version ORDER BY time, hash"
    return [list(row) for row in driver(connection).execute(sql)]


def put_scheme_versions(connection: sa.Connection, rows: Iterable[Sequence[Any]]) -> None:
    """Makes these, and no others, the schemes there were."""
    cursor = driver(connection)
    cursor.execute("DELETE FROM scheme_version")
    cursor.executemany("INSERT INTO scheme_version (hash, scheme, time, arrival) VALUES (?, ?, ?, ?)", rows)
    settle_scheme(connection)


def settle_scheme(connection: sa.Connection) -> bool:
    """Makes the project's scheme what its versions say: the latest, and of earlier ones the labels it lacks, since they
    may be in use. Says whether it is another one now."""
    cursor = driver(connection)
    rows = cursor.execute("SELECT scheme FROM scheme_version ORDER BY time DESC, hash").fetchall()
    before = cursor.execute("SELECT scheme FROM project").fetchone()[0]
    text = schemes.to_json(schemes.united([schemes.from_json(text) for (text,) in rows])) if rows else before
    cursor.execute("UPDATE project SET scheme = ?", (text,))
    return bool(text != before)

"""Backups: dated copies of a project, kept by age, among the user's own data."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from annotator.core.files import data_folder
from annotator.store import header, log
from annotator.store.copies import copy_open, only_read
from annotator.store.engine import driver
from annotator.store.errors import ProjectError, errors_in_words
from annotator.store.project import APPLICATION_ID, SUFFIX

REASONS = {
    "day": "early that day",
    "merge": "before a merge",
    "revise": "before new versions of articles",
    "labels": "before labels were taken over from files",
    "scheme": "before another scheme",
    "update": "before an update of the file",
    "restore": "before a restore",
}
MAX_RECENT = 40  # copies of the last seven days, besides the last of each day
_NAME = re.compile(r"(.*) (\d{4}-\d\d-\d\d \d{6}) (\w+)(?: \d+)?")
_FORM = "%Y-%m-%d %H%M%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy: of the project that was called `name`, made at `time` (seconds since 1970), why (a key of `REASONS`)."""

    path: Path
    name: str
    time: float
    why: str

    @property
    def day(self) -> date:
        return date.fromtimestamp(self.time)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a project file holds: how many rows of each kind, and what was done last (when, by whom, what), the newest
    first."""

    numbers: dict[str, int]
    last: tuple[tuple[float, str, str], ...]


def folder_of(uid: str) -> Path:
    """Where the backups of a project are, by its identity."""
    name = uid if re.fullmatch(r"[0-9a-zA-Z]{1,64}", uid) else hashlib.sha256(uid.encode()).hexdigest()[:32]
    return data_folder() / "backups" / name


def keep(path: Path, engine: sa.Engine, why: str) -> Backup:
    """Makes a backup of a project that is open, and takes away those that are too old by now. Raises ProjectError."""
    with engine.connect() as connection:
        uid = str(driver(connection).execute("SELECT uid FROM project").fetchone()[0])
    folder = folder_of(uid)
    target = folder / f"{log.short_stem(path)} {log.stamp()} {why}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = log.free_name(target)
        with errors_in_words(target):
            copy_open(engine, target)
    except (OSError, ProjectError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise ProjectError(f"No backup could be made in “{folder}” ({said}), so this was not done.") from error
    tidy(folder)
    made = _read(target)
    assert made is not None
    return made


def listing(uid: str, path: Path) -> list[Backup]:
    """A project's backups, the newest first: those under the name that its file has now, then those under others, be
    they of a copy of it or of before it was renamed."""
    name = log.short_stem(path)
    return sorted(_of(folder_of(uid)), key=lambda backup: backup.name != name)


def of_file(path: Path) -> list[Backup]:
    """The backups of a project file that cannot be opened: by its identity where that can still be read, else all that
    have its name."""
    uid = identity_in(path)
    if uid is not None:
        return listing(uid, path)
    folders = [f for f in folder_of("x").parent.glob("*") if f.is_dir()]
    named = [b for folder in folders for b in _of(folder) if b.name == log.short_stem(path)]
    return sorted(named, key=lambda b: b.time, reverse=True)


def identity_in(path: Path) -> str | None:
    """The identity of the project in a file; None when it cannot be read."""
    with suppress(sqlite3.Error, TypeError, OSError):
        path = log.resolved(path)
        if header.application_of(path) != APPLICATION_ID:
            return None  # of another program, which is not so much as opened
        there, how = only_read(path)
        with closing(sqlite3.connect(f"{there.as_uri()}?{how}", uri=True)) as connection:
            return str(connection.execute("SELECT uid FROM project").fetchone()[0])
    return None


def made_today(uid: str, path: Path) -> bool:
    """Whether there is a backup of today of the file of this name: a copy of a project has its own."""
    today, name = date.fromtimestamp(time.time()), log.short_stem(path)
    return any(backup.day == today and backup.name == name for backup in listing(uid, path))


def keep_of_today(path: Path, engine: sa.Engine, uid: str) -> None:
    """Makes the day's backup, if there is none yet. Raises ProjectError."""
    if not made_today(uid, path):
        keep(path, engine, "day")


def _of(folder: Path) -> list[Backup]:
    found = [backup for path in folder.glob(f"*{SUFFIX}") if (backup := _read(path)) is not None]
    return sorted(found, key=lambda b: (b.time, b.path.name), reverse=True)


def _read(path: Path) -> Backup | None:
    fits = _NAME.fullmatch(path.stem)
    if fits is None or fits[3] not in REASONS:
        return None
    try:
        when = time.mktime(time.strptime(fits[2], _FORM))
    except (ValueError, OverflowError):
        return None
    return Backup(path, fits[1], when, fits[3])


def tidy(folder: Path) -> None:
    """Takes away what is too old: all of seven days stay, then one of each of four weeks, and of each of six months."""
    found = _of(folder)
    today = date.fromtimestamp(time.time())
    for name in {backup.name for backup in found}:
        own = [backup for backup in found if backup.name == name]
        kept = to_keep(own, today)
        for backup in own:
            if backup in kept:
                continue
            with suppress(OSError):
                backup.path.unlink()
    for left in folder.glob(".*.part*"):  # of a program that was killed
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > 3600:
                left.unlink()


def to_keep(found: Iterable[Backup], today: date) -> set[Backup]:
    """Those that are not too old today."""
    newest = sorted(found, key=lambda b: b.time, reverse=True)
    recent = [b for b in newest if b.day > today - timedelta(days=7)]
    last_of_day = {b.day: b for b in reversed(recent)}
    kept = {*last_of_day.values(), *recent[:MAX_RECENT]}
    ages = ((timedelta(weeks=4), lambda d: d.isocalendar()[:2]), (timedelta(days=183), lambda d: (d.year, d.month)))
    for age, of_a_kind in ages:
        seen = {of_a_kind(b.day) for b in kept} if age > timedelta(weeks=4) else set()
        for backup in newest:
            if backup not in recent and backup.day > today - age and of_a_kind(backup.day) not in seen:
                seen.add(of_a_kind(backup.day))
                kept.add(backup)
    return kept


_COUNTS = {
    "Articles": "SELECT count(*) FROM article",
    "Articles finished": "SELECT count(*) FROM layer WHERE finished IS NOT NULL",
    "Entities": "SELECT count(*) FROM mention m JOIN layer l ON l.id = m.layer_id JOIN author u ON u.id = l.author_id "
    "WHERE u.kind != 'model'",
    "Claims": "SELECT count(*) FROM claim c JOIN layer l ON l.id = c.layer_id JOIN author u ON u.id = l.author_id "
    "WHERE u.kind != 'model'",
    "Edits": "SELECT count(*) FROM edit",
}


def contents(path: Path) -> Contents:
    """What a backup holds. Raises ProjectError when it cannot be read."""
    try:
        with closing(log.as_it_is(path)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            return _contents(connection)
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise ProjectError(f"“{path.name}” is damaged; what is in it cannot be read.") from error


def contents_now(engine: sa.Engine) -> Contents:
    """What an open project holds."""
    with engine.connect() as connection:
        return _contents(driver(connection).connection)


def _contents(connection: sqlite3.Connection) -> Contents:
    execute = connection.execute
    numbers = {name: int(execute(sql).fetchone()[0]) for name, sql in _COUNTS.items()}
    last = execute(
        "SELECT e.time, u.name, CASE e.kind WHEN 'undo' THEN 'undone: ' WHEN 'redo' THEN 'again: ' ELSE '' END "
        "|| e.action FROM edit e JOIN author u ON u.id = e.author_id ORDER BY e.id DESC LIMIT 12"
    ).fetchall()
    return Contents(numbers, tuple((float(when), str(name), str(action)) for when, name, action in last))

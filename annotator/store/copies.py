"""Copies of project files, whole or not at all, however the file is in use meanwhile."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa

from annotator.core.files import lasting_folder, tidy_drafts
from annotator.store import engine as engines
from annotator.store import log
from annotator.store.engine import driver
from annotator.store.errors import errors_in_words


def copy_open(engine: sa.Engine, target: Path) -> None:
    """A copy of what an open file holds, which may have no name any more; under its name only when it is whole. It is
    of one moment, and holds up nobody. Raises OSError, and what SQLite raises."""
    tidy_drafts(target)
    draft = target.with_name(f".{target.name[:50]}.{os.getpid()}.part")  # two programs may copy at once
    try:
        copy = sqlite3.connect(draft)
        try:
            with engine.connect() as connection:
                driver(connection).connection.backup(copy)
            copy.execute(f"PRAGMA user_version = {log.fresh_number()}")
            copy.commit()
        finally:
            copy.close()
        draft.replace(target)
    finally:
        log.remove(draft)


def only_read(path: Path) -> tuple[Path, str]:
    """What to open, and how, so that a file is read as it is now and nothing is written beside it."""
    if not log.belongs(path):
        return path, "mode=ro&immutable=1"
    if log.is_empty(path) and not log.index_of(path).exists() and not log.log_of(path).exists():
        return path, "mode=ro&immutable=1"  # nobody has it open, and SQLite would leave its index beside it
    for how in ("mode=ro", "mode=ro&immutable=1"):
        # Where SQLite cannot keep its index beside a file, and no log is there, the file is all there is.
        if "immutable" in how and not log.is_empty(path):
            break
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as trial:
            trial.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return path, how
    copy = lasting_folder() / path.name
    log.copy_with_log(path, copy)
    return copy, "mode=rw"


def copy_of(path: Path, copy: Path) -> None:
    """Copies a project file as it is now, which is only read, also while another program writes to it. A log beside it
    that is not its own is left out. Raises ProjectError."""
    with errors_in_words(path):
        there, how = only_read(log.resolved(path))
        source = sqlite3.connect(f"{there.absolute().as_uri()}?{how}", uri=True, timeout=engines.BUSY_SECONDS)
        target = sqlite3.connect(copy)
        waiting = time.monotonic()

        def step(status: int, remaining: int, total: int) -> None:
            nonlocal waiting
            if status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                waiting = time.monotonic()
            elif time.monotonic() - waiting > engines.BUSY_SECONDS:
                raise sqlite3.OperationalError("database is locked")

        try:
            source.execute("PRAGMA trusted_schema = OFF")
            source.backup(target, pages=4096, progress=step)
        finally:
            source.close()
            target.close()

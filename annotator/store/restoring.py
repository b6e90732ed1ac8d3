"""Puts a backup in the place of a project, in one step; what was there is kept."""

from __future__ import annotations

import glob
import os
import shutil
import sqlite3
import time
import uuid
from contextlib import closing
from pathlib import Path

from annotator.store import backups, header, log
from annotator.store.backups import identity_in
from annotator.store.errors import ProjectError, errors_in_words
from annotator.store.opening import open_project
from annotator.store.project import APPLICATION_ID, SUFFIX


def restore(path: Path, backup: Path) -> Path:
    """Makes a project file be as a backup is. Nobody may have it open. Returns where what was there is kept: among the
    backups; beside it when it cannot be read. Raises ProjectError; nothing has changed then."""
    path = log.resolved(path)
    for left in path.parent.glob(f".{glob.escape(log.short_stem(path))}.*.part{path.suffix}"):  # of one that was killed
        if time.time() - left.stat().st_mtime > 3600:
            log.remove(left)
    draft = path.with_name(f".{log.short_stem(path)}.{uuid.uuid4().hex}.part{path.suffix}")
    try:
        _check_ours(path)
        with errors_in_words(backup):
            shutil.copyfile(backup, draft)
        ours, theirs = (identity_in(one) if one.exists() else None for one in (path, draft))
        if None not in (ours, theirs) and ours != theirs:
            raise ProjectError(f"“{backup.name}” is a backup of another project. To have it, open a copy of it.")
        try:
            open_project(draft, backup=False).close()  # one of an earlier version is up to date then
        except ProjectError as error:
            raise ProjectError(str(error).replace(draft.name, backup.name)) from error
        with errors_in_words(path):
            with closing(sqlite3.connect(draft)) as connection:
                connection.execute(f"PRAGMA user_version = {log.fresh_number()}")
                connection.commit()
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            if path.exists():
                _check_alone(path)
            kept = _kept(path)
            if path.exists():
                _check_alone(path)
                draft.chmod(path.stat().st_mode & 0o777)
            draft.replace(path)
    finally:
        log.remove(draft)
    return kept


def _check_ours(path: Path) -> None:
    """Raises ProjectError when what stands under the name is somebody else's file, and no project that is damaged."""
    if not path.exists():
        return
    with errors_in_words(path):
        if not path.is_file():
            raise ProjectError(f"“{path.name}” is no ordinary file.")
        foreign = header.is_database(path) and header.application_of(path) not in (APPLICATION_ID, 0)
        if foreign or (path.suffix != SUFFIX and header.application_of(path) != APPLICATION_ID):
            raise ProjectError(f"“{path.name}” is not an Annotator project, so nothing was put in its place.")


def _kept(path: Path) -> Path:
    """Keeps what stands under a project's name."""
    if not path.exists():
        return path
    try:
        before = open_project(path)
    except ProjectError as error:
        if "in use by another program" in str(error):
            raise
        aside = log.free_name(path.with_name(f"{log.short_stem(path)} damaged {log.stamp()}{path.suffix}"))
        log.copy_with_log(path, aside)
        return aside
    try:
        return backups.keep(path, before.engine, "restore").path
    finally:
        before.close()


def _check_alone(path: Path) -> None:
    """Raises ProjectError when another program has a project open: who is alone can have SQLite give its log up."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=0.2)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError:
            mode = "in use"
        except sqlite3.DatabaseError:
            return  # damaged: nobody works with it
    if mode == "in use" or mode == "wal":
        raise ProjectError(f"“{path.name}” is open in another window or program. Close it there first.")

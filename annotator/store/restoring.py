"""Puts a backup in the place of a project, in one step; what was there is kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from annotator.store import backups, log
from annotator.store.errors import ProjectError, errors_in_words
from annotator.store.opening import open_project


def restore(path: Path, backup: Path) -> Path:
    """Makes a project file be as a backup is. Nothing may have it open. Returns where what was there is kept: among the
    backups; beside it when it cannot be read. Raises ProjectError; nothing has changed then."""
    path = Path(path)
    draft = path.with_name(f".{path.stem[:50]}.restored.part{path.suffix}")
    leftovers = (draft, log.log_of(draft), log.index_of(draft))
    try:
        with errors_in_words(backup):
            shutil.copyfile(backup, draft)
        open_project(
            draft, backup=False
        ).close()  # brings one of an earlier version up to date, and refuses what is none
        with errors_in_words(path):
            with closing(sqlite3.connect(draft)) as connection:
                connection.execute(f"PRAGMA user_version = {log.fresh_number()}")
                connection.commit()
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            kept = _kept(path)
            if path.exists():
                draft.chmod(path.stat().st_mode & 0o777)
            draft.replace(path)
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
    return kept


def _kept(path: Path) -> Path:
    """Keeps what stands under a project's name."""
    if not path.exists():
        return path
    try:
        before = open_project(path)
    except ProjectError:
        aside = log.free_name(path.with_name(f"{path.stem} damaged {log.stamp()}{path.suffix}"))
        shutil.copyfile(path, aside)
        if not log.is_empty(path):
            shutil.copyfile(log.log_of(path), log.log_of(aside))
            log.set_aside(path)
        return aside
    try:
        return backups.keep(path, before.engine, "restore").path
    finally:
        before.close()

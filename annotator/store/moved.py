"""A project file that was moved, replaced or written over while it was open: nothing that was saved in it is lost."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from annotator.core.files import data_folder
from annotator.store import log
from annotator.store.copies import copy_open
from annotator.store.engine import checkpoint
from annotator.store.errors import Elsewhere, ProjectError, errors_in_words
from annotator.store.header import identity_of


def follow(path: Path, identity: tuple[int, int], engine: sa.Engine, wrote: bool) -> Elsewhere:
    """Finds the file that was under `path`, and brings what was saved into it; where it has gone for good, into a copy
    under a name of its own, if anything was written to it."""
    now, names = _now(path, identity)
    try:
        if names and (now is not None or not path.exists()):
            with errors_in_words(path), engine.connect() as connection:
                if not checkpoint(connection):
                    raise ProjectError("another program reads it")
            if now is None:
                return Elsewhere(f"“{path.name}” was moved while it was open. Everything up to here is saved in it.")
            if not path.exists():
                _tidy(path)
            where = f"“{now.name}”" if now.parent == log.resolved(path).parent else f"“{now}”"
            return Elsewhere(f"“{path.name}” is {where} now. Everything is in it.", now, now)
    except ProjectError:
        pass  # then all of it is kept apart
    if not wrote:
        said = "replaced" if path.exists() else "deleted"
        return Elsewhere(f"“{path.name}” was {said} while it was open.", None, _if_there(path))
    try:
        with errors_in_words(path):
            folder = path.parent if path.parent.is_dir() else data_folder() / "kept"
            folder.mkdir(parents=True, exist_ok=True)
            kept = log.free_name(folder / f"{log.short_stem(path)} as it was {log.stamp()}{path.suffix}")
            copy_open(engine, kept)
            if path.exists() and not log.is_empty(path):
                log.set_aside(path)  # it is in the copy, and must not get into what is there now
    except ProjectError as error:
        sentence = f"“{path.name}” was replaced or deleted while it was open, and no copy could be kept: {error}"
        return Elsewhere(sentence, None, _if_there(path))
    said = "replaced by another file" if path.exists() else "deleted or moved to another disk"
    where = kept.name if kept.parent == path.parent else str(kept)
    sentence = f"“{path.name}” was {said} while it was open. What you had is kept as “{where}”."
    return Elsewhere(sentence, kept, _if_there(path) or kept)


def _if_there(path: Path) -> Path | None:
    return path if path.exists() else None


def overwritten(path: Path) -> Elsewhere:
    """Makes sure that the log of what was there before never gets into what was written over it."""
    with suppress(OSError):
        if not log.is_empty(path):
            log.set_aside(path)
    return Elsewhere(
        f"“{path.name}” was written over while it was open. What is in it now counts; of what was before there is "
        "the last backup (Project, Restore a backup says of when).",
        None,
        path,
    )


def _now(path: Path, identity: tuple[int, int]) -> tuple[Path | None, int]:
    """Where an open file is by now, if that can be found out, and how many names it has."""
    names = 1  # where it cannot be known (Windows), an open file cannot have lost its name
    for folder in ("/proc/self/fd", "/dev/fd"):
        with suppress(OSError):
            for handle in Path(folder).iterdir():
                with suppress(OSError):
                    status = os.fstat(int(handle.name))
                    if (status.st_dev, status.st_ino) == identity:
                        names = status.st_nlink
                        found = handle.readlink()
                        if identity_of(found) == identity:
                            return found, names
            break
    if names:
        with suppress(OSError):
            for beside in path.parent.iterdir():
                with suppress(OSError):
                    if identity_of(beside) == identity:
                        return beside, names
    return None, names


def _tidy(path: Path) -> None:
    """Takes away the empty log and its index that stay behind under the former name."""
    with suppress(OSError):
        if log.is_empty(path):
            log.log_of(path).unlink(missing_ok=True)
            log.index_of(path).unlink(missing_ok=True)

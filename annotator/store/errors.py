"""What can go wrong with a project file, in words for an editor."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from annotator.core.errors import AnnotatorError

_OUR_FAULT = re.compile(r"no such (table|column|function)|near .*syntax error|table \S+ has no column")


class ProjectError(AnnotatorError):
    """A project file that cannot be used or written, in words for an editor."""


class Elsewhere(ProjectError):
    """What is under the project's name is not the file any more that was opened. `now` is where what was saved in that
    one is, None when it is known nowhere; `following` is the file to go on with, if there is one."""

    def __init__(self, sentence: str, now: Path | None = None, following: Path | None = None) -> None:
        super().__init__(sentence)
        self.now, self.following = now, following


@contextmanager
def errors_in_words(path: Path) -> Iterator[None]:
    """Turns what the system and SQLite say of a project file into ProjectError."""
    try:
        with sql_in_words(path):
            yield
    except FileNotFoundError as error:
        raise ProjectError(f"“{path.name}” is not there. It may have been moved or renamed.") from error
    except PermissionError as error:
        raise ProjectError(f"“{path.name}” may not be read or written by you.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ProjectError(reason(path, "disk is full")) from error
        raise ProjectError(f"“{path.name}” could not be used: {error.strerror or error}.") from error


@contextmanager
def sql_in_words(path: Path) -> Iterator[None]:
    """Turns what SQLite says of a file into ProjectError. A statement that is wrong is a fault of ours and stays one,
    as does what a block has to do with other files."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        if type(said) not in (sqlite3.OperationalError, sqlite3.DatabaseError) or _OUR_FAULT.match(str(said)):
            raise
        raise ProjectError(reason(path, str(said))) from error


def reason(path: Path, message: str) -> str:
    for sign, said in (
        ("locked", "is in use by another program, which is writing to it. Wait until it has finished, and try again."),
        ("disk is full", "cannot grow: the disk is full. Free some space; everything up to here is saved."),
        ("malformed", "is damaged. Restore it from a copy; `annotator check` says what is wrong."),
        ("not a database", "is not an Annotator project, or is damaged."),
        ("readonly", "may not be written. Copy it to a folder of your own and open that."),
        ("unable to open", "cannot be opened: its folder is missing or may not be written."),
        ("disk I/O error", "could not be read or written: the disk reported an error."),
    ):
        if sign in message:
            return f"“{path.name}” {said}"
    return f"“{path.name}” could not be used ({message})."

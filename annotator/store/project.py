"""A project file that is open: its connections and transactions, and what went wrong with one in plain words."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from annotator.core import scheme as schemes
from annotator.core.errors import AnnotatorError
from annotator.core.scheme import Scheme
from annotator.store.tables import ProjectRow

Connection = sa.Connection  # what goes through the hands of those who know no SQL

SUFFIX = ".annotator"
APPLICATION_ID = 0x416E6E6F  # "Anno", kept in the file's header so that it is known from other SQLite files
BUSY_SECONDS = 5
_OUR_FAULT = re.compile(r"no such (table|column|function)|near .*syntax error|table \S+ has no column")


class ProjectError(AnnotatorError):
    """A project file that cannot be used or written, in words for an editor."""


def driver(connection: sa.Connection) -> sqlite3.Cursor:
    """The driver's own cursor in the same transaction: for statements that an import or export runs by the thousand."""
    return connection.connection.cursor()  # type: ignore[return-value]


@contextmanager
def mapped(connection: sa.Connection) -> Iterator[Session]:
    """The tables' rows as objects in the same transaction: for what nobody waits for. What was changed is written when
    the block ends."""
    with Session(bind=connection) as session:
        yield session
        session.flush()


@dataclass(frozen=True)
class Project:
    """An open project file. Threads may share it: each statement takes a connection of its own."""

    path: Path
    engine: sa.Engine
    identity: tuple[int, int]  # the file's device and number: what stands under its name later may be another file
    _versions: dict[int, int] = field(default_factory=dict)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One view of the file: what others write meanwhile is not seen."""
        with _sql_in_words(self.path), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is in the file when the block ends, or none."""
        with errors_in_words(self.path):
            if identity_of(self.path) != self.identity:
                raise ProjectError(
                    f"“{self.path.name}” was moved or replaced while it was open. Close this window and open the "
                    "project where it is now; everything up to here is saved in it."
                )
        with (
            _sql_in_words(self.path),
            self.engine.connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            yield connection

    def settle(self) -> None:
        """Moves what is saved from the log beside the file into the file itself, so that a copy of it has it, too."""
        with _sql_in_words(self.path), self.engine.connect() as connection:
            driver(connection).execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        self.engine.dispose()

    @property
    def name(self) -> str:
        with self.reading() as connection:
            return str(_one(connection, ProjectRow.name))

    @property
    def scheme(self) -> Scheme:
        with self.reading() as connection:
            return schemes.from_json(_one(connection, ProjectRow.scheme))

    def place(self) -> dict[str, object]:
        """Where the editor left off, as `keep_place` was given it."""
        with self.reading() as connection:
            place: dict[str, object] = _one(connection, ProjectRow.place)
            return place

    def keep_place(self, place: dict[str, object]) -> None:
        with self.writing() as connection:
            connection.execute(sa.update(ProjectRow).values(place=place))

    @property
    def editor(self) -> str:
        """The identity of the annotator whom this file is a package for; empty when it is none."""
        with self.reading() as connection:
            return str(_one(connection, ProjectRow.editor))

    @property
    def uid(self) -> str:
        """The identity of the project, for what this computer remembers of it."""
        with self.reading() as connection:
            return str(_one(connection, ProjectRow.uid))

    def changed_elsewhere(self) -> bool:
        """Whether another program has written to the file since this was last asked. (It may also say so once after
        another thread of ours has: each connection has its own count.)"""
        with self.reading() as connection:
            version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
            key = id(connection.connection.dbapi_connection)
        before = self._versions.get(key, version)
        self._versions[key] = version
        return before != version


def _one(connection: sa.Connection, column: Any) -> Any:
    """What the project's row says in a column."""
    with mapped(connection) as session:
        return session.exec(select(column)).one()


def identity_of(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def engine_of(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        "sqlite://", creator=lambda: _connect(path), poolclass=sa.pool.QueuePool, pool_use_lifo=True
    )

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A writer takes its lock at once: a transaction that turned from reading to writing could fail half-way.
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _connect(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in (
            "trusted_schema = OFF",  # a file from somebody else cannot make its schema run functions
            "foreign_keys = ON",
            "journal_mode = WAL",
            # FULL: an edit that was painted as done is on the disk, also after a power cut. It costs one fsync an edit.
            "synchronous = FULL",
            "cache_size = -65536",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def errors_in_words(path: Path) -> Iterator[None]:
    """Turns what the system and SQLite say of a project file into ProjectError."""
    try:
        with _sql_in_words(path):
            yield
    except FileNotFoundError as error:
        raise ProjectError(f"“{path.name}” is not there. It may have been moved or renamed.") from error
    except PermissionError as error:
        raise ProjectError(f"“{path.name}” may not be read or written by you.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ProjectError(_reason(path, "disk is full")) from error
        raise ProjectError(f"“{path.name}” could not be used: {error.strerror or error}.") from error


@contextmanager
def _sql_in_words(path: Path) -> Iterator[None]:
    """Turns what SQLite says of a file into ProjectError. A statement that is wrong is a fault of ours and stays one,
    as does what a block has to do with other files."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        if type(said) not in (sqlite3.OperationalError, sqlite3.DatabaseError) or _OUR_FAULT.match(str(said)):
            raise
        raise ProjectError(_reason(path, str(said))) from error


def _reason(path: Path, message: str) -> str:
    for sign, reason in (
        ("locked", "is in use by another program, which is writing to it. Wait until it has finished, and try again."),
        ("disk is full", "cannot grow: the disk is full. Free some space; everything up to here is saved."),
        ("malformed", "is damaged. Restore it from a copy; `annotator check` says what is wrong."),
        ("not a database", "is not an Annotator project, or is damaged."),
        ("readonly", "may not be written. Copy it to a folder of your own and open that."),
        ("unable to open", "cannot be opened: its folder is missing or may not be written."),
        ("disk I/O error", "could not be read or written: the disk reported an error."),
    ):
        if sign in message:
            return f"“{path.name}” {reason}"
    return f"“{path.name}” could not be used ({message})."

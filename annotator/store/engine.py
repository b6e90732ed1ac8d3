"""Connections to a project file, as SQLite needs them so that what was said to be saved is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

BUSY_SECONDS = 5


def driver(connection: sa.Connection) -> sqlite3.Cursor:
    """The driver's own cursor in the same transaction: for statements that an import or export runs by the thousand."""
    return connection.connection.cursor()  # type: ignore[return-value]


def engine_of(path: Path, how: str = "mode=rw") -> sa.Engine:
    """`how` is what SQLite is told of it in the address: "mode=rwc" when the file shall be made, "mode=ro" when it is
    only read."""
    engine = sa.create_engine(
        "sqlite://", creator=lambda: _connect(path, how), poolclass=sa.pool.QueuePool, pool_use_lifo=True
    )

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A writer takes its lock at once: a transaction that turned from reading to writing could fail half-way.
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _connect(path: Path, how: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{how}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in (
            "trusted_schema = OFF",  # a file from somebody else cannot make its schema run functions
            "foreign_keys = ON",
            *(("journal_mode = WAL",) if "mode=rw" in how else ()),
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


def number_of(connection: sa.Connection) -> int:
    """The number up to which transactions were counted; see `log`."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def checkpoint(connection: sa.Connection) -> bool:
    """Moves what is in the log into the file; False when another program is in the way."""
    execute = driver(connection).execute
    execute("PRAGMA busy_timeout = 0")
    try:
        busy: int = execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
    return not busy

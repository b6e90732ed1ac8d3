"""Makes and opens project files, and says in plain words what is wrong with one that cannot be opened."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from annotator import scheme as schemes
from annotator.scheme import Scheme
from annotator.store.tables import ProjectRow, SchemeRow

Connection = sa.Connection  # what goes through the hands of those who know no SQL

SUFFIX = ".annotator"
APPLICATION_ID = 0x416E6E6F  # "Anno", kept in the file's header so that it is known from other SQLite files
FIRST = "0001"
HEAD = "0002"  # the newest revision in migrations/versions
BUSY_SECONDS = 5
LEAD = "lead"  # the setting that says who leads


class ProjectError(Exception):
    """A project file that cannot be used or written, in words for an editor."""


def driver(connection: sa.Connection) -> sqlite3.Cursor:
    """The driver's own cursor in the same transaction: for statements that an import or export runs by the thousand."""
    return connection.connection.cursor()  # type: ignore[return-value]


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
        with _told(self.path), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is in the file when the block ends, or none."""
        with _told(self.path):
            if _identity(self.path) != self.identity:
                raise ProjectError(
                    f"“{self.path.name}” was moved or replaced while it was open. Close this window and open the "
                    "project where it is now; everything up to here is saved in it."
                )
        with _told(self.path), self.engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    def settle(self) -> None:
        """Moves what is saved from the log beside the file into the file itself, so that a copy of it has it, too."""
        with _told(self.path), self.engine.connect() as connection:
            driver(connection).execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        self.engine.dispose()

    @property
    def name(self) -> str:
        with self.reading() as connection:
            return connection.execute(sa.select(ProjectRow.name)).scalar_one()  # type: ignore[call-overload]

    @property
    def scheme(self) -> Scheme:
        with self.reading() as connection:
            return schemes.from_json(connection.execute(sa.text("SELECT scheme FROM project")).scalar_one())

    def set_scheme(self, scheme: Scheme) -> None:
        """Gives the project another scheme; the one it had stays known, for the labels that only it has."""
        row = {"hash": schemes.hash_of(scheme), "scheme": schemes.to_json(scheme), "time": time.time()}
        with self.writing() as connection:
            connection.execute(sa.delete(SchemeRow).where(SchemeRow.hash == row["hash"]))  # type: ignore[arg-type]
            connection.execute(sa.insert(SchemeRow).values(**row))
            settle_scheme(connection)

    def place(self) -> dict[str, object]:
        """Where the editor left off, as `keep_place` was given it."""
        with self.reading() as connection:
            return json.loads(connection.execute(sa.text("SELECT place FROM project")).scalar_one())

    def keep_place(self, place: dict[str, object]) -> None:
        with self.writing() as connection:
            connection.execute(sa.text("UPDATE project SET place = :p"), {"p": json.dumps(place)})

    @property
    def editor(self) -> str:
        """The identity of the annotator whom this file is a package for; empty when it is none."""
        with self.reading() as connection:
            return str(connection.execute(sa.text("SELECT editor FROM project")).scalar_one())

    @property
    def uid(self) -> str:
        """The identity of the project, for what this computer remembers of it."""
        with self.reading() as connection:
            return str(connection.execute(sa.text("SELECT uid FROM project")).scalar_one())

    def set(self, values: Mapping[str, Any]) -> None:
        """Keeps what the team agrees on, by name; it goes with packages and merges, the later value counts."""
        with self.writing() as connection:
            held = _settings(connection) | {name: [value, time.time()] for name, value in values.items()}
            connection.execute(sa.text("UPDATE project SET settings = :s"), {"s": json.dumps(held)})

    @property
    def settings(self) -> dict[str, tuple[Any, float]]:
        """All that the team agrees on, by name, with when it was set; what is damaged is left out."""
        with self.reading() as connection:
            return {name: (value, when) for name, (value, when) in _settings(connection).items()}

    def changed_elsewhere(self) -> bool:
        """Whether another program has written to the file since this was last asked. (It may also say so once after
        another thread of ours has: each connection has its own count.)"""
        with self.reading() as connection:
            version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
            key = id(connection.connection.dbapi_connection)
        before = self._versions.get(key, version)
        self._versions[key] = version
        return before != version


def setting(connection: sa.Connection, name: str, default: Any = None) -> Any:
    """What the team agreed on."""
    return _settings(connection).get(name, [default])[0]


def _settings(connection: sa.Connection) -> dict[str, list[Any]]:
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


def create(path: Path, name: str | None = None, scheme: Scheme | None = None) -> Project:
    """Makes a new project file and opens it. Raises ProjectError, also when there is a file of that name already."""
    path = Path(path)
    if path.exists():
        raise ProjectError(f"“{path.name}” is there already. Choose another name, or open it.")
    if not path.parent.is_dir():
        raise ProjectError(f"The folder “{path.parent}” is not there.")
    # Made beside its place and moved there whole, so that a crash leaves no half-made project behind.
    draft = path.with_name(f".{path.stem[:50]}.{uuid.uuid4().hex}.new")
    try:
        engine = _engine(draft)
        try:
            with _told(path), engine.connect().execution_options(writing=True) as connection:
                _upgrade(connection)
                with connection.begin():
                    connection.execute(
                        sa.insert(ProjectRow).values(
                            id=1,
                            uid=uuid.uuid4().hex,
                            name=name or path.stem,
                            scheme=schemes.to_json(scheme or schemes.default()),
                            place={},
                            settings={},
                            editor="",
                        )
                    )
                    made = scheme or schemes.default()
                    row = {"hash": schemes.hash_of(made), "scheme": schemes.to_json(made), "time": 0.0}
                    connection.execute(sa.insert(SchemeRow).values(**row))
        finally:
            engine.dispose()
        with _told(path):
            move_new(draft, path)
    finally:
        for leftover in (draft, draft.with_name(draft.name + "-wal"), draft.with_name(draft.name + "-shm")):
            leftover.unlink(missing_ok=True)
    return open_project(path)


def move_new(draft: Path, path: Path) -> None:
    """Gives a new file its name, unless another program has made one of that name in the meantime."""
    try:
        if hasattr(os, "link"):
            os.link(draft, path)
        else:
            draft.rename(path)
    except FileExistsError:
        raise ProjectError(f"“{path.name}” is there already. Choose another name, or open it.") from None
    except OSError:
        # A file system without hard links (a memory stick): it is still refused when the name is taken.
        if path.exists():
            raise ProjectError(f"“{path.name}” is there already. Choose another name, or open it.") from None
        draft.rename(path)


def open_project(path: Path) -> Project:
    """Opens a project file, bringing one made by an earlier version up to date (a copy of it is kept beside it).

    Raises ProjectError when it is missing, no project, damaged, locked, from a newer version, or not ours to write.
    """
    path = Path(path)
    with _told(path):
        if path.is_dir():
            raise ProjectError(f"“{path.name}” is a folder, not a project.")
        with path.open("rb") as file:
            if not file.read(16).startswith(b"SQLite format 3\0"):
                raise ProjectError(f"“{path.name}” is not an Annotator project.")
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise ProjectError(
            f"“{path.name}” or its folder may not be written. Copy it to a folder of your own and open that."
        )
    engine = _engine(path)
    try:
        with _told(path), engine.connect() as connection:
            if connection.execute(sa.text("PRAGMA application_id")).scalar_one() != APPLICATION_ID:
                raise ProjectError(f"“{path.name}” is a database, but not an Annotator project.")
            _check_shape(path, connection)
            revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        if revision > HEAD:
            raise ProjectError(f"“{path.name}” was made by a newer Annotator. Install the newest version to open it.")
        if revision < HEAD:
            _keep_copy(path, revision)
            with _told(path), engine.connect().execution_options(writing=True) as connection:
                _upgrade(connection)
    except BaseException:
        engine.dispose()
        raise
    return Project(path, engine, _identity(path))


def settle_scheme(connection: sa.Connection) -> bool:
    """Makes the project's scheme what its versions say: the latest, and of earlier ones the labels it lacks, since they
    may be in use. Says whether it is another one now."""
    cursor = driver(connection)
    rows = cursor.execute("SELECT scheme FROM scheme_version ORDER BY time DESC, hash").fetchall()
    before = cursor.execute("SELECT scheme FROM project").fetchone()[0]
    text = schemes.to_json(schemes.united([schemes.from_json(text) for (text,) in rows])) if rows else before
    cursor.execute("UPDATE project SET scheme = ?", (text,))
    return bool(text != before)


def is_package(path: Path) -> bool:
    """Whether a file is a package for somebody; False for one that cannot be read, which opening it will say."""
    try:
        project = open_project(path)
    except ProjectError:
        return False
    try:
        return bool(project.editor)
    finally:
        project.close()


def _check_shape(path: Path, connection: sa.Connection) -> None:
    """Raises ProjectError when the file has not the tables of a project, or has what no project has. A file from
    somebody else may have been made to do harm: views and triggers are never run."""
    listing = connection.execute(sa.text("SELECT name, type FROM sqlite_master WHERE type != 'index'"))
    shape: dict[str, str] = {row.name: row.type for row in listing}
    odd = [name for name, kind in shape.items() if kind != "table"]
    missing = [name for name in ("alembic_version", *SQLModel.metadata.tables) if name not in shape]
    damaged = ProjectError(f"“{path.name}” is damaged, or no project. Restore it from a copy.")
    if odd or "alembic_version" in missing:
        raise damaged
    versions = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    if len(versions) != 1 or not isinstance(versions[0], str) or not versions[0].isdigit() or versions[0] < FIRST:
        raise damaged
    if versions[0] > HEAD:
        return  # a newer one may have other tables; it is refused with its own words
    if versions[0] == HEAD and missing:
        raise damaged
    try:
        rows = connection.execute(sa.text("SELECT scheme, place FROM project")).all()
        schemes.from_json(rows[0].scheme)
        json.loads(rows[0].place)
    except (IndexError, ValueError, TypeError, KeyError) as error:
        raise damaged from error


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _engine(path: Path) -> sa.Engine:
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


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    # A table that others refer to can only be made anew while references are not watched; they are looked at after.
    driver(connection).execute("PRAGMA foreign_keys = OFF")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
    driver(connection).execute("PRAGMA foreign_keys = ON")


def _keep_copy(path: Path, revision: str) -> None:
    copy_of(path, path.with_name(f"{path.stem} before {revision} {time.strftime('%Y-%m-%d %H%M%S')}{path.suffix}"))


def copy_of(path: Path, copy: Path) -> None:
    """Copies a project file as it is now, which is only read, also while another program writes to it. Raises
    ProjectError."""
    with _told(path):
        # A medium that cannot be written has no room for what SQLite keeps beside a file; without a log there, the
        # file is all there is.
        fixed = not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()
        how = "mode=ro&immutable=1" if fixed else "mode=ro"
        source = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS)
        target = sqlite3.connect(copy)
        waiting = time.monotonic()

        def step(status: int, remaining: int, total: int) -> None:
            nonlocal waiting
            if status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                waiting = time.monotonic()
            elif time.monotonic() - waiting > BUSY_SECONDS:
                raise sqlite3.OperationalError("database is locked")

        try:
            source.execute("PRAGMA trusted_schema = OFF")
            source.backup(target, pages=4096, progress=step)
        finally:
            source.close()
            target.close()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns what the system and SQLite say into ProjectError."""
    try:
        yield
    except DBAPIError as error:
        raise ProjectError(_reason(path, str(error.orig))) from error
    except sqlite3.Error as error:
        raise ProjectError(_reason(path, str(error))) from error
    except FileNotFoundError as error:
        raise ProjectError(f"“{path.name}” is not there. It may have been moved or renamed.") from error
    except PermissionError as error:
        raise ProjectError(f"“{path.name}” may not be read or written by you.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ProjectError(_reason(path, "disk is full")) from error
        raise ProjectError(f"“{path.name}” could not be used: {error.strerror or error}.") from error


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

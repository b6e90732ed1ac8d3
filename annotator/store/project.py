"""A project file that is open: its connections and transactions, and what went wrong with one in plain words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from annotator.core import scheme as schemes
from annotator.core.scheme import Scheme
from annotator.store import engine as engines
from annotator.store import header, locks, log, moved
from annotator.store.engine import checkpoint, driver, number_of
from annotator.store.errors import Elsewhere, ProjectError, errors_in_words, reason, sql_in_words
from annotator.store.header import identity_of
from annotator.store.tables import ProjectRow

Connection = sa.Connection  # what goes through the hands of those who know no SQL

SUFFIX = ".annotator"
APPLICATION_ID = 0x416E6E6F  # "Anno", kept in the file's header so that it is known from other SQLite files


# Whoever works with a project gets what goes with it here.
__all__ = ["APPLICATION_ID", "SUFFIX", "Connection", "Elsewhere", "Project", "ProjectError", "driver", "mapped"]


@contextmanager
def mapped(connection: sa.Connection) -> Iterator[Session]:
    """The tables' rows as objects in the same transaction: for what nobody waits for. What was changed is written when
    the block ends."""
    with Session(bind=connection) as session:
        yield session
        session.flush()


LOOKS = 5  # before a file counts as written over


def _next(number: int) -> int:
    return number + 1


class _Unfit(Exception):
    """The number in a file is not one that its transactions counted on from."""


class _Away(Exception):
    """The file is not under its name."""


@dataclass
class Standing:
    """What is known of the file while it is open: the number (see `log`) up to which all of it is known, the one that
    stood in the file itself when last looked at, and whether anything was written from here."""

    seen: int
    based: int
    wrote: bool = False
    closed: bool = False
    gone: Elsewhere | None = None  # what was found when it was not there any more
    log: tuple[int, int] | None = None  # the identity of the log that connections write into
    door: threading.RLock = field(default_factory=threading.RLock)  # through which a thread comes to a connection


@dataclass(frozen=True)
class Project:
    """An open project file. Threads may share it: each statement takes a connection of its own. `patience` holds
    what a thread (by its number) is to do while another program holds the lock: it is given for how many seconds it has
    waited, and says whether to wait on."""

    path: Path
    engine: sa.Engine
    identity: tuple[int, int]  # the file's device and number: what stands under its name later may be another file
    read_only: bool
    _standing: Standing
    patience: dict[int, Callable[[float], bool]] = field(default_factory=dict)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One view of the file: what others write meanwhile is not seen."""
        with sql_in_words(self.path), self._connected() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is in the file when the block ends, or none. Raises ProjectError, `Elsewhere`
        among them."""
        if self.read_only:
            raise ProjectError(reason(self.path, "readonly"))
        if not self._standing.wrote:
            self._begin_a_round()
        with self._counted() as connection:
            yield connection

    @contextmanager
    def _counted(self, count: Callable[[int], int] = _next) -> Iterator[sa.Connection]:
        """A transaction that counts the file's number on."""
        self._check_place()
        standing = self._standing
        seen = standing.seen
        with (
            self._unfit_in_words(),
            sql_in_words(self.path),
            self._connected(writing=True) as connection,
            self._begun(connection),
        ):
            inside = self._check_numbers(connection, seen)
            new = count(inside)
            connection.exec_driver_sql(f"PRAGMA user_version = {new}")
            yield connection
        standing.wrote = True
        if inside == standing.seen:
            standing.seen = new

    @contextmanager
    def _begun(self, connection: sa.Connection) -> Iterator[None]:
        """A transaction of a connection; while another program holds the lock, who waits here is asked for patience."""
        patience = self.patience.get(threading.get_ident())
        if patience is None:
            with connection.begin():
                yield
            return
        execute = driver(connection).execute
        execute("PRAGMA busy_timeout = 0")
        since = time.monotonic()
        try:
            while True:
                try:
                    transaction = connection.begin()
                    break
                except OperationalError as error:
                    if "locked" not in str(error.orig) or not patience(time.monotonic() - since):
                        raise
        finally:
            execute(f"PRAGMA busy_timeout = {engines.BUSY_SECONDS * 1000:.0f}")
        with transaction:
            yield

    def _begin_a_round(self) -> None:
        """Gives the file a number that no copy of it has, and puts it into the file itself: a log that is left from
        here on fits no copy that was made before. Where another program reads and it cannot be put there, the log
        begins with the next number and so fits all the same."""
        for count in (_next, log.next_round):
            with self._counted(count):
                pass
        self.settle()

    def check_standing(self) -> None:
        """Raises Elsewhere when the file was moved, replaced or written over: what was saved in it is brought to where
        the editor will find it."""
        if not self.read_only:
            self._check_place()
            seen = self._standing.seen  # before the view is taken: what another thread writes after is not in it
            with self._unfit_in_words(), self.reading() as connection:
                self._check_numbers(connection, seen)

    def _check_place(self) -> None:
        standing = self._standing
        if standing.gone is not None:
            raise standing.gone
        with errors_in_words(self.path):
            if self._is_here():
                return
            standing.gone = moved.follow(self.path, self.identity, self.engine, standing.wrote)
            raise standing.gone

    def _connected(self, writing: bool = False) -> sa.Connection:
        """A connection to the file, with the locks that it needs, and to the log that is there."""
        with self._standing.door:
            self._keep_hold(writing)
            connection = self.engine.connect().execution_options(writing=writing)
            if self._standing.log is None:
                self._standing.log = _log_there(self.path)
            return connection

    def _keep_hold(self, wait: bool) -> None:
        """Takes locks again that were lost, and connects anew where another program has deleted the log meanwhile (see
        `locks`). To write, it waits until nobody here is at the old one; to read, that one will do. Raises
        ProjectError."""
        if self.read_only or self._standing.gone is not None or not self._is_here():
            return
        locks.take_again(self.path, self.identity)
        if self._standing.log in (None, _log_there(self.path)):
            return
        until = time.monotonic() + (engines.BUSY_SECONDS if wait else 0)
        while self._in_use():
            if time.monotonic() >= until:
                if wait:
                    raise ProjectError(reason(self.path, "locked"))
                return
            time.sleep(0.02)
        with errors_in_words(self.path):
            # Who deletes a log at its end has moved it into the file before; who did so by hand has not.
            if header.number_in(self.path) < self._standing.seen and log.is_empty(self.path):
                with self.engine.connect() as connection:
                    checkpoint(connection)
        self.engine.dispose()
        self._standing.log = None

    def _in_use(self) -> bool:
        pool = self.engine.pool
        return isinstance(pool, sa.pool.QueuePool) and pool.checkedout() > 0

    def _is_here(self) -> bool:
        try:
            return identity_of(self.path) == self.identity
        except FileNotFoundError:
            return False

    def _check_numbers(self, connection: sa.Connection, seen: int) -> int:
        """The number up to which transactions were counted, at least as many as were `seen`. Raises _Unfit when that in
        the file does not go with it, also when looked at again."""
        for _ in range(LOOKS):
            try:
                inside, here = number_of(connection), header.number_in(self.path)
                known = here == inside or self._standing.based <= here < inside or log.fits(self.path)
            except OSError:
                if self._is_here():
                    raise ProjectError(reason(self.path, "unable to open")) from None
                raise _Away from None
            if known and inside >= seen:  # others only count on
                self._standing.based = here
                return inside
            time.sleep(0.05)  # another program may be moving its log into the file
        raise _Unfit

    @contextmanager
    def _unfit_in_words(self) -> Iterator[None]:
        """Turns _Unfit and _Away into Elsewhere, when the transaction that noticed it has been left."""
        try:
            yield
        except _Away:
            self._check_place()
            raise ProjectError(reason(self.path, "unable to open")) from None
        except _Unfit:
            self._check_place()
            self._standing.gone = moved.overwritten(self.path)
            self.engine.dispose()  # nothing that its connections remember is true any more
            self._standing.log = None
            raise self._standing.gone from None

    def settle(self) -> bool:
        """Moves what is saved from the log beside the file into the file itself, so that a copy of it has it, too.
        False when another program reads just now. Raises ProjectError, `Elsewhere` among them."""
        if self.read_only or log.is_empty(self.path):
            return True
        self.check_standing()
        with sql_in_words(self.path), self.engine.connect() as connection:
            settled = checkpoint(connection)
        if settled:
            with suppress(OSError):  # it may be moved this very moment
                self._standing.based = header.number_in(self.path)
        return settled

    def close(self) -> None:
        """Ends the work with the file. What is saved is in it then, also when it was moved meanwhile."""
        with suppress(ProjectError):
            self._check_place()
            self.settle()
        self.engine.dispose()
        if not self._standing.closed:
            self._standing.closed = True
            if header.let_go(self.identity):
                locks.let_go(self.identity)

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

    @property
    def was_written(self) -> bool:
        """Whether anything was changed from here since it was opened."""
        return self._standing.wrote

    def changed_elsewhere(self) -> bool:
        """Whether something was written to the file, but not from here, since this was last asked."""
        with self.reading() as connection:
            number = number_of(connection)
        before, self._standing.seen = self._standing.seen, number
        return before != number


def _log_there(path: Path) -> tuple[int, int] | None:
    try:
        return identity_of(log.log_of(path))
    except OSError:
        return None


def _one(connection: sa.Connection, column: Any) -> Any:
    """What the project's row says in a column."""
    with mapped(connection) as session:
        return session.exec(select(column)).one()

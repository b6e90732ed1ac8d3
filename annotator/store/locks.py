"""The locks that SQLite has on an open project, taken again where they were lost.

POSIX takes every lock of a process on a file away when the process closes any handle of that file, as a file dialog
does that looks what kind of file a project is (https://www.sqlite.org/howtocorrupt.html, 2.2). Another program that
ends its work then takes itself for the last one, and deletes the log that is still written to here.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from annotator.store import header, log

try:
    import fcntl
except ImportError:  # Windows, where locks belong to handles and are not lost
    fcntl = None  # type: ignore[assignment]

SECONDS = 5  # that another program may have the file for itself
# What each connection of a file in WAL mode has a shared lock on, as (first byte, bytes): in the file, and in the index
# of its log. https://www.sqlite.org/src/file/src/os_unix.c (SHARED_FIRST, UNIX_SHM_DMS).
_IN_FILE, _IN_INDEX = (0x40000000 + 2, 510), (128, 1)

_indexes: dict[tuple[int, int], tuple[int, tuple[int, int]]] = {}  # by a file's identity: a handle of its log's index
_lock = threading.Lock()


def take_again(path: Path, identity: tuple[int, int]) -> None:
    """Sees to it that this process has the locks that its connections to a file need. Where another program has the
    file for itself, it waits a while."""
    if fcntl is None:
        return
    with _lock:
        handle = header.handle_of(identity)
        if handle is None:
            return
        _shared(handle, _IN_FILE)
        index = _index(path, identity)
        if index is not None:
            _shared(index, _IN_INDEX)


def let_go(identity: tuple[int, int]) -> None:
    """Closes what was opened here, once no connection to the file is open any more."""
    with _lock:
        if identity in _indexes:
            os.close(_indexes.pop(identity)[0])


def _index(path: Path, identity: tuple[int, int]) -> int | None:
    """A handle of the index beside a file, kept as long as it is the same one: closing it would lose the lock."""
    try:
        there = header.identity_of(log.index_of(path))
    except OSError:
        return None
    held = _indexes.get(identity)
    if held is not None and held[1] == there:
        return held[0]
    if held is not None:
        os.close(held[0])
        del _indexes[identity]
    with suppress(OSError):
        _indexes[identity] = (os.open(log.index_of(path), os.O_RDONLY), there)
        return _indexes[identity][0]
    return None


def _shared(handle: int, place: tuple[int, int]) -> None:
    first, size = place
    until = time.monotonic() + SECONDS
    while True:
        try:
            fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB, size, first)
            return
        except OSError as error:
            # Else the file system knows no locks, and SQLite has to do without them, too.
            if error.errno not in (errno.EAGAIN, errno.EACCES) or time.monotonic() > until:
                return
        time.sleep(0.01)

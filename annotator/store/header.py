"""The header of a project file as it is on the disk, which SQLite shows only together with its log.

A process that opens and closes a database file by itself loses the locks that its connections have on it
(https://www.sqlite.org/howtocorrupt.html), so a file that is open as a project is looked at through a handle that is
kept as long.
"""

from __future__ import annotations

import os
import stat
import struct
import threading
from pathlib import Path

MAGIC = b"SQLite format 3\0"
_LENGTH = 100
AT_NUMBER, _AT_APPLICATION = 60, 68  # user_version and application_id, https://www.sqlite.org/fileformat2.html

_held: dict[tuple[int, int], list[int]] = {}  # by identity: the handle, and how many projects it is kept for
_lock = threading.Lock()


def identity_of(path: Path) -> tuple[int, int]:
    """A file's device and number, which stay the same when it is renamed. Raises OSError."""
    status = path.stat()
    return status.st_dev, status.st_ino


def hold(path: Path) -> tuple[int, int]:
    """Keeps a handle of a file that is going to be open; returns its identity. Raises OSError."""
    with _lock:
        identity = identity_of(path)
        if identity in _held:
            _held[identity][1] += 1
        else:
            _held[identity] = [os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0)), 1]
        return identity


def let_go(identity: tuple[int, int]) -> bool:
    """Gives a handle back, once no connection to the file is open any more; True when nobody else needs it."""
    with _lock:
        held = _held.get(identity)
        if held is not None:
            held[1] -= 1
            if held[1] <= 0:
                os.close(held[0])
                del _held[identity]
        return identity not in _held


def handle_of(identity: tuple[int, int]) -> int | None:
    """The handle that is kept of a file."""
    with _lock:
        held = _held.get(identity)
        return None if held is None else held[0]


def is_held(path: Path) -> bool:
    """Whether this process has a file open as a project."""
    with _lock:
        return identity_of(path) in _held


def _read(path: Path) -> bytes:
    with _lock:
        held = _held.get(identity_of(path))
        if held is not None:
            os.lseek(held[0], 0, os.SEEK_SET)
            return os.read(held[0], _LENGTH)
        if not stat.S_ISREG(path.stat().st_mode):
            return b""  # reading a pipe would wait for ever
        with path.open("rb") as file:
            return file.read(_LENGTH)


def is_database(path: Path) -> bool:
    """Whether a file is SQLite's. Raises OSError."""
    return _read(path).startswith(MAGIC)


def number_in(path: Path) -> int:
    """The number (see `log`) in the file itself, whatever its log says; -1 for a file that is none. Raises OSError."""
    return _at(path, AT_NUMBER)


def application_of(path: Path) -> int:
    """Whose database a file is; -1 for a file that is none. Raises OSError."""
    return _at(path, _AT_APPLICATION)


def _at(path: Path, place: int) -> int:
    header = _read(path)
    if not header.startswith(MAGIC) or len(header) < _LENGTH:
        return -1
    return int(struct.unpack_from(">i", header, place)[0])

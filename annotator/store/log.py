"""The log that SQLite keeps beside a project file (its WAL): does it belong to the file, and what to do when not.

SQLite replays any log it finds there, also one that was left by a crash before a copy was put over the file. So each
transaction counts a number on, in the file's header (`user_version`, on page 1): the number of a file is either in the
log, or the one before the first in it; else the log is another's. https://www.sqlite.org/fileformat2.html#walformat
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import struct
import time
from pathlib import Path

from annotator.core.files import passing_folder
from annotator.store import header
from annotator.store.header import number_in

_HEADER, _FRAME = 32, 24  # bytes
_MAGIC = (0x377F0682, 0x377F0683)
FRESH = 2**30  # new numbers lie below, so that counting on finds no end


def log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def index_of(path: Path) -> Path:
    return path.with_name(path.name + "-shm")


def resolved(path: Path) -> Path:
    """Where a file really is. A link that leads to itself leads nowhere, and says so when it is opened."""
    return Path(os.path.realpath(path))


def copy_with_log(path: Path, copy: Path) -> None:
    """Copies a file as it lies there, with what its log holds. Raises OSError."""
    shutil.copyfile(path, copy)
    if not is_empty(path):
        shutil.copyfile(log_of(path), log_of(copy))


def remove(path: Path) -> None:
    """Takes a file away with its log and index, as far as they are there."""
    for one in (path, log_of(path), index_of(path)):
        one.unlink(missing_ok=True)


def fresh_number() -> int:
    """A number that no other copy of a file has, most surely."""
    return random.SystemRandom().randrange(1, FRESH)


def next_round(number: int) -> int:
    """A later number, which is not simply the next; as long as there is room for many."""
    return number + (random.SystemRandom().randrange(2, 2**16) if number < 2**31 - 2**24 else 1)


def as_it_is(path: Path) -> sqlite3.Connection:
    """The file alone, only read, whatever its log says."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def adopt(path: Path) -> None:
    """Takes back a log that lies under the former name of a file that was renamed after a crash."""
    here = number_in(path)
    if here <= 0 or not is_empty(path):
        return
    for left in path.parent.glob("*-wal"):
        former = left.with_name(left.name.removesuffix("-wal"))
        if former.exists() or left.stat().st_size <= _HEADER:
            continue
        numbers, _ = numbers_in(former)
        if numbers and numbers[0] > 1 and _counts_on(numbers, here):
            index_of(former).unlink(missing_ok=True)
            left.replace(log_of(path))
            return


def short_stem(path: Path) -> str:
    """A file's name without suffix, for a longer one: of so many bytes that every file system takes it."""
    stem = "".join(" " if ord(sign) < 32 else sign for sign in path.stem)
    return stem.encode("utf-8", "replace")[:120].decode("utf-8", "ignore").strip() or "project"


def is_empty(path: Path) -> bool:
    """Whether the log beside a project holds nothing."""
    try:
        return log_of(path).stat().st_size <= _HEADER
    except OSError:
        return True


def numbers_in(path: Path) -> tuple[list[int], bool]:
    """The numbers that the log beside a project holds, in order, and whether it holds nothing else."""
    found: list[int] = []
    alone = True
    with log_of(path).open("rb") as file:
        first = file.read(_HEADER)
        if len(first) < _HEADER:
            return [], True
        magic, _, size, _, *salts = struct.unpack(">6I", first[:24])
        if magic not in _MAGIC or not 512 <= size <= 65536:
            return [], True  # SQLite does not read it either
        while len(frame := file.read(_FRAME)) == _FRAME:
            page, _, *own = struct.unpack(">4I", frame[:16])
            if own != salts:
                break  # of an earlier round
            at = file.tell()
            if page == 1:
                file.seek(at + header.AT_NUMBER)
                found += struct.unpack(">i", file.read(4).ljust(4, b"\0"))
            else:
                alone = False
            file.seek(at + size)
    return found, alone


def belongs(path: Path) -> bool:
    """Whether the log beside a project may be replayed. Raises OSError."""
    for _ in range(5):  # another program may be at work on both just now
        if is_empty(path):
            return True
        numbers, alone = numbers_in(path)
        if not numbers:
            return alone or _makes_sense(path)
        if fits(path):
            return True
        time.sleep(0.05)
    return False


def fits(path: Path) -> bool:
    """Whether the number of a file is one of those that its log counts on from."""
    try:
        numbers, _ = numbers_in(path)
    except FileNotFoundError:
        return False
    return _counts_on(numbers, number_in(path))


def _counts_on(numbers: list[int], here: int) -> bool:
    """Whether the numbers of a log go on from that of a file."""
    return bool(numbers) and here in (numbers[0] - 1, *numbers)


def _makes_sense(path: Path) -> bool:
    """Whether a log without numbers (of an earlier version, or another program) makes a sound file of this one."""
    if header.is_held(path):
        return True  # it is in use here
    with passing_folder() as folder:
        copy = Path(folder) / "copy"
        copy_with_log(path, copy)
        connection = sqlite3.connect(copy)
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        except sqlite3.Error:
            return False
        finally:
            connection.close()


def set_aside(path: Path) -> Path | None:
    """Puts away a log that is not the file's, so that it is never replayed: its place; None when there was nothing in
    it but a number. Raises OSError."""
    log, kept = log_of(path), None
    if not numbers_in(path)[1]:
        kept = free_name(path.with_name(f"{short_stem(path)} log that was not its own {stamp()}.wal"))
        shutil.copyfile(log, kept)
    # A program that still has it open must not write it back either: cut short, there is nothing to write.
    os.truncate(log, 0)
    return kept


def stamp() -> str:
    """The moment, for a file's name."""
    return time.strftime("%Y-%m-%d %H%M%S")


def free_name(path: Path) -> Path:
    """This name, or the first like it that no file has."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} {number}{path.suffix}")
    return free

"""Writing files so that none is ever left half written."""

from __future__ import annotations

import atexit
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import platformdirs

from annotator.core.errors import AnnotatorError


def data_folder() -> Path:
    """Where what is the user's own is kept (backups, who they are); it need not be there yet."""
    return Path(platformdirs.user_data_dir("annotator", appauthor=False))


class NotReplaced(AnnotatorError):
    """A file that must not be written over, with the reason in words for an editor."""


def _check_replaceable(path: Path) -> None:
    if not path.parent.is_dir():
        raise NotReplaced(f"The folder “{path.parent}” is not there.")
    if path.is_dir():
        raise NotReplaced(f"“{path}” is a folder; give the name of the file to write.")
    if path.exists() and not path.is_file():
        raise NotReplaced(f"“{path}” is no ordinary file. Choose another name.")
    if path.name.endswith(("-wal", "-shm", ".lock")):
        raise NotReplaced(f"“{path.name}” may belong to a project. Choose another name.")
    if path.is_file():
        if not os.access(path, os.W_OK):
            raise NotReplaced(f"“{path.name}” is protected against writing. Choose another name.")
        handle = os.open(path, os.O_RDONLY)
        if os.read(handle, 16) == b"SQLite format 3\0":
            # Not closed: that would take away the locks which this process has on the file, if it is an open project.
            raise NotReplaced(f"“{path.name}” is a project or another database. Choose another name.")
        os.close(handle)


def tidy_drafts(path: Path) -> None:
    """Takes away what a killed program left of this file or folder an hour ago or more."""
    for left in path.parent.glob(f".{glob.escape(path.name[:50])}.*.part"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > 3600:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A new empty file beside `path`; when the block ends well, it takes the place of `path`, else it goes. Raises
    OSError, and NotReplaced when something else than an ordinary file of data is there."""
    path = Path(path).resolve()
    _check_replaceable(path)
    tidy_drafts(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", suffix=".part", dir=path.absolute().parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        # A temporary file is for its owner only; the finished one is for whom the one before was, or as any other file
        # of this user.
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def folder_draft_of(path: Path) -> Iterator[Path]:
    """A new empty folder beside `path`; when the block ends well, it takes the place of `path`, which must not be there
    or be empty, else it goes. Raises OSError, and NotReplaced when something is there."""
    path = Path(path).resolve()
    if not path.parent.is_dir():
        raise NotReplaced(f"The folder “{path.parent}” is not there.")
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        what = "a folder with something in it" if path.is_dir() else "a file"
        raise NotReplaced(f"“{path}” is there already, {what}. Give the name of a new folder.")
    tidy_drafts(path)
    draft = Path(tempfile.mkdtemp(prefix=f".{path.name[:50]}.", suffix=".part", dir=path.parent))
    try:
        yield draft
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o777 & ~mask)
        draft.replace(path)  # an empty folder gives way
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """A UTF-8 text file to write to, which takes the place of `path` when the block ends well. Raises OSError."""
    with draft_of(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        yield file


# Folders for what is only needed while the program runs. Their names say whose they are, so that what a killed one left
# can be taken away.
_PREFIX = "annotator-"


def passing_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for private copies, to be used in a `with`."""
    return tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-")


def lasting_folder() -> Path:
    """A folder for private copies that goes when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def tidy_left_behind() -> None:
    """Takes away the folders of private copies whose program has gone."""
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
            number = folder.name.removeprefix(_PREFIX).partition("-")[0]
            with suppress(OSError):
                if number.isdigit() and folder.is_dir() and not _runs(int(number), folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int, folder: Path) -> bool:
    """Whether a program may still use its folder: it runs, or cannot be asked and the folder is of today."""
    if os.name != "posix":  # to ask by a signal would end it there
        return time.time() - folder.stat().st_mtime < 24 * 3600
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True

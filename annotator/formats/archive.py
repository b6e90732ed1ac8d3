"""A ZIP archive of others, within bounds: its files are read in memory, one by one, and never unpacked to the disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotator.formats.packing import MAX_RATIO, SMALL, FormatError, packing_of

MAX_ARCHIVE = 512 * 1024**2  # bytes of all files of one
MAX_MEMBERS = 100_000
_BROKEN = (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error)
_PART = 1024 * 1024


class Archive:
    """An archive that is open. What is read of it raises FormatError where it is broken."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.sizes = {one.filename: one.file_size for one in file.infolist() if not one.is_dir()}

    def parts(self, name: str) -> Iterator[bytes]:
        """The bytes of a file as they are asked for."""
        with _told(), self._file.open(name) as file:  # which gives no more than its list says
            while part := file.read(_PART):
                yield part

    def read(self, name: str) -> bytes:
        with _told():
            return self._file.read(name)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise FormatError(f"is a broken archive, or one with a password ({error})") from error


@contextmanager
def archive_at(path: Path, most: int = MAX_ARCHIVE) -> Iterator[Archive]:
    """The archive in a file. Raises FormatError for one that is broken, also while it is read, or that unpacks to more
    than `most` bytes."""
    with path.open("rb") as data:
        if packing_of(data.read(4)):
            raise FormatError("is an archive that is packed once more; unpack it first")
        with _told():
            file = zipfile.ZipFile(data)
        with file:
            infos = file.infolist()
            unpacked = sum(one.file_size for one in infos)
            if unpacked > max(SMALL, MAX_RATIO * path.stat().st_size):
                raise FormatError("unpacks to far more than its size; not read")
            if len(infos) > MAX_MEMBERS or unpacked > most:
                size = f"{most // 1024**2:,} MB" if most < 1024**3 else f"{most // 1024**3:,} GB"
                raise FormatError(f"is an archive of more than {size} unpacked, or of too many files")
            yield Archive(file)


def timeless(name: str) -> zipfile.ZipInfo:
    """A file of an archive to be written, without the time at which it was made."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def names_in(path: Path) -> list[str]:
    """The names of an archive's files; none of what is no archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [one.filename for one in archive.infolist()[:MAX_MEMBERS] if not one.is_dir()]
    except (*_BROKEN, OSError):
        return []


def declares_entities(archive: Archive) -> bool:
    """Whether a file of an archive declares a type of document or an entity, by which XML can fetch and swell."""
    for name in archive.sizes:
        before = b""
        for part in archive.parts(name):
            seen = before + part.replace(b"\0", b"")  # in UTF-16, too
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                return True
            before = seen[-16:]
    return False

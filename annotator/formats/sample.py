"""A file or folder as the formats look at it: its beginning to recognise it by, its text or bytes to read it."""

from __future__ import annotations

import codecs
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from annotator.core.errors import AnnotatorError
from annotator.formats.decoding import EncodingError, decode
from annotator.formats.packing import GZIP, MAX_UNPACKED, ZSTANDARD, FormatError, beginning, packing_of, unpacked

MAX_ARCHIVE = 512 * 1024**2  # bytes of all members of one
MAX_MEMBERS = 100_000
LARGE = 4 * 1024**2  # bytes of a file that is not held as a whole
HEAD = 64 * 1024  # bytes by which a file is recognised


__all__ = ["FormatError", "Reading", "Sample", "each", "in_words", "loads"]
_BROKEN = (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error)


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are to be read: as Windows-1252 where they are not UTF-8; what brat's types mean (a mapping's name);
    whose labels are that nobody signs."""

    windows_1252: bool = False
    mapping: str | None = None
    annotator: str | None = None


class Sample:
    """A file or folder; each thing about it is read when it is asked for, and once."""

    def __init__(self, path: Path, reading: Reading | None = None) -> None:
        self.path = path
        self.reading = reading or Reading()

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def suffix(self) -> str:
        """What the file's name says of its kind, however it is packed."""
        last = self.path.suffix.lower()
        return Path(self.path.stem).suffix.lower() if last in (GZIP, ZSTANDARD) else last

    @cached_property
    def is_folder(self) -> bool:
        return self.path.is_dir()

    @cached_property
    def head(self) -> bytes:
        """The first bytes; none of what cannot be read."""
        try:
            if self.is_folder or not self.path.is_file():
                return b""
            with self.path.open("rb") as file:
                data = file.read(HEAD)
        except OSError:
            return b""
        packing = packing_of(data)
        return beginning(data, packing, HEAD) if packing else data

    @cached_property
    def beginning(self) -> str:
        """The first lines; nothing of what is no text."""
        try:
            return decode(self.head, True)
        except EncodingError:
            # The last character may be cut.
            return self.head.decode("utf-8", "ignore") if b"\0" not in self.head else ""

    @cached_property
    def first_object(self) -> dict[str, Any] | None:
        """What comes first in a file of JSON: the object of its first line, the first of its list, or the whole."""
        start = self.beginning.lstrip("\ufeff \t\r\n")
        if start[:1] not in ("{", "["):
            return None
        try:
            line = start.split("\n", 1)[0].rstrip().rstrip(",")
            found = loads(line[1:] if line.startswith("[{") and not line.endswith("]") else line)
        except ValueError:
            try:
                found = loads(self.text())
            except (ValueError, AnnotatorError, OSError):
                return None
        if isinstance(found, list):
            found = next((one for one in found if isinstance(one, dict)), None)
        return found if isinstance(found, dict) else None

    def data(self) -> bytes:
        """All of a file. Raises FormatError and OSError."""
        if self.path.stat().st_size > MAX_UNPACKED:
            raise FormatError("is larger than 2 GB; divide it")
        data = self.path.read_bytes()
        packing = packing_of(data[:4])
        return unpacked(data, packing) if packing else data

    def text(self) -> str:
        """All of a file's text. Raises EncodingError, FormatError and OSError."""
        return self._text

    def lines(self, ends: bool = False) -> Iterator[str]:
        """The lines of a file's text, with their ends or without; a large file in UTF-8 is not held as a whole. Raises
        EncodingError, FormatError and OSError."""
        if "_text" not in self.__dict__ and self._may_be_read_on():
            with self.path.open(encoding="utf-8-sig", newline="\n") as file:
                yield from file if ends else (line.removesuffix("\n") for line in file)
        elif ends:
            yield from io.StringIO(self.text(), newline="\n")
        else:
            yield from self.text().split("\n")

    def _may_be_read_on(self) -> bool:
        """Whether a file is large, not packed, and UTF-8 to its end: what is wrong is known before the first line."""
        if not LARGE < self.path.stat().st_size <= MAX_UNPACKED or packing_of(self.head[:4]):
            return False
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            with self.path.open("rb") as file:
                while part := file.read(1024 * 1024):
                    decoder.decode(part)
                decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
        return True

    @cached_property
    def _text(self) -> str:
        return decode(self.data(), self.reading.windows_1252)

    @cached_property
    def members(self) -> list[str]:
        """The names of an archive's files; none of what is no archive."""
        if not self.head.startswith(b"PK\3\4"):
            return []
        try:
            with zipfile.ZipFile(self.path) as archive:
                return [one.filename for one in archive.infolist()[:MAX_MEMBERS] if not one.is_dir()]
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
            return []

    def unpacked(self) -> Iterator[tuple[str, bytes]]:
        """The files of an archive, in memory alone. Raises FormatError for one that is broken, or too large."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.data())) as archive:
                infos = archive.infolist()
                if len(infos) > MAX_MEMBERS or sum(one.file_size for one in infos) > MAX_ARCHIVE:
                    raise FormatError("is an archive of more than 512 MB unpacked, or of too many files")
                left = MAX_ARCHIVE
                for one in infos:
                    if one.is_dir():
                        continue
                    with archive.open(one) as file:
                        data = file.read(left + 1)  # what the list says of sizes need not be true
                    left -= len(data)
                    if left < 0:
                        raise FormatError("is an archive of more than 512 MB unpacked")
                    yield one.filename, data
        except _BROKEN as error:
            raise FormatError(f"is a broken archive, or one with a password ({error})") from error

    def holds_declarations(self) -> bool:
        """Whether a file of an archive declares a type of document or an entity, by which XML can fetch and swell;
        nothing of them is kept. Raises FormatError, also for one that unpacks to too much."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                infos = archive.infolist()
                if len(infos) > MAX_MEMBERS or sum(one.file_size for one in infos) > MAX_ARCHIVE:
                    raise FormatError("is an archive of more than 512 MB unpacked, or of too many files")
                left = MAX_ARCHIVE
                for one in infos:
                    before = b""
                    with archive.open(one) as file:
                        while part := file.read(1024 * 1024):
                            left -= len(part)
                            if left < 0:
                                raise FormatError("is an archive of more than 512 MB unpacked")
                            seen = before + part.replace(b"\0", b"")  # in UTF-16, too
                            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                                return True
                            before = seen[-16:]
        except _BROKEN as error:
            raise FormatError(f"is a broken archive, or one with a password ({error})") from error
        return False


def each(files: Iterable[Path], reading: Reading, read: Callable[[Sample], Iterator[Any]]) -> Iterator[Any]:
    """What is read of some files, one by one; why one cannot be, in its place."""
    for file in files:
        sample = Sample(file, reading)
        try:
            yield from read(sample)
        except (EncodingError, FormatError) as error:
            yield sample.name, error
        except OSError as error:
            yield sample.name, f"cannot be read: {error.strerror or error}"


@contextmanager
def in_words(what: str) -> Iterator[None]:
    """Turns whatever a library trips over in a broken file into FormatError; `what` the file should be."""
    try:
        yield
    except AnnotatorError:
        raise
    except Exception as error:
        said = f": {' '.join(str(error).split())[:80]}" if str(error) else ""
        raise FormatError(f"is no {what} that can be read ({type(error).__name__}{said})") from error


def loads(text: str) -> Any:
    """The value of a JSON text. Raises ValueError. What JSON has no word for (NaN, Infinity) is nothing."""
    try:
        return orjson.loads(text)
    except ValueError:
        if "NaN" not in text and "Infinity" not in text:
            raise
        try:
            return json.loads(text, parse_constant=lambda said: None)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error

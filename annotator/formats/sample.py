"""A file or folder as the formats look at it: its beginning to recognise it by, its text or bytes to read it."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from annotator.core.errors import AnnotatorError
from annotator.formats.archive import archive_at, names_in
from annotator.formats.decoding import EncodingError, decode
from annotator.formats.packing import GZIP, MAX_UNPACKED, ZSTANDARD, FormatError, beginning, packing_of, unpacked

LARGE = 4 * 1024**2  # bytes of a file that is not held as a whole
HEAD = 64 * 1024  # bytes by which a file is recognised


__all__ = ["FormatError", "Reading", "Sample", "each", "in_words", "loads"]


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
            if "\n" not in start:  # the first line may be a long one
                start = next(self.lines(), "").lstrip("\ufeff \t\r\n")
            line = start.split("\n", 1)[0].rstrip().rstrip(",")
            found = loads(line[1:] if line.startswith("[{") and not line.endswith("]") else line)
        except (ValueError, AnnotatorError, OSError):
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
        return names_in(self.path) if self.head.startswith(b"PK\3\4") else []

    def unpacked(self) -> Iterator[tuple[str, bytes]]:
        """The files of an archive, in memory alone. Raises FormatError for one that is broken, or too large."""
        with archive_at(self.path) as archive:
            for name in archive.sizes:
                yield name, archive.read(name)


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

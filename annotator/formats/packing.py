"""Files packed by gzip or Zstandard: unpacked within bounds, packed to the same bytes each time."""

from __future__ import annotations

import gzip
import io
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from annotator.core.errors import AnnotatorError

MAX_UNPACKED = 2 * 1024**3  # bytes
SMALL, MAX_RATIO = 64 * 1024**2, 200  # a larger file that unpacks to more than so many times its size is a trap
GZIP, ZSTANDARD = ".gz", ".zst"
_MAGIC = {b"\x1f\x8b": GZIP, b"\x28\xb5\x2f\xfd": ZSTANDARD}


class FormatError(AnnotatorError):
    """A file that a format cannot read, with the reason in words for an editor; it follows the file's name."""


def packing_of(head: bytes) -> str:
    """How a file that begins so is packed: its suffix; empty when it is not."""
    return next((suffix for magic, suffix in _MAGIC.items() if head.startswith(magic)), "")


def unpacked(data: bytes, packing: str, most: int = MAX_UNPACKED) -> bytes:
    """What is packed in these bytes. Raises FormatError when they are broken, or hold more than `most`."""
    wrong = _errors(packing)
    try:
        with _reader(io.BytesIO(data), packing) as file:
            most = min(most, room_for(data))
            made = bytes(file.read(most + 1))
    except wrong as error:
        raise FormatError(f"is a broken {packing[1:]} file ({error})") from error
    if len(made) > most:
        raise FormatError(f"is larger than {most // 1024**2:,} MB unpacked; not read")
    return made


def room_for(data: bytes) -> int:
    """How many bytes these may unpack to."""
    return min(MAX_UNPACKED, max(SMALL, MAX_RATIO * len(data)))


def beginning(data: bytes, packing: str, most: int) -> bytes:
    """The first bytes of what is packed in a file, of which only the first bytes are given; as far as they go."""
    made = b""
    wrong: tuple[type[Exception], ...] = (FormatError, *_errors(packing))
    try:
        with _reader(io.BytesIO(data), packing) as file:
            while len(made) < most and (more := file.read(4096)):
                made += more
    except wrong:
        pass
    return made[:most]


def pack(file: Path, packing: str) -> None:
    """Packs a file in its place."""
    packed = file.with_name(f"{file.name}{packing}")
    try:
        with file.open("rb") as source, packed.open("wb") as target, _writer(packing)(target) as into:
            shutil.copyfileobj(source, into, 1024 * 1024)
        packed.replace(file)
    finally:
        packed.unlink(missing_ok=True)


def missing(packing: str) -> bool:
    """Whether what packs this way is not installed."""
    from importlib.util import find_spec

    return packing == ZSTANDARD and find_spec("zstandard") is None


def _errors(packing: str) -> tuple[type[Exception], ...]:
    plain = (OSError, EOFError, zlib.error)
    if packing != ZSTANDARD or missing(packing):
        return plain
    import zstandard

    return (*plain, zstandard.ZstdError)


def _reader(file: IO[bytes], packing: str) -> Any:
    if packing == GZIP:
        return gzip.GzipFile(fileobj=file)
    if missing(packing):
        raise FormatError("is packed by Zstandard, which needs `pip install 'annotator[formats]'`")
    import zstandard

    # A window of 128 MB is what its own program takes, too.
    return zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(file, read_across_frames=True)


def _writer(packing: str) -> Callable[[IO[bytes]], Any]:
    if packing == GZIP:
        return lambda file: gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
    import zstandard

    return lambda file: zstandard.ZstdCompressor(level=10).stream_writer(file, closefd=False)

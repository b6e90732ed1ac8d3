"""Writing files so that none is ever left half written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A new empty file beside `path`; when the block ends well, it takes the place of `path`, else it goes. Raises
    OSError."""
    path = Path(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", suffix=".part", dir=path.absolute().parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        # A temporary file is for its owner only; the finished one is as any other file of this user.
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """A UTF-8 text file to write to, which takes the place of `path` when the block ends well. Raises OSError."""
    with draft_of(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        yield file

"""Faults of the program itself: kept in a log of this computer, without a word of what anybody reads or writes."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

MAX_BYTES, KEPT = 200_000, 3  # of a log file, and how many older ones are kept


def path() -> Path:
    """The log file."""
    import platformdirs

    return Path(platformdirs.user_log_dir("annotator", appauthor=False)) / "annotator.log"


def log(error: BaseException) -> Path | None:
    """Adds an error nobody foresaw to the log: its kind and where it happened, not its words, which may hold those of
    an article. Returns the log file; None when it cannot be written."""
    import logging
    from logging.handlers import RotatingFileHandler

    where = path()
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(where, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    record = logging.LogRecord("annotator", logging.ERROR, "", 0, _without_words(error), (), None)
    try:
        handler.emit(record)
    finally:
        handler.close()
    return where


def in_full(error: BaseException) -> str:
    """All there is to say of an error, for whoever mends it."""
    from annotator import __version__

    trace = "".join(traceback.format_exception(error))
    return f"Annotator {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n{trace}"


def _without_words(error: BaseException) -> str:
    lines: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(lines) < 200:
        lines.append(type(cause).__qualname__)
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(cause.__traceback__)
        ]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines)

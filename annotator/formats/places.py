"""Where a format of many files puts each record: a folder for each layer's author, a file for each article."""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path

from annotator.core.record import Record

_SAFE = re.compile(r"[\w][\w. -]{0,98}[\w]|\w")
MAX_BYTES = 120  # of a name, since systems count these
# What Windows takes for devices.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def file_name(name: str) -> str:
    """A name that every system takes for a file; two names that differ in more than their case never give the same."""
    if _SAFE.fullmatch(name) and not _DEVICES.fullmatch(name) and len(name.encode()) <= MAX_BYTES:
        return name
    plain = re.sub(r"[^\w-]+", "_", name).encode()[:60].decode("utf-8", "ignore").strip("_")
    return f"{plain}-{blake2b(name.encode(), digest_size=5).hexdigest()}"


def author_of(record: Record) -> str:
    """Whose labels a record has, as its folder is called."""
    if record.get("kind") == "gold":
        return "gold"
    whose = str(record.get("layer") or "labels")
    if record.get("version"):
        whose = f"{whose} {record['version']}"
    if record.get("author") or whose == "gold":  # another of the same name may have a folder, too
        whose = f"{whose} {str(record.get('author') or 'editor')[:6]}"
    return file_name(whose)


def layer_file(folder: Path, record: Record, suffix: str) -> Path:
    """The file of a record; its folder is made."""
    where = folder / author_of(record)
    where.mkdir(exist_ok=True)
    return where / f"{file_name(str(record['id']))}{suffix}"


def text_file(beside: Path, text: str) -> Path:
    """Writes a text into the file of its name beside another, so that it is read exactly."""
    file = beside.with_name(f"{beside.name.removesuffix(beside.suffix)}.txt")
    # A mark at the beginning of a file is not part of its text.
    file.write_bytes(("\ufeff" * text.startswith("\ufeff") + text).encode())
    return file

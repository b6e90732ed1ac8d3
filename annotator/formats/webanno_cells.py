"""What stands in the cells of WebAnno TSV: values with their escapes, their numbers, and places in UTF-16 units."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any

_SIGNS = re.compile(r"\\(.)")
_ESCAPED = re.compile(r"->|[\\\[\]|_;*\t\n\r]")
_PLAIN = {"t": "\t", "n": "\n", "r": "\r"}
_BACK = {sign: letter for letter, sign in _PLAIN.items()}
NUMBER = re.compile(r"(.*?)(?<!\\)\[(\d{1,9})\]", re.DOTALL)
_ESCAPED_TEXT = re.compile(r"[\\\t\r]")


def split(cell: str, sign: str) -> list[str]:
    """The parts between signs that are not escaped."""
    if "\\" not in cell:
        return cell.split(sign)
    parts, escaped = [""], False
    for letter in cell:
        if letter == sign and not escaped:
            parts.append("")
        else:
            parts[-1] += letter
        escaped = letter == "\\" and not escaped
    return parts


def plain_text(line: str) -> str:
    """A text without its escapes."""
    return _SIGNS.sub(lambda sign: _PLAIN.get(sign[1], sign[1]), line)


def unescaped(value: str) -> str:
    """What a cell says; nothing for a star."""
    if value in ("*", "_"):
        return ""
    return plain_text(value)


def escaped(value: str) -> str:
    """A value as a cell holds it."""
    return _ESCAPED.sub(lambda sign: "\\" + _BACK.get(sign[0], sign[0]), value)


def units_of(text: str) -> int:
    """UTF-16 units of a text."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def table_of(text: str) -> dict[int, int]:
    """The code point at each UTF-16 unit where one begins."""
    counts = accumulate((2 if sign > "\uffff" else 1 for sign in text), initial=0)
    return {unit: at for at, unit in enumerate(counts)}


def text_line(line: str) -> str:
    """A line of a text as it stands behind `#Text=`."""
    return _ESCAPED_TEXT.sub(lambda sign: "\\" + _BACK.get(sign[0], sign[0]), line)


def or_star(value: Any) -> str:
    """A feature as a cell holds it; a star for none."""
    if value is None or value == "" or value is False:
        return "*"
    return escaped("true" if value is True else str(value))

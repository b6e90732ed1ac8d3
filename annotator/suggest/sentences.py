"""Where sentences begin, told by line breaks and full stops alone: quick, and the same whatever pipeline is used."""

from __future__ import annotations

import re

from annotator.suggest.words import words

_END = re.compile(r"[.?!…][.?!…”’\"')\]»]*[^\S\n\r]+(?=\S)|\s*[\n\r\u2028\u2029]\s*(?=\S)")
_SHORT = words("abbreviations")


def sentence_starts(text: str) -> list[int]:
    """The code points at which sentences begin, the first 0: behind a line break, or behind a full stop, question or
    exclamation mark that no abbreviation holds and no small letter follows."""
    starts = [0]
    for match in _END.finditer(text):
        sign = text[match.start()]
        goes_on = text[match.end()].islower() or (sign == "." and _abbreviation(text, match.start()))
        if match.end() > starts[-1] and (sign.isspace() or not goes_on):
            starts.append(match.end())
    return starts


def _abbreviation(text: str, point: int) -> bool:
    """Whether the full stop at `point` ends an abbreviation or an initial."""
    start = point
    while start > 0 and point - start < 8 and not text[start - 1].isspace():
        start -= 1
    word = text[start:point].lstrip("(“\"‘'").lower()
    return (len(word) == 1 and text[point - 1].isupper()) or word in _SHORT

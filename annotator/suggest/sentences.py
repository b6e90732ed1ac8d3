"""Where sentences begin, told by line breaks and full stops alone: quick, and the same whatever pipeline is used."""

from __future__ import annotations

import re

from annotator.suggest.words import words

_POINTS = ".?!…"
_CLOSING = _POINTS + "”’\"')]»"
_BREAKS = "\n\r\u2028\u2029"
# White space behind a mark that may end a sentence, or with a line break in it. It is looked at where it begins, and
# once: nothing here goes back over what was matched, so that the time grows with the text alone.
_SPACE = re.compile(rf"(?<=[{re.escape(_CLOSING)}])\s++(?=\S)|(?<!\s)[^\S{_BREAKS}]*+[{_BREAKS}]\s*+(?=\S)")
_SHORT = words("abbreviations")


def sentence_starts(text: str) -> list[int]:
    """The code points at which sentences begin, the first 0: behind a line break, or behind a full stop, question or
    exclamation mark that no abbreviation holds and no small letter follows."""
    starts = [0]
    for match in _SPACE.finditer(text):
        if not any(sign in _BREAKS for sign in match[0]):
            point = _point_before(text, match.start())
            if point is None or text[match.end()].islower() or (text[point] == "." and _abbreviation(text, point)):
                continue
        starts.append(match.end())
    return starts


def _point_before(text: str, at: int) -> int | None:
    """Where the marks before `at` begin to end a sentence; None when they only close a quotation or bracket."""
    point = None
    while at > 0 and text[at - 1] in _CLOSING:
        at -= 1
        if text[at] in _POINTS:
            point = at
    return point


def _abbreviation(text: str, point: int) -> bool:
    """Whether the full stop at `point` ends an abbreviation or an initial."""
    start = point
    while start > 0 and point - start < 8 and not text[start - 1].isspace():
        start -= 1
    word = text[start:point].lstrip("(“\"‘'").lower()
    return (len(word) == 1 and text[point - 1].isupper()) or word in _SHORT

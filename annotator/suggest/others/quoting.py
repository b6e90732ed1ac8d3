"""A passage's words found again that somebody quotes: exactly, then with white space and quotation marks alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotator.core.text import Span

_DOUBLE, _SINGLE = '"“”„‟«»″', "'‘’‚‛`´′"
_DASHES = "-‐‑‒–—―−"
_ALIKE = [*(f"[{re.escape(signs)}]" for signs in (_SINGLE, _DASHES)), rf"(?:[{re.escape(_DOUBLE)}]|''|``)"]
_CUT = re.compile(r"\[?(?:…|\.\.\.)\]?")
MAX_QUOTED = 10_000  # code points: what is longer is no quotation


def places(text: str, quoted: str, low: int = 0, high: int | None = None) -> list[Span]:
    """Where the words stand in `text[low:high]`, in text order, never in the middle of a word; empty when nowhere."""
    high = len(text) if high is None else high
    wanted = quoted.strip()
    if not wanted or len(wanted) > MAX_QUOTED:
        return []
    exact = re.compile(re.escape(wanted))
    found = list(_whole(exact, text, low, high))
    if found:
        return found
    # What a model puts around, and lets go of, when it quotes.
    bare = wanted.strip(_DOUBLE + _SINGLE + " \t\n")
    for candidate in (wanted, bare, bare.rstrip(".,;:!?…")):
        if candidate and (found := list(_whole(_loosely(candidate), text, low, high))):
            return found
    return []


def runs(text: str, quoted: str, low: int = 0, high: int | None = None) -> list[list[Span]]:
    """Each place of the words; where dots stand for something left out, the parts in their order."""
    found = [[span] for span in places(text, quoted, low, high)]
    if found or len(quoted) > MAX_QUOTED or not _CUT.search(quoted):
        return found
    spans: list[Span] = []
    at = low
    for part in filter(None, map(str.strip, _CUT.split(quoted))):
        near = next(iter(places(text, part, at, high)), None)
        if near is None:
            return []
        spans.append(near)
        at = near[1]
    return [spans] if spans else []


def _whole(pattern: re.Pattern[str], text: str, low: int, high: int) -> Iterator[Span]:
    for match in pattern.finditer(text, low, high):
        start, end = match.span()
        if not (_joins(text, start) or _joins(text, end)):
            yield start, end


def _joins(text: str, at: int) -> bool:
    """Whether a place lies within a word."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _loosely(words: str) -> re.Pattern[str]:
    parts = []
    for piece in re.split(r"(\s+|''|``)", words):
        if not piece:
            continue
        if piece.isspace():
            parts.append(r"\s+")
        elif piece in ("''", "``"):
            parts.append(_ALIKE[2])
        else:
            parts += [_sign(sign) for sign in piece]
    return re.compile("".join(parts))


def _sign(sign: str) -> str:
    for signs, alike in zip((_SINGLE, _DASHES, _DOUBLE), _ALIKE, strict=True):
        if sign in signs:
            return alike
    return re.escape(sign)

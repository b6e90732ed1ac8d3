"""In which unit a file counts: its offsets are proven by the words that it says they cover.

Tools count characters, UTF-16 units, bytes, line ends of Windows as one, or the mark that a file began with. One unit
holds for a whole file, and is believed when every label's words stand where it puts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product

from annotator.core.text import Span, Spans


@dataclass(frozen=True, slots=True)
class Quoted:
    """A label's pieces as a file counts them, and the words that the file says they cover (None when it says none)."""

    pieces: Spans
    words: str | None


@dataclass(frozen=True, slots=True)
class Unit:
    """What a file counts, in words for an editor, and the code point at one of its offsets (None where none begins)."""

    name: str
    place: Callable[[int], int | None]


def proven(text: str, quoted: Sequence[Quoted]) -> tuple[Unit, list[Spans | None]]:
    """The unit under which all labels fit that say their words, with the pieces of all in code points; where there is
    none, or nothing proves it, code points. None for each label that does not fit."""
    proof = [one for one in dict.fromkeys(quoted) if one.words is not None]
    best: Unit | None = None
    for unit in _units(text) if proof else ():
        # A label that is off by one may still hold its words and a blank: a unit without that is the better one.
        if all(_fitting(text, one, unit, edges=True) is not None for one in proof):
            best = unit
            break
        if best is None and all(_fitting(text, one, unit) is not None for one in proof):
            best = unit
    best = best or CODE_POINTS
    return best, [_fitting(text, one, best) for one in quoted]


def _fitting(text: str, quoted: Quoted, unit: Unit, edges: bool = False) -> Spans | None:
    """A label's pieces in code points; None when they are not within the text, or not the words they should be. White
    space does not count, for tools write it in their own ways, unless at the `edges`."""
    if unit is CODE_POINTS and len(quoted.pieces) == 1:  # nearly always, and nearly always as it is
        first, last = quoted.pieces[0]
        words = quoted.words
        if words and 0 <= first < last <= len(text) and last - first == len(words) and text[first:last] == words:
            return quoted.pieces
    spans: list[Span] = []
    for piece in quoted.pieces:
        start, end = map(unit.place, piece)
        if start is None or end is None or not 0 <= start < end <= len(text):
            return None
        spans.append((start, end))
    words = quoted.words
    if words is None:
        return tuple(spans)
    # Only as much is compared as the words could be, so that what a hostile file costs grows with its size alone.
    if sum(end - start for start, end in spans) > 4 * len(words) + 1000:
        return None
    there = " ".join(text[start:end] for start, end in spans)
    if there.split() != words.split():
        return None
    same = (there[:1].isspace(), there[-1:].isspace()) == (words[:1].isspace(), words[-1:].isspace())
    return tuple(spans) if same or not edges else None


CODE_POINTS = Unit("characters", lambda offset: offset)


def _units(text: str) -> Iterator[Unit]:
    """Code points, then what deviates from them in one way, then in several; none that counts this text the same."""
    sizes: dict[str, Callable[[str], int]] = {"": lambda c: 1}
    if not text.isascii():
        if any(c > "\uffff" for c in text):
            sizes["UTF-16 units"] = lambda c: 2 if c > "\uffff" else 1
        sizes["bytes"] = lambda c: len(c.encode())
    ends = {"": 1}  # how much a "\n" counts
    if "\r\n" in text:
        ends["line ends as one"] = 0  # after its "\r"
    elif "\n" in text:
        ends["line ends as two"] = 2
    marks = ("", "the byte order mark")
    ways = sorted(product(sizes, ends, marks), key=lambda way: sum(map(bool, way)))
    yield CODE_POINTS
    for size, end, mark in ways[1:]:
        name = ", ".join(filter(None, (size or "characters", end, mark)))
        first = (len("\ufeff".encode()) if size == "bytes" else 1) if mark else 0
        yield Unit(name, _table(text, sizes[size], ends[end], first))


def _table(text: str, size: Callable[[str], int], line_end: int, first: int) -> Callable[[int], int | None]:
    """From an offset to the code point that begins there."""
    counted = [size(c) for c in text]
    if line_end != 1:
        # Of "\r\n" as one, the "\n" counts nothing; a "\n" alone counts as ever.
        for at, sign in enumerate(text):
            if sign == "\n" and (line_end == 2 or text[at - 1 : at] == "\r"):
                counted[at] = line_end
    # Where two code points have one offset, it is the later: the "\n" that counts nothing belongs to its "\r".
    return {offset: at for at, offset in enumerate(accumulate(counted, initial=first))}.get

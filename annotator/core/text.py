"""Spans of an article's text: boundaries of characters, words and quotations, and the UTF-16 offsets Qt counts in.

A span is `[start, end)` in Unicode code points, everywhere but in a `Utf16Map`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import regex

Span = tuple[int, int]
Spans = tuple[Span, ...]

# A word keeps its inner apostrophes, hyphens and points: "Taliban's", "Afghan-Tajik", "U.N", "12.7".
_LETTERS = regex.compile(r"[\p{L}\p{N}\p{M}_]+(?:['’‘.\-‑][\p{L}\p{N}\p{M}_]+)*")
_WORD = regex.compile(rf"{_LETTERS.pattern}|\S")
_SIGN = regex.compile(r"[^\p{L}\p{N}\p{M}_\s]|\n")
_CHARACTER = regex.compile(r"\X")
_ALNUM = regex.compile(r"[\p{L}\p{N}]")
_FORMULA = regex.compile(r"'*[=+\-@\t\r]")


def shortened(text: str, most: int) -> str:
    """The text in at most so many code points, with "…" where it was cut."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def on_one_line(text: str, most: int) -> str:
    """What somebody else says, as it may stand in a message or on a terminal: white space and signs that are not seen
    are a space each, in at most so many code points."""
    held = _ESCAPES.sub("", text if len(text) <= 4 * most else text[: 4 * most])
    seen = "".join(sign if sign.isprintable() else " " for sign in held)
    return shortened(" ".join(seen.split()), most)


_ESCAPES = regex.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")  # colours and the like


def cell(text: str) -> str:
    """A text as a spreadsheet takes it for one: what begins like a formula, or would with apostrophes taken away, has
    an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def uncelled(text: str) -> str:
    """The text of which `cell` made this."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def words(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Words and single signs between `start` and `end`."""
    return [m.span() for m in _WORD.finditer(text, start, len(text) if end is None else end)]


def word_at(text: str, position: int) -> Span | None:
    """The word that holds or touches `position`; None in white space."""
    low, high = _window(text, position)
    touching = [(s, e) for s, e in words(text, low, high) if s <= position <= e]
    return max(touching, key=lambda w: (_ALNUM.search(text, *w) is not None, w[0] <= position < w[1]), default=None)


def next_word_end(text: str, position: int) -> int:
    """Where the first word that ends after `position` ends; the text's length when there is none."""
    return _next_edge(text, position, 1)


def previous_word_start(text: str, position: int) -> int:
    """Where the last word that starts before `position` starts; 0 when there is none."""
    return _previous_edge(text, position, 0)


def next_word_start(text: str, position: int) -> int:
    """Where the first word after `position` starts; the text's length when there is none."""
    return _next_edge(text, position, 0)


def previous_word_end(text: str, position: int) -> int:
    """Where the last word that ends before `position` ends; 0 when there is none."""
    return _previous_edge(text, position, 1)


def _next_edge(text: str, position: int, side: int) -> int:
    """The first start (`side` 0) or end (1) of a word after `position`."""
    found = (m.span()[side] for m in _WORD.finditer(text, _window(text, position)[0]))
    return next((edge for edge in found if edge > position), len(text))


def _previous_edge(text: str, position: int, side: int) -> int:
    low = position
    while low > 0:
        low = _window(text, low - 1)[0]
        edges = [word[side] for word in words(text, low, position) if word[side] < position]
        if edges:
            return edges[-1]
    return 0


def next_clause(text: str, position: int, end: bool) -> int:
    """Where, after `position`, the next clause ends (its last word does), or starts: clauses are what stands between
    signs and line breaks. The text's length when there is none."""
    before: int | None = None
    for match in _LETTERS.finditer(text, _window(text, position)[0]):
        if before is not None and _SIGN.search(text, before, match.start()):
            found = before if end else match.start()
            if found > position:
                return found
        before = match.end()
    return before if end and before is not None and before > position else len(text)


def previous_clause(text: str, position: int, end: bool) -> int:
    """Where, before `position`, the last clause ends (its last word does), or starts; 0 when there is none."""
    low = position
    while low > 0:
        low = max(0, text.rfind("\n", 0, max(0, low - 200)))
        found = [m.span() for m in _LETTERS.finditer(text, low, position)]
        for (_, before), (after, _) in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
            at = before if end else after
            if at < position and _SIGN.search(text, before, after):
                return at
        if low == 0 and not end and found and found[0][0] < position:
            return found[0][0]
    return 0


def next_character(text: str, position: int) -> int:
    """The end of the character as a reader sees it (grapheme cluster) that starts at `position`."""
    found = _CHARACTER.match(text, position)
    return found.end() if found else len(text)


def previous_character(text: str, position: int) -> int:
    """The start of the character as a reader sees it that ends at `position`."""
    low = max(0, _window(text, position)[0])
    while low < position:
        high = next_character(text, low)
        if high >= position:
            return low
        low = high
    return max(0, position - 1)


def _window(text: str, position: int) -> Span:
    """The run without white space around `position`: words never cross it, so it is a safe place to begin."""
    low = high = position
    while low > 0 and not text[low - 1].isspace():
        low -= 1
    while high < len(text) and not text[high].isspace():
        high += 1
    return max(0, low - 1), high


def trimmed(text: str, span: Span) -> Span:
    """`span` without white space at its edges; empty at its start when it holds nothing else."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def whole_words(text: str, span: Span) -> Span:
    """`span` with the words at its edges taken in whole, when it cuts through their letters."""
    start, end = trimmed(text, span)
    if start < end:
        while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
    return start, end


def normalized(spans: Iterable[Span]) -> Spans:
    """Spans in text order, overlapping or touching ones joined, empty ones left out."""
    joined: list[Span] = []
    for start, end in sorted(s for s in spans if s[0] < s[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def covered(text: str, spans: Iterable[Span], gap: str = " … ") -> str:
    """The text under `spans`, pieces divided by `gap`, white space folded: for people to read."""
    return gap.join(" ".join(text[s:e].split()) for s, e in spans)


LONG_LINE = 10_000  # code points: what is laid out as one paragraph


def line_breaks(text: str) -> list[int]:
    """Where lines that are too long for a text widget are broken for display, as code points: behind white space where
    there is some near."""
    found = []
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        while end - start > LONG_LINE:
            cut = start + LONG_LINE
            blank = max(text.rfind(sign, cut - 200, cut) for sign in " \t")
            start = blank + 1 if blank > 0 else cut
            found.append(start)
        start = end + 1
    return found


class Utf16Map:
    """Turns code points of one text into UTF-16 units, as Qt counts, and back. `breaks` are the code points before
    which a line break stands that is not the text's."""

    def __init__(self, text: str, breaks: Sequence[int] = ()) -> None:
        plain = len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)
        self._astral = [] if plain else [i for i, c in enumerate(text) if c > "\uffff"]
        self._units = [i + n for n, i in enumerate(self._astral)]
        self._breaks = list(breaks)
        self._broken = [self._plain(i) + n for n, i in enumerate(self._breaks)]

    def _plain(self, position: int) -> int:
        return position + bisect_left(self._astral, position) if self._astral else position

    def to_utf16(self, position: int) -> int:
        """UTF-16 units before code point `position`."""
        units = self._plain(position)
        return units + bisect_right(self._breaks, position) if self._breaks else units

    def to_code_points(self, units: int) -> int:
        """Code points before UTF-16 unit `units`; inside a surrogate pair, those before the pair."""
        if self._broken:
            units -= bisect_left(self._broken, units)
        if not self._units:
            return units
        return units - bisect_left(self._units, units)

"""What the quotation marks of a text say of a claim's content, whatever the network tagged."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from annotator.core.text import Span, Spans, words

SHORT = 15  # code points: a quotation no longer is a word or two in quotation marks
LONGEST = 3000  # code points: what is longer is rather a mark that was left open
# Words beside a quotation are few up to here. Of 1,608 contents with a quotation that closes a sentence, in PolNeAR's
# train split, 25 have a piece of two to six words. Shorter ones are "that" and "but", longer ones reports of their own.
FEWEST, MOST = 2, 6
_TOWARDS = frozenset(["about", "at", "of", "on", "to", "with"])


def mended(text: str, source: Spans, cue: Spans, content: Spans, quoted: Sequence[Span]) -> Spans:
    """A claim's content as the `quoted` spans of the text, its `quotations`, would have it."""
    content = _without_strays(text, content, quoted)
    content = _whole(text, (*source, *cue), content, quoted)
    return tuple(_without_topic(text, cue, span, quoted) for span in content)


def _without_strays(text: str, content: Spans, quoted: Sequence[Span]) -> Spans:
    """Without short pieces outside of all quotations where another piece is a quotation that closes what is said."""
    if len(content) < 2 or not any(
        start <= span[0] + 1 and span[1] - 1 <= end and _closes(text, (start, end))
        for span in content
        for start, end in _touched(span, quoted)[:1]
    ):
        return content
    return tuple(s for s in content if _touched(s, quoted) or not FEWEST <= _count(text, *s) <= MOST)


def _whole(text: str, others: Spans, content: Spans, quoted: Sequence[Span]) -> Spans:
    """Each quotation that content shares words with, or runs into, as a whole, however far it goes, when nothing else
    of the claim stands within it. So are 6,701 of 6,764 in the train split; content stops right before one twice."""
    found = list(content)
    for span in content:
        reach = _reach(text, span[1])
        for low, high in _touched((span[0], reach + 1), quoted):
            even = not text[low + 1 : low + 2].isspace() and not text[high - 2 : high - 1].isspace()
            if not even or not SHORT < high - low <= LONGEST or any(low <= start < high for start, _ in others):
                continue
            if shared := [s for s in found if _shares(text, s, (low, high)) or _reach(text, s[1]) == low]:
                found = [s for s in found if s not in shared]
                found.append((min(low, shared[0][0]), max(high, shared[-1][1])))
    return tuple(sorted(found))


def _reach(text: str, end: int) -> int:
    """Where what follows begins, behind spaces; `end` itself when no word ends there."""
    at = end
    if text[end - 1].isalnum():
        while text[at : at + 1] == " ":
            at += 1
    return at


def _without_topic(text: str, cue: Spans, span: Span, quoted: Sequence[Span]) -> Span:
    """Without the few words that join a quotation to its cue: in "said of Congress: “…”" what it is about, in "“…,” she
    said" who says it. Of 37 such topics in the train split 30 are no content."""
    start, end = span
    for low, high in _touched(span, quoted):
        if not _closes(text, (low, high)):
            continue
        if start < low and text[start:low].rstrip()[-1:] in (",", ":") and _count(text, start, low) <= MOST:
            behind = [text[s:e] for s, e in cue if e <= start and not _count(text, e, start)]
            joined = {word.lower() for said in behind for word in (*said.split()[-1:], *text[start:low].split()[:1])}
            if joined & _TOWARDS:
                start = low
        if high < end and _count(text, high, end) < FEWEST:
            end = high
    return start, end


def _closes(text: str, quotation: Span) -> bool:
    """Whether a quotation is what is said to its end, not a word in quotation marks."""
    start, end = quotation
    return end - start > SHORT and text[start:end].rstrip("’”'\"»“‘")[-1:] in (",", ".", "?", "!")


def _touched(span: Span, quoted: Sequence[Span]) -> Sequence[Span]:
    """The quotations that a span shares something with."""
    low = bisect_left(quoted, span[0] + 1, key=lambda q: q[1])
    return quoted[low : bisect_left(quoted, span[1], key=lambda q: q[0])]


def _shares(text: str, span: Span, quotation: Span) -> bool:
    """Whether they have words in common, not marks alone."""
    return _count(text, max(span[0], quotation[0]), min(span[1], quotation[1])) > 0


def _count(text: str, start: int, end: int) -> int:
    """Words with a letter or digit."""
    return sum(text[s].isalnum() for s, _ in words(text, start, end)) if start < end else 0

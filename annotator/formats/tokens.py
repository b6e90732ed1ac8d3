"""Texts as tokens and sentences, for formats that know nothing smaller; and which spans are made of whole ones."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import regex

from annotator.core.text import Span

# What `\s` of others takes for white space is never part of a token.
_TOKEN = regex.compile(r"[\p{L}\p{N}\p{M}_]+|[^\s\x1c-\x1f\x85]")
_END = frozenset(".!?…")
_CLOSING = frozenset("\"'”’»›)]")


def tokens_of(text: str, spans: Iterable[Span] = ()) -> list[Span]:
    """Words and signs of a text, cut where one of the spans begins or ends; white space is a token where a span has it
    at its edge."""
    words = [found.span() for found in _TOKEN.finditer(text)]
    spans = list(spans)
    begins, ends = sorted(start for start, _ in spans), sorted(end for _, end in spans)
    cuts = sorted({*begins, *ends})

    def cut(low: int, high: int) -> Iterator[Span]:
        yield from pairwise([low, *cuts[bisect_right(cuts, low) : bisect_left(cuts, high)], high])

    made: list[Span] = []
    done, last = 0, [end for _, end in words]
    # Few words, or the white space before them, have a cut; all others come over as they are.
    for at in dict.fromkeys(bisect_right(last, place) for place in cuts):
        made += words[done:at]
        low = last[at - 1] if at else 0
        start, end = words[at] if at < len(words) else (len(text), len(text))
        begun = bisect_left(begins, start) > bisect_left(begins, low)
        ended = bisect_right(ends, start) > bisect_right(ends, low)
        if low < start and (begun or ended):
            made += cut(low, start)
        if start < end:
            made += cut(start, end)
        done = at + 1
    return made + words[done:]


def sentences_of(text: str, tokens: Sequence[Span]) -> list[tuple[int, int]]:
    """Where sentences begin and end, as numbers of tokens: they end with their line, and with what ends one, unless the
    next word is a small letter."""
    made, first = [], 0
    for at in range(1, len(tokens) + 1):
        if at == len(tokens) or "\n" in text[tokens[at - 1][1] : tokens[at][0]] or _ends(text, tokens, first, at):
            made.append((first, at))
            first = at
    return made


def _ends(text: str, tokens: Sequence[Span], first: int, at: int) -> bool:
    """Whether a sentence ends before the token of this number."""
    if tokens[at - 1][1] == tokens[at][0]:
        return False
    last = at - 1
    while last > first and text[tokens[last][0]] in _CLOSING:
        last -= 1
    return text[tokens[last][1] - 1] in _END and not text[tokens[at][0]].islower()


def tokens_within(tokens: Sequence[Span], starts: Sequence[int], span: Span) -> tuple[int, int] | None:
    """The tokens that a span is made of, as the first and the one behind the last; None when it cuts one. `starts` are
    where the tokens start."""
    first = bisect_left(starts, span[0])
    last = bisect_left(starts, span[1])
    if first >= last or tokens[first][0] != span[0] or tokens[last - 1][1] != span[1]:
        return None
    return first, last


def apart(spans: Iterable[tuple[int, int, str]]) -> tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]:
    """Those spans that do not overlap, the longer before the shorter, in text order; and the others."""
    kept: list[tuple[int, int, str]] = []
    others = []
    taken: list[Span] = []
    for start, end, label in sorted(spans, key=lambda one: (one[0] - one[1], one)):
        at = bisect_left(taken, (start, end))
        free = (at == 0 or taken[at - 1][1] <= start) and (at == len(taken) or end <= taken[at][0])
        if free:
            taken.insert(at, (start, end))
            kept.append((start, end, label))
        else:
            others.append((start, end, label))
    return sorted(kept), others

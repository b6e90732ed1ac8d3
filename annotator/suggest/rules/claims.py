"""Rule-based claims: the frames of the parse, weighed by a cue lexicon, with the quotation marks having the last word.

The lexicon (`resources/cues/en.json`) holds for each frame how often a cue in it was a claim in news that people have
labelled; that share is the claim's score. `packaging/make_cues.py` makes it.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from annotator.core.assets import asset
from annotator.core.quotations import quotations, spoken_within
from annotator.core.text import Span, Spans
from annotator.suggest.found import FoundClaim
from annotator.suggest.rules.frames import Found, find

if TYPE_CHECKING:
    from spacy.tokens import Doc

THRESHOLD = 0.3

# Frames too rare to be counted word by word: how far a word's share over all frames is trusted there.
_RARE_FRAMES = {"aside": 1.0, "headline": 1.0, "passive-object": 0.8, "quotation": 0.8}
_PHRASES = ("object", "naming", "infinitive", "prep")

Lexicon = Mapping[str, Mapping[str, float]]


@cache
def lexicon() -> Lexicon:
    return json.loads(asset("cues", "en.json").read_text("utf-8"))


def extract(doc: Doc) -> list[FoundClaim]:
    """The claims of a parsed English text, outermost only, in text order."""
    text = doc.text  # put together anew each time it is asked for
    quoted = quotations(text)
    kept: dict[int, tuple[Found, float]] = {}
    for found in candidates(doc, quoted):
        score = _score(lexicon(), found)
        if score >= THRESHOLD and (found.head not in kept or score > kept[found.head][1]):
            kept[found.head] = found, score
    outermost = _outermost(list(kept.values()))
    _continue_quotations(doc, [f for f, _ in outermost], _token_quotations(doc, quoted))
    claims = []
    for found, score in outermost:
        content = _spans(doc, found.content)
        if content:
            claims.append(
                FoundClaim(
                    _spans(doc, found.source),
                    _spans(doc, found.cue),
                    content,
                    spoken_within(text, content, quoted),  # type: ignore[arg-type]
                    round(score, 2),
                )
            )
    return sorted(claims, key=lambda c: c.content[0])


def _score(weights: Lexicon, found: Found) -> float:
    score = weights.get(found.frame, {}).get(found.lemma)
    if score is None and found.frame in _RARE_FRAMES:
        score = _RARE_FRAMES[found.frame] * weights.get("any", {}).get(found.lemma, 0.0)
    return score or 0.0


def candidates(doc: Doc, quoted: list[Span]) -> list[Found]:
    """Every possible claim, whatever its cue, with the quotations it touches taken in whole."""
    quotes = _token_quotations(doc, quoted)
    result = []
    for found in find(doc, quotes):
        inside = _quotation_around(quotes, found.head)
        own = found.cue | found.source
        if inside is None:
            near = _touching(doc, quotes, found)
            if near and all(found.content.isdisjoint(range(*q)) for q in near):
                # The quotation stands beside the cue, not in the parsed content.
                found.frame, found.content = "quotation", set()
            for start, end in near:
                found.content |= set(range(start, end)) - own
            found.quotes = near
        else:
            found.content &= set(range(*inside))
        found.content -= found.cue
        if found.content:
            found.content -= found.source
            result.append(found)
    return result


def _touching(doc: Doc, quotes: list[Span], found: Found) -> list[Span]:
    """The quotations that a cue outside of them brings: those its content meets, or one right beside cue and source."""
    if found.content:
        within = _quotations_between(quotes, min(found.content), max(found.content) + 1)
        met = [q for q in within if not found.content.isdisjoint(range(*q))]
        long = [q for q in met if q[1] - q[0] > 2]
        if long or found.frame not in ("object", "bare", "infinitive"):
            return met
    anchor = found.cue | found.source
    low, high = min(anchor), max(anchor) + 1
    sentence = doc[found.head].sent
    for start, end in _quotations_between(quotes, low - 2, high + 3):
        if end - start >= 4 and (0 <= low - end <= 1 or (0 <= start - high <= 2 and start < sentence.end)):
            return [(start, end)]
    return []


def _quotations_between(quotes: list[Span], low: int, high: int) -> list[Span]:
    """The quotations that share a token with `[low, high)`, or touch it."""
    first = bisect_left(quotes, low, key=lambda q: q[1])
    return quotes[first : bisect_right(quotes, high, key=lambda q: q[0])]


def _quotation_around(quotes: list[Span], token: int) -> Span | None:
    i = bisect_right(quotes, token, key=lambda q: q[0]) - 1
    return quotes[i] if i >= 0 and quotes[i][0] <= token < quotes[i][1] else None


def _token_quotations(doc: Doc, quoted: list[Span]) -> list[Span]:
    starts = [t.idx for t in doc]
    return [(bisect_left(starts, s), bisect_left(starts, e)) for s, e in quoted]


def _outermost(found: list[tuple[Found, float]]) -> list[tuple[Found, float]]:
    """Leaves out what has its cue in another's content, and gives content that two claims share to the surer one."""
    clauses = {one.head: score for one, score in found if one.frame == "clause"}
    # "lambasted a response from the group, who said …": a phrase gives way to a surer claim within it.
    kept = [
        (one, score)
        for one, score in found
        if not one.frame.startswith(_PHRASES) or not any(clauses.get(t, 0.0) > score for t in one.content)
    ]
    covered: set[int] = set()
    outer: list[tuple[Found, float]] = []
    for one, score in sorted(kept, key=lambda f: (-len(f[0].content), f[0].head)):
        if one.head not in covered:
            outer.append((one, score))
            covered |= one.content
    covered.clear()
    chosen: list[tuple[Found, float]] = []
    for one, score in sorted(outer, key=lambda f: -f[1]):
        if len(one.content & covered) < len(one.content) / 2:
            chosen.append((one, score))
            covered |= one.content
    return sorted(chosen, key=lambda f: f[0].head)


def _continue_quotations(doc: Doc, found: list[Found], quotes: list[Span]) -> None:
    """Gives a quotation that nobody's cue claims to the quoting claim before it in its paragraph."""
    taken = set().union(*(f.content for f in found), set())
    paragraphs = [0]
    for token in doc:
        paragraphs.append(paragraphs[-1] + ("\n" in token.text_with_ws))
    quoting = [f for f in found if f.quotes]
    heads = [f.head for f in quoting]
    for start, end in quotes:
        if end - start < 4 or start >= len(doc) or not taken.isdisjoint(range(start, end)):
            continue
        if not doc[start].is_sent_start and not (start and doc[start - 1].is_punct):
            continue
        last = bisect_left(heads, start) - 1
        if last >= 0 and paragraphs[heads[last]] == paragraphs[start]:
            quoting[last].content |= set(range(start, end))
            taken |= set(range(start, end))


def _spans(doc: Doc, tokens: set[int]) -> Spans:
    """Runs of tokens as spans; a gap of punctuation alone is no gap, and punctuation at the edges falls away unless it
    is a quotation mark."""
    runs: list[list[int]] = []
    for i in sorted(tokens):
        if runs and (i == runs[-1][-1] + 1 or all(doc[j].is_space for j in range(runs[-1][-1] + 1, i))):
            runs[-1].append(i)
        else:
            runs.append([i])
    spans = []
    for run in runs:
        while run and _is_edge(doc[run[0]].text, opening=True):
            run.pop(0)
        while run and _is_edge(doc[run[-1]].text, opening=False):
            run.pop()
        if any(any(c.isalnum() for c in doc[i].text) for i in run):
            spans.append((doc[run[0]].idx, doc[run[-1]].idx + len(doc[run[-1]])))
    return tuple(spans)


def _is_edge(text: str, opening: bool) -> bool:
    if text.isspace():
        return True
    return not any(c.isalnum() for c in text) and text not in (
        "“",
        "”",
        '"',
        "«",
        "»",
        "„",
        "‘",
        "’",
        "'",
        "$",
        "%",
        "#",
    )

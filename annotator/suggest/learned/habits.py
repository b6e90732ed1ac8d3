"""What a project's editors do otherwise than the model: which cues they take, and where they cut its spans.

Both are choices among few, weighed by features that can be read: a claim is taken or not, an edge moves by a word or
stays. The weights begin where the model is right as it is, and are held there, so that little gold changes little.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.core.annotation import SLOTS, Claim
from annotator.core.quotations import spoken_within
from annotator.core.text import Span, Spans
from annotator.suggest.found import FoundClaim
from annotator.suggest.words import words as listed

Features = Mapping[str, float]
Weights = Mapping[str, float]

IN, OUT = 4, 2  # words by which an edge may move into its span, and out of it
HOLD = 3.0  # how strongly weights are held where they began
SMALL = 0.02  # weights that moved less are left out
AS_IT_IS = 4.0  # what speaks for an edge that stays
SUREST = 30.0  # log odds: beyond, a probability is 0 or 1 anyway
_ODDS = "odds"
_WORD = re.compile(r"\w+(?:[.'’&-]\w+)*\.?|[^\w\s]")

PRIOR: Weights = {_ODDS: 1.0, **{f"{slot} {side} moves 0": AS_IT_IS for slot in SLOTS for side in ("start", "end")}}


@dataclass(frozen=True, slots=True)
class Choice:
    """Features of what can be chosen, and the number of what is right."""

    ways: tuple[Features, ...]
    right: int


def learned(choices: Sequence[Choice]) -> dict[str, float]:
    """Weights under which what is right is most likely (softmax over the ways of each choice; `HOLD` times half the
    square of how far the weights are from `PRIOR` is the price). Those that stay near it are left out."""
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    names = sorted({name for one in choices for way in one.ways for name in way})
    if not names:
        return {}
    number = {name: n for n, name in enumerate(names)}
    prior = np.array([PRIOR.get(name, 0.0) for name in names])
    ways = [way for one in choices for way in one.ways]
    ends = np.cumsum([len(way) for way in ways])
    columns = np.fromiter((number[name] for way in ways for name in way), np.int64, int(ends[-1]))
    values = np.fromiter((value for way in ways for value in way.values()), np.float64, int(ends[-1]))
    table = csr_matrix((values, columns, np.concatenate([[0], ends])), shape=(len(ways), len(names)))
    starts = np.cumsum([0, *(len(one.ways) for one in choices)])[:-1]
    of = np.repeat(np.arange(len(choices)), [len(one.ways) for one in choices])
    right = starts + np.array([one.right for one in choices])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = table @ weights
        scores -= np.maximum.reduceat(scores, starts)[of]
        chances = np.exp(scores)
        chances /= np.add.reduceat(chances, starts)[of]
        away = weights - prior
        surprise = -float(np.log(chances[right] + 1e-12).sum())
        chances[right] -= 1
        return surprise + HOLD / 2 * float(away @ away), table.T @ chances + HOLD * away

    found = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return {n: round(float(w), 3) for n, w, p in zip(names, found, prior, strict=True) if abs(w - p) >= SMALL}


def odds(weights: Weights, text: str, cue: Spans, chance: float) -> float:
    """A claim's probability with the project's habits."""
    score = _score(weights, claim_features(text, cue, chance))
    return 1 / (1 + math.exp(-max(-SUREST, min(SUREST, score))))


def claim_features(text: str, cue: Spans, chance: float) -> dict[str, float]:
    """What a claim is taken for or not: the model's log odds, and the words of its cue."""
    sure = min(max(chance, 1e-4), 1 - 1e-4)
    words = (word.casefold() for start, end in cue for word in _WORD.findall(text[start:end]))
    return {_ODDS: math.log(sure / (1 - sure))} | {f"cue {word}": 1.0 for word in words}


def mended(weights: Weights, text: str, claim: FoundClaim, quoted: list[Span]) -> FoundClaim:
    """A claim with its edges where the project's editors put them; `quoted` are the text's `quotations`."""
    edges = _Edges(text, claim)
    slots: dict[str, Spans] = {}
    for slot in SLOTS:
        made = []
        for span in getattr(claim, slot):
            ways = [list(edges.ways(slot, side, span)) for side in (0, 1)]
            start, end = (max(some, key=lambda way: _score(weights, way[1]))[0] for some in ways)
            made.append((start, end) if start < end else span)
        slots[slot] = tuple(span for n, span in enumerate(made) if n == 0 or made[n - 1][1] <= span[0])
    mode = spoken_within(text, slots["content"], quoted)
    return FoundClaim(slots["source"], slots["cue"], slots["content"], mode, claim.score)  # type: ignore[arg-type]


def edge_choices(text: str, found: FoundClaim, gold: Claim) -> Iterator[Choice]:
    """The choices by which a found claim would have become the gold one, as far as few words are between them."""
    edges = _Edges(text, found)
    for slot in SLOTS:
        for span in getattr(found, slot):
            near = max(getattr(gold, slot), key=lambda other: _shared(span, other), default=None)
            if near is None or not _shared(span, near):
                continue
            for side in (0, 1):
                ways = list(edges.ways(slot, side, span))
                right = [n for n, (at, _) in enumerate(ways) if not _letters(text, at, near[side])]
                if right:
                    yield Choice(tuple(way for _, way in ways), right[0])


class _Edges:
    """The words of a text around a claim, and where the edges of its spans could be."""

    def __init__(self, text: str, claim: FoundClaim) -> None:
        self.text = text
        self.taken = [span for slot in SLOTS for span in getattr(claim, slot)]
        low, high = min(s for s, _ in self.taken), max(e for _, e in self.taken)
        self.words = [m.span() for m in _WORD.finditer(text, max(0, low - 200), min(len(text), high + 200))]

    def ways(self, slot: str, side: int, span: Span) -> Iterator[tuple[int, Features]]:
        """Places for the start (0) or end (1) of a span with what speaks for each; the one as it is first."""
        name = f"{slot} {('start', 'end')[side]}"
        inside = [w for w in self.words if w[0] >= span[0] and w[1] <= span[1]]
        outside = [w for w in self.words if (w[1] <= span[0] if side == 0 else w[0] >= span[1])]
        if side == 0:
            outside.reverse()
        else:
            inside.reverse()
        yield span[side], {f"{name} moves 0": 1.0, **self._border(name, inside, outside)}
        for n in range(1, min(IN, len(inside) - 1) + 1):
            dropped, rest = inside[:n], inside[n:]
            yield (
                rest[0][side],
                {
                    f"{name} moves {n}": 1.0,
                    **{f"{name} drops {self._word(w)}": 1.0 for w in dropped},
                    **({f"{name} drops titles": 1.0} if all(self._is_title(w) for w in dropped) else {}),
                    **self._border(name, rest, [dropped[-1]]),
                },
            )
        for n in range(1, min(OUT, len(outside)) + 1):
            added = outside[:n]
            if self._crosses(span, added):
                break
            yield (
                added[-1][side],
                {
                    f"{name} moves {-n}": 1.0,
                    **{f"{name} takes {self._word(w)}": 1.0 for w in added},
                    **self._border(name, [added[-1]], outside[n:]),
                },
            )

    def _border(self, name: str, inside: Sequence[Span], outside: Sequence[Span]) -> dict[str, float]:
        found = (
            {f"{name} at {self._word(inside[0])}": 1.0, f"{name} at {self._shape(inside[0])}": 1.0} if inside else {}
        )
        if outside:
            found[f"{name} behind {self._word(outside[0])}"] = 1.0
        return found

    def _crosses(self, span: Span, added: Iterable[Span]) -> bool:
        """Whether a word is another slot's, or behind a line break."""
        low, high = min(s for s, _ in added), max(e for _, e in added)
        between = self.text[high : span[0]] if high <= span[0] else self.text[span[1] : low]
        others = (other for other in self.taken if other != span)
        return "\n" in between or "\n" in self.text[low:high] or any(s < high and e > low for s, e in others)

    def _word(self, word: Span) -> str:
        return self.text[word[0] : word[1]].casefold()

    def _is_title(self, word: Span) -> bool:
        return self._word(word).rstrip(".") in listed("titles")

    def _shape(self, word: Span) -> str:
        if self._is_title(word):
            return "A TITLE"
        first = self.text[word[0]]
        return "A CAPITAL" if first.isupper() else "A SMALL ONE" if first.isalnum() else "A SIGN"


def _score(weights: Weights, features: Features) -> float:
    return sum(weights.get(name, PRIOR.get(name, 0.0)) * value for name, value in features.items())


def _shared(a: Span, b: Span) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def _letters(text: str, a: int, b: int) -> bool:
    """Whether letters or digits stand between two places."""
    return any(c.isalnum() for c in text[min(a, b) : max(a, b)])

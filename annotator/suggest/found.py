"""A claim as an extractor finds it in a text, before it is anybody's suggestion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotator.core.annotation import Claim, Mode
from annotator.core.compare import ENOUGH, Letters, align_claims
from annotator.core.text import Spans


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """Spans in code points, and the probability that the claim is one."""

    source: Spans
    cue: Spans
    content: Spans
    mode: Mode
    score: float


def partners(letters: Letters, found: Sequence[FoundClaim], gold: Iterable[Claim]) -> dict[int, Claim]:
    """By the numbers of found claims the gold claims that they are: paired one to one, content overlap of one half or
    more."""
    given = [Claim(n, c.source, c.cue, c.content, c.mode) for n, c in enumerate(found)]
    pairs = align_claims(letters, gold, given)
    return {p.b.id: p.a for p in pairs if p.a is not None and p.b is not None and p.overlap >= ENOUGH}

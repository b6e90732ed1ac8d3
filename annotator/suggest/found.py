"""A claim as an extractor finds it in a text, before it is anybody's suggestion."""

from dataclasses import dataclass

from annotator.annotation import Mode
from annotator.text import Spans


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """Spans in code points, and the probability that the claim is one."""

    source: Spans
    cue: Spans
    content: Spans
    mode: Mode
    score: float

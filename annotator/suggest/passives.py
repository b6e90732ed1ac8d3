"""Cues that look like reports and are none: who was denied a visa has denied nothing, and what is designed to last is
nobody's opinion."""

from __future__ import annotations

import regex

from annotator.suggest.found import FoundClaim
from annotator.suggest.words import words

_PASSIVE = regex.compile(
    rf"\b(?:is|are|was|were|be|been|being)\s+(?:not\s+)?(?:\p{{L}}+ly\s+)?(?:{'|'.join(sorted(words('passive')))})\b(?!\s+by\b)",
    regex.I,
)


def reports_nothing(text: str, claim: FoundClaim) -> bool:
    """Whether a claim's cue is such a passive, and nobody behind it ("was denied by the ministry") is who says so."""
    if len(claim.cue) != 1 or (claim.source and claim.source[0][0] > claim.cue[0][0]):
        return False
    match = _PASSIVE.search(text, claim.cue[0][0])
    return match is not None and match.start() < claim.cue[0][1]

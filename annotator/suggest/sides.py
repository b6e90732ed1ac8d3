"""Which side a claim takes, and towards whom: said only where it is quite sure.

The model learned from sentences of news with stances towards a target, whoever holds them. What makes them the source's
own was found on claims of PolNeAR's dev split, judged by hand: `python -m tests.measure.gold`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from annotator.core.annotation import STANCES, Stance
from annotator.core.text import Spans
from annotator.suggest.actors import Actors
from annotator.suggest.found import FoundClaim
from annotator.suggest.learned.model import Model
from annotator.suggest.learned.pieces import Pieces
from annotator.suggest.learned.stance import stances
from annotator.suggest.names import Named
from annotator.suggest.words import words

LEAST = 0.88  # how probable a side must be where the cue itself judges nobody, as "praised" does
EARLY = 40  # code points from the content's beginning: whom it is about stands early
# No verb, and nothing that joins: "the Republican was", "the French who".
_NOUN = re.compile(
    r"[ -](?!(?:was|were|is|are|has|had|have|will|would|can|could|should|may|might|must|did|does|do|who|whose|and"
    r"|or|but|as|in|of|on|at|to|for|from|with|by|that|which|said|says)\b)[a-z]"
)
_PARTNER = re.compile(
    r"\b(?:with|alongside|beside|besides|like|than|criticism of|attacks? on)\s(?:the\s)?(?:\w+\s)?$", re.I
)
# "U.S. involvement", "Russia's ties": of a country something is said, not the country.
_OF_THEIRS = re.compile(
    r"['’]s\b|\s(?!(?:was|were|is|are|has|had|have|will|would|and|or|but|as|in|of|on|at|to|for)\b)[a-z]"
)
_CAPITAL = re.compile(r"\s[A-Z]")  # "Russian President"
_NOT = frozenset(["not", "no", "never", "n’t", "n't"])
_WORD = re.compile(r"n[’']t\b|\w+(?=n[’']t\b)|[\w-]+", re.I)


@dataclass(frozen=True, slots=True)
class Side:
    """A stance, and towards whom; neither where a claim takes no side."""

    stance: Stance | None
    target: str | None


NO_SIDE = Side(None, None)


def sides_of(
    model: Model, held: Pieces, sources: Mapping[FoundClaim, str | None], actors: Actors
) -> dict[FoundClaim, Side]:
    """Of claims that surely take a side, that side: a person's, in words of saying or judging, towards the actor that
    the content names first and early, but not towards the one who says it, nor towards who only takes part."""
    text = actors.text
    persons = {name for name, m in zip(actors.names, actors.mentions, strict=True) if m.label == "PERSON"}
    named: dict[FoundClaim, int] = {}
    for claim, own in sources.items():
        if own not in persons or not _is_voiced(text, claim.cue):
            continue
        first = next((i for span in claim.content for i in actors.within(*span)), None)
        if first is not None and _is_target(actors, first, claim, own):
            named[claim] = first
    places = sorted(set(named.values()))
    chances = stances(model, held, [(actors.mentions[i].start, actors.mentions[i].end) for i in places])
    likely = {i: max(zip(row, STANCES, strict=True)) for i, row in zip(places, chances.tolist(), strict=True)}
    threshold = model.card["stance"]["threshold"]
    found = {}
    for claim, i in named.items():
        chance, stance = likely[i]
        least = threshold if words("judging") & _said(text, claim.cue) else max(LEAST, threshold)
        if stance != "neutral" and chance >= least:
            found[claim] = Side(stance, actors.names[i])
    return found


def _is_target(actors: Actors, number: int, claim: FoundClaim, own: str | None) -> bool:
    mention, name = actors.mentions[number], actors.names[number]
    return (
        name is not None
        and name != own
        and mention.label in ("PERSON", "ORG", "GPE", "NORP")
        and mention.start - claim.content[0][0] < EARLY
        and not _describes(actors.text, mention)
        and not _PARTNER.search(actors.text, max(0, mention.start - 20), mention.start)
        and not (mention.label == "NORP" and _CAPITAL.match(actors.text, mention.end))
        and not (mention.label == "GPE" and _OF_THEIRS.match(actors.text, mention.end))
    )


def _is_voiced(text: str, cue: Spans) -> bool:
    """Whether a cue is a word of saying or judging, or a colon or dash, and not denied."""
    said = _said(text, cue)
    return not said or (bool(words("voices") & said) and not _NOT & said)


def _said(text: str, cue: Spans) -> set[str]:
    """A cue's words."""
    return {word.casefold() for start, end in cue for word in _WORD.findall(text[start:end])}


def _describes(text: str, mention: Named) -> bool:
    """Whether a people or creed only says of which kind something is, as in "Russian president": nobody's side."""
    plural = text[mention.start : mention.end].endswith("s")
    return mention.label == "NORP" and not plural and _NOUN.match(text, mention.end) is not None

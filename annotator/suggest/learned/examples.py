"""Gold claims as the encoder's exercises: windows of an article with the tags that are right there."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.core.annotation import STANCES
from annotator.core.text import Span
from annotator.suggest.learned.decode import CUE_TAGS, ROLE_TAGS
from annotator.suggest.learned.pieces import Pieces
from annotator.suggest.learned.windows import Window, around, near, runs, runs_of

Tags = npt.NDArray[np.int64]

IGNORED = -100  # a piece that no tag is asked for: the later pieces of a word


@dataclass(frozen=True, slots=True, eq=False)
class Exercise:
    """A window with what is marked in it and its right tags, one a piece, for a head of the network; `chances`,
    `(pieces, tags)`, say instead how probable each tag should be."""

    head: str
    held: Pieces
    window: Window
    marked: Window | None
    tags: Tags
    chances: npt.NDArray[np.float16] | None = None

    @property
    def size(self) -> int:
        return self.window[1] - self.window[0] + 2


def exercises(held: Pieces, claims: Iterable[Mapping[str, Any]]) -> Iterator[Exercise]:
    """Those of one article: each run of sentences for its cues, and each claim's surroundings for its roles."""
    found = [{role: runs_of(held, claim.get(role) or ()) for role in ("source", "cue", "content")} for claim in claims]
    cues = np.zeros(len(held), np.int64)
    for claim in found:
        _tag(cues, claim["cue"], CUE_TAGS.index("B-cue"))
    for low, high in runs(held):
        yield _exercise("cues", held, (low, high), None, cues[low:high])
    for claim in found:
        if claim["cue"] and claim["content"]:
            cue = claim["cue"][0][0], claim["cue"][-1][1]
            window = around(held, cue)
            roles = np.zeros(len(held), np.int64)
            for role in ("source", "content"):
                _tag(roles, claim[role], ROLE_TAGS.index(f"B-{role}"))
            yield _exercise("roles", held, window, cue, roles[slice(*window)])


def decoys(read: Sequence[tuple[Pieces, str, Sequence[Mapping[str, Any]]]], count: int, seed: int) -> list[Exercise]:
    """Words that are often cues where they are none: nothing around them is source or content. `read` has articles
    with their text and claims; at most `count` are drawn."""
    often: Counter[str] = Counter()
    held = []
    for article, text, claims in read:
        cues = [run for claim in claims for run in runs_of(article, claim.get("cue") or ())]
        for low, high in cues:
            often.update({_word(article, text, i) for i in range(low, high) if article.begins[i]})
        held.append((article, text, {i for low, high in cues for i in range(low, high)}))
    known = {word for word, number in often.items() if number >= 20 and word.isalpha() and len(word) > 3}
    places = [
        (article, int(i))
        for article, text, taken in held
        for i in np.flatnonzero(article.begins)
        if int(i) not in taken and _word(article, text, int(i)) in known
    ]
    found = []
    for article, i in random.Random(seed).sample(places, min(count, len(places))):
        window = around(article, (i, i + 1))
        found.append(_exercise("roles", article, window, (i, i + 1), np.zeros(window[1] - window[0], np.int64)))
    return found


def _word(held: Pieces, text: str, piece: int) -> str:
    return text[held.starts[piece] : held.ends[piece]].lower()


def _tag(tags: Tags, spans: list[Window], begin: int) -> None:
    for low, high in spans:
        tags[low] = begin
        tags[low + 1 : high] = begin + 1


def _exercise(head: str, held: Pieces, window: Window, marked: Window | None, tags: Tags) -> Exercise:
    return Exercise(head, held, window, marked, np.where(held.begins[slice(*window)], tags, IGNORED))


def stance_exercise(held: Pieces, target: Span, stance: str) -> Exercise | None:
    """The stance of a sentence towards a span of it, as a tag of the target's first piece."""
    runs = runs_of(held, [target])
    if not runs:
        return None
    marked = runs[0]
    window = near(held, marked)
    tags = np.full(window[1] - window[0], IGNORED)
    tags[marked[0] - window[0]] = STANCES.index(stance)
    return Exercise("stance", held, window, marked, tags)

"""Finds labels of a text again in a newer version of it: what stands there word for word keeps its labels."""

from __future__ import annotations

from bisect import bisect_right
from difflib import SequenceMatcher
from typing import Any

from annotator.core.annotation import SLOTS
from annotator.core.record import Record
from annotator.core.text import Span, words


class Anchors:
    """Where the words of an old text stand in a new one."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = words(old), words(new)
        self._starts = [start for start, _ in self._old]
        matcher = SequenceMatcher(
            None, [old[s:e] for s, e in self._old], [new[s:e] for s, e in self._new], autojunk=False
        )
        self._place: dict[int, int] = {}
        for block in matcher.get_matching_blocks():
            self._place |= {block.a + n: block.b + n for n in range(block.size)}

    def find(self, span: Span) -> Span | None:
        """The span in the new text; None when its words are not all there, one after the other."""
        first = max(0, bisect_right(self._starts, span[0]) - 1)
        last = max(first, bisect_right(self._starts, span[1] - 1) - 1)
        places = [self._place.get(n) for n in range(first, last + 1)]
        start, end = places[0], places[-1]
        if start is None or end is None or places != list(range(start, start + len(places))):
            return None
        # An edge within a word stays where it was in the word.
        begin = self._new[start][0] + max(0, span[0] - self._old[first][0])
        finish = self._new[end][1] - max(0, self._old[last][1] - span[1])
        return (begin, finish) if begin < finish else None


def reanchored(record: Record, anchors: Anchors) -> tuple[Record, int]:
    """The mentions and claims of a record as they stand in the new text, and how many could not be placed. A claim is
    placed when all its pieces are."""
    mentions, claims, lost = [], [], 0
    for mention in record["mentions"]:
        found = anchors.find((mention["start"], mention["end"]))
        if found is None:
            lost += 1
        else:
            mentions.append(mention | {"start": found[0], "end": found[1]})
    for claim in record["claims"]:
        slots: dict[str, list[Any]] = {slot: [anchors.find(tuple(s)) for s in claim[slot]] for slot in SLOTS}
        if any(None in spans or spans != sorted(spans) for spans in slots.values()):
            lost += 1
        else:
            claims.append(claim | {slot: [list(s) for s in spans] for slot, spans in slots.items()})
    # What was answered on the article as a whole needs no place.
    return {**record, "mentions": mentions, "claims": claims}, lost

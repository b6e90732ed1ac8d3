"""What of an article the encoder sees at once: runs of sentences for its cues, a cue's surroundings for the rest.

A window is `[low, high)` in pieces. The encoder puts a sign before and behind; `RUN` and `AROUND` leave room for two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from annotator.suggest.learned.pieces import BREAK, CLS, OUTER, OUTSIDE, SEP, Pieces

Longs = npt.NDArray[np.int64]

Window = tuple[int, int]

INPUTS = ("ids", "there", "marks", "shapes", "places")

RUN = 158
AROUND = 174
BEFORE, BEHIND = 2, 3  # sentences


def runs(held: Pieces) -> list[Window]:
    """Whole sentences as long as they fit, in text order; one that is too long alone is cut."""
    found: list[Window] = []
    low = high = 0
    for end in _ends(held):
        while end - low > RUN:
            if high == low:
                high = low + RUN
            found.append((low, high))
            low = high
        high = end
    if high > low:
        found.append((low, high))
    return found


def around(held: Pieces, cue: Window) -> Window:
    """The cue's sentence with those around it in its paragraph, as much as fits; the nearest pieces of the sentence if
    it alone does not. A quotation that runs over a line break takes its next paragraph along."""
    numbers = held.sentences
    first, last = numbers[cue[0]], numbers[cue[1] - 1]
    low, high = near(held, cue)
    behind = before = True
    for step in range(1, BEHIND + 1):
        behind = behind and not _paragraph_begins(held, high)
        end = int(np.searchsorted(numbers, last + step + 1))
        if behind and end - low <= AROUND:
            high = end
        before = before and step <= BEFORE and not _paragraph_begins(held, low)
        begin = int(np.searchsorted(numbers, first - step))
        if before and high - begin <= AROUND:
            low = begin
    return low, high


def near(held: Pieces, marked: Window) -> Window:
    """The sentence of what is marked; its nearest pieces if it alone is too long."""
    numbers = held.sentences
    low, high = (int(n) for n in np.searchsorted(numbers, (numbers[marked[0]], numbers[marked[1] - 1] + 1)))
    if high - low > AROUND:
        low = max(low, min((marked[0] + marked[1] - AROUND) // 2, high - AROUND))
        high = low + AROUND
    return low, high


def _paragraph_begins(held: Pieces, at: int) -> bool:
    """Whether a paragraph that no quotation carries on begins at a piece; so, too, where the text begins or ends."""
    if at == 0 or at >= len(held):
        return True
    return bool(held.ids[at - 1] == BREAK and held.places[at - 1] == OUTSIDE)


def _ends(held: Pieces) -> list[int]:
    changes = np.flatnonzero(np.diff(held.sentences)) + 1
    return [*changes.tolist(), len(held)] if len(held) else []


def runs_of(held: Pieces, spans: Iterable[Iterable[int]]) -> list[Window]:
    """The pieces that spans of code points touch, as runs in text order."""
    found = []
    for start, end in spans:
        low = int(np.searchsorted(held.ends, start, side="right"))
        high = int(np.searchsorted(held.starts, end))
        if low < high:
            found.append((low, high))
    return sorted(found)


def inputs(shown: Sequence[tuple[Pieces, Window, Window | None]]) -> dict[str, Longs]:
    """What the encoder reads for some windows, each with what is marked in it or nothing: arrays
    `(windows, longest + 2)`, padded."""
    longest = max(high - low for _, (low, high), _ in shown) + 2
    arrays = {name: np.zeros((len(shown), longest), np.int64) for name in INPUTS}
    for row, (held, (low, high), marked) in enumerate(shown):
        size = high - low
        arrays["ids"][row, : size + 2] = (CLS, *held.ids[low:high], SEP)
        arrays["there"][row, : size + 2] = 1
        arrays["shapes"][row, : size + 2] = (OUTER, *held.shapes[low:high], OUTER)
        arrays["places"][row, 1 : size + 1] = held.places[low:high]
        if marked is not None:
            arrays["marks"][row, marked[0] - low + 1 : marked[1] - low + 1] = 1
    return arrays

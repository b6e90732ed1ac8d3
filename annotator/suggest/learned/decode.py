"""From the encoder's logits to spans: the best sequence of tags that can be, and how sure it is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

CUE_TAGS = ("O", "B-cue", "I-cue")
ROLE_TAGS = ("O", "B-source", "I-source", "B-content", "I-content")


def transitions(tags: tuple[str, ...]) -> Floats:
    """What it costs that one tag follows another, `(before, behind)`: 0, or for the inside of a span whose beginning or
    inside is not before it, minus infinity."""
    may = [[not b.startswith("I-") or (a != "O" and a[2:] == b[2:]) for b in tags] for a in tags]
    return np.where(may, 0.0, -np.inf).astype(np.float32)


def log_softmax(logits: Floats) -> Floats:
    """Log probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def best(scores: Floats, costs: Floats) -> Ints:
    """For rows of words the tags with the highest sum of `scores` `(rows, words, tags)` and the costs of what follows
    what (Viterbi's algorithm). Rows are filled up at their end with words that are surely tag 0."""
    rows, words, _ = scores.shape
    reached = scores[:, 0] + costs[0]
    came = np.zeros(scores.shape, np.int8)
    for i in range(1, words):
        ways = reached[:, :, None] + costs
        came[:, i] = ways.argmax(axis=1)
        reached = ways.max(axis=1) + scores[:, i]
    found = np.zeros((rows, words), np.int64)
    every = np.arange(rows)
    if words:
        found[:, -1] = reached.argmax(axis=1)
    for i in range(words - 1, 0, -1):
        found[:, i - 1] = came[every, i, found[:, i]]
    return found


def spans(tags: Ints, begin: int) -> list[tuple[int, int]]:
    """The runs `[low, high)` of one kind of span, whose beginning has the tag `begin` and whose inside the next."""
    found: list[tuple[int, int]] = []
    for i in np.flatnonzero((tags == begin) | (tags == begin + 1)).tolist():
        if tags[i] != begin and found and found[-1][1] == i:
            found[-1] = found[-1][0], i + 1
        else:
            found.append((i, i + 1))
    return found

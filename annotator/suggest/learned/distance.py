"""How far pieces are from each other, in buckets, as an encoder with relative positions is told."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

BUCKETS, FARTHEST, EXACT = 32, 128, 8  # as T5 has them for both directions (Raffel et al. 2020)


def buckets(length: int) -> npt.NDArray[np.int32]:
    """For each two places in a window the bucket of the distance from one to the other: `(length, length)`."""
    distance = np.arange(length)[:, None] - np.arange(length)[None, :]
    half, away = BUCKETS // 2, np.abs(distance)
    rest = np.log(np.maximum(away, 1) / EXACT) / math.log(FARTHEST / EXACT) * (half - EXACT)
    made = half * (distance < 0) + np.where(away < EXACT, away, np.minimum(EXACT + rest.astype(int), half - 1))
    return made.astype(np.int32)

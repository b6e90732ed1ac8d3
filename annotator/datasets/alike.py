"""Near-duplicates: articles whose words are mostly the same, as agency copy in several outlets.

Candidates by MinHash and locality-sensitive hashing (Broder 1997), then the exact Jaccard similarity of their word
5-grams, since hashing alone finds too many and too few.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt
import regex

Grams = npt.NDArray[np.uint64]

WORDS = 5
PERMUTATIONS = 128
_WORD = regex.compile(r"[\p{L}\p{N}]+")
_FACTORS = np.random.default_rng(1).integers(1, 2**63, WORDS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_SLACK = 0.25  # candidates may be this much less alike by their hashes


def shingles(text: str) -> Grams:
    """The word 5-grams of a text as hashes of 64 bits, each once, sorted; of a text with fewer words, all of them as
    one. Hashes of words are added up, each times an odd number by its place (multilinear hashing, as in Lemire and
    Kaser 2014)."""
    words = np.array([_hash(word) for word in _WORD.findall(text.casefold())], np.uint64)
    if len(words) < WORDS:
        words = np.concatenate([np.full(WORDS - len(words), len(words), np.uint64), words])
    sums = (np.lib.stride_tricks.sliding_window_view(words, WORDS) * _FACTORS).sum(axis=1, dtype=np.uint64)
    return np.unique(sums ^ (sums >> np.uint64(32)))


@lru_cache(100_000)
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def jaccard(a: Grams, b: Grams) -> float:
    """The share of what either has that both have."""
    both = len(np.intersect1d(a, b, assume_unique=True))
    return both / (len(a) + len(b) - both) if len(a) or len(b) else 1.0


def near_duplicates(
    texts: Iterable[tuple[int, str]],
    near: float,
    text_of: Callable[[int], str],
    go_on: Callable[[int], None] = lambda done: None,
) -> list[tuple[int, int, float]]:
    """Pairs of articles that are at least `near` alike, with how much; of those that have the same words, each with the
    first of them alone. `text_of` gives a text by its article again, for only hashes are kept; `go_on` is told how many
    were looked at, and may raise."""
    from datasketch import MinHash

    empty = MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=int)
    members: list[int] = []
    signatures = array("I")  # one after the other: of ten thousand articles they are 5 MB
    same: list[tuple[int, int, float]] = []
    first: dict[bytes, int] = {}  # by what the words are, for agency copy may stand a thousand times
    for done, (article, text) in enumerate(texts, 1):
        go_on(done)
        grams = shingles(text)
        words = hashlib.blake2b(grams.tobytes(), digest_size=16).digest()
        if first.setdefault(words, article) != article:
            same.append((first[words], article, 1.0))
            continue
        made = empty.copy()
        made.update_batch((grams & np.uint64(0xFFFFFFFF)).tolist())
        members.append(article)
        signatures.extend(made.hashvalues.tolist())
    return sorted([*same, *_exactly(_candidates(members, signatures, max(0.1, near - _SLACK)), near, text_of)])


def _candidates(members: Sequence[int], signatures: array[int], near: float) -> set[tuple[int, int]]:
    """Pairs of articles whose signatures are the same in a band of them."""
    from datasketch import MinHashLSH

    parts = MinHashLSH(threshold=near, num_perm=PERMUTATIONS)  # knows how many bands find what is so much alike
    found: set[tuple[int, int]] = set()
    rows = np.frombuffer(signatures, dtype=np.uint32).reshape(-1, PERMUTATIONS)
    weights = np.random.default_rng(1).integers(1, 2**63, parts.r, dtype=np.uint64) | np.uint64(1)
    for band in range(parts.b):
        # Different bands that have one sum are candidates, too; they are looked at exactly.
        sums = (rows[:, band * parts.r : (band + 1) * parts.r] * weights).sum(axis=1, dtype=np.uint64)
        order = np.argsort(sums, kind="stable")
        ends = np.flatnonzero(np.diff(sums[order])) + 1
        for group in np.split(order, ends):
            if len(group) > 1:
                found.update(combinations(sorted(members[at] for at in group), 2))
    return found


def _exactly(
    candidates: Iterable[tuple[int, int]], near: float, text_of: Callable[[int], str]
) -> Iterator[tuple[int, int, float]]:
    held: dict[int, Grams] = {}
    pairs = list(candidates)
    # What is tied together comes one after the other, so that each text is read once, or nearly.
    leader = groups({one for pair in pairs for one in pair}, [(a, b, 1.0) for a, b in pairs])
    for pair in sorted(pairs, key=lambda pair: (leader[pair[0]], pair)):
        if len(held) > 500:
            held.clear()
        for one in pair:
            if one not in held:
                held[one] = shingles(text_of(one))
        alike = jaccard(held[pair[0]], held[pair[1]])
        if alike >= near:
            yield pair[0], pair[1], alike


def groups(members: Iterable[int], pairs: Iterable[tuple[int, int, float]]) -> Mapping[int, int]:
    """By member, the smallest of those that it is tied to, also through others."""
    leader = {one: one for one in members}

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = one = leader[leader[one]]
        return one

    for a, b, _ in pairs:
        low, high = sorted((find(a), find(b)))
        leader[high] = low
    return {one: find(one) for one in leader}

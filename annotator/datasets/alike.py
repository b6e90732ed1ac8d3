"""Near-duplicates: articles whose words are mostly the same, as agency copy in several outlets.

Candidates by MinHash and locality-sensitive hashing (Broder 1997), then the exact Jaccard similarity of their word
5-grams, since hashing alone finds too many and too few.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import regex

WORDS = 5
PERMUTATIONS = 128
_WORD = regex.compile(r"[\p{L}\p{N}]+")
_SLACK = 0.25  # candidates may be this much less alike by their hashes


def shingles(text: str) -> frozenset[bytes]:
    """The word 5-grams of a text as hashes of 8 bytes; of a text with fewer words, all of them as one."""
    words = [word.casefold() for word in _WORD.findall(text)]
    grams = (words[at : at + WORDS] for at in range(max(1, len(words) - WORDS + 1)))
    return frozenset(hashlib.blake2b(" ".join(gram).encode(), digest_size=8).digest() for gram in grams)


def jaccard(a: frozenset[bytes], b: frozenset[bytes]) -> float:
    """The share of what either has that both have."""
    both = len(a & b)
    return both / (len(a) + len(b) - both) if a or b else 1.0


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

    members: list[int] = []
    signatures = array("I")  # one after the other: of ten thousand articles they are 5 MB
    same: list[tuple[int, int, float]] = []
    first: dict[bytes, int] = {}  # by what the words are, for agency copy may stand a thousand times
    for done, (article, text) in enumerate(texts, 1):
        go_on(done)
        grams = shingles(text)
        words = hashlib.blake2b(b"".join(sorted(grams)), digest_size=16).digest()
        if first.setdefault(words, article) != article:
            same.append((first[words], article, 1.0))
            continue
        made = MinHash(num_perm=PERMUTATIONS, seed=1)
        made.update_batch(list(grams))
        members.append(article)
        signatures.extend(made.hashvalues.tolist())
    return sorted([*same, *_exactly(_candidates(members, signatures, max(0.1, near - _SLACK)), near, text_of)])


def _candidates(members: Sequence[int], signatures: array[int], near: float) -> set[tuple[int, int]]:
    """Pairs of articles whose signatures are the same in a band of them."""
    import numpy as np
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
    held: dict[int, frozenset[bytes]] = {}
    for pair in sorted(candidates):
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

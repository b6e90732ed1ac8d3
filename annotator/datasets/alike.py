"""Near-duplicates: articles whose words are mostly the same, as agency copy in several outlets.

Candidates by MinHash and locality-sensitive hashing (Broder 1997), then the exact Jaccard similarity of their word
5-grams, since hashing alone finds too many and too few.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping

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
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=max(0.1, near - _SLACK), num_perm=PERMUTATIONS)
    candidates: list[tuple[int, int]] = []
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
        candidates += [(int(other), article) for other in index.query(made)]
        index.insert(article, made, check_duplication=False)
    return sorted([*same, *_exactly(candidates, near, text_of)])


def _exactly(
    candidates: Iterable[tuple[int, int]], near: float, text_of: Callable[[int], str]
) -> Iterator[tuple[int, int, float]]:
    held: dict[int, frozenset[bytes]] = {}
    for pair in sorted(tuple(sorted(pair)) for pair in candidates):
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

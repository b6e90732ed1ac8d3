"""Aligns layers of one article and names the slots that differ.

One function for all of it: what editors disagree on, how well a model does, what a revision changed. Claims are paired
by the letters and digits of their contents, so that quotation marks and commas at the edges do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import Any, Generic, TypeVar

from annotator.core.annotation import ANSWERS, Answers, Claim, Layer, Mention, What, kind_of, slot_value
from annotator.core.text import Span, Spans

V = TypeVar("V", Mention, Claim)
G = TypeVar("G", Mention, Claim, Answers)
K = TypeVar("K", bound=Hashable)

CLAIM_SLOTS = ("content", "source", "cue", "actor", "mode", "stance", "target")
MENTION_SLOTS = ("span", "label", "actor")
SLOTS_OF: Mapping[What, tuple[str, ...]] = {"claim": CLAIM_SLOTS, "mention": MENTION_SLOTS, "answers": ()}
SPAN_SLOTS = ("content", "source", "cue", "span")
ENOUGH = 0.5  # from this overlap of their contents on, two claims count as the same one found twice
_TIE = 1e-7  # weighs less than any difference of contents: sources and cues only break ties


class Letters:
    """Counts letters and digits in spans of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._sums = list(accumulate(map(str.isalnum, text), initial=0))

    def within(self, spans: Iterable[Span]) -> int:
        return sum(self._sums[end] - self._sums[start] for start, end in spans)

    def shared(self, a: Spans, b: Spans) -> int:
        return self.within(common(a, b))

    def overlap(self, a: Spans, b: Spans) -> float:
        """Letters in both by letters in either (intersection over union), 0 to 1. The same spans overlap wholly, also
        where they have no letters; others without letters not at all."""
        if a and a == b:
            return 1.0
        shared = self.shared(a, b)
        return shared / max(1, self.within(a) + self.within(b) - shared)

    def same(self, a: Spans, b: Spans) -> bool:
        """Whether both cover the same letters."""
        return self.shared(a, b) == self.within(a) == self.within(b)

    def meet(self, a: Spans, b: Spans) -> bool:
        """Whether both share a letter, or neither has one."""
        return self.shared(a, b) > 0 or not (self.within(a) or self.within(b))


def common(a: Spans, b: Spans) -> list[Span]:
    """What lies in both; each in text order, without overlaps."""
    found, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        start, end = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if start < end:
            found.append((start, end))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return found


def without(a: Spans, b: Spans) -> list[Span]:
    """What lies in `a` and not in `b`."""
    found = []
    for start, end in a:
        for s, e in common(((start, end),), b):
            if start < s:
                found.append((start, s))
            start = e
        if start < end:
            found.append((start, end))
    return found


@dataclass(frozen=True, slots=True)
class Pair(Generic[V]):
    """A value of one layer with its partner in the other; None where there is none. `overlap` is of their contents
    (claims) or spans (mentions), 0 to 1."""

    a: V | None
    b: V | None
    overlap: float = 0.0


def align_claims(letters: Letters, a: Iterable[Claim], b: Iterable[Claim]) -> list[Pair[Claim]]:
    """Pairs claims one to one so that the sum of their contents' overlaps is greatest; sources and cues break ties.
    All of both are in the result, in text order."""

    def similarity(one: Claim, other: Claim) -> float:
        ties = letters.overlap(one.source, other.source) + letters.overlap(one.cue, other.cue)
        return letters.overlap(one.content, other.content) + _TIE * ties

    return _align(a, b, lambda c: (*c.content, *c.cue), similarity, lambda p, q: claim_overlap(letters, p, q))


def claim_overlap(letters: Letters, a: Claim, b: Claim) -> float:
    """The overlap of the contents; of claims without any 1 when sources and cues are the same, else 0."""
    if not a.content and not b.content:
        return float(a.source == b.source and a.cue == b.cue)
    return letters.overlap(a.content, b.content)


def distinct(mentions: Iterable[Mention]) -> list[Mention]:
    """Mentions without those that say the same as one before: the same span and label."""
    found: dict[Any, Mention] = {}
    for mention in mentions:
        found.setdefault(_place(mention), mention)
    return list(found.values())


def align_mentions(a: Iterable[Mention], b: Iterable[Mention]) -> list[Pair[Mention]]:
    """Pairs mentions one to one so that the sum of their overlaps is greatest; labels break ties."""

    def similarity(one: Mention, other: Mention) -> float:
        return _span_overlap(one, other) + _TIE * (one.label == other.label)

    return _align(a, b, lambda m: (m.span,), similarity, _span_overlap)


def _span_overlap(a: Mention, b: Mention) -> float:
    shared = min(a.end, b.end) - max(a.start, b.start)
    return max(0, shared) / (a.end - a.start + b.end - b.start - max(0, shared))


def _align(
    a: Iterable[V],
    b: Iterable[V],
    spans: Callable[[V], Iterable[Span]],
    similarity: Callable[[V, V], float],
    overlap: Callable[[V, V], float],
) -> list[Pair[V]]:
    first, second = sorted(a, key=_order), sorted(b, key=_order)
    # Solved the same way round whichever comes first, so that ties fall alike: the alignment is symmetric.
    turned = [_order(v) for v in second] < [_order(v) for v in first]
    if turned:
        first, second = second, first
    matched = _identical(first, second)
    taken = {id(v) for pair in matched for v in pair}
    left, right = [v for v in first if id(v) not in taken], [v for v in second if id(v) not in taken]
    weights: dict[tuple[int, int], float] = {}
    for i, j in _meeting(left, right, spans):
        weight = similarity(left[i], right[j])
        if weight > 0:
            weights[i, j] = weight
    matched += [(left[i], right[j]) for i, j in _best(weights)]
    taken = {id(v) for pair in matched for v in pair}
    pairs = [Pair(q, p, overlap(p, q)) if turned else Pair(p, q, overlap(p, q)) for p, q in matched]
    alone_a, alone_b = (second, first) if turned else (first, second)
    pairs += [Pair(v, None) for v in alone_a if id(v) not in taken]
    pairs += [Pair(None, v) for v in alone_b if id(v) not in taken]
    return sorted(pairs, key=lambda p: _order(p.a or p.b))  # type: ignore[arg-type]


def _identical(first: Sequence[V], second: Sequence[V]) -> list[tuple[V, V]]:
    """Those that stand in the same place in both. One minus the overlap is a metric (Jaccard's distance), so no other
    pairing is better: what two others would win by parting them, they lose by the triangle inequality."""
    waiting: dict[Any, list[V]] = defaultdict(list)
    for value in reversed(second):
        waiting[_place(value)].append(value)
    found = []
    for value in first:
        same = waiting.get(_place(value))
        if same:
            found.append((value, same.pop()))
    return found


def _place(value: Mention | Claim) -> Any:
    if isinstance(value, Mention):
        return value.start, value.end, value.label
    return value.content, value.source, value.cue


def _order(value: Mention | Claim) -> tuple[Any, ...]:
    if isinstance(value, Mention):
        return value.start, value.end, value.label, value.id
    return value.start, value.end, value.content, value.source, value.cue, value.id


def _meeting(a: Sequence[V], b: Sequence[V], spans: Callable[[V], Iterable[Span]]) -> set[tuple[int, int]]:
    """Places of those that share a character, found by going through both in text order."""
    marks = sorted(
        [(start, end, 0, n) for n, v in enumerate(a) for start, end in spans(v)]
        + [(start, end, 1, n) for n, v in enumerate(b) for start, end in spans(v)]
    )
    open_spans: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    found: set[tuple[int, int]] = set()
    for start, end, side, n in marks:
        others = open_spans[1 - side]
        others[:] = [(e, m) for e, m in others if e > start]
        found.update((n, m) if side == 0 else (m, n) for _, m in others)
        open_spans[side].append((end, n))
    return found


def _best(weights: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """The matching of the greatest total weight. What is not connected is solved by itself: most of it is one pair."""
    rows, columns = defaultdict(list), defaultdict(list)
    for i, j in weights:
        rows[i].append(j)
        columns[j].append(i)
    matched, seen = [], set()
    for start in sorted(rows):
        if start in seen:
            continue
        part_rows, part_columns, waiting = {start}, set(), [start]
        while waiting:
            for j in rows[waiting.pop()]:
                if j not in part_columns:
                    part_columns.add(j)
                    new = set(columns[j]) - part_rows
                    part_rows |= new
                    waiting += new
        seen |= part_rows
        if len(part_rows) == len(part_columns) == 1:
            matched.append((start, part_columns.pop()))
        else:
            matched += _assign(sorted(part_rows), sorted(part_columns), weights)
    return matched


def _assign(rows: list[int], columns: list[int], weights: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    matrix = np.zeros((len(rows), len(columns)))
    for r, i in enumerate(rows):
        for c, j in enumerate(columns):
            matrix[r, c] = weights.get((i, j), 0.0)
    chosen = zip(*linear_sum_assignment(matrix, maximize=True), strict=True)
    return [(rows[r], columns[c]) for r, c in chosen if matrix[r, c] > 0]


def same_claim(letters: Letters, pair: Pair[Claim]) -> bool:
    """Whether aligned claims are versions of one: half of their contents shared, or less but said by the same cue."""
    if pair.a is None or pair.b is None:
        return False
    if pair.overlap >= ENOUGH:
        return True
    return letters.shared(pair.a.cue, pair.b.cue) > 0 and (
        pair.overlap > 0 or letters.meet(pair.a.source, pair.b.source)
    )


@dataclass(frozen=True)
class Group(Generic[G]):
    """Versions of one claim or mention, or of the answers about the article, by the layer they stand in; in the order
    of the layers that were compared."""

    members: Mapping[Any, G]

    @property
    def start(self) -> int:
        return min(getattr(v, "start", 0) for v in self.members.values())

    @property
    def kind(self) -> What:
        return kind_of(next(iter(self.members.values())))

    @property
    def slots(self) -> tuple[str, ...]:
        """What there is to say of it, with the attributes that any version has an answer to."""
        answered: set[str] = set()
        for value in self.members.values():
            answered |= {name for name, _ in value.attributes}
        return (*SLOTS_OF[self.kind], *sorted(answered))

    def values(self, slot: str) -> dict[Any, Any]:
        """What each version says in a slot."""
        return {k: slot_value(v, slot) for k, v in self.members.items()}

    def majority(self, slot: str) -> list[Any]:
        """The layers that say what more than half of the versions say; empty when no value has so many."""
        values = self.values(slot)
        for value in values.values():
            holders = [k for k, v in values.items() if v == value]
            if 2 * len(holders) > len(values):
                return holders
        return []


FOUND = "found"  # what some layers have and others lack


@dataclass(frozen=True)
class Difference(Generic[G]):
    """A slot in which versions differ; with `FOUND` as the slot, layers that have no version (`missing`)."""

    group: Group[G]
    slot: str
    missing: tuple[Any, ...] = ()
    edges_only: bool = False  # the spans cover the same letters; only signs at their edges differ


def differences(letters: Letters, groups: Iterable[Group[G]], layers: Iterable[Any]) -> list[Difference[G]]:
    """What differs between the layers, group by group."""
    found: list[Difference[G]] = []
    every = list(layers)
    for group in groups:
        missing = tuple(k for k in every if k not in group.members)
        if missing:
            found.append(Difference(group, FOUND, missing))
        first, *others = group.members.values()
        for slot in group.slots:
            value = slot_value(first, slot)
            if any(slot_value(other, slot) != value for other in others):
                spans = [(v,) if slot == "span" else v for v in group.values(slot).values()]
                found.append(Difference(group, slot, (), slot in SPAN_SLOTS and edges_only(letters, spans)))
    return found


Alignments = Mapping[tuple[K, K], list[Pair[V]]]


def group_claims(
    letters: Letters, layers: Mapping[K, Iterable[Claim]], same: Callable[[Letters, Pair[Claim]], bool] = same_claim
) -> list[Group[Claim]]:
    """Claims of two or more layers, versions of one claim together, in text order. `same` says of an aligned pair
    whether it is that."""
    aligned = align_each(layers, lambda a, b: align_claims(letters, a, b))
    return joined(layers, {k: [p for p in pairs if same(letters, p)] for k, pairs in aligned.items()})


def group_mentions(layers: Mapping[K, Iterable[Mention]]) -> list[Group[Mention]]:
    """Mentions of two or more layers, those of one place together, in text order."""
    aligned = align_each(layers, align_mentions)
    return joined(layers, {k: [p for p in pairs if p.overlap > 0] for k, pairs in aligned.items()})


def group_answers(layers: Mapping[K, Layer]) -> list[Group[Answers]]:
    """What layers answer about the article, when any does; nobody is missing, who has answered nothing."""
    if not any(layer.answers for layer in layers.values()):
        return []
    return [Group({k: layer.answers.get(ANSWERS, Answers(ANSWERS)) for k, layer in layers.items()})]


def align_each(
    layers: Mapping[K, Iterable[V]], align: Callable[[Iterable[V], Iterable[V]], list[Pair[V]]]
) -> dict[tuple[K, K], list[Pair[V]]]:
    """Every two layers aligned."""
    return {(a, b): align(layers[a], layers[b]) for a, b in combinations(layers, 2)}


def joined(layers: Mapping[K, Iterable[V]], pairs: Alignments[K, V]) -> list[Group[V]]:
    """Joins what pairwise alignments say, the most alike first; never two of one layer. What has no partner is a group
    by itself."""
    order = {k: n for n, k in enumerate(layers)}
    links = []
    for (one, other), aligned in pairs.items():
        for pair in aligned:
            if pair.a is not None and pair.b is not None:
                low, high = sorted((_order(pair.a), _order(pair.b)))
                links.append((-pair.overlap, low, high, (one, pair.a.id), (other, pair.b.id)))
    together: dict[tuple[K, int], dict[K, V]] = {(k, v.id): {k: v} for k, values in layers.items() for v in values}
    for *_, one_key, other_key in sorted(links, key=lambda link: link[:3]):
        a, b = together[one_key], together[other_key]
        if a is not b and not a.keys() & b.keys():
            a |= b
            for layer, value in b.items():
                together[layer, value.id] = a
    unique = {id(members): members for members in together.values()}.values()
    groups = [Group({k: m[k] for k in sorted(m, key=order.__getitem__)}) for m in unique]
    return sorted(groups, key=lambda g: min(_order(v) for v in g.members.values()))


def edges_only(letters: Letters, values: Iterable[Spans]) -> bool:
    """Whether spans differ by signs alone: quotation marks, commas, white space."""
    first, *others = values
    return all(letters.same(first, other) for other in others)

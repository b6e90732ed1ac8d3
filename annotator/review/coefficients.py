"""Agreement coefficients with bootstrap intervals over articles, or the reason why there is no number.

Cohen's κ comes from scikit-learn. α, and the thousand replicates of an interval, are computed from sums over articles
at once: Cohen 1960, A Coefficient of Agreement for Nominal Scales; Krippendorff 2011, Computing Krippendorff's
Alpha-Reliability; Passonneau 2006, Measuring Agreement on Set-valued Items (MASI). Intervals are percentiles (Efron
1979).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FEW = 20  # items; a coefficient of fewer says little
CONFIDENCE = 95  # per cent
_AT_ONCE = 100  # replicates, so that memory stays bounded

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its interval (None where there is none) and the count it rests on. Without a value, `reason` says
    why; with a value but no interval, why that is missing."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        data = {k: round(v, 6) if isinstance(v, float) else v for k, v in asdict(self).items()}
        if not self.reason:
            del data["reason"]
        return data


def absent(reason: str, n: int = 0) -> Figure:
    return Figure(None, n=n, reason=reason)


def resamples(articles: int, replicates: int, seed: int) -> Floats:
    """How often each article is drawn in each replicate: replicates × articles, each row summing to `articles`."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(articles, np.full(articles, 1 / articles), size=replicates).astype(float)


def ratio(
    numerators: Sequence[float], denominators: Sequence[float], drawn: Floats, reason: str, n: int | None = None
) -> Figure:
    """The sum of the articles' numerators by that of their denominators; `reason` for when there is nothing to divide
    by. `n` is the count it rests on, by default the denominators' sum."""
    top, bottom = np.asarray(numerators, float), np.asarray(denominators, float)
    total = float(bottom.sum())
    count = round(total) if n is None else n
    if not total:
        return absent(reason, count)
    value = float(top.sum()) / total
    with np.errstate(invalid="ignore", divide="ignore"):
        replicates = (drawn @ top) / (drawn @ bottom)
    return _with_interval(value, replicates, count, len(top))


def kappa(items: Sequence[tuple[int, Hashable, Hashable]], drawn: Floats) -> Figure:
    """Cohen's κ of two annotators' (article's number, one's category, the other's category)."""
    values = sorted({v for _, a, b in items for v in (a, b)}, key=str)
    if missing := _too_little(len(items), values):
        return missing
    from sklearn.metrics import cohen_kappa_score

    place = {v: n for n, v in enumerate(values)}
    at = [article for article, _, _ in items]
    first, second = [place[a] for _, a, _ in items], [place[b] for _, _, b in items]
    value = float(cohen_kappa_score(first, second))
    if np.isnan(value):
        return absent("both always chose the same one category", len(items))
    shape = (drawn.shape[1], len(values))
    ones, others = _sums(at, first, shape), _sums(at, second, shape)
    agree = _sums(at, [0] * len(at), (shape[0], 1), [float(a == b) for a, b in zip(first, second, strict=True)])

    def replicate(some: Floats) -> Floats:
        a, b, same = some @ ones, some @ others, (some @ agree)[:, 0]
        total = a.sum(axis=1)
        expected = (a * b).sum(axis=1) / total
        return (same - expected) / (total - expected)

    return _with_interval(value, _replicates(drawn, replicate), len(items), shape[0])


Level = Literal["nominal", "ordinal", "interval", "set"]


def alpha(
    units: Sequence[tuple[int, Sequence[Hashable]]],
    drawn: Floats,
    level: Level = "nominal",
    words: Callable[[Any], str] = str,
) -> Figure:
    """Krippendorff's α of units: the article's number and the values two or more annotators gave. For "ordinal" and
    "interval" the values are numbers, for "set" frozensets. `words` says what a value is called."""
    units = [(article, values) for article, values in units if len(values) > 1]
    numbers = level in ("ordinal", "interval")
    domain: list[Any] = sorted({v for _, values in units for v in values}, key=None if numbers else _in_order)
    if missing := _too_little(len(units), [words(v) for v in domain]):
        return missing
    place = {v: n for n, v in enumerate(domain)}
    placed = [(article, [place[v] for v in values]) for article, values in units]
    articles = drawn.shape[1]
    if level == "nominal":
        replicate = _nominal(placed, articles, len(domain))
    elif level == "interval":
        replicate = _interval(units, articles, sum(domain) / len(domain))
    else:
        distances = None if level == "ordinal" else np.array([[masi(a, b) for b in domain] for a in domain])
        replicate = _by_distance(placed, articles, len(domain), distances)
    value = float(replicate(np.ones((1, articles)))[0])
    return _with_interval(value, _replicates(drawn, replicate), len(units), articles)


def _in_order(value: Hashable) -> str:
    return str(sorted(value)) if isinstance(value, frozenset) else str(value)


def masi(a: frozenset[Any], b: frozenset[Any]) -> float:
    """The distance of two sets, 0 to 1: one minus Jaccard's index, weighed by whether they are the same, one holds the
    other, they overlap, or have nothing in common (Passonneau 2006)."""
    if a == b:
        return 0.0
    shared, all_of_both = len(a & b), len(a | b)
    weight = 2 / 3 if shared in (len(a), len(b)) and shared else 1 / 3 if shared else 0.0
    return 1 - shared / all_of_both * weight


def _nominal(units: Sequence[tuple[int, list[int]]], articles: int, size: int) -> Callable[[Floats], Floats]:
    """A function from drawn articles to α. All it needs of an article are sums: how often each value was given, and how
    much the values within its units differ."""
    given = _given(units, articles, size)
    within = [
        (len(values) ** 2 - sum(n * n for n in Counter(values).values())) / (len(values) - 1) for _, values in units
    ]
    differing = _sums([a for a, _ in units], [0] * len(units), (articles, 1), within)

    def nominal(some: Floats) -> Floats:
        n_c = some @ given
        n = n_c.sum(axis=1)
        return 1 - (n - 1) * (some @ differing)[:, 0] / (n**2 - (n_c**2).sum(axis=1))

    return nominal


def _interval(units: Sequence[tuple[int, Sequence[Any]]], articles: int, middle: float) -> Callable[[Floats], Floats]:
    """The same for numbers, whose distance is the square of their difference: the sums over all pairs of values follow
    from those of the values and their squares, however many different ones there are."""
    rows, at = [], []
    for article, values in units:
        near = np.asarray(values, float) - middle  # so that the squares stay small
        n, total, squares = len(near), float(near.sum()), float((near**2).sum())
        at.append(article)
        rows.append((n, total, squares, 2 * (n * squares - total**2) / (n - 1)))
    sums = _sums([a for a in at for _ in range(4)], [0, 1, 2, 3] * len(at), (articles, 4), [v for r in rows for v in r])

    def interval(some: Floats) -> Floats:
        n, total, squares, within = (some @ sums).T
        return np.asarray(1 - (n - 1) * within / (2 * (n * squares - total**2)))

    return interval


def _by_distance(
    units: Sequence[tuple[int, list[int]]], articles: int, size: int, distances: Floats | None
) -> Callable[[Floats], Floats]:
    """The same for values that are more or less far from each other; without `distances`, by their ranks."""
    given = _given(units, articles, size)
    pairs = [
        (article, size * values[i] + values[j], 1 / (len(values) - 1))
        for article, values in units
        for i in range(len(values))
        for j in range(len(values))
        if i != j
    ]
    together = _sums([p[0] for p in pairs], [p[1] for p in pairs], (articles, size**2), [p[2] for p in pairs])

    def by_distance(some: Floats) -> Floats:
        n_c = some @ given
        n = n_c.sum(axis=1)
        if distances is None:
            # How many values lie between c and k, those of the ends by half.
            middle = np.cumsum(n_c, axis=1) - n_c / 2
            apart = (middle[:, :, None] - middle[:, None, :]) ** 2
        else:
            apart = np.broadcast_to(distances, (len(n_c), size, size))
        observed = ((some @ together).reshape(-1, size, size) * apart).sum(axis=(1, 2))
        expected = (n_c[:, :, None] * n_c[:, None, :] * apart).sum(axis=(1, 2))
        return np.asarray(1 - (n - 1) * observed / expected)

    return by_distance


def _given(units: Sequence[tuple[int, list[int]]], articles: int, size: int) -> Any:
    """How often each value was given in each article."""
    flat = [(article, v) for article, values in units for v in values]
    return _sums([a for a, _ in flat], [v for _, v in flat], (articles, size))


def _sums(rows: list[int], columns: list[int], shape: tuple[int, int], values: list[float] | None = None) -> Any:
    """A sparse table of sums: `values` (each 1 by default) added up by row and column."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(rows)) if values is None else np.asarray(values), (rows, columns)), shape=shape)


def _replicates(drawn: Floats, replicate: Callable[[Floats], Floats]) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = [replicate(drawn[at : at + _AT_ONCE]) for at in range(0, len(drawn), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _too_little(n: int, values: Sequence[Hashable]) -> Figure | None:
    if not n:
        return absent("no claim was found by both")
    if len(values) < 2:
        return absent(f"only “{values[0]}” was ever chosen, so chance cannot be told from agreement", n)
    if n < FEW:
        return absent(f"rests on {n} {'claim' if n == 1 else 'claims'} only; fewer than {FEW} say little", n)
    return None


def _with_interval(value: float, replicates: Floats, n: int, articles: int) -> Figure:
    """`value` with the percentiles of the replicates that are numbers."""
    usable = replicates[np.isfinite(replicates)]
    if articles < 2:
        return Figure(value, n=n, reason="no interval: it rests on one article")
    if len(usable) < len(replicates) * 0.95 or not len(usable):
        return Figure(value, n=n, reason="no interval: undefined for too many of the drawn samples")
    edge = (100 - CONFIDENCE) / 2
    low, high = np.percentile(usable, [edge, 100 - edge])
    return Figure(value, float(low), float(high), n)

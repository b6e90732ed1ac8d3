"""Small cases are computed by hand (the sums stand beside them); large ones by the libraries."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, interval_distance, masi_distance
from sklearn.metrics import cohen_kappa_score

from annotator.review.coefficients import FEW, alpha, kappa, ratio, resamples


def drawn(articles, replicates=200):
    return resamples(articles, replicates, 0)


def items(*counts):
    """`(a, b, how often)` as items of two articles in turn."""
    made = [(a, b) for a, b, many in counts for _ in range(many)]
    return [(n % 2, a, b) for n, (a, b) in enumerate(made)]


def test_kappa_by_hand():
    # 40 items: both yes 20, both no 10, yes/no 5, no/yes 5. Observed 30/40 = 0.75.
    # Expected: 25/40 · 25/40 + 15/40 · 15/40 = 0.390625 + 0.140625 = 0.53125. κ = (0.75 − 0.53125) / 0.46875.
    figure = kappa(items(("yes", "yes", 20), ("no", "no", 10), ("yes", "no", 5), ("no", "yes", 5)), drawn(2))
    assert figure.value == pytest.approx(0.21875 / 0.46875)
    assert figure.low <= figure.value <= figure.high
    assert figure.n == 40


def test_alpha_by_hand():
    # 30 units by two: 20 (x, x), 6 (y, y), 4 (x, y). 60 values: x 44, y 16. Differing pairs, both ways round: 8.
    # α = 1 − (60 − 1) · 8 / (60² − 44² − 16²) = 1 − 472 / 1408.
    units = [(n % 3, v) for n, v in enumerate([("x", "x")] * 20 + [("y", "y")] * 6 + [("x", "y")] * 4)]
    assert alpha(units, drawn(3)).value == pytest.approx(1 - 472 / 1408)


def test_ordinal_alpha_counts_how_far_apart():
    near = [(0, (-1, -1))] * 10 + [(0, (0, 0))] * 10 + [(0, (1, 1))] * 10 + [(0, (0, 1))] * 6
    far = near[:-6] + [(0, (-1, 1))] * 6
    assert alpha(near, drawn(1), "ordinal").value > alpha(far, drawn(1), "ordinal").value


def test_undefined_ones_say_why():
    few = items(("a", "b", 3), ("a", "a", 4))
    assert kappa([], drawn(2)).reason == "no claim was found by both"
    assert kappa(few, drawn(2)).reason == f"rests on 7 claims only; fewer than {FEW} say little"
    assert kappa(items(("a", "a", 30)), drawn(2)).reason.startswith("only “a” was ever chosen")
    assert alpha([(0, ("a", "a"))] * 30, drawn(1)).reason.startswith("only “a” was ever chosen")
    assert alpha([(0, ("a",))] * 30, drawn(1)).reason == "no claim was found by both"
    assert alpha([(0, ("a", "b"))], drawn(1)).reason.startswith("rests on 1 claim only")
    assert ratio([0], [0], drawn(1), "nobody marked a claim").reason == "nobody marked a claim"
    one = ratio([3], [4], drawn(1), "")
    assert (one.value, one.low, one.reason) == (0.75, None, "no interval: it rests on one article")
    for figure in (kappa(few, drawn(2)), alpha([], drawn(1))):
        assert figure.value is None and figure.as_json()["value"] is None and figure.as_json()["reason"]


def test_an_interval_is_of_articles_not_of_items():
    # Two articles, in one all agree and in the other nobody does: drawn as wholes, the share is 0, a half or 1.
    figure = ratio([10, 0], [10, 10], resamples(2, 1000, 0), "")
    assert (figure.value, figure.low, figure.high) == (0.5, 0.0, 1.0)
    assert resamples(5, 7, 3).sum(axis=1).tolist() == [5] * 7
    assert (resamples(5, 7, 3) == resamples(5, 7, 3)).all()


values = st.lists(st.sampled_from("abc"), min_size=2, max_size=2)


@settings(max_examples=40, deadline=None)
@given(st.lists(values, min_size=FEW, max_size=60))
def test_kappa_is_scikit_learns_and_replicates_follow_it(pairs):
    a, b = zip(*pairs, strict=True)
    figure = kappa([(n % 4, x, y) for n, (x, y) in enumerate(pairs)], drawn(4))
    if figure.value is not None:
        assert figure.value == pytest.approx(cohen_kappa_score(a, b))
        once = kappa([(0, x, y) for x, y in pairs] + [(1, x, y) for x, y in pairs], np.ones((3, 2)))
        assert once.low == pytest.approx(figure.value) == once.high


def by_nltk(units, distance):
    """α as NLTK computes it, of units with the values that annotators gave."""
    task = [(f"coder {n}", f"unit {u}", value) for u, unit in enumerate(units) for n, value in enumerate(unit)]
    return AnnotationTask(data=task, distance=distance).alpha()


def by_ranks(units):
    """α of ordered values by its definition, value by value: Krippendorff 2011, section D."""
    given = Counter(v for unit in units for v in unit)
    domain, total = sorted(given), sum(given.values())

    def apart(c, k):
        low, high = sorted((c, k))
        return (sum(given[g] for g in domain if low <= g <= high) - (given[c] + given[k]) / 2) ** 2 if c != k else 0

    within = [
        apart(a, b) / (len(unit) - 1)
        for unit in units
        for n, a in enumerate(unit)
        for m, b in enumerate(unit)
        if n != m
    ]
    across = [given[c] * given[k] * apart(c, k) for c in domain for k in domain]
    return 1 - (total - 1) * sum(within) / sum(across)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(-1, 2), min_size=2, max_size=5), min_size=FEW, max_size=50),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_alpha_is_as_others_compute_it(units, level):
    figure = alpha([(0, u) for u in units], drawn(1), level)
    if len({v for u in units for v in u}) < 2:
        assert figure.value is None
        return
    plain = {"nominal": binary_distance, "interval": interval_distance}
    expected = by_ranks(units) if level == "ordinal" else by_nltk(units, plain[level])
    assert figure.value == pytest.approx(expected)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.frozensets(st.sampled_from("abc")), min_size=2, max_size=4), min_size=FEW, max_size=40))
def test_alpha_of_sets_is_as_nltk_computes_it(units):
    figure = alpha([(0, u) for u in units], drawn(1), "set", lambda v: "".join(sorted(v)))
    if len({v for u in units for v in u}) < 2:
        assert figure.value is None
        return

    def distance(a, b):  # two empty sets are the same, which NLTK divides by nothing
        return masi_distance(a, b) if a or b else 0.0

    assert figure.value == pytest.approx(by_nltk(units, distance))


def test_the_interval_of_alpha_is_of_its_replicates():
    units = [(n % 3, [n % 2, (n + (n % 3 == 0 and n % 4 == 0)) % 2]) for n in range(60)]
    figure = alpha(units, resamples(3, 500, 0))
    assert figure.low < figure.value < figure.high
    once = alpha([(0, u) for _, u in units] + [(1, u) for _, u in units], np.ones((3, 2)))
    assert once.low == pytest.approx(once.value) == once.high

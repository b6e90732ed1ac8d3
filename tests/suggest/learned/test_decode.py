"""The best sequence of tags: the same as trying all of them."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotator.suggest.learned.decode import ROLE_TAGS, best, log_softmax, spans, transitions

COSTS = transitions(ROLE_TAGS)


def total(scores, tags):
    before = 0
    found = 0.0
    for i, tag in enumerate(tags):
        found += scores[i, tag] + COSTS[before, tag]
        before = tag
    return found


@given(st.lists(st.lists(st.floats(-5, 5, width=16), min_size=5, max_size=5), min_size=1, max_size=4))
def test_the_best_of_all_sequences(rows):
    scores = np.array(rows, np.float32)
    found = best(scores[None], COSTS)[0]
    most = max(total(scores, tags) for tags in product(range(5), repeat=len(rows)))
    assert np.isclose(total(scores, found), most, atol=1e-4) and np.isfinite(most)


def test_rows_do_not_touch_each_other():
    scores = np.random.default_rng(1).normal(size=(6, 7, 5)).astype(np.float32)
    together = best(scores, COSTS)
    assert all((best(scores[i : i + 1], COSTS)[0] == together[i]).all() for i in range(6))


def test_a_span_begins_with_its_beginning():
    assert not np.isfinite(COSTS[0, 2]) and not np.isfinite(COSTS[1, 4]) and np.isfinite(COSTS[2, 2])
    assert spans(np.array([0, 3, 4, 3, 0, 1, 2]), 3) == [(1, 3), (3, 4)]


def test_log_probabilities_sum_to_one():
    assert np.allclose(np.exp(log_softmax(np.array([[1000.0, 0.0, -1000.0]], np.float32))).sum(), 1)

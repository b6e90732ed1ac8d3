"""Whether probabilities are worth what they say, and what each threshold does."""

import pytest

from annotator.core.annotation import Claim
from annotator.suggest.learned import model
from annotator.suggest.learned.calibration import STEPS, curve, fit_weights, reliability, told
from annotator.suggest.learned.extract import Tagged
from annotator.suggest.learned.model import probability

TEXT = "Ann Lee said that the bridge was safe. Omar Nye denied that the road was closed."


@pytest.fixture(scope="module")
def seen():
    return model.candidates(model.shipped(), TEXT)


def gold_of(found):
    return [Claim(1, found.source, found.cue, found.content, found.mode)]


def test_reliability_by_hand():
    bins, error = reliability([(0.95, True), (0.95, True), (0.95, False), (0.15, False)])
    assert bins == [
        {"from": 0.1, "claims": 1, "said": 0.15, "so": 0.0},
        {"from": 0.9, "claims": 3, "said": 0.95, "so": 0.667},
    ]
    assert error == pytest.approx(3 / 4 * (0.95 - 2 / 3) + 1 / 4 * 0.15, abs=1e-4)
    assert reliability([(1.0, True)]) == ([{"from": 0.9, "claims": 1, "said": 1.0, "so": 1.0}], 0.0)
    assert reliability([]) == ([], 0.0)


def test_the_curve_counts_what_is_shown_and_right(seen):
    first, _ = seen.chosen(0.5)
    rows = {row["threshold"]: row for row in curve([(seen, gold_of(first))])}
    assert tuple(rows) == STEPS
    assert (rows[0.5]["precision"], rows[0.5]["recall"]) == (0.5, 1.0)
    assert rows[0.5]["f1"] == pytest.approx(2 / 3, abs=1e-4)
    none = curve([(seen, [])])
    assert {(row["precision"], row["recall"]) for row in none} == {(0.0, 0.0)}


def test_each_claim_is_told_with_whether_it_is_one(seen):
    first, second = seen.chosen(0.5)
    rated = told([(seen, gold_of(second))])
    assert [right for chance, right in rated if chance >= 0.5] == [False, True]
    assert [chance for chance, _ in rated if chance >= 0.5] == [first.score, second.score]


def test_what_is_surer_is_never_less_probable():
    """Though sources here are surer where there is no claim, as they happen to be on the dev split."""
    runs = ((0, 1),)
    made = [
        (Tagged((1, 2), runs, runs, cue, -0.1, source), cue > -1)
        for cue, source in [
            (-0.1, -2.0),
            (-0.2, -1.5),
            (-0.3, -3.0),
            (-2.0, -0.1),
            (-3.0, -0.2),
            (-1.5, -0.01),
            (-0.9, -0.5),
        ]
    ]
    weights = fit_weights(made)
    assert weights[1] > 0.3
    assert weights[2] >= 0 and weights[3] == 0
    assert probability(weights, made[0][0]) > 0.5 > probability(weights, made[4][0])

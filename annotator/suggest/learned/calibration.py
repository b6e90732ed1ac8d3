"""Makes a model's scores probabilities: of a hundred claims at 0.7, some seventy are claims for people, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from annotator.core.annotation import Claim
from annotator.core.compare import Letters
from annotator.suggest.found import FoundClaim, partners
from annotator.suggest.learned.decode import Floats
from annotator.suggest.learned.extract import Tagged
from annotator.suggest.learned.model import Candidates, features, outermost, probability

DECAY = 10.0
STEPS = tuple(round(0.05 * n, 2) for n in range(1, 20))  # thresholds the curve is told for


def right(letters: Letters, found: Sequence[FoundClaim], gold: Iterable[Claim]) -> list[bool]:
    """Which of the found claims are a gold claim, too."""
    paired = partners(letters, found, gold)
    return [n in paired for n in range(len(found))]


def told(articles: Iterable[tuple[Candidates, Sequence[Claim]]]) -> list[tuple[float, bool]]:
    """Each claim's probability, and whether it is one: what `reliability` asks for."""
    found: list[tuple[float, bool]] = []
    for candidates, claims in articles:
        chosen = candidates.chosen(0.0)
        found += zip((c.score for c in chosen), right(Letters(candidates.text), chosen, claims), strict=True)
    return found


def fit_weights(seen: Iterable[tuple[Tagged, bool]]) -> list[float]:
    """Weights of `features` by logistic regression on what was right, with a little decay (C = 10). How sure a cue, a
    content and a source are never lowers the probability."""
    from scipy.optimize import minimize
    from scipy.special import expit

    read = list(seen)
    rows = np.array([features(one) for one, _ in read])
    answers = np.array([true for _, true in read], float)

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = rows @ weights
        slope = rows.T @ (expit(odds) - answers) + weights / DECAY
        return float(np.logaddexp(0, odds).sum() - answers @ odds + weights @ weights / (2 * DECAY)), slope

    bounds = [(None, None), (0, None), (0, None), (0, None), (None, None)]
    made = minimize(loss, np.zeros(rows.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B")
    return [round(float(w), 6) for w in made.x]


def curve(articles: Sequence[tuple[Candidates, Sequence[Claim]]]) -> list[dict[str, float]]:
    """Precision, recall and F1 of the claims at each threshold of `STEPS`."""
    letters = [Letters(candidates.text) for candidates, _ in articles]
    gold = sum(len(claims) for _, claims in articles)
    found = []
    for step in STEPS:
        hits = shown = 0
        for (candidates, claims), own in zip(articles, letters, strict=True):
            chosen = candidates.chosen(step)
            shown += len(chosen)
            hits += sum(right(own, chosen, claims))
        row = {"threshold": step, "precision": hits / max(1, shown), "recall": hits / max(1, gold)}
        found.append(row | {"f1": 2 * hits / max(1, shown + gold)})
    return [{k: round(v, 4) for k, v in row.items()} for row in found]


def reliability(claims: Iterable[tuple[float, bool]], bins: int = 10) -> tuple[list[dict[str, float]], float]:
    """For each tenth of the probability how many claims there are, what was said and what was so; and the expected
    calibration error (Naeini et al. 2015): the mean difference of the two, weighted by the number of claims."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for chance, true in claims:
        held[min(bins - 1, int(chance * bins))].append((chance, true))
    total = sum(map(len, held))
    rows, error = [], 0.0
    for number, some in enumerate(held):
        if not some:
            continue
        said = sum(chance for chance, _ in some) / len(some)
        so = sum(true for _, true in some) / len(some)
        error += len(some) / total * abs(said - so)
        rows.append({"from": number / bins, "claims": len(some), "said": round(said, 3), "so": round(so, 3)})
    return rows, round(error, 4)


def again(candidates: Candidates, weights: list[float]) -> Candidates:
    """The same candidates weighed anew."""
    claims = tuple((one, probability(weights, one)) for one, _ in candidates.claims)
    return Candidates(candidates.text, candidates.held, claims)


def weigh(articles: Sequence[tuple[Candidates, Sequence[Claim]]], rounds: int = 3) -> list[float]:
    """Weights from articles with gold claims. What excludes what depends on the weights, so it is done some times."""
    weights = [0.0, 1.0, 1.0, 0.5, 0.0]
    for _ in range(rounds):
        seen: list[tuple[Tagged, bool]] = []
        for candidates, claims in articles:
            weighed = again(candidates, weights)
            kept = outermost(list(weighed.claims))
            seen += zip(
                (one for one, _ in kept), right(Letters(weighed.text), weighed.chosen(0.0), claims), strict=True
            )
        weights = fit_weights(seen)
    return weights

"""Weighs what a model sees: the probability of its claims on PolNeAR's dev split and of its stances on NewsMTSC's, and
what each threshold does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from annotator.core.annotation import STANCES, Claim, Stance
from annotator.core.text import Span
from annotator.suggest.evaluation import ActorNumbers, layer_of
from annotator.suggest.learned.calibration import again, curve, reliability, told, weigh
from annotator.suggest.learned.decode import Floats
from annotator.suggest.learned.model import Candidates, Model, candidates
from annotator.suggest.learned.pieces import pieces, tokenizer
from annotator.suggest.learned.stance import stances

LEAST = 0.05  # nobody wants to see claims less probable
PRECISE = 0.84  # a stance is proposed where so many of those proposed on the dev split are right
NEAR = 0.001  # of thresholds whose F1 is so near the best one's, the surest is taken

Rated = list[tuple[Candidates, list[Claim]]]


def rate(model: Model, records: list[dict[str, Any]]) -> Rated:
    """What a model sees in each text, beside its gold claims."""
    seen = {text: candidates(model, text) for text in dict.fromkeys(r["text"] for r in records)}
    return [(seen[r["text"]], list(layer_of(r, ActorNumbers()).claims.values())) for r in records]


def error_of(rated: Rated, weights: list[float]) -> float:
    """How true the probabilities are that weights give on articles."""
    return reliability(told((again(seen, weights), gold) for seen, gold in rated))[1]


def weighed_claims(rated: Rated) -> dict[str, Any]:
    """The weights of a claim's probability, the threshold with the best F1, and what each threshold does."""
    # The error is told of articles that the weights had not seen: each half by the other's.
    halves = rated[::2], rated[1::2]
    crossed = [error_of(halves[i], weigh(halves[1 - i])) for i in (0, 1)]
    weights = weigh(rated)
    steps = curve([(again(seen, weights), gold) for seen, gold in rated])
    most = max(row["f1"] for row in steps)
    best = next(row for row in reversed(steps) if row["f1"] >= most - NEAR)
    return {"weights": weights, "threshold": best["threshold"], "error": crossed, "curve": steps}


def weighed_stances(model: Model, dev: list[tuple[str, Span, Stance]]) -> dict[str, Any]:
    """The temperature of a stance's probability, the threshold from which one is proposed, and the macro F1. What the
    model's card says has a temperature of 1."""
    from sklearn.metrics import f1_score

    cutter = tokenizer(model.words)
    logs = np.concatenate([np.log(stances(model, pieces(cutter, text), [target]) + 1e-9) for text, target, _ in dev])
    gold = np.array([STANCES.index(stance) for *_, stance in dev])

    def softened(temperature: float) -> Floats:
        scaled = np.exp(logs / temperature)
        made: Floats = scaled / scaled.sum(axis=1, keepdims=True)
        return made

    def surprise(temperature: float) -> float:
        return float(-np.log(softened(temperature)[np.arange(len(gold)), gold] + 1e-9).mean())

    temperature = min((round(0.5 + 0.05 * n, 2) for n in range(60)), key=surprise)
    chances = softened(temperature)
    chosen, sure = chances.argmax(axis=1), chances.max(axis=1)
    taking = chosen != STANCES.index("neutral")
    threshold = next(
        (
            t
            for t in np.round(np.arange(0.4, 0.96, 0.05), 2)
            if (chosen == gold)[taking & (sure >= t)].mean() >= PRECISE
        ),
        0.95,
    )
    shown = taking & (sure >= threshold)
    return {
        "temperature": temperature,
        "threshold": float(threshold),
        "f1": round(float(f1_score(gold, chosen, average="macro")), 4),
        "precision": round(float((chosen == gold)[shown].mean()), 4),
        "proposed": round(float(shown.mean()), 4),
        "error": reliability(zip(sure.tolist(), (chosen == gold).tolist(), strict=True))[1],
    }


def put(out: Path, card: dict[str, Any]) -> None:
    """Writes what a model says of itself beside its files."""
    (out / "model.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")

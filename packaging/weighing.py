"""Weighs what a model of claims sees on PolNeAR's dev split: its probability, and what each threshold does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from annotator.core.annotation import Claim
from annotator.formats.brat_format import read_folder
from annotator.formats.brat_mapping import mapping_of
from annotator.suggest.evaluation import ActorNumbers, layer_of
from annotator.suggest.learned.calibration import again, curve, reliability, told, weigh
from annotator.suggest.learned.model import Candidates, Model, candidates

LEAST = 0.05  # nobody wants to see claims less probable
NEAR = 0.001  # of thresholds whose F1 is so near the best one's, the surest is taken

Rated = list[tuple[Candidates, list[Claim]]]


def read(folder: Path) -> list[dict[str, Any]]:
    """PolNeAR's records of a split in a fixed order."""
    found = [record for _, record in read_folder(folder, mapping_of("polnear", folder)) if isinstance(record, dict)]
    return sorted(found, key=lambda r: (str(r["id"]), str(r.get("layer"))))


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

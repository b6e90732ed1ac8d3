"""What a project has trained, as a value to keep and to send: habits, of what they were made and what they bring."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from annotator.suggest.learned.model import Model

MOST = 50_000  # weights: more come from no training


class TrainedError(Exception):
    """A trained model that cannot be used, in a sentence for the editor."""


@dataclass(frozen=True, slots=True)
class Trained:
    """`weights` as `habits.learned` makes them; `base` is the model beside which they were made. `before` and `after`
    are F1 on articles held out: `full` (the claim with its source and cue) and `exact` (all by the same words)."""

    base: str
    weights: Mapping[str, float]
    articles: int
    before: Mapping[str, float]
    after: Mapping[str, float]
    number: int = 1

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def from_json(data: Any) -> Trained:
    """What `as_json` gave. Raises TrainedError."""
    try:
        weights = {str(name): float(weight) for name, weight in data["weights"].items()}
        before, after = ({key: float(data[side][key]) for key in ("full", "exact")} for side in ("before", "after"))
        if len(weights) > MOST or not all(map(math.isfinite, weights.values())):
            raise ValueError
        return Trained(str(data["base"]), weights, int(data["articles"]), before, after, int(data["number"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TrainedError("this is no model that Annotator has trained, or it is damaged. Train again.") from error


def with_habits(model: Model, trained: Trained) -> Model:
    """The model with a project's habits. Raises TrainedError when they were made beside another one."""
    if trained.base != model.version:
        raise TrainedError(f"it was trained beside “{trained.base}”, and this is “{model.version}”. Train again.")
    return replace(model, habits=trained.weights)

"""What a project has trained, as a value to keep and to send: habits, of what they were made and what they bring."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.core.errors import AnnotatorError

MAX_WEIGHTS = 50_000  # weights: more come from no training
MAX_WEIGHT = 100.0  # log odds: nor do heavier ones
MAX_COUNT = 1_000_000  # articles, trainings
MAX_BYTES = 20_000_000  # bytes of a file


class TrainedError(AnnotatorError):
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
        weights = {str(name): _number(weight, MAX_WEIGHT) for name, weight in data["weights"].items()}
        sides = ({key: _number(data[side][key], 1) for key in ("full", "exact")} for side in ("before", "after"))
        before, after = sides
        articles, number = (_number(data[name], MAX_COUNT) for name in ("articles", "number"))
        if len(weights) > MAX_WEIGHTS or articles != int(articles) or number != int(number) or number < 1:
            raise ValueError
        return Trained(str(data["base"])[:200], weights, int(articles), before, after, int(number))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TrainedError("this is no model that Annotator has trained, or it is damaged. Train again.") from error


def read(path: Path) -> dict[str, Any]:
    """A file that `annotator train` wrote, as JSON. Raises OSError, and TrainedError when it is none."""
    if not path.is_file() and path.exists():
        raise TrainedError("it is no file.")
    try:
        with path.open("rb") as file:
            held = file.read(MAX_BYTES + 1)
        found = json.loads(held.decode("utf-8-sig")) if len(held) <= MAX_BYTES else None
    except (ValueError, RecursionError) as error:
        raise TrainedError("it is no trained model.") from error
    if not isinstance(found, dict):
        raise TrainedError("it is no trained model.")
    return found


def _number(value: Any, most: float) -> float:
    """Raises TypeError or ValueError for what is no number, or further from zero than `most`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not -most <= value <= most:
        raise ValueError
    return float(value)

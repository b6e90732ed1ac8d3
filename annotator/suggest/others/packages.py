"""Models that installed packages bring, by the entry point `annotator.suggesters`.

Each is a function that takes a text and returns `{"mentions": […], "claims": […]}` as in a record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from annotator.suggest.asking import AnswerError
from annotator.suggest.others.chosen import ChoiceError

ENTRY_POINTS = "annotator.suggesters"

Suggests = Callable[[str], Mapping[str, Any]]


def names() -> list[str]:
    """Of those that are installed."""
    return sorted({point.name for point in entry_points(group=ENTRY_POINTS)})


def load(name: str) -> Suggests:
    """Raises ChoiceError when there is none of that name, and AnswerError when it cannot be loaded."""
    point = next(iter(entry_points(group=ENTRY_POINTS, name=name)), None)
    if point is None:
        there = ", ".join(names())
        raise ChoiceError(f"No installed package brings a model “{name}”{f': there are {there}' if there else ''}.")
    try:
        made = point.load()
    except (Exception, SystemExit) as error:  # somebody else's fault
        raise AnswerError(f"“{name}” of {point.value} cannot be loaded: {type(error).__name__}: {error}") from error
    if not callable(made):
        raise AnswerError(f"“{name}” of {point.value} is no function")
    return made

"""What is known of the model that comes with the program without loading it: its name, and what each threshold does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from annotator.core.assets import asset
from annotator.core.errors import AnnotatorError

SHIPPED, LANGUAGE = "claims-en", "en"
THOROUGH = "claims-en-deep"  # the one that is deeper, and slower


class ModelError(AnnotatorError):
    """The model that comes with the program cannot be used, in a sentence for the editor."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"The model that comes with Annotator is damaged ({type(error).__name__}). Install it again.")


class NoThorough(ModelError):
    """This installation came without the thorough model."""

    def __init__(self) -> None:
        AnnotatorError.__init__(self, "The thorough model is not installed here. The quick one (--model quick) is.")


@cache
def card() -> Mapping[str, Any]:
    """`model.json` of the model that comes with the program. Raises ModelError."""
    try:
        held: dict[str, Any] = json.loads(asset("models", SHIPPED, "model.json").read_text("utf-8"))
        return checked(held)
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(error) from error


def checked(held: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a model says of itself, when no part of it is missing. Raises ValueError or AttributeError."""
    parts = {"name", "version", "least", "shown", "threshold", "weights", "stance", "curve"}
    if not parts <= held.keys() or not {"temperature", "threshold"} <= held["stance"].keys():
        raise ValueError("parts are missing")
    numbers = (held["least"], held["shown"], held["threshold"], held["stance"]["threshold"])
    if not all(isinstance(number, float) and 0 < number < 1 for number in numbers):
        raise ValueError("a threshold is no probability")
    return held


@cache
def has_thorough() -> bool:
    """Whether this installation came with the thorough model."""
    return asset("models", THOROUGH, "model.json").is_file()


@cache
def versions() -> tuple[str, ...]:
    """What the models that come with the program call themselves, the quick one first. Raises ModelError."""
    made = [version(card())]
    with suppress(OSError, ValueError, KeyError):  # it may not be there
        made.append(version(json.loads(asset("models", THOROUGH, "model.json").read_text("utf-8"))))
    return tuple(made)


def version(of: Mapping[str, Any]) -> str:
    """What the model of a card calls itself in the layers it makes."""
    return f"{of['name']} {of['version']}"


def thresholds() -> list[float]:
    """The thresholds an editor can choose from, from more suggestions to fewer, surer ones."""
    return [row["threshold"] for row in card()["curve"] if row["threshold"] >= card()["least"]]


def nearest(threshold: float) -> Mapping[str, float]:
    """What was measured at the threshold next to this one: `threshold`, `precision` and `recall`."""
    return min(card()["curve"], key=lambda row: abs(row["threshold"] - threshold))

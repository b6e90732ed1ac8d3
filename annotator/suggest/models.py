"""Which model finds claims: the quick one, the thorough one, or that of both for which this computer is fast enough."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from annotator.core.assets import asset
from annotator.core.errors import AnnotatorError
from annotator.core.files import data_folder, replacing
from annotator.suggest.learned.card import NoThorough

if TYPE_CHECKING:
    from annotator.suggest.learned.model import Model

QUICK, THOROUGH, AUTO = "quick", "thorough", "auto"
NAMES = (QUICK, THOROUGH, AUTO)
FAST_ENOUGH = 250.0  # words a second of the thorough one
_MEASURED = "speed.json"


class NoModel(AnnotatorError):
    """A name that no model has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no model called “{name}”: there are {', '.join(NAMES)}.")


def named(name: str) -> Model:
    """The model of a name. Raises NoModel and ModelError."""
    from annotator.suggest.learned import model as learned

    if name == AUTO:
        name = fitting()
    if name not in (QUICK, THOROUGH):
        raise NoModel(name)
    return learned.shipped() if name == QUICK else learned.thorough()


def fitting() -> str:
    """The thorough one where it is installed and does `FAST_ENOUGH` words a second, else the quick one."""
    try:
        return THOROUGH if speed() >= FAST_ENOUGH else QUICK
    except NoThorough:
        return QUICK


def speed() -> float:
    """Words a second of the thorough model here, measured once and remembered. Raises ModelError."""
    from annotator.suggest.learned import model as learned

    file, version = data_folder() / _MEASURED, learned.thorough().version
    with suppress(OSError, ValueError, KeyError, TypeError):
        return float(json.loads(file.read_text("utf-8"))[version])
    made = measured(learned.thorough())
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as out:
            json.dump({version: round(made, 1)}, out)
    return made


def measured(model: Model) -> float:
    """Words a second in which a model finds claims, on the first article that comes with the program."""
    from annotator.suggest.learned import model as learned

    with asset("articles", "sample.jsonl").open(encoding="utf-8") as file:
        text = json.loads(file.readline())["text"]
    learned.candidates(model, text[:500])  # what is done only once is not measured
    begun = time.perf_counter()
    learned.candidates(model, text, threshold=model.card["threshold"])
    return len(text.split()) / (time.perf_counter() - begun)

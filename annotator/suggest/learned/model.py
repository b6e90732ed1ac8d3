"""A trained model's files, and the claims it finds in a text. ONNX Runtime does the arithmetic, on the CPU."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file
from pathlib import Path
from typing import Any

from annotator.assets import asset
from annotator.suggest.found import FoundClaim
from annotator.suggest.learned.card import SHIPPED
from annotator.suggest.learned.encoder import Encoder, Heads, encoder, load_heads, session
from annotator.suggest.learned.extract import Tagged, joined, tagged
from annotator.suggest.learned.pieces import Pieces, pieces, tokenizer
from annotator.text import quotations, spoken_within


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder of claims, one of stances, and the heads that read them; its tokenizer's file; and what `model.json`
    says: name, version, the weights of the probability, the threshold below which a claim is not shown, the least one
    that can be chosen, and the curve of what each does."""

    claims: Encoder
    stances: Encoder
    heads: Heads
    words: Path
    card: Mapping[str, Any]

    @property
    def version(self) -> str:
        return f"{self.card['name']} {self.card['version']}"


@cache
def shipped() -> Model:
    """The model that comes with the program."""
    with as_file(asset("models", SHIPPED)) as folder:
        return load(folder)


def load(folder: Path) -> Model:
    """A model from its folder. Raises OSError, ValueError or KeyError, or what ONNX Runtime does."""
    card = json.loads((folder / "model.json").read_text("utf-8"))
    words = session(folder / "words.onnx")
    claims, stances = (encoder(words, session(folder / f"{name}.onnx")) for name in ("claims", "stances"))
    return Model(claims, stances, load_heads(folder / "heads.npz"), folder / "tokenizer.json", card)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Every claim a model sees in a text, with its probability; some exclude others."""

    text: str
    held: Pieces
    claims: tuple[tuple[Tagged, float], ...]

    def chosen(self, threshold: float) -> list[FoundClaim]:
        """Those whose probability is `threshold` or more, outermost only, by the places of their cues."""
        quoted = quotations(self.text)
        found = []
        for one, chance in outermost([pair for pair in self.claims if pair[1] >= threshold]):
            source, cue, content = (joined(self.held, runs) for runs in (one.source, (one.cue,), one.content))
            mode = spoken_within(self.text, content, quoted)
            found.append(FoundClaim(source, cue, content, mode, round(chance, 3)))  # type: ignore[arg-type]
        return found


def candidates(model: Model, text: str) -> Candidates:
    """What the model sees in a text, from the surest to the least likely."""
    held = pieces(tokenizer(model.words), text)
    weights = model.card["weights"]
    return Candidates(
        text, held, tuple((one, probability(weights, one)) for one in tagged(model.claims, model.heads, held))
    )


def find(model: Model, text: str, threshold: float | None = None) -> list[FoundClaim]:
    """The claims of a text whose probability is `threshold` (without one, the model's own) or more."""
    return candidates(model, text).chosen(model.card["threshold"] if threshold is None else threshold)


def features(one: Tagged) -> tuple[float, ...]:
    """What the probability of a claim is weighed from: how sure its cue is (log odds), its content, its source, and
    whether it has one."""
    cue = min(one.cue_sure, -1e-6)
    return 1.0, cue - math.log(-math.expm1(cue)), one.content_sure, one.source_sure, float(not one.source)


def probability(weights: list[float], one: Tagged) -> float:
    """The calibrated probability that a claim is one: logistic regression over its `features`."""
    return 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, features(one), strict=True))))


def outermost(found: list[tuple[Tagged, float]]) -> list[tuple[Tagged, float]]:
    """The claims whose cue stands in no surer claim's content, and that hold no surer claim's cue in their own."""
    kept: list[tuple[Tagged, float]] = []
    for one, chance in sorted(found, key=lambda pair: -pair[1]):
        if not any(_holds(other, one) or _holds(one, other) for other, _ in kept):
            kept.append((one, chance))
    return sorted(kept, key=lambda pair: pair[0].cue)


def _holds(outer: Tagged, inner: Tagged) -> bool:
    return any(low <= inner.cue[0] < high for low, high in outer.content)

"""A trained model's files, and the claims it finds in a text. ONNX Runtime does the arithmetic, on the CPU."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import as_file
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import ZipFile

import numpy as np

from annotator.core.assets import asset
from annotator.core.quotations import quotations, spoken_within
from annotator.core.text import Span, covered
from annotator.core.trained import Trained, TrainedError
from annotator.suggest.found import FoundClaim
from annotator.suggest.learned import marks
from annotator.suggest.learned.card import (
    SHIPPED,
    THOROUGH,
    ModelError,
    NoThorough,
    card,
    checked,
    has_thorough,
    version,
)
from annotator.suggest.learned.decode import Floats
from annotator.suggest.learned.deep import encoder_at
from annotator.suggest.learned.encoder import Encoder, Heads, encoder, load_heads, session
from annotator.suggest.learned.extract import Decoding, Tagged, around_cues, joined, tagged
from annotator.suggest.learned.habits import Weights, mended, odds
from annotator.suggest.learned.pieces import Pieces, pieces, tokenizer

# What the log odds of a cue gain by an editor's word for it; against it nothing helps.
ACCEPTED, REJECTED = 4.0, -50.0

LARGEST = 100_000_000  # bytes of a model's file


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder of claims, one of stances, and the heads that read them; its tokenizer's file; and what `model.json`
    says: name, version, the weights of the probability, the threshold with the best F1, the one from which the window
    shows claims, the least one that can be chosen, and the curve of what each does."""

    claims: Encoder
    stances: Encoder
    heads: Heads
    words: Path
    card: Mapping[str, Any]
    habits: Weights = field(default_factory=dict)  # of a project; nothing as it comes

    @property
    def version(self) -> str:
        return version(self.card)


@cache
def shipped() -> Model:
    """The model that comes with the program. Raises ModelError."""
    try:
        with as_file(asset("models", SHIPPED)) as folder:
            made = load(folder)
            tokenizer(made.words)
            return made
    except Exception as error:  # each of the libraries has errors of its own
        raise ModelError(error) from error


@cache
def thorough() -> Model:
    """The deeper model that comes with the program, where it does. Raises ModelError."""
    if not has_thorough():
        raise NoThorough
    try:
        with as_file(asset("models", THOROUGH)) as folder:
            return thorough_at(folder)
    except Exception as error:  # each of the libraries has errors of its own
        raise ModelError(error) from error


def thorough_at(folder: Path) -> Model:
    """A deeper model from its folder; the tokenizer is that of the one that is shipped, and so are stances, if it has
    learned none. Raises ModelError, and what `encoder_at` does."""
    quick, heads = shipped(), load_heads(folder / "heads.npz")
    said = {"stance": quick.card["stance"]} | json.loads((folder / "model.json").read_text("utf-8"))
    encode = encoder_at(folder, checked(said))
    stances = encode if "stance" in heads else quick.stances
    return Model(encode, stances, {**quick.heads, **heads}, quick.words, said)


def with_habits(model: Model, trained: Trained) -> Model:
    """The model with what a project has trained beside it, or beside the one that is shipped: habits of editors are the
    same for both. Raises TrainedError when that was made beside another one."""
    if trained.base not in (model.version, version(card())):
        raise TrainedError(f"it was trained beside “{trained.base}”, and this is “{model.version}”. Train again.")
    return replace(model, habits=trained.weights)


def trained_at(folder: Path) -> Model:
    """A model of its own that a project has trained (see `full_training`). Raises TrainedError, when it is none."""
    try:
        if not all(file.is_file() and file.stat().st_size <= LARGEST for file in folder.iterdir()):
            raise ValueError("something is no file, or too large")
        with ZipFile(folder / "heads.npz") as held:
            if sum(one.file_size for one in held.infolist()) > LARGEST:
                raise ValueError("the heads are too large")
        made = load(folder)
        checked(made.card)
        if not {"cues", "roles", "stance"} <= made.heads.keys():
            raise ValueError("a head is missing")
        candidates(made, "Ann Lee said that it rained.").chosen(made.card["threshold"])
        return made
    except Exception as error:  # each of the libraries has errors of its own
        raise TrainedError(
            f"it is no folder of a model that Annotator has trained ({type(error).__name__})."
        ) from error


def load(folder: Path) -> Model:
    """A model from its folder. Raises OSError, ValueError or KeyError, or what ONNX Runtime does."""
    said = json.loads((folder / "model.json").read_text("utf-8"))
    words = session(folder / "words.onnx")
    claims, stances = (encoder(words, session(folder / f"{name}.onnx")) for name in ("claims", "stances"))
    return Model(claims, stances, load_heads(folder / "heads.npz"), folder / "tokenizer.json", said)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Every claim a model sees in a text, with its probability; some exclude others."""

    text: str
    held: Pieces
    claims: tuple[tuple[Tagged, float], ...]
    habits: Weights = field(default_factory=dict)

    def with_habits(self, habits: Weights, cues: Mapping[str, bool] = MappingProxyType({})) -> Candidates:
        """The same of a model without habits, by those of a project; against its `cues` habits say nothing."""
        claims = []
        for one, chance in self.claims:
            spans = joined(self.held, [one.cue])
            known = odds(habits, self.text, spans, chance)
            claims.append(
                (
                    one,
                    max(known, chance)
                    if cues.get(" ".join(covered(self.text, spans, " ").split()).casefold())
                    else known,
                )
            )
        return Candidates(self.text, self.held, tuple(claims), habits)

    def chosen(self, threshold: float) -> list[FoundClaim]:
        """Those whose probability is `threshold` or more, outermost only, by the places of their cues."""
        quoted = quotations(self.text)
        found = []
        for one, chance in outermost([pair for pair in self.claims if pair[1] >= threshold]):
            source, cue, content = (joined(self.held, runs) for runs in (one.source, (one.cue,), one.content))
            content = marks.mended(self.text, source, cue, content, quoted)
            mode = spoken_within(self.text, content, quoted)
            claim = FoundClaim(source, cue, content, mode, round(chance, 3))  # type: ignore[arg-type]
            found.append(mended(self.habits, self.text, claim, quoted) if self.habits else claim)
        return found


def candidates(
    model: Model, text: str, cues: Mapping[str, bool] | None = None, threshold: float | None = None
) -> Candidates:
    """What the model sees in a text, in its order; `cues` are words that an editor said are some, or are none. With a
    `threshold`, claims are left out that cannot reach it."""
    held = pieces(tokenizer(model.words), text)
    floor = 0.0 if threshold is None or model.habits else _floor(model.card["weights"], threshold)
    leaning = _leaning(text, held, cues) if cues else None
    found = tagged(model.claims, model.heads, held, leaning, floor, _decoding(model))
    seen = Candidates(text, held, tuple((one, probability(model.card["weights"], one)) for one in found))
    return seen.with_habits(model.habits, cues or {}) if model.habits else seen


def claim_by(model: Model, text: str, cue: Span) -> FoundClaim | None:
    """The claim that a cue makes, whoever says that it is one; None when the model finds nothing said by it."""
    held = pieces(tokenizer(model.words), text)
    low, high = (int(n) for n in np.searchsorted(held.starts, cue))
    if low == high or not held.begins[low]:
        return None
    found = around_cues(model.claims, model.heads, held, [((low, high), -1e-6)], _decoding(model))
    chosen = Candidates(text, held, tuple((one, 1.0) for one in found), model.habits).chosen(0.0)
    return replace(chosen[0], cue=(cue,)) if chosen else None


def _decoding(model: Model) -> Decoding:
    return Decoding(**model.card.get("decoding", {}))


def _floor(weights: list[float], threshold: float) -> float:
    """The least probability of a cue with which a claim can reach a threshold, whatever its content is; few whose
    source is unsure are missed (3 of 2,250 on the dev split)."""
    odds_of_cue = (math.log(threshold / (1 - threshold)) - weights[0] - max(0.0, weights[4]) - 0.1) / weights[1]
    return 1 / (1 + math.exp(-odds_of_cue))


def _leaning(text: str, held: Pieces, cues: Mapping[str, bool]) -> Floats:
    """What an editor's words add to the log odds of pieces, `(pieces, 2)`: that a cue begins there, and goes on."""
    leaning = np.zeros((len(held), 2), np.float32)
    for words, are in cues.items():
        spelled = r"\s+".join(map(re.escape, words.split()))
        for match in re.finditer(rf"(?<!\w){spelled}(?!\w)", text, re.I):
            low, high = (int(n) for n in np.searchsorted(held.starts, match.span()))
            if low < high and held.begins[low]:
                leaning[low, 0] = ACCEPTED if are else REJECTED
                if are:
                    leaning[low + 1 : high, 1] = ACCEPTED
    return leaning


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
    last = max((high for one, _ in found for _, high in (one.cue, *one.content)), default=0)
    cues, contents = bytearray(last), bytearray(last)  # a sign for each piece: whether it is one of those kept
    kept: list[tuple[Tagged, float]] = []
    for one, chance in sorted(found, key=lambda pair: -pair[1]):
        if not contents[one.cue[0]] and not any(cues.find(1, low, high) >= 0 for low, high in one.content):
            kept.append((one, chance))
            cues[one.cue[0]] = 1
            for low, high in one.content:
                contents[low:high] = b"\1" * (high - low)
    return sorted(kept, key=lambda pair: pair[0].cue)

"""Trains the whole network on a project's gold, with PyTorch, and keeps it when it does better on articles held out.

A part of the articles is held out by lot and seen by no training; the model that is measured on it is the one that is
written. What stance a name is spoken of with stays as the model came.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import as_file
from pathlib import Path
from tempfile import TemporaryDirectory

from annotator.core.annotation import SLOTS
from annotator.core.assets import asset
from annotator.core.progress import Progress
from annotator.suggest.learned.card import SHIPPED
from annotator.suggest.learned.encoder import load_heads, save_heads
from annotator.suggest.learned.fit import Settings, claim_exercises, fit
from annotator.suggest.learned.model import candidates, load
from annotator.suggest.learned.network import heads_of
from annotator.suggest.learned.network_files import read_network, write_encoder
from annotator.suggest.training import SEED, Gold, Outcome, better, enough, f1, tally

NAME = "full-en"
MIN_ARTICLES = 20  # articles: from fewer a whole network learns them by heart
EVERY = 4  # of so many articles one is held out
SETTINGS = Settings(epochs=3, batch=1024, rate=2e-4, memory=50)
STEPS, MOST = 250, 40  # a small project is gone through more often: until so many steps, but no more epochs


def train_fully(
    gold: Sequence[Gold], out: Path, settings: Settings = SETTINGS, progress: Progress | None = None
) -> Outcome:
    """Goes on training the model that comes with the program, and writes it to the new folder `out` when it is better.
    Raises TooLittle, OSError, and what `progress` raises; then nothing is left behind."""
    gold = enough(gold, MIN_ARTICLES)
    random.Random(SEED).shuffle(gold)
    held_out, own = gold[::EVERY], [g for n, g in enumerate(gold) if n % EVERY]
    records = [
        {"text": g.text, "claims": [{slot: getattr(claim, slot) for slot in SLOTS} for claim in g.claims]} for g in own
    ]
    with (
        as_file(asset("models", SHIPPED)) as base,
        TemporaryDirectory(prefix=f".{out.name}.", dir=out.resolve().parent) as work,
    ):
        heads, draft = load_heads(base / "heads.npz"), Path(work) / "model"
        network = read_network(base, {name: heads[name] for name in ("cues", "roles")})
        held = claim_exercises(records, base / "tokenizer.json", settings)
        in_epoch = sum(e.size for e in held) / settings.batch
        settings = replace(settings, epochs=max(settings.epochs, min(MOST, round(STEPS / in_epoch))))
        network = fit(network, held, Path(work), settings, lambda said: None, progress)
        draft.mkdir()
        for name in ("words.onnx", "stances.onnx", "tokenizer.json"):
            shutil.copy(base / name, draft / name)
        write_encoder(network, draft / "claims.onnx")
        save_heads(heads | heads_of(network), draft / "heads.npz")
        card = json.loads((base / "model.json").read_text("utf-8"))
        mark = hashlib.sha256((draft / "claims.onnx").read_bytes()).hexdigest()[:6]
        (draft / "model.json").write_text(json.dumps(card | {"name": NAME, "version": mark}, indent=1) + "\n", "utf-8")
        before, after = (
            [tally(g, candidates(model, g.text).chosen(model.card["threshold"])) for g in held_out]
            for model in (load(base), load(draft))
        )
        outcome = Outcome(len(gold), f1(before), f1(after), better(before, after))
        if outcome.better:
            draft.rename(out)
        return outcome

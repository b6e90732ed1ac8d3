"""Trains the network on articles with gold claims; stopped anywhere, it goes on from its last checkpoint."""

from __future__ import annotations

import copy
import hashlib
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from annotator.core.annotation import STANCES
from annotator.core.progress import Progress
from annotator.core.text import Span
from annotator.suggest.learned.decode import CUE_TAGS, ROLE_TAGS
from annotator.suggest.learned.examples import IGNORED, Exercise, decoys, exercises, stance_exercise
from annotator.suggest.learned.network import Network, from_bert
from annotator.suggest.learned.pieces import HIDDEN, pieces, tokenizer
from annotator.suggest.learned.windows import INPUTS, inputs


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train: passes over the data, pieces in a batch, rates of learning, the share of steps to warm up in, the
    average's memory in steps, the share of pieces hidden from the network, the seed of every choice, and whether
    products are made in bfloat16 (where a processor has it, half as fast again)."""

    epochs: int = 5
    batch: int = 2048
    rate: float = 3e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    memory: int = 500
    seed: int = 1
    decay: float = 0.01
    decoys: float = 0.25
    hidden: float = 0.0
    brief: bool = False


def batches(held: Sequence[Exercise], size: int, seed: str) -> list[list[Exercise]]:
    """The exercises in batches of about `size` pieces, of like length and one kind each, in an order by the seed."""
    pick = random.Random(seed)
    found: list[list[Exercise]] = []
    for head in sorted({e.head for e in held}):
        some = [e for e in held if e.head == head]
        pick.shuffle(some)
        some.sort(key=lambda e: e.size // 8)
        batch: list[Exercise] = []
        for one in some:
            if batch and max(one.size, batch[0].size, batch[-1].size) * (len(batch) + 1) > size:
                found.append(batch)
                batch = []
            batch.append(one)
        if batch:
            found.append(batch)
    pick.shuffle(found)
    return found


def fit_claims(
    records: Iterable[Mapping[str, Any]],
    base: Path,
    out: Path,
    settings: Settings,
    said: Callable[[str], None] = print,
) -> Network:
    """Trains on records of `text` and `claims` from the BERT in `base`; checkpoints lie in `out`."""
    held = claim_exercises(records, base / "tokenizer.json", settings)
    torch.manual_seed(settings.seed)
    network = from_bert(base, {"cues": len(CUE_TAGS), "roles": len(ROLE_TAGS)})
    return fit(network, held, out, settings, said)


def claim_exercises(records: Iterable[Mapping[str, Any]], words: Path, settings: Settings) -> list[Exercise]:
    """All that records of `text` and `claims` teach, by the tokenizer in `words`."""
    cutter = tokenizer(words)
    read = [(pieces(cutter, r["text"]), r["text"], r["claims"]) for r in records]
    held = [e for article, _, claims in read for e in exercises(article, claims)]
    return held + decoys(read, round(settings.decoys * sum(e.head == "roles" for e in held)), settings.seed)


def fit_stances(
    sentences: Iterable[tuple[str, Span, str]],
    base: Path,
    out: Path,
    settings: Settings,
    said: Callable[[str], None] = print,
) -> Network:
    """Trains on sentences with a target and the stance towards it, as `fit_claims` does on claims."""
    cutter = tokenizer(base / "tokenizer.json")
    found = (stance_exercise(pieces(cutter, text), target, stance) for text, target, stance in sentences)
    torch.manual_seed(settings.seed)
    network = from_bert(base, {"stance": len(STANCES)})
    return fit(network, [e for e in found if e is not None], out, settings, said)


def fit(
    network: Network,
    held: Sequence[Exercise],
    out: Path,
    settings: Settings,
    said: Callable[[str], None],
    progress: Progress | None = None,
) -> Network:
    """Trains a network on exercises, on a GPU where PyTorch sees one. The one that comes back has the average of the
    weights of the last steps. Raises what `progress`, told of each step, raises."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = network.to(device)
    said(f"{len(held):,} exercises, {sum(e.size for e in held):,} pieces")
    heads = [p for n, p in network.named_parameters() if p.requires_grad and _fresh(n)]
    body = [p for n, p in network.named_parameters() if p.requires_grad and not _fresh(n)]
    groups = [{"params": body, "lr": settings.rate}, {"params": heads, "lr": settings.head_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=settings.decay, betas=(0.9, 0.98), fused=True)
    order = [batches(held, settings.batch, f"{settings.seed} {epoch}") for epoch in range(settings.epochs)]
    steps = sum(map(len, order))
    warm = max(1, int(settings.warm_up * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.02, (steps - step) / (steps - warm)))
    )
    average = copy.deepcopy(network)
    begin = 0
    saved = out / "checkpoint.pt"
    mark = _mark(held, settings)
    state = torch.load(saved, weights_only=True) if saved.exists() else {}
    if state and state.get("mark") != mark:
        said("the checkpoint is of another training; this one begins anew")
    elif state:
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        begin = state["step"]
        said(f"goes on from step {begin:,}")
    network.train()
    started, seen = time.monotonic(), 0
    lost: dict[str, list[float]] = {}
    for step, batch in enumerate((b for epoch in order for b in epoch), 1):
        if step <= begin:
            continue
        if step % 100 == 1 or step == begin + 1:
            network.reseed(settings.seed * 1_000_003 + step)
        with torch.autocast(device.type, torch.bfloat16, enabled=settings.brief):
            loss = _loss(network, batch, settings.hidden, np.random.default_rng((settings.seed, step)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        share = min(1 / settings.memory, 1.0) if step > settings.memory else 1 / step
        with torch.no_grad():
            torch._foreach_lerp_(
                [p.data for p in average.parameters() if p.requires_grad],
                [p.data for p in network.parameters() if p.requires_grad],
                share,
            )
        if progress:
            progress(step, steps)
        lost.setdefault(batch[0].head, []).append(loss.item())
        seen += sum(e.size for e in batch)
        if step % 100 == 0:
            pace = seen / (time.monotonic() - started)
            losses = ", ".join(f"{head} {sum(some) / len(some):.4f}" for head, some in sorted(lost.items()))
            said(f"step {step:,} of {steps:,}: {losses}, {pace:,.0f} pieces/s")
            lost = {}
        if step % 500 == 0 or step == steps:
            out.mkdir(parents=True, exist_ok=True)
            state = {"network": network.state_dict(), "average": average.state_dict(), "step": step, "mark": mark}
            state |= {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
            torch.save(state, saved.with_suffix(".new"))
            saved.with_suffix(".new").replace(saved)
    return average.to("cpu").eval()


def _mark(held: Sequence[Exercise], settings: Settings) -> str:
    """Tells a training from others: by its settings and its exercises."""
    made = hashlib.sha256(repr(settings).encode())
    for one in held:
        made.update(repr((one.head, one.window, one.marked)).encode())
        for values in (one.held.ids, one.held.shapes, one.held.places):
            made.update(np.asarray(values[slice(*one.window)]).tobytes())
        made.update(one.tags.tobytes())
        if one.chances is not None:
            made.update(one.chances.tobytes())
    return made.hexdigest()


def _fresh(name: str) -> bool:
    return name.startswith(("heads", "shapes", "places", "line"))


def _loss(network: Network, batch: list[Exercise], hidden: float, pick: np.random.Generator) -> torch.Tensor:
    made = inputs([(e.held, e.window, e.marked) for e in batch])
    if hidden:
        made["ids"][(made["there"] == 1) & (pick.random(made["ids"].shape) < hidden)] = HIDDEN
    right = np.full(made["ids"].shape, IGNORED, np.int64)
    for row, one in enumerate(batch):
        right[row, 1 : len(one.tags) + 1] = one.tags
    device = network.line.device
    logits = network(batch[0].head, *(torch.from_numpy(made[name]).to(device) for name in INPUTS)).float()
    if batch[0].chances is None:
        return functional.cross_entropy(
            logits.flatten(0, 1), torch.from_numpy(right).flatten().to(device), ignore_index=IGNORED
        )
    asked = right != IGNORED
    chances = np.concatenate([e.chances[e.tags != IGNORED] for e in batch if e.chances is not None])
    return functional.cross_entropy(
        logits[torch.from_numpy(asked).to(device)], torch.from_numpy(chances.astype(np.float32)).to(device)
    )

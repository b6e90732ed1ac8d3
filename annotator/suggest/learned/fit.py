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
from annotator.suggest.learned.base import from_base
from annotator.suggest.learned.decode import CUE_TAGS, ROLE_TAGS
from annotator.suggest.learned.examples import IGNORED, Exercise, decoys, exercises, stance_exercise
from annotator.suggest.learned.network import Network
from annotator.suggest.learned.pieces import HIDDEN, pieces, tokenizer
from annotator.suggest.learned.windows import INPUTS, Longs, inputs

KEPT = 300  # seconds between checkpoints


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


def begun(base: Path, words: Path, marks_at: int = 0) -> Network:
    """A network for claims and stances with the weights of a base; always the same one."""
    torch.manual_seed(1)
    return from_base(base, {"cues": len(CUE_TAGS), "roles": len(ROLE_TAGS), "stance": len(STANCES)}, words, marks_at)


def claim_exercises(records: Iterable[Mapping[str, Any]], words: Path, settings: Settings) -> list[Exercise]:
    """All that records of `text` and `claims` teach, by the tokenizer in `words`."""
    cutter = tokenizer(words)
    read = [(pieces(cutter, r["text"]), r["text"], r["claims"]) for r in records]
    held = [e for article, _, claims in read for e in exercises(article, claims)]
    return held + decoys(read, round(settings.decoys * sum(e.head == "roles" for e in held)), settings.seed)


def stance_exercises(sentences: Iterable[tuple[str, Span, str]], words: Path) -> list[Exercise]:
    """All that sentences with a target and the stance towards it teach, by the tokenizer in `words`."""
    cutter = tokenizer(words)
    found = (stance_exercise(pieces(cutter, text), target, stance) for text, target, stance in sentences)
    return [e for e in found if e is not None]


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
    device = _device()
    torch.manual_seed(settings.seed)
    network = network.to(device)
    said(f"{len(held):,} exercises, {sum(e.size for e in held):,} pieces")
    named = [(n.startswith(network.added), p) for n, p in network.named_parameters() if p.requires_grad]
    heads, body = ([p for added, p in named if added == which] for which in (True, False))
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
    mark = _mark(network, held, settings)
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
    started = kept = time.monotonic()
    seen = 0
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
        # What falls out is drawn anew after each hundred: from there on it goes on as if it had not been stopped.
        if (step % 100 == 0 and time.monotonic() - kept > KEPT) or step == steps:
            kept = time.monotonic()
            out.mkdir(parents=True, exist_ok=True)
            state = {"network": network.state_dict(), "average": average.state_dict(), "step": step, "mark": mark}
            state |= {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
            torch.save(state, saved.with_suffix(".new"))
            saved.with_suffix(".new").replace(saved)
    return average.to("cpu").eval()


def _shown(some: Sequence[Exercise], device: torch.device) -> dict[str, Longs]:
    """What the network reads for exercises; a GPU multiplies by eights."""
    made = inputs([(e.held, e.window, e.marked) for e in some])
    if device.type == "cpu":
        return made
    return {name: np.pad(values, ((0, 0), (0, -values.shape[1] % 8))) for name, values in made.items()}


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _mark(network: Network, held: Sequence[Exercise], settings: Settings) -> str:
    """Tells a training from others: by its settings, the network it began with, and its exercises."""
    made = hashlib.sha256(repr(settings).encode())
    for name, values in network.state_dict().items():
        made.update(name.encode() + values.cpu().numpy().tobytes())
    for one in held:
        made.update(repr((one.head, one.window, one.marked)).encode())
        for values in (one.held.ids, one.held.shapes, one.held.places):
            made.update(np.asarray(values[slice(*one.window)]).tobytes())
        made.update(one.tags.tobytes())
        if one.chances is not None:
            made.update(one.chances.tobytes())
    return made.hexdigest()


def _loss(network: Network, batch: list[Exercise], hidden: float, pick: np.random.Generator) -> torch.Tensor:
    device = network.line.device
    made = _shown(batch, device)
    if hidden:
        made["ids"][(made["there"] == 1) & (pick.random(made["ids"].shape) < hidden)] = HIDDEN
    right = np.full(made["ids"].shape, IGNORED, np.int64)
    for row, one in enumerate(batch):
        right[row, 1 : len(one.tags) + 1] = one.tags
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

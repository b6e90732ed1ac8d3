"""What a deeper model says of exercises, for a smaller one to learn beside the gold labels.

Distillation as in Hinton, Vinyals and Dean (2015), at temperature 1."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from annotator.suggest.learned.decode import log_softmax
from annotator.suggest.learned.encoder import rows
from annotator.suggest.learned.examples import IGNORED, Exercise
from annotator.suggest.learned.model import Model

PART = 2000  # exercises whose answers are kept together
BATCH = 512  # pieces that go through the teacher at once

Chances = npt.NDArray[np.float16]


def taught(
    held: Sequence[Exercise],
    teacher: Model,
    out: Path,
    hard: float,
    said: Callable[[str], None] = print,
) -> list[Exercise]:
    """The exercises with chances of their tags: a share `hard` of what is right, the rest what the teacher says. Its
    answers are kept in `out`, and are not asked for again by the same exercises; stopped, it goes on from there. `out`
    is for one teacher."""
    out.mkdir(parents=True, exist_ok=True)
    found = list(held)
    for name in sorted({e.head for e in held}):
        numbers = [i for i, e in enumerate(held) if e.head == name]
        for part in range(0, len(numbers), PART):
            some = numbers[part : part + PART]
            kept = out / f"{name}.{_digest([held[i] for i in some])}.npy"
            sizes = [len(held[i].tags) for i in some]
            if not kept.exists():
                with kept.with_suffix(".new").open("wb") as file:
                    np.save(file, _answers([held[i] for i in some], teacher, name))
                kept.with_suffix(".new").replace(kept)
                said(f"{part + len(some):,} of {len(numbers):,} exercises of {name} answered")
            for i, answers in zip(some, np.split(np.load(kept), np.cumsum(sizes)[:-1]), strict=True):
                found[i] = _blended(held[i], answers, hard)
    return found


def _digest(some: Sequence[Exercise]) -> str:
    """Of what the teacher is shown."""
    told = hashlib.sha256()
    for one in some:
        told.update(repr((one.window, one.marked)).encode())
        told.update(one.held.ids[slice(*one.window)].tobytes())
    return told.hexdigest()[:16]


def _answers(some: Sequence[Exercise], teacher: Model, name: str) -> Chances:
    made: list[Chances] = [np.zeros((0, 0), np.float16)] * len(some)
    for number, features in rows(teacher.claims, [(e.held, e.window, e.marked) for e in some], BATCH):
        made[number] = np.exp(log_softmax(teacher.heads[name](features))).astype(np.float16)
    return np.concatenate(made)


def _blended(one: Exercise, answers: Chances, hard: float) -> Exercise:
    right = np.zeros_like(answers)
    known = one.tags != IGNORED
    right[np.flatnonzero(known), one.tags[known]] = 1
    return replace(one, chances=(hard * right + (1 - hard) * answers).astype(np.float16))

"""The network's files, run by ONNX Runtime on the CPU: from windows to features, and the heads that read them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from annotator.suggest.learned.decode import Floats
from annotator.suggest.learned.pieces import Pieces
from annotator.suggest.learned.windows import INPUTS, Longs, Window, inputs

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# Inputs as `windows.inputs` makes them, `(windows, length)`, to features `(windows, length, width)`.
Encoder = Callable[[Mapping[str, Longs]], Floats]
Shown = tuple[Pieces, Window, Window | None]

# Pieces; so few that what is made of them stays in a core's cache. Each batch has a thread of its own: the encoder is
# twice as fast as with large ones that threads share.
BATCH = 256


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A linear map from features to the logits of tags: `weight` is `(tags, width)`, `bias` `(tags,)`."""

    weight: Floats
    bias: Floats

    def __call__(self, features: Floats) -> Floats:
        logits: Floats = features @ self.weight.T + self.bias
        return logits


Heads = Mapping[str, Head]


def session(path: Path) -> InferenceSession:
    """A network's file, ready to run. Raises what ONNX Runtime raises on a file that is none."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def encoder(words: InferenceSession, rest: InferenceSession) -> Encoder:
    """An encoder of the file with the words' embeddings and the one with all behind them."""

    def encode(made: Mapping[str, Longs]) -> Floats:
        (embedded,) = words.run(None, {"ids": made["ids"]})
        features: Floats = rest.run(None, {"embedded": embedded} | {name: made[name] for name in INPUTS[1:]})[0]
        return features

    return encode


def load_heads(path: Path) -> dict[str, Head]:
    """The heads of a file by their names. Raises OSError, ValueError or KeyError when it is none."""
    with np.load(path, allow_pickle=False) as held:
        names = sorted({key.removesuffix(".weight") for key in held.files if key.endswith(".weight")})
        return {n: Head(held[f"{n}.weight"].astype(np.float32), held[f"{n}.bias"].astype(np.float32)) for n in names}


def save_heads(heads: Heads, path: Path) -> None:
    """Writes heads as `load_heads` reads them."""
    arrays = {f"{name}.{part}": getattr(head, part) for name, head in heads.items() for part in ("weight", "bias")}
    with path.open("wb") as out:
        np.savez(out, **arrays)


def rows(encode: Encoder, shown: Sequence[Shown], size: int = BATCH) -> Iterator[tuple[int, Floats]]:
    """Each window's number with the features of its pieces `(pieces, width)`, in batches of windows of like length, of
    `size` pieces.

    Threads work ahead, but by a few batches only: an article of any length takes the same memory."""
    longest_first = sorted(range(len(shown)), key=lambda i: shown[i][1][0] - shown[i][1][1])
    threads, number = _threads()
    ahead: deque[tuple[list[int], Future[Floats]]] = deque()
    for batch in _batches(longest_first, shown, size):
        ahead.append((batch, threads.submit(_features, encode, [shown[i] for i in batch])))
        if len(ahead) > 2 * number:
            yield from _apart(*ahead.popleft(), shown)
    while ahead:
        yield from _apart(*ahead.popleft(), shown)


def _features(encode: Encoder, some: Sequence[Shown]) -> Floats:
    return encode(inputs(some))


def _apart(batch: list[int], features: Future[Floats], shown: Sequence[Shown]) -> Iterator[tuple[int, Floats]]:
    made = features.result()
    for row, i in enumerate(batch):
        low, high = shown[i][1]
        yield i, made[row, 1 : high - low + 1]


def _batches(longest_first: list[int], shown: Sequence[Shown], size: int) -> Iterator[list[int]]:
    batch: list[int] = []
    longest = 0
    for i in longest_first:
        if batch and longest * (len(batch) + 1) > size:
            yield batch
            batch = []
        if not batch:
            longest = shown[i][1][1] - shown[i][1][0] + 2
        batch.append(i)
    if batch:
        yield batch


@cache
def _threads() -> tuple[ThreadPoolExecutor, int]:
    """As many threads as OMP_NUM_THREADS says, or as there are cores."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    number = int(said) if said.isdecimal() and int(said) else os.cpu_count() or 1
    return ThreadPoolExecutor(number, "encoder"), number

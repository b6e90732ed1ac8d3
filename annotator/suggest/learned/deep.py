"""The deep encoder's files, run by ONNX Runtime: embeddings of words, then stacks of layers.

What marks a piece comes in behind the first stack, whose layers see the text alone: windows with the same text, of
which each asks about another cue, go through that one together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotator.suggest.learned.decode import Floats
from annotator.suggest.learned.encoder import Encoder, session
from annotator.suggest.learned.pieces import BREAK
from annotator.suggest.learned.windows import Longs

WORDS, MARKS = "words.onnx", "marks.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What is added to a piece's features behind the first stack, each `(…, width)`: for the end of a line, for being
    marked or not, for its word's shape, for its place to the quotations."""

    line: Floats
    marks: Floats
    shapes: Floats
    places: Floats

    def of(self, made: Mapping[str, Longs]) -> Floats:
        """For windows as `windows.inputs` makes them, `(windows, length, width)`."""
        added: Floats = self.marks[made["marks"]]
        added += self.shapes[made["shapes"]]
        added += self.places[made["places"]]
        added[made["ids"] == BREAK] += self.line
        return added


def stack(number: int) -> str:
    """The name of a stack's file."""
    return f"layers.{number}.onnx"


def encoder_at(folder: Path, card: Mapping[str, Any]) -> Encoder:
    """The encoder in a model's folder, whose card says how many `stacks` there are, and how its vocabulary's numbers
    differ from BERT's: by an `offset`, but for those of `special`. Raises OSError, ValueError or KeyError, or what ONNX
    Runtime does."""
    words = session(folder / WORDS)
    below, *above = (session(folder / stack(number)) for number in range(card["stacks"]))
    with np.load(folder / MARKS, allow_pickle=False) as held:
        marks = Marks(*(held[name].astype(np.float32) for name in ("line", "marks", "shapes", "places")))
    offset, special = int(card["offset"]), [(int(bert), int(own)) for bert, own in card["special"]]

    def encode(made: Mapping[str, Longs]) -> Floats:
        ids, there = made["ids"], made["there"]
        _, first, same = np.unique(ids, axis=0, return_index=True, return_inverse=True)
        if len(first) == len(ids):
            first = same = np.arange(len(ids))
        own = ids[first] + offset
        for bert, number in special:
            own[ids[first] == bert] = number
        (embedded,) = words.run(None, {"ids": own})
        (features,) = below.run(None, {"before": embedded, "there": there[first]})
        whole: Floats = marks.of(made)
        whole += features[same.reshape(-1)]
        for one in above:
            (whole,) = one.run(None, {"before": whole, "there": there})
        return whole

    return encode

"""Whether a sentence is for or against what is named in it, with a probability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotator.core.annotation import STANCES
from annotator.core.text import Span
from annotator.suggest.learned.decode import Floats, log_softmax
from annotator.suggest.learned.encoder import rows
from annotator.suggest.learned.model import Model
from annotator.suggest.learned.pieces import Pieces
from annotator.suggest.learned.windows import near, runs_of


def stances(model: Model, held: Pieces, targets: Sequence[Span]) -> Floats:
    """How probable each of `STANCES` is towards each target, by the target's sentence alone: `(targets, stances)`. One
    that holds no word has a row of zeros."""
    found = np.zeros((len(targets), len(STANCES)), np.float32)
    places = [(n, runs[0]) for n, target in enumerate(targets) if (runs := runs_of(held, [target]))]
    shown = [(held, near(held, marked), marked) for _, marked in places]
    for i, features in rows(model.stances, shown):
        n, marked = places[i]
        logits = model.heads["stance"](features[marked[0] - shown[i][1][0]])
        found[n] = np.exp(log_softmax(logits / model.card["stance"]["temperature"]))
    return found

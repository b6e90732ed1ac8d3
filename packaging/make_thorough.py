"""Makes the thorough model's files from the weights of a deep tagger:

    python packaging/make_thorough.py POLNEAR WEIGHTS.npz [--words BASE.npz]

Writes the network for ONNX Runtime in seven bits, weighs its scores on PolNeAR's dev split, and writes `model.json`;
without WEIGHTS it weighs the files that lie there. The card says how the weights were trained. `--words` are arrays
with the base's embeddings of words, where the weights come without. Minutes on two cores; writing needs onnx.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from weighing import LEAST, rate, read, weighed_claims

from annotator.suggest.learned.card import THOROUGH
from annotator.suggest.learned.deep_files import Weights, write
from annotator.suggest.learned.model import thorough_at

ATTENTION, STACKS = 12, 3  # heads of attention; stacks of layers, of which the lowest sees the text alone
WORDS = "base.embeddings.word_embeddings.weight"
# MPNet's vocabulary is BERT's, four further on, with special pieces of its own. Here the special ones come first (by
# their numbers in BERT's, with ours for a line break), then BERT's words; the thousand that stand for nothing are gone.
SPECIAL = {0: 1, 1: 5, 100: 104, 101: 0, 102: 2, 103: 30526}
FIRST_WORD, LAST_WORD = 999, 30521  # in BERT's
VOCABULARY = {
    "offset": len(SPECIAL) - FIRST_WORD,
    "special": [[bert, own] for own, bert in enumerate(SPECIAL)],
}
DECODING = {"goes_on": 0.2, "stray": -0.5, "batch": 512}  # chosen on the dev split
SHOWN = 0.1  # from here on the window shows claims


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("polnear", type=Path, help="PolNeAR: a folder with dev")
    parser.add_argument("weights", type=Path, nargs="?", help="arrays by name, as deep_files reads them")
    parser.add_argument("--words", type=Path, help="arrays with the base's embeddings of words")
    parser.add_argument("--out", type=Path, default=Path("resources/models") / THOROUGH)
    given = parser.parse_args()
    if given.weights:
        given.out.mkdir(parents=True, exist_ok=True)
        write(Weights(arrays(given.weights, given.words)), ATTENTION, STACKS, given.out)
    card: dict[str, Any] = {"name": THOROUGH, "version": "1", "least": LEAST, "shown": SHOWN, "threshold": 0.5}
    card |= {"stacks": STACKS, **VOCABULARY, "decoding": DECODING, "weights": [0, 1, 0, 0, 0], "curve": []}
    put(given.out, card)
    put(given.out, card | weighed_claims(rate(thorough_at(given.out), read(given.polnear / "dev"))))


def arrays(weights: Path, words: Path | None) -> dict[str, Any]:
    """Those of a network, with the embeddings of the words that are used, in the order of our numbers."""
    held = dict(np.load(weights, allow_pickle=False))
    if words:
        held |= {name: values for name, values in np.load(words).items() if name.startswith(WORDS)}
    whole = Weights(held)(WORDS)
    for part in ("q", "s"):
        held.pop(f"{WORDS}.{part}", None)
    held[WORDS] = np.concatenate([whole[[*SPECIAL.values()]], whole[FIRST_WORD + 4 : LAST_WORD + 5]])
    return held


def put(out: Path, card: dict[str, Any]) -> None:
    (out / "model.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""Trains the thorough model and makes its files:

    python packaging/make_thorough.py POLNEAR BASE [--stances NEWSMTSC]

BASE is an MPNet: config.json, model.safetensors and tokenizer.json. Trains on PolNeAR's train split, on a GPU where
PyTorch sees one (minutes), else on the CPU (hours; it says how many pieces a second it does, of how many). Goes on
where it was stopped. Then it writes the network for ONNX Runtime in seven bits, weighs its scores on the dev splits,
and writes `model.json`; `--weigh` does only that. The card says how the weights that lie there were trained.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from corpora import articles, read, targets
from weighing import LEAST, put, rate, weighed_claims, weighed_stances

from annotator.suggest.learned.card import SHIPPED, THOROUGH
from annotator.suggest.learned.deep_files import EPSILON, write
from annotator.suggest.learned.encoder import load_heads
from annotator.suggest.learned.fit import Settings, begun, claim_exercises, fit, stance_exercises
from annotator.suggest.learned.model import thorough_at
from annotator.suggest.learned.network import Network

STACKS = 3  # of layers, of which the lowest sees the text alone
SETTINGS = Settings(epochs=5, batch=4096, rate=5e-5, memory=300, brief=True)
# Special pieces come first in the file, by their numbers, then words; those that stand for nothing are left out.
SPECIAL = (0, 1, 100, 101, 102, 103)
FIRST_WORD = 999
VOCABULARY = {
    "offset": len(SPECIAL) - FIRST_WORD,
    "special": [[number, own] for own, number in enumerate(SPECIAL)],
}
DECODING = {"goes_on": 0.2, "stray": -0.5, "batch": 512}  # chosen on the dev split
SHOWN = 0.1  # from here on the window shows claims


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("polnear", type=Path, help="PolNeAR: a folder with train and dev")
    parser.add_argument(
        "base", type=Path, nargs="?", help="an MPNet: config.json, model.safetensors and tokenizer.json"
    )
    parser.add_argument(
        "--stances", type=Path, help="NewsMTSC's folder: train on its stances, too, for a head of its own"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="one in so many articles and sentences only, for a trial")
    parser.add_argument("--weigh", action="store_true", help="do not train: weigh the files that lie in --out")
    parser.add_argument("--work", type=Path, default=Path("build/thorough"), help="where checkpoints lie")
    parser.add_argument("--out", type=Path, default=Path("resources/models") / THOROUGH)
    given = parser.parse_args()
    if not given.weigh:
        if not given.base:
            parser.error("say which base, or --weigh")
        network = trained(given)
        given.out.mkdir(parents=True, exist_ok=True)
        put_network(network, given.stances is not None, given.out)
    card: dict[str, Any] = {"name": THOROUGH, "version": "1", "least": LEAST, "shown": SHOWN, "threshold": 0.5}
    card |= {"stacks": STACKS, **VOCABULARY, "decoding": DECODING, "weights": [0, 1, 0, 0, 0], "curve": []}
    put(given.out, card)
    card |= weighed_claims(rate(thorough_at(given.out), read(given.polnear / "dev")))
    if "stance" in load_heads(given.out / "heads.npz"):
        if not given.stances:
            parser.error("it has learned stances: say with --stances what to weigh them by")
        put(given.out, card | {"stance": {"temperature": 1.0, "threshold": 0.5}})
        card["stance"] = weighed_stances(thorough_at(given.out), targets(given.stances / "devtest_mt.jsonl"))
    put(given.out, card)


def trained(given: argparse.Namespace) -> Network:
    words = Path("resources/models") / SHIPPED / "tokenizer.json"
    settings = replace(SETTINGS, seed=given.seed)
    held = claim_exercises(articles(given.polnear / "train", given.every), words, settings)
    if given.stances:
        held += stance_exercises(targets(given.stances / "train.jsonl", given.every), words)
    depth = json.loads((given.base / "config.json").read_text("utf-8"))["num_hidden_layers"]
    network = begun(given.base, words, depth // STACKS)
    if not network.form.relative or depth % STACKS or network.form.epsilon != EPSILON:
        raise SystemExit("The base is no MPNet whose layers make three stacks of like height.")
    return fit(network, held, given.work, settings, print)


def put_network(network: Network, stances: bool, out: Path) -> None:
    held = {name: values.numpy() for name, values in network.state_dict().items()}
    if not stances:
        held = {name: values for name, values in held.items() if not name.startswith("heads.stance")}
    rows = held["words.weight"]
    held["words.weight"] = np.concatenate([rows[[*SPECIAL]], rows[FIRST_WORD:]])
    write(held, network.form.attention, STACKS, out)


if __name__ == "__main__":
    main()

"""Makes the model that comes with the program: `make model POLNEAR=…/polnear NEWSMTSC=…/newsmtsc`. Hours on two cores.

Trains the claims on PolNeAR's train split and the stances on NewsMTSC's; then the claims once more, on what the
thorough model says of the same articles and of NewsMTSC's sentences. Stops and goes on as one likes (checkpoints lie in
build/model), writes the networks for ONNX Runtime in seven bits, weighs their scores on the dev splits, and
writes `model.json` and `CARD.md` beside them. The same input gives the same bytes on one machine.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

import torch
from corpora import articles, read, targets
from model_card import card_text
from weighing import LEAST, put, rate, weighed_claims, weighed_stances

from annotator.core.scheme import default
from annotator.suggest import pipeline
from annotator.suggest.evaluation import evaluate
from annotator.suggest.learned.distil import taught
from annotator.suggest.learned.encoder import load_heads, save_heads
from annotator.suggest.learned.examples import exercises
from annotator.suggest.learned.fit import Settings, begun, claim_exercises, fit, stance_exercises
from annotator.suggest.learned.model import SHIPPED, THOROUGH, load, thorough_at
from annotator.suggest.learned.network import Dropout, Network, heads_of
from annotator.suggest.learned.network_files import read_network, write_encoder, write_words
from annotator.suggest.learned.pieces import pieces, tokenizer
from annotator.suggest.suggester import Suggester

NAME, VERSION = SHIPPED, "2"
DECODING = {"stray": -0.5}  # chosen on the dev split
SHOWN = 0.1  # from here on the window shows them: an editor needs the fewest keys (`python -m tests.measure.effort`)
CLAIMS = Settings()
HARD = 0.5  # the share of the gold labels where the thorough model teaches, too
DISTILLED = Settings(epochs=2, rate=2e-4, head_rate=5e-4, brief=True)
STANCE = Settings(epochs=4, rate=2e-4, head_rate=5e-4, memory=200, batch=1024)


def trained(given: argparse.Namespace) -> tuple[Network, Network]:
    """The networks of claims and of stances; trained, or with the weights of a folder."""
    words = given.base / "tokenizer.json"
    if given.weights:
        made = begun(given.base, words), begun(given.base, words)
        for network, name in zip(made, ("claims", "stances"), strict=True):
            network.load_state_dict(torch.load(given.weights / f"{name}.pt", weights_only=True))
        return made
    held = claim_exercises(articles(given.polnear / "train", given.every), words, CLAIMS)
    claims = distilled(given, fit(begun(given.base, words), held, given.work / "claims", CLAIMS, print), given.base)
    held = stance_exercises(targets(given.newsmtsc / "train.jsonl", given.every), words)
    sides = fit(begun(given.base, words), held, given.work / "stances", STANCE, print)
    for network, name in ((claims, "claims"), (sides, "stances")):
        torch.save(network.state_dict(), given.work / f"{name}.pt")
    return claims, sides


def distilled(given: argparse.Namespace, claims: Network, base: Path) -> Network:
    """The network of claims after it has learned from the thorough model, too."""
    work: Path = given.work / "distilled"
    words = base / "tokenizer.json"
    labelled = claim_exercises(articles(given.polnear / "train", given.every), words, CLAIMS)
    cutter = tokenizer(words)
    sentences = dict.fromkeys(text for text, *_ in targets(given.newsmtsc / "train.jsonl", given.every))
    plain = [e for text in sentences for e in exercises(pieces(cutter, text), ())]
    teacher = thorough_at(given.teacher)
    held = taught(labelled, teacher, work / "labelled", HARD) + taught(plain, teacher, work / "plain", 0.0)
    for part in claims.modules():
        if isinstance(part, Dropout):
            part.below = 0  # the teacher's doubts keep it from learning by heart
    return fit(claims, held, work, DISTILLED, print)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("polnear", type=Path, help="PolNeAR: a folder with train and dev")
    parser.add_argument("newsmtsc", type=Path, help="NewsMTSC: a folder with train.jsonl and devtest_mt.jsonl")
    parser.add_argument("base", type=Path, help="a BERT: config.json, model.safetensors and tokenizer.json")
    parser.add_argument("--out", type=Path, default=Path("resources/models") / NAME)
    parser.add_argument("--work", type=Path, default=Path("build/model"), help="where checkpoints and weights lie")
    parser.add_argument("--weights", type=Path, help="do not train: a folder of claims.pt and stances.pt")
    parser.add_argument("--teacher", type=Path, default=Path("resources/models") / THOROUGH, help="the thorough model")
    parser.add_argument("--every", type=int, default=1, help="one in so many articles and sentences only, for a trial")
    parser.add_argument("--onward", action="store_true", help="begin with the claims in --out, not with the base")
    parser.add_argument("--weigh", action="store_true", help="do not train: weigh the networks that lie in --out")
    given = parser.parse_args()
    out: Path = given.out
    if not given.weigh:
        out.mkdir(parents=True, exist_ok=True)
        if given.onward:
            held = load_heads(out / "heads.npz")
            claims = distilled(given, read_network(out, {name: held[name] for name in ("cues", "roles")}), out)
            heads = held | heads_of(claims)
        else:
            shutil.copy(given.base / "tokenizer.json", out / "tokenizer.json")
            claims, sides = trained(given)
            write_words(claims, out / "words.onnx")
            write_encoder(sides, out / "stances.onnx")
            heads = heads_of(claims) | {"stance": heads_of(sides)["stance"]}
        write_encoder(claims, out / "claims.onnx")
        save_heads(heads, out / "heads.npz")
    card: dict[str, Any] = {"name": NAME, "version": VERSION, "least": LEAST, "shown": SHOWN, "threshold": 0.5}
    card["decoding"] = DECODING
    card |= {"weights": [0, 1, 0, 0, 0], "stance": {"temperature": 1.0, "threshold": 0.5}, "curve": []}
    put(out, card)
    dev = read(given.polnear / "dev")
    card |= weighed_claims(rate(load(out), dev))
    card["stance"] = weighed_stances(load(out), targets(given.newsmtsc / "devtest_mt.jsonl"))
    put(out, card)
    found = evaluate(Suggester(pipeline.load(), load(out)), dev, default().label_map)
    (out / "CARD.md").write_text(card_text(card, found, CLAIMS, STANCE), "utf-8")


if __name__ == "__main__":
    main()

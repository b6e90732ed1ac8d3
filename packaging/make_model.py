"""Makes the model that comes with the program: `make model POLNEAR=…/polnear NEWSMTSC=…/newsmtsc`. Hours on two cores.

Trains the claims on PolNeAR's train split and the stances on NewsMTSC's; then the claims once more, on what the
thorough model says of the same articles and of NewsMTSC's sentences. Stops and goes on as one likes (checkpoints lie in
build/model), writes the networks for ONNX Runtime in seven bits, weighs their scores on the dev splits, and
writes `model.json` and `CARD.md` beside them. The same input gives the same bytes on one machine.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from model_card import card_text
from weighing import LEAST, rate, read, weighed_claims

from annotator.core.annotation import STANCES, Stance
from annotator.core.scheme import default
from annotator.core.text import Span
from annotator.suggest import pipeline
from annotator.suggest.evaluation import evaluate
from annotator.suggest.learned.calibration import reliability
from annotator.suggest.learned.decode import Floats
from annotator.suggest.learned.distil import taught
from annotator.suggest.learned.encoder import load_heads, save_heads
from annotator.suggest.learned.examples import exercises
from annotator.suggest.learned.fit import Settings, claim_exercises, fit, fit_claims, fit_stances
from annotator.suggest.learned.model import SHIPPED, THOROUGH, load, thorough_at
from annotator.suggest.learned.network import Dropout, Network, from_bert, heads_of
from annotator.suggest.learned.network_files import read_network, write_encoder, write_words
from annotator.suggest.learned.pieces import pieces, tokenizer
from annotator.suggest.learned.stance import stances
from annotator.suggest.suggester import Suggester

NAME, VERSION = SHIPPED, "2"
DECODING = {"stray": -0.5}  # chosen on the dev split
SHOWN = 0.1  # from here on the window shows them: an editor needs the fewest keys (`python -m tests.measure.effort`)
PRECISE = 0.84  # a stance is proposed where so many of those proposed on the dev split are right
VERSIONS_OF_A_TEXT = 3  # six people's labels of sixteen texts must not outweigh the rest
CLAIMS = Settings()
HARD = 0.5  # the share of the gold labels where the thorough model teaches, too
DISTILLED = Settings(epochs=2, rate=2e-4, head_rate=5e-4, brief=True)
STANCE = Settings(epochs=4, rate=2e-4, head_rate=5e-4, memory=200, batch=1024)
POLARITY: dict[float, Stance] = {2.0: "against", 4.0: "neutral", 6.0: "favor"}


def some_of_each(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most `VERSIONS_OF_A_TEXT` of one text."""
    times: Counter[str] = Counter()
    kept = []
    for record in records:
        times[record["text"]] += 1
        if times[record["text"]] <= VERSIONS_OF_A_TEXT:
            kept.append(record)
    return kept


def targets(file: Path) -> Iterator[tuple[str, Span, Stance]]:
    """NewsMTSC's sentences with a target and the stance towards it, in the file's order."""
    for line in file.read_text("utf-8").splitlines():
        record = json.loads(line)
        for target in record["targets"]:
            yield record["sentence_normalized"], (target["from"], target["to"]), POLARITY[target["polarity"]]


def weighed_stances(out: Path, dev: list[tuple[str, Span, Stance]]) -> dict[str, Any]:
    """The temperature of a stance's probability, the threshold from which one is proposed, and the macro F1."""
    from sklearn.metrics import f1_score

    model = load(out)
    cutter = tokenizer(model.words)
    logs = np.concatenate([np.log(stances(model, pieces(cutter, text), [target]) + 1e-9) for text, target, _ in dev])
    gold = np.array([STANCES.index(stance) for *_, stance in dev])

    def softened(temperature: float) -> Floats:
        scaled = np.exp(logs / temperature)
        made: Floats = scaled / scaled.sum(axis=1, keepdims=True)
        return made

    def surprise(temperature: float) -> float:
        return float(-np.log(softened(temperature)[np.arange(len(gold)), gold] + 1e-9).mean())

    temperature = min((round(0.5 + 0.05 * n, 2) for n in range(60)), key=surprise)
    chances = softened(temperature)
    chosen, sure = chances.argmax(axis=1), chances.max(axis=1)
    taking = chosen != STANCES.index("neutral")
    threshold = next(
        (
            t
            for t in np.round(np.arange(0.4, 0.96, 0.05), 2)
            if (chosen == gold)[taking & (sure >= t)].mean() >= PRECISE
        ),
        0.95,
    )
    shown = taking & (sure >= threshold)
    return {
        "temperature": temperature,
        "threshold": float(threshold),
        "f1": round(float(f1_score(gold, chosen, average="macro")), 4),
        "precision": round(float((chosen == gold)[shown].mean()), 4),
        "proposed": round(float(shown.mean()), 4),
        "error": reliability(zip(sure.tolist(), (chosen == gold).tolist(), strict=True))[1],
    }


def trained(given: argparse.Namespace) -> tuple[Network, Network]:
    """The networks of claims and of stances; trained, or with the weights of a folder."""
    if given.weights:
        made = from_bert(given.base, {"cues": 3, "roles": 5}), from_bert(given.base, {"stance": len(STANCES)})
        for network, name in zip(made, ("claims", "stances"), strict=True):
            network.load_state_dict(torch.load(given.weights / f"{name}.pt", weights_only=True))
        return made
    claims = distilled(given, fit_claims(articles(given), given.base, given.work / "claims", CLAIMS), given.base)
    sides = fit_stances(targets(given.newsmtsc / "train.jsonl"), given.base, given.work / "stances", STANCE)
    for network, name in ((claims, "claims"), (sides, "stances")):
        torch.save(network.state_dict(), given.work / f"{name}.pt")
    return claims, sides


def articles(given: argparse.Namespace) -> list[dict[str, Any]]:
    """Those that claims are learned from: all, or one in `--every`."""
    return some_of_each(read(given.polnear / "train"))[:: given.every]


def distilled(given: argparse.Namespace, claims: Network, base: Path) -> Network:
    """The network of claims after it has learned from the thorough model, too."""
    work: Path = given.work / "distilled"
    words = base / "tokenizer.json"
    labelled = claim_exercises(articles(given), words, CLAIMS)
    cutter = tokenizer(words)
    sentences = list(dict.fromkeys(text for text, *_ in targets(given.newsmtsc / "train.jsonl")))[:: given.every]
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
            begun = load_heads(out / "heads.npz")
            claims = distilled(given, read_network(out, {name: begun[name] for name in ("cues", "roles")}), out)
            heads = begun | heads_of(claims)
        else:
            shutil.copy(given.base / "tokenizer.json", out / "tokenizer.json")
            claims, sides = trained(given)
            write_words(claims, out / "words.onnx")
            write_encoder(sides, out / "stances.onnx")
            heads = heads_of(claims) | heads_of(sides)
        write_encoder(claims, out / "claims.onnx")
        save_heads(heads, out / "heads.npz")
    card: dict[str, Any] = {"name": NAME, "version": VERSION, "least": LEAST, "shown": SHOWN, "threshold": 0.5}
    card["decoding"] = DECODING
    card |= {"weights": [0, 1, 0, 0, 0], "stance": {"temperature": 1.0, "threshold": 0.5}, "curve": []}
    write(out, card)
    dev = read(given.polnear / "dev")
    card |= weighed_claims(rate(load(out), dev))
    card["stance"] = weighed_stances(out, list(targets(given.newsmtsc / "devtest_mt.jsonl")))
    write(out, card)
    found = evaluate(Suggester(pipeline.load(), load(out)), dev, default().label_map)
    (out / "CARD.md").write_text(card_text(card, found, CLAIMS, STANCE), "utf-8")


def write(out: Path, card: dict[str, Any]) -> None:
    (out / "model.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

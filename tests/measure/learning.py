"""What training brings, by the number of finished articles: `python -m tests.measure.learning` prints the table; with
`--full` it trains whole networks on the largest number beside it, which needs PyTorch and some minutes each.

Articles of PolNeAR's dev split are a project's gold, and the rest of the split is what is measured on. Since the model
was made for that scheme, others are tried, too: contents without their leading "that", sources without titles.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import mean

from annotator.core.annotation import Claim
from annotator.suggest import training
from annotator.suggest.learned.model import Candidates, candidates, shipped, trained_at
from annotator.suggest.training import Gold, f1, tally, train
from annotator.suggest.words import words
from tests.measure.polnear import dev

COUNTS = (5, 10, 20, 40)
SEEDS = range(5)


def as_it_is(text: str, claim: Claim) -> Claim:
    return claim


def without_that(text: str, claim: Claim) -> Claim:
    (start, end), *rest = claim.content or ((0, 0),)
    cut = text.startswith("that ", start) and end > start + 6
    return replace(claim, content=((start + 5, end), *rest)) if cut else claim


def without_titles(text: str, claim: Claim) -> Claim:
    if not claim.source:
        return claim
    (start, end), *rest = claim.source
    while True:
        word = text[start:end].split(" ", 1)
        if len(word) < 2 or not word[1][:1].isupper() or word[0].rstrip(".").casefold() not in words("titles"):
            return replace(claim, source=((start, end), *rest))
        start += len(word[0]) + 1


SCHEMES: dict[str, Callable[[str, Claim], Claim]] = {
    "PolNeAR's own": as_it_is,
    "contents without “that”": without_that,
    "sources without titles": without_titles,
}


def main() -> None:
    if sys.argv[1:] == ["--full"]:
        train_whole_networks()
    else:
        train_lightly()


def train_whole_networks() -> None:
    from annotator.suggest.full_training import train_fully

    print(f"{'scheme':26} articles  full before → after   exact before → after   seconds")
    for name, change in SCHEMES.items():
        own, rest = _dealt(dev(), change, SEEDS[0], COUNTS[-1])
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "own"
            outcome = train_fully(own, out)
            seconds = time.perf_counter() - start
            models = [shipped(), trained_at(out)] if outcome.better else [shipped()] * 2
            (a, c), (b, d) = (
                f1([tally(g, candidates(m, g.text).chosen(m.card["threshold"])) for g in rest]).values() for m in models
            )
        print(
            f"{name:26} {len(own):8}        {a:.3f} → {b:.3f}          {c:.3f} → {d:.3f}   {seconds:7.0f}", flush=True
        )


def _dealt(
    gold: list[Gold], change: Callable[[str, Claim], Claim], seed: int, count: int
) -> tuple[list[Gold], list[Gold]]:
    """So many articles by lot, and the rest, with their claims changed."""
    changed = [Gold(g.text, tuple(change(g.text, c) for c in g.claims)) for g in gold]
    random.Random(seed).shuffle(changed)
    return changed[:count], changed[count:]


def train_lightly() -> None:
    model = shipped()
    gold = dev()
    seen: dict[str, Candidates] = {g.text: candidates(model, g.text) for g in gold}
    training.candidates = lambda model, text, cues=None: seen[text]  # type: ignore[assignment]
    threshold = model.card["threshold"]
    by_model = f1([tally(g, seen[g.text].chosen(threshold)) for g in gold])
    print(f"{len(gold)} articles; as the model came: full {by_model['full']:.3f}, exact {by_model['exact']:.3f}\n")
    print(f"{'scheme':26} articles  full before → after   exact before → after   taken   seconds")
    for name, change in SCHEMES.items():
        for count in COUNTS:
            rows, taken, seconds = [], 0, []
            for seed in SEEDS:
                own, rest = _dealt(gold, change, seed, count)
                start = time.perf_counter()
                outcome = train(model, own)
                seconds.append(time.perf_counter() - start)
                before = f1([tally(g, seen[g.text].chosen(threshold)) for g in rest])
                after = before
                if outcome.trained is not None:
                    taken += 1
                    weights = outcome.trained.weights
                    after = f1([tally(g, seen[g.text].with_habits(weights).chosen(threshold)) for g in rest])
                rows.append((before["full"], after["full"], before["exact"], after["exact"]))
            a, b, c, d = (mean(column) for column in zip(*rows, strict=True))
            worse = sum(after < before for before, after, *_ in rows)
            print(
                f"{name:26} {count:8}        {a:.3f} → {b:.3f}          {c:.3f} → {d:.3f}  {taken:4} of 5   "
                f"{mean(seconds):7.1f}   full worse in {worse}",
                flush=True,
            )


if __name__ == "__main__":
    sys.exit(main())

"""Whom sources mean, and entities, against own gold: `python -m tests.measure.gold` (see tests/gold/README.md)."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from annotator.core.assets import asset
from annotator.core.scheme import default
from annotator.suggest import models
from annotator.suggest.actors import actor_of_source, actors_of
from annotator.suggest.evaluation import ActorNumbers, layer_of
from annotator.suggest.learned.model import Model, candidates, shipped, thorough
from annotator.suggest.name_words import Named
from annotator.suggest.names import settle
from annotator.suggest.pipeline import Pipeline, load
from annotator.suggest.sentences import sentence_starts
from annotator.suggest.suggester import Suggester, suggester
from annotator.suggest.training import Gold, f1, tally
from tests.measure.polnear import SHARED

GOLD = Path(__file__).parents[1] / "gold" / "polnear_dev.json"
BEATS = GOLD.with_name("beats.json")
BEYOND, HELD_OUT = (GOLD.with_name(f"{name}.json") for name in ("beyond", "beyond_held_out"))
SAMPLE = GOLD.with_name("seed.json")
STANCES = GOLD.with_name("stances.json")
TEXTS = SHARED / "data" / "polnear" / "dev" / "text"
LABELS = {theirs: ours for theirs, ours in default().label_map.items() if ours != "DATE"}
Entity = tuple[int, int, str]


def articles(folder: Path = TEXTS) -> list[tuple[str, dict[str, Any]]]:
    """The texts with their gold. Raises ValueError when a text is not the one that was labelled."""
    return [(_text(folder, key, gold), gold) for key, gold in json.loads(GOLD.read_text("utf-8")).items()]


def errors(gold: Iterable[Entity], found: Iterable[Entity]) -> Counter[str]:
    """How often found entities are right, and what is wrong: label, edges, both, missed, invented."""
    wanted, given = set(gold), set(found)
    kinds = Counter(right=len(wanted & given))
    left = sorted(given - wanted)
    for start, end, label in sorted(wanted - given):
        meeting = next((one for one in left if one[0] < end and start < one[1]), None)
        if meeting is None:
            kinds["missed"] += 1
            continue
        left.remove(meeting)
        kinds["label" if meeting[:2] == (start, end) else "edges" if meeting[2] == label else "both"] += 1
    kinds["invented"] += len(left)
    return kinds


def wrong(kinds: Counter[str]) -> int:
    return sum(count for kind, count in kinds.items() if kind != "right")


def entities(found: Iterable[Named]) -> list[Entity]:
    return [(m.start, m.end, LABELS[m.label]) for m in found if m.label in LABELS]


def measure(pipeline: Pipeline) -> tuple[Counter[str], Counter[str], int, int]:
    """Entity errors of the pipeline alone and after the article was looked at as a whole; sources whose actor is right,
    and all."""
    alone: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    right = total = 0
    for text, gold in articles():
        wanted = [tuple(e) for e in gold["entities"]]
        with pipeline.nlp.select_pipes(disable=["parser"]):
            raw = [Named(e.start_char, e.end_char, e.label_) for e in pipeline.nlp(text).ents]
        made = settle(text, raw)
        alone += errors(wanted, entities(raw))
        settled += errors(wanted, entities(made))
        actors = actors_of(text, made, sentence_starts(text))
        for start, end, names in gold["sources"]:
            meant = [name and " ".join(text[slice(*name)].split()).casefold() for name in names]
            found = actor_of_source(actors, ((start, end),))
            right += (found and found.casefold()) in meant
            total += 1
    return alone, settled, right, total


def claims_of_beats(model: Model) -> dict[str, dict[str, float]]:
    """F1 of the claims in each sample article that has gold: of other beats than the model learned on."""
    lines = asset("articles", "sample.jsonl").read_text("utf-8").splitlines()
    texts = {record["id"]: record["text"] for record in map(json.loads, lines)}
    found = {}
    for key, claims in json.loads(BEATS.read_text("utf-8")).items():
        gold = Gold(texts[key], tuple(layer_of({"claims": claims}, ActorNumbers()).claims.values()))
        chosen = candidates(model, gold.text).chosen(model.card["threshold"])
        found[key] = f1([tally(gold, chosen)]) | {"claims": len(gold.claims)}
    return found


def beyond(by: Suggester, file: Path = BEYOND) -> tuple[Counter[str], Counter[str], int]:
    """Of what is said beyond one paragraph, by its kind: what is found with the right speaker, and all; and how many of
    the passages that nobody says were taken for a claim. A claim is found that holds half of the words."""
    found: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    invented = 0
    for article in json.loads(file.read_text("utf-8")):
        text = article["text"]
        made = by.ask(text, by.labels(default())).record["claims"]
        held = [(claim, _letters(text, claim["content"])) for claim in made]
        for case in article["cases"]:
            wanted = _letters(text, [_place(text, part) for part in case["content"]])
            last = case["speaker"].split()[-1].casefold()
            all_of[case["kind"]] += 1
            found[case["kind"]] += any(
                2 * len(letters & wanted) >= len(wanted) and last in _said_by(text, claim) for claim, letters in held
            )
        for words in article["nobody"]:
            wanted = _letters(text, [_place(text, words)])
            invented += any(2 * len(letters & wanted) >= len(letters | wanted) for _, letters in held)
    return found, all_of, invented


def stances(by: Suggester, folder: Path = TEXTS) -> tuple[int, int, int, int]:
    """Of the stances proposed on texts of the dev split: those that are right, those that are wrong, those that nobody
    has judged; and all claims."""
    right = wrong = unjudged = claims = 0
    for key, gold in json.loads(STANCES.read_text("utf-8")).items():
        text = _text(folder, key, gold)
        judged = {(start, stance): is_so for start, _, _, stance, is_so in gold["stances"]}
        for claim in by.ask(text, by.labels(default())).record["claims"]:
            claims += 1
            if claim["stance"]:
                is_so = judged.get((claim["content"][0][0], claim["stance"]))
                right, wrong, unjudged = right + (is_so is True), wrong + (is_so is False), unjudged + (is_so is None)
    return right, wrong, unjudged, claims


def sample(by: Suggester, folder: Path = SHARED / "data" / "articles") -> tuple[int, int, int, int]:
    """Of the sample article: claims suggested with the right source and cue, those that are none, and sides; and all
    claims, counted by hand."""
    gold = json.loads(SAMPLE.read_text("utf-8"))
    text = _text(folder, "seed", gold)
    spoken = [{slot: _letters(text, claim[slot]) for slot in ("source", "cue", "content")} for claim in gold["claims"]]
    right = none = sides = 0
    for made in by.ask(text, by.labels(default())).record["claims"]:
        letters = {slot: _letters(text, made[slot]) for slot in ("source", "cue", "content")}
        meant = [one for one in spoken if 2 * len(one["content"] & letters["content"]) >= len(one["content"])]
        right += any(one["source"] == letters["source"] and one["cue"] == letters["cue"] for one in meant)
        none += not meant
        sides += made["stance"] is not None
    return right, none, sides, len(spoken)


def _text(folder: Path, key: str, gold: dict[str, Any]) -> str:
    """Raises ValueError when it is not the text that was labelled."""
    text = (folder / f"{key}.txt").read_bytes().decode("utf-8")
    if hashlib.sha256(text.encode()).hexdigest() != gold["sha256"]:
        raise ValueError(f"{key} is another text than the one that was labelled")
    return text


def _place(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def _letters(text: str, spans: Iterable[Any]) -> set[int]:
    return {i for start, end in spans for i in range(start, end) if text[i].isalnum()}


def _said_by(text: str, claim: dict[str, Any]) -> str:
    """The claim's actor, or where it has none the words of its source."""
    said: str = claim["actor"] or " ".join(text[start:end] for start, end in claim["source"])
    return said.casefold()


def main() -> None:
    for name, model in (("quick", shipped()), ("thorough", thorough())):
        for key, figures in claims_of_beats(model).items():
            said = f"F1 {figures['full']:.2f}, with the same words {figures['exact']:.2f}"
            print(f"{key:16} {name}: {figures['claims']} claims: {said}")
    for name, model in (("quick", models.QUICK), ("thorough", models.THOROUGH)):
        right, none, sides, number = sample(suggester(None, model))
        print(f"the sample {name}: of {number} claims {right} with source and cue; {none} that are none; {sides} sides")
        for file in (BEYOND, HELD_OUT):
            found, all_of, invented = beyond(suggester(None, model), file)
            kinds = ", ".join(f"{kind} {found[kind]} of {number}" for kind, number in sorted(all_of.items()))
            print(f"{file.stem:16} {name}: {found.total()} of {all_of.total()} with the right speaker ({kinds})")
            print(f"{'':16} {invented} invented")
    right, wrong_ones, unjudged, claims = stances(suggester())
    print(f"stances: {right} of {right + wrong_ones} proposed are right; {unjudged} unjudged, {claims:,} claims")
    alone, settled, right, total = measure(load())
    print(f"actors of sources: {right} of {total} right ({right / total:.3f})")
    for name, kinds in (("pipeline alone", alone), ("whole article", settled)):
        print(f"entities, {name:15} {wrong(kinds):4} errors of {dict(sorted(kinds.items()))}")


if __name__ == "__main__":
    sys.exit(main())

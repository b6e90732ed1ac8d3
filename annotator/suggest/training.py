"""Trains on a project's gold, and says whether that made it better: each article is held out once.

The articles are dealt into folds; for each, habits are learned from the other folds and tried on it, beside the model
as it came. Only when that does better are they learned from all articles, to be taken.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotator.core.annotation import SLOTS, Claim, Layer
from annotator.core.compare import Letters
from annotator.core.errors import AnnotatorError
from annotator.core.progress import Progress
from annotator.core.trained import Trained
from annotator.store import articles, authors, layers
from annotator.store.project import Project
from annotator.suggest.found import FoundClaim, partners
from annotator.suggest.learned.habits import Choice, claim_features, edge_choices, learned
from annotator.suggest.learned.model import Candidates, Model, candidates

MIN_ARTICLES = 5  # articles: with fewer nothing can be learned and told
FOLDS = 4
SEED = 0
SAMPLES = 1000
SURE = 0.9  # of samples of the articles in which the trained model must do better


class TooLittle(AnnotatorError):
    """Too few finished articles to train on, in a sentence for the editor."""


@dataclass(frozen=True, slots=True)
class Gold:
    """An article with the claims that people decided on."""

    text: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a model got right in an article: claims with source and cue (`full`), and with the same words (`exact`)."""

    full: int
    exact: int
    found: int
    gold: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """F1 of the model as it came and of the trained one, on articles held out; whether that is `better`; and what was
    `trained`, when it is better and no model of its own."""

    articles: int
    before: dict[str, float]
    after: dict[str, float]
    better: bool
    trained: Trained | None = None

    def as_json(self) -> dict[str, Any]:
        figures = {"articles": self.articles, "before": self.before, "after": self.after}
        return figures | {"trained": self.trained and self.trained.as_json()}

    def in_words(self) -> str:
        """What it brought, for the editor."""
        rows = [
            f"{title}: {before:.2f} before, {after:.2f} after."
            for title, before, after in (
                ("Claims with their source and cue found", self.before["full"], self.after["full"]),
                ("Claims found by the same words", self.before["exact"], self.after["exact"]),
            )
        ]
        verdict = "It is better." if self.better else "It is not surely better, so everything stays as it was."
        return " ".join([*rows, verdict])


def gold_of(project: Project, author: int, layer: str | None = None) -> list[Gold]:
    """The finished articles: adjudicated ones, and those that this annotator finished; with `layer`, "gold" or a name,
    those of that alone, also what came in as a whole. Raises TooLittle for a name that nobody has."""
    with project.reading() as connection:
        everybody = authors.load(connection).values()
        adjudicator = [a.id for a in everybody if a.kind == "gold"]
        whose = [author, *adjudicator]
        if layer is not None:
            whose = adjudicator if layer == "gold" else [a.id for a in everybody if a.name == layer]
            if not whose:
                names = ", ".join(sorted({a.name for a in everybody if a.name})) or "none yet"
                raise TooLittle(f"Nobody called “{layer}” has labels here. There are: {names}.")
        found: dict[int, Layer] = {}
        for one in whose:
            ids = layers.finished_by(connection, one)
            if layer not in (None, "gold"):
                ids += layers.untouched_by(connection, one)
            found |= {i: layers.load(connection, i, one) for i in ids}
        return [Gold(articles.read(connection, i).text, tuple(found[i].claims.values())) for i in sorted(found)]


def enough(gold: Sequence[Gold], least: int = MIN_ARTICLES) -> list[Gold]:
    """The articles that have claims. Raises TooLittle when they are fewer than `least`."""
    found = [g for g in gold if g.claims]
    if len(found) < least:
        have = "is one finished article" if len(found) == 1 else f"are {len(found) or 'no'} finished articles"
        raise TooLittle(f"There {have} with claims here yet. Training needs {least} or more.")
    return found


def train(model: Model, gold: Sequence[Gold], number: int = 1, progress: Progress | None = None) -> Outcome:
    """Learns from gold what the model, as it came, does otherwise. Raises TooLittle, and what `progress` raises."""
    gold = enough(gold)
    done, total = 0, 2 * len(gold) + FOLDS + 1

    def step() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, total)

    threshold = model.card["threshold"]
    taught: list[list[Choice]] = []
    before: list[Tally] = []
    seen: list[Candidates] = []
    for one in gold:
        seen.append(candidates(model, one.text))
        taught.append(list(_choices(one, seen[-1])))
        before.append(tally(one, seen[-1].chosen(threshold)))
        step()
    after: dict[int, Tally] = {}
    for fold in _folds(len(gold)):
        weights = learned([choice for i, some in enumerate(taught) if i not in fold for choice in some])
        step()
        for i in fold:
            after[i] = tally(gold[i], seen[i].with_habits(weights).chosen(threshold))
            step()
    tried = [after[i] for i in range(len(gold))]
    outcome = Outcome(len(gold), f1(before), f1(tried), better(before, tried))
    if outcome.better:
        weights = learned([choice for some in taught for choice in some])
        trained = Trained(model.version, weights, len(gold), outcome.before, outcome.after, number)
        outcome = replace(outcome, trained=trained)
    step()
    return outcome


def _choices(gold: Gold, seen: Candidates) -> Iterator[Choice]:
    """What an article with gold claims teaches: which of the claims seen are some, and where their edges are."""
    found = seen.chosen(0.0)
    paired = partners(Letters(gold.text), found, gold.claims)
    for n, claim in enumerate(found):
        features = claim_features(gold.text, claim.cue, claim.score)
        yield Choice((features, {}), 0 if n in paired else 1)
        if n in paired:
            yield from edge_choices(gold.text, claim, paired[n])


def tally(gold: Gold, found: Sequence[FoundClaim]) -> Tally:
    """How many found claims are gold claims, too: contents that overlap by half, sources and cues that meet."""
    letters = Letters(gold.text)
    full = exact = 0
    for n, claim in partners(letters, found, gold.claims).items():
        slots = [(getattr(claim, slot), getattr(found[n], slot)) for slot in SLOTS]
        full += all(letters.meet(a, b) for a, b in slots)
        exact += all(letters.same(a, b) for a, b in slots)
    return Tally(full, exact, len(found), len(gold.claims))


def f1(tallies: Sequence[Tally]) -> dict[str, float]:
    """F1 over some articles together."""
    both = max(1, sum(t.found + t.gold for t in tallies))
    return {
        "full": round(2 * sum(t.full for t in tallies) / both, 4),
        "exact": round(2 * sum(t.exact for t in tallies) / both, 4),
    }


def better(before: Sequence[Tally], after: Sequence[Tally]) -> bool:
    """Whether the second is better than the first, surely enough that it is no accident of these articles: the mean of
    both F1 is higher in nearly all samples of the articles (bootstrap), and in all of them together."""
    pick = random.Random(SEED)

    def gain(chosen: Sequence[int]) -> float:
        was, now = f1([before[i] for i in chosen]), f1([after[i] for i in chosen])
        return sum(now.values()) - sum(was.values())

    everything = range(len(before))
    if gain(everything) <= 0:
        return False
    won = sum(gain([pick.choice(everything) for _ in everything]) > 0 for _ in range(SAMPLES))
    return won >= SURE * SAMPLES


def _folds(count: int) -> list[set[int]]:
    order = list(range(count))
    random.Random(SEED).shuffle(order)
    return [set(order[n::FOLDS]) for n in range(FOLDS)]

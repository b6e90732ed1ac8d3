"""Which layers make a dataset, and what each says: a record of its labels with where each comes from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.core.annotation import SLOTS, Article, Claim, Layer, Mention
from annotator.core.record import METADATA, Record
from annotator.datasets.recipe import Kind, Recipe, RecipeError
from annotator.formats.export import GOLD, MODEL, chosen_layers
from annotator.formats.losses import is_said
from annotator.store import actors, articles, assignments, authors, layers
from annotator.store.authors import Author
from annotator.store.project import Connection
from annotator.store.sight import Sight

EDITORS = "editors"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A layer of an article that goes into a dataset."""

    article: int
    layer: int
    author: int
    finished: bool


@dataclass(slots=True)
class Choice:
    """What was chosen, what was left out and why, and what counts as labelled."""

    layers: list[Chosen] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)  # articles; of those that are not finished, layers


def choose(connection: Connection, recipe: Recipe, sight: Sight | None = None) -> Choice:
    """The layers that a recipe means. Raises RecipeError for an editor who is not there."""
    everybody = authors.load(connection)
    names = {one.name for one in everybody.values() if one.kind == "annotator"}
    wanted = None if recipe.layer == EDITORS else recipe.layer
    if wanted not in (None, GOLD, MODEL, *names):
        raise RecipeError(
            f"Nobody called “{recipe.layer}” has labels here. There are: {', '.join(sorted(names)) or 'none'}."
        )
    made = Choice()
    for article in articles.every(connection):
        why = _narrowed(article, recipe)
        if why:
            made.left_out[why] += 1
            continue
        there = layers.of_article(connection, article.id)
        if sight is not None and sight.limited:
            there = [one for one in there if sight.of(article.id, one[1])]
        found = chosen_layers(there, everybody, wanted)
        if not found:
            opened = any(everybody[author].kind == "annotator" for _, author, _ in there)
            made.left_out["without such labels" if opened else "that nobody has labelled"] += 1
        if recipe.labels and found:
            found = [one for one in found if layers.has_label(connection, one[0], recipe.labels)]
            if not found:
                made.left_out["without such an entity"] += 1
        for layer, author, when in found:
            if when is None and not recipe.unfinished and everybody[author].kind != "model":
                made.left_out["not finished"] += 1
            else:
                made.layers.append(Chosen(article.id, layer, author, when is not None))
    return made


def _narrowed(article: Article, recipe: Recipe) -> str:
    if recipe.sources and article.source not in recipe.sources:
        return "of other outlets"
    if recipe.since or recipe.until:
        if not article.date:
            return "without a date"
        if article.date[:10] < recipe.since or (recipe.until and article.date[:10] > recipe.until):
            return "of other dates"
    return ""


class Reader:
    """Reads what chosen layers say."""

    def __init__(self, connection: Connection, recipe: Recipe) -> None:
        self._connection, self._recipe = connection, recipe
        self._authors = authors.load(connection)
        self._actors = actors.load(connection)
        self._unaided = assignments.without_suggestions(connection)
        people = [one.id for one in self._authors.values() if one.kind == "annotator"]
        self._signs = {author: f"A{number}" for number, author in enumerate(sorted(people), 1)}
        self._suggested: dict[int, Layer | None] = {}

    def whose(self, author: Author) -> str:
        """What an author is called in a dataset: editors A1, A2, … unless their names are asked for."""
        if author.kind == "gold":
            return GOLD
        return author.name if author.kind == "model" or self._recipe.names else self._signs[author.id]

    def example(self, chosen: Chosen) -> Record:
        """All that a layer says of its article, under the names of a dataset's columns."""
        article = articles.read(self._connection, chosen.article)
        layer = layers.by_id(self._connection, chosen.layer)
        if layer is None:
            raise RecipeError("Labels were taken away since they were counted. Count them again.")
        author = self._authors[chosen.author]
        self._suggested = {}
        there = layers.of_article(self._connection, article.id)
        models = [
            self._authors[by].title for i, by, _ in there if self._authors[by].kind == "model" and i < chosen.layer
        ]
        shown = models if author.kind == "annotator" and (article.id, author.id) not in self._unaided else []
        made: Record = {"id": article.key, "text": article.text, "outlet": article.source}
        made |= {name: getattr(article, name) for name in METADATA if name != "source"}
        made |= {"annotator": self.whose(author), "kind": author.kind, "shown": shown, "finished": chosen.finished}
        text = article.text
        claims = sorted(layer.claims.values(), key=lambda one: (one.start, one.id))
        mentions = sorted(layer.mentions.values(), key=lambda one: (one.start, one.end, one.id))
        made["claims"] = [self._claim(text, one) | self._origin(one, layer, author) for one in claims]
        made["entities"] = [self._entity(text, one) | self._origin(one, layer, author) for one in mentions]
        made["derived"] = layers.derived(self._connection, chosen.layer)
        made["rejected"] = list(self._rejected(text, layer)) if self._recipe.rejected else []
        answers = next(iter(layer.answers.values()), None)
        made["attributes"] = dict(answers.attributes) if answers is not None else {}
        made["extra"] = json.loads(article.extra) if article.extra and self._recipe.extra else {}
        return made

    def _claim(self, text: str, one: Claim) -> Record:
        made: Record = {"id": f"c{one.id}"}
        for slot in SLOTS:
            column = "speaker" if slot == "source" else slot
            made[column] = [{"start": a, "end": b, "text": text[a:b]} for a, b in getattr(one, slot)]
        made |= {"mode": one.mode, "stance": one.stance, "note": one.note or None, "implicit": one.implicit}
        for name in ("actor", "target"):
            made |= self._actor(name, getattr(one, name))
        return made | {"score": one.score, "attributes": dict(one.attributes)}

    def _entity(self, text: str, one: Mention) -> Record:
        made: Record = {"id": f"m{one.id}", "start": one.start, "end": one.end, "text": text[one.start : one.end]}
        made |= {"label": one.label} | self._actor("actor", one.actor)
        return made | {"score": one.score, "attributes": dict(one.attributes)}

    def _actor(self, name: str, actor: int | None) -> Record:
        if actor is None or actor not in self._actors:
            return {name: None, f"{name}_id": None}
        known = actors.representative(actor, self._actors)
        return {name: self._actors[known].name, f"{name}_id": f"a{known}"}

    def _origin(self, one: Claim | Mention, layer: Layer, author: Author) -> Record:
        """What was decided: made, accepted, changed, suggested or adjudicated; and from which suggestion it comes."""
        if author.kind == "model":
            return {"decision": "suggested", "origin": author.title}
        if author.kind == "gold":
            rules = {decision.rule for decision in layer.decisions.values() if decision.gold == one.id}
            return {"decision": "adjudicated" if not rules or "" in rules else "by rule", "origin": None}
        if one.origin is None:
            return {"decision": "made", "origin": None}
        suggested = self._layer(one.origin.layer)
        if suggested is None:
            return {"decision": "accepted", "origin": None}
        held: Mapping[int, Any] = suggested.claims if isinstance(one, Claim) else suggested.mentions
        before = held.get(one.origin.id)
        same = before is not None and _said(before) == _said(one)
        return {"decision": "accepted" if same else "changed", "origin": self._authors[suggested.author].title}

    def _layer(self, layer: int) -> Layer | None:
        if layer not in self._suggested:
            self._suggested[layer] = layers.by_id(self._connection, layer)
        return self._suggested[layer]

    def _rejected(self, text: str, layer: Layer) -> Iterator[Record]:
        """Suggested claims that were rejected: what looks like a claim and is none."""
        for rejection in sorted(layer.rejections.values(), key=lambda one: one.id):
            suggested = self._layer(rejection.origin.layer)
            if rejection.of == "claim" and suggested is not None and rejection.origin.id in suggested.claims:
                claim = self._claim(text, suggested.claims[rejection.origin.id])
                yield claim | {"decision": "rejected", "origin": self._authors[suggested.author].title}


def _said(one: Claim | Mention) -> tuple[Any, ...]:
    """What an editor could have changed."""
    if isinstance(one, Mention):
        return one.span, one.label, one.actor, one.attributes
    return one.source, one.cue, one.content, one.mode, one.actor, one.stance, one.target, one.note, one.attributes


def amount(example: Record, kind: Kind) -> int:
    """How much of a kind an example has."""
    if kind == "stance":
        return sum(1 for claim in example["claims"] or () if claim["stance"])
    return len(example[kind] or ())


def forget(example: Record, kind: Kind) -> None:
    """Makes a kind missing in an example: it was not labelled."""
    if kind == "stance":
        for claim in (*(example["claims"] or ()), *example["rejected"]):
            claim |= {"stance": None, "target": None, "target_id": None}
    else:
        example[kind] = None


def plain_record(example: Record) -> Record:
    """An example as a record of ours, for formats to write."""
    made: Record = {
        "id": example["id"],
        "text": example["text"],
        "layer": example["annotator"],
        "kind": example["kind"],
    }
    made |= {name: example[name] for name in ("title", "date", "address", "attributes", "extra") if example[name]}
    if example["outlet"]:
        made["source"] = example["outlet"]
    if example["finished"]:
        made["finished"] = 1.0
    if example["derived"]:
        made["derived"] = example["derived"]
    made["mentions"] = [
        _kept(one, ("start", "end", "label", "actor", "score", "attributes")) for one in example["entities"] or ()
    ]
    made["claims"] = []
    for one in example["claims"] or ():
        claim = _kept(one, ("mode", "actor", "stance", "target", "note", "implicit", "score", "attributes"))
        for slot in SLOTS:
            claim[slot] = [[piece["start"], piece["end"]] for piece in one["speaker" if slot == "source" else slot]]
        made["claims"].append(claim)
    return made


def _kept(item: Record, names: tuple[str, ...]) -> Record:
    return {name: item[name] for name in names if is_said(item[name])}

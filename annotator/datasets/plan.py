"""A dataset before it is written: what goes in, in which split, how even the splits are, and what looks wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.core.errors import AnnotatorError
from annotator.core.progress import Progress
from annotator.core.record import Record
from annotator.core.text import shortened
from annotator.datasets import recipe as recipes
from annotator.datasets.alike import groups, near_duplicates
from annotator.datasets.choosing import Chosen, Reader, choose
from annotator.datasets.recipe import KINDS, Recipe, RecipeError
from annotator.datasets.splits import Unit, assign
from annotator.store import articles, settings
from annotator.store.project import Connection, Project
from annotator.store.sight import sight_of

SETTING = "dataset"  # what a project remembers: the recipe, and the split of each article
DIGEST = 16  # signs of a text's digest by which a split is remembered
FEW = 5  # articles that are told of a finding


class DatasetError(AnnotatorError):
    """A dataset that could not be made, in words for an editor. Nothing was left behind."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks wrong, in words, with the articles (ids) that it is about."""

    what: str
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recipe makes of a project. `split` and `cluster` are by article; `counts` of things by split; `pairs` the
    near-duplicates; `labelled` what counts as labelled; `left_out` articles by why."""

    recipe: Recipe
    chosen: tuple[Chosen, ...]
    labelled: tuple[recipes.Kind, ...]
    split: Mapping[int, str]
    cluster: Mapping[int, str]
    pairs: tuple[tuple[int, int, float], ...]
    counts: Mapping[str, Counter[str]]
    left_out: Mapping[str, int]
    keys: Mapping[int, str]
    digests: Mapping[int, str]
    findings: tuple[Finding, ...] = ()

    @property
    def across(self) -> list[tuple[int, int, float]]:
        """The near-duplicates that are in two splits."""
        return [pair for pair in self.pairs if self.split[pair[0]] != self.split[pair[1]]]

    def as_json(self) -> dict[str, Any]:
        """The plan in numbers."""
        return {
            "recipe": self.recipe.to_json(),
            "articles": len(self.split),
            "records": len(self.chosen),
            "labelled": list(self.labelled),
            "left_out": dict(self.left_out),
            "splits": {name: dict(sorted(self.counts[name].items())) for name in self.recipe.parts},
            "near_duplicates": {"pairs": len(self.pairs), "across_splits": len(self.across)},
            "findings": [
                {"what": one.what, "articles": [self.keys[article] for article in one.articles]}
                for one in self.findings
            ],
        }


def remembered(project: Project) -> tuple[Recipe | None, dict[str, str]]:
    """The recipe that a project remembers, and the split of each article by its digest."""
    with project.reading() as connection:
        held = settings.setting(connection, SETTING)
    if not isinstance(held, dict):
        return None, {}
    try:
        recipe = recipes.from_json(held.get("recipe"))
    except RecipeError:
        recipe = None
    splits = held.get("splits")
    return recipe, {str(k): str(v) for k, v in splits.items()} if isinstance(splits, dict) else {}


def remember(project: Project, plan: Plan) -> None:
    """Has a project remember what was made, so that no article moves the next time."""
    if project.read_only:
        return
    _, before = remembered(project)
    splits = before | {plan.digests[article]: name for article, name in plan.split.items()}
    with project.writing() as connection:
        settings.keep(connection, {SETTING: {"recipe": plan.recipe.to_json(), "splits": splits}})


def plan(
    project: Project,
    recipe: Recipe,
    kept: Mapping[str, str] | None = None,
    viewer: int | None = None,
    progress: Progress | None = None,
    pairs: Sequence[tuple[int, int, float]] | None = None,
) -> Plan:
    """What a recipe makes of a project. `kept` are the splits of before by digest (None: those that the project
    remembers); `pairs` the near-duplicates, where they are known. Raises RecipeError and DatasetError, and
    Cancelled."""
    recipe.check()
    before = remembered(project)[1] if kept is None else kept
    with project.reading() as connection:
        choice = choose(connection, recipe, None if viewer is None else sight_of(connection, viewer))
        if not choice.layers:
            why = "; ".join(f"{number:,} {what}" for what, number in sorted(choice.left_out.items()))
            raise DatasetError(
                f"There is nothing to make a dataset of: no article has such labels ({why or 'none at all'})."
            )
        seen = _look(connection, recipe, choice.layers, progress)
        labelled = recipe.labelled or tuple(kind for kind in KINDS if seen.found[kind])
        if pairs is None:
            texts = _texts(connection, seen.order)
            pairs = near_duplicates(texts, recipe.near, lambda one: articles.read(connection, one).text)
    cluster = groups(seen.order, pairs)
    units = [_unit(one, seen, cluster, recipe) for one in seen.order]
    split = assign(units, recipe.shares, before, recipe.seed, recipe.by == "date")
    counts: dict[str, Counter[str]] = {name: Counter() for name in recipe.parts}
    for article, name in split.items():
        counts[name].update(seen.holds[article])
    made = Plan(
        recipe,
        tuple(choice.layers),
        labelled,
        split,
        {one: seen.digests[cluster[one]] for one in seen.order},
        tuple(pairs),
        counts,
        dict(choice.left_out),
        seen.keys,
        seen.digests,
    )
    return _with_findings(made, seen)


@dataclass(slots=True)
class _Seen:
    """What was seen of the chosen articles, in their order."""

    order: list[int] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)
    outlets: dict[int, str] = field(default_factory=dict)
    dates: dict[int, str] = field(default_factory=dict)
    actors: dict[int, str] = field(default_factory=dict)
    holds: dict[int, Counter[str]] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)
    unfinished: list[int] = field(default_factory=list)


def _look(connection: Connection, recipe: Recipe, chosen: list[Chosen], progress: Progress | None) -> _Seen:
    seen, reader = _Seen(), Reader(connection, recipe)
    for number, one in enumerate(chosen, 1):
        example = reader.example(one)
        article = one.article
        if article not in seen.holds:
            seen.order.append(article)
            seen.keys[article] = example["id"]
            seen.digests[article] = articles.digest(example["text"] + "\0" + example["id"]).hex()[:DIGEST]
            seen.outlets[article], seen.dates[article] = example["outlet"], example["date"]
            seen.holds[article] = Counter({"articles": 1})
        if not one.finished and example["kind"] != "model":
            seen.unfinished.append(article)
        holds = seen.holds[article]
        claims, entities = example["claims"], example["entities"]
        holds["records"] += 1
        holds.update(claims=len(claims), entities=len(entities))
        holds.update(f"mode {claim['mode']}" for claim in claims)
        holds.update(f"stance {claim['stance']}" for claim in claims if claim["stance"])
        holds.update(f"label {entity['label']}" for entity in entities)
        if not claims:
            holds["without claims"] += 1
        named = Counter(claim["actor"] for claim in claims if claim["actor"])
        seen.actors.setdefault(article, min(named, key=lambda name: (-named[name], name)) if named else "")
        seen.found["claims"] += len(claims)
        seen.found["entities"] += len(entities)
        if progress:
            progress(number, 2 * len(chosen))
    return seen


def _texts(connection: Connection, order: list[int]) -> Iterator[tuple[int, str]]:
    for article in order:
        yield article, articles.read(connection, article).text


def _unit(article: int, seen: _Seen, cluster: Mapping[int, int], recipe: Recipe) -> Unit:
    """What must stay together: near-duplicates always; with the outlet or the actor only where that is asked for."""
    group = {"source": seen.outlets, "actor": seen.actors}.get(recipe.by, {}).get(cluster[article], "")
    name = f"{recipe.by} {group}" if group else f"cluster {cluster[article]}"
    return Unit(article, seen.digests[article], name, seen.dates[article], seen.holds[article])


def _with_findings(made: Plan, seen: _Seen) -> Plan:
    from dataclasses import replace

    return replace(made, findings=tuple(_findings(made, seen)))


def _findings(made: Plan, seen: _Seen) -> Iterator[Finding]:
    """What looks wrong, in plain words."""
    recipe, total = made.recipe, Counter[str]()
    for counts in made.counts.values():
        total.update(counts)
    if seen.unfinished:
        yield _about(f"{len(seen.unfinished):,} records are of articles that are not finished", seen.unfinished)
    for name in recipe.parts:
        if not made.counts[name]["articles"]:
            yield Finding(f"there is nothing in {name}")
    if "claims" in made.labelled:
        if not total["without claims"]:
            yield Finding("every article has a claim: there is nothing from which to learn where none is")
        modes = [what for what in total if what.startswith("mode ")]
        if len(modes) == 1 and total["claims"] > 1:
            yield Finding(f"all claims have one mode ({modes[0].removeprefix('mode ')})")
    if made.across:
        articles_across = [one for pair in made.across for one in pair[:2]]
        yield _about(
            f"{len(made.across):,} pairs of near-duplicates are in two splits, where they were before", articles_across
        )
    by_outlet: dict[str, Counter[str]] = {}
    for article, name in made.split.items():
        by_outlet.setdefault(seen.outlets[article], Counter())[name] += 1
    first = recipe.parts[0]
    alone = sorted(outlet for outlet, names in by_outlet.items() if outlet and not names[first])
    if alone and recipe.by != "source" and len(recipe.parts) > 1:
        said = ", ".join(shortened(outlet, 40) for outlet in alone[:FEW])
        yield Finding(f"{len(alone):,} outlets are in no article of {first}: {said}")
    missing = sorted(article for article, date in seen.dates.items() if not date)
    if recipe.by == "date" and missing:
        yield _about(f"{len(missing):,} articles have no date; they came first", missing)


def _about(what: str, found: list[int]) -> Finding:
    return Finding(what, tuple(dict.fromkeys(found)))


def examples(connection: Connection, made: Plan) -> Iterator[tuple[str, Record]]:
    """The examples of a plan with their splits; what was not labelled is missing (None), not empty."""
    reader = Reader(connection, made.recipe)
    for one in made.chosen:
        example = reader.example(one)
        for kind in KINDS:
            if kind not in made.labelled:
                example[kind] = None
        name = made.split[one.article]
        yield name, example | {"split": name, "cluster": made.cluster[one.article], "labelled": list(made.labelled)}

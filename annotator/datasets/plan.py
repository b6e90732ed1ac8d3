"""A dataset before it is written: what goes in, in which split, how even the splits are, and what looks wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.core.errors import AnnotatorError
from annotator.core.progress import Progress
from annotator.core.record import Record
from annotator.core.text import shortened
from annotator.datasets import recipe as recipes
from annotator.datasets.alike import groups, near_duplicates
from annotator.datasets.choosing import Choice, Chosen, Reader, amount, choose, forget
from annotator.datasets.recipe import KINDS, Recipe, RecipeError
from annotator.datasets.splits import Unit, assign
from annotator.store import articles, settings
from annotator.store.project import Connection, Project
from annotator.store.sight import sight_of

SETTING = "dataset"  # what a project remembers: the recipe, and the split of each article
DIGEST = 16  # signs of a text's digest by which a split is remembered
FEW = 5  # articles that are told of a finding
FEWEST = 10  # articles that can be split


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
    near-duplicates; `labelled` what counts as labelled,
    and of each author (an importer of entities has no claims); `left_out` articles by why."""

    recipe: Recipe
    chosen: tuple[Chosen, ...]
    labelled: tuple[recipes.Kind, ...]
    labelled_by: Mapping[int, tuple[recipes.Kind, ...]]
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


def remembered(project: Project) -> tuple[Recipe | None, dict[str, dict[str, str]]]:
    """The recipe that a project remembers, and by kind of split where each article is, by its digest."""
    with project.reading() as connection:
        held = settings.setting(connection, SETTING)
    if not isinstance(held, dict):
        return None, {}
    try:
        recipe = recipes.from_json(held.get("recipe"))
    except RecipeError:
        recipe = None
    kinds = {kind: splits for kind, splits in held.items() if kind != "recipe" and isinstance(splits, dict)}
    return recipe, {kind: {str(k): str(v) for k, v in splits.items()} for kind, splits in kinds.items()}


def remember(project: Project, plan: Plan) -> None:
    """Has a project remember what was made, so that no article moves the next time."""
    if project.read_only:
        return
    _, before = remembered(project)
    now = {plan.digests[article]: name for article, name in plan.split.items()}
    kind = plan.recipe.kind_of_split
    splits = before | {kind: before.get(kind, {}) | now}
    with project.writing() as connection:
        settings.keep(connection, {SETTING: {"recipe": plan.recipe.to_json(), **splits}})


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
    before = remembered(project)[1].get(recipe.kind_of_split, {}) if kept is None else kept
    with project.reading() as connection:
        choice = choose(connection, recipe, None if viewer is None else sight_of(connection, viewer))
        if not choice.layers:
            raise DatasetError(_nothing(connection, recipe, choice))
        seen = _look(connection, recipe, choice.layers, progress)
        labelled = recipe.labelled or tuple(kind for kind in KINDS if seen.found[kind])
        by_author = {one: recipe.labelled or seen.labelled_by(one) or labelled for one in seen.by_author}
        if pairs is None:
            texts = _texts(connection, seen.order)
            half = len(seen.order)

            def go_on(done: int) -> None:
                if progress:
                    progress(half + done, 2 * half)

            pairs = near_duplicates(texts, recipe.near, lambda one: articles.read(connection, one).text, go_on)
    for article, author, holds in seen.examples:
        for kind in set(KINDS) - set(by_author[author]):
            _forget(holds, kind)
        seen.holds[article].update(holds)
    cluster = groups(seen.order, pairs)
    together = groups(seen.order, [*pairs, *seen.ties(recipe.by)])
    units = [Unit(one, seen.digests[one], f"{together[one]}", seen.dates[one], seen.holds[one]) for one in seen.order]
    split = assign(units, recipe.shares, before, recipe.seed, recipe.by == "date")
    counts: dict[str, Counter[str]] = {name: Counter() for name in recipe.parts}
    for article, name in split.items():
        counts[name].update(seen.holds[article])
    made = Plan(
        recipe,
        tuple(choice.layers),
        labelled,
        by_author,
        split,
        {one: seen.digests[cluster[one]] for one in seen.order},
        tuple(pairs),
        counts,
        dict(choice.left_out),
        seen.keys,
        seen.digests,
    )
    return _with_findings(made, seen, units)


def _nothing(connection: Connection, recipe: Recipe, choice: Choice) -> str:
    """Why there is nothing, and what there is instead."""
    why = "; ".join(f"{number:,} {what}" for what, number in sorted(choice.left_out.items())) or "none at all"
    whose = {"gold": "gold, which is adjudicated and finished", "editors": "finished labels of editors"}
    said = f"There is nothing to make a dataset of: no article has {whose.get(recipe.layer, 'such labels')} ({why})."
    if recipe.layer == "gold":
        editors = len({one.article for one in choose(connection, replace(recipe, layer="editors")).layers})
        if editors:
            said += f" But editors have finished {editors:,}: take “Every editor apart” (`--layer editors`)."
    return said


@dataclass(slots=True)
class _Seen:
    """What was seen of the chosen articles, in their order."""

    order: list[int] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)
    outlets: dict[int, str] = field(default_factory=dict)
    dates: dict[int, str] = field(default_factory=dict)
    actors: dict[int, set[str]] = field(default_factory=dict)
    holds: dict[int, Counter[str]] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)
    unfinished: list[int] = field(default_factory=list)
    by_author: dict[int, Counter[str]] = field(default_factory=dict)
    examples: list[tuple[int, int, Counter[str]]] = field(default_factory=list)  # article, author, what it has

    def labelled_by(self, author: int) -> tuple[recipes.Kind, ...]:
        """What an author has labelled anywhere."""
        return tuple(kind for kind in KINDS if self.by_author[author][kind])

    def ties(self, by: str) -> Iterator[tuple[int, int, float]]:
        """Pairs of articles that must stay together since they have an outlet, or an actor of a claim, in common."""
        first: dict[str, int] = {}
        for article in self.order:
            names = {"source": {self.outlets[article]}, "actor": self.actors[article]}.get(by, set())
            for name in sorted(names - {""}):
                yield first.setdefault(name, article), article, 1.0


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
            seen.actors[article] = set()
        if not one.finished and example["kind"] != "model":
            seen.unfinished.append(article)
        seen.examples.append((article, one.author, count(example)))
        seen.actors[article] |= {claim["actor"] for claim in example["claims"] if claim["actor"]}
        found = seen.by_author.setdefault(one.author, Counter())
        for kind in KINDS:
            seen.found[kind] += amount(example, kind)
            found[kind] += amount(example, kind)
        if progress:
            progress(number, 2 * len(chosen))
    return seen


def _texts(connection: Connection, order: list[int]) -> Iterator[tuple[int, str]]:
    for article in order:
        yield article, articles.read(connection, article).text


def _forget(holds: Counter[str], kind: str) -> None:
    """Takes what was counted of a kind away: it was not labelled."""
    prefixes = {"claims": ("mode ", "stance "), "stance": ("stance ",)}.get(kind, ("label ",))
    for name in list(holds):
        if name == kind or name.startswith(prefixes) or (kind == "claims" and name == "without claims"):
            del holds[name]


def count(example: Record) -> Counter[str]:
    """What an example has of what is counted."""
    claims, entities = example["claims"] or (), example["entities"] or ()
    holds = Counter(records=1, claims=len(claims), entities=len(entities))
    holds.update(f"mode {claim['mode']}" for claim in claims)
    holds.update(f"stance {claim['stance']}" for claim in claims if claim["stance"])
    holds.update(f"label {entity['label']}" for entity in entities)
    if example["claims"] is not None and not claims:
        holds["without claims"] += 1
    return holds


def _with_findings(made: Plan, seen: _Seen, units: Sequence[Unit]) -> Plan:
    return replace(made, findings=tuple(_findings(made, seen, units)))


def _findings(made: Plan, seen: _Seen, units: Sequence[Unit]) -> Iterator[Finding]:
    """What looks wrong, in plain words."""
    recipe, total = made.recipe, Counter[str]()
    for counts in made.counts.values():
        total.update(counts)
    if seen.unfinished:
        yield _about(f"{len(seen.unfinished):,} records are of articles that are not finished", seen.unfinished)
    if len(made.split) < FEWEST and len(recipe.parts) > 1:
        yield Finding(f"{len(made.split):,} articles are too few to be split: no figure of a part means anything")
    for name in recipe.parts:
        if not made.counts[name]["articles"]:
            yield Finding(f"there is nothing in {name}")
    if "claims" in made.labelled:
        if not total["without claims"]:
            yield Finding("every article has a claim: there is nothing from which to learn where none is")
        modes = [what for what in total if what.startswith("mode ")]
        if len(modes) == 1 and total["claims"] > 1:
            yield Finding(f"all claims have one mode ({modes[0].removeprefix('mode ')})")
    sizes = Counter(unit.group for unit in units)
    if len(made.split) > 1 and max(sizes.values()) > len(made.split) / 2:
        what = {"source": "an outlet", "actor": "an actor"}.get(recipe.by, "nearly all their words")
        yield Finding(f"more than half of the articles have {what} in common, also through others, and stay together")
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
        number = f"{len(alone):,} outlet{' is' if len(alone) == 1 else 's are'}"
        yield Finding(f"{number} in no article of {first}: {said}")
    unknown = {"source": [one for one in seen.order if not seen.outlets[one]]}
    unknown["actor"] = [one for one in seen.order if not seen.actors[one]]
    if nameless := unknown.get(recipe.by):
        what = {"source": "an outlet", "actor": "a claim with an actor"}[recipe.by]
        how = "all articles are" if len(nameless) == len(seen.order) else f"{len(nameless):,} articles are"
        yield _about(f"{how} without {what}: of these, only near-duplicates stay together", nameless)
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
        labelled = made.labelled_by[one.author]
        for kind in KINDS:
            if kind not in labelled:
                forget(example, kind)
        name = made.split[one.article]
        yield name, example | {"split": name, "cluster": made.cluster[one.article], "labelled": list(labelled)}

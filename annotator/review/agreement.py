"""How far editors agree: on which claims there are, and on what each slot says, for each pair and over all.

Claims count as the same from a content overlap of one half on, as in the usual scoring of attributions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from annotator.core.annotation import ANSWERS, Answers, Claim, Layer, Mention
from annotator.core.compare import (
    ENOUGH,
    Letters,
    Pair,
    align_claims,
    align_each,
    align_mentions,
    distinct,
    group_mentions,
    joined,
)
from annotator.core.progress import Progress
from annotator.core.scheme import Attribute, news_attributes
from annotator.review import coefficients
from annotator.review.coefficients import Figure, Floats, absent
from annotator.review.slots import (
    Slot,
    answer_of,
    categories,
    category_slot,
    held_in,
    share_of_same,
    slot_name,
)

REPLICATES, SEED = 1000, 0
FEW_ARTICLES = 10  # an interval over fewer would be an illusion: too few different samples can be drawn
DERIVED = "an importer derived it; nobody has said it"
NO_SPANS = "where it is, not which category it has; see how often it overlaps"


@dataclass(frozen=True, slots=True)
class Subject:
    """An article with the finished layers of two or more authors, by the authors' names."""

    article: int
    key: str
    text: str
    layers: Mapping[str, Layer]
    unaided: frozenset[str] = frozenset()  # who labelled it without suggestions
    derived: Mapping[str, frozenset[str]] = field(default_factory=dict)  # slots that an importer derived, by author


@dataclass(frozen=True, slots=True)
class Case:
    """A claim that both of a pair found: `article` is its number among the subjects."""

    article: int
    a: Claim
    b: Claim
    source_meets: bool
    cue_meets: bool
    same_source: bool
    same_cue: bool
    same_content: bool
    derived: frozenset[str] = frozenset()  # slots of which one of both was derived, not said


@dataclass(frozen=True)
class Measures:
    """The measures of a pair, or of all pairs together (`names` is empty)."""

    names: tuple[str, ...]
    articles: int
    figures: Mapping[str, Figure]
    slots: Mapping[str, Slot]
    cases: Sequence[Case] = ()

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"a": self.names[0], "b": self.names[1]} if self.names else {}
        data["articles"] = self.articles
        for name, figure in self.figures.items():
            group, _, what = name.partition(" ")
            data.setdefault(group, {})[what] = figure.as_json()
        data["slots"] = {
            name: {
                what: figure.as_json()
                for what, figure in (("raw", s.raw), ("exact", s.exact), ("kappa", s.kappa), ("alpha", s.alpha))
                if figure is not None
            }
            for name, s in self.slots.items()
        }
        return data


@dataclass(frozen=True)
class Agreement:
    """The whole report. `keys` and `ids` are the articles' by their number."""

    names: tuple[str, ...]
    ids: tuple[int, ...]
    keys: tuple[str, ...]
    texts: tuple[str, ...]
    unaided: tuple[tuple[str, tuple[str, ...]], ...]  # articles labelled without suggestions, and by whom
    pairs: tuple[Measures, ...]
    overall: Measures
    replicates: int
    seed: int
    asked: tuple[Attribute, ...] = ()  # what the scheme asks

    @property
    def categories(self) -> tuple[str, ...]:
        """The slots of claims that hold one of some values."""
        return categories(self.asked)

    def with_figure(self, name: str, figure: Figure) -> Agreement:
        """With one more measure of all pairs together."""
        return replace(self, overall=replace(self.overall, figures={**self.overall.figures, name: figure}))

    def as_json(self) -> dict[str, Any]:
        return {
            "annotators": list(self.names),
            "articles": len(self.keys),
            "replicates": self.replicates,
            "seed": self.seed,
            "unaided": [{"id": key, "annotators": list(names)} for key, names in self.unaided],
            "pairs": [m.as_json() for m in self.pairs],
            "overall": self.overall.as_json(),
        }


Units = list[tuple[int, list[tuple[Claim, frozenset[str]]]]]  # what two or more found, with what of it is derived
Given = dict[str, list[tuple[int, list[Any]]]]  # by slot: an article's number, and what two or more answered


@dataclass
class _Tally:
    """Counts of one pair by article; `given` are the answers on what is no claim."""

    articles: list[int] = field(default_factory=list)
    rows: list[tuple[int, ...]] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    given: Given = field(default_factory=lambda: defaultdict(list))


_ROW = (
    *("claims_a", "claims_b", "claims_found", "claims_exact"),
    *("mentions_a", "mentions_b", "mentions_exact", "mentions_overlap"),
)


def agreement(
    subjects: Iterable[Subject],
    actor_name: Callable[[int], str],
    replicates: int = REPLICATES,
    seed: int = SEED,
    progress: Progress | None = None,
    asked: Sequence[Attribute] | None = None,
) -> Agreement:
    """Compares every two layers of every subject. `actor_name` gives an actor's name by its id, `asked` is what the
    project's scheme asks (mode and stance, when not said). `progress` may raise Cancelled."""
    asked = news_attributes() if asked is None else tuple(asked)
    held: list[tuple[int, str, str]] = []
    tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    units: Units = []
    given: Given = defaultdict(list)
    names: dict[str, None] = {}
    every = list(subjects)
    for number, subject in enumerate(every):
        held.append((subject.article, subject.key, subject.text))
        names |= dict.fromkeys(subject.layers)
        _tally(number, subject, tallies, units, given, asked)
        if progress:
            progress(number + 1, len(every))
    order = sorted(names)
    pairs = []
    for a, b in combinations(order, 2):
        pairs.append(_measures((a, b), [tallies[a, b]], None, {}, asked, actor_name, replicates, seed))
    overall = _measures((), list(tallies.values()), units, given, asked, actor_name, replicates, seed)
    ids, keys, texts = zip(*held, strict=True) if held else ((), (), ())
    unaided = tuple((s.key, tuple(sorted(s.unaided))) for s in every if s.unaided)
    return Agreement(tuple(order), ids, keys, texts, unaided, tuple(pairs), overall, replicates, seed, tuple(asked))


def _tally(
    number: int,
    subject: Subject,
    tallies: Mapping[tuple[str, str], _Tally],
    units: Units,
    given: Given,
    asked: Sequence[Attribute],
) -> None:
    letters = Letters(subject.text)
    layers = {name: subject.layers[name] for name in sorted(subject.layers)}
    claims = {name: list(layer.claims.values()) for name, layer in layers.items()}
    entities = {name: distinct(layer.mentions.values()) for name, layer in layers.items()}
    aligned = align_each(claims, lambda a, b: align_claims(letters, a, b))
    counted = {k: [p for p in pairs if p.overlap >= ENOUGH] for k, pairs in aligned.items()}
    for (a, b), pairs in counted.items():
        derived = subject.derived.get(a, frozenset()) | subject.derived.get(b, frozenset())
        cases = [_case(letters, number, p, derived) for p in pairs]
        mentions = align_mentions(entities[a], entities[b])
        same = [p for p in mentions if p.a is not None and p.b is not None and p.a.label == p.b.label]
        tally = tallies[a, b]
        tally.articles.append(number)
        tally.rows.append(
            (
                *(len(claims[a]), len(claims[b]), len(cases), sum(c.same_content for c in cases)),
                *(len(entities[a]), len(entities[b])),
                *(sum(p.overlap == 1 for p in same), len(same)),
            )
        )
        tally.cases += cases
        _answers(number, asked, layers[a], layers[b], mentions, tally.given)
    # Entities of all together are of interest only where something is asked of them.
    groups = group_mentions(entities) if any(a.of == "mention" for a in asked) else []
    for attribute in asked:
        if attribute.of == "mention":
            found = [[answer_of(m, attribute) for m in g.members.values()] for g in groups if len(g.members) > 1]
            given[slot_name(attribute)] += [(number, answers) for answers in found]
        elif attribute.of == "answers":
            everybody = [layer.answers.get(ANSWERS, Answers(ANSWERS)) for layer in layers.values()]
            given[slot_name(attribute)].append((number, [answer_of(one, attribute) for one in everybody]))
    nothing: frozenset[str] = frozenset()
    units += [
        (number, [(claim, subject.derived.get(name, nothing)) for name, claim in g.members.items()])
        for g in joined(claims, counted)
        if len(g.members) > 1
    ]


def _answers(
    number: int, asked: Sequence[Attribute], a: Layer, b: Layer, mentions: Iterable[Pair[Mention]], given: Given
) -> None:
    """What two layers answer on the entities that both have, and on the article."""
    for attribute in asked:
        if attribute.of == "mention":
            both = [(p.a, p.b) for p in mentions if p.a is not None and p.b is not None]
            given[slot_name(attribute)] += [(number, [answer_of(v, attribute) for v in pair]) for pair in both]
        elif attribute.of == "answers":
            pair = [layer.answers.get(ANSWERS, Answers(ANSWERS)) for layer in (a, b)]
            given[slot_name(attribute)].append((number, [answer_of(v, attribute) for v in pair]))


def _case(letters: Letters, number: int, pair: Pair[Claim], derived: frozenset[str]) -> Case:
    a, b = pair.a, pair.b
    assert a is not None and b is not None
    return Case(
        number,
        a,
        b,
        letters.meet(a.source, b.source),
        letters.meet(a.cue, b.cue),
        letters.same(a.source, b.source),
        letters.same(a.cue, b.cue),
        letters.same(a.content, b.content),
        derived,
    )


def _measures(
    names: tuple[str, ...],
    tallies: list[_Tally],
    units: Units | None,
    given: Given,
    asked: Sequence[Attribute],
    actor_name: Callable[[int], str],
    replicates: int,
    seed: int,
) -> Measures:
    """Of one pair, or (with `units`) of all. Only articles that both have count, so only they are drawn."""
    there = sorted({n for t in tallies for n in t.articles})
    place = {n: i for i, n in enumerate(there)}
    sums = {name: [0.0] * len(there) for name in _ROW}
    for tally in tallies:
        for number, row in zip(tally.articles, tally.rows, strict=True):
            for name, value in zip(_ROW, row, strict=True):
                sums[name][place[number]] += value
    cases = [case for t in tallies for case in t.cases]
    if not there:
        nothing = absent("no article that both have finished")
        slot = Slot(nothing, None, nothing, nothing)
        return Measures(
            names,
            0,
            dict.fromkeys(_figure_names(), nothing),
            dict.fromkeys(("source", "cue", *categories(asked)), slot),
        )
    drawn = coefficients.resamples(len(there), replicates, seed)
    figures = {
        **_scores("claims", sums, "claims", "claims_found", drawn),
        **_scores("exact", sums, "claims", "claims_exact", drawn),
        **_scores("mentions", sums, "mentions", "mentions_exact", drawn),
        **_scores("mentions_overlap", sums, "mentions", "mentions_overlap", drawn),
    }
    if units is not None:  # of all together nobody is the first one
        figures = {name: figure for name, figure in figures.items() if name.endswith("f1")}
    slots = {}
    for name in ("source", "cue"):
        slots[name] = Slot(
            _share([getattr(c, f"{name}_meets") for c in cases], cases, place, drawn),
            _share([getattr(c, f"same_{name}") for c in cases], cases, place, drawn),
            absent(NO_SPANS, len(cases)),
            absent(NO_SPANS, len(cases)),
        )
    by_name = {slot_name(a): a for a in asked}
    for name in categories(asked):
        said = [(number, c) for number, c in enumerate(cases) if name not in c.derived]
        both = [(c.article, held_in(c.a, name, by_name), held_in(c.b, name, by_name)) for _, c in said]
        every = None
        if units is not None:
            told = [(n, [c for c, derived in some if name not in derived]) for n, some in units]
            every = [(n, [held_in(c, name, by_name) for c in some]) for n, some in told if len(some) > 1]
        numbers = [number for number, _ in said]
        slots[name] = category_slot(by_name.get(name), name, both, every, actor_name, place, drawn, numbers)
        if len(said) < len(cases) and not said:
            slots[name] = Slot(absent(DERIVED), None, absent(DERIVED), absent(DERIVED))
    for attribute in (a for a in asked if a.of != "claim"):
        name = slot_name(attribute)
        pairs = [(n, *answers) for t in tallies for n, answers in t.given.get(name, ())]
        every = None if units is None else given.get(name, [])
        slots[name] = category_slot(attribute, name, pairs, every, actor_name, place, drawn, None)
    if len(there) < FEW_ARTICLES:
        figures = {name: _without_interval(figure) for name, figure in figures.items()}
        slots = {
            name: replace(
                slot,
                raw=_without_interval(slot.raw),
                exact=slot.exact and _without_interval(slot.exact),
                kappa=_without_interval(slot.kappa),
                alpha=_without_interval(slot.alpha),
            )
            for name, slot in slots.items()
        }
    return Measures(names, len(there), figures, slots, cases)


def _without_interval(figure: Figure) -> Figure:
    if figure.value is None:
        return figure
    return replace(figure, low=None, high=None, reason=f"no interval below {FEW_ARTICLES} articles")


def _figure_names() -> list[str]:
    groups = ("claims", "exact", "mentions", "mentions_overlap")
    return [f"{group} {what}" for group in groups for what in ("precision", "recall", "f1")]


def _scores(group: str, sums: Mapping[str, list[float]], what: str, hits: str, drawn: Floats) -> dict[str, Figure]:
    """Precision, recall and F1 of the second annotator against the first."""
    a, b, found = sums[f"{what}_a"], sums[f"{what}_b"], sums[hits]
    none = f"nobody marked {'a claim' if what == 'claims' else 'an entity'}"
    twice, both = [2 * f for f in found], [x + y for x, y in zip(a, b, strict=True)]
    return {
        f"{group} precision": coefficients.ratio(found, b, drawn, none),
        f"{group} recall": coefficients.ratio(found, a, drawn, none),
        f"{group} f1": coefficients.ratio(twice, both, drawn, none),
    }


def _share(agree: Sequence[bool], cases: Sequence[Case], place: Mapping[int, int], drawn: Floats) -> Figure:
    return share_of_same(agree, [case.article for case in cases], place, drawn)

"""What there is to review in a project: the articles that two or more have labelled, and where they differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotator.core.annotation import Layer
from annotator.core.compare import FOUND, Difference, Letters, differences, group_answers, group_claims, group_mentions
from annotator.core.errors import AnnotatorError
from annotator.core.progress import Progress
from annotator.core.wording import describe, value_in_words
from annotator.review.adjudication import Review, lay
from annotator.review.agreement import Subject
from annotator.store import actors, articles, assignments, authors, layers
from annotator.store.project import Connection, Project
from annotator.store.sight import sight_of


class NoLayers(AnnotatorError):
    """Nobody of the wanted name has labels, in words for an editor."""


def author_names(connection: Connection) -> dict[int, str]:
    """What each author is called, by id. Two of one name are told apart by a number."""
    taken: Counter[str] = Counter()
    names = {}
    for author in authors.load(connection).values():
        taken[author.title] += 1
        number = taken[author.title]
        names[author.id] = author.title if number == 1 else f"{author.title} ({number})"
    return names


def actor_names(project: Project) -> Callable[[int], str]:
    """A function from an actor's id to the name."""
    with project.reading() as connection:
        names = {i: a.name for i, a in actors.load(connection).items()}
    return lambda actor: names.get(actor, "unknown")


def subjects(
    project: Project, wanted: Sequence[str] | None = None, viewer: int | None = None, with_derived: bool = False
) -> Iterator[Subject]:
    """The articles that two or more annotators have finished, with their layers. With `wanted`, those of the authors of
    these names instead, finished or not; gold only when it is finished. Of what a `viewer` may not see there is
    nothing. With `with_derived`, what an importer derived counts as said. Raises NoLayers when there is nobody of a
    name."""
    with project.reading() as connection:
        sight = None if viewer is None else sight_of(connection, viewer)
        names = author_names(connection)
        kinds = {a.id: a.kind for a in authors.load(connection).values()}
        ids = [_author_of(name.strip(), names) for name in wanted] if wanted else None
        same = _same(connection)
        unaided = assignments.without_suggestions(connection)
        for article in articles.every(connection):
            there = [
                (layer, author)
                for layer, author, finished in layers.of_article(connection, article.id)
                if (author in ids if ids is not None else kinds[author] == "annotator")
                and (finished is not None or (ids is not None and kinds[author] != "gold"))
                and (sight is None or sight.of(article.id, author))
            ]
            if len(there) > 1:
                held = {names[a]: _resolved(layers.load(connection, article.id, a), same) for _, a in there}
                alone = frozenset(names[a] for _, a in there if (article.id, a) in unaided)
                derived = {names[a]: frozenset(layers.derived(connection, i)) for i, a in there}
                yield Subject(
                    article.id, article.key, article.text, held, alone, {} if with_derived else _not_empty(derived)
                )


def _not_empty(derived: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {name: slots for name, slots in derived.items() if slots}


def _author_of(name: str, names: dict[int, str]) -> int:
    for author, known in names.items():
        if known == name:
            return author
    known_names = ", ".join(names.values()) or "none yet"
    raise NoLayers(f"Nobody called “{name}” has labels here. There are: {known_names}.")


@dataclass(frozen=True, slots=True)
class Dispute:
    """An article that two or more annotators have finished: how many differences there are, and how many are open."""

    article: int
    title: str
    total: int
    open: int
    finished: bool  # gold of it


def disputes(project: Project, viewer: int | None = None, progress: Progress | None = None) -> list[Dispute]:
    """The articles to review, those with the most in dispute first; of what a `viewer` may not see, none. `progress`
    may raise Cancelled."""
    found = []
    with project.reading() as connection:
        ids = _several_finished(connection)
        if viewer is not None and (sight := sight_of(connection, viewer)).limited:
            ids = [i for i in ids if i in sight.finished]
        same = _same(connection)
        for number, article in enumerate(ids, 1):
            found.append(dispute_of(load(connection, article, same)))
            if progress:
                progress(number, len(ids))
    return sorted(found, key=lambda d: (-d.open, d.finished, -d.total, d.article))


def dispute_of(review: Review) -> Dispute:
    article = review.article
    return Dispute(
        article.id, article.heading, len(review.questions), len(review.open), review.gold.finished is not None
    )


def _same(connection: Connection) -> dict[int, int]:
    """Each actor's id, and that of the one it was found to be the same as."""
    return {i: a.id for i, a in actors.load(connection).items()}


def load(connection: Connection, article: int, same: Mapping[int, int] | None = None) -> Review:
    """An article with the versions of all who have finished it. Raises KeyError when there is none of that id."""
    everybody = authors.load(connection)
    gold = next((a.id for a in everybody.values() if a.kind == "gold"), 0)
    versions = {
        author: layers.load(connection, article, author)
        # In the order of the annotators, so that a key takes the same one's version in every article.
        for _, author, finished in sorted(layers.of_article(connection, article), key=lambda layer: layer[1])
        if everybody[author].kind == "annotator" and finished is not None
    }
    same = _same(connection) if same is None else same
    resolved = {author: _resolved(layer, same) for author, layer in versions.items()}
    return lay(articles.read(connection, article), resolved, layers.load(connection, article, gold))


def _resolved(layer: Layer, same: Mapping[int, int]) -> Layer:
    """The layer with each actor as the one that it was found to be the same as."""
    renamed = {i for i, other in same.items() if i != other}
    if not renamed:
        return layer
    claims = {
        i: replace(c, actor=same.get(c.actor or 0), target=same.get(c.target or 0))
        if {c.actor, c.target} & renamed
        else c
        for i, c in layer.claims.items()
    }
    mentions = {i: replace(m, actor=same[m.actor]) if m.actor in renamed else m for i, m in layer.mentions.items()}
    return replace(layer, claims=claims, mentions=mentions)


def _several_finished(connection: Connection) -> list[int]:
    counts: Counter[int] = Counter()
    for author in authors.annotators(connection):
        counts.update(layers.finished_by(connection, author.id))
    return sorted(article for article, number in counts.items() if number > 1)


_PLACES = {"mention": "span", "claim": "content"}  # where in the text a difference is; answers are on all of it


def difference_lines(
    project: Project, wanted: Sequence[str] | None, as_json: bool = False, viewer: int | None = None
) -> Iterator[str]:
    """Each difference between layers as a line: the article, the place, what it is about, and who says what."""
    name_of = actor_names(project)
    for subject in subjects(project, wanted, viewer):
        letters = Letters(subject.text)
        called = {k: k for k in subject.layers}
        for difference in _all_differences(letters, subject.layers):
            group, slot = difference.group, difference.slot
            what = describe(difference, subject.text, called, name_of)
            said = (
                {}
                if slot == FOUND
                else {
                    k: v if slot in ("mode", "stance", "label") else value_in_words(subject.text, slot, v, name_of)
                    for k, v in group.values(slot).items()
                }
            )
            if as_json:
                data = {"id": subject.key, "kind": group.kind, "slot": slot, "start": group.start}
                data |= {"found": list(group.members), "missing": list(difference.missing), "values": said}
                yield json.dumps(data | {"edges_only": difference.edges_only, "what": what}, ensure_ascii=False)
            else:
                first = next(iter(group.members.values()))
                place = _PLACES.get(group.kind)
                shown = value_in_words(subject.text, place, getattr(first, place), name_of) if place else ""
                yield f"{subject.key}\t{group.start}\t{group.kind}\t{slot}\t{what}\t{shown[:80]}"


def _all_differences(letters: Letters, held: Mapping[str, Layer]) -> list[Difference[Any]]:
    claims = group_claims(letters, {k: layer.claims.values() for k, layer in held.items()})
    mentions = group_mentions({k: layer.mentions.values() for k, layer in held.items()})
    answers = group_answers(held)
    every: list[Difference[Any]] = [*differences(letters, claims, held), *differences(letters, mentions, held)]
    every += differences(letters, answers, held)
    return sorted(every, key=lambda d: d.group.start)

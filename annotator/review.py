"""What there is to review in a project: the articles that two or more have labelled, and where they differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from annotator.agreement import Subject
from annotator.annotation import Layer
from annotator.compare import (
    FOUND,
    Difference,
    Letters,
    describe,
    differences,
    group_claims,
    group_mentions,
    value_in_words,
)
from annotator.store import actors, articles, authors, layers
from annotator.store.project import Connection, Project


class NoLayers(ValueError):
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


def subjects(project: Project, wanted: Sequence[str] | None = None) -> Iterator[Subject]:
    """The articles that two or more annotators have finished, with their layers. With `wanted`, those of the authors of
    these names instead, finished or not. Raises NoLayers when there is nobody of a name."""
    with project.reading() as connection:
        names = author_names(connection)
        kinds = {a.id: a.kind for a in authors.load(connection).values()}
        ids = [_author_of(name.strip(), names) for name in wanted] if wanted else None
        for article in articles.every(connection):
            there = [
                author
                for _, author, finished in layers.of_article(connection, article.id)
                if (author in ids if ids is not None else kinds[author] == "annotator" and finished is not None)
            ]
            if len(there) > 1:
                held = {names[a]: layers.load(connection, article.id, a) for a in there}
                yield Subject(article.id, article.key, article.text, held)


def _author_of(name: str, names: dict[int, str]) -> int:
    for author, known in names.items():
        if known == name:
            return author
    known_names = ", ".join(names.values()) or "none yet"
    raise NoLayers(f"Nobody called “{name}” has labels here. There are: {known_names}.")


def difference_lines(project: Project, wanted: Sequence[str] | None, as_json: bool = False) -> Iterator[str]:
    """Each difference between layers as a line: the article, the place, what it is about, and who says what."""
    name_of = actor_names(project)
    for subject in subjects(project, wanted):
        letters = Letters(subject.text)
        called = {k: k for k in subject.layers}
        for difference in _all_differences(letters, subject.layers):
            group, slot = difference.group, difference.slot
            what = describe(difference, subject.text, called, name_of)
            said = (
                {}
                if slot == FOUND
                else {k: value_in_words(subject.text, slot, v, name_of) for k, v in group.values(slot).items()}
            )
            if as_json:
                data = {"id": subject.key, "kind": group.kind, "slot": slot, "start": group.start}
                data |= {"found": list(group.members), "missing": list(difference.missing), "values": said}
                yield json.dumps(data | {"edges_only": difference.edges_only, "what": what}, ensure_ascii=False)
            else:
                first = next(iter(group.members.values()))
                shown = value_in_words(
                    subject.text,
                    "span" if group.kind == "mention" else "content",
                    first.span if group.kind == "mention" else first.content,
                    name_of,
                )
                yield f"{subject.key}\t{group.start}\t{group.kind}\t{slot}\t{what}\t{shown[:80]}"


def _all_differences(letters: Letters, held: Mapping[str, Layer]) -> list[Difference[Any]]:
    claims = group_claims(letters, {k: layer.claims.values() for k, layer in held.items()})
    mentions = group_mentions({k: layer.mentions.values() for k, layer in held.items()})
    every: list[Difference[Any]] = [*differences(letters, claims, held), *differences(letters, mentions, held)]
    return sorted(every, key=lambda d: d.group.start)

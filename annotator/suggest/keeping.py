"""Suggestions as layers of a project: kept one by one, or made for many articles in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from annotator.core.progress import Progress
from annotator.core.record import Record
from annotator.store import actors, articles, authors, layers
from annotator.store.project import Project
from annotator.suggest.asking import Answer, AnswerError, Suggests

_TIME = ", time "  # in the versions of a model's further layers of an article


def add_suggestions(
    project: Project, article: int, suggestions: Record, model: tuple[str, str], again: bool = False
) -> None:
    """Saves a model's suggestions as a layer of its own. Of a model that has one of the article already nothing is
    taken; `again`, it is another layer, since decisions may stand on the first: "VERSION, time 2"."""
    name, version = model
    with project.writing() as connection:
        known = actors.ActorIds(connection)
        for time in count(1):
            author = authors.by_name(connection, "model", name, version if time == 1 else f"{version}{_TIME}{time}")
            if layers.add(connection, article, author, suggestions, known) is not None or not again:
                break


def first_of(version: str) -> str:
    """The version of a model's first layer of an article, of that of any."""
    return version.partition(_TIME)[0]


def suggest_for(
    project: Project,
    ids: Sequence[int],
    by: Suggests,
    progress: Progress | None = None,
    heard: Callable[[int, Answer | AnswerError], object] | None = None,
) -> None:
    """Suggests for articles in this process, one after the other, and saves each. `heard` is told each answer, or why
    there is none; without it, that is raised."""
    labels = by.labels(project.scheme)
    for number, article in enumerate(ids, 1):
        try:
            answer: Answer | AnswerError = by.ask(articles.load(project, article).text, labels, unsure=True)
        except AnswerError as error:
            if heard is None:
                raise
            answer = error
        if isinstance(answer, Answer):
            add_suggestions(project, article, answer.record, answer.made_by(by.name), again=bool(answer.unheard))
        if heard:
            heard(article, answer)
        if progress:
            progress(number, len(ids))

"""Suggestions as layers of a project: kept one by one, or made for many articles in this process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.core.progress import Progress
from annotator.core.record import Record
from annotator.store import actors, articles, authors, layers
from annotator.store.project import Project

if TYPE_CHECKING:
    from annotator.suggest.suggester import Suggester


def add_suggestions(project: Project, article: int, suggestions: Record, model: tuple[str, str]) -> None:
    """Saves a model's suggestions as a layer of its own."""
    with project.writing() as connection:
        author = authors.by_name(connection, "model", *model)
        layers.add(connection, article, author, suggestions, actors.ActorIds(connection))


def suggest_for(project: Project, ids: Sequence[int], by: Suggester, progress: Progress | None = None) -> None:
    """Suggests for articles in this process, one after the other, and saves each."""
    from annotator.suggest.suggester import suggest

    labels = project.scheme.label_map
    for number, article in enumerate(ids, 1):
        add_suggestions(
            project, article, suggest(by, articles.load(project, article).text, labels, unsure=True), by.name
        )
        if progress:
            progress(number, len(ids))

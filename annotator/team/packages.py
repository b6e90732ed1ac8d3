"""Packages: a project file for one annotator, with their articles and nothing of the others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import annotator.store as store
from annotator.core.identity import new_uid
from annotator.core.progress import Progress
from annotator.store import articles, assignments, authors, log
from annotator.store.merging import merges
from annotator.store.merging.merges import MergeReport
from annotator.store.merging.union import Part, unite
from annotator.store.opening import move_new
from annotator.store.project import SUFFIX, Project, ProjectError
from annotator.store.sight import NotLead, is_lead


def package(
    project: Project,
    out: Path,
    author: int,
    only: Iterable[int] | None = None,
    suggestions: bool = True,
    progress: Progress | None = None,
    by: int | None = None,
) -> MergeReport:
    """Writes a project file for one annotator: the articles assigned to them (`only`; all when nothing is assigned to
    anybody), the scheme with its guidelines, what they have done so far, suggestions when wanted, and nothing of the
    others. In a project with a lead it is the lead (`by`) who does it. Raises ProjectError."""
    with project.reading() as connection:
        if by is not None and not is_lead(connection, by):
            raise NotLead("Packages are made by the lead of this project.")
        everybody = authors.load(connection)
        if only is None:
            only = (
                assignments.of(connection, author) if assignments.any_at_all(connection) else articles.ids(connection)
            )
    if author not in everybody:
        raise ProjectError("This project can only be read here, so that nobody new can be named in it. Copy it first.")
    wanted = frozenset(only)
    draft = out.with_name(f".{new_uid()}{SUFFIX}")  # nobody shall take a half-made one for whole
    if out.exists():
        raise ProjectError(f"“{out.name}” is there already. Choose another name.")
    new = None
    try:
        new = store.create(draft, project.name, project.scheme)
        with new.writing() as connection:
            merges.without_scheme_of(connection)
            number = merges.begin(connection, None)
            part = Part(wanted, author, suggestions)
            report = unite(connection, project, project.path.name, number, progress, part)
            merges.finish(connection, number, report)
            merges.forget(connection, number)
            merges.make_package(connection, everybody[author].uid)
        new.settle()
        new.close()
        move_new(draft, out)
    finally:
        if new is not None:
            new.close()
        log.remove(draft)
    return report

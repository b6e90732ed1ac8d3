"""Which articles need suggestions: those that no model has seen, or whose suggestions would be others by now."""

from __future__ import annotations

from annotator.core.knowledge import Knowledge
from annotator.store import articles
from annotator.store.project import Project
from annotator.suggest import rules
from annotator.suggest.learned.card import SHIPPED, versions


def to_suggest(project: Project, me: int, known: Knowledge, article: int | None = None) -> list[int]:
    """The articles (or the one asked for) that no model has suggested for; and those that are not finished, and for
    which a newer model, or one that knows other things, would suggest something else."""
    found = articles.models(project, me, article).items()
    return [i for i, (by, finished) in found if by is None or not (finished or is_up_to_date(by, known))]


def is_up_to_date(by: str, known: Knowledge) -> bool:
    """Whether suggestions of this version are as they would be made now; those of foreign models always are."""
    if not any(finder in by for finder in (SHIPPED, rules.NAME)):
        return True
    now, mark = (*versions(), rules.VERSION), known.mark
    return by.endswith(f" {mark}") and any(f" {finder} " in by for finder in now) if mark else by.endswith(now)

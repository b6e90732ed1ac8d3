"""Which articles need suggestions: those that no model has seen, or whose suggestions would be others by now."""

from __future__ import annotations

from annotator.core.knowledge import Knowledge
from annotator.labelling.labelled_article import LabelledArticle
from annotator.store import articles
from annotator.store.project import Project
from annotator.suggest import rules
from annotator.suggest.keeping import first_of
from annotator.suggest.learned.card import SHIPPED, THOROUGH, versions


def to_suggest(
    project: Project, me: int, known: Knowledge, article: int | None = None, thorough: bool = False
) -> list[int]:
    """The articles (or the one asked for) that no model has suggested for; and those that are not finished, and for
    which a newer model, the `thorough` one, or one that knows other things, would suggest something else."""

    def is_done(by: str) -> bool:
        return is_up_to_date(by, known) and (not thorough or THOROUGH in by or not _is_ours(by))

    found = articles.models(project, me, article).items()
    return [i for i, (by, finished) in found if by is None or not (finished or is_done(by))]


def is_welcome(project: Project, me: int, article: int, shown: LabelledArticle | None, thorough: bool) -> bool:
    """Whether a model's answer about an article is still wanted: the `thorough` one's not under the hands of who has
    begun to decide on what is `shown`, the quick one's not where the thorough one, or one of others, has looked."""
    if thorough and shown is not None and shown.article.id == article:
        mine = shown.mine
        return not (mine.claims or mine.mentions or mine.rejections or mine.finished)
    by, _ = articles.models(project, me, article).get(article, (None, False))
    if by is not None and not _is_ours(by):
        return False  # a model of others was asked meanwhile
    return thorough or THOROUGH not in (by or "")


def comes_first(project: Project, me: int, article: int, thorough: bool) -> bool:
    """Whether an answer of ours that was asked for once more goes before what is there: before those of others, and the
    `thorough` one's before the quick one's."""
    by = articles.models(project, me, article).get(article, (None, False))[0] or ""
    return THOROUGH not in by if thorough else not _is_ours(by)


def _is_ours(by: str) -> bool:
    return any(finder in by for finder in (SHIPPED, rules.NAME))


def is_up_to_date(by: str, known: Knowledge) -> bool:
    """Whether suggestions of this version are as they would be made now; those of foreign models always are."""
    if not _is_ours(by):
        return True
    by = first_of(by)
    now, mark = (*versions(), rules.VERSION), known.mark
    return by.endswith(f" {mark}") and any(f" {finder} " in by for finder in now) if mark else by.endswith(now)

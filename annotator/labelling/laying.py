"""Lays an article open for its editor: their own labels over the newest suggestions, as far as these are shown."""

from __future__ import annotations

from dataclasses import replace

from annotator.labelling.labelled_article import LabelledArticle, lay
from annotator.store import articles, authors, layers
from annotator.store.project import Project
from annotator.suggest.learned.card import SHIPPED


def laid(project: Project, article: int, author: int, unaided: bool, min_score: float) -> LabelledArticle:
    """An author's labels of an article over the suggestions, of which claims below `min_score` are left out; without
    suggestions when it is to be labelled `unaided`. Raises KeyError when there is no such article."""
    with project.reading() as connection:
        mine = layers.load(connection, article, author)
        suggested = None if unaided else layers.suggested(connection, article)
        weighed = suggested is not None and SHIPPED in authors.load(connection)[suggested.author].version
        decided = {m.origin.layer for m in mine.mentions.values() if m.origin is not None}
        decided |= {c.origin.layer for c in mine.claims.values() if c.origin is not None}
        decided |= {r.origin.layer for r in mine.rejections.values()}
        if suggested is not None:
            decided.discard(suggested.id or 0)
        before = [layer for i in sorted(decided) if (layer := layers.by_id(connection, i)) is not None]
        labelled = lay(articles.read(connection, article), mine, suggested, before)
    return without_unsure(labelled, min_score) if weighed else labelled


def without_unsure(labelled: LabelledArticle, min_score: float) -> LabelledArticle:
    """A labelled without the suggested claims below a probability that nothing was decided on."""
    doubtful = {
        i.key for i in labelled.claims if not i.decided and i.value.score is not None and i.value.score < min_score
    }
    if labelled.suggested is None or not doubtful:
        return labelled
    claims = {n: claim for n, claim in labelled.suggested.claims.items() if ("suggestion", n) not in doubtful}
    kept = tuple(item for item in labelled.claims if item.key not in doubtful)
    return replace(labelled, suggested=replace(labelled.suggested, claims=claims), claims=kept)

"""Sharing articles out among annotators: a part to everybody, the rest evenly."""

from __future__ import annotations

import random
from collections.abc import Sequence

from annotator.core.counting import counted
from annotator.store import assignments, authors, operations
from annotator.store.project import Project
from annotator.store.settings import LEAD, setting
from annotator.store.sight import NotLead, is_lead


def shares(
    ids: Sequence[int], annotators: Sequence[int], each: int, overlap: float, seed: int
) -> list[tuple[int, int]]:
    """Shares articles out as (article, annotator): a part (`overlap`, 0 to 1) to everybody, the others to `each`
    annotators, evenly. The same arguments give the same shares."""
    pick = random.Random(seed)
    mixed = list(ids)
    pick.shuffle(mixed)
    common = round(len(mixed) * overlap)
    given = [(article, annotator) for article in mixed[:common] for annotator in annotators]
    load = dict.fromkeys(annotators, 0)
    for article in mixed[common:]:
        ties = {a: pick.random() for a in annotators}
        chosen = sorted(annotators, key=lambda a: (load[a], ties[a]))[: min(each, len(annotators))]
        for annotator in chosen:
            load[annotator] += 1
        given += [(article, annotator) for annotator in chosen]
    return sorted(given)


def share_out(project: Project, pairs: Sequence[tuple[int, int]], by: int, unaided: bool = False) -> int:
    """Assigns articles; who does it first is the project's lead from then on. Returns how many assignments are new."""
    with project.reading() as connection:
        if not is_lead(connection, by):
            raise NotLead("Articles are shared out by the lead of this project.")
        lead = setting(connection, LEAD)
        uid = authors.load(connection)[by].uid
        new = [pair for pair in dict.fromkeys(pairs) if assignments.get(connection, *pair) is None]
    if new or lead is None:
        name = f"Share {counted(len(new), 'article')} out"
        operations.do(project, operations.share(name, new, unaided, {LEAD: uid} if lead is None else {}), by)
    return len(new)

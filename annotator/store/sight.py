"""Who may see whose labels: until an annotator has finished an article, those of the others are not shown to them.

It holds in a project that has a lead, who sees all; a project without a lead hides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from annotator.core.annotation import Actor
from annotator.store import actors, authors, layers
from annotator.store.project import Connection, ProjectError
from annotator.store.settings import LEAD, setting

NOBODY = 0  # a viewer whom the project does not know
BLIND, OPEN_STATISTICS = "blind", "open statistics"


class NotLead(ProjectError):
    """Something that the lead of the project does."""


@dataclass(frozen=True)
class Sight:
    """What one annotator may see. `limited` when there is anything they may not."""

    viewer: int
    limited: bool
    finished: frozenset[int] = frozenset()
    open_to_all: frozenset[int] = frozenset()  # the models

    def of(self, article: int, author: int) -> bool:
        """Whether an author's labels of an article may be seen."""
        return not self.limited or author == self.viewer or author in self.open_to_all or article in self.finished


def sight_of(connection: Connection, viewer: int) -> Sight:
    """What an annotator may see as things are now."""
    everybody = authors.load(connection)
    lead = setting(connection, LEAD)
    if lead is None or not setting(connection, BLIND, True) or (viewer != NOBODY and everybody[viewer].uid == lead):
        return Sight(viewer, False)
    models = frozenset(a.id for a in everybody.values() if a.kind == "model")
    return Sight(viewer, True, frozenset(layers.finished_by(connection, viewer)), models)


def actors_matching(connection: Connection, viewer: int, part: str) -> list[Actor]:
    """Actors whose name or an alias holds `part`; not those whom only labels of others have, which would tell what they
    found."""
    sight = sight_of(connection, viewer)
    found = actors.matching(connection, part)
    if not sight.limited:
        return found
    seen = actors.used_by(connection, {viewer, *sight.open_to_all}, sight.finished)
    return [actor for actor in found if actor.id in seen]


def is_lead(connection: Connection, viewer: int) -> bool:
    """Whether somebody may share out, make packages and adjudicate: the lead, or anybody while there is none."""
    lead = setting(connection, LEAD)
    return lead is None or (viewer != NOBODY and authors.load(connection)[viewer].uid == lead)

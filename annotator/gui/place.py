"""Where the editor was in a project, for when it is opened again: the article, what was in focus, how far down."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotator.gui.workbench.workbench import Workbench
    from annotator.labelling.session import Session

Kept = dict[str, Any]


def place_of(session: Session, workbench: Workbench) -> Kept | None:
    """Where the editor is now."""
    if session.labelled is None:
        return None
    return {
        "article": session.labelled.article.id,
        "kind": workbench.kind,
        "key": list(workbench.key) if workbench.key else None,
        "top": workbench.view.top_position(),
    }


def keep_place(session: Session, workbench: Workbench) -> None:
    from annotator.store import ProjectError

    place = place_of(session, workbench)
    if place is None:
        return
    # Only the place would be lost: a disk that is full must not keep the window open.
    with suppress(ProjectError):
        session.project.keep_place(place)


def place_to_return_to(session: Session, workbench: Workbench) -> tuple[int | None, Kept | None]:
    """The article to open, and the place in it when it is the one that was left."""
    place = session.project.place()
    ids = workbench.queue.list.articles.ids
    if place.get("article") in ids:
        return place["article"], place  # type: ignore[return-value]
    return session.following(ids) or (ids[0] if ids else None), None


def return_to(workbench: Workbench, session: Session, place: Kept) -> None:
    """What was in focus comes into focus, and the text stands as far down as it did."""
    kind, key, top = place.get("kind"), place.get("key"), place.get("top")
    if isinstance(kind, str) and isinstance(key, list) and len(key) == 2 and session.labelled is not None:
        found = session.labelled.find(kind, (key[0], key[1]))
        if found is not None:
            workbench.focus_on(kind, found.key, take_focus=False)
    if isinstance(top, int):
        workbench.view.scroll_to(top)

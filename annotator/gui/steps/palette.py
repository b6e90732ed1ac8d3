"""The step to all steps: what can be done at the moment, articles and actors by a few letters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from annotator.gui.stepping import step, with_project
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.gui.dialogs.palette import Entry

ARTICLES = 20  # of those that have the words


@step(
    "go_or_do",
    "Go to, or do…",
    *("Ctrl+P", "Ctrl+Shift+P"),
    menu="Help",
    hint="Every step, article and actor by a few letters",
    when=with_project,
)
def palette(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.palette import Palette

    dialog = Palette(window, [*_steps(window), *_actors(window)], partial(_articles, window))
    if dialogs.run(dialog) and dialog.chosen is not None:
        dialog.chosen.do()


def _steps(window: Window) -> Iterator[Entry]:
    """What is possible now, in the order of the menus."""
    from annotator.gui.dialogs.palette import Entry

    for one in window.menus.steps():
        _, action = window.menus.actions[one.name]
        if action.isEnabled() and one.do is not palette:
            more = f"{one.menu} · {one.key}" if one.key else one.menu
            yield Entry(action.text().rstrip("…"), more, partial(window.take, one))


def _actors(window: Window) -> Iterator[Entry]:
    """Those of the article that is open: where they first speak or are named."""
    from annotator.gui.dialogs.palette import Entry

    session, bench = window.session, window.workbench
    if session is None or session.labelled is None or bench is None or window.in_review:
        return
    first: dict[int, tuple[str, Any]] = {}
    for kind, items in (("claim", session.labelled.claims), ("mention", session.labelled.mentions)):
        for item in items:
            if item.value.actor is not None and item.shown:
                first.setdefault(item.value.actor, (kind, item.key))
    for actor, (kind, key) in first.items():
        yield Entry(session.actor_name(actor) or "", "actor here", partial(bench.focus_on, kind, key))


def _articles(window: Window, typed: str) -> list[Entry]:
    """Those that have the words that are typed."""
    from annotator.gui.dialogs.palette import Entry

    session = window.session
    if session is None or window.in_review or not typed.strip():
        return []
    found = session.listing(search=typed)[:ARTICLES]
    told = session.summaries(found)
    made = []
    for one in (told[article] for article in found):
        more = " · ".join(part for part in ("article", one.source, one.date) if part)
        made.append(Entry(one.title or one.key, more, partial(window.open_article, one.id)))
    return made

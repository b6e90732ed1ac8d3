"""What steps share: the project, what is in focus, what is selected, and doing an edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from annotator.gui.stepping import STEPS, Refusal, layer_of
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.core.annotation import Claim, Edit
    from annotator.core.text import Span
    from annotator.gui.workbench.workbench import Workbench
    from annotator.labelling.labelled_article import Item, LabelledArticle
    from annotator.labelling.session import Session

LABELS, SELECTED = "menu labels", "menu selection"  # places in the menus of the mouse
CLAIM, ENTITY = "menu claim", "menu entity"
REOPEN = "reopening"  # the place of the step that reopens what is finished


def bench_of(window: Window) -> Workbench:
    assert window.workbench is not None
    return window.workbench


def session_of(window: Window) -> Session:
    assert window.session is not None
    return window.session


def article_of(window: Window) -> LabelledArticle:
    """The article that is open; steps that need one are not possible without."""
    labelled = session_of(window).labelled
    assert labelled is not None
    return labelled


def check_open(window: Window) -> None:
    """Raises Refusal where what is worked on is finished: before anything is asked of the editor."""
    layer = layer_of(session_of(window))
    if layer is not None and layer.finished is not None:
        reopen = STEPS.one_at(REOPEN)
        what = "Gold of this article is" if window.in_review else "This article is"
        raise Refusal(f"{what} finished, so nothing was changed. {reopen.key} reopens it.")


def do(window: Window, edit: Edit | None) -> bool:
    """Does an edit; False when there is none. Raises Refusal for a change of what is finished."""
    if edit is not None and all(change.kind != "finished" for change in edit.changes):
        check_open(window)
    return session_of(window).do(edit)


def on_items(window: Window, make: Callable[[list[Item[Any]]], Edit | None]) -> bool:
    """Does an edit of all that a key is about: what is chosen, or in focus with those of its name."""
    items = bench_of(window).acting()
    if not items:
        window.say("Choose a claim or an entity first (Tab goes to the next undecided one).")
        return False
    return do(window, make(items))


def standing(items: list[Item[Any]]) -> list[Item[Any]]:
    """Of several, those that are not rejected: what changes a name or a claim does not bring those back."""
    return [item for item in items if item.shown] or items


def on_claim(window: Window, make: Callable[[Item[Claim]], Edit | None]) -> bool:
    """Does an edit of the claim in focus."""
    bench = bench_of(window)
    item = bench.item()
    if item is None or bench.kind != "claim":
        window.say("Choose a claim first (↑ and ↓ go through them), or make one of a selection with N.")
        return False
    return do(window, make(cast("Item[Claim]", item)))


def selection(window: Window) -> Span | None:
    """What is selected; in the text without a selection, the entity or word at the caret."""
    from annotator.core.text import whole_words, word_at

    view, labelled = bench_of(window).view, article_of(window)
    selected = view.selection()
    if selected is not None:
        return whole_words(labelled.article.text, selected)
    if not view.hasFocus():
        return None
    caret = view.caret()
    for item in labelled.mentions:
        if item.shown and item.value.start <= caret <= item.value.end:
            return item.value.span
    return word_at(labelled.article.text, caret)

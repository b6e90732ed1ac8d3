"""Steps that decide on suggestions, and take back what was done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from annotator.gui.stepping import Place, Situation, labelling, own_labels, step, with_article
from annotator.gui.steps.acting import CLAIM, ENTITY, SELECTED, article_of, bench_of, do, on_items, session_of
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.labelling.labelled_article import Item

PAGE = 10  # claims or entities that a key goes past

# Undo


def _undo_text(now: Situation) -> str:
    return f"Undo “{now.undo}”" if now.undo else "Undo"


def _redo_text(now: Situation) -> str:
    return f"Redo “{now.redo}”" if now.redo else "Redo"


@step(
    "undo",
    "Undo",
    "Ctrl+Z",
    menu="Edit",
    hint="Take back what was done last",
    when=lambda now: with_article(now) and now.undo is not None,
    said=_undo_text,
)
def undo(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs

    session = session_of(window)
    turn = session.next_undo()
    if window.in_review and window.reviewing is not None:
        window.reviewing.turn("undo")
    elif turn is not None and turn.of == "merge":
        more = "All that it brought goes from this project; the files stay."
        if dialogs.confirm(window, f"Undo “{turn.name}”?", more, "Undo"):
            session.undo()
            window.show_merged()
            window.say(f"Undone: {turn.name}")
    else:
        name = session.undo()
        window.say(f"Undone: {name}" if name else "Nothing to undo.")


@step(
    "redo",
    "Redo",
    *("Ctrl+Shift+Z", "Ctrl+Y"),
    menu="Edit",
    hint="Do it again",
    when=lambda now: with_article(now) and now.redo is not None,
    said=_redo_text,
)
def redo(window: Window) -> None:
    if window.in_review and window.reviewing is not None:
        window.reviewing.turn("redo")
        return
    name = session_of(window).redo()
    window.say(f"Redone: {name}" if name else "Nothing to redo.")


@step(
    "copy",
    "Copy",
    "Ctrl+C",
    menu="Edit",
    hint="Copy the selected text",
    when=with_article,
    apart=True,
    places={SELECTED: Place(40)},
)
def copy(window: Window) -> None:
    assert window.at_work is not None
    window.at_work.view.copy_selection()


# Deciding


@step(
    "next_undecided",
    "Next undecided",
    "Tab",
    menu="Decide",
    hint="Go to the next suggestion to decide",
    when=labelling,
    places={"footer side": Place(3, "next undecided")},
)
def next_undecided(window: Window) -> None:
    bench_of(window).visit(1, True)


@step("previous_undecided", "Previous undecided", "Shift+Tab", menu="Decide", when=labelling)
def previous_undecided(window: Window) -> None:
    bench_of(window).visit(-1, True)


@step("next_item", "Next claim or entity", "Down", menu="Decide", pane="side", when=labelling)
def next_item(window: Window) -> None:
    bench_of(window).visit(1, False)


@step("previous_item", "Previous claim or entity", "Up", menu="Decide", pane="side", when=labelling)
def previous_item(window: Window) -> None:
    bench_of(window).visit(-1, False)


def _further(window: Window, by: int) -> None:
    bench_of(window).visit(by, False)


for _name, _text, _key, _by in (
    ("ten_down", f"{PAGE} further down", "PgDown", PAGE),
    ("ten_up", f"{PAGE} further up", "PgUp", -PAGE),
):
    step(_name, _text, _key, menu="Decide", pane="side", when=labelling)(partial(_further, by=_by))


@step(
    "accept",
    "Accept",
    "A",
    menu="Decide",
    hint="Take the suggestion as it is",
    when=labelling,
    apart=True,
    places={"footer side": Place(1, "accept"), "card accept": Place(), CLAIM: Place(1), ENTITY: Place(1)},
)
def accept(window: Window) -> None:
    from annotator.labelling import edits

    bench = bench_of(window)
    items: list[Item[Any]] = bench.acting()
    # Of several, those that were rejected stay so, unless all were.
    waiting = [item for item in items if item.state == "suggested"]
    do(window, edits.accept(article_of(window), waiting or ([] if any(i.shown for i in items) else items)))
    bench.go_on()


@step(
    "reject",
    "Reject or delete",
    *("X", "Del"),
    menu="Decide",
    hint="Decide against it; what you made is deleted",
    when=labelling,
    places={"footer side": Place(2, "reject"), "card reject": Place(), CLAIM: Place(2), ENTITY: Place(2)},
)
def reject(window: Window) -> None:
    from annotator.labelling import edits

    bench = bench_of(window)
    items: list[Item[Any]] = bench.acting()
    if not items:
        return
    # Of several, those that were decided stay so while others are open.
    items = [item for item in items if not item.decided] or items
    goes = all(item.suggestion is None for item in items)
    if goes:
        bench.visit(1, False)
    if do(window, edits.reject(article_of(window), items)) and not goes:
        bench.go_on()


@step(
    "undecide",
    "Make undecided again",
    "U",
    menu="Decide",
    when=labelling,
    places={CLAIM: Place(3), ENTITY: Place(3)},
)
def undecide(window: Window) -> None:
    from annotator.labelling import edits

    on_items(window, lambda items: edits.undecide(article_of(window), items))


@step(
    "remember",
    "Remember for the project",
    "D",
    menu="Decide",
    hint="This name or cue, or that it is none",
    when=own_labels,
    apart=True,
    places={"dictionary": Place()},
)
def remember(window: Window) -> None:
    """The name or cue in focus goes into the project's dictionary: as it is, or as none when it is rejected."""
    from annotator.core.annotation import Claim, Mention
    from annotator.core.knowledge import NO_NAME
    from annotator.core.text import covered

    bench, session = bench_of(window), session_of(window)
    item = bench.item()
    if item is None:
        window.say("Choose an entity or a claim first; its name or cue is then remembered.")
        return
    text = article_of(window).article.text
    if bench.kind == "mention":
        value = cast(Mention, item.value)
        words = covered(text, [value.span])
        label = value.label if item.shown else NO_NAME
        title = next((one.title for one in session.scheme.labels if one.name == label), label)
        if not session.can_remember(value.label):
            window.say(f"Only names can be remembered, and {title or value.label} is no label of names.")
            return
        session.remember("name", words, label)
        said = f"“{words}” is {title if label else 'no name'} in this project from now on."
    else:
        pieces = cast(Claim, item.value).cue
        words = covered(text, pieces, " ")
        if len(pieces) > 1:
            window.say("A cue in several pieces cannot be remembered.")
            return
        if not words:
            window.say("This claim has no cue to remember.")
            return
        session.remember("cue", words, item.shown)
        said = f"“{words}” {'is a cue' if item.shown else 'is no cue'} in this project from now on."
    window.say(f"{said} Ctrl Z takes that back; all of it is in Suggest, Project dictionary.")


@step(
    "accept_entities",
    "Accept all open entities",
    "Ctrl+Shift+A",
    menu="Decide",
    hint="All of this article, one undo",
    when=labelling,
)
def accept_entities(window: Window) -> None:
    from annotator.labelling import edits

    waiting = [item for item in article_of(window).mentions if item.state == "suggested"]
    if not do(window, edits.accept(article_of(window), waiting)):
        window.say("No open entities here.")

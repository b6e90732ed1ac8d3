"""Steps on claims and entities: making and correcting claims, labels, actors, and their history."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from annotator.gui.stepping import (
    Place,
    Step,
    labelling,
    of_scheme,
    step,
    with_claim,
)
from annotator.gui.steps import edges
from annotator.gui.steps.acting import (
    CLAIM,
    ENTITY,
    LABELS,
    SELECTED,
    article_of,
    bench_of,
    check_open,
    do,
    on_claim,
    on_items,
    selection,
    session_of,
    standing,
)
from annotator.gui.window import Window
from annotator.gui.workbench.tabs import ACTORS

if TYPE_CHECKING:
    from annotator.core.annotation import Mention, Slot
    from annotator.core.scheme import Label, Scheme
    from annotator.gui.workbench.workbench import Workbench
    from annotator.labelling.labelled_article import Item, LabelledArticle

LONGEST_NAME = 60  # code points: what is longer names nobody


def attend(window: Window) -> None:
    """Does what is done with the mouse on the workbench, once there is one."""

    def heed(bench: Workbench) -> None:
        bench.edge_moved.connect(lambda edge, to: window.attempt(lambda: edges.drag(window, edge, to)))
        bench.menu_steps = lambda place: [one for one, _ in window.menus.offered(place)]

    window.workbench_made.connect(heed)


# Claims


@step(
    "new_claim",
    "New claim from selection",
    "N",
    menu="Claim",
    hint="Select what was said, then press N",
    when=labelling,
    places={"footer text": Place(1, "new claim"), SELECTED: Place(10)},
)
def new_claim(window: Window) -> None:
    from annotator.core.text import whole_words
    from annotator.labelling import edits

    view = bench_of(window).view
    selected = view.selection()
    if selected is None:
        window.say("Select what was said in the text first (V goes there), then press N.")
        return
    selected = whole_words(article_of(window).article.text, selected)
    if do(window, edits.add_claim(article_of(window), selected)):
        view.clear_selection()
        unsure = edits.mode_is_unsure(article_of(window), (selected,))
        window.say(
            "New claim. The quotation marks here cannot be paired, so it counts as reported; M changes that."
            if unsure
            else "New claim. Now select who says it and press S, and the cue with C; 0 means no source."
        )


def _slot(window: Window, slot: Slot, add: bool) -> None:
    from annotator.core.text import whole_words
    from annotator.labelling import edits

    # Of a selection alone: a word at the caret that nobody selected never takes the place of what stands there.
    make, selected = edits.add_piece if add else edits.replace_slot, bench_of(window).view.selection()
    if selected is None:
        _edge_of(window, slot)
        return
    selected = whole_words(article_of(window).article.text, selected)
    if on_claim(window, lambda item: make(article_of(window), item, slot, selected)):
        bench_of(window).view.clear_selection()


def _edge_of(window: Window, slot: Slot) -> None:
    """Without a selection a slot's key chooses its edges, one after the other, for the arrows to move."""
    from annotator.gui.workbench.edge import edges_of

    bench = bench_of(window)
    item = bench.item()
    if item is None or bench.kind != "claim":
        window.say(f"Select the {slot} in the text first (V goes there), then press the key again.")
    elif not getattr(item.value, slot):
        window.say(f"There is no {slot} yet: select it in the text (V goes there), then press the key.")
    else:
        edges.choose(window, [edge for edge in edges_of(item.value) if edge.slot == slot])


_HINTS: dict[Slot, tuple[str, str]] = {
    "source": ("S", "Who says it; without a selection, its edges"),
    "cue": ("C", "The word that says so; without a selection, its edges"),
    "content": ("W", "What is said; without a selection, its edges"),
}
for _n, (_name, (_key, _hint)) in enumerate(_HINTS.items()):
    step(
        f"set_{_name}",
        f"{_name.capitalize()} from selection",
        _key,
        menu="Claim",
        hint=_hint,
        when=labelling,
        places={"footer text": Place(2 + _n, _name), f"card {_name}": Place(), SELECTED: Place(20 + _n)},
    )(partial(_slot, slot=_name, add=False))
for _n, (_name, (_key, _hint)) in enumerate(_HINTS.items()):
    step(
        f"add_{_name}",
        f"Add to {_name}",
        f"Shift+{_key}",
        menu="Claim",
        hint=f"A further piece of the {_name}",
        when=labelling,
        apart=_n == 0,
        places={SELECTED: Place(30 + _n)},
    )(partial(_slot, slot=_name, add=True))


@step(
    "no_source",
    "No source",
    "0",
    menu="Claim",
    hint="The text does not say who says it",
    when=labelling,
    places={CLAIM: Place(11)},
)
def no_source(window: Window) -> None:
    from annotator.labelling import edits

    on_claim(window, lambda item: edits.no_source(article_of(window), item))


@step(
    "set_actor",
    "Actor…",
    "R",
    menu="Claim",
    hint="Whom the source or entity refers to",
    when=labelling,
    apart=True,
    places={
        "footer gold by hand": Place(3, "who"),
        "card actor": Place(),
        CLAIM: Place(10),
        ENTITY: Place(10),
    },
)
def set_actor(window: Window) -> None:
    _ask_actor(window, "actor", "Who is it?")


@step(
    "set_target",
    "Stance towards…",
    "O",
    menu="Claim",
    hint="Whom or what the stance is towards",
    when=with_claim,
    places={"card target": Place(), CLAIM: Place(12)},
)
def set_target(window: Window) -> None:
    """What is selected in the text; else it is asked for."""
    from annotator.core.text import covered, whole_words

    view, text = bench_of(window).view, article_of(window).article.text
    selected = view.selection()
    if selected is None:
        _ask_actor(window, "target", "Stance towards whom or what?")
    elif _give_actor(window, "target", covered(text, [whole_words(text, selected)])):
        view.clear_selection()


def _ask_actor(window: Window, role: str, title: str) -> None:
    from annotator.gui.dialogs import common as dialogs

    check_open(window)
    bench, session = bench_of(window), session_of(window)
    item: Item[Any] | None = bench.item()
    if item is None:
        return
    labelled = article_of(window)
    items: list[Item[Any]] = [*labelled.claims, *labelled.mentions]
    here = [i.value.actor for i in items] + [i.value.target for i in labelled.claims]
    names = list(dict.fromkeys(name for name in map(bench.name_of, here) if name))
    if role == "actor" and item.value.actor is None and (own := _own_words(labelled, item)) not in names:
        names[:0] = [own] if own else []
    current = bench.name_of(getattr(item.value, role)) or ""
    hint = "Type a part of a name; Enter takes what is marked. With nothing typed it is nobody."

    def matching(part: str) -> list[str]:
        return [actor.name for actor in session.actors_matching(part)]

    name = dialogs.ask_name(dialogs.Picker(bench, title, current, names, matching, hint))
    if name is not None:
        _give_actor(window, role, name)


def _own_words(labelled: LabelledArticle, item: Item[Any]) -> str:
    """What the article calls whom an actor is asked for, when that is no longer than a name."""
    from annotator.core.text import covered
    from annotator.suggest.actors import bare_name

    spans = getattr(item.value, "source", None) or ((item.value.span,) if hasattr(item.value, "span") else ())
    words = bare_name(" ".join(covered(labelled.article.text, spans, " ").split()), False)
    return words if len(words) <= LONGEST_NAME else ""


def _give_actor(window: Window, role: str, name: str) -> bool:
    from annotator.labelling import edits

    known = session_of(window).find_actor(name)
    return on_items(window, lambda items: edits.set_actor(article_of(window), standing(items), name, known, role))  # type: ignore[arg-type]


@step(
    "edit_note",
    "Note…",
    "I",
    menu="Claim",
    hint="A remark on this claim",
    when=with_claim,
    places={"card note": Place(), CLAIM: Place(13)},
)
def edit_note(window: Window) -> None:
    from annotator.core.annotation import Claim
    from annotator.gui.dialogs import common as dialogs
    from annotator.labelling import edits

    item = bench_of(window).item()
    if item is None:
        return
    if item.state == "rejected":
        window.say("This claim is rejected; U makes it an open one again, for a note, too.")
        return
    check_open(window)
    note = dialogs.ask_note(window, cast(Claim, item.value).note)
    if note is not None:
        on_claim(window, lambda i: edits.revise(article_of(window), i, "Edit note", note=note))


# Labels


@of_scheme
def label_steps(scheme: Scheme) -> Iterator[Step]:
    """A step for each label: for the selection, else for the entity in focus, else for the word at the caret."""
    for number, label in enumerate(scheme.labels):
        yield Step(
            f"label {label.name}",
            label.title,
            partial(_set_label, label=label),
            (label.key,) if label.key else (),
            menu="Entity",
            when=labelling,
            places={LABELS: Place(number)},
        )


def _set_label(window: Window, label: Label) -> None:
    from annotator.labelling import edits

    bench, item = bench_of(window), bench_of(window).item()
    selecting = bench.view.selection() is not None or bench.view.hasFocus()
    if not selecting and bench.kind == "mention" and item is not None:
        mentions = cast("list[Item[Mention]]", standing(bench.acting()))
        do(window, edits.set_label(article_of(window), mentions, label.name, label.title))
        return
    span = selection(window)
    if span is None:
        window.say("Select a name in the text first, or choose an entity on the Entities tab.")
    elif do(window, edits.add_mention(article_of(window), span, label.name, label.title)):
        bench.view.clear_selection()


# History and names


@step("show_history", "History…", "H", menu="View", hint="Who did what to it, and the way back", when=labelling)
def show_history(window: Window) -> None:
    """The history of what is in focus, when it is decided; else of the article."""
    from annotator.core.annotation import leading_spans
    from annotator.core.text import covered
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.history import HistoryDialog
    from annotator.labelling import history

    bench, session = bench_of(window), session_of(window)
    item, labelled, entries = bench.item(), article_of(window), session.history()
    element, title = None, labelled.article.heading
    if item is not None and item.decided and item.shown:
        element = (bench.kind, session.author, item.value.id)
        entries = history.of_elements(entries, [element])
        origin = item.value.origin
        by = "" if origin is None else f"   – from a suggestion of {session.model_of(origin.layer)}"
        title = f"“{covered(labelled.article.text, leading_spans(item.value))[:120]}”{by}"

    def name_of(actor: int) -> str:
        return bench.name_of(actor) or "somebody"

    dialog = HistoryDialog(bench, title, entries, session.names(), labelled.article.text, name_of, element)
    if dialogs.run(dialog) and dialog.chosen is not None:
        do(window, history.back_to(labelled.mine, dialog.chosen))


@step(
    "rename_actor",
    "Rename actor…",
    "F2",
    menu="View",
    hint="The actor of the claim or entity in focus",
    when=labelling,
    places={"actors": Place()},
)
def rename_actor(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.labelling import edits

    bench, session = bench_of(window), session_of(window)
    item: Item[Any] | None = bench.item()
    chosen = item.value.actor if item is not None else None
    if bench.tabs.currentIndex() == ACTORS:
        chosen = bench.actors.current()
    if chosen is None:
        window.say("Choose a claim, an entity or an actor with a name first.")
        return
    actor = session.actors[chosen]
    hint = "The name everywhere in the project; the old one stays as an alias."
    picker = dialogs.Picker(bench, "Rename actor", actor.name, [], lambda part: [], hint, "Rename to")
    name = dialogs.ask_name(picker)
    if not name:
        return
    there = session.find_actor(name)
    if there is None or there.id == actor.id:
        do(window, edits.rename_actor(actor, name))
        return
    question = f"There is an actor called “{there.name}” already. Are they the same?"
    more = f"“{actor.name}” is then another name of “{there.name}”, everywhere in the project. Undo takes it back."
    if dialogs.confirm(bench, question, more, "They are the same"):
        do(window, edits.merge_actors(actor, there))

"""Steps that act on many at once: entities by whom they name, several chosen ones, claims by how sure they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.gui.stepping import Place, Situation, labelling, step
from annotator.gui.steps.acting import ENTITY, article_of, bench_of, check_open, do
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.gui.workbench.workbench import Workbench

GROUPED = "entities/grouped"  # in the settings: whether they stand by whom they name


def attend(window: Window) -> None:
    """Shows entities as they were shown the last time."""

    def heed(bench: Workbench) -> None:
        bench.show_grouped(str(window.settings.value(GROUPED, "true")) == "true")

    window.workbench_made.connect(heed)


def _on_entity(now: Situation) -> bool:
    return labelling(now) and now.focus == "mention"


@step(
    "group_names",
    "Entities by name",
    "G",
    menu="View",
    hint="A row for each name, and a key for all of it",
    when=labelling,
    apart=True,
    checked=lambda window: window.workbench is not None and window.workbench.grouped,
)
def group_names(window: Window) -> None:
    bench = bench_of(window)
    bench.show_grouped(not bench.grouped)
    window.settings.setValue(GROUPED, "true" if bench.grouped else "false")
    window.say(
        "A row for each name: a key is about all of it. → is about one place alone."
        if bench.grouped
        else "A row for each place. G puts those of one name together."
    )


@step(
    "one_of_name",
    "One place of this name alone",
    "Right",
    menu="Entity",
    hint="Then the next one",
    pane="side",
    when=_on_entity,
    apart=True,
    places={ENTITY: Place(4)},
)
def one_of_name(window: Window) -> None:
    bench = bench_of(window)
    if not bench.visit_within(1):
        window.say("This row is of one place. G shows a row for each place.")


@step("whole_name", "All of this name", "Left", menu="Entity", pane="side", when=_on_entity)
def whole_name(window: Window) -> None:
    bench = bench_of(window)
    bench.focus_on("mention", bench.key)


# Choosing several


@step(
    "choose_down",
    "Choose this and the next",
    "Ctrl+Down",
    menu="Decide",
    hint="The next key is about all that are chosen",
    pane="side",
    when=labelling,
    apart=True,
)
def choose_down(window: Window) -> None:
    bench_of(window).choosing.on(1)


@step("choose_up", "Choose this and the one before", "Ctrl+Up", menu="Decide", pane="side", when=labelling)
def choose_up(window: Window) -> None:
    bench_of(window).choosing.on(-1)


@step("choose_all", "Choose all", "Ctrl+A", menu="Decide", pane="side", when=labelling)
def choose_all(window: Window) -> None:
    bench_of(window).choosing.all()


@step(
    "decide_sure",
    "Accept and reject by probability…",
    "Ctrl+Shift+D",
    menu="Decide",
    hint="Open claims of this article, one undo",
    when=labelling,
)
def decide_sure(window: Window) -> None:
    """Accepts the open claims that are surer than one number, and rejects those less sure than another."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.sureness import SurenessDialog
    from annotator.labelling import edits

    check_open(window)
    labelled = article_of(window)
    waiting = [(i, i.value.score) for i in labelled.claims if i.state == "suggested" and i.value.score is not None]
    if not waiting:
        window.say("No open claims with a probability here.")
        return
    dialog = SurenessDialog(bench_of(window), [score for _, score in waiting])
    if not dialogs.run(dialog):
        return
    taken = [item for item, score in waiting if dialog.takes(score)]
    refused = [item for item, score in waiting if dialog.refuses(score)]
    if do(window, edits.decide(labelled, taken, refused)):
        window.say(f"{len(taken)} accepted, {len(refused)} rejected. One Ctrl Z brings all back.")
        bench_of(window).visit(1, True)

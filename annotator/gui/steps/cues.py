"""A claim by its cue alone: made at once, and filled in when the model has read who says what by it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from annotator.gui.stepping import Place, own_labels, step
from annotator.gui.steps.acting import SELECTED, article_of, bench_of, do, session_of
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.gui.workbench.workbench import Workbench
    from annotator.labelling.session import Session

MAX_CUE = 200  # code points


def attend(window: Window) -> None:
    """Takes what was read, once there is a workbench; of an article left meanwhile, when it is opened again."""
    waiting: list[tuple[Session | None, int, int, dict[str, Any] | None]] = []

    def take(article: int, claim: int, read: dict[str, Any] | None) -> None:
        waiting.append((window.session, article, claim, read))
        fill()

    def fill() -> None:
        here = window.session.labelled if window.session is not None else None
        for one in waiting.copy():
            session, article, claim, read = one
            if session is not window.session:
                waiting.remove(one)
            elif here is not None and here.article.id == article and not window.in_review:
                waiting.remove(one)
                window.attempt(partial(_fill_in, window, article, claim, read))

    def heed(bench: Workbench) -> None:
        assert window.suggesting is not None
        window.suggesting.claim_read.connect(take)
        # What was opened is drawn first.
        bench.changed.connect(lambda: QTimer.singleShot(0, fill) if waiting else None)

    window.workbench_made.connect(heed)


@step(
    "claim_by_cue",
    "New claim from its cue",
    "Shift+N",
    menu="Claim",
    hint="Select “said”, and the rest is filled in",
    when=own_labels,
    places={"footer text": Place(1, "claim from its cue"), SELECTED: Place(11)},
)
def claim_by_cue(window: Window) -> None:
    """Makes a claim of a cue at once; who says what by it is filled in when the model has read it."""
    from annotator.core.annotation import Claim
    from annotator.core.text import whole_words
    from annotator.labelling import edits

    view = bench_of(window).view
    selected = view.selection()
    if selected is None:
        window.say("Select the word that says so in the text first (V goes there), then press ⇧ N.")
        return
    here = article_of(window)
    selected = whole_words(here.article.text, selected)
    if not any(sign.isalnum() for sign in here.article.text[slice(*selected)]):
        window.say("There is no word in what is selected. Select the word that says so, as “said” or “according to”.")
        return
    if selected[1] - selected[0] > MAX_CUE:
        window.say("That is too long for a cue. Select only the word that says so, as “said” or “according to”.")
        return
    there = next((i for i in here.claims if i.value.cue == (selected,) and i.state != "rejected"), None)
    if there is not None:
        bench_of(window).focus_on("claim", there.key)
        more = "; A accepts it" if there.state == "suggested" else ""
        window.say(f"There is a claim by this cue already{more}. For a second one, select what was said and press N.")
        return
    edit = edits.add_claim_by(here, selected)
    if edit is None or not do(window, edit):
        return
    view.clear_selection()
    made = edit.changes[0].after
    assert isinstance(made, Claim)
    if here.article.id in session_of(window).without_suggestions:
        window.say("New claim. This article is labelled without a model: select what is said and press W.")
    elif window.suggesting is not None:
        window.suggesting.read_claim(here.article, made.id, made.cue[0])


def _fill_in(window: Window, article: int, claim: int, read: dict[str, Any] | None) -> None:
    """Fills in what a model read by a cue, where the editor has not gone on in the meantime."""
    from annotator.labelling import edits

    here = window.session.labelled if window.session is not None else None
    if here is None or here.article.id != article or window.in_review or here.mine.finished is not None:
        return
    item = next((i for i in here.claims if i.key == ("own", claim)), None)
    if item is None or item.value.content:
        return
    if read is None:
        window.say("The model finds nothing that is said by it. Select what is said and press W.")
        return
    session, bench = session_of(window), bench_of(window)
    if session.next_turns()[1] is not None:  # a new edit would take that away
        window.say("Not filled in: what was undone could not be done again then. Select what is said and press W.")
        return
    cue, source, content = (tuple((s, e) for s, e in read[slot]) for slot in ("cue", "source", "content"))
    name = read["actor"] or ""
    known = session.find_actor(name) if name else None
    focused = bench.kind, bench.key
    if do(window, edits.fill(here, item, cue, source, content, name, known)):
        if focused != (bench.kind, bench.key) and focused[1] is not None:
            bench.focus_on(*focused, take_focus=False)  # what a key means never changes under the editor
        window.say("Filled in by the model: look at the edges; E goes through them. Undo leaves the cue alone.")

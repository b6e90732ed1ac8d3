"""Steps that change nothing: going to articles and panes, searching, larger letters; and finishing an article."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from annotator.gui.stepping import Activity, Place, Situation, labelling, layer_of, step, with_article
from annotator.gui.steps.acting import REOPEN, article_of, bench_of, do, session_of
from annotator.gui.window import Window
from annotator.gui.workbench.tabs import ACTORS, CLAIMS, ENTITIES

if TYPE_CHECKING:
    from annotator.labelling.open_questions import OpenQuestion


def back_to_review(window: Window) -> None:
    """From gold by hand to the review it was begun in."""
    assert window.reviewing is not None
    window.be_at(Activity.REVIEWING)
    window.reviewing.after_hand()
    window.reviewing.side.setFocus()


# Articles


@step(
    "search",
    "Search articles",
    "Ctrl+K",
    menu="Article",
    hint="Find articles by words, or by key",
    when=with_article,
    places={"search": Place()},
)
def search(window: Window) -> None:
    assert window.at_work is not None
    window.at_work.search()


@step(
    "find",
    "Find in this article",
    "Ctrl+F",
    menu="Article",
    hint="Esc leaves what was found selected",
    when=labelling,
)
def find(window: Window) -> None:
    bench_of(window).find_bar.open()


def _find_on(window: Window, by: int) -> None:
    bench_of(window).find_bar.go(by)


step("find_next", "Find the next", "F3", menu="Article", when=labelling)(partial(_find_on, by=1))
step("find_previous", "Find the one before", "Shift+F3", menu="Article", when=labelling)(partial(_find_on, by=-1))


def _go(window: Window, by: int) -> None:
    assert window.at_work is not None
    window.at_work.go_article(by)


step("next_article", "Next article", "Ctrl+PgDown", "Alt+Down", menu="Article", when=with_article)(partial(_go, by=1))
step("previous_article", "Previous article", "Ctrl+PgUp", "Alt+Up", menu="Article", when=with_article)(
    partial(_go, by=-1)
)


@step(
    "finish_and_next",
    "Finish and next",
    *("Ctrl+Return", "Ctrl+Enter"),
    menu="Article",
    hint="Mark as done, open the next",
    when=with_article,
    apart=True,
    places={"footer side": Place(6, "finish and next"), "footer finished": Place(2, "next"), "header end": Place()},
)
def finish_and_next(window: Window) -> None:
    if window.activity is Activity.GOLD_BY_HAND:
        back_to_review(window)
    elif window.in_review and window.reviewing is not None:
        window.reviewing.finish()
    else:
        _finish(window)


def _finish(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.finishing import FinishDialog
    from annotator.labelling.open_questions import open_questions

    bench, session, labelled = bench_of(window), session_of(window), article_of(window)
    questions = open_questions(labelled, session.scheme) if labelled.mine.finished is None else []
    if questions:
        dialog = FinishDialog(window, questions)
        if not dialogs.run(dialog):
            return
        if dialog.chosen is not None:
            _go_to(window, dialog.chosen)
            return
    session.finish()
    following = session.following(bench.queue.list.articles.ids)
    if following is not None:
        bench.queue.chosen.emit(following)
    else:
        window.say("Finished. No article is left to do; Ctrl E exports the dataset.")


def _go_to(window: Window, question: OpenQuestion) -> None:
    """Puts what a question is about into focus."""
    if question.of == "answers":
        attribute = next(a for a in session_of(window).scheme.attributes if a.name == question.attribute)
        key = f", {attribute.key}" if attribute.key else ""
        window.say(f"{attribute.title} is answered for the whole article: Article menu{key}.")
    else:
        bench_of(window).focus_on(question.of, question.key)


def _is_finished(now: Situation) -> bool:
    return with_article(now) and now.finished


@step(
    "reopen_article",
    "Reopen article",
    "Ctrl+Shift+O",
    menu="Article",
    hint="Take the mark of being done away",
    when=_is_finished,
    places={REOPEN: Place(), "footer finished": Place(1, "reopen, to change it")},
)
def reopen_article(window: Window) -> None:
    from annotator.labelling import edits

    layer = layer_of(session_of(window))
    if layer is not None and do(window, edits.reopen(layer)):
        window.say("Open again: it counts as finished when you finish it anew.")


# Panes


@step(
    "go_to_text",
    "Go to the text",
    "V",
    menu="View",
    hint="Arrows move, Shift and arrows select",
    when=labelling,
    apart=True,
    places={"footer side": Place(5, "select in text"), "footer gold by hand": Place(6, "select in text")},
)
def go_to_text(window: Window) -> None:
    bench = bench_of(window)
    bench.view.setFocus()
    item = bench.item()
    if item is not None and bench.view.selection() is None:
        bench.view.place_caret(item.value.start)
    window.say("Arrows move, ⇧ and arrows select (with Ctrl by words). Esc goes back to the claims.")


@step(
    "go_to_side",
    "Back to the claims",
    "Escape",
    menu="View",
    when=labelling,
    places={"footer text": Place(5, "back"), "footer gold by hand": Place(7, "back")},
)
def go_to_side(window: Window) -> None:
    bench = bench_of(window)
    if bench.choosing.keys or bench.find_bar.isVisible():
        bench.choosing.none()
        bench.find_bar.leave()
        return
    if window.activity is Activity.GOLD_BY_HAND and not bench.view.hasFocus():
        back_to_review(window)
        return
    if bench.queue.search.hasFocus():
        bench.queue.search.clear()
    bench.view.clear_selection()
    bench.edge = None
    bench.side_list().setFocus()
    bench.show_focus(reveal=True)


@step("next_pane", "Next pane", "F6", menu="View", when=labelling)
def next_pane(window: Window) -> None:
    bench = bench_of(window)
    panes = [bench.queue.list, bench.view, bench.side_list()]
    at = next((n for n, pane in enumerate(panes) if pane.hasFocus()), -1)
    panes[(at + 1) % len(panes)].setFocus()


def _show_tab(window: Window, tab: int) -> None:
    bench = bench_of(window)
    bench.tabs.setCurrentIndex(tab)
    bench.side_list().setFocus()


for _tab, _title in ((CLAIMS, "Claims"), (ENTITIES, "Entities"), (ACTORS, "Actors")):
    step(f"show_{_title.lower()}", _title, f"Alt+{_tab + 1}", menu="View", when=labelling, apart=_tab == CLAIMS)(
        partial(_show_tab, tab=_tab)
    )


def _zoom(window: Window, by: int) -> None:
    assert window.at_work is not None
    view = window.at_work.view
    view.set_points(view.points + by)


step("larger", "Larger text", "Ctrl++", "Ctrl+=", menu="View", when=with_article, apart=True)(partial(_zoom, by=1))
step("smaller", "Smaller text", "Ctrl+-", menu="View", when=with_article)(partial(_zoom, by=-1))

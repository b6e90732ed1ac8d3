"""Steps of the review: going to it, deciding on differences, and back; and how far editors agree."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.core.errors import AnnotatorError
from annotator.core.progress import Progress
from annotator.gui.stepping import MAX_VERSIONS, Activity, Place, Refusal, reviewing, step, with_article
from annotator.gui.steps.acting import do, session_of
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.core.annotation import Edit
    from annotator.gui.review.bench import ReviewBench
    from annotator.review.adjudication import Question
    from annotator.review.agreement import Agreement, Case
    from annotator.review.disputes import Dispute

NOTHING_TO_COMPARE = "No article has been finished by two editors yet. Merge their files first."


def attend(window: Window) -> None:
    """Does what is done with the mouse in the review, once there is one."""

    def heed(bench: ReviewBench) -> None:
        bench.article_wanted.connect(lambda article: _open(window, article))

    window.review_made.connect(heed)


def bench_of(window: Window) -> ReviewBench:
    assert window.reviewing is not None
    return window.reviewing


# Going there and back


@step(
    "agreement",
    "Agreement…",
    "Ctrl+G",
    menu="Review",
    hint="How far editors agree, with plots and cases",
    when=with_article,
)
def agreement(window: Window) -> None:
    """How far editors agree on what they have finished."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.files import choose_file
    from annotator.gui.jobs import Job
    from annotator.gui.review.agreement_page import AgreementPage
    from annotator.review import disputes
    from annotator.review.agreement import agreement as measure

    session = session_of(window)
    project, viewer, asked = session.project, session.me, session.scheme.attributes
    name_of = disputes.actor_names(project)

    def ended(report: Agreement) -> None:
        if not report.keys:
            window.say(NOTHING_TO_COMPARE)
            return

        def choose(kinds: str, proposal: str) -> Path | None:
            return choose_file(window, window.settings, "Export agreement", kinds, new=True, proposal=proposal)

        page = AgreementPage(window, report, name_of, window.theme, choose)
        chosen: list[tuple[int, Case, str]] = []
        page.case_chosen.connect(lambda *case: chosen.append(case))
        dialogs.run(page)
        if chosen:
            compare(window, *chosen[0])

    def work(progress: Progress) -> Agreement:
        return measure(disputes.subjects(project, viewer=viewer), name_of, progress=progress, asked=asked)

    Job(window, "Measuring agreement", work, "Agreement could not be measured").run(ended)


@step(
    "review",
    "Review differences",
    "Ctrl+R",
    menu="Review",
    hint="Go through what editors disagree on",
    when=with_article,
)
def review(window: Window) -> None:
    """To the review of what editors disagree on, and from it back again."""
    if window.activity is Activity.GOLD_BY_HAND:
        window.be_at(Activity.REVIEWING)
        bench_of(window).after_hand()
        bench_of(window).side.setFocus()
    elif window.in_review:
        window.leave_review()
    else:
        compare(window)


def compare(window: Window, article: int | None = None, case: Case | None = None, slot: str = "") -> None:
    """Goes over to the review, to an article when it is said which, and in it to a slot of a claim that two found."""
    from annotator.gui.jobs import Job
    from annotator.review import disputes

    session = session_of(window)
    project = session.project

    def ended(found: list[Dispute]) -> None:
        if not found:
            window.say(NOTHING_TO_COMPARE)
        else:
            show_differences(window, found, article)
            if case is not None and not bench_of(window).go_to(case.a, slot):
                window.say("On this claim nobody differs, or it is decided on; it is marked in the text.")

    Job(
        window,
        "Comparing what editors did",
        lambda progress: disputes.disputes(project, session.me, progress),
        "The review could not be opened",
    ).run(ended)


def show_differences(window: Window, found: list[Dispute], article: int | None = None) -> None:
    """To `article`, else the one in work, when it is under review; else to the most disputed one."""
    session = window.session
    assert session is not None
    bench = window.review_bench()
    here = article or (session.labelled.article.id if session.labelled else None)
    waiting = {d.article for d in found if d.open} or {d.article for d in found}
    window.keep_place()
    bench.show_session(session, found)
    _open(window, here if here is not None and (here in waiting or here == article) else found[0].article)


def _open(window: Window, article: int) -> None:
    from annotator.gui.dialogs import common as dialogs

    bench = bench_of(window)
    window.activity = Activity.REVIEWING
    try:
        bench.open(article)
    except (AnnotatorError, KeyError) as error:
        window.leave_review()
        window.be_at(Activity.LABELLING)
        dialogs.tell_error(window, str(error), "The review could not be opened")
        return
    window.be_at(Activity.REVIEWING)
    bench.side.setFocus()


# Deciding


def _do(window: Window, make: Callable[[Question], Edit | None]) -> None:
    """Does an edit on the difference in question and goes on to the next open one."""
    bench, session = bench_of(window), window.session
    question = bench.question()
    if question is None or session is None:
        window.say("There is no difference in question; N goes to the next.")
        return
    if not do(window, make(question)):
        window.say("That is what gold says already.")
        return
    done = bench.question()
    if done is None or done.state == "decided":
        bench.visit(1, only_open=True)


def _take(window: Window, number: int) -> None:
    from annotator.core.compare import FOUND
    from annotator.review import decisions

    bench = bench_of(window)
    versions = list(bench.review.versions)
    question = bench.question()
    if question is None or number > len(versions):
        window.say(f"There is no version {number} here.")
        return
    author = versions[number - 1]
    if question.slot != FOUND and author not in bench.review.groups[question.group].members:
        window.say(f"{bench.name(author)} has no such {question.group[0]}; 0 says that there is none.")
        return
    _do(window, lambda q: decisions.take(bench.review, q, author))


for _number in range(1, MAX_VERSIONS + 1):
    _places: dict[str, Place] = {"versions": Place(_number)}
    if _number == 1:
        _places["footer reviewing"] = Place(1, "take a version", "1 2 …")
    step(
        f"take_{_number}",
        f"Take version {_number}" + (f" (2 to {MAX_VERSIONS}: another)" if _number == 1 else ""),
        str(_number),
        menu="Review",
        pane="review",
        when=reviewing,
        apart=_number == 1,
        listed=_number == 1,
        places=_places,
    )(partial(_take, number=_number))


@step(
    "take_version",
    "Take all of the version in focus",
    *("Return", "Enter"),
    menu="Review",
    pane="review",
    when=reviewing,
    places={"footer reviewing": Place(2, "take all of it"), "difference": Place(1)},
)
def take_version(window: Window) -> None:
    from annotator.gui.review.versions import slot_title
    from annotator.review import decisions

    bench = bench_of(window)
    question = bench.question()
    if question is not None and bench.focus is None and question.group not in bench.review.elements:
        tied = bench.review.tied(question.group)
        if tied:
            of = ", ".join(
                slot_title(question.group[0], slot, session_of(window).scheme).lower() for slot in sorted(tied)
            )
            raise Refusal(f"On {of} no version has a majority, so nothing is proposed. Take a version by its number.")
    _do(window, lambda asked: decisions.take_all(bench.review, asked, bench.focus))


@step(
    "take_none",
    "Neither: nothing here",
    "0",
    menu="Review",
    pane="review",
    when=reviewing,
    places={"footer reviewing": Place(3, "neither"), "difference": Place(3)},
)
def take_none(window: Window) -> None:
    from annotator.review import decisions

    _do(window, lambda question: decisions.neither(bench_of(window).review, question))


@step(
    "edit_gold",
    "Edit it yourself",
    "E",
    menu="Review",
    pane="review",
    when=reviewing,
    places={"footer reviewing": Place(4, "edit"), "difference": Place(2, "Edit")},
)
def edit_gold(window: Window) -> None:
    """Gold in the workbench, at what is in question."""
    from annotator.review import decisions

    bench, session = bench_of(window), window.session
    question = bench.question()
    if question is None or session is None or session.review is None or window.workbench is None:
        return
    do(window, decisions.by_hand(session.review, question))
    value = session.review.elements.get(question.group)
    window.be_at(Activity.GOLD_BY_HAND)
    if value is not None and question.group[0] != "answers" and session.labelled is not None:
        window.workbench.focus_on(question.group[0], session.labelled.key_of(value))  # type: ignore[arg-type]
    window.say("Correct it with the usual keys. Esc goes back to the review.")


@step("next_version", "Next version in focus", "Right", menu="Review", pane="review", when=reviewing, apart=True)
def next_version(window: Window) -> None:
    bench_of(window).turn_column(1)


@step("previous_version", "Previous version in focus", "Left", menu="Review", pane="review", when=reviewing)
def previous_version(window: Window) -> None:
    bench_of(window).turn_column(-1)


@step(
    "next_difference",
    "Next difference",
    *("N", "Tab", "Down"),
    menu="Review",
    pane="review",
    when=reviewing,
    places={"footer reviewing": Place(5, "next difference")},
)
def next_difference(window: Window) -> None:
    bench_of(window).visit(1)


@step(
    "previous_difference", "Previous difference", "P", "Shift+Tab", "Up", menu="Review", pane="review", when=reviewing
)
def previous_difference(window: Window) -> None:
    bench_of(window).visit(-1)


@step("undo_decision", "Undo the last decision", "U", menu="Review", pane="review", when=reviewing, apart=True)
def undo_decision(window: Window) -> None:
    bench_of(window).turn("undo")


@step(
    "note_difference",
    "Note on this difference…",
    "Q",
    menu="Review",
    pane="review",
    when=reviewing,
    places={"difference": Place(4, "Note")},
)
def note_difference(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.review import decisions

    bench, session = bench_of(window), window.session
    question = bench.question()
    if question is None or session is None:
        return
    before = question.decision.note if question.decision is not None else ""
    text = dialogs.ask_note(bench, before, "Note on this difference")
    if text is not None:
        do(window, decisions.note(bench.review, question, text))


@step(
    "take_agreed",
    "Take what all agree on",
    "G",
    menu="Review",
    pane="review",
    when=reviewing,
    places={"footer reviewing": Place(6, "take what all agree on")},
)
def take_agreed(window: Window) -> None:
    from annotator.review import decisions

    assert window.session is not None
    if not do(window, decisions.agree(bench_of(window).review)):
        window.say("All that everybody agrees on is in gold already.")


def _by_rule(window: Window, rule: Callable[[Any], Edit | None]) -> None:
    """Says what a rule would decide, and does it when that is wanted: one edit, one undo."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.review import decisions

    bench, session = bench_of(window), window.session
    assert session is not None
    edit = rule(bench.review)
    number = decisions.decided_by(edit)
    if edit is None:
        window.say("The rule decides no open difference here.")
        return
    question = f"{edit.action}: {number} {'decision' if number == 1 else 'decisions'}"
    if dialogs.confirm(bench, question, "Each is marked; one undo.", "Decide"):
        do(window, edit)
        bench.show_again()


@step("decide_edges", "Rule: of edges that differ by signs, the longer…", menu="Review", pane="review", when=reviewing)
def decide_edges(window: Window) -> None:
    from annotator.review import decisions

    _by_rule(window, decisions.longer_edges)


@step("decide_majority", "Rule: the majority of three or more…", menu="Review", pane="review", when=reviewing)
def decide_majority(window: Window) -> None:
    from annotator.review import decisions

    _by_rule(window, decisions.majority)


@step("anonymous", "Hide or show names", menu="Review", pane="review", when=reviewing, apart=True)
def anonymous(window: Window) -> None:
    bench_of(window).toggle_names()


@step("leave_review", "Back to the articles", "Escape", menu="Review", pane="review", when=reviewing)
def leave_review(window: Window) -> None:
    window.leave_review()

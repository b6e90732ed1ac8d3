"""Steps of a team: who works here, sharing articles out, packages, merges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.core.errors import AnnotatorError
from annotator.core.progress import Progress
from annotator.gui.stepping import step, with_article, with_project
from annotator.gui.steps.acting import session_of
from annotator.gui.steps.opening import use_as
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.gui.jobs import Job
    from annotator.store import authors
    from annotator.store.merging.merges import MergeReport
    from annotator.store.project import Connection

FILES = "Packages, projects and exports (*.annotator *.jsonl);;All files (*)"


def ask_who(window: Window) -> None:
    """At the first start: who works here."""
    from annotator.gui.dialogs.team import Person
    from annotator.team import me

    dialog = Person(
        window,
        "Welcome",
        "Who is labelling? Your labels are signed with this name; you can change it at any time under Project, Team.",
        me.system_user(),
    )
    name = dialog.answer()
    try:
        me.keep(name or me.system_user())
    except OSError as error:
        window.say(f"The name could not be kept: {error.strerror}. You will be asked again.")


@step(
    "team",
    "Team…",
    "Ctrl+T",
    menu="Project",
    hint="Who works here, who labels what, packages for others",
    when=with_project,
)
def team(window: Window) -> None:
    """The team, and what can be done with it."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.team import TeamDialog
    from annotator.store import authors, operations
    from annotator.store.merging import merges
    from annotator.store.settings import setting
    from annotator.store.sight import BLIND, OPEN_STATISTICS, is_lead

    session = session_of(window)
    with session.project.reading() as connection:
        people = authors.annotators(connection)
        lead = is_lead(connection, session.me)
        rows = [(a, _about(connection, a.id, lead or a.id == session.me)) for a in people]
        unplaced = merges.unplaced(connection) if lead else []
        agreed = setting(connection, BLIND, True), setting(connection, OPEN_STATISTICS, False)

    def agree(number: int, value: bool) -> None:
        try:
            name = ("Show or hide others’ labels", "Show or hide statistics")[number]
            session.operate(operations.Set(name, {"settings": {(BLIND, OPEN_STATISTICS)[number]: value}}))
        except AnnotatorError as error:
            dialogs.tell_error(window, str(error), "This was not saved")

    dialog = TeamDialog(window, rows, session.me, lead, unplaced, agreed, agree)
    if not dialogs.run(dialog):
        return
    author = next((a for a in people if a.id == dialog.author), None)
    if dialog.wanted == "merge":
        merge(window)
    elif dialog.wanted == "add":
        _add(window)
    elif dialog.wanted == "share":
        _share(window)
    elif author is None:
        window.say("Choose somebody of the team first.")
    elif dialog.wanted == "switch":
        use_as(window, author.uid)
    elif dialog.wanted == "rename":
        _rename(window, author)
    else:
        _pack(window, author)


def _about(connection: Connection, author: int, shown: bool) -> str:
    """What of an annotator's work is shown in the list: of others only to the lead."""
    from annotator.store import assignments
    from annotator.store.merging import merges

    assigned = len(assignments.of(connection, author))
    parts = [f"{assigned:,} assigned"] if assigned else []
    if shown:
        parts.append(f"{merges.finished(connection, author):,} finished")
    return ", ".join(parts) or "nothing assigned"


def _add(window: Window) -> None:
    from annotator.core.identity import new_uid
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.team import Person
    from annotator.team import members

    assert window.session is not None
    name = Person(
        window, "Add an annotator", "Somebody who will label, here or with a package of their own.", ""
    ).answer()
    if name:
        try:
            members.annotator(window.session.project, name, new_uid())
        except AnnotatorError as error:
            dialogs.tell_error(window, str(error), "Nobody was added")
            return
        team(window)


def _rename(window: Window, author: authors.Author) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.team import Person
    from annotator.store import operations
    from annotator.team import me

    session = session_of(window)
    dialog = Person(
        window, "Name, code, colour", "The labels stay the same ones, whatever the name.", author.name, author
    )
    name = dialog.answer()
    if not name:
        return
    try:
        called = [name, dialog.code.text().strip() or author.code, dialog.color]
        session.operate(operations.Set(f"Rename “{author.name}”", {"annotators": {str(author.id): called}}))
        if (known := me.known()) is not None and known.uid == author.uid:
            me.keep(name)
    except (AnnotatorError, OSError) as error:
        dialogs.tell_error(window, str(error), "This was not saved")
        return
    if author.id == session.me:
        window._show_state()
    team(window)


def _share(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.team import ShareDialog
    from annotator.store import articles, assignments, authors
    from annotator.team import sharing

    session = session_of(window)
    with session.project.reading() as connection:
        people = authors.annotators(connection)
        taken = assignments.assigned(connection)
        free = [i for i in articles.ids(connection) if i not in taken]

    def shares(chosen: list[int], each: int, overlap: float, seed: int) -> list[tuple[int, int]]:
        return sharing.shares(free, chosen, each, overlap, seed) if chosen else []

    def count(*how: object) -> dict[int, int]:
        return dict(Counter(author for _, author in shares(*how)))  # type: ignore[arg-type]

    dialog = ShareDialog(window, people, len(free), len(free), count)
    if not dialogs.run(dialog):
        return
    try:
        number = sharing.share_out(
            session.project, shares(*dialog.chosen()), session.me, dialog.without_suggestions.isChecked()
        )
    except AnnotatorError as error:
        dialogs.tell_error(window, str(error), "Nothing was shared out")
        return
    session.refresh()
    window.say(f"{number:,} assignments made. Project, Team makes a package for each annotator.")


def _pack(window: Window, author: authors.Author) -> None:
    from annotator.gui.dialogs.files import choose_file, with_suffix
    from annotator.gui.jobs import Job
    from annotator.store import SUFFIX
    from annotator.team import packages

    session = session_of(window)
    path = choose_file(
        window,
        window.settings,
        f"Package for {author.name}",
        f"*{SUFFIX}",
        new=True,
        proposal=f"{session.name} for {author.name}{SUFFIX}",
    )
    if path is None:
        return
    target = with_suffix(path, SUFFIX)
    project = session.project

    def ended(report: MergeReport) -> None:
        window.say(f"{target} holds {report.articles_new:,} articles for {author.name}. Send it to them.")

    Job(
        window,
        "Packing",
        lambda progress: packages.package(project, target, author.id, progress=progress, by=session.me),
        "No package was made",
        "Stopped; no package was made.",
    ).run(ended)


@step(
    "statistics",
    "Statistics…",
    menu="Review",
    hint="What each annotator did, and how long it took",
    when=with_article,
)
def statistics(window: Window) -> None:
    """What each annotator did; of others only to the lead, or when the project says so."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.history import StatisticsDialog
    from annotator.store import authors
    from annotator.store import statistics as figures
    from annotator.store.settings import setting
    from annotator.store.sight import OPEN_STATISTICS, is_lead

    session = session_of(window)
    with session.project.reading() as connection:
        people = authors.annotators(connection)
        seen = is_lead(connection, session.me) or setting(connection, OPEN_STATISTICS, False)
        rows = [(a.name, figures.of(connection, a.id)) for a in people if seen or a.id == session.me]
    dialogs.run(StatisticsDialog(window, rows, len(rows) < len(people)))


@step("merge", "Merge files…", "Ctrl+M", menu="Project", hint="Take the work of others in", when=with_project)
def merge(window: Window) -> None:
    """Takes files of others in, once it was seen what they bring."""
    from annotator.gui.dialogs.files import choose_files

    chosen = choose_files(window, window.settings, "Merge files", FILES)
    if chosen:
        merge_paths(window, chosen)


def merge_paths(window: Window, paths: list[Path]) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.team import MergeDialog
    from annotator.gui.jobs import Job
    from annotator.team import merging

    session = window.session
    if session is None:
        return
    project, by = session.project, session.me
    suggesting = window.suggesting
    if suggesting is None:
        return
    suggesting.stop()

    def work(preview: bool) -> Callable[[Progress], MergeReport]:
        return lambda progress: merging.merge_files(project, paths, by, preview, progress)

    def previewed(report: MergeReport) -> None:
        if dialogs.run(MergeDialog(window, report)):
            merging_job("Merging", False).run(merged, suggesting.go_on)
        else:
            suggesting.go_on()

    def merged(report: MergeReport) -> None:
        session.refresh()
        window.show_merged()
        whose = f" Articles with labels by {report.whose()}." if report.people else ""
        window.say(f"Merged.{whose} Ctrl R reviews the differences.")

    def merging_job(title: str, preview: bool) -> Job:
        return Job(window, title, work(preview), "Nothing was merged", "Merge stopped; nothing came in.")

    merging_job("Looking at what will come in", True).run(previewed, suggesting.go_on)

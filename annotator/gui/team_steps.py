"""Steps of a team: who works here, sharing articles out, packages, merges. Each takes the window."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from annotator import me, review
from annotator import team as teams
from annotator.agreement import Agreement
from annotator.agreement import agreement as measure
from annotator.blind import BLIND, OPEN_STATISTICS, is_lead
from annotator.gui import dialogs, project_steps
from annotator.gui.history_dialog import StatisticsDialog
from annotator.gui.jobs import Job
from annotator.gui.team_dialogs import MergeDialog, Person, ShareDialog, TeamDialog
from annotator.gui.window import Window, choose_file
from annotator.identity import new_uid
from annotator.progress import Cancelled, Progress
from annotator.store import SUFFIX, ProjectError, articles, assignments, authors
from annotator.store import merge as merges
from annotator.store import statistics as figures
from annotator.store.merge import Report
from annotator.store.project import Connection, setting

FILES = f"Packages, projects and exports (*{SUFFIX} *.jsonl);;All files (*)"


def ask_who(window: Window) -> None:
    """At the first start: who works here."""
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


def team(window: Window) -> None:
    """The team, and what can be done with it."""
    desk = window.desk
    if desk is None:
        return
    with desk.project.reading() as connection:
        people = authors.annotators(connection)
        lead = is_lead(connection, desk.me)
        rows = [(a, _about(connection, a.id, lead or a.id == desk.me)) for a in people]
        unplaced = merges.unplaced(connection) if lead else []
        agreed = setting(connection, BLIND, True), setting(connection, OPEN_STATISTICS, False)
    project = desk.project

    def agree(number: int, value: bool) -> None:
        try:
            project.set({(BLIND, OPEN_STATISTICS)[number]: value})
        except ProjectError as error:
            dialogs.tell_error(window, str(error), "This was not saved")

    dialog = TeamDialog(window, rows, desk.me, lead, unplaced, agreed, agree)
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
        project_steps.use_as(window, author.uid)
    elif dialog.wanted == "rename":
        _rename(window, author)
    else:
        _pack(window, author)


def _about(connection: Connection, author: int, shown: bool) -> str:
    """What of an annotator's work is shown in the list: of others only to the lead."""
    assigned = len(assignments.of(connection, author))
    parts = [f"{assigned:,} assigned"] if assigned else []
    if shown:
        parts.append(f"{merges.finished(connection, author):,} finished")
    return ", ".join(parts) or "nothing assigned"


def _add(window: Window) -> None:
    assert window.desk is not None
    name = Person(
        window, "Add an annotator", "Somebody who will label, here or with a package of their own.", ""
    ).answer()
    if name:
        try:
            teams.annotator(window.desk.project, name, new_uid())
        except ProjectError as error:
            dialogs.tell_error(window, str(error), "Nobody was added")
            return
        team(window)


def _rename(window: Window, author: authors.Author) -> None:
    desk = window.desk
    assert desk is not None
    dialog = Person(
        window, "Name, code, colour", "The labels stay the same ones, whatever the name.", author.name, author
    )
    name = dialog.answer()
    if not name:
        return
    try:
        with desk.project.writing() as connection:
            authors.rename(connection, author.id, name, dialog.code.text().strip() or author.code, dialog.color)
        if (known := me.known()) is not None and known.uid == author.uid:
            me.keep(name)
    except (ProjectError, OSError) as error:
        dialogs.tell_error(window, str(error), "This was not saved")
        return
    if author.id == desk.me:
        desk.editor = name
        window._show_state()
    team(window)


def _share(window: Window) -> None:
    desk = window.desk
    assert desk is not None
    with desk.project.reading() as connection:
        people = authors.annotators(connection)
        taken = assignments.assigned(connection)
        free = [i for i in articles.ids(connection) if i not in taken]

    def shares(chosen: list[int], each: int, overlap: float, seed: int) -> list[tuple[int, int]]:
        return teams.shares(free, chosen, each, overlap, seed) if chosen else []

    def count(*how: object) -> dict[int, int]:
        return dict(Counter(author for _, author in shares(*how)))  # type: ignore[arg-type]

    dialog = ShareDialog(window, people, len(free), len(free), count)
    if not dialogs.run(dialog):
        return
    try:
        number = teams.share_out(desk.project, shares(*dialog.chosen()), desk.me, dialog.unaided.isChecked())
    except ProjectError as error:
        dialogs.tell_error(window, str(error), "Nothing was shared out")
        return
    desk.after_merge()
    window.say(f"{number:,} assignments made. Project, Team makes a package for each annotator.")


def _pack(window: Window, author: authors.Author) -> None:
    desk = window.desk
    assert desk is not None
    path = choose_file(
        window, f"Package for {author.name}", f"*{SUFFIX}", new=True, proposal=f"{desk.name} for {author.name}{SUFFIX}"
    )
    if path is None:
        return
    target = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
    project = desk.project

    def ended(report: Report | None, error: Exception | None) -> None:
        if isinstance(error, Cancelled):
            window.say("Stopped; no package was made.")
        elif error is not None or report is None:
            dialogs.tell_error(window, str(error), "No package was made")
        else:
            window.say(f"{target} holds {report.articles_new:,} articles for {author.name}. Send it to them.")

    Job(window, "Packing", lambda step: teams.package(project, target, author.id, progress=step, by=desk.me)).run(ended)


def agreement(window: Window) -> None:
    """How far editors agree on what they have finished."""
    desk = window.desk
    if desk is None:
        return
    project, viewer = desk.project, desk.me
    name_of = review.actor_names(project)

    def ended(report: Agreement | None, error: Exception | None) -> None:
        if isinstance(error, Cancelled):
            return
        if error is not None or report is None:
            dialogs.tell_error(window, str(error), "Agreement could not be measured")
            return
        if not report.keys:
            window.say("No article has been finished by two editors yet. Merge their files first.")
            return
        from annotator.gui.agreement_page import AgreementPage

        def choose(kinds: str, proposal: str) -> Path | None:
            return choose_file(window, "Export agreement", kinds, new=True, proposal=proposal)

        page = AgreementPage(window, report, name_of, window.theme, choose)
        chosen: list[int] = []
        page.case_chosen.connect(chosen.append)
        dialogs.run(page)
        if chosen:
            project_steps.review(window, chosen[0])

    def work(step: Progress) -> Agreement:
        return measure(review.subjects(project, viewer=viewer), name_of, progress=step)

    Job(window, "Measuring agreement", work).run(ended)


def statistics(window: Window) -> None:
    """What each annotator did; of others only to the lead, or when the project says so."""
    desk = window.desk
    if desk is None:
        return
    with desk.project.reading() as connection:
        people = authors.annotators(connection)
        seen = is_lead(connection, desk.me) or setting(connection, OPEN_STATISTICS, False)
        rows = [(a.name, figures.of(connection, a.id)) for a in people if seen or a.id == desk.me]
    dialogs.run(StatisticsDialog(window, rows, len(rows) < len(people)))


def merge(window: Window) -> None:
    """Takes files of others in, once it was seen what they bring."""
    folder = str(window.settings.value("folder") or Path.home())
    names, _ = QFileDialog.getOpenFileNames(window, "Merge files", folder, FILES)
    if names:
        window.settings.setValue("folder", str(Path(names[0]).parent))
        merge_paths(window, [Path(n) for n in names])


def merge_paths(window: Window, paths: list[Path]) -> None:
    desk = window.desk
    if desk is None:
        return
    project, by = desk.project, desk.me
    if window.suggesting is not None:
        window.suggesting.stop()

    def work(preview: bool, step: Progress) -> Report:
        return teams.merge_files(project, paths, by, preview, step)

    def previewed(report: Report | None, error: Exception | None) -> None:
        if report is None or error is not None:
            stopped(error)
        elif dialogs.run(MergeDialog(window, report)):
            Job(window, "Merging", lambda step: work(False, step)).run(merged)
        else:
            _resume(window)

    def merged(report: Report | None, error: Exception | None) -> None:
        if report is None or error is not None:
            stopped(error)
            return
        _show_merged(window)
        whose = f" Articles with labels by {report.whose()}." if report.people else ""
        window.say(f"Merged.{whose} Ctrl R reviews the differences.")

    def stopped(error: Exception | None) -> None:
        if isinstance(error, Cancelled):
            window.say("Merge stopped; nothing came in.")
        else:
            dialogs.tell_error(window, str(error), "Nothing was merged")
        _resume(window)

    Job(window, "Looking at what will come in", lambda step: work(True, step)).run(previewed)


def undo_merge(window: Window) -> None:
    """Takes the last merge back, once it is sure that this is meant."""
    desk = window.desk
    name = desk.merge_to_undo() if desk is not None else None
    if (
        desk is None
        or name is None
        or not dialogs.confirm(
            window, f"Undo “{name}”?", "All that it brought goes from this project; the files stay.", "Undo"
        )
    ):
        return
    try:
        desk.undo_merge()
    except ProjectError as error:
        dialogs.tell_error(window, str(error), "The merge was not taken back")
        return
    _show_merged(window)
    window.say(f"Undone: {name}")


def _show_merged(window: Window) -> None:
    assert window.desk is not None and window.workbench is not None
    window.leave_review()
    window.desk.after_merge()
    window.show_labels()
    window.workbench.queue.reload()
    if window.desk.sheet is None and window.workbench.queue.list.articles.ids:
        window.open_article(window.workbench.queue.list.articles.ids[0])
    window.show_page()
    _resume(window)


def _resume(window: Window) -> None:
    """Suggestions go on, where they were stopped for the merge."""
    if window.suggesting is not None and window.desk is not None and window.desk.sheet is not None:
        window.suggesting.want(window.desk.sheet.article.id, [])

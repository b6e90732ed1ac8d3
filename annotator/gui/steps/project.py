"""Steps on a project as a whole: making and opening one, bringing articles in, writing datasets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMessageBox

from annotator.core.errors import AnnotatorError
from annotator.gui.start_page import NO_ARTICLES, NO_PROJECT
from annotator.gui.stepping import Place, outside_review, step, with_article, with_project
from annotator.gui.steps.acting import session_of
from annotator.gui.steps.opening import use
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.formats import bring_in
    from annotator.labelling.session import Session

PROJECTS = "Annotator projects (*.annotator)"


@step(
    "new_project",
    "New project…",
    "Ctrl+N",
    menu="Project",
    hint="Make a new project file",
    places={NO_PROJECT: Place(2)},
)
def new_project(window: Window) -> Session | None:
    from annotator import store
    from annotator.gui.dialogs.files import choose_file, with_suffix
    from annotator.store import SUFFIX

    path = choose_file(window, window.settings, "New project", PROJECTS, new=True, proposal=f"News{SUFFIX}")
    if path is None:
        return None
    target = with_suffix(path, SUFFIX)
    return use(window, target, lambda: store.create(target))


@step(
    "open_project",
    "Open project…",
    "Ctrl+O",
    menu="Project",
    hint="Open a project file",
    places={NO_PROJECT: Place(3)},
)
def open_project(window: Window) -> None:
    from annotator import store
    from annotator.gui.dialogs.files import choose_file

    path = choose_file(window, window.settings, "Open project", PROJECTS)
    if path is not None:
        use(window, path, lambda: store.open_project(path))


@step(
    "open_sample",
    "Open the sample project",
    menu="Project",
    hint="Five articles to try everything on",
    places={NO_PROJECT: Place(1, "Try the sample project")},
)
def open_sample(window: Window) -> None:
    """The sample project among the user's own data; made when it is not there."""
    from annotator.labelling.sample import sample_project

    path = sample_path()
    use(window, path, lambda: sample_project(path))


def sample_path() -> Path:
    import platformdirs

    from annotator.store import SUFFIX

    folder = Path(platformdirs.user_data_dir("annotator", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"Sample{SUFFIX}"


@step(
    "import_files",
    "Import articles…",
    "Ctrl+I",
    menu="Project",
    hint="Bring text, CSV or JSONL files in",
    when=outside_review,
    apart=True,
    places={NO_ARTICLES: Place(1)},
)
def import_files(window: Window) -> None:
    from annotator.formats.registry import readable_suffixes
    from annotator.gui.dialogs.files import choose_files

    kinds = " ".join(f"*{s}" for s in readable_suffixes())
    chosen = choose_files(window, window.settings, "Import articles", f"Articles ({kinds});;All files (*)")
    if chosen:
        window.files_dropped.emit(chosen)


@step(
    "import_folder",
    "Import a folder…",
    menu="Project",
    hint="Bring all readable files of a folder in",
    when=outside_review,
    places={NO_ARTICLES: Place(2)},
)
def import_folder(window: Window) -> None:
    from annotator.gui.dialogs.files import choose_folder

    chosen = choose_folder(window, window.settings, "Import a folder")
    if chosen is not None:
        window.files_dropped.emit([chosen])


@step(
    "import_metadata",
    "Import metadata…",
    menu="Project",
    hint="Titles, outlets and dates from a table, for articles that are there",
    when=with_article,
)
def import_metadata(window: Window) -> None:
    from annotator.formats.metadata import MetadataReport, bring_metadata
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.files import choose_file
    from annotator.gui.jobs import Job

    table = choose_file(window, window.settings, "Import metadata", "Tables (*.csv *.tsv *.xlsx)")
    if table is None:
        return
    project = session_of(window).project

    def ended(report: MetadataReport) -> None:
        session = session_of(window)
        session.refresh()
        if window.workbench is not None:
            window.workbench.queue.reload()
        if session.labelled is not None:
            window.open_article(session.labelled.article.id)
        window.say(report.summary())
        if lines := report.lines():
            dialogs.tell_error(window, "\n".join(lines[:20]), report.summary())

    Job(
        window,
        "Bringing metadata in",
        lambda progress: bring_metadata(project, table, progress=progress),
        "The metadata did not come in",
    ).run(ended)


@step(
    "paste_article",
    "Paste as new article",
    "Ctrl+Shift+V",
    menu="Project",
    hint="Make an article of the copied text",
    when=outside_review,
    places={NO_ARTICLES: Place(3, "Paste an article")},
)
def paste_article(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs

    take_text(window, dialogs.copied_text())


def take_text(window: Window, text: str) -> None:
    """Makes an article of a text that was pasted or dropped."""
    from annotator.formats import bring_in
    from annotator.gui.dialogs import common as dialogs

    if not text.strip():
        window.say("There is no text to paste: copy an article first.")
        return
    session = window.session or new_project(window)
    if session is None:
        return
    try:
        report = bring_in.paste(session.project, text.replace("\r\n", "\n"))
    except AnnotatorError as error:
        dialogs.tell_error(window, str(error), "The text could not be taken in")
        return
    _show_new(window, report)
    if report.added:
        window.say("The pasted text is a new article.")
    else:
        reason = (report.duplicates or report.refused)[0][1]
        window.say(f"No new article: {reason}.")


def take_paths(window: Window, paths: list[Path], windows_1252: bool = False, update: bool = False) -> None:
    """Brings files and folders in; with `update`, their labels replace other ones of the same people."""
    from annotator.formats import bring_in
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.reports import ImportDialog
    from annotator.gui.jobs import Job

    session = window.session or new_project(window)
    if session is None:
        return
    project = session.project
    if window.suggesting is not None:
        window.suggesting.stop()

    def ended(report: bring_in.ImportReport) -> None:
        _show_new(window, report)
        dialog = ImportDialog(window, report)
        dialogs.run(dialog)
        if dialog.again:
            take_paths(window, report.legacy, windows_1252=True)
        elif dialog.update_labels:
            take_paths(window, paths, windows_1252, update=True)

    Job(
        window,
        "Bringing articles in",
        lambda progress: bring_in.bring_in(project, paths, windows_1252, progress, update=update),
        "The import failed; nothing came in",
        "Import stopped; nothing came in.",
    ).run(ended, lambda: _show_new(window, bring_in.ImportReport()))


def _show_new(window: Window, report: bring_in.ImportReport) -> None:
    assert window.session is not None and window.workbench is not None
    window.workbench.queue.reload()
    here = window.session.labelled.article.id if window.session.labelled else None
    ids = window.workbench.queue.list.articles.ids
    first = report.added[0] if report.added else here if here is not None else (ids[0] if ids else None)
    if first is not None:
        window.open_article(first)
    window._show_state()


@step(
    "restore",
    "Restore a backup…",
    menu="Project",
    hint="Backups of this project, and the way back to one",
    when=outside_review,
)
def restore(window: Window) -> None:
    from annotator.gui.steps.opening import choose_backup
    from annotator.store import backups

    project = session_of(window).project
    choose_backup(window, project.path, backups.listing(project.uid, project.path))


@step(
    "export",
    "Export dataset…",
    "Ctrl+E",
    menu="Project",
    hint="Write your decisions as a dataset",
    when=with_project,
    apart=True,
)
def export(window: Window) -> None:
    from annotator.formats.export import NotWhole
    from annotator.formats.export import export as write_export
    from annotator.formats.registry import by_name
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.files import choose_file, with_suffix
    from annotator.gui.dialogs.reports import ExportDialog, LossesDialog
    from annotator.gui.jobs import Job
    from annotator.store import articles, layers
    from annotator.store.sight import sight_of

    session = session_of(window)
    with session.project.reading() as connection:
        whose = sight_of(connection, session.me)
        finished = bool(whose.finished) if whose.limited else layers.any_finished(connection)
    dialog = ExportDialog(window, finished, articles.with_gold(session.project))
    if not dialogs.run(dialog):
        return
    name, layer = dialog.format.currentData(), dialog.layer.currentData()
    finished, unlabelled = dialog.only_finished.isChecked(), dialog.unlabelled.isChecked()
    writer = by_name(name)
    suffix = writer.suffix
    proposal = session.name + (f"-{name}" if writer.folder else suffix)
    path = choose_file(
        window, window.settings, "Export dataset", f"*{suffix}", new=True, proposal=proposal, folder=writer.folder
    )
    if path is None:
        return
    target = with_suffix(path, suffix) if suffix else path
    if target != path and target.exists():
        ask = QMessageBox.question(window, "Annotator", f"“{target.name}” is there already. Replace it?")
        if ask != QMessageBox.StandardButton.Yes:
            return

    project, me = session.project, session.me

    def written(progress: Any, whole: bool) -> Any:
        agree = (lambda losses: False) if whole else None
        try:
            return write_export(project, target, name, layer, finished, progress, me, unlabelled, agree)
        except NotWhole as told:
            return told

    def ended(result: Any) -> None:
        if not isinstance(result, NotWhole):
            _tell_export(window, result)
        elif dialogs.run(LossesDialog(window, writer.title, result.losses)):
            run(whole=False)
        else:
            window.say("Nothing was written.")

    def run(whole: bool) -> None:
        Job(
            window,
            "Writing the dataset",
            lambda progress: written(progress, whole),
            "The export failed; no file was written",
            "Export stopped; no file was written.",
        ).run(ended)

    run(whole=True)


def _tell_export(window: Window, report: Any) -> None:
    from annotator.gui.dialogs import common as dialogs

    box = QMessageBox(
        QMessageBox.Icon.Information,
        "Annotator",
        report.summary(),
        QMessageBox.StandardButton.Ok,
        window,
    )
    if report.problems:
        box.setInformativeText(f"{len(report.problems):,} spans do not fit the format and stand in the record only.")
        box.setDetailedText("\n".join(report.problems))
    dialogs.run(box)

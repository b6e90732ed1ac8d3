"""Steps on a project as a whole: making, opening, bringing in, writing out, help. Each takes the window."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QMessageBox

import annotator
from annotator import scheme as schemes
from annotator import store
from annotator import team as teams
from annotator.assets import asset
from annotator.desk import Desk, sample_project
from annotator.formats import bring_in, module, readable_suffixes
from annotator.formats.export import ExportError
from annotator.formats.export import export as write_export
from annotator.gui import dialogs
from annotator.gui.jobs import Job
from annotator.gui.window import LEAST, Window, choose_file
from annotator.progress import Cancelled
from annotator.review import Dispute, disputes
from annotator.store import SUFFIX, ProjectError, articles
from annotator.suggest.learned.card import ModelError

PROJECTS = f"Annotator projects (*{SUFFIX})"


def new_project(window: Window) -> Desk | None:
    path = choose_file(window, "New project", PROJECTS, new=True, proposal=f"News{SUFFIX}")
    if path is None:
        return None
    if path.suffix != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    return use(window, path, lambda: store.create(path))


def open_project(window: Window) -> None:
    path = choose_file(window, "Open project", PROJECTS)
    if path is not None:
        use(window, path, lambda: store.open_project(path))


def open_sample(window: Window) -> None:
    """The sample project among the user's own data; made when it is not there."""
    path = sample_path()
    use(window, path, lambda: store.open_project(path) if path.exists() else sample_project(path))


def sample_path() -> Path:
    import platformdirs

    folder = Path(platformdirs.user_data_dir("annotator", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"Sample{SUFFIX}"


def use_as(window: Window, uid: str) -> None:
    """Works on in the project as the annotator of this identity, now and when it is opened here again."""
    assert window.desk is not None
    path, project = window.desk.project.path, window.desk.project.uid
    window.settings.setValue(f"as/{project}", uid)
    window.close_desk()
    use(window, path, lambda: store.open_project(path))


def use(window: Window, path: Path, opening: Callable[[], store.Project]) -> Desk | None:
    """Opens a project in the window, unless another window has it."""
    if window.desk is not None and path.absolute() == window.desk.project.path.absolute():
        return window.desk
    lock = QLockFile(str(path.absolute()) + ".lock")
    lock.setStaleLockTime(0)
    try:
        if path.exists() and not lock.tryLock(100) and lock.error() == QLockFile.LockError.LockFailedError:
            raise ProjectError(f"“{path.name}” is open in another window already. Close it there first.")
        project = opening()
        if not lock.isLocked():
            lock.tryLock(100)
        desk = Desk(project, uid=_who(window, project))
        with suppress(TypeError, ValueError):
            least = float(str(window.settings.value(LEAST)))
            desk.least = least if 0 <= least <= 1 else desk.least
        window.show_desk(desk)
    except (ProjectError, ModelError, OSError) as error:
        lock.unlock()
        dialogs.tell_error(window, str(error), "The project could not be opened")
        return None
    except (ValueError, TypeError, KeyError) as error:
        lock.unlock()
        window.close_desk()
        reason = f"“{path.name}” holds what cannot be read ({error}). `annotator check` on the command line says more."
        dialogs.tell_error(window, reason, "The project could not be opened")
        return None
    window.lock = lock
    return window.desk


def _who(window: Window, project: store.Project) -> str | None:
    """Who works on a project at this computer, when somebody was chosen, or says that they are the one of before."""
    chosen = window.settings.value(f"as/{project.uid}")
    if chosen is None and (before := teams.perhaps_me(project)) is not None:
        question = f"“{before.name}” has labelled in this project here. Is that you?"
        if dialogs.confirm(window, question, "Then your labels are the ones made before.", "That is me"):
            chosen = before.uid
            window.settings.setValue(f"as/{project.uid}", chosen)
    return str(chosen) if chosen is not None else None


def import_files(window: Window) -> None:
    from PySide6.QtWidgets import QFileDialog

    kinds = " ".join(f"*{s}" for s in readable_suffixes())
    folder = str(window.settings.value("folder") or Path.home())
    names, _ = QFileDialog.getOpenFileNames(window, "Import articles", folder, f"Articles ({kinds});;All files (*)")
    if names:
        window.settings.setValue("folder", str(Path(names[0]).parent))
        take_paths(window, [Path(n) for n in names])


def import_folder(window: Window) -> None:
    from PySide6.QtWidgets import QFileDialog

    name = QFileDialog.getExistingDirectory(
        window, "Import a folder", str(window.settings.value("folder") or Path.home())
    )
    if name:
        take_paths(window, [Path(name)])


def paste_article(window: Window) -> None:
    take_text(window, dialogs.copied_text())


def take_text(window: Window, text: str) -> None:
    """Makes an article of a text that was pasted or dropped."""
    if not text.strip():
        window.say("There is no text to paste: copy an article first.")
        return
    desk = window.desk or new_project(window)
    if desk is None:
        return
    try:
        report = bring_in.paste(desk.project, text.replace("\r\n", "\n"))
    except ProjectError as error:
        dialogs.tell_error(window, str(error), "The text could not be taken in")
        return
    _show_new(window, report)
    if report.added:
        window.say("The pasted text is a new article.")
    else:
        reason = (report.duplicates or report.refused)[0][1]
        window.say(f"No new article: {reason}.")


def take_paths(window: Window, paths: list[Path], windows_1252: bool = False) -> None:
    """Brings files and folders in; a project among them is opened."""
    projects = [p for p in paths if p.suffix == SUFFIX]
    if projects and window.desk is not None:
        from annotator.gui import team_steps

        names = projects[0].name if len(projects) == 1 else f"{len(projects)} projects"
        question = f"Merge {names} into “{window.desk.name}”, or open it instead?"
        chosen = 0 if len(projects) > 1 else dialogs.choose(window, question, ("Merge", "Open"))
        if chosen == 0:
            team_steps.merge_paths(window, projects)
        if chosen != 1:
            return
    if projects:
        use(window, projects[0], lambda: store.open_project(projects[0]))
        return
    desk = window.desk or new_project(window)
    if desk is None:
        return
    project = desk.project
    if window.suggesting is not None:
        window.suggesting.stop()

    def ended(report: bring_in.Report | None, error: Exception | None) -> None:
        if isinstance(error, Cancelled):
            window.say("Import stopped; nothing came in.")
            _show_new(window, bring_in.Report())
            return
        if error is not None or report is None:
            dialogs.tell_error(window, str(error), "The import failed; nothing came in")
            return
        _show_new(window, report)
        dialog = dialogs.ImportReport(window, report)
        dialogs.run(dialog)
        if dialog.again:
            take_paths(window, report.legacy, windows_1252=True)

    Job(window, "Bringing articles in", lambda step: bring_in.bring_in(project, paths, windows_1252, step)).run(ended)


def _show_new(window: Window, report: bring_in.Report) -> None:
    assert window.desk is not None and window.workbench is not None
    window.workbench.queue.reload()
    here = window.desk.sheet.article.id if window.desk.sheet else None
    ids = window.workbench.queue.list.articles.ids
    first = report.added[0] if report.added else here if here is not None else (ids[0] if ids else None)
    if first is not None:
        window.open_article(first)
    window._show_state()


def export(window: Window) -> None:
    desk = window.desk
    if desk is None:
        return
    numbers = articles.counts(desk.project, desk.me)
    dialog = dialogs.ExportDialog(window, numbers["done"], articles.with_gold(desk.project))
    if not dialogs.run(dialog):
        return
    name, layer = dialog.format.currentData(), dialog.layer.currentData()
    finished = dialog.only_finished.isChecked()
    suffix = module(name).SUFFIXES[0]
    path = choose_file(window, "Export dataset", f"*{suffix}", new=True, proposal=desk.name + suffix)
    if path is None:
        return
    target = path if path.suffix == suffix else path.with_name(path.name + suffix)
    if target != path and target.exists():
        ask = QMessageBox.question(window, "Annotator", f"“{target.name}” is there already. Replace it?")
        if ask != QMessageBox.StandardButton.Yes:
            return

    def ended(report: Any, error: Exception | None) -> None:
        if isinstance(error, Cancelled):
            window.say("Export stopped; no file was written.")
        elif isinstance(error, ExportError | ProjectError | OSError):
            dialogs.tell_error(window, str(error), "The export failed; no file was written")
        elif error is not None:
            dialogs.tell_error(window, f"{type(error).__name__}: {error}", "The export failed; no file was written")
        else:
            _tell_export(window, report)

    project = desk.project
    Job(
        window, "Writing the dataset", lambda step: write_export(project, target, name, layer, finished, step, desk.me)
    ).run(ended)


def _tell_export(window: Window, report: Any) -> None:
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


def review(window: Window, article: int | None = None) -> None:
    """Goes over to the review of what editors disagree on, to an article when it is said which."""
    desk = window.desk
    if desk is None:
        return
    project = desk.project

    def ended(found: list[Dispute] | None, error: Exception | None) -> None:
        if isinstance(error, Cancelled):
            return
        if error is not None or found is None:
            dialogs.tell_error(window, str(error), "The review could not be opened")
        elif not found:
            window.say("No article has been finished by two editors yet. Merge their files first.")
        else:
            window.show_review(found, article)

    Job(window, "Comparing what editors did", lambda step: disputes(project, desk.me, step)).run(ended)


def theme_system(window: Window) -> None:
    window.choose_theme("system")


def theme_light(window: Window) -> None:
    window.choose_theme("light")


def theme_dark(window: Window) -> None:
    window.choose_theme("dark")


def show_guidelines(window: Window) -> None:
    own = window.desk.scheme.guidelines if window.desk is not None else ""
    dialogs.run(dialogs.Reader(window, "Guidelines", own or schemes.guidelines()))


def show_help(window: Window) -> None:
    dialogs.run(dialogs.Reader(window, "Help", asset("help.md").read_text("utf-8")))


def show_team_help(window: Window) -> None:
    dialogs.run(dialogs.Reader(window, "Working as a team", asset("team.md").read_text("utf-8")))


def show_keys(window: Window) -> None:
    labels = window.desk.scheme.labels if window.desk else schemes.default().labels
    dialogs.run(dialogs.KeySheet(window, [(label.title, label.key) for label in labels]))


def about(window: Window) -> None:
    QMessageBox.about(
        window,
        "About Annotator",
        f"Annotator {annotator.__version__}\n\nLabel who said what in the news. MIT licence.\n"
        "Reading typeface: Annotator Serif, made of Noto Serif (SIL Open Font License).",
    )


def close_window(window: Window) -> None:
    window.close()

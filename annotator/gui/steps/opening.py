"""Opening a project in the window: one window at a time has it, and who works in it is known."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from annotator.core.errors import AnnotatorError
from annotator.gui.window import MIN_SCORE, Window

if TYPE_CHECKING:
    from annotator import store
    from annotator.labelling.session import Session
    from annotator.store.backups import Backup


class InUse(AnnotatorError):
    """A project that another window has open."""


def use_as(window: Window, uid: str) -> None:
    """Works on in the project as the annotator of this identity, now and when it is opened here again."""
    from annotator import store

    assert window.session is not None
    path, project = window.session.project.path, window.session.project.uid
    window.settings.setValue(f"as/{project}", uid)
    window.close_session()
    use(window, path, lambda: store.open_project(path))


def use(window: Window, path: Path, opening: Callable[[], store.Project]) -> Session | None:
    """Opens a project in the window, unless another window has it."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.labelling.session import Session
    from annotator.store import backups

    path = Path(os.path.realpath(path))  # one lock for all links to it
    if window.session is not None and path == window.session.project.path:
        return window.session
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)
    session: Session | None = None
    try:
        if path.exists() and not _locked(lock, path) and lock.error() == QLockFile.LockError.LockFailedError:
            raise InUse(f"“{path.name}” is open in another window already. Close it there first.")
        project = opening()
        if not lock.isLocked():
            lock.tryLock(100)
        window.watch.be_patient(project)
        session = Session(project, uid=_who(window, project))
        with suppress(TypeError, ValueError):
            chosen = float(str(window.settings.value(MIN_SCORE)))
            session.min_score = chosen if 0 <= chosen <= 1 else session.min_score
        window.show_session(session)
    except (AnnotatorError, OSError) as error:
        lock.unlock()
        if session is not None and window.session is session:  # else the project that is open stays
            window.close_session()
            window.show_page()
        found = [] if isinstance(error, InUse) else backups.of_file(path)
        title = "The project could not be opened"
        if not found:
            dialogs.tell_error(window, str(error), title)
        elif dialogs.confirm(window, title, f"{error}\n\nThere are {len(found):,} backups of it.", "Restore a backup…"):
            return choose_backup(window, path, found)
        return None
    except BaseException:
        lock.unlock()
        raise
    window.lock = lock
    return window.session


def _locked(lock: QLockFile, path: Path) -> bool:
    """Takes the lock of a file; also one that says it is this program's, when that has not the file open: it came along
    with a folder that was renamed."""
    from annotator.store import header

    if lock.tryLock(100):
        return True
    info = lock.getLockInfo()  # the process, its host and its name
    if info[0] != os.getpid() or header.is_held(path):
        return False
    Path(lock.fileName()).unlink(missing_ok=True)
    return lock.tryLock(100)


def choose_backup(window: Window, path: Path, found: Sequence[Backup]) -> Session | None:
    """Has one of the backups of a project chosen, restores it, and opens it."""
    from annotator import store
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.backups import RestoreDialog, when
    from annotator.gui.jobs import Job
    from annotator.store import backups
    from annotator.store.restoring import restore

    here = window.session is not None and window.session.project.path == path
    now = backups.contents_now(window.session.project.engine) if here and window.session is not None else None
    dialog = RestoreDialog(window, path.stem, found, now)
    if not dialogs.run(dialog) or dialog.chosen is None:
        return None
    chosen = dialog.chosen
    if window.session is not None:
        window.close_session()
        window.show_page()

    def ended(kept: Path) -> None:
        if use(window, path, lambda: store.open_project(path)) is not None:
            back = "What was there before is kept: Project, Restore a backup."
            window.say(f"The project is as it was on {when(chosen.time)}. {back}")

    def failed() -> None:
        if path.exists():
            use(window, path, lambda: store.open_project(path))

    Job(window, "Restoring", lambda step: restore(path, chosen.path), "The project is as it was").run(ended, failed)
    return None


def _who(window: Window, project: store.Project) -> str | None:
    """Who works on a project at this computer, when somebody was chosen, or says that they are the one of before."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.team import members

    chosen = window.settings.value(f"as/{project.uid}")
    if chosen is None and (before := members.perhaps_me(project)) is not None:
        question = f"“{before.name}” has labelled in this project here. Is that you?"
        if dialogs.confirm(window, question, "Then your labels are the ones made before.", "That is me"):
            chosen = before.uid
            window.settings.setValue(f"as/{project.uid}", chosen)
    return str(chosen) if chosen is not None else None

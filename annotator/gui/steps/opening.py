"""Opening a project in the window: one window at a time has it, and who works in it is known."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from annotator.core.errors import AnnotatorError
from annotator.gui.window import MIN_SCORE, Window

if TYPE_CHECKING:
    from annotator import store
    from annotator.labelling.session import Session


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
    from annotator.store import ProjectError

    if window.session is not None and path.absolute() == window.session.project.path.absolute():
        return window.session
    lock = QLockFile(str(path.absolute()) + ".lock")
    lock.setStaleLockTime(0)
    session: Session | None = None
    try:
        if path.exists() and not lock.tryLock(100) and lock.error() == QLockFile.LockError.LockFailedError:
            raise ProjectError(f"“{path.name}” is open in another window already. Close it there first.")
        project = opening()
        if not lock.isLocked():
            lock.tryLock(100)
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
        dialogs.tell_error(window, str(error), "The project could not be opened")
        return None
    except BaseException:
        lock.unlock()
        raise
    window.lock = lock
    return window.session


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

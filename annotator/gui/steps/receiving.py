"""What was chosen or dropped: articles are brought in, a project is merged or opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from annotator.gui.place import place_of, return_to
from annotator.gui.steps.opening import use
from annotator.gui.steps.project import take_paths, take_text
from annotator.gui.steps.team import merge_paths
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.store.errors import Elsewhere


def attend(window: Window) -> None:
    window.text_dropped.connect(lambda text: take_text(window, text))
    window.watch.elsewhere.connect(lambda told, unsaved: follow(window, told, unsaved))
    window.files_dropped.connect(lambda paths: take_in(window, paths))


def follow(window: Window, told: Elsewhere, unsaved: bool) -> None:
    """Goes on with a project whose file was moved, replaced or written over while it was open."""
    session = window.session

    def go_on() -> None:
        if session is None or window.session is not session:
            return
        if window.watch.waiting:  # a change is still being made
            QTimer.singleShot(300, window, go_on)
            return
        place = place_of(session, window.workbench) if window.workbench is not None else None
        window.close_session()
        window.show_page()
        sentence = f"{told} What you did last was not saved; please do it again." if unsaved else str(told)
        renamed = told.now is not None and told.now == told.following
        if not renamed:  # else nothing needs to be known before going on
            dialogs.tell_error(window, sentence, "The project's file has changed")
        following = told.following
        if following is None or not use(window, following, lambda: store.open_project(following)) or not renamed:
            return
        if place is not None and window.session is not None and window.workbench is not None:
            window.open_article(place["article"])
            return_to(window.workbench, window.session, place)
        window.say(sentence)

    from annotator import store
    from annotator.gui.dialogs import common as dialogs

    QTimer.singleShot(0, window, go_on)


def take_in(window: Window, paths: list[Path]) -> None:
    """Takes in files and folders, whatever they are."""
    from annotator import store
    from annotator.gui.dialogs import common as dialogs

    projects = [path for path in paths if path.suffix == store.SUFFIX]
    if not projects:
        take_paths(window, paths)
        return
    if window.session is not None:
        names = projects[0].name if len(projects) == 1 else f"{len(projects)} projects"
        question = f"Merge {names} into “{window.session.name}”, or open it instead?"
        chosen = 0 if len(projects) > 1 else dialogs.choose(window, question, ("Merge", "Open"))
        if chosen == 0:
            merge_paths(window, projects)
        if chosen != 1:
            return
    use(window, projects[0], lambda: store.open_project(projects[0]))

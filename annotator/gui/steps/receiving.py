"""What was chosen or dropped: articles are brought in, a project is merged or opened."""

from __future__ import annotations

from pathlib import Path

from annotator.gui.steps.opening import use
from annotator.gui.steps.project import take_paths, take_text
from annotator.gui.steps.team import merge_paths
from annotator.gui.window import Window


def attend(window: Window) -> None:
    window.text_dropped.connect(lambda text: take_text(window, text))
    window.files_dropped.connect(lambda paths: take_in(window, paths))


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

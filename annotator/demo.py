"""The main job without a screen: a sample project, suggestions, a picture of the real window, an export.

`python -m annotator.demo FOLDER` is what `make run` does: the window where there is a display, else all that.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from annotator.gui.display import NoDisplay, check_display, has_display


def demo(folder: Path) -> Iterator[tuple[str, Path]]:
    """Makes project, picture and export in a folder (made when missing, older ones replaced); yields what and where."""
    from annotator.formats.export import export
    from annotator.labelling.sample import sample_project
    from annotator.store import articles, log
    from annotator.suggest.keeping import suggest_for
    from annotator.suggest.suggester import suggester

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sample.annotator"
    log.remove(path)
    project = sample_project(path)
    suggest_for(project, articles.without_suggestions(project), suggester())
    project.close()
    yield "Project", path
    from annotator.store import open_project

    picture = folder / "window.png"
    draw_window(path, picture)
    yield "Picture of the window", picture
    project = open_project(path)
    dataset = folder / "suggestions.jsonl"
    export(project, dataset, "jsonl", layer="model")
    project.close()
    yield "Export of the suggestions", dataset


def draw_window(
    project: Path, picture: Path, article: str | None = None, steps: Sequence[str] = (), dark: bool = False
) -> None:
    """Draws the real window with a project into a PNG: on an article (by key, else where it was left), after some steps
    (names of `keys.STEPS`)."""
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    check_display()
    import shiboken6
    from PySide6.QtCore import QSettings

    from annotator.gui.app import application, new_window
    from annotator.labelling.session import Session
    from annotator.store import open_project

    app = application()
    settings = QSettings(str(picture.with_suffix(".ini")), QSettings.Format.IniFormat)
    settings.setValue("theme", "dark" if dark else "light")
    window = new_window(settings)
    window.resize(1440, 900)
    window.show()
    session = Session(open_project(project))
    window.show_session(session)
    assert window.workbench is not None
    if article is not None:
        window.open_article(session.listing(search=article)[0])
    for step in steps:
        window.take_step(step)
    until = time.monotonic() + 20
    while "review" in steps and not window.in_review and time.monotonic() < until:  # it is worked out in a thread
        app.processEvents()
    for _ in range(5):
        app.processEvents()
    window.grab().save(str(picture), "PNG")
    window.close()
    shiboken6.delete(window)
    picture.with_suffix(".ini").unlink(missing_ok=True)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/demo")
    if has_display():
        from annotator.gui.app import main as open_window

        try:
            sys.exit(open_window(sample=True))
        except NoDisplay as error:
            sys.exit(str(error))
    print("There is no display here, so the main job is done without a window:")
    try:
        for what, where in demo(folder):
            print(f"  {what}: {where.absolute()}")
    except NoDisplay as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

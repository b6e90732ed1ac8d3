"""Starts the window: first it is shown, then the project is read into it."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.gui.display import NoDisplay, check_display

if TYPE_CHECKING:
    from annotator.gui.window import Window


def main(project: Path | None = None, sample: bool = False, pipeline: str | None = None) -> int:
    """Opens the window on a project, the sample project, the last one used, or the start page. Returns the exit code.

    Raises NoDisplay when no window can be shown, with what to do about it.
    """
    check_display()
    import shiboken6
    from PySide6.QtCore import QSettings

    app = application()
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "annotator", "annotator")
    from annotator.gui.window import Window

    window = Window(settings, pipeline)

    def open_it() -> None:
        from annotator import me, store
        from annotator.gui import project_steps, team_steps

        if me.known() is None and not (project is not None and store.is_package(project)):
            team_steps.ask_who(window)
        if sample:
            project_steps.open_sample(window)
            return
        last = settings.value("project")
        path = project or (Path(str(last)) if last and Path(str(last)).exists() else None)
        if path is not None:
            project_steps.use(window, path, lambda: store.open_project(path))

    sys.excepthook = lambda kind, error, trace: _unexpected(window, error)
    window.after_show(open_it)
    window.show()
    code = app.exec()
    # The window goes before the application does: the other way round, Qt ends in a crash.
    sys.excepthook = sys.__excepthook__
    shiboken6.delete(window)
    return code


def _unexpected(window: Window, error: BaseException) -> None:
    """Tells an error that nobody foresaw, once at a time; the details go to the terminal."""
    from PySide6.QtWidgets import QApplication

    from annotator.gui import dialogs

    traceback.print_exception(error)
    if QApplication.activeModalWidget() is None:
        reason = f"{type(error).__name__}: {error}. What you did before is saved. Start again if it goes on."
        dialogs.tell_error(window, reason, "Something unexpected happened")


def application():  # type: ignore[no-untyped-def]
    """The QApplication with our fonts, style and icon; the one there is when it was made before."""
    from PySide6.QtWidgets import QApplication

    from annotator.gui import theme

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("Annotator")
    app.setDesktopFileName("annotator")
    app.setStyle("Fusion")
    theme.load_fonts()
    font = app.font()
    font.setPointSizeF(max(9.5, font.pointSizeF()))
    app.setFont(font)
    app.setWindowIcon(theme.icon("annotator", theme.LIGHT, "accent", 64))
    return app


__all__ = ["NoDisplay", "application", "main"]

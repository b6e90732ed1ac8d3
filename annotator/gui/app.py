"""Starts the window: first it is shown, then the project is read into it."""

from __future__ import annotations

import gc
import sys
import threading
import traceback
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from annotator.gui.display import NoDisplay, check_display

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

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
    window = new_window(settings, pipeline)

    def open_it() -> None:
        from annotator import store
        from annotator.core.files import tidy_left_behind
        from annotator.gui.steps.opening import use
        from annotator.gui.steps.project import open_sample
        from annotator.gui.steps.team import ask_who
        from annotator.team import me

        tidy_left_behind()
        if me.known() is None and not (project is not None and store.is_package(project)):
            ask_who(window)
        if sample:
            open_sample(window)
            return
        last = settings.value("project")
        path = project or (Path(str(last)) if last and Path(str(last)).exists() else None)
        if path is not None:
            use(window, path, lambda: store.open_project(path))

    sys.excepthook = lambda kind, error, trace: _unexpected(window, error)
    threading.excepthook = lambda said: _unexpected_beside(said.exc_value)
    window.after_show(open_it)
    window.show()
    code = app.exec()
    # The window goes before the application does: the other way round, Qt ends in a crash.
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    shiboken6.delete(window)
    return code


# Each declares its steps; in this order they stand in the menus.
STEP_MODULES = (
    *("project", "datasets", "receiving", "team", "quitting", "deciding", "several", "claims", "cues", "edges"),
    *("attributes", "looking", "palette", "review", "suggestions", "help"),
)


@cache
def declare_steps() -> list[ModuleType]:
    """Has all steps declared; returns the modules that do it."""
    modules = [import_module(f"annotator.gui.steps.{name}") for name in STEP_MODULES]
    # What is loaded by now stays. Looking through it for cycles, as opening a long article would have done, takes as
    # long as opening it.
    gc.freeze()
    return modules


def new_window(settings: QSettings, pipeline: str | None = None) -> Window:
    """A window with all its steps."""
    modules = declare_steps()
    from annotator.gui.window import Window

    window = Window(settings, pipeline)
    for module in modules:
        if hasattr(module, "attend"):
            module.attend(window)
    return window


def _unexpected(window: Window, error: BaseException) -> None:
    """Tells an error that nobody foresaw, once at a time; the details go to the terminal, too."""
    from annotator.gui.dialogs.faults import tell_fault

    traceback.print_exception(error)
    tell_fault(window, error)


def _unexpected_beside(error: BaseException | None) -> None:
    """Logs an error that nobody foresaw in a thread, where no window can be shown."""
    from annotator.core import faults

    if error is not None and not isinstance(error, SystemExit):
        traceback.print_exception(error)
        faults.log(error)


def application():  # type: ignore[no-untyped-def]
    """The QApplication with our fonts, style and icon; the one there is when it was made before."""
    from PySide6.QtWidgets import QApplication

    from annotator.gui import theme
    from annotator.gui.plain_style import PlainStyle

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("Annotator")
    app.setDesktopFileName("annotator")
    app.setStyle(PlainStyle())
    theme.load_fonts()
    font = app.font()
    font.setPointSizeF(max(9.5, font.pointSizeF()))
    app.setFont(font)
    app.setWindowIcon(theme.icon("annotator", theme.LIGHT, "accent", 64))
    return app


__all__ = ["NoDisplay", "application", "main"]

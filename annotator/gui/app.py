"""Starts the window: first it is shown, then the project is read into it."""

from __future__ import annotations

import sys
from pathlib import Path

from annotator.gui.display import NoDisplay, check_display


def main(project: Path | None = None, sample: bool = False, pipeline: str | None = None) -> int:
    """Opens the window on a project, the sample project, the last one used, or the start page. Returns the exit code.

    Raises NoDisplay when no window can be shown, with what to do about it.
    """
    check_display()
    from PySide6.QtCore import QSettings

    app = application()
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "annotator", "annotator")
    from annotator.gui.window import Window

    window = Window(settings, pipeline)

    def open_it() -> None:
        from annotator import store
        from annotator.gui import project_steps

        path = project
        if sample:
            path = project_steps.sample_path()
        elif path is None and (last := settings.value("project")) and Path(str(last)).exists():
            path = Path(str(last))
        if sample and path is not None and not path.exists():
            project_steps.open_sample(window)
        elif path is not None:
            chosen = path
            project_steps.use(window, chosen, lambda: store.open_project(chosen))

    window.after_show(open_it)
    window.show()
    return app.exec()


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

"""The step that comes last in the menu of projects."""

from __future__ import annotations

from annotator.gui.stepping import step
from annotator.gui.window import Window


@step("close_window", "Quit", "Ctrl+Q", menu="Project", apart=True)
def close_window(window: Window) -> None:
    window.close()

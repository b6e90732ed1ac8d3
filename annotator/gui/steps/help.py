"""Steps to read on: guidelines, keys, help; and the colours of the window."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox

import annotator
from annotator.core.assets import asset
from annotator.gui.stepping import Place, step
from annotator.gui.window import Window


def _theme(wanted: str, text: str, apart: bool = False) -> None:
    step(f"theme_{wanted}", text, menu="View", apart=apart, checked=lambda window: window.wanted_theme == wanted)(
        lambda window: window.choose_theme(wanted)
    )


_theme("system", "Colours as the system", apart=True)
_theme("light", "Light colours")
_theme("dark", "Dark colours")


@step("show_guidelines", "Guidelines", "F1", menu="Help", hint="What to label, and how", places={"header": Place()})
def show_guidelines(window: Window) -> None:
    from annotator.core import scheme as schemes
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.reading import Reader

    own = window.session.scheme.guidelines if window.session is not None else ""
    dialogs.run(Reader(window, "Guidelines", own or schemes.guidelines()))


@step(
    "show_keys",
    "All keys",
    "?",
    menu="Help",
    places={f"footer {where}": Place(9, "all keys") for where in ("side", "text", "finished", "reviewing")},
)
def show_keys(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.reading import KeySheet

    dialogs.run(KeySheet(window, window.menus.steps()))


@step("show_help", "Help", "Shift+F1", menu="Help")
def show_help(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.reading import Reader

    dialogs.run(Reader(window, "Help", asset("help.md").read_text("utf-8")))


@step("show_team_help", "Working as a team", menu="Help")
def show_team_help(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.reading import Reader

    dialogs.run(Reader(window, "Working as a team", asset("team.md").read_text("utf-8")))


@step("help_dataset", "Making a dataset", menu="Help", hint="Labels, splits, files, and what to look at")
def help_dataset(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.reading import Reader

    dialogs.run(Reader(window, "Making a dataset", asset("dataset.md").read_text("utf-8")))


@step("about", "About Annotator", menu="Help", apart=True)
def about(window: Window) -> None:
    QMessageBox.about(
        window,
        "About Annotator",
        f"Annotator {annotator.__version__}\n\nLabel who said what in the news. MIT licence.\n"
        "Reading typeface: Annotator Serif, made of Noto Serif (SIL Open Font License).",
    )

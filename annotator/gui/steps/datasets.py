"""Making a dataset: the page, the folder it goes to, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMessageBox

from annotator.gui.stepping import step, with_project
from annotator.gui.steps.acting import session_of

if TYPE_CHECKING:
    from annotator.gui.window import Window


@step(
    "make_dataset",
    "Make a dataset…",
    "Ctrl+Shift+E",
    menu="Project",
    hint="Splits, a card and files to train on or to publish",
    when=with_project,
)
def make_dataset(window: Window) -> None:
    from annotator.datasets.making import make
    from annotator.datasets.plan import remembered
    from annotator.datasets.recipe import Recipe
    from annotator.gui.datasets.page import DatasetPage
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.files import choose_file
    from annotator.gui.jobs import Job
    from annotator.store import articles, authors

    session = session_of(window)
    project, me = session.project, session.me
    with project.reading() as connection:
        editors = sorted({one.name for one in authors.annotators(connection)})
        outlets = articles.outlets(connection)
    before, _ = remembered(project)
    gold = articles.with_gold(project)
    recipe = before or Recipe(layer="gold" if gold else "editors")
    page = DatasetPage(window, project, me, recipe, editors, outlets, window.theme)
    proposal = f"{session.name}-dataset"
    path = None
    while path is None:  # who gives no folder is back at the page
        wanted = dialogs.run(page)
        if page.article is not None:
            window.open_article(page.article)
        if not wanted or page.plan is None:
            return
        plan, without_text = page.plan, page.without_text
        path = choose_file(window, window.settings, "Make a dataset", "", new=True, proposal=proposal, folder=True)
    target = path

    def ended(made: Any) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Information, "Annotator", made.summary(), QMessageBox.StandardButton.Ok, window
        )
        if made.losses:
            first = "\n".join(f"•  {loss}" for loss in made.losses[:3])
            box.setInformativeText(f"Not every format holds all of it; losses.csv lists what stays out:\n{first}")
            box.setDetailedText("\n".join(made.losses))
        dialogs.run(box)

    Job(
        window,
        "Writing the dataset",
        lambda progress: make(project, target, plan, without_text, progress, me),
        "The dataset could not be made; nothing was written",
        "Stopped; nothing was written.",
    ).run(ended)

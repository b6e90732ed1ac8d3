#!/usr/bin/env python3
"""Draws the pictures of the README and of `docs/` from the sample project.

python packaging/screenshots.py docs/screenshots"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from annotator import store
from annotator.core.text import previous_word_end
from annotator.demo import demo, draw_window
from annotator.labelling import edits as editing
from annotator.labelling.session import Session

FROM_A_COLLEAGUE = """-DOCSTART- -X- O O

Ann B-PER
Lee I-PER
warned O
Norwick I-LOC
. O
"""

ALSO_FROM_ONE = """\
{"id": 1, "text": "Ben Okoro denied it.", "entities": [\
{"id": 1, "label": "PERSON", "start_offset": 0, "end_offset": 9}, \
{"id": 2, "label": "PERSON", "start_offset": 30, "end_offset": 40}], "relations": [{"id": 1, "from_id": 1, "to_id": 2, \
"type": "knows"}], "cats": ["news"], "Comments": []}
"""


def main(folder: str) -> None:
    target = Path(folder).absolute()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for what, where in demo(Path(scratch)):
            print(f"{what}: {where.name}")
        project = Path(scratch) / "sample.annotator"
        draw_window(project, target / "workbench.png", "harbour-dredging", ["reject"] + ["accept"] * 4)
        draw_window(project, target / "workbench-dark.png", "night-buses", ["accept"] * 6, dark=True)
        label_differently(project)
        steps = ["review", *["next_difference"] * 3]
        draw_window(project, target / "review.png", "harbour-dredging", steps)
        draw_window(project, target / "review-dark.png", "harbour-dredging", steps, dark=True)
        draw_takeover(project, target)
        draw_pages(project, target)
        draw_pages(project, target, dark=True)


def draw_takeover(sample: Path, target: Path) -> None:
    """An article as the quick model leaves it with its third claim in focus, and when the thorough one has read it."""
    from PySide6.QtCore import QSettings

    from annotator.formats.bring_in import paste
    from annotator.gui.app import application, new_window
    from annotator.gui.window import MODEL
    from annotator.store import articles
    from annotator.suggest.learned.card import SHIPPED, THOROUGH
    from annotator.suggest.models import QUICK
    from annotator.suggest.models import THOROUGH as BOTH

    app = application()
    given = store.open_project(sample)
    project = store.create(sample.with_name("takeover.annotator"))
    held = articles.load(given, Session(given).listing(search="harbour-dredging")[0])
    here = paste(project, held.text, held.heading).added[0]
    given.close()
    settings = QSettings(str(sample.with_suffix(".takeover.ini")), QSettings.Format.IniFormat)
    settings.setValue("theme", "light")
    settings.setValue(MODEL, QUICK)
    window = new_window(settings)
    window.resize(1440, 900)
    window.show()
    session = Session(project)
    window.show_session(session)
    assert window.suggesting is not None

    def until(version: str) -> None:
        end = time.monotonic() + 60
        while version not in (articles.models(project, session.me, here)[here][0] or "") and time.monotonic() < end:
            app.processEvents()
        for _ in range(20):
            app.processEvents()

    until(f"{SHIPPED} ")
    for _ in range(2):
        window.take_step("next_item")
    for name, version in (("quick", SHIPPED), ("thorough", THOROUGH)):
        if version == THOROUGH:
            window.suggesting.use(BOTH)
        until(version)
        window.grab().save(str(target / f"takeover-{name}.png"), "PNG")
    window.close()


def draw_pages(path: Path, target: Path, dark: bool = False) -> None:
    """Each step of making a dataset; which model; what an export and an import say that not all is held."""
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QWidget

    from annotator.datasets.recipe import Recipe
    from annotator.formats.bring_in import bring_in
    from annotator.formats.export import NotWhole, export
    from annotator.formats.registry import by_name
    from annotator.gui.app import application, new_window
    from annotator.gui.datasets.page import DatasetPage
    from annotator.gui.dialogs.models import ModelDialog
    from annotator.gui.dialogs.other_models import OtherModelDialog
    from annotator.gui.dialogs.reports import ImportDialog, LossesDialog
    from annotator.suggest.models import QUICK

    app = application()
    settings = QSettings(str(path.with_suffix(".ini")), QSettings.Format.IniFormat)
    settings.setValue("theme", "dark" if dark else "light")
    window = new_window(settings)
    project = store.open_project(path)

    def draw(widget: QWidget, name: str, ready: Callable[[], bool] = lambda: True) -> None:
        until = time.monotonic() + 20
        while not ready() and time.monotonic() < until:
            app.processEvents()
        for _ in range(5):
            app.processEvents()
        widget.grab().save(str(target / f"{name}{'-dark' if dark else ''}.png"), "PNG")

    recipe = Recipe(layer="editors", unfinished=True, rejected=True, formats=("brat", "label-studio"))
    page = DatasetPage(window, project, None, recipe, ["Ann Lee", "Ben Okoro"], [], window.theme)
    page.show()
    for row, name in enumerate(("labels", "splits", "files", "check")):
        page.steps.setCurrentRow(row)
        draw(page, f"dataset-{row + 1}-{name}", lambda: page.plan is not None)
    page.reject()
    for dialog, name in (
        (ModelDialog(window, QUICK), "models"),
        (OtherModelDialog(window, project.scheme, None), "suggest-with"),
    ):
        dialog.show()
        draw(dialog, name)
        dialog.reject()
    try:
        export(project, path.with_name("labels.conll"), "conll", agree=lambda losses: False)
    except NotWhole as told:
        losses = LossesDialog(window, by_name("conll").title, told.losses)
        losses.show()
        draw(losses, "export-losses")
        losses.reject()
    others = path.with_name("from a colleague")
    others.mkdir(exist_ok=True)
    (others / "tokens.conll").write_text(FROM_A_COLLEAGUE, "utf-8")
    (others / "doccano.jsonl").write_text(ALSO_FROM_ONE, "utf-8")
    os.chdir(path.parent)
    new = store.create(path.with_name(f"new{dark:d}.annotator"))
    told = ImportDialog(window, bring_in(new, [Path(others.name)]))
    told.show()
    draw(told, "import-losses")
    told.reject()
    new.close()
    project.close()
    window.close()


def label_differently(path: Path) -> None:
    """Two editors who take the suggestions of an article, and differ on an edge, a stance, a mode and a claim."""
    project = store.open_project(path)
    for name in ("Ann Lee", "Ben Okoro"):
        session = Session(project, name)
        labelled = session.open(session.listing(search="harbour-dredging")[0])
        session.do(editing.accept(labelled, labelled.mentions))
        session.do(editing.accept(session.labelled, session.labelled.claims))
        first, *more = session.labelled.claims
        second, third, *_ = (one for one in more if any(end - start > 20 for start, end in one.value.content[:1]))
        if name == "Ann Lee":
            session.do(editing.revise(session.labelled, first, "Set stance", stance="against"))
            (start, end), *rest = second.value.content
            end = previous_word_end(session.labelled.article.text, end)
            session.do(editing.revise(session.labelled, second, "Move edge", content=((start, end), *rest)))
        else:
            session.do(editing.revise(session.labelled, first, "Set stance", stance="neutral"))
            session.do(editing.reject(session.labelled, [third]))
        session.finish()
    project.close()


if __name__ == "__main__":
    main(sys.argv[1])

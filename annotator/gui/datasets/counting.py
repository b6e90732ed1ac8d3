"""Counts what a recipe makes of a project, beside the window; of several asked for, the last one counts."""

from __future__ import annotations

import threading
from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.core.errors import AnnotatorError
from annotator.core.progress import Cancelled
from annotator.datasets.plan import Plan, plan
from annotator.datasets.recipe import Recipe
from annotator.store.project import Project

PAUSE = 250  # ms without another change, before it is counted


class Counting(QObject):
    """`counted` tells a plan, `failed` why there is none."""

    counted = Signal(object)
    failed = Signal(str)
    _done = Signal(int, object)

    def __init__(self, parent: QObject, project: Project, viewer: int | None) -> None:
        super().__init__(parent)
        self._project, self._viewer = project, viewer
        self._number = 0
        self._thread: threading.Thread | None = None
        self._recipe, self._anew = Recipe(), False
        self._last: Plan | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._start)
        self._done.connect(self._ended)

    def ask(self, recipe: Recipe, anew: bool = False) -> None:
        """Counts this one, once nothing has changed for a moment; `anew`, as if no article had been in a split."""
        self._recipe, self._anew = recipe, anew
        self._number += 1
        self._pause.start()

    def stop(self) -> None:
        """Counts no more, and waits until nothing is counted."""
        self._pause.stop()
        self._number += 1
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        number, recipe, last = self._number, self._recipe, self._last
        kept: dict[str, str] | None = {} if self._anew else None
        # What is alike is not looked for again where only the splits or the files are others.
        same = last is not None and replace(recipe, **_elsewhere(last.recipe)) == last.recipe

        def go_on(done: int, total: int) -> None:
            if number != self._number:
                raise Cancelled

        def work() -> None:
            try:
                pairs = last.pairs if same and last is not None else None
                made: Plan | str | None = plan(self._project, recipe, kept, self._viewer, go_on, pairs)
            except AnnotatorError as error:
                made = str(error)
            except Cancelled:
                made = None
            except Exception as error:  # else nothing would ever be told
                made = f"A fault of Annotator kept it from being counted ({type(error).__name__}: {error})."
            self._done.emit(number, made)

        if self._thread is not None:
            self._thread.join()  # it ends at its next article
        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()

    def _ended(self, number: int, made: Plan | str | None) -> None:
        if number != self._number or made is None:
            return
        if isinstance(made, Plan):
            self._last = made
            self.counted.emit(made)
        else:
            self.failed.emit(made)


def _elsewhere(recipe: Recipe) -> dict[str, Any]:
    """What of a recipe changes nothing about which articles there are, and what is alike."""
    matters = {"layer", "unfinished", "sources", "since", "until", "labels", "near"}
    return {one.name: getattr(recipe, one.name) for one in fields(recipe) if one.name not in matters}

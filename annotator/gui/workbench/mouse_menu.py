"""The menus of the mouse: what can be done with what is selected, or with what is in focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QListView, QMenu, QWidget

from annotator.gui.stepping import Step
from annotator.gui.workbench.article_view import ArticleView
from annotator.gui.workbench.choosing import Choosing
from annotator.labelling.labelled_article import Key
from annotator.labelling.session import Session


class Bench(Protocol):
    """What of a workbench its menus need."""

    session: Session | None
    kind: str
    view: ArticleView
    choosing: Choosing
    menu_steps: Callable[[str], list[Step]]
    step_wanted: Any

    def focus_on(self, kind: str, key: Key | None) -> None: ...
    def side_list(self) -> QWidget: ...


class MouseMenu:
    """The menus of a workbench's text and lists."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def row_menu(self, rows: QListView, at: QPoint, item_of: Callable[[int], tuple[str, Key]]) -> None:
        """The menu of a row of the side: it comes into focus first."""
        index = rows.indexAt(at)
        if index.isValid():
            kind, key = item_of(index.row())
            if key not in self._bench.choosing.keys:  # what is chosen may have a menu, too
                self._bench.focus_on(kind, key)
            self._bench.view.clear_selection()
            self.menu(rows.viewport().mapToGlobal(at))

    def menu(self, at: QPoint) -> None:
        """What can be done with the selection, or with what is in focus."""
        if self._bench.session is None or self._bench.session.labelled is None:
            return
        under = self._bench.view.viewport().mapFromGlobal(at)
        if self._bench.view.selection() is None and self._bench.view.viewport().rect().contains(under):
            self._bench.view.click_item(under.toPointF())
        menu = QMenu(self._bench.view)
        selecting = self._bench.view.selection() is not None
        place = "menu selection" if selecting else f"menu {'claim' if self._bench.kind == 'claim' else 'entity'}"
        tens = None
        for step in self._bench.menu_steps(place):
            if tens is not None and tens != step.places[place].rank // 10:
                menu.addSeparator()
            tens = step.places[place].rank // 10
            self._offer(menu, step)
        if selecting or self._bench.kind == "mention":
            labels = QMenu("Entity" if selecting else "Label", menu)
            for step in self._bench.menu_steps("menu labels"):
                self._offer(labels, step, to_side=not selecting)
            menu.insertMenu(menu.actions()[-1] if selecting else None, labels)  # type: ignore[arg-type]
        menu.exec(at)

    def _offer(self, menu: QMenu, step: Step, to_side: bool = False) -> None:
        action = menu.addAction(f"{step.text}\t{step.key}" if step.key else step.text)

        def take() -> None:
            if to_side:
                self._bench.side_list().setFocus()  # so that it is about what is in focus
            self._bench.step_wanted.emit(step)

        action.triggered.connect(take)

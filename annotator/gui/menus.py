"""The menus of the window: an action for each step, with its keys; enabled exactly while the step is possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from annotator.gui.stepping import MENUS, OF_SCHEME, STEPS, Pane, Situation, Step

if TYPE_CHECKING:
    from annotator.core.scheme import Scheme


def _as_qt_says(key: str) -> str:
    """A key as Qt writes it ("x" is "X", "ctrl+s" is "Ctrl+S"); empty when it is none."""
    return QKeySequence(key).toString()


class Menus:
    """`actions` are the window's steps with their actions, those of the scheme among them."""

    def __init__(self, window: QMainWindow, take: Callable[[Step], object]) -> None:
        self._window, self._take = window, take
        self.actions: dict[str, tuple[Step, QAction]] = {}
        self._of_scheme: list[str] = []
        self._panes: dict[Pane, list[QWidget]] = {}
        self.menus: dict[str, QMenu] = {name.replace("&", ""): window.menuBar().addMenu(name) for name in MENUS}
        for step in STEPS:
            self._add(step)

    def _add(self, step: Step) -> None:
        action = QAction(step.text, self._window)
        action.setShortcuts([QKeySequence(key) for key in step.keys])
        action.setToolTip(step.tip)
        action.setCheckable(step.checked is not None)
        if step.pane != "window":
            # Shown in the menu, but heard only in its pane.
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            for widget in self._panes.get(step.pane, ()):
                widget.addAction(action)
        action.triggered.connect(lambda: self._take(step))
        menu = self.menus[step.menu]
        if step.apart:
            menu.addSeparator()
        if step.listed:
            menu.addAction(action)
        self.actions[step.name] = step, action

    def hear_in(self, pane: Pane, *widgets: QWidget) -> None:
        """The keys of a pane's steps are heard in these widgets."""
        self._panes[pane] = list(widgets)
        for step, action in self.actions.values():
            if step.pane == pane:
                for widget in widgets:
                    widget.addAction(action)
                self._window.removeAction(action)

    def show_scheme(self, scheme: Scheme | None) -> list[str]:
        """Puts the steps of a scheme in place of those of the one before. Returns what has lost its key, since another
        step has it."""
        for name in self._of_scheme:
            step, action = self.actions.pop(name)
            self.menus[step.menu].removeAction(action)
            action.deleteLater()
        for menu in self.menus.values():
            self._trim(menu)
        self._of_scheme = []
        taken = {_as_qt_says(k) for step, _ in self.actions.values() for k in step.keys if step.pane != "review"}
        taken.add("")  # what is no key at all
        lost = []
        for step in (s for make in OF_SCHEME for s in make(scheme)) if scheme is not None else ():
            lost += [f"{step.text}: {key}" for key in step.keys if _as_qt_says(key) in taken]
            # Nor is a key that does nothing shown anywhere.
            self._add(replace(step, keys=tuple(key for key in step.keys if _as_qt_says(key) not in taken)))
            taken |= {_as_qt_says(key) for key in step.keys}
            self._of_scheme.append(step.name)
        return lost

    def steps(self) -> list[Step]:
        """All there are now, in the order of the menus."""
        order = list(self.menus)
        return sorted((step for step, _ in self.actions.values()), key=lambda step: order.index(step.menu))

    def offered(self, place: str) -> list[tuple[Step, QAction]]:
        """The steps offered at a place, those of the scheme among them, in its order."""
        found = [one for one in self.actions.values() if place in one[0].places]
        return sorted(found, key=lambda one: one[0].places[place].rank)

    @staticmethod
    def _trim(menu: QMenu) -> None:
        """Takes away the lines that stood before what has gone."""
        while menu.actions() and menu.actions()[-1].isSeparator():
            menu.removeAction(menu.actions()[-1])

    def refresh(self, now: Situation, window: QMainWindow) -> None:
        """Shows what is possible now, and what it is called."""
        for step, action in self.actions.values():
            possible = step.when(now)
            if action.isEnabled() != possible:
                action.setEnabled(possible)
            if step.said is not None and action.text() != (text := step.said(now)):
                action.setText(text)
            if step.checked is not None:
                action.setChecked(step.checked(window))

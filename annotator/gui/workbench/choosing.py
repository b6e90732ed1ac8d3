"""Several claims or entities chosen for the next key, by keys and by the mouse."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from annotator.gui.workbench.claim_cards import ClaimList
from annotator.gui.workbench.entities import EntityList
from annotator.labelling.labelled_article import Item, Key


class Bench(Protocol):
    """What of a workbench choosing needs."""

    kind: str
    key: Key | None
    alone: bool
    claims: ClaimList
    entities: EntityList
    said: Any

    def item(self) -> Item[Any] | None: ...
    def rows(self) -> list[tuple[Item[Any], ...]]: ...
    def visit(self, step: int, undecided: bool) -> None: ...
    def focus_on(self, kind: str, key: Key | None) -> None: ...
    def show_focus(self) -> None: ...


class Choosing:
    """`keys` are what is chosen on the tab of a workbench; they never outlive the focus."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.keys: set[Key] = set()

    def none(self) -> None:
        self._choose(set())

    def on(self, step: int) -> None:
        """Chooses what is in focus, and what stands behind (1) or before (-1) it, which comes into focus."""
        self._bench.alone = False
        before = self.keys | self._in_focus()
        self._bench.visit(step, False)
        self._choose(before | self._in_focus())

    def all(self) -> None:
        self._bench.alone = False
        self._choose({item.key for row in self._bench.rows() for item in row})
        if not self.keys:
            self._bench.said.emit("There are no claims or entities on this tab to choose.")

    def pick(self, kind: str, key: Key) -> None:
        """A row was clicked: with Ctrl it is chosen, too, or no more; with ⇧ all from what is in focus to it."""
        bench, held = self._bench, QGuiApplication.keyboardModifiers()
        bench.alone = False
        rows = bench.rows() if kind == bench.kind else []
        at = next((n for n, row in enumerate(rows) if any(item.key == key for item in row)), None)
        here = next((n for n, row in enumerate(rows) if any(item.key == bench.key for item in row)), None)
        keys: set[Key] = set()
        if at is not None and here is not None and held & Qt.KeyboardModifier.ShiftModifier:
            between = rows[min(at, here) : max(at, here) + 1]
            keys = self.keys | {item.key for row in between for item in row}
        elif at is not None and here is not None and held & Qt.KeyboardModifier.ControlModifier:
            before = self.keys or {item.key for item in rows[here] if at != here}
            keys = before ^ {item.key for item in rows[at]}
        bench.focus_on(kind, key)
        self._choose(keys)

    def _choose(self, keys: set[Key]) -> None:
        if keys == self.keys:
            return
        bench = self._bench
        self.keys = bench.claims.chosen = bench.entities.chosen = keys
        for rows in (bench.claims, bench.entities):
            rows.viewport().update()
        bench.show_focus()
        if keys:
            more = "A, X, U, R, a label, a stance or an answer is about all of them. Esc chooses none."
            bench.said.emit(f"{len(keys):,} chosen: {more}")

    def _in_focus(self) -> set[Key]:
        item = self._bench.item()
        return {one.key for row in self._bench.rows() if item in row for one in row}

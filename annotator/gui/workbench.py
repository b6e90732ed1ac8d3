"""The three panes at work: what they show, and what is in focus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QSplitter, QTabWidget, QVBoxLayout, QWidget

from annotator.annotation import Claim, Mention
from annotator.desk import Desk, Notice
from annotator.gui import dialogs
from annotator.gui.article_view import ArticleView
from annotator.gui.claim_card import ClaimCard
from annotator.gui.claim_cards import ClaimList
from annotator.gui.entities import ActorList, EntityList
from annotator.gui.keys import BY_NAME, shown
from annotator.gui.queue import Queue
from annotator.gui.sheet_drawing import Edge, edges_of
from annotator.gui.steps import ACTORS, CLAIMS, ENTITIES, Steps
from annotator.gui.theme import Theme
from annotator.sheet import Item, Key
from annotator.store import ProjectError


class Workbench(QWidget):
    """Queue, article and side; `run(step)` does a step of `keys.STEPS` that concerns them.

    `said` is a line for the bottom of the window, `changed` tells that titles and counts must be shown anew.
    """

    said = Signal(str)
    learned = Signal()  # the project knows a word more
    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.desk: Desk | None = None
        self._no_focus()
        self._behind = False
        self.queue = Queue(theme)
        self.view = ArticleView(theme)
        self.claims = ClaimList(theme)
        self.card = ClaimCard(theme, self.run, self._choose)
        self.claims.set_card(self.card)
        self.entities = EntityList(theme)
        self.actors = ActorList()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for widget, title in ((self.claims, "Claims"), (self.entities, "Entities"), (self.actors, "Actors")):
            self.tabs.addTab(widget, title)
        self.side = QWidget()
        self.side.setObjectName("side")
        self.side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QVBoxLayout(self.side)
        inside.setContentsMargins(1, 0, 0, 0)
        inside.addWidget(self.tabs)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for pane, width in ((self.queue, 180), (self.view, 360), (self.side, 330)):
            pane.setMinimumWidth(width)
            self.splitter.addWidget(pane)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([256, 780, 396])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.claims.claims.name_of = self.entities.entities.name_of = self.name_of
        self.view.item_clicked.connect(self.focus_on)
        self.view.edge_chosen.connect(self._choose_edge)
        self.view.edge_dragged.connect(lambda edge, to: self._told(lambda: self.steps.drag(edge, to)))
        self.view.menu_wanted.connect(self._menu)
        for rows in (self.claims, self.entities):
            rows.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            rows.customContextMenuRequested.connect(lambda at, rows=rows: self._row_menu(rows, at))
        self.tabs.tabBarClicked.connect(lambda: self.side_list().setFocus())
        self.claims.chosen.connect(lambda key: self.focus_on("claim", key))
        self.entities.chosen.connect(lambda key: self.focus_on("mention", key))
        self.actors.doubleClicked.connect(lambda: self.run("rename_actor"))
        self.tabs.currentChanged.connect(self._tab_changed)
        self.steps = Steps(self)

    # Showing

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._behind:
            self._behind = False
            self._show_sheet()
            self.queue.reload()

    def _no_focus(self) -> None:
        self.kind = "claim"
        self.key: Key | None = None
        self.edge: Edge | None = None
        self._place: int | None = None  # of what is in focus, for when that has gone

    def show_desk(self, desk: Desk | None) -> None:
        """Works on another project, or on none."""
        self.desk = desk
        self._no_focus()
        self.queue.show_desk(desk)
        if desk is not None:
            desk.listeners.append(self._notice)
        self._show_sheet()

    def set_theme(self, theme: Theme) -> None:
        self.view.set_theme(theme)
        for widget in (self.claims, self.entities, self.card, self.queue.list):
            widget.theme = theme
            widget.update()
        self.claims.viewport().update()
        self.entities.viewport().update()
        self.queue.list.viewport().update()
        self.show_card()

    def _notice(self, notice: Notice) -> None:
        if self.desk is not None and self.desk.review is not None and not self.isVisible():
            self._behind = True  # the review shows it; here it is shown when it is looked at
            return
        if notice.kind == "article":
            self._no_focus()
            self._show_sheet()
            self._begin()
        elif notice.kind == "sheet":
            self._follow(notice)
            self._show_sheet()
            self.queue.changed(notice.article)
        elif notice.kind == "suggestions":
            self._show_sheet()
            if self.item() is None:
                self._begin(self._place)
        elif notice.kind == "knowledge":
            self.learned.emit()
        elif notice.kind == "queue":
            self.queue.changed(notice.article)
        self.changed.emit()

    def _follow(self, notice: Notice) -> None:
        """After an undo or an edit of something else, what it touched comes into focus."""
        assert self.desk is not None and self.desk.sheet is not None
        there = [t for t in self.desk.sheet.touched(notice.changes) if self.desk.sheet.find(*t) is not None]
        if there and (self.kind, self.key) not in there and len(there) <= 4:
            self._focus(*there[0])

    def _show_sheet(self) -> None:
        sheet = self.desk.sheet if self.desk else None
        scheme = self.desk.scheme if self.desk else None
        self.entities.scheme = scheme
        self.view.show_sheet(sheet, scheme)
        text = sheet.article.text if sheet else ""
        self.claims.claims.show(sheet.claims if sheet else (), text)
        self.entities.entities.show(sheet.mentions if sheet else (), text)
        if self.tabs.currentIndex() == ACTORS:
            self.actors.actors.show(sheet, self.name_of)
        self.queue.mark_open(sheet.article.id if sheet else None)
        if self.item() is None:
            self.key, self.edge = None, None
        self.show_focus()
        counts = (len(sheet.claims), len(sheet.mentions)) if sheet else (0, 0)
        self.tabs.setTabText(CLAIMS, f"Claims {counts[0]:,}")
        self.tabs.setTabText(ENTITIES, f"Entities {counts[1]:,}")

    def show_focus(self, reveal: bool = False) -> None:
        item = self.item()
        if item is not None and self.edge is not None and self.edge not in edges_of(item.value):
            self.edge = None
        self.view.set_focus_item(self.kind, self.key, self.edge, reveal)
        self.entities.set_focus_key(self.key if self.kind == "mention" else None)
        self.show_card(reveal)

    def show_card(self, reveal: bool = True) -> None:
        item = self.item()
        if self.desk is None or self.desk.sheet is None or item is None or self.kind != "claim":
            self.claims.open_claim(None)
            return
        sheet = self.desk.sheet
        number = self.claims.claims.row_of(self.key) + 1
        claim = cast(Item[Claim], item)
        self.card.show_item(
            claim, sheet.article.text, self.name_of, f"{number} of {len(sheet.claims)}", self.desk.suggested_by
        )
        self.claims.open_claim(self.key, reveal)

    def _begin(self, near: int | None = None) -> None:
        """Puts the first undecided suggestion of a freshly opened article into focus, else the first claim; when what
        was in focus has gone, the one of its kind that is nearest to where it was."""
        sheet = self.desk.sheet if self.desk else None
        if sheet is None:
            return
        items: Sequence[Item[Mention] | Item[Claim]] = sheet.claims if self.kind == "claim" else sheet.mentions
        if near is not None and items:
            self.focus_on(self.kind, min(items, key=lambda i: abs(i.value.start - near)).key, take_focus=False)
            return
        first = next((i for i in sheet.claims if not i.decided), None)
        open_mention = next((i for i in sheet.mentions if not i.decided), None)
        if first is not None:
            self.focus_on("claim", first.key, take_focus=False)
        elif open_mention is not None:
            self.focus_on("mention", open_mention.key, take_focus=False)
        elif sheet.claims:
            self.focus_on("claim", sheet.claims[0].key, take_focus=False)

    def name_of(self, actor: int | None) -> str | None:
        return self.desk.actor_name(actor) if self.desk else None

    # Focus

    def item(self) -> Item[Mention] | Item[Claim] | None:
        """What is in focus."""
        if self.desk is None or self.desk.sheet is None or self.key is None:
            return None
        return self.desk.sheet.find(self.kind, self.key)

    def focus_on(self, kind: str, key: Key | None, take_focus: bool = True) -> None:
        """Puts an item into focus, shows it in the text and on its tab."""
        self._focus(kind, key)
        self.show_focus(reveal=True)
        self.changed.emit()
        if take_focus and not self.view.hasFocus():
            self.side_list().setFocus()

    def _focus(self, kind: str, key: Key | None) -> None:
        if (kind, key) != (self.kind, self.key):
            self.edge = None
        self.kind, self.key = kind, key
        item = self.item()
        self._place = item.value.start if item is not None else None
        wanted = CLAIMS if kind == "claim" else ENTITIES
        if self.tabs.currentIndex() != wanted:
            self.tabs.blockSignals(True)
            self.tabs.setCurrentIndex(wanted)
            self.tabs.blockSignals(False)

    def side_list(self) -> QWidget:
        return self.tabs.currentWidget()

    def _items(self) -> Iterable[Item[Any]]:
        sheet = self.desk.sheet if self.desk else None
        if sheet is None:
            return ()
        return sheet.claims if self.tabs.currentIndex() == CLAIMS else sheet.mentions

    def _tab_changed(self, tab: int) -> None:
        sheet = self.desk.sheet if self.desk else None
        if tab == ACTORS:
            self.actors.actors.show(sheet, self.name_of)
            return
        kind = "claim" if tab == CLAIMS else "mention"
        if sheet is not None and self.kind != kind:
            position = item.value.start if (item := self.item()) else 0
            items: list[Item[Any]] = list(self._items())
            nearest = min(items, key=lambda i: (abs(i.value.start - position), not i.decided), default=None)
            self._focus(kind, nearest.key if nearest else None)
            self.show_focus(reveal=True)
        self.changed.emit()

    def visit(self, step: int, undecided: bool) -> None:
        """Goes to the next (1) or previous (-1) item of the tab; looking for undecided ones, on to the other tab."""
        if self.tabs.currentIndex() == ACTORS:
            self.tabs.setCurrentIndex(CLAIMS)
        items = list(self._items())
        here = next((n for n, i in enumerate(items) if i.key == self.key), -1 if step > 0 else len(items))
        order = items[here + 1 :] if step > 0 else items[:here][::-1] if here > 0 else []
        if undecided:
            order = [i for i in order if not i.decided] or [i for i in items[::step] if not i.decided]
        if order:
            self.focus_on(self._kind_of(order[0]), order[0].key)
            return
        if not undecided:
            return
        sheet = self.desk.sheet if self.desk else None
        if sheet is None:
            return
        other: Iterable[Item[Any]] = sheet.mentions if self.tabs.currentIndex() == CLAIMS else sheet.claims
        rest = [i for i in other if not i.decided]
        if rest:
            self.focus_on(self._kind_of(rest[0]), rest[0].key)
        elif sheet.suggestions:
            self.said.emit("Everything here is decided. Ctrl ↵ finishes the article and opens the next.")
        else:
            self.said.emit("There are no suggestions to decide here.")

    @staticmethod
    def _kind_of(item: Item[Any]) -> str:
        return "mention" if isinstance(item.value, Mention) else "claim"

    # Steps

    def run(self, step: str) -> None:
        """Does a step; what cannot be saved is told, and nothing has changed then."""
        self._told(lambda: self.steps.run(step))

    def handles(self, step: str) -> bool:
        return self.steps.handles(step)

    def label(self, name: str) -> None:
        """Does the step of a label's key."""
        self._told(lambda: self.steps.label(name))

    def _choose_edge(self, edge: Edge) -> None:
        self.edge = edge
        self.show_focus()

    def _choose(self, field: str, value: str | None) -> None:
        self._told(lambda: self.steps.choose(field, value))

    def _told(self, step: Callable[[], object]) -> None:
        try:
            step()
        except ProjectError as error:
            dialogs.tell_error(self, str(error), "This was not saved")

    # Mouse

    def _row_menu(self, rows: ClaimList | EntityList, at: QPoint) -> None:
        """The menu of a row of the side: it comes into focus first."""
        index = rows.indexAt(at)
        if index.isValid():
            rows.chosen.emit(rows.model().items[index.row()].key)  # type: ignore[attr-defined]
            self.view.clear_selection()
            self._menu(rows.viewport().mapToGlobal(at))

    def _menu(self, at: QPoint) -> None:
        """What can be done with the selection, or with what is in focus."""
        if self.desk is None or self.desk.sheet is None:
            return
        under = self.view.viewport().mapFromGlobal(at)
        if self.view.selection() is None and self.view.viewport().rect().contains(under):
            self.view.click_item(under.toPointF())
        menu = QMenu(self)
        names: list[str | None]
        if self.view.selection() is not None:
            names = ["new_claim", None, "set_source", "set_cue", "set_content", None]
            names += ["add_source", "add_cue", "add_content", None, "copy"]
            labels = menu.addMenu("Entity")
            for label in self.desk.scheme.labels:
                action = labels.addAction(f"{label.title}\t{label.key}")
                action.triggered.connect(lambda checked=False, n=label.name: self.label(n))
        else:
            names = ["accept", "reject", "undecide", None, "set_actor"]
            if self.kind == "claim":
                names += ["no_source", "set_target", "edit_note"]
            else:
                labels = menu.addMenu("Label")
                for label in self.desk.scheme.labels:
                    action = labels.addAction(f"{label.title}\t{label.key}")
                    action.triggered.connect(lambda checked=False, n=label.name: self._relabel(n))
        for name in names:
            if name is None:
                menu.addSeparator()
                continue
            step = BY_NAME[name]
            action = menu.addAction(f"{step.text}\t{shown(step.keys[0])}" if step.keys else step.text)
            action.triggered.connect(lambda checked=False, n=name: self.run(n))
        menu.exec(at)

    def _relabel(self, name: str) -> None:
        self.side_list().setFocus()
        self.label(name)

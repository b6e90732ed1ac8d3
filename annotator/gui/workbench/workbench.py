"""The three panes at work: what they show, and what is in focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from annotator.core.annotation import Claim, Mention
from annotator.gui.stepping import STEPS, Step
from annotator.gui.theme import Theme
from annotator.gui.workbench.article_view import ArticleView
from annotator.gui.workbench.choosing import Choosing
from annotator.gui.workbench.claim_card import ClaimCard
from annotator.gui.workbench.claim_cards import ClaimList
from annotator.gui.workbench.edge import Edge, edges_of
from annotator.gui.workbench.entities import ActorList, EntityList
from annotator.gui.workbench.find_bar import FindBar
from annotator.gui.workbench.mouse_menu import MouseMenu
from annotator.gui.workbench.pane_frame import PaneFrame
from annotator.gui.workbench.queue import Queue
from annotator.gui.workbench.tabs import ACTORS, CLAIMS, ENTITIES
from annotator.labelling.labelled_article import Item, Key
from annotator.labelling.session import Notice, Session


class Workbench(QWidget):
    """Queue, article and side. `said` is a line for the bottom of the window, `changed` tells that titles and counts
    must be shown anew, `step_wanted` that a step was clicked, `answer_chosen` an attribute's value on the card,
    `edge_moved` that an edge was dragged to a code point."""

    said = Signal(str)
    step_wanted = Signal(object)
    answer_chosen = Signal(object, object)  # Attribute, answer
    edge_moved = Signal(object, int)
    learned = Signal()  # the project knows a word more
    scheme_changed = Signal()
    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.session: Session | None = None
        self._behind = False
        self.grouped = True  # whether entities stand in their list by whom they name
        self.choosing = Choosing(self)
        self.menu_steps: Callable[[str], list[Step]] = STEPS.at  # what the menus of the mouse offer at a place
        self.mouse = MouseMenu(self)
        self.queue = Queue(theme)
        self.view = ArticleView(theme)
        self.find_bar = FindBar(self.view)
        self.claims = ClaimList(theme)
        self.card = ClaimCard(theme, self.step_wanted.emit, self.answer_chosen.emit)
        self.claims.set_card(self.card)
        self.entities = EntityList(theme)
        self.actors = ActorList()
        self._no_focus()
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
        self.frame = PaneFrame((self.queue, self.view, self.side), self, theme)
        self.claims.claims.name_of = self.entities.entities.name_of = self.name_of
        self.view.item_clicked.connect(lambda kind, key: self.focus_on(kind, key, alone=True))
        self.view.edge_chosen.connect(self._choose_edge)
        self.view.edge_dragged.connect(self.edge_moved)
        self.view.menu_wanted.connect(self.mouse.menu)
        for rows in (self.claims, self.entities):
            rows.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.claims.customContextMenuRequested.connect(
            lambda at: self.mouse.row_menu(self.claims, at, lambda row: ("claim", self.claims.claims.items[row].key))
        )
        self.entities.customContextMenuRequested.connect(
            lambda at: self.mouse.row_menu(
                self.entities, at, lambda row: ("mention", self.entities.entities.groups[row].first.key)
            )
        )
        self.tabs.tabBarClicked.connect(lambda: self.side_list().setFocus())
        self.claims.picked.connect(lambda key: self.choosing.pick("claim", key))
        self.entities.picked.connect(lambda key: self.choosing.pick("mention", key))
        self.actors.doubleClicked.connect(lambda: self.step_wanted.emit(STEPS.one_at("actors")))
        self.tabs.currentChanged.connect(self._tab_changed)

    # Showing

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._behind:
            self._behind = False
            self._show_labelled()
            self.queue.reload()

    def _no_focus(self) -> None:
        self.kind = "claim"
        self.key: Key | None = None
        self.alone = False  # of a group, only this one is meant
        self.choosing.none()
        self.edge: Edge | None = None
        self._place: int | None = None  # of what is in focus, for when that has gone

    def show_session(self, session: Session | None) -> None:
        """Works on another project, or on none."""
        self.session = session
        self._no_focus()
        self.queue.show_session(session)
        if session is not None:
            session.listeners.append(self._notice)
        self._show_labelled()

    def set_theme(self, theme: Theme) -> None:
        self.view.set_theme(theme)
        for widget in (self.claims, self.entities, self.card, self.queue.list, self.frame):
            widget.theme = theme
            widget.update()
        self.claims.viewport().update()
        self.entities.viewport().update()
        self.queue.list.viewport().update()
        self.show_card()

    def _notice(self, notice: Notice) -> None:
        if self.session is not None and self.session.review is not None and not self.isVisible():
            self._behind = True  # the review shows it; here it is shown when it is looked at
            return
        if notice.kind == "article":
            self._no_focus()
            self._show_labelled()
            self._begin()
        elif notice.kind == "labels":
            self._follow(notice)
            self._show_labelled(reveal=True)
            self.queue.changed(notice.article)
        elif notice.kind == "suggestions":
            self.choosing.none()  # another layer has other numbers
            self._show_labelled()
            item = self.item()
            if item is None or item.value.start != self._place:
                self._begin(self._place)
        elif notice.kind == "scheme":
            self.scheme_changed.emit()
        elif notice.kind == "knowledge":
            self.learned.emit()
        elif notice.kind == "queue":
            self.queue.changed(notice.article)
        self.changed.emit()

    def _follow(self, notice: Notice) -> None:
        """After an undo or an edit of something else, what it touched comes into focus."""
        assert self.session is not None and self.session.labelled is not None
        there = [t for t in self.session.labelled.touched(notice.changes) if self.session.labelled.find(*t) is not None]
        if there and (self.kind, self.key) not in there and (len(there) <= 4 or self.entities.entities.one_name(there)):
            self._focus(*there[0])

    def _show_labelled(self, reveal: bool = False) -> None:
        labelled = self.session.labelled if self.session else None
        scheme = self.session.scheme if self.session else None
        self.entities.scheme = self.claims.scheme = scheme
        other = labelled is None or self.view.labelled is None or labelled.article.id != self.view.labelled.article.id
        self.view.show_labelled(labelled, scheme)
        if other:
            self.find_bar.again()
        text = labelled.article.text if labelled else ""
        self.claims.claims.show(labelled.claims if labelled else (), text)
        self.entities.entities.show(labelled.mentions if labelled else (), text, not self.grouped)
        if self.tabs.currentIndex() == ACTORS:
            self.actors.actors.show(labelled, self.name_of)
        self.queue.mark_open(labelled.article.id if labelled else None)
        if self.item() is None:
            self.key, self.edge = None, None
        self.show_focus(reveal)
        counts = (len(labelled.claims), len(labelled.mentions)) if labelled else (0, 0)
        self.tabs.setTabText(CLAIMS, f"Claims {counts[0]:,}")
        self.tabs.setTabText(ENTITIES, f"Entities {counts[1]:,}")

    def show_focus(self, reveal: bool = False) -> None:
        item = self.item()
        if item is not None and self.edge is not None and self.edge not in edges_of(item.value):
            self.edge = None
        self.view.alike = {one.key for one in self.acting()} if self.kind == "mention" else set()
        self.view.set_focus_item(self.kind, self.key, self.edge, reveal)
        self.entities.set_focus_key(self.key if self.kind == "mention" else None, self.alone)
        self.show_card(reveal)

    def show_card(self, reveal: bool = True) -> None:
        from annotator.labelling.edits import mode_is_unsure

        item = self.item()
        if self.session is None or self.session.labelled is None or item is None or self.kind != "claim":
            self.claims.open_claim(None)
            return
        labelled = self.session.labelled
        number = self.claims.claims.row_of(self.key) + 1
        claim = cast(Item[Claim], item)
        unpaired = mode_is_unsure(labelled, claim.value.content)
        place, model = f"{number} of {len(labelled.claims)}", self.session.suggested_by
        self.card.show_item(claim, labelled.article.text, self.name_of, place, model, unpaired)
        self.claims.open_claim(self.key, reveal)

    def _begin(self, near: int | None = None) -> None:
        """Puts the first undecided suggestion of a freshly opened article into focus, else the first claim; when what
        was in focus has gone, the one of its kind that is nearest to where it was."""
        labelled = self.session.labelled if self.session else None
        if labelled is None:
            return
        items: Sequence[Item[Mention] | Item[Claim]] = labelled.claims if self.kind == "claim" else labelled.mentions
        if near is not None and items:
            self.focus_on(self.kind, min(items, key=lambda i: abs(i.value.start - near)).key, take_focus=False)
            return
        first = next((i for i in labelled.claims if not i.decided), None)
        open_mention = next((i for i in labelled.mentions if not i.decided), None)
        if first is not None:
            self.focus_on("claim", first.key, take_focus=False)
        elif open_mention is not None:
            self.focus_on("mention", open_mention.key, take_focus=False)
        elif labelled.claims:
            self.focus_on("claim", labelled.claims[0].key, take_focus=False)

    def name_of(self, actor: int | None) -> str | None:
        return self.session.actor_name(actor) if self.session else None

    # Focus

    def item(self) -> Item[Mention] | Item[Claim] | None:
        """What is in focus."""
        if self.session is None or self.session.labelled is None or self.key is None:
            return None
        return self.session.labelled.find(self.kind, self.key)

    def acting(self) -> list[Item[Any]]:
        """What a key is about: all that is chosen, else what is in focus; of entities by name, all of that name."""
        if self.choosing.keys:
            return [one for row in self.rows() for one in row if one.key in self.choosing.keys]
        item = self.item()
        return [] if item is None else list(next((row for row in self.rows() if item in row), (item,)))

    def rows(self, tab: int | None = None) -> list[tuple[Item[Any], ...]]:
        """The rows of a tab (the one that is seen), each with the items it stands for; none for the tab of actors."""
        labelled = self.session.labelled if self.session else None
        tab = self.tabs.currentIndex() if tab is None else tab
        if labelled is None or tab == ACTORS:
            return []
        if tab == ENTITIES and self.grouped and not self.alone:
            return [group.items for group in self.entities.entities.groups]
        return [(item,) for item in (labelled.claims if tab == CLAIMS else labelled.mentions)]

    def _items(self, tab: int | None = None) -> list[Item[Any]]:
        """One item for each row: the first undecided one of several."""
        return [next((item for item in row if not item.decided), row[0]) for row in self.rows(tab)]

    def show_grouped(self, grouped: bool) -> None:
        """Shows entities by whom they name, or each place by itself."""
        self.grouped, self.alone = grouped, False
        self.choosing.none()
        labelled = self.session.labelled if self.session else None
        if labelled is not None:
            self.entities.entities.show(labelled.mentions, labelled.article.text, not grouped)
            self.show_focus(reveal=True)

    def go_on(self) -> None:
        """Goes to the next undecided item; where one place of a name was meant alone, to the next one of these."""
        group = self.entities.entities.group_of(self.key) if self.alone else None
        left = [item for item in group.items if not item.decided] if group is not None else []
        if left:
            here = self._place or 0
            following = next((item for item in left if item.value.start > here), left[0])
            self.focus_on("mention", following.key, alone=True)
        else:
            self.visit(1, True)

    def visit_within(self, step: int) -> bool:
        """Goes to one place of the name in focus alone, then to the next; False when there are no others."""
        group = self.entities.entities.group_of(self.key)
        if group is None or len(group.items) < 2:
            return False
        self.choosing.none()
        here = next(n for n, item in enumerate(group.items) if item.key == self.key)
        at = (here + step) % len(group.items) if self.alone else 0
        self.focus_on("mention", group.items[at].key, alone=True)
        return True

    def focus_on(self, kind: str, key: Key | None, take_focus: bool = True, alone: bool = False) -> None:
        """Puts an item into focus, shows it in the text and on its tab; `alone`, without the others of its name."""
        self._focus(kind, key)
        self.alone = alone and kind == "mention"
        self.show_focus(reveal=True)
        self.changed.emit()
        if take_focus and not self.view.hasFocus():
            self.side_list().setFocus()

    def _focus(self, kind: str, key: Key | None) -> None:
        if (kind, key) != (self.kind, self.key):
            self.edge = None
            self.choosing.none()
        self.kind, self.key, self.alone = kind, key, False
        item = self.item()
        self._place = item.value.start if item is not None else None
        wanted = CLAIMS if kind == "claim" else ENTITIES
        if self.tabs.currentIndex() != wanted:
            self.tabs.blockSignals(True)
            self.tabs.setCurrentIndex(wanted)
            self.tabs.blockSignals(False)

    def side_list(self) -> QWidget:
        return self.tabs.currentWidget()

    def _tab_changed(self, tab: int) -> None:
        labelled = self.session.labelled if self.session else None
        self.choosing.none()
        if tab == ACTORS:
            self.actors.actors.show(labelled, self.name_of)
            return
        kind = "claim" if tab == CLAIMS else "mention"
        if labelled is not None and self.kind != kind:
            position = item.value.start if (item := self.item()) else 0
            items = self._items()
            nearest = min(items, key=lambda i: (abs(i.value.start - position), not i.decided), default=None)
            self._focus(kind, nearest.key if nearest else None)
            self.show_focus(reveal=True)
        self.changed.emit()

    def visit(self, step: int, undecided: bool) -> None:
        """Goes to the next (1) or previous (-1) item of the tab, or so many further; looking for undecided ones, on to
        the other tab."""
        self.alone = False
        self.choosing.none()
        if self.tabs.currentIndex() == ACTORS:
            self.tabs.setCurrentIndex(CLAIMS)
        items = self._items()
        key = self.key
        if self.kind == "mention" and (group := self.entities.entities.group_of(key)) is not None:
            key = group.first.key
        here = next((n for n, i in enumerate(items) if i.key == key), -1 if step > 0 else len(items))
        order = items[here + 1 :] if step > 0 else items[:here][::-1] if here > 0 else []
        if undecided:
            order = [i for i in order if not i.decided] or [i for i in items[::step] if not i.decided]
        if undecided and not order:
            elsewhere = self._items(ENTITIES if self.tabs.currentIndex() == CLAIMS else CLAIMS)
            order = [i for i in elsewhere if not i.decided][:1]
        if order:
            there = order[min(abs(step), len(order)) - 1]
            self.focus_on(self._kind_of(there), there.key)
            return
        labelled = self.session.labelled if self.session else None
        if labelled is None or not undecided:
            return
        if labelled.suggestions:
            self.said.emit("Everything here is decided. Ctrl ↵ finishes the article and opens the next.")
        else:
            self.said.emit("There are no suggestions to decide here.")

    @staticmethod
    def _kind_of(item: Item[Any]) -> str:
        return "mention" if isinstance(item.value, Mention) else "claim"

    def show_scheme(self) -> None:
        """Shows another scheme: its labels, and what it asks of claims."""
        if self.session is not None:
            self.card.show_scheme(self.session.scheme, self.menu_steps)
            self.entities.scheme = self.session.scheme
            self.show_card(reveal=False)

    def _choose_edge(self, edge: Edge) -> None:
        self.edge = edge
        self.show_focus()

    def search(self) -> None:
        """Goes to the search of the queue."""
        self.queue.search.setFocus()
        self.queue.search.selectAll()

    def go_article(self, by: int) -> None:
        """Opens the article so many places further in the queue."""
        listed = self.queue.list.articles
        if self.session is None or not listed.ids:
            return
        here = listed.row_of(self.session.labelled.article.id if self.session.labelled else None)
        row = here + by if here >= 0 else 0
        if 0 <= row < len(listed.ids):
            self.queue.chosen.emit(listed.ids[row])

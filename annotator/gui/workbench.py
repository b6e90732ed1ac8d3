"""The three panes at work: what is in focus, and every step that changes or visits it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QSplitter, QTabWidget, QVBoxLayout, QWidget

from annotator import editing
from annotator.annotation import MODES, Claim, Edit, Mention, Slot
from annotator.desk import Desk, Notice
from annotator.gui import dialogs
from annotator.gui.article_view import ArticleView, Edge, edges_of
from annotator.gui.claim_card import STANCE_ORDER, ClaimCard
from annotator.gui.claim_cards import ClaimList
from annotator.gui.entities import ActorList, EntityList
from annotator.gui.queue import Queue
from annotator.gui.theme import Theme
from annotator.sheet import Item, Key
from annotator.store import ProjectError
from annotator.text import (
    Span,
    next_character,
    next_word_end,
    next_word_start,
    previous_character,
    previous_word_end,
    previous_word_start,
    word_at,
)

CLAIMS, ENTITIES, ACTORS = range(3)


class Workbench(QWidget):
    """Queue, article and side; `run(step)` does a step of `keys.STEPS` that concerns them.

    `said` is a line for the bottom of the window, `changed` tells that titles and counts must be shown anew.
    """

    said = Signal(str)
    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.desk: Desk | None = None
        self.kind = "claim"
        self.key: Key | None = None
        self.edge: Edge | None = None
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
        self.claims.claims.name_of = self.entities.entities.name_of = self._name_of
        self.view.item_clicked.connect(self.focus_on)
        self.view.edge_dragged.connect(self._dragged)
        self.view.menu_wanted.connect(self._menu)
        self.claims.chosen.connect(lambda key: self.focus_on("claim", key))
        self.entities.chosen.connect(lambda key: self.focus_on("mention", key))
        self.actors.doubleClicked.connect(lambda: self.run("rename_actor"))
        self.tabs.currentChanged.connect(self._tab_changed)
        self._steps: dict[str, Callable[[], object]] = self._all_steps()

    # Showing

    def show_desk(self, desk: Desk | None) -> None:
        """Works on another project, or on none."""
        self.desk = desk
        self.kind, self.key, self.edge = "claim", None, None
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
        self._show_card()

    def _notice(self, notice: Notice) -> None:
        if notice.kind == "article":
            self.kind, self.key, self.edge = "claim", None, None
            self._show_sheet()
            self._begin()
        elif notice.kind == "sheet":
            self._follow(notice)
            self._show_sheet()
            self.queue.changed(notice.article)
        elif notice.kind == "suggestions":
            self._show_sheet()
            if self.item() is None:
                self._begin()
        elif notice.kind == "queue":
            self.queue.changed(notice.article)
        self.changed.emit()

    def _follow(self, notice: Notice) -> None:
        """After an undo or an edit of something else, what it touched comes into focus."""
        assert self.desk is not None and self.desk.sheet is not None
        touched: list[tuple[str, Key]] = []
        for change in notice.changes:
            for value in (change.after, change.before):
                if isinstance(value, Mention | Claim):
                    kind = "mention" if isinstance(value, Mention) else "claim"
                    touched.append((kind, self.desk.sheet.key_of(value)))
                elif change.kind == "rejection" and value is not None:
                    touched.append((value.of, ("suggestion", value.origin.id)))  # type: ignore[union-attr]
        there = [t for t in touched if self.desk.sheet.find(*t) is not None]
        if there and (self.kind, self.key) not in there and len(there) <= 4:
            self._focus(*there[0])

    def _show_sheet(self) -> None:
        sheet = self.desk.sheet if self.desk else None
        scheme = self.desk.scheme if self.desk else None
        self.entities.scheme = scheme
        self.view.show_sheet(sheet, scheme)
        self.claims.claims.show(sheet)
        self.entities.entities.show(sheet)
        if self.tabs.currentIndex() == ACTORS:
            self.actors.actors.show(sheet, self._name_of)
        self.queue.mark_open(sheet.article.id if sheet else None)
        if self.item() is None:
            self.key, self.edge = None, None
        self._show_focus()
        counts = (len(sheet.claims), len(sheet.mentions)) if sheet else (0, 0)
        self.tabs.setTabText(CLAIMS, f"Claims {counts[0]:,}")
        self.tabs.setTabText(ENTITIES, f"Entities {counts[1]:,}")

    def _show_focus(self, reveal: bool = False) -> None:
        item = self.item()
        if item is not None and self.edge is not None and self.edge not in edges_of(item.value):
            self.edge = None
        self.view.set_focus_item(self.kind, self.key, self.edge, reveal)
        self.entities.set_focus_key(self.key if self.kind == "mention" else None)
        self._show_card(reveal)

    def _show_card(self, reveal: bool = True) -> None:
        item = self.item()
        if self.desk is None or self.desk.sheet is None or item is None or self.kind != "claim":
            self.claims.open_claim(None)
            return
        sheet = self.desk.sheet
        number = self.claims.claims.row_of(self.key) + 1
        claim = cast(Item[Claim], item)
        self.card.show_item(claim, sheet.article.text, self._name_of, f"{number} of {len(sheet.claims)}")
        self.claims.open_claim(self.key, reveal)

    def _begin(self) -> None:
        """Puts the first undecided suggestion of a freshly opened article into focus, else the first claim."""
        sheet = self.desk.sheet if self.desk else None
        if sheet is None:
            return
        first = next((i for i in sheet.claims if not i.decided), None)
        if first is not None:
            self.focus_on("claim", first.key, take_focus=False)
        elif sheet.claims:
            self.focus_on("claim", sheet.claims[0].key, take_focus=False)

    def _name_of(self, actor: int | None) -> str | None:
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
        self._show_focus(reveal=True)
        self.changed.emit()
        if take_focus and not self.view.hasFocus():
            self.side_list().setFocus()

    def _focus(self, kind: str, key: Key | None) -> None:
        if (kind, key) != (self.kind, self.key):
            self.edge = None
        self.kind, self.key = kind, key
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
            self.actors.actors.show(sheet, self._name_of)
            return
        kind = "claim" if tab == CLAIMS else "mention"
        if sheet is not None and self.kind != kind:
            position = item.value.start if (item := self.item()) else 0
            items: list[Item[Any]] = list(self._items())
            nearest = min(items, key=lambda i: (abs(i.value.start - position), not i.decided), default=None)
            self._focus(kind, nearest.key if nearest else None)
            self._show_focus(reveal=True)
        self.changed.emit()

    def _visit(self, step: int, undecided: bool) -> None:
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
        try:
            self._steps[step]()
        except ProjectError as error:
            dialogs.tell_error(self, str(error), "This was not saved")

    def handles(self, step: str) -> bool:
        return step in self._steps

    def _all_steps(self) -> dict[str, Callable[[], object]]:
        steps: dict[str, Callable[[], object]] = {
            "next_undecided": lambda: self._visit(1, True),
            "previous_undecided": lambda: self._visit(-1, True),
            "next_item": lambda: self._visit(1, False),
            "previous_item": lambda: self._visit(-1, False),
            "accept": self._accept,
            "reject": self._reject,
            "undecide": lambda: self._on_item(lambda i: editing.undecide(self._sheet(), i)),
            "accept_entities": self._accept_entities,
            "new_claim": self._new_claim,
            "no_source": lambda: self._on_claim(lambda i: editing.no_source(self._sheet(), i)),
            "set_actor": lambda: self._ask_actor("actor"),
            "set_target": lambda: self._ask_actor("target"),
            "next_mode": lambda: self._cycle("mode", MODES),
            "next_stance": lambda: self._cycle("stance", (*STANCE_ORDER, None)),
            "edit_note": self._note,
            "next_edge": self._next_edge,
            "edge_word_left": lambda: self._move_edge(-1, True),
            "edge_word_right": lambda: self._move_edge(1, True),
            "edge_left": lambda: self._move_edge(-1, False),
            "edge_right": lambda: self._move_edge(1, False),
            "remove_piece": self._remove_piece,
            "go_to_text": self._go_to_text,
            "go_to_side": self._go_to_side,
            "next_pane": self._next_pane,
            "show_claims": lambda: self._show_tab(CLAIMS),
            "show_entities": lambda: self._show_tab(ENTITIES),
            "show_actors": lambda: self._show_tab(ACTORS),
            "rename_actor": self._rename_actor,
            "larger": lambda: self.view.set_points(self.view.points + 1),
            "smaller": lambda: self.view.set_points(self.view.points - 1),
            "search": self._search,
            "next_article": lambda: self._go_article(1),
            "previous_article": lambda: self._go_article(-1),
            "finish_and_next": self._finish,
            "reopen_article": lambda: self._do(editing.reopen(self._sheet())),
            "undo": lambda: self._turn("undo"),
            "redo": lambda: self._turn("redo"),
            "copy": self.view.copy,
        }
        for slot in ("source", "cue", "content"):
            steps[f"set_{slot}"] = lambda s=slot: self._slot(s, editing.replace_slot)  # type: ignore[misc]
            steps[f"add_{slot}"] = lambda s=slot: self._slot(s, editing.add_piece)  # type: ignore[misc]
        return {name: self._with_article(name, step) for name, step in steps.items()}

    def _with_article(self, name: str, step: Callable[[], object]) -> Callable[[], object]:
        """A step that needs an article does nothing without one."""
        free = ("search", "undo", "redo", "larger", "smaller", "next_pane", "next_article", "previous_article")

        def run() -> None:
            if self.desk is not None and (self.desk.sheet is not None or name in free):
                step()

        return run

    def _sheet(self) -> Any:
        assert self.desk is not None and self.desk.sheet is not None
        return self.desk.sheet

    def _do(self, edit: Edit | None) -> bool:
        assert self.desk is not None
        return self.desk.do(edit)

    def _on_item(self, make: Callable[[Any], Edit | None]) -> bool:
        item = self.item()
        if item is None:
            self.said.emit("Choose a claim or an entity first (Tab goes to the next undecided one).")
            return False
        return self._do(make(item))

    def _on_claim(self, make: Callable[[Item[Claim]], Edit | None]) -> bool:
        item = self.item()
        if item is None or self.kind != "claim":
            self.said.emit("Choose a claim first (↑ and ↓ go through them), or make one of a selection with N.")
            return False
        return self._do(make(cast(Item[Claim], item)))

    def _accept(self) -> None:
        item: Item[Any] | None = self.item()
        if item is None:
            self._visit(1, True)
            return
        if item.state in ("suggested", "rejected"):
            self._do(editing.accept(self._sheet(), [item]))
        self._visit(1, True)

    def _reject(self) -> None:
        item: Item[Any] | None = self.item()
        if item is None:
            return
        was_open = item.state == "suggested"
        own = item.suggestion is None
        if own:
            self._visit(1, False)
        if self._do(editing.reject(self._sheet(), [item])) and was_open:
            self._visit(1, True)

    def _accept_entities(self) -> None:
        waiting = [i for i in self._sheet().mentions if i.state == "suggested"]
        if not self._do(editing.accept(self._sheet(), waiting)):
            self.said.emit("No open entities here.")

    def _selection(self) -> Span | None:
        """What is selected; in the text without a selection, the entity or word at the caret."""
        selected = self.view.selection()
        if selected is not None or not self.view.hasFocus():
            return selected
        caret = self.view.caret()
        for item in self._sheet().mentions:
            if item.shown and item.value.start <= caret <= item.value.end:
                return item.value.span
        return word_at(self._sheet().article.text, caret)

    def _new_claim(self) -> None:
        selected = self.view.selection()
        if selected is None:
            self.said.emit("Select what was said in the text first (V goes there), then press N.")
            return
        if self._do(editing.add_claim(self._sheet(), selected)):
            self.view.clear_selection()
            self.said.emit("New claim. Now select who says it and press S, and the cue with C; 0 means no source.")

    def _slot(self, slot: Slot, make: Callable[[Any, Any, Slot, Span], Edit | None]) -> None:
        selected = self._selection()
        if selected is None:
            self.said.emit(f"Select the {slot} in the text first (V goes there), then press the key again.")
            return
        if self._on_claim(lambda item: make(self._sheet(), item, slot, selected)):
            self.view.clear_selection()

    def label(self, name: str) -> None:
        """A label's key: for the selection, else for the entity in focus, else for the word at the caret."""
        try:
            selected = self.view.selection()
            if selected is None and self.kind == "mention" and (item := self.item()) and not self.view.hasFocus():
                mention = cast(Item[Mention], item)
                if mention.value.label == name and not mention.decided:
                    self._do(editing.accept(self._sheet(), [mention]))
                else:
                    self._do(editing.set_label(self._sheet(), mention, name))
                return
            span = self._selection() if self.desk and self.desk.sheet else None
            if span is None:
                self.said.emit("Select a name in the text first, or choose an entity on the Entities tab.")
            elif self._do(editing.add_mention(self._sheet(), span, name)):
                self.view.clear_selection()
        except ProjectError as error:
            dialogs.tell_error(self, str(error), "This was not saved")

    def _choose(self, field: str, value: str | None) -> None:
        """A value clicked on the card; clicking a stance again takes it away."""
        item: Item[Any] | None = self.item()
        if item is None or self.kind != "claim":
            return
        if field == "stance" and getattr(item.value, field) == value:
            value = None
        try:
            fields: dict[str, Any] = {field: value}
            self._do(editing.revise(self._sheet(), item, f"Set {field}", **fields))
        except ProjectError as error:
            dialogs.tell_error(self, str(error), "This was not saved")
        self._show_card(reveal=False)

    def _cycle(self, field: str, values: tuple[str | None, ...]) -> None:
        def edit(item: Item[Claim]) -> Edit | None:
            following = values[(values.index(getattr(item.value, field)) + 1) % len(values)]
            gone: dict[str, Any] = {field: following}
            return editing.revise(self._sheet(), item, f"Set {field}", **gone)

        self._on_claim(edit)

    def _note(self) -> None:
        item = self.item()
        if item is None or self.kind != "claim":
            return
        note = dialogs.ask_note(self, cast(Claim, item.value).note)
        if note is not None:
            self._on_claim(lambda i: editing.revise(self._sheet(), i, "Edit note", note=note))

    def _ask_actor(self, role: str) -> None:
        item = self.item()
        desk = self.desk
        if item is None or desk is None or (role == "target" and self.kind != "claim"):
            return
        sheet = self._sheet()
        here = [v.value.actor for v in (*sheet.claims, *sheet.mentions)] + [c.value.target for c in sheet.claims]
        names = list(dict.fromkeys(n for n in map(self._name_of, here) if n))
        current = self._name_of(getattr(item.value, role)) or ""
        title = "Who is it?" if role == "actor" else "Stance towards whom or what?"
        hint = "Type a name, or choose one with ↓. An empty name takes it away."
        matching = lambda part: [a.name for a in desk.actors_matching(part)]  # noqa: E731
        name = dialogs.ask_name(self, title, current, names, matching, hint)
        if name is not None:
            self._on_item(lambda i: editing.set_actor(sheet, i, name, desk.find_actor(name), role))  # type: ignore[arg-type]

    def _rename_actor(self) -> None:
        desk, item = self.desk, self.item()
        actor_id = self.actors.current() if self.tabs.currentIndex() == ACTORS else item.value.actor if item else None
        if desk is None or actor_id is None:
            self.said.emit("Choose a claim, an entity or an actor with a name first.")
            return
        actor = desk.actors[actor_id]
        hint = "The name everywhere in the project; the old one stays as an alias."
        name = dialogs.ask_name(self, "Rename actor", actor.name, [], lambda part: [], hint)
        if not name:
            return
        there = desk.find_actor(name)
        if there is not None and there.id != actor.id:
            self.said.emit(f"There is an actor called “{there.name}” already. Choose it with R where it is meant.")
            return
        self._do(editing.rename_actor(actor, name))

    # Edges

    def _next_edge(self) -> None:
        item = self.item()
        if item is None:
            return
        edges = edges_of(item.value)
        at = edges.index(self.edge) if self.edge in edges else -1
        self.edge = edges[(at + 1) % len(edges)] if edges else None
        self._show_focus(reveal=True)
        if self.edge is not None:
            what = f"{self.edge.side} of {self.edge.slot or 'entity'}"
            self.said.emit(f"⇧ ← and ⇧ → move the {what} by a word, with Ctrl by a character.")

    def _move_edge(self, direction: int, by_word: bool) -> None:
        item = self.item()
        if item is None:
            return
        edges = edges_of(item.value)
        if not edges:
            return
        self.edge = edge = self.edge if self.edge in edges else edges[0]
        at, text = edge.position(item.value), self._sheet().article.text
        if not by_word:
            to = next_character(text, at) if direction > 0 else previous_character(text, at)
        elif edge.side == "end":
            to = next_word_end(text, at) if direction > 0 else previous_word_end(text, at)
        else:
            to = next_word_start(text, at) if direction > 0 else previous_word_start(text, at)
        self._shift(item, edge, to)

    def _dragged(self, edge: Edge, to: int) -> None:
        item = self.item()
        if item is not None:
            self.edge = edge
            try:
                self._shift(item, edge, to)
            except ProjectError as error:
                dialogs.tell_error(self, str(error), "This was not saved")

    def _shift(self, item: Item[Any], edge: Edge, to: int) -> None:
        edit = editing.move_edge(self._sheet(), item, edge.side, to, edge.slot or "content", edge.piece)  # type: ignore[arg-type]
        if not self._do(edit):
            self.said.emit("The edge cannot go further: it would leave nothing, or run into the next piece.")
        self._show_focus(reveal=False)

    def _remove_piece(self) -> None:
        edge = self.edge
        if edge is None or edge.slot is None:
            self.said.emit("Choose an edge of the piece first (E), then take the piece out.")
            return
        slot = edge.slot
        self._on_claim(lambda item: editing.remove_piece(self._sheet(), item, slot, edge.piece))

    # Panes

    def _go_to_text(self) -> None:
        self.view.setFocus()
        item = self.item()
        if item is not None and self.view.selection() is None:
            self.view.place_caret(item.value.start)
        self.said.emit("Arrows move, ⇧ and arrows select (with Ctrl by words). Esc goes back to the claims.")

    def _go_to_side(self) -> None:
        self.view.clear_selection()
        self.edge = None
        self.side_list().setFocus()
        self._show_focus()

    def _next_pane(self) -> None:
        panes = [self.queue.list, self.view, self.side_list()]
        at = next((n for n, p in enumerate(panes) if p.hasFocus()), -1)
        panes[(at + 1) % len(panes)].setFocus()

    def _show_tab(self, tab: int) -> None:
        self.tabs.setCurrentIndex(tab)
        self.side_list().setFocus()

    def _search(self) -> None:
        self.queue.search.setFocus()
        self.queue.search.selectAll()

    # Articles

    def _go_article(self, step: int) -> None:
        ids = self.queue.list.articles.ids
        if self.desk is None or not ids:
            return
        here = self.queue.list.articles.row_of(self.desk.sheet.article.id if self.desk.sheet else None)
        row = here + step if here >= 0 else 0
        if 0 <= row < len(ids):
            self.queue.chosen.emit(ids[row])

    def _finish(self) -> None:
        assert self.desk is not None
        sheet = self._sheet()
        missing = [i for i in sheet.claims if i.shown and i.decided and not i.value.source and not i.value.implicit]
        self.desk.finish()
        following = self.desk.following(self.queue.list.articles.ids)
        if following is not None:
            self.queue.chosen.emit(following)
        else:
            self.said.emit("Finished. No article is left to do; Ctrl E exports the dataset.")
        if missing:
            self.said.emit(f"Finished, with {len(missing)} claims whose source is missing.")

    def _turn(self, which: str) -> None:
        assert self.desk is not None
        name = self.desk.undo() if which == "undo" else self.desk.redo()
        self.said.emit(f"{'Undone' if which == 'undo' else 'Redone'}: {name}" if name else f"Nothing to {which}.")

    # Mouse

    def _menu(self, at: QPoint) -> None:
        """What can be done with the selection, or with what is in focus."""
        if self.desk is None or self.desk.sheet is None:
            return
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
        from annotator.gui.keys import BY_NAME, shown

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

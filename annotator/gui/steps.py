"""Every step an editor can take on the article in work: what a key, a menu or a button of the workbench does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, cast

from annotator import editing, history
from annotator.annotation import MODES, Claim, Edit, Mention, Slot, leading_spans
from annotator.gui import dialogs
from annotator.gui.claim_card import STANCE_ORDER
from annotator.gui.history_dialog import HistoryDialog
from annotator.gui.sheet_drawing import Edge, edges_of
from annotator.knowledge import NO_NAME
from annotator.sheet import Item
from annotator.text import (
    Span,
    covered,
    next_character,
    next_clause,
    next_word_end,
    next_word_start,
    previous_character,
    previous_clause,
    previous_word_end,
    previous_word_start,
    whole_words,
    word_at,
)

if TYPE_CHECKING:
    from annotator.gui.workbench import Workbench

CLAIMS, ENTITIES, ACTORS = range(3)  # the tabs


class Steps:
    """The steps of a workbench by their names in `keys.STEPS`. What cannot be saved raises ProjectError."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._steps = self._all_steps()
        self._asked_to_finish: int | None = None  # the article with open suggestions that was to be finished

    def run(self, step: str) -> None:
        self._steps[step]()

    def handles(self, step: str) -> bool:
        return step in self._steps

    def _all_steps(self) -> dict[str, Callable[[], object]]:
        steps: dict[str, Callable[[], object]] = {
            "next_undecided": lambda: self.bench.visit(1, True),
            "previous_undecided": lambda: self.bench.visit(-1, True),
            "next_item": lambda: self.bench.visit(1, False),
            "previous_item": lambda: self.bench.visit(-1, False),
            "accept": self._accept,
            "reject": self._reject,
            "undecide": lambda: self._on_item(lambda i: editing.undecide(self._sheet(), i)),
            "remember": self._remember,
            "accept_entities": self._accept_entities,
            "new_claim": self._new_claim,
            "no_source": lambda: self._on_claim(lambda i: editing.no_source(self._sheet(), i)),
            "set_actor": lambda: self._ask_actor("actor"),
            "set_target": lambda: self._ask_actor("target"),
            "next_mode": lambda: self._cycle("mode", MODES),
            "next_stance": lambda: self._cycle("stance", (*STANCE_ORDER, None)),
            "edit_note": self._note,
            "show_history": self._history,
            "next_edge": self._next_edge,
            "edge_word_left": lambda: self._move_edge(-1, "word"),
            "edge_word_right": lambda: self._move_edge(1, "word"),
            "edge_clause_left": lambda: self._move_edge(-1, "clause"),
            "edge_clause_right": lambda: self._move_edge(1, "clause"),
            "edge_left": lambda: self._move_edge(-1, "character"),
            "edge_right": lambda: self._move_edge(1, "character"),
            "remove_piece": self._remove_piece,
            "go_to_text": self._go_to_text,
            "go_to_side": self._go_to_side,
            "next_pane": self._next_pane,
            "show_claims": lambda: self._show_tab(CLAIMS),
            "show_entities": lambda: self._show_tab(ENTITIES),
            "show_actors": lambda: self._show_tab(ACTORS),
            "rename_actor": self._rename_actor,
            "larger": lambda: self.bench.view.set_points(self.bench.view.points + 1),
            "smaller": lambda: self.bench.view.set_points(self.bench.view.points - 1),
            "search": self._search,
            "next_article": lambda: self._go_article(1),
            "previous_article": lambda: self._go_article(-1),
            "finish_and_next": self._finish,
            "reopen_article": lambda: self._do(editing.reopen(self._sheet())),
            "undo": lambda: self._turn("undo"),
            "redo": lambda: self._turn("redo"),
            "copy": self.bench.view.copy_selection,
        }
        for slot in ("source", "cue", "content"):
            steps[f"set_{slot}"] = lambda s=slot: self._slot(s, editing.replace_slot)  # type: ignore[misc]
            steps[f"add_{slot}"] = lambda s=slot: self._slot(s, editing.add_piece)  # type: ignore[misc]
        return {name: self._with_article(name, step) for name, step in steps.items()}

    def _with_article(self, name: str, step: Callable[[], object]) -> Callable[[], object]:
        """A step that needs an article does nothing without one."""
        free = ("search", "undo", "redo", "larger", "smaller", "next_pane", "next_article", "previous_article")

        def run() -> None:
            if self.bench.desk is not None and (self.bench.desk.sheet is not None or name in free):
                step()

        return run

    def _sheet(self) -> Any:
        assert self.bench.desk is not None and self.bench.desk.sheet is not None
        return self.bench.desk.sheet

    def _do(self, edit: Edit | None) -> bool:
        assert self.bench.desk is not None
        return self.bench.desk.do(edit)

    def _on_item(self, make: Callable[[Any], Edit | None]) -> bool:
        item = self.bench.item()
        if item is None:
            self.bench.said.emit("Choose a claim or an entity first (Tab goes to the next undecided one).")
            return False
        return self._do(make(item))

    def _on_claim(self, make: Callable[[Item[Claim]], Edit | None]) -> bool:
        item = self.bench.item()
        if item is None or self.bench.kind != "claim":
            self.bench.said.emit("Choose a claim first (↑ and ↓ go through them), or make one of a selection with N.")
            return False
        return self._do(make(cast(Item[Claim], item)))

    def _accept(self) -> None:
        item: Item[Any] | None = self.bench.item()
        if item is None:
            self.bench.visit(1, True)
            return
        if item.state in ("suggested", "rejected"):
            self._do(editing.accept(self._sheet(), [item]))
        self.bench.visit(1, True)

    def _reject(self) -> None:
        item: Item[Any] | None = self.bench.item()
        if item is None:
            return
        own = item.suggestion is None
        if own:
            self.bench.visit(1, False)
        if self._do(editing.reject(self._sheet(), [item])) and not own:
            self.bench.visit(1, True)

    def _remember(self) -> None:
        """The name or cue in focus goes into the project's dictionary: as it is, or as none when it is rejected."""
        item, desk = self.bench.item(), self.bench.desk
        if item is None or desk is None:
            self.bench.said.emit("Choose an entity or a claim first; its name or cue is then remembered.")
            return
        text = self._sheet().article.text
        if self.bench.kind == "mention":
            value = cast(Mention, item.value)
            words = covered(text, [value.span])
            label = value.label if item.shown else NO_NAME
            title = next((one.title for one in desk.scheme.labels if one.name == label), label)
            if not desk.can_remember(value.label):
                self.bench.said.emit(f"Only names can be remembered, and {title or value.label} is no label of names.")
                return
            desk.remember("name", words, label)
            said = f"“{words}” is {title if label else 'no name'} in this project from now on."
        else:
            pieces = cast(Claim, item.value).cue
            words = covered(text, pieces, " ")
            if len(pieces) > 1:
                self.bench.said.emit("A cue in several pieces cannot be remembered.")
                return
            if not words:
                self.bench.said.emit("This claim has no cue to remember.")
                return
            desk.remember("cue", words, item.shown)
            said = f"“{words}” {'is a cue' if item.shown else 'is no cue'} in this project from now on."
        self.bench.said.emit(f"{said} Ctrl Z takes that back; all of it is in Suggest, Project dictionary.")

    def _accept_entities(self) -> None:
        waiting = [i for i in self._sheet().mentions if i.state == "suggested"]
        if not self._do(editing.accept(self._sheet(), waiting)):
            self.bench.said.emit("No open entities here.")

    def _selection(self) -> Span | None:
        """What is selected; in the text without a selection, the entity or word at the caret."""
        selected = self.bench.view.selection()
        if selected is not None:
            return whole_words(self._sheet().article.text, selected)
        if not self.bench.view.hasFocus():
            return None
        caret = self.bench.view.caret()
        for item in self._sheet().mentions:
            if item.shown and item.value.start <= caret <= item.value.end:
                return item.value.span
        return word_at(self._sheet().article.text, caret)

    def _new_claim(self) -> None:
        selected = self.bench.view.selection()
        if selected is None:
            self.bench.said.emit("Select what was said in the text first (V goes there), then press N.")
            return
        selected = whole_words(self._sheet().article.text, selected)
        if self._do(editing.add_claim(self._sheet(), selected)):
            self.bench.view.clear_selection()
            self.bench.said.emit(
                "New claim. Now select who says it and press S, and the cue with C; 0 means no source."
            )

    def _slot(self, slot: Slot, make: Callable[[Any, Any, Slot, Span], Edit | None]) -> None:
        selected = self._selection()
        if selected is None:
            self._edge_of(slot)
            return
        if self._on_claim(lambda item: make(self._sheet(), item, slot, selected)):
            self.bench.view.clear_selection()

    def _edge_of(self, slot: Slot) -> None:
        """Without a selection a slot's key chooses its edges, one after the other, for the arrows to move."""
        item = self.bench.item()
        if item is None or self.bench.kind != "claim":
            self.bench.said.emit(f"Select the {slot} in the text first (V goes there), then press the key again.")
        elif not getattr(item.value, slot):
            self.bench.said.emit(f"There is no {slot} yet: select it in the text (V goes there), then press the key.")
        else:
            self._choose_edge([edge for edge in edges_of(item.value) if edge.slot == slot])

    def label(self, name: str) -> None:
        """A label's key: for the selection, else for the entity in focus, else for the word at the caret."""
        bench = self.bench
        if bench.desk is None or bench.desk.sheet is None:
            return
        item = bench.item()
        if (
            bench.view.selection() is None
            and bench.kind == "mention"
            and item is not None
            and not bench.view.hasFocus()
        ):
            mention = cast(Item[Mention], item)
            if mention.value.label == name and not mention.decided:
                self._do(editing.accept(self._sheet(), [mention]))
            else:
                self._do(editing.set_label(self._sheet(), mention, name))
            return
        span = self._selection()
        if span is None:
            bench.said.emit("Select a name in the text first, or choose an entity on the Entities tab.")
        elif self._do(editing.add_mention(self._sheet(), span, name)):
            bench.view.clear_selection()

    def choose(self, field: str, value: str | None) -> None:
        """A value clicked on the card; clicking a stance again takes it away."""
        item: Item[Any] | None = self.bench.item()
        if item is None or self.bench.kind != "claim":
            return
        if field == "stance" and getattr(item.value, field) == value:
            value = None
        fields: dict[str, Any] = {field: value}
        self._do(editing.revise(self._sheet(), item, f"Set {field}", **fields))
        self.bench.show_card(reveal=False)

    def _cycle(self, field: str, values: tuple[str | None, ...]) -> None:
        def edit(item: Item[Claim]) -> Edit | None:
            following = values[(values.index(getattr(item.value, field)) + 1) % len(values)]
            gone: dict[str, Any] = {field: following}
            return editing.revise(self._sheet(), item, f"Set {field}", **gone)

        self._on_claim(edit)

    def _note(self) -> None:
        item = self.bench.item()
        if item is None or self.bench.kind != "claim":
            return
        if item.state == "rejected":
            self.bench.said.emit("This claim is rejected; U makes it an open one again, for a note, too.")
            return
        note = dialogs.ask_note(self.bench, cast(Claim, item.value).note)
        if note is not None:
            self._on_claim(lambda i: editing.revise(self._sheet(), i, "Edit note", note=note))

    def _history(self) -> None:
        """The history of what is in focus, when it is decided; else of the article."""
        desk, item = self.bench.desk, self.bench.item()
        assert desk is not None
        sheet, entries = self._sheet(), desk.history()
        element = None
        title = sheet.article.heading
        if item is not None and item.decided and item.shown:
            element = (self.bench.kind, desk.author, item.value.id)
            entries = history.of_elements(entries, [element])
            title = f"“{covered(sheet.article.text, leading_spans(item.value))[:120]}”{self._origin(item)}"
        name_of = lambda actor: self.bench.name_of(actor) or "somebody"  # noqa: E731
        dialog = HistoryDialog(self.bench, title, entries, desk.names(), sheet.article.text, name_of, element)
        if dialogs.run(dialog) and dialog.chosen is not None:
            self._do(history.back_to(sheet.mine, dialog.chosen))

    def _origin(self, item: Item[Any]) -> str:
        assert self.bench.desk is not None
        if item.value.origin is None:
            return ""
        return f"   – from a suggestion of {self.bench.desk.model_of(item.value.origin.layer)}"

    def _ask_actor(self, role: str) -> None:
        item = self.bench.item()
        desk = self.bench.desk
        if item is None or desk is None or (role == "target" and self.bench.kind != "claim"):
            return
        sheet = self._sheet()
        here = [v.value.actor for v in (*sheet.claims, *sheet.mentions)] + [c.value.target for c in sheet.claims]
        names = list(dict.fromkeys(n for n in map(self.bench.name_of, here) if n))
        current = self.bench.name_of(getattr(item.value, role)) or ""
        title = "Who is it?" if role == "actor" else "Stance towards whom or what?"
        hint = "Type a name, or choose one with ↓. An empty name takes it away."
        matching = lambda part: [a.name for a in desk.actors_matching(part)]  # noqa: E731
        name = dialogs.ask_name(self.bench, title, current, names, matching, hint)
        if name is not None:
            self._on_item(lambda i: editing.set_actor(self._sheet(), i, name, desk.find_actor(name), role))  # type: ignore[arg-type]

    def _rename_actor(self) -> None:
        desk, item = self.bench.desk, self.bench.item()
        actor_id = (
            self.bench.actors.current()
            if self.bench.tabs.currentIndex() == ACTORS
            else item.value.actor
            if item
            else None
        )
        if desk is None or actor_id is None:
            self.bench.said.emit("Choose a claim, an entity or an actor with a name first.")
            return
        actor = desk.actors[actor_id]
        hint = "The name everywhere in the project; the old one stays as an alias."
        name = dialogs.ask_name(self.bench, "Rename actor", actor.name, [], lambda part: [], hint)
        if not name:
            return
        there = desk.find_actor(name)
        if there is not None and there.id != actor.id:
            question = f"There is an actor called “{there.name}” already. Are they the same?"
            more = (
                f"“{actor.name}” is then another name of “{there.name}”, everywhere in the project. Undo takes it back."
            )
            if dialogs.confirm(self.bench, question, more, "They are the same"):
                self._do(editing.merge_actors(actor, there))
            return
        self._do(editing.rename_actor(actor, name))

    # Edges

    def _next_edge(self) -> None:
        item = self.bench.item()
        if item is None:
            return
        self._choose_edge(edges_of(item.value))

    def _choose_edge(self, edges: list[Edge]) -> None:
        """The edge after the chosen one, of some."""
        at = edges.index(self.bench.edge) if self.bench.edge in edges else -1
        self.bench.edge = edges[(at + 1) % len(edges)] if edges else None
        self.bench.show_focus(reveal=True)
        if self.bench.edge is not None:
            what = f"{self.bench.edge.side} of {self.bench.edge.slot or 'entity'}"
            self.bench.side_list().setFocus()  # where the arrows move it
            self.bench.said.emit(
                f"⇧ ← and ⇧ → move the {what} by a word, ⇧ ↑ and ⇧ ↓ by a clause, with Ctrl by a character."
            )

    def _move_edge(self, direction: int, by: Literal["character", "word", "clause"]) -> None:
        item = self.bench.item()
        if item is None:
            return
        edges = edges_of(item.value)
        if not edges:
            return
        self.bench.edge = edge = self.bench.edge if self.bench.edge in edges else edges[0]
        at, text = edge.position(item.value), self._sheet().article.text
        if by == "clause":
            to = (next_clause if direction > 0 else previous_clause)(text, at, edge.side == "end")
        elif by == "character":
            to = next_character(text, at) if direction > 0 else previous_character(text, at)
        elif edge.side == "end":
            to = next_word_end(text, at) if direction > 0 else previous_word_end(text, at)
        else:
            to = next_word_start(text, at) if direction > 0 else previous_word_start(text, at)
        self._shift(item, edge, to)

    def drag(self, edge: Edge, to: int) -> None:
        """An edge was dragged to a code point."""
        item = self.bench.item()
        if item is not None:
            self.bench.edge = edge
            self._shift(item, edge, to)

    def _shift(self, item: Item[Any], edge: Edge, to: int) -> None:
        edit = editing.move_edge(self._sheet(), item, edge.side, to, edge.slot or "content", edge.piece)  # type: ignore[arg-type]
        if not self._do(edit):
            self.bench.said.emit("The edge cannot go further: it would leave nothing, or run into the next piece.")
        self.bench.show_focus(reveal=False)

    def _remove_piece(self) -> None:
        edge = self.bench.edge
        if edge is None or edge.slot is None:
            self.bench.said.emit("Choose an edge of the piece first (E), then take the piece out.")
            return
        slot = edge.slot
        self._on_claim(lambda item: editing.remove_piece(self._sheet(), item, slot, edge.piece))

    # Panes

    def _go_to_text(self) -> None:
        self.bench.view.setFocus()
        item = self.bench.item()
        if item is not None and self.bench.view.selection() is None:
            self.bench.view.place_caret(item.value.start)
        self.bench.said.emit("Arrows move, ⇧ and arrows select (with Ctrl by words). Esc goes back to the claims.")

    def _go_to_side(self) -> None:
        if self.bench.queue.search.hasFocus():
            self.bench.queue.search.clear()
        self.bench.view.clear_selection()
        self.bench.edge = None
        self.bench.side_list().setFocus()
        self.bench.show_focus(reveal=True)

    def _next_pane(self) -> None:
        panes = [self.bench.queue.list, self.bench.view, self.bench.side_list()]
        at = next((n for n, p in enumerate(panes) if p.hasFocus()), -1)
        panes[(at + 1) % len(panes)].setFocus()

    def _show_tab(self, tab: int) -> None:
        self.bench.tabs.setCurrentIndex(tab)
        self.bench.side_list().setFocus()

    def _search(self) -> None:
        self.bench.queue.search.setFocus()
        self.bench.queue.search.selectAll()

    # Articles

    def _go_article(self, step: int) -> None:
        ids = self.bench.queue.list.articles.ids
        if self.bench.desk is None or not ids:
            return
        here = self.bench.queue.list.articles.row_of(
            self.bench.desk.sheet.article.id if self.bench.desk.sheet else None
        )
        row = here + step if here >= 0 else 0
        if 0 <= row < len(ids):
            self.bench.queue.chosen.emit(ids[row])

    def _finish(self) -> None:
        assert self.bench.desk is not None
        sheet = self._sheet()
        left = sheet.suggestions - sheet.decided
        if left and sheet.mine.finished is None and self._asked_to_finish != sheet.article.id:
            self._asked_to_finish = sheet.article.id
            self.bench.said.emit(
                f"{left:,} suggestions are not decided yet and would be left out. Ctrl ↵ again finishes all the same."
            )
            return
        missing = [i for i in sheet.claims if i.shown and i.decided and not i.value.source and not i.value.implicit]
        self.bench.desk.finish()
        following = self.bench.desk.following(self.bench.queue.list.articles.ids)
        if following is not None:
            self.bench.queue.chosen.emit(following)
        else:
            self.bench.said.emit("Finished. No article is left to do; Ctrl E exports the dataset.")
        if missing:
            claims = "a claim" if len(missing) == 1 else f"{len(missing)} claims"
            self.bench.said.emit(f"Finished, with {claims} whose source is missing.")

    def _turn(self, which: str) -> None:
        assert self.bench.desk is not None
        name = self.bench.desk.undo() if which == "undo" else self.bench.desk.redo()
        self.bench.said.emit(f"{'Undone' if which == 'undo' else 'Redone'}: {name}" if name else f"Nothing to {which}.")

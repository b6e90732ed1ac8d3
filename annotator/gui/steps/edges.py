"""Steps on edges: choosing one, and moving it by a word, a clause or a character."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from annotator.gui.stepping import Place, labelling, step
from annotator.gui.steps.acting import article_of, bench_of, do, on_claim
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.gui.workbench.edge import Edge
    from annotator.labelling.labelled_article import Item


@step(
    "next_edge",
    "Next edge",
    "E",
    menu="Edges",
    hint="Choose the edge that the arrows move",
    when=labelling,
    places={"footer gold by hand": Place(4, "next edge")},
)
def next_edge(window: Window) -> None:
    from annotator.gui.workbench.edge import edges_of

    item = bench_of(window).item()
    if item is not None:
        choose(window, edges_of(item.value))


def choose(window: Window, edges: list[Edge]) -> None:
    """The edge after the chosen one, of some."""
    bench = bench_of(window)
    at = edges.index(bench.edge) if bench.edge in edges else -1
    bench.edge = edges[(at + 1) % len(edges)] if edges else None
    bench.show_focus(reveal=True)
    if bench.edge is not None:
        what = f"{bench.edge.side} of {_place(bench.edge, edges)}"
        bench.side_list().setFocus()  # where the arrows move it
        window.say(f"⇧ ← and ⇧ → move the {what} by a word, ⇧ ↑ and ⇧ ↓ by a clause, with Ctrl by a character.")


def _place(edge: Edge, edges: list[Edge]) -> str:
    """As "the content", or "the content, piece 2 of 3"."""
    pieces = {one.piece for one in edges if one.slot == edge.slot}
    many = f", piece {edge.piece + 1} of {len(pieces)}," if len(pieces) > 1 else ""
    return f"the {edge.slot or 'entity'}{many}"


By = Literal["character", "word", "clause"]
_MOVES: tuple[tuple[str, str, str, int, By], ...] = (
    ("edge_word_left", "Edge a word left", "Shift+Left", -1, "word"),
    ("edge_word_right", "Edge a word right", "Shift+Right", 1, "word"),
    ("edge_clause_left", "Edge a clause left", "Shift+Up", -1, "clause"),
    ("edge_clause_right", "Edge a clause right", "Shift+Down", 1, "clause"),
    ("edge_left", "Edge a character left", "Ctrl+Shift+Left", -1, "character"),
    ("edge_right", "Edge a character right", "Ctrl+Shift+Right", 1, "character"),
)


def _move(window: Window, direction: int, by: By) -> None:
    from annotator.core.text import (
        next_character,
        next_clause,
        next_word_end,
        next_word_start,
        previous_character,
        previous_clause,
        previous_word_end,
        previous_word_start,
    )
    from annotator.gui.workbench.edge import edges_of

    bench = bench_of(window)
    item = bench.item()
    edges = edges_of(item.value) if item is not None else []
    if item is None or not edges:
        return
    bench.edge = edge = bench.edge if bench.edge in edges else edges[0]
    at, text = edge.position(item.value), article_of(window).article.text
    if by == "clause":
        to = (next_clause if direction > 0 else previous_clause)(text, at, edge.side == "end")
    elif by == "character":
        to = next_character(text, at) if direction > 0 else previous_character(text, at)
    elif edge.side == "end":
        to = next_word_end(text, at) if direction > 0 else previous_word_end(text, at)
    else:
        to = next_word_start(text, at) if direction > 0 else previous_word_start(text, at)
    _shift(window, item, edge, to)


for _name, _text, _key, _direction, _by in _MOVES:
    _places = {"footer side": Place(4, "move edge", "⇧ ← →"), "footer gold by hand": Place(5, "move edge", "⇧ ← →")}
    step(
        _name,
        _text,
        _key,
        menu="Edges",
        pane="side",
        when=labelling,
        apart=_direction < 0 and _by == "word",
        places=_places if _direction > 0 and _by == "word" else {},
    )(partial(_move, direction=_direction, by=_by))


def drag(window: Window, edge: Edge, to: int) -> None:
    """An edge was dragged to a code point."""
    bench = bench_of(window)
    item = bench.item()
    if item is not None:
        bench.edge = edge
        _shift(window, item, edge, to)


def _shift(window: Window, item: Item[Any], edge: Edge, to: int) -> None:
    from annotator.labelling import edits

    edit = edits.move_edge(article_of(window), item, edge.side, to, edge.slot or "content", edge.piece)
    if not do(window, edit):
        window.say("The edge cannot go further: it would leave nothing, or run into the next piece.")
    bench_of(window).show_focus(reveal=False)


@step(
    "remove_piece",
    "Remove this piece",
    "Shift+X",
    menu="Edges",
    hint="Takes the chosen piece out of the claim",
    when=labelling,
    apart=True,
)
def remove_piece(window: Window) -> None:
    from annotator.labelling import edits

    edge = bench_of(window).edge
    if edge is None or edge.slot is None:
        window.say("Choose an edge of the piece first (E), then take the piece out.")
        return
    slot = edge.slot
    on_claim(window, lambda item: edits.remove_piece(article_of(window), item, slot, edge.piece))

"""Edges of what is in focus: which there are, in which order, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.core.annotation import Claim, Mention, Slot
from annotator.labelling.edits import Side


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of what is in focus: of a mention (`slot` is None), or of a piece of a claim's slot."""

    slot: Slot | None
    piece: int
    side: Side

    def position(self, value: Mention | Claim) -> int:
        span = value.span if isinstance(value, Mention) else getattr(value, self.slot or "content")[self.piece]
        return int(span[0] if self.side == "start" else span[1])


def edges_of(value: Mention | Claim) -> list[Edge]:
    """The edges in the order in which they are gone through: the last edge of the content first."""
    sides: tuple[Side, ...] = ("end", "start")
    if isinstance(value, Mention):
        return [Edge(None, 0, side) for side in sides]
    order: tuple[Slot, ...] = ("content", "source", "cue")
    return [Edge(slot, piece, side) for slot in order for piece in range(len(getattr(value, slot))) for side in sides]

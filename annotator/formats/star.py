"""A record as spans and links, as most tools have it. A claim is a star: an anchor, and a link from it to each other
piece, called by the piece's slot.

The anchor is the first piece of the cue, else of the content, else of the source. What else is said of a claim (mode,
actor, stance …) stands at its anchor, what is said of an entity at its span.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.core.annotation import SLOTS
from annotator.core.record import Record
from annotator.formats.losses import is_said, leaving

ANCHORS = ("cue", "content", "source")  # where a claim is tied together: the first of these that it has
LABELS: Mapping[str, str] = {"Source": "source", "Cue": "cue", "Content": "content"}
LABEL_OF = {slot: label for label, slot in LABELS.items()}
FACTS = ("mode", "actor", "stance", "target", "note", "implicit", "score", "attributes")
# An entity whose label is that of a slot would come back as a claim.
SLOT_LABEL = leaving(
    "mentions",
    "an entity whose label is “Source”, “Cue” or “Content”, as pieces of claims have them",
    lambda record, mention: mention["label"] if mention["label"] in LABELS else None,
)
BODY = ("text", "mentions", "claims")  # of a record; all else is about it


@dataclass(frozen=True, slots=True)
class Node:
    """A span with its label; `facts` are what is said of what it is or anchors, `claim` the number of the claim that it
    is a piece of."""

    start: int
    end: int
    label: str
    facts: Record = field(default_factory=dict)
    claim: int | None = None


Link = tuple[int, int, str]  # from the node of this number, to that, and what the link is called


def pieces(claim: Record) -> list[tuple[str, int, int]]:
    """The pieces of a claim as (slot, start, end): its anchor first, then in the order of the slots and the text."""
    found = [(slot, start, end) for slot in SLOTS for start, end in claim.get(slot) or ()]
    anchor = next((slot for slot in ANCHORS if claim.get(slot)), None)
    if anchor is None:
        return []
    first = next(piece for piece in found if piece[0] == anchor)
    found.remove(first)
    return [first, *found]


def facts(item: Record) -> Record:
    """What is said of a claim or an entity beside its words; nothing that is empty."""
    return {name: item[name] for name in FACTS if is_said(item.get(name))}


def about(record: Record) -> Record:
    """All of a record but its text and its labels."""
    return {name: value for name, value in record.items() if name not in BODY}


def nodes_of(record: Record) -> tuple[list[Node], list[Link]]:
    """The entities of a record, then the pieces of its claims, and what ties these."""
    nodes = [Node(m["start"], m["end"], m["label"], facts(m)) for m in record["mentions"]]
    links: list[Link] = []
    for number, claim in enumerate(record["claims"]):
        anchor = len(nodes)
        for at, (slot, start, end) in enumerate(pieces(claim)):
            nodes.append(Node(start, end, LABEL_OF[slot], facts(claim) if at == 0 else {}, number))
            if at:
                links.append((anchor, len(nodes) - 1, slot))
    return nodes, links


def labels_of(nodes: Iterable[Node], links: Iterable[Link]) -> tuple[Record, Counter[str]]:
    """`mentions` and `claims` of nodes and what ties them; and the links that tie no claim together, by what they are
    called."""
    nodes = list(nodes)
    untied: Counter[str] = Counter()
    tied: dict[int, list[int]] = {}
    reached = set()
    for head, tail, role in links:
        if head != tail and nodes[head].label in LABELS and LABELS.get(nodes[tail].label) == role.lower():
            tied.setdefault(head, []).append(tail)
            reached.add(tail)
        else:
            untied[role] += 1
    mentions, claims = [], []
    for number, node in enumerate(nodes):
        if node.label not in LABELS:
            mentions.append({"start": node.start, "end": node.end, "label": node.label} | node.facts)
        elif number not in reached or number in tied:
            claim: dict[str, Any] = {slot: [] for slot in SLOTS}
            for one in (node, *(nodes[other] for other in tied.get(number, ()))):
                claim[LABELS[one.label]].append([one.start, one.end])
            claims.append({slot: _apart(claim[slot]) for slot in SLOTS} | node.facts)
    return {"mentions": mentions, "claims": claims}, untied


def _apart(spans: list[list[int]]) -> list[list[int]]:
    """Pieces in text order, those that overlap made one."""
    made: list[list[int]] = []
    for start, end in sorted(spans):
        if made and start < made[-1][1]:
            made[-1][1] = max(end, made[-1][1])
        else:
            made.append([start, end])
    return made


def said_of(data: Any, names: Iterable[str] = FACTS) -> Record:
    """What a file of ours says of something, as far as it is an object; what it says is checked with the record."""
    return {name: data[name] for name in names if name in data} if isinstance(data, dict) else {}


def named(counts: Mapping[str, int], what: str) -> list[str]:
    """What stays out, a line for each kind."""
    return [f"{number:,} × {what} ({kind}): not read" for kind, number in sorted(counts.items())]

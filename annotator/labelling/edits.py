"""The edits an editor can make, as pure functions from what lies that is open to an `Edit`.

Each returns None when there is nothing to change. To change a suggestion is to accept it changed; to change a rejected
one takes the rejection back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

from annotator.core.annotation import (
    ANSWERS,
    SLOTS,
    Actor,
    Answer,
    Answers,
    Change,
    Claim,
    Edit,
    Layer,
    Mention,
    Mode,
    Rejection,
    Slot,
    new_id,
    with_answer,
)
from annotator.core.compare import without
from annotator.core.identity import actor_id
from annotator.core.quotations import is_unsure, pair, spoken_within
from annotator.core.scheme import Attribute
from annotator.core.text import Span, Spans, normalized, trimmed
from annotator.labelling.labelled_article import Item, LabelledArticle, V

Side = Literal["start", "end"]


def accept(labelled: LabelledArticle, items: Sequence[Item[V]]) -> Edit | None:
    """Takes suggestions as they are; on a rejected one, takes the rejection back."""
    wanted = [i for i in items if i.state in ("suggested", "rejected")]
    changes = [c for item in wanted for c in _become(labelled, item, item.value)]
    return _edit("Accept", wanted, changes)


def reject(labelled: LabelledArticle, items: Sequence[Item[V]]) -> Edit | None:
    """Decides against suggestions, also ones accepted before; what the editor made is deleted."""
    changes: list[Change] = []
    wanted = [i for i in items if i.state != "rejected"]
    for item in wanted:
        kind = _kind(item)
        if item.state != "suggested":
            changes.append(Change(kind, item.value.id, item.value, None))
        origin = labelled.origin(item)
        if item.suggestion is not None and origin is not None:
            new = Rejection(new_id(), kind, origin)
            changes.append(Change("rejection", new.id, None, new))
    return _edit("Delete" if wanted and all(i.suggestion is None for i in wanted) else "Reject", wanted, changes)


def undecide(labelled: LabelledArticle, items: Sequence[Item[V]]) -> Edit | None:
    """Makes decided suggestions open ones again."""
    wanted = [i for i in items if i.suggestion is not None and i.state != "suggested"]
    changes = []
    for item in wanted:
        rejection = labelled.rejection_of(item)
        if rejection is not None:
            changes.append(Change("rejection", rejection.id, rejection, None))
        else:
            changes.append(Change(_kind(item), item.value.id, item.value, None))
    return _edit("Reopen", wanted, changes)


def decide(labelled: LabelledArticle, taken: Sequence[Item[V]], refused: Sequence[Item[V]]) -> Edit | None:
    """Accepts some suggestions and rejects others, as one edit."""
    each = [edit for edit in (accept(labelled, taken), reject(labelled, refused)) if edit is not None]
    changes = tuple(change for edit in each for change in edit.changes)
    return Edit(" and ".join(edit.action.lower() for edit in each).capitalize(), changes) if each else None


def revise(
    labelled: LabelledArticle, item: Item[V], action: str, actors: Iterable[Change] = (), **fields: Any
) -> Edit | None:
    """Gives an item other values in some fields. `actors` are changes of actors that go with it."""
    return _revised(labelled, [item], action, lambda value: replace(value, **fields), actors)


def set_answer(
    labelled: LabelledArticle, items: Sequence[Item[V]], attribute: Attribute, answer: Answer | None
) -> Edit | None:
    """Answers an attribute of claims or entities; None, or the default, takes the answer away."""

    def answered(value: V) -> V:
        made: V = with_answer(value, attribute.name, _kept(attribute, answer))
        if attribute.name == "stance" and isinstance(made, Claim) and made.stance is None:
            return replace(made, target=None)  # a stance that is none is towards nobody
        return made

    return _revised(labelled, items, f"Set {attribute.title.lower()}", answered)


def answer_article(labelled: LabelledArticle, attribute: Attribute, answer: Answer | None) -> Edit | None:
    """Answers an attribute of the article as a whole."""
    before = labelled.mine.answers.get(ANSWERS)
    after: Answers | None = with_answer(before or Answers(ANSWERS), attribute.name, _kept(attribute, answer))
    if after is not None and not after.attributes:
        after = None
    if after == before:
        return None
    return Edit(f"Set {attribute.title.lower()}", (Change("answers", ANSWERS, before, after),))


def _kept(attribute: Attribute, answer: Answer | None) -> Answer | None:
    """An answer as it is kept: what says no more than the default is left out, but where a column of its own has it."""
    if answer == () or (answer == attribute.default and attribute.name not in ("mode", "stance")):
        return None
    return answer


def set_label(labelled: LabelledArticle, items: Sequence[Item[Mention]], label: str, title: str = "") -> Edit | None:
    """Gives entities a label, and accepts those that have it; `title` is what people call it."""
    return _revised(labelled, items, f"Label {title or label}", lambda value: replace(value, label=label), take=True)


def add_mention(labelled: LabelledArticle, span: Span, label: str, title: str = "") -> Edit | None:
    """A mention of the selected text; the label of one that stands there already is changed instead."""
    span = trimmed(labelled.article.text, span)
    if span[0] >= span[1]:
        return None
    for item in labelled.mentions:
        if item.value.span == span:
            return set_label(labelled, [item], label, title)
    new = Mention(new_id(), *span, label)
    return Edit("Add entity", (Change("mention", new.id, None, new),))


def add_claim(labelled: LabelledArticle, content: Span) -> Edit | None:
    """A claim with the selected text as its content, and the mode its quotation marks say."""
    content = trimmed(labelled.article.text, content)
    if content[0] >= content[1]:
        return None
    new = Claim(new_id(), content=(content,), mode=mode_of(labelled, (content,)))
    return Edit("Add claim", (Change("claim", new.id, None, new),))


def add_claim_by(labelled: LabelledArticle, cue: Span) -> Edit | None:
    """A claim with the selected text as its cue, and nothing else yet."""
    cue = trimmed(labelled.article.text, cue)
    if cue[0] >= cue[1]:
        return None
    new = Claim(new_id(), cue=(cue,))
    return Edit("Add claim", (Change("claim", new.id, None, new),))


def fill(
    labelled: LabelledArticle,
    item: Item[Claim],
    cue: Spans,
    source: Spans,
    content: Spans,
    name: str,
    known: Actor | None,
) -> Edit | None:
    """Gives a claim that has only its cue what a model finds said by it, and by whom: `known`, or a new actor called
    `name`, if anybody. None for a claim that is not as `add_claim_by` made it: an editor goes before any model."""
    if not content or item.value != Claim(item.value.id, cue=cue):
        return None
    changes, actor = _referred(name, known) if name.strip() else ((), item.value.actor)
    mode = mode_of(labelled, content)
    return revise(labelled, item, "Fill claim in", changes, source=source, content=content, mode=mode, actor=actor)


def mode_of(labelled: LabelledArticle, content: Spans) -> Mode:
    """The mode that the article's quotation marks give a content."""
    return spoken_within(labelled.article.text, content, _paired(labelled.article.text).spans)  # type: ignore[return-value]


def mode_is_unsure(labelled: LabelledArticle, content: Spans) -> bool:
    """Whether the quotation marks around a content cannot be paired, so that its mode is to be looked at."""
    return is_unsure(content, _paired(labelled.article.text).unpaired)


# Asked at each claim that comes into focus; an article of 100,000 words takes 14 ms.
_paired = lru_cache(maxsize=2)(pair)


def set_slot(
    labelled: LabelledArticle, item: Item[Claim], slot: Slot, spans: Iterable[Span], action: str
) -> Edit | None:
    """Gives a slot other pieces. The mode follows the content as long as it is what the quotation marks say."""
    pieces = normalized(trimmed(labelled.article.text, s) for s in spans)
    gained = without(pieces, getattr(item.value, slot))
    fields: dict[str, Any] = {slot: pieces} | pushed(labelled.article.text, item.value, slot, gained)
    if slot == "source" and pieces:
        fields["implicit"] = False
    if "content" in fields and item.value.mode == mode_of(labelled, item.value.content):
        fields["mode"] = mode_of(labelled, fields["content"])
    return revise(labelled, item, action, **fields)


def replace_slot(labelled: LabelledArticle, item: Item[Claim], slot: Slot, span: Span) -> Edit | None:
    """Puts the selected text in place of what the slot holds."""
    span = trimmed(labelled.article.text, span)
    return set_slot(labelled, item, slot, [span], f"Set {slot}") if span[0] < span[1] else None


def add_piece(labelled: LabelledArticle, item: Item[Claim], slot: Slot, span: Span) -> Edit | None:
    """Adds the selected text to the slot as a further piece."""
    return set_slot(labelled, item, slot, [*getattr(item.value, slot), span], f"Add to {slot}")


def remove_piece(labelled: LabelledArticle, item: Item[Claim], slot: Slot, piece: int) -> Edit | None:
    """Takes a piece (counted from 0) out of the slot."""
    spans = list(getattr(item.value, slot))
    if not 0 <= piece < len(spans):
        return None
    del spans[piece]
    return set_slot(labelled, item, slot, spans, f"Remove from {slot}")


def no_source(labelled: LabelledArticle, item: Item[Claim]) -> Edit | None:
    """Says that the text gives no source for the claim."""
    return revise(labelled, item, "No source", source=(), actor=None, implicit=True)


def move_edge(
    labelled: LabelledArticle, item: Item[V], side: Side, to: int, slot: Slot = "content", piece: int = 0
) -> Edit | None:
    """Moves an edge of a mention or of a claim's piece; not beyond its other edge or the neighbouring piece. What it
    takes in of the claim's other slots is theirs no longer, unless nothing would be left of one."""
    value = item.value
    length = len(labelled.article.text)
    if isinstance(value, Mention):
        start, end = (to, value.end) if side == "start" else (value.start, to)
        return revise(labelled, item, "Move edge", start=start, end=end) if 0 <= start < end <= length else None
    spans = list(getattr(value, slot))
    if not 0 <= piece < len(spans):
        return None
    low = spans[piece - 1][1] if piece else 0
    high = spans[piece + 1][0] if piece + 1 < len(spans) else length
    start, end = (to, spans[piece][1]) if side == "start" else (spans[piece][0], to)
    if not low <= start < end <= high:
        return None
    gained = without(((start, end),), (spans[piece],))
    spans[piece] = (start, end)
    fields: dict[str, Any] = {slot: tuple(spans)} | pushed(labelled.article.text, value, slot, gained)
    if "content" in fields and value.mode == mode_of(labelled, value.content):
        fields["mode"] = mode_of(labelled, fields["content"])
    return revise(labelled, item, f"Move edge of {slot}", **fields)


def pushed(text: str, claim: Claim, slot: Slot, gained: Iterable[Span]) -> dict[str, Spans]:
    """What is left of a claim's other slots when one of them gains text that was theirs."""
    found: dict[str, Spans] = {}
    for other in SLOTS:
        held = getattr(claim, other)
        left = without(held, tuple(gained)) if other != slot else list(held)
        rest = tuple(span for piece in left if (span := trimmed(text, piece))[0] < span[1])
        if rest and left != list(held):
            found[other] = rest
    return found


def set_actor(
    labelled: LabelledArticle,
    items: Sequence[Item[V]],
    name: str,
    known: Actor | None,
    role: Literal["actor", "target"] = "actor",
) -> Edit | None:
    """Says whom items refer to, or what their stance is towards: `known`, or a new actor called `name`; an empty name
    takes it away."""
    referred: tuple[Change, ...] = ()
    actor: int | None = None
    if name.strip():
        referred, actor = _referred(name, known)
    fields: dict[str, Any] = {role: actor}
    verb = f"{'Remove' if actor is None else 'Set'} {role}"
    return _revised(labelled, items, verb, lambda value: replace(value, **fields), referred)


def _referred(name: str, known: Actor | None) -> tuple[tuple[Change, ...], int]:
    """An actor's id, with the change that makes a new one of this name where none is known."""
    if known is not None:
        return (), known.id
    made = Actor(actor_id(name), " ".join(name.split()))
    return (Change("actor", made.id, None, made),), made.id


def rename_actor(actor: Actor, name: str) -> Edit | None:
    """Calls an actor by another name; the name it had stays as an alias."""
    name = " ".join(name.split())
    if not name or name == actor.name:
        return None
    aliases = tuple(a for a in dict.fromkeys((*actor.aliases, actor.name)) if a != name)
    return Edit("Rename actor", (Change("actor", actor.id, actor, replace(actor, name=name, aliases=aliases)),))


def merge_actors(actor: Actor, into: Actor) -> Edit | None:
    """Says that an actor is another name of a second one."""
    if actor.id == into.id:
        return None
    return Edit("Merge actors", (Change("actor", actor.id, actor, replace(actor, same_as=into.id)),))


def finish(labelled: LabelledArticle) -> Edit | None:
    """Marks the article as finished."""
    if labelled.mine.finished is not None:
        return None
    return Edit("Finish article", (Change("finished", 0, None, round(time.time(), 3)),))


def reopen(layer: Layer) -> Edit | None:
    """Takes a layer's mark of being finished away."""
    if layer.finished is None:
        return None
    return Edit("Reopen article", (Change("finished", 0, layer.finished, None),))


def _revised(
    labelled: LabelledArticle,
    items: Sequence[Item[V]],
    action: str,
    other: Callable[[V], V],
    before: Iterable[Change] = (),
    take: bool = False,
) -> Edit | None:
    """Gives items other values. Those that stay what they are are left as they are, or with `take` accepted; changes of
    `before` go with it."""
    waiting = ("suggested", "rejected") if take else ()
    wanted: list[tuple[Item[V], V]] = []
    for item in items:
        value: V = other(item.value)
        if value != item.value or item.state in waiting:
            wanted.append((item, value))
    if not wanted:
        return None
    many = f", {_counted([item for item, _ in wanted])}" if len(wanted) > 1 else ""
    changes: list[Change] = []
    for item, value in wanted:
        changes += _become(labelled, item, value)
    return Edit(f"{action}{many}", (*before, *changes))


def _become(labelled: LabelledArticle, item: Item[V], value: V) -> list[Change]:
    """The changes that make `value` the editor's version of the item."""
    kind = _kind(item)
    if item.state in ("accepted", "changed", "made"):
        return [Change(kind, item.value.id, item.value, value)]
    changes: list[Change] = []
    rejection = labelled.rejection_of(item)
    if rejection is not None:
        changes.append(Change("rejection", rejection.id, rejection, None))
    copy = replace(value, id=new_id(), score=None, origin=labelled.origin(item))
    return [*changes, Change(kind, copy.id, None, copy)]


def _kind(item: Item[V]) -> Literal["mention", "claim"]:
    return "mention" if isinstance(item.value, Mention) else "claim"


def _edit(verb: str, items: Sequence[Item[V]], changes: Sequence[Change]) -> Edit | None:
    if not items or not changes:
        return None
    return Edit(f"{verb} {_counted(items)}", tuple(changes))


def _counted(items: Sequence[Item[V]]) -> str:
    """As "claim" or "3 entities"."""
    one, several = ("entity", "entities") if _kind(items[0]) == "mention" else ("claim", "claims")
    return one if len(items) == 1 else f"{len(items)} {several}"

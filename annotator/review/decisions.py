"""Every decision of an adjudicator on a difference, as an edit of gold: by hand, or by a rule for what is trivial."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from annotator.core.annotation import ANSWERS, Answers, Change, Decision, Edit, Version, new_id, slot_value
from annotator.core.annotation import kind_of as annotated
from annotator.core.compare import FOUND, Group
from annotator.review.adjudication import NOTHING, Place, Question, Review, Value, decision_on, plain, stored, with_slot

AGREED, EDGES, MAJORITY = "all agree", "signs at edges: the longer", "majority"


class _Draft:
    """Decisions being made, as one edit in the end."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.values: dict[Place, Value | None] = {}
        self.decisions: dict[tuple[Place, str], Decision] = {}

    def value(self, place: Place) -> Any:
        return self.values[place] if place in self.values else self.review.elements.get(place)

    def put(self, place: Place, value: Any) -> None:
        before = self.review.elements.get(place)
        if isinstance(value, Answers):
            self.values[place] = plain(value, ANSWERS)  # an article has one of them
            return
        gold_id = before.id if before is not None else (self.values.get(place) or value).id or new_id()
        if before is None and place not in self.values and self._taken(value, gold_id):
            gold_id = new_id()  # another editor's element of this id is gold already
        self.values[place] = plain(value, gold_id)

    def _taken(self, value: Value, number: int) -> bool:
        gold = self.review.gold.of_kind(annotated(value))
        return number in gold or any(v is not None and v.id == number for v in self.values.values())

    def decide(self, place: Place, slot: str, choice: int | None, rule: str = "") -> None:
        group = self.review.groups[place]
        before = decision_on(self.review.decisions, group, place[0], slot)
        value = self.value(place)
        versions = tuple(Version(a, v.id, stored(v, slot)) for a, v in group.members.items())
        if slot == FOUND:
            versions += tuple(Version(a, NOTHING, "") for a in self.review.versions if a not in group.members)
        self.decisions[place, slot] = Decision(
            before.id if before else new_id(),
            place[0],
            slot,
            None if value is None else value.id,
            versions,
            choice,
            rule,
            before.note if before else "",
        )

    def edit(self, action: str) -> Edit | None:
        changes: list[Change] = []
        for place, value in self.values.items():
            before = self.review.elements.get(place)
            for double in self.review.doubles.get(place, ()):
                changes.append(Change(place[0], double.id, double, None))
            if before != value:
                key = (before or value).id  # type: ignore[union-attr]
                changes.append(Change(place[0], key, before, value))
        for decision in self.decisions.values():
            old = self.review.gold.decisions.get(decision.id)
            if old != decision:
                changes.append(Change("decision", decision.id, old, decision))
        return Edit(action, tuple(changes)) if changes else None


def take(review: Review, question: Question, author: int) -> Edit | None:
    """Takes an author's version of the slot in question; of what only some have, the whole, or (when the author lacks
    it) nothing."""
    draft = _Draft(review)
    _take(draft, question, author)
    return draft.edit(f"Take {_noun(question)}")


def _take(draft: _Draft, question: Question, author: int, rule: str = "") -> None:
    review, place = draft.review, question.group
    group = review.groups[place]
    if question.slot == FOUND:
        if author in group.members:
            draft.put(place, draft.value(place) or group.members[author])
        elif author in question.difference.missing:
            draft.values[place] = None
        else:
            return
        draft.decide(place, FOUND, author, rule)
        return
    if author not in group.members:
        return
    draft.put(place, with_slot(draft.value(place) or review.proposal(place), question.slot, group.members[author]))
    draft.decide(place, question.slot, author, rule)
    _is_there(draft, question, author, rule)


def _is_there(draft: _Draft, question: Question, author: int | None, rule: str) -> None:
    """To decide on a slot is to decide that there is something."""
    for other in draft.review.of_group(question):
        if other.slot == FOUND and other.state != "decided" and (question.group, FOUND) not in draft.decisions:
            draft.decide(question.group, FOUND, author, rule)


def take_all(review: Review, question: Question, author: int | None) -> Edit | None:
    """Takes the whole of an author's version, or (None) of the proposal, and so decides all questions on it."""
    draft, place = _Draft(review), question.group
    group = review.groups[place]
    if author is None:
        draft.put(place, review.proposal(place))
    elif author in group.members:
        draft.put(place, group.members[author])
    else:
        return neither(review, question)
    for other in review.of_group(question):
        choice = author if author is not None else _who_says(group, other.slot, draft.value(place))
        draft.decide(place, other.slot, choice)
    return draft.edit(f"Take {place[0]}")


def _who_says(group: Group[Any], slot: str, value: Any) -> int | None:
    if slot == FOUND:
        return next(iter(group.members))
    return next((a for a, v in group.members.items() if slot_value(v, slot) == slot_value(value, slot)), None)


def neither(review: Review, question: Question) -> Edit | None:
    """Says that there is no such claim or mention at all; None for what was answered on the article, which is there."""
    if question.group[0] == "answers":
        return None
    draft = _Draft(review)
    draft.values[question.group] = None
    draft.decide(question.group, FOUND, None)
    return draft.edit(f"No {question.group[0]} here")


def by_hand(review: Review, question: Question) -> Edit | None:
    """Puts the proposal into gold as the adjudicator's own, to be corrected; nothing on it is asked any more."""
    draft, place = _Draft(review), question.group
    draft.put(place, review.proposal(place))
    for other in review.of_group(question):
        draft.decide(place, other.slot, None)
    return draft.edit(f"Edit {place[0]} by hand")


def note(review: Review, question: Question, text: str) -> Edit | None:
    """A note for discussion on a question, which stays open; an empty one takes it away."""
    before = question.decision
    draft = _Draft(review)
    draft.decide(question.group, question.slot, before.choice if before else None, before.rule if before else "")
    made = draft.decisions[question.group, question.slot]
    still_open = question.state != "decided"
    if before is None and not text:
        return None
    draft.decisions[question.group, question.slot] = replace(made, note=text, open=still_open)
    return draft.edit("Note on a difference")


def agree(review: Review) -> Edit | None:
    """Takes what all say in the same way, and nobody has decided on."""
    draft = _Draft(review)
    disputed = {q.group for q in review.questions}
    for place, group in review.groups.items():
        decided = decision_on(review.decisions, group, place[0], FOUND)
        agreed = place not in disputed and len(group.members) == len(review.versions)
        if agreed and place not in review.elements and decided is None:
            draft.put(place, next(iter(group.members.values())))
            draft.decide(place, FOUND, next(iter(group.members)), AGREED)
    return draft.edit("Take what all agree on")


def longer_edges(review: Review) -> Edit | None:
    """Of spans that differ by signs at their edges alone, takes the longer ones."""

    def longest(question: Question) -> int | None:
        if not question.difference.edges_only:
            return None
        values = question.difference.group.values(question.slot)
        spans = {a: (v,) if question.slot == "span" else v for a, v in values.items()}
        return max(spans, key=lambda a: sum(e - s for s, e in spans[a]))

    return _by_rule(review, longest, EDGES)


def majority(review: Review) -> Edit | None:
    """Takes what more than half of three or more say."""

    def most(question: Question) -> int | None:
        group = question.difference.group
        if len(review.versions) < 3:
            return None
        if question.slot == FOUND:
            there, missing = list(group.members), question.difference.missing
            if len(there) == len(missing):
                return None
            return there[0] if len(there) > len(missing) else missing[0]
        holders = group.majority(question.slot) if len(group.members) > 2 else []
        return holders[0] if holders else None

    return _by_rule(review, most, MAJORITY)


def _by_rule(review: Review, choice: Callable[[Question], int | None], rule: str) -> Edit | None:
    draft = _Draft(review)
    # Whether there is anything comes first; while that is open, its slots are.
    unsure = {q.group for q in review.open if q.slot == FOUND}
    for question in sorted(review.open, key=lambda q: q.slot != FOUND):
        author = choice(question)
        gone = question.group in draft.values and draft.values[question.group] is None
        waiting = question.slot != FOUND and question.group in unsure and (question.group, FOUND) not in draft.decisions
        if author is not None and question.state == "open" and not gone and not waiting:
            _take(draft, question, author, rule)
    return draft.edit(f"Decide by rule: {rule}")


def decided_by(edit: Edit | None) -> int:
    """How many questions an edit decides."""
    return sum(c.kind == "decision" and c.after is not None for c in edit.changes) if edit else 0


def _noun(question: Question) -> str:
    return question.group[0] if question.slot == FOUND else question.slot

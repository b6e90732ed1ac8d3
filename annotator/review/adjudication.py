"""An article under review: what differs between editors, and what of it is decided in gold.

What all agree on is taken as it is. A decision keeps what it was made on, so that when a late layer arrives, or an
editor changes a label, only what is new is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any, Literal

from annotator.core.annotation import (
    ANSWERS,
    Answers,
    Article,
    Claim,
    Decision,
    Layer,
    Mention,
    What,
    slot_value,
    with_answer,
)
from annotator.core.compare import (
    CLAIM_SLOTS,
    FOUND,
    MENTION_SLOTS,
    Difference,
    Group,
    Letters,
    align_claims,
    align_mentions,
    common,
    differences,
    group_answers,
    group_claims,
    group_mentions,
    same_claim,
)
from annotator.core.quotations import quotations, spoken_within
from annotator.core.text import Spans

_NEEDED = ("source", "cue", "content", "mode", "span", "label")  # what a claim or an entity cannot be without
NOTHING = 0  # the element of a version that says there is none

QuestionState = Literal["open", "noted", "decided"]
Value = Mention | Claim | Answers
Element = tuple[int, int]  # an author and the id of an element in the author's layer
Place = tuple[What, int]  # the kind and number of a group
Decisions = Mapping[tuple[str, str, Element], Decision]  # by kind, slot, and a version it was made on


@dataclass(frozen=True)
class Question:
    """A difference, and what was decided on it. `group` is the number of its group among those of its kind."""

    difference: Difference[Any]
    group: Place
    state: QuestionState
    decision: Decision | None

    @property
    def slot(self) -> str:
        return self.difference.slot

    @property
    def key(self) -> tuple[Place, str]:
        return self.group, self.slot


@dataclass(frozen=True)
class Review:
    """An article with its editors' versions (by author), gold as it is, and the questions in text order."""

    article: Article
    versions: Mapping[int, Layer]
    gold: Layer
    groups: Mapping[Place, Group[Any]]
    elements: Mapping[Place, Value]  # of gold, by group
    questions: tuple[Question, ...]
    decisions: Decisions  # that stand, by what they were made on
    # Further elements of gold for a group that has one: two adjudicators decided without knowing of each other.
    doubles: Mapping[Place, tuple[Value, ...]]
    _differences: tuple[tuple[Place, Difference[Any]], ...]

    @property
    def open(self) -> list[Question]:
        return [q for q in self.questions if q.state != "decided"]

    def find(self, key: tuple[Place, str] | None) -> Question | None:
        return next((q for q in self.questions if q.key == key), None)

    def with_gold(self, gold: Layer) -> Review:
        """The same versions under another gold layer."""
        elements, doubles = _elements(self.article.text, self.groups, gold)
        decisions = _by_version(gold)
        every = [*self._differences, *_come_to_agree(self, elements, decisions)]
        asked = {place for place, _ in every}
        every += [(place, Difference(self.groups[place], FOUND)) for place in doubles if place not in asked]
        every.sort(key=lambda d: _reading_order(*d))
        questions = tuple(
            Question(d, place, "open", None)
            if place in doubles
            else _question(d, place, self.groups[place], elements.get(place), decisions)
            for place, d in every
        )
        return replace(self, gold=gold, elements=elements, doubles=doubles, questions=questions, decisions=decisions)

    def of_group(self, question: Question) -> list[Question]:
        """All the questions on the same claim or mention."""
        return [q for q in self.questions if q.group == question.group]

    def proposal(self, place: Place) -> Value:
        """What gold would be: as it is, else in each slot what most say; the mode as the quotation marks say, when
        somebody chose it. On a tie nothing is proposed: an answer is none, and what must be something is the first's,
        which is shown as undecided (see `tied`)."""
        if place in self.elements:
            return self.elements[place]
        group = self.groups[place]
        made: Any = plain(next(iter(group.members.values())), 0)
        for slot in group.slots:
            holders = group.majority(slot)
            if holders:
                made = with_slot(made, slot, group.members[holders[0]])
            elif slot not in _NEEDED:
                made = with_answer(made, slot, None)
        if isinstance(made, Claim):
            text = self.article.text
            marked = spoken_within(text, made.content, quotations(text))
            if made.mode != marked and marked in group.values("mode").values():
                made = replace(made, mode=marked)  # type: ignore[arg-type]
        return made

    def tied(self, place: Place) -> frozenset[str]:
        """The slots of a group in which no value has a majority and nobody has decided yet."""
        group = self.groups[place]
        decided = {q.slot for q in self.questions if q.group == place and q.state == "decided"}
        return frozenset(
            slot
            for slot in group.slots
            if slot not in decided and len(set(map(repr, group.values(slot).values()))) > 1 and not group.majority(slot)
        )


def nested_twins(gold: Layer) -> list[tuple[Claim, Claim]]:
    """Claims of gold of the same source and cue, the content of the first of which lies within that of the second: one
    attribution taken twice, most likely."""
    by_who: dict[tuple[Spans, Spans], list[Claim]] = {}
    for claim in gold.claims.values():
        if claim.content and (claim.source or claim.cue):
            by_who.setdefault((claim.source, claim.cue), []).append(claim)
    found = []
    for alike in by_who.values():
        for one, other in permutations(alike, 2):
            inside = all(any(s <= start and end <= e for s, e in other.content) for start, end in one.content)
            if inside and (one.content != other.content or one.id < other.id):
                found.append((one, other))
    return found


def lay(article: Article, versions: Mapping[int, Layer], gold: Layer) -> Review:
    """Puts the versions of an article side by side."""
    letters = Letters(article.text)
    claims = group_claims(letters, {a: layer.claims.values() for a, layer in versions.items()})
    mentions = group_mentions({a: layer.mentions.values() for a, layer in versions.items()})
    groups: dict[Place, Group[Any]] = {("claim", n): g for n, g in enumerate(claims)}
    groups |= {("mention", n): g for n, g in enumerate(mentions)}
    groups |= {("answers", n): g for n, g in enumerate(group_answers(versions))}
    found: list[tuple[Place, Difference[Any]]] = []
    for place, group in groups.items():
        found += [(place, d) for d in differences(letters, [group], versions)]
    bare = Review(article, versions, Layer(article.id, gold.author), groups, {}, (), {}, {}, tuple(found))
    return bare.with_gold(gold)


def _reading_order(place: Place, difference: Difference[Any]) -> tuple[Any, ...]:
    """In the order of the text; a claim before the mentions of its place, what there is before what it says."""
    slots = (FOUND, *CLAIM_SLOTS, *MENTION_SLOTS)
    at = slots.index(difference.slot) if difference.slot in slots else len(slots)
    return difference.group.start, place[0] != "claim", place, at, difference.slot


def _come_to_agree(
    review: Review, elements: Mapping[Place, Value], decisions: Decisions
) -> list[tuple[Place, Difference[Any]]]:
    """Where the editors now all say the same, and gold was once decided otherwise, on other versions: asked again."""
    disputed = {(place, d.slot) for place, d in review._differences}
    decided = {(kind, version) for kind, _, version in decisions}
    found: list[tuple[Place, Difference[Any]]] = []
    for place, group in review.groups.items():
        if not any((place[0], (author, v.id)) in decided for author, v in group.members.items()):
            continue
        element, first = elements.get(place), next(iter(group.members.values()))
        for slot in (FOUND, *group.slots):
            decision = decision_on(decisions, group, place[0], slot)
            if (place, slot) in disputed or decision is None or decision.open:
                continue
            otherwise = element is None
            if slot != FOUND:
                otherwise = element is not None and slot_value(element, slot) != slot_value(first, slot)
            if otherwise and _seen(decision, group, slot) != set(group.members):
                found.append((place, Difference(group, slot)))
    return found


def _elements(
    text: str, groups: Mapping[Place, Group[Any]], gold: Layer
) -> tuple[dict[Place, Value], dict[Place, tuple[Value, ...]]]:
    """The gold element of each group: the one that a decision on it says, else the one aligned with it; and what there
    is beyond that one."""
    by_element: dict[tuple[str, Element], Place] = {
        (place[0], (author, value.id)): place
        for place, group in groups.items()
        for author, value in group.members.items()
    }
    held = {kind: gold.of_kind(kind) for kind in ("claim", "mention", "answers")}
    # A decision may speak of versions that are in two groups by now, and a group have versions of two decisions: each
    # element goes to the group it is most like, each group to the element most like it.
    candidates: dict[tuple[Place, int], tuple[float, int]] = {}
    for decision in gold.decisions.values():
        element = held[decision.of].get(decision.gold or 0)
        for version in decision.versions:
            place = by_element.get((decision.of, (version.author, version.element)))
            if place is not None and element is not None:
                likeness = max(_likeness(element, v) for v in groups[place].members.values())
                candidates[place, element.id] = likeness, -element.id
    found: dict[Place, Value] = {}
    taken: set[tuple[str, int]] = set()
    for (place, key), _ in sorted(candidates.items(), key=lambda c: (c[1], c[0]), reverse=True):
        if place not in found and (place[0], key) not in taken:
            found[place] = held[place[0]][key]
            taken.add((place[0], key))
    for kind in ("claim", "mention"):
        waiting = [p for p in groups if p[0] == kind and p not in found]
        free = [v for v in held[kind].values() if (kind, v.id) not in taken]
        if not waiting or not free:
            continue
        # Stand-ins with the groups' numbers as ids, so that what is aligned is known again.
        standing_in = [replace(next(iter(groups[p].members.values())), id=p[1] + 1) for p in waiting]
        if kind == "claim":
            letters = Letters(text)
            pairs: list[Any] = [p for p in align_claims(letters, standing_in, free) if same_claim(letters, p)]
        else:
            pairs = [p for p in align_mentions(standing_in, free) if p.overlap > 0]
        for pair in pairs:
            found[kind, pair.a.id - 1] = pair.b
    for place in groups:
        if place[0] == "answers" and place not in found and ANSWERS in gold.answers:
            found[place] = gold.answers[ANSWERS]
    doubles: dict[Place, tuple[Value, ...]] = {}
    used = {(place[0], value.id) for place, value in found.items()}
    for place, key in candidates:
        if (place[0], key) not in used:
            doubles[place] = (*doubles.get(place, ()), held[place[0]][key])
    return found, doubles


def _likeness(a: Any, b: Any) -> float:
    """How much of two values is at the same place, by characters, 0 to 1."""
    if isinstance(a, Answers):
        return 1.0
    one, other = ((v.span,) if isinstance(v, Mention) else (*v.content, *v.cue) for v in (a, b))
    shared = sum(e - s for s, e in common(tuple(sorted(one)), tuple(sorted(other))))
    return shared / max(1, sum(e - s for s, e in (*one, *other)) - shared)


def _question(
    difference: Difference[Any],
    place: Place,
    group: Group[Any],
    element: Value | None,
    decisions: Decisions,
) -> Question:
    decision = decision_on(decisions, group, place[0], difference.slot)
    noted = decision is not None and bool(decision.note) and decision.open
    if _is_settled(difference, group, place[0], element, decisions):
        return Question(difference, place, "decided", decision)
    return Question(difference, place, "noted" if noted else "open", decision)


def _by_version(gold: Layer) -> Decisions:
    found: dict[tuple[str, str, Element], Decision] = {}
    for decision in sorted(gold.decisions.values(), key=_weight):
        found |= {(decision.of, decision.slot, (v.author, v.element)): decision for v in decision.versions}
    return found


def _weight(decision: Decision) -> tuple[bool, int]:
    return not decision.open, decision.id


def decision_on(decisions: Decisions, group: Group[Any], kind: str, slot: str) -> Decision | None:
    """The decision on a slot of a group: one that was made on any version in it."""
    made = [decisions.get((kind, slot, (author, value.id))) for author, value in group.members.items()]
    return max((d for d in made if d is not None), key=_weight, default=None)


def _is_settled(
    difference: Difference[Any], group: Group[Any], kind: str, element: Value | None, decisions: Decisions
) -> bool:
    found = decision_on(decisions, group, kind, FOUND)
    if found is not None and not found.open and element is None:
        return _seen(found, group, FOUND) == set(group.members)  # decided that there is nothing, by all who are here
    if element is None:
        return False
    if difference.slot == FOUND:
        return found is not None and not found.open and set(difference.missing) <= _seen_missing(found)
    value = slot_value(element, difference.slot)
    if all(slot_value(v, difference.slot) == value for v in group.members.values()):
        return True
    decision = decision_on(decisions, group, kind, difference.slot)
    seen = _seen(decision, group, difference.slot) if decision is not None and not decision.open else set()
    return all(author in seen or slot_value(v, difference.slot) == value for author, v in group.members.items())


def _seen(decision: Decision, group: Group[Any], slot: str) -> set[int]:
    """The authors whose version was before the adjudicator as it is now."""
    known = {(v.author, v.element): v.value for v in decision.versions}
    return {a for a, v in group.members.items() if known.get((a, v.id)) == stored(v, slot)}


def _seen_missing(decision: Decision) -> set[int]:
    """The authors who were known to have nothing there."""
    return {v.author for v in decision.versions if v.element == NOTHING}


def stored(value: Value, slot: str) -> str:
    """What a value says in a slot, as a decision keeps it."""
    return "true" if slot == FOUND else json.dumps(slot_value(value, slot))


def plain(value: Any, key: int) -> Any:
    """A value under another id, as if no model had suggested it."""
    return replace(value, id=key) if isinstance(value, Answers) else replace(value, id=key, origin=None, score=None)


def with_slot(value: Any, slot: str, other: Any) -> Any:
    """`value` with a slot as `other` has it; that there is no source goes with the source."""
    if slot == "span":
        return replace(value, start=other.start, end=other.end)
    if slot == "source":
        return replace(value, source=other.source, implicit=other.implicit)
    return with_answer(value, slot, slot_value(other, slot))


ATTRIBUTES = "Other questions"
KINDS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Made by some only", (("claim", FOUND),)),
    ("Content edges", (("claim", "content"),)),
    ("Source or actor", (("claim", "source"), ("claim", "actor"))),
    ("Cue", (("claim", "cue"),)),
    ("Mode", (("claim", "mode"),)),
    ("Stance", (("claim", "stance"), ("claim", "target"))),
    ("Entities", tuple(("mention", slot) for slot in (FOUND, *MENTION_SLOTS))),
    (ATTRIBUTES, ()),  # the scheme's own, of claims, entities and the article
)


def kind_of(question: Question) -> str:
    """What sort of difference it is, as the list of kinds names it."""
    sign = (question.group[0], question.slot)
    return next((title for title, signs in KINDS if sign in signs), ATTRIBUTES)


def slots_of(group: Group[Any]) -> Iterable[str]:
    """The slots of a group, in the order in which they are shown."""
    shown = ("source", "actor", "cue", "content", "mode", "stance", "target") if group.kind == "claim" else ()
    return shown + tuple(slot for slot in group.slots if slot not in shown)

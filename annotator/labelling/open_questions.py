"""What an article that shall be finished leaves open: each in a few words, with the item that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.core.annotation import ANSWERS, Claim, Mention, What, slot_value
from annotator.core.scheme import Attribute, Scheme
from annotator.core.text import covered, shortened
from annotator.labelling.labelled_article import Item, Key, LabelledArticle

MAX_LETTERS = 60  # of an item that is named


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something open: `what`, of which kind of element, and the first item that it is about (None: the article)."""

    what: str
    of: What
    key: Key | None = None
    attribute: str = ""  # the one to be answered, if it is that


def open_questions(labelled: LabelledArticle, scheme: Scheme) -> list[OpenQuestion]:
    """Suggestions nobody decided on, what the scheme requires, a stance without target or the reverse, claims without
    content, sources without actor; in this order."""
    return [*_undecided(labelled), *_unanswered(labelled, scheme), *_unfinished(labelled)]


def _undecided(labelled: LabelledArticle) -> Iterator[OpenQuestion]:
    for items, of, one, many in (
        (labelled.claims, "claim", "claim", "claims"),
        (labelled.mentions, "mention", "entity", "entities"),
    ):
        left = [item for item in items if item.state == "suggested"]
        if left:
            counted = f"one {one} is" if len(left) == 1 else f"{len(left):,} {many} are"
            yield OpenQuestion(f"{counted} suggested and not decided on".capitalize(), of, left[0].key)  # type: ignore[arg-type]


def _unanswered(labelled: LabelledArticle, scheme: Scheme) -> Iterator[OpenQuestion]:
    for attribute in scheme.attributes:
        if not attribute.required or attribute.default is not None:
            continue
        if attribute.of == "answers":
            answers = labelled.mine.answers.get(ANSWERS)
            if answers is None or slot_value(answers, attribute.name) is None:
                yield OpenQuestion(f"{attribute.title} of the article", "answers", None, attribute.name)
            continue
        for item in _standing(labelled, attribute):
            if slot_value(item.value, attribute.name) is None:
                what = f"{attribute.title} of {_named(labelled, item.value)}"
                yield OpenQuestion(what, attribute.of, item.key, attribute.name)


def _standing(labelled: LabelledArticle, attribute: Attribute) -> list[Item[Any]]:
    items: Sequence[Item[Any]] = labelled.claims if attribute.of == "claim" else labelled.mentions
    return [item for item in items if item.shown and item.decided]


def _unfinished(labelled: LabelledArticle) -> Iterator[OpenQuestion]:
    claims = [item for item in labelled.claims if item.shown and item.decided]
    for said, holds in (
        ("{} has a stance, but no target", lambda c: c.stance is not None and c.target is None),
        ("{} has a target, but no stance", lambda c: c.target is not None and c.stance is None),
        ("{} has no content", lambda c: not c.content),
        ("{} has no source", lambda c: not c.source and not c.implicit),
        ("{} has a source, but no actor", lambda c: bool(c.source) and c.actor is None),
    ):
        for item in claims:
            if holds(item.value):
                what = said.format(_named(labelled, item.value))
                yield OpenQuestion(what[:1].upper() + what[1:], "claim", item.key)


def _named(labelled: LabelledArticle, value: Claim | Mention) -> str:
    """An element in a few of its words."""
    text = labelled.article.text
    if isinstance(value, Mention):
        return f"“{shortened(covered(text, [value.span]), MAX_LETTERS)}”"
    words = covered(text, value.content or value.cue or value.source, " … ")
    return f"the claim “{shortened(words, MAX_LETTERS)}”"

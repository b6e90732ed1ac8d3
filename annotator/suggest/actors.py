"""Says whom mentions and sources refer to, where that is plain: full names, surnames, "he", and "who"."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

NAMED = {"PERSON", "ORG", "GPE", "LOC", "NORP", "EVENT"}
PRONOUNS = {"he", "she", "him", "her"}
# Words of office that news puts before a name; a name is called without them.
TITLES = {
    *("mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "rev", "reverend", "pope"),
    *("president", "vice", "former", "then", "acting", "interim", "prime", "first", "deputy", "chief", "foreign"),
    *(
        "minister",
        "secretary",
        "sen",
        "senator",
        "rep",
        "representative",
        "gov",
        "governor",
        "mayor",
        "judge",
        "justice",
    ),
    *("king", "queen", "prince", "princess", "chancellor", "chairman", "chairwoman", "chair", "director", "general"),
    *("gen", "col", "colonel", "capt", "captain", "lt", "lieutenant", "sgt", "sergeant", "major", "maj", "admiral"),
    *(
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "ambassador",
        "congressman",
        "congresswoman",
        "detective",
        "inspector",
    ),
    *("officer", "commissioner", "sheriff", "coach", "attorney", "counsel", "speaker", "councillor", "party", "leader"),
    *(
        "russian",
        "us",
        "u.s.",
        "american",
        "british",
        "german",
        "french",
        "chinese",
        "ukrainian",
        "israeli",
        "the",
        "state",
    ),
}
_SUFFIXES = ("'s", "’s", "‘s", "'", "’")


@dataclass
class Names:
    """The names an article has used so far, by the words that call them up again."""

    full: dict[str, str] = field(default_factory=dict)

    def resolve(self, entity: Span) -> str | None:
        """The actor's name for an entity of the article; None for what is no actor, as a date."""
        if entity.label_ not in NAMED:
            return None
        name = bare_name(entity.text, titles=entity.label_ == "PERSON")
        if not name:
            return None
        parts = name.split()
        if entity.label_ == "PERSON":
            if len(parts) == 1:
                return self.full.get(parts[0].casefold(), name)
            known = self.full.get(parts[-1].casefold())
            if known is not None and set(known.casefold().split()) >= {p.casefold() for p in parts}:
                return known
            for part in (parts[-1], parts[0]):
                self.full.setdefault(part.casefold(), name)
            return name
        return self.full.get(name.casefold(), name)


def bare_name(text: str, titles: bool) -> str:
    """A name without "the" or a possessive ending, and for persons without the `titles` before it."""
    parts = text.split()
    for suffix in _SUFFIXES:
        if parts and parts[-1].endswith(suffix) and len(parts[-1]) > len(suffix):
            parts[-1] = parts[-1].removesuffix(suffix)
    while len(parts) > 1 and (parts[0].casefold() == "the" or (titles and parts[0].casefold().rstrip(".") in TITLES)):
        parts.pop(0)
    if len(parts) == 1 and parts[0].casefold() == "the":
        return ""
    name = " ".join(parts).strip(" ,“”\"'’‘")
    # A full stop may end the sentence, or an abbreviation: "U.S.".
    return name if name.count(".") > 1 else name.rstrip(".")


@dataclass(frozen=True, slots=True)
class Entities:
    """A document's entities with the actors they are, and by token which of them it belongs to. (spaCy finds `doc.ents`
    anew each time it is asked, so it is asked once.)"""

    spans: list[Span]
    actors: list[str | None]
    by_token: dict[int, int]

    def actor_at(self, token: Token) -> str | None:
        number = self.by_token.get(token.i)
        return None if number is None else self.actors[number]


def entities_of(doc: Doc, names: Names) -> Entities:
    """The document's entities with their actors; full names count also for what stands before them."""
    spans = list(doc.ents)
    for entity in spans:
        names.resolve(entity)
    by_token = {i: number for number, e in enumerate(spans) for i in range(e.start, e.end)}
    return Entities(spans, [names.resolve(entity) for entity in spans], by_token)


def actor_of_source(doc: Doc, source: Sequence[Token], entities: Entities) -> str | None:
    """The actor that a source is, when its head is a name, or a pronoun that plainly stands for one."""
    if not source:
        return None
    inside = {t.i for t in source}
    head = next((t for t in source if t.head.i not in inside or t.head is t), source[0])
    named = entities.actor_at(head)
    if named is not None:
        return named
    if head.lower_ in PRONOUNS and len(source) == 1:
        return _last_person(doc, head, entities)
    # "its chair, Ann Lee": a person set beside the head.
    beside = (entities.actor_at(t) for t in source if t.dep_ in ("appos", "flat") and t.head.i == head.i)
    return next((name for name in beside if name is not None), None)


def _last_person(doc: Doc, pronoun: Token, entities: Entities) -> str | None:
    """The person a pronoun means: the latest subject of this and the two sentences before, else the latest person."""
    sentence = pronoun.sent.start
    for _ in range(2):
        if sentence > 0:
            sentence = doc[sentence - 1].sent.start
    latest = None
    before = bisect_right(entities.spans, pronoun.i, key=lambda e: e.end)
    for number in range(before - 1, -1, -1):
        entity = entities.spans[number]
        if entity.start < sentence:
            break
        if entity.label_ == "PERSON":
            if entity.root.dep_ in ("nsubj", "nsubjpass"):
                return entities.actors[number]
            latest = latest or entities.actors[number]
    return latest

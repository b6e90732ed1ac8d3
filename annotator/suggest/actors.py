"""Says whom mentions and sources refer to, where that is plain: full names, surnames, "he", and "who"."""

from __future__ import annotations

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
        name = bare_name(entity.text)
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


def bare_name(text: str) -> str:
    """A name without titles before it, "the", or a possessive ending."""
    parts = text.split()
    for suffix in _SUFFIXES:
        if parts and parts[-1].endswith(suffix) and len(parts[-1]) > len(suffix):
            parts[-1] = parts[-1].removesuffix(suffix)
    while len(parts) > 1 and parts[0].casefold().rstrip(".") in TITLES:
        parts.pop(0)
    if len(parts) == 1 and parts[0].casefold() == "the":
        return ""
    return " ".join(parts).strip(" .,“”\"'’‘")


def actors_of_entities(doc: Doc, names: Names) -> list[str | None]:
    """The actor of each of the document's entities; full names count also for what stands before them."""
    for entity in doc.ents:
        names.resolve(entity)
    return [names.resolve(entity) for entity in doc.ents]


def actor_of_source(doc: Doc, source: Sequence[Token], entity_actors: list[str | None]) -> str | None:
    """The actor that a source is, when its head is a name, or a pronoun or relative that plainly stands for one."""
    if not source:
        return None
    inside = {t.i for t in source}
    head = next((t for t in source if t.head.i not in inside or t.head is t), source[0])
    named = _entity_at(doc, head, entity_actors)
    if named is not None:
        return named
    if head.lower_ in PRONOUNS and len(source) == 1:
        return _last_person(doc, head, entity_actors)
    # "the group's spokesman, Ann Lee": a person set beside the head.
    for token in source:
        if token.dep_ in ("appos", "flat") and token.head is head:
            beside = _entity_at(doc, token, entity_actors)
            if beside is not None:
                return beside
    return None


def _entity_at(doc: Doc, token: Token, entity_actors: list[str | None]) -> str | None:
    for entity, actor in zip(doc.ents, entity_actors, strict=True):
        if entity.start <= token.i < entity.end:
            return actor
        if entity.start > token.i:
            break
    return None


def _last_person(doc: Doc, pronoun: Token, entity_actors: list[str | None]) -> str | None:
    """The person a pronoun means: the latest subject of this and the two sentences before, else the latest person."""
    sentence = pronoun.sent.start
    for _ in range(2):
        if sentence > 0:
            sentence = doc[sentence - 1].sent.start
    latest = None
    for entity, actor in reversed(list(zip(doc.ents, entity_actors, strict=True))):
        if entity.end > pronoun.i or entity.label_ != "PERSON":
            continue
        if entity.start < sentence:
            break
        if entity.root.dep_ in ("nsubj", "nsubjpass"):
            return actor
        latest = latest or actor
    return latest

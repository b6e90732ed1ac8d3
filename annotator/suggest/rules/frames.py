"""The ways in which English news attributes: finds every cue that stands in one of them, with its source and content.

A frame is a shape of the parse around a possible cue: "says that …" (clause), "wants to …" (infinitive), "denied the …"
(object), "called for …" (prep), “…,” he said (quotation), "according to …" (according), "the claim that …" (noun),
"… is expected to" (passive). Whether a word is a cue in a frame is the cue lexicon's to say (`claims`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotator.core.text import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = {"nsubj", "nsubjpass", "csubj", "expl"}
PREPOSITIONS = {"about", "against", "for", "of", "on", "to", "with", "at", "that", "as", "from"}


@dataclass(slots=True)
class Found:
    """A possible claim in token indexes: where it was found (`frame`, the cue's `lemma`), and its slots."""

    frame: str
    lemma: str
    head: int
    cue: set[int]
    content: set[int]
    source: set[int] = field(default_factory=set)
    quotes: list[Span] = field(default_factory=list)


def find(doc: Doc, quoted: list[Span]) -> Iterator[Found]:
    """Every possible claim of a parsed text; `quoted` are its quotations in token indexes, marks included."""
    for token in doc:
        if token.lower_ == "according":
            yield from _according(token)
        elif token.pos_ == "VERB" or (token.pos_ == "AUX" and token.dep_ in ("ROOT", "ccomp", "advcl", "conj")):
            yield from _verb(token, quoted)
        elif token.pos_ == "NOUN":
            yield from _noun(token)


def _verb(verb: Token, quoted: list[Span]) -> Iterator[Found]:
    lemma = verb.lemma_.lower()
    group = _verb_group(verb)
    passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children)
    clause = next((c for c in verb.children if c.dep_ == "ccomp" and not _is_noise(c)), None)
    infinitive = next((c for c in verb.children if c.dep_ == "xcomp"), None)
    prefix = "passive-" if passive else ""
    source = _passive_source(verb) if passive else _subject(verb)
    headline = _headline(verb)
    if headline:
        yield Found("headline", lemma, verb.i, group, headline, source)
        return
    if clause is not None:
        content = _subtree(clause) - _reach(verb, clause)
        marked = any(c.dep_ == "mark" and c.lower_ == "that" for c in clause.children)
        if marked and not any(c.dep_ in SUBJECTS for c in clause.children):
            # "said that to counter threats, they have …": the parser took the purpose for the clause.
            content |= {t.i for t in verb.sent if t.i > min(content)}
        yield Found(prefix + "clause", lemma, verb.i, group, content, source)
        return
    inside = _parenthesis(verb)
    if inside is not None:
        yield Found("aside", lemma, verb.i, group, inside, source)
        return
    if infinitive is not None:
        content = _subtree(infinitive)
        if passive:
            content |= set().union(*(_subtree(c) for c in verb.children if c.dep_ in ("nsubjpass", "nsubj")))
            yield Found("passive-infinitive", lemma, verb.i, group, content, source)
        else:
            yield Found("infinitive", lemma, verb.i, group, content, source)
        return
    for child in verb.children:
        if child.dep_ == "oprd" and not passive:
            objects = [c for c in verb.children if c.dep_ in ("dobj", "nsubj") and c.i > verb.i]
            yield Found("naming", lemma, verb.i, group, set().union(_subtree(child), *map(_subtree, objects)), source)
            return
    direct = next((c for c in verb.children if c.dep_ == "dobj"), None)
    if direct is not None and not passive:
        extra = [
            c
            for c in verb.children
            if c.dep_ in ("prep", "pcomp") and c.lower_ in ("as", "of", "for") and c.i > direct.i
        ]
        yield Found("object", lemma, verb.i, group, set().union(_subtree(direct), *map(_subtree, extra)), source)
        return
    if passive:
        subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        if subject is not None and source:
            yield Found("passive-object", lemma, verb.i, group, _subtree(subject), source)
            return
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ in PREPOSITIONS and child.i > verb.i:
            objects = [c for c in child.children if c.dep_ in ("pobj", "pcomp")]
            if objects:
                content = set().union(*map(_subtree, objects))
                yield Found(prefix + "prep-" + child.lower_, lemma, verb.i, group | {child.i}, content, source)
                return
    yield Found("bare", lemma, verb.i, group, set(), source)


def _noun(noun: Token) -> Iterator[Found]:
    lemma = noun.lemma_.lower()
    source = {t.i for c in noun.children if c.dep_ == "poss" for t in c.subtree}
    for child in noun.children:
        if child.dep_ in ("acl", "ccomp") and child.i > noun.i:
            marks = {c.lower_ for c in child.children if c.dep_ in ("mark", "aux")}
            if marks & {"that", "to", "whether"}:
                yield Found("noun", lemma, noun.i, {noun.i}, _subtree(child), source or _light_subject(noun))
                return


def _according(token: Token) -> Iterator[Found]:
    to = next((c for c in token.children if c.lower_ == "to"), None)
    if to is None:
        return
    source = set().union(*(_subtree(c) for c in to.children if c.dep_ in ("pobj", "pcomp")), set())
    if not source:
        return
    cue = {token.i, to.i}
    head = token.head
    while head.pos_ not in ("VERB", "AUX") and head.dep_ != "ROOT":
        head = head.head
    while head.dep_ in ("xcomp", "aux", "auxpass", "conj", "relcl", "acl", "advcl", "ccomp", "prep", "pobj", "pcomp"):
        if head.dep_ == "conj" and any(c.dep_ in SUBJECTS for c in head.children):
            break
        head = head.head
    if head.i > token.i and not any(c.dep_ in SUBJECTS and c.i not in source for c in head.children):
        # "According to a report, a new batch …": the parser took the subject for part of the source.
        comma = next((i for i in sorted(source) if token.doc[i].text == ","), None)
        if comma is not None:
            source = {i for i in source if i < comma}
    content = _subtree(head) - source - cue
    yield Found("according", "according", token.i, cue, content, source)


def _verb_group(verb: Token) -> set[int]:
    """The verb with its auxiliaries, negation and particle: "has not ruled out"."""
    group = {verb.i} | {c.i for c in verb.children if c.dep_ in ("aux", "auxpass", "neg", "prt")}
    low = min(group)
    # Not the parts that stand on the far side of something else ("has, he said, been"), nor "to" of a bare infinitive.
    return {i for i in group if i >= low}


def _parenthesis(verb: Token) -> set[int] | None:
    """For "the aim, he said, was …": the clause around a parenthetical cue; None when it is no such cue."""
    if verb.dep_ not in ("parataxis", "ccomp", "advcl", "dep") or not any(c.dep_ in SUBJECTS for c in verb.children):
        return None
    doc = verb.doc
    own = _subtree(verb)
    words = [i for i in own if not doc[i].is_punct and not doc[i].is_space]
    low, high = min(words), max(words)
    before = doc[low - 1].text if low else ""
    after = doc[high + 1].text if high + 1 < len(doc) else ""
    within = before in (",", "”", '"', "-", "–", "—", "’") and high - low <= 12
    leading = after == "," and verb.sent.start == low and verb.head.i > verb.i
    if not within and not leading:
        return None
    head = verb.head
    return {t.i for t in head.subtree} - own


def _headline(verb: Token) -> set[int]:
    """For "Talks have failed, minister says" on a line of its own: what stands before the comma."""
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    if verb.dep_ != "ROOT" or verb.tag_ not in ("VBP", "VBZ") or subject is None or subject.i > verb.i:
        return set()
    sentence = verb.sent
    start = min(_noun_words(subject))
    if any(not t.is_space for t in verb.doc[verb.i + 1 : sentence.end]) or start - 1 <= sentence.start:
        return set()
    return set(range(sentence.start, start - 1)) if verb.doc[start - 1].text == "," else set()


def _reach(verb: Token, clause: Token) -> set[int]:
    """What of a clause's subtree is really the cue's: a parenthetical cue's own words inside the clause it cuts."""
    own = {verb.i} | _verb_group(verb)
    for child in verb.children:
        if child.dep_ in SUBJECTS and child.i != clause.i:
            own |= _subtree(child)
    return own


def _subject(verb: Token) -> set[int]:
    """Who says it: the verb's subject, or the one it shares with the verb it is joined to or stands under."""
    seen = 0
    while seen < 6:
        seen += 1
        for child in verb.children:
            if child.dep_ in SUBJECTS and child.dep_ != "expl":
                return _source_words(child, verb)
        if verb.dep_ == "relcl":
            return _noun_words(verb.head)
        if verb.dep_ == "acl" and verb.tag_ == "VBG":
            return _noun_words(verb.head)
        if verb.dep_ in ("conj", "xcomp", "advcl", "pcomp", "ccomp") and verb.head.i != verb.i:
            verb = verb.head
            if verb.pos_ in ("NOUN", "PROPN", "PRON") and seen > 0:
                return _noun_words(verb)
            while verb.dep_ in ("prep", "agent") and verb.head.i != verb.i:
                verb = verb.head
            continue
        return set()
    return set()


def _passive_source(verb: Token) -> set[int]:
    for child in verb.children:
        if child.dep_ == "agent":
            return set().union(*(_noun_words(c) for c in child.children if c.dep_ == "pobj"), set())
    return set()


def _source_words(subject: Token, verb: Token) -> set[int]:
    if subject.lower_ in ("who", "which", "that") and verb.dep_ == "relcl":
        return _noun_words(verb.head) | {i for i in range(verb.head.i + 1, subject.i + 1) if verb.head.i < subject.i}
    return {i for i in _subtree(subject) if i != verb.i}


def _noun_words(noun: Token) -> set[int]:
    """A noun phrase without its relative clauses."""
    left_out = set().union(*(_subtree(c) for c in noun.children if c.dep_ in ("relcl", "acl", "punct", "appos")), set())
    words = _subtree(noun) - left_out
    # What follows a cut would stand apart: keep the run around the noun.
    low = high = noun.i
    while low - 1 in words:
        low -= 1
    while high + 1 in words:
        high += 1
    return set(range(low, high + 1))


def _light_subject(noun: Token) -> set[int]:
    """For "made the claim that": the subject of the verb that the noun is the object of."""
    return _subject(noun.head) if noun.dep_ == "dobj" and noun.head.pos_ == "VERB" else set()


def _subtree(token: Token) -> set[int]:
    return {t.i for t in token.subtree}


def _is_noise(clause: Token) -> bool:
    return clause.pos_ in ("PUNCT", "INTJ") and len(list(clause.subtree)) < 2

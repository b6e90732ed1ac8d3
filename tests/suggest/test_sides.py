"""Sides are told only where a person takes one in words of their own."""

import pytest

from annotator.suggest.actors import actors_of
from annotator.suggest.found import FoundClaim
from annotator.suggest.learned.model import shipped
from annotator.suggest.learned.pieces import pieces, tokenizer
from annotator.suggest.name_words import Named
from annotator.suggest.sentences import sentence_starts
from annotator.suggest.sides import sides_of

NAMES = {"Ted Cruz": "PERSON", "Donald Trump": "PERSON", "New York Times": "ORG", "Russia": "GPE"}
CALLED = "Ted Cruz {} Donald Trump a “pathological liar” who is “utterly amoral,” a “bully” and a “disgrace.”"


def side(text, source, cue, content):
    def at(words):
        return ((text.index(words), text.index(words) + len(words)),)

    mentions = [Named(*at(name)[0], label) for name, label in NAMES.items() if name in text]
    actors = actors_of(text, sorted(mentions, key=lambda m: m.start), sentence_starts(text))
    model = shipped()
    claim = FoundClaim(at(source), at(cue), at(content), "mixed", 0.9)
    found = sides_of(model, pieces(tokenizer(model.words), text), {claim: source}, actors).get(claim)
    return (found.stance, found.target) if found else None


def test_who_calls_somebody_names_takes_a_side():
    text = CALLED.format("called")
    assert side(text, "Ted Cruz", "called", text[text.index("Donald") :]) == ("against", "Donald Trump")


@pytest.mark.parametrize("cue", ["did not call", "refused to meet"])
def test_other_words_take_none(cue):
    text = CALLED.format(cue)
    assert side(text, "Ted Cruz", cue, text[text.index("Donald") :]) is None


def test_a_newspaper_takes_none():
    text = CALLED.format("called").replace("Ted Cruz", "New York Times")
    assert side(text, "New York Times", "called", text[text.index("Donald") :]) is None


def test_none_is_taken_towards_who_only_takes_part():
    text = "Ted Cruz said he had met with Donald Trump, a “pathological liar” and a “disgrace.”"
    assert side(text, "Ted Cruz", "said", text[text.index("he had") :]) is None


def test_nor_towards_a_country_whose_doings_are_meant():
    text = "Ted Cruz said Russia’s disgusting, criminal lies were a “disgrace.”"
    assert side(text, "Ted Cruz", "said", text[text.index("Russia") :]) is None

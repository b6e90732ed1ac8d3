"""Names of actors: titles go from persons only, the rest stays what it is."""

import re

import pytest

from annotator.suggest.actors import actor_of_source, actors_of, bare_name
from annotator.suggest.names import Named, settle
from annotator.suggest.sentences import sentence_starts


@pytest.mark.parametrize(
    "text, person, name",
    [
        ("Russian President Vladimir Putin", True, "Vladimir Putin"),
        ("Putin’s", True, "Putin"),
        ("Sen. Ann Lee", True, "Ann Lee"),
        ("General Motors", False, "General Motors"),
        ("British Airways", False, "British Airways"),
        ("the State Department", False, "State Department"),
        ("U.S.", False, "U.S."),
        ("the United Nations’", False, "United Nations"),
    ],
)
def test_bare_names(text, person, name):
    assert bare_name(text, titles=person) == name


def resolved(text, *sources):
    """The actors of sources, given by their words in text order; mentions as the shipped lists and capitals tell."""
    mentions = settle(
        text,
        [
            Named(*m.span(), "PERSON")
            for m in re.finditer(r"(?:Anna|Chris|Donald|Hillary|Justin|Kenneth) [A-Z]\w+", text)
        ],
    )
    actors = actors_of(text, mentions, sentence_starts(text))
    found, at = [], 0
    for source in sources:
        at = text.index(source, at)
        found.append(actor_of_source(actors, ((at, at + len(source)),)))
        at += len(source)
    return found


@pytest.mark.parametrize(
    "text, sources, actors",
    [
        ("Anna Berg came. Then Lee Moss left. They met Berg, who said so.", ["who"], ["Anna Berg"]),
        ("Anna Berg came. Mr. Berg was away. “No,” she said.", ["she"], ["Anna Berg"]),
        ("Hillary Clinton met Donald Trump. He said no.", ["He"], ["Donald Trump"]),
        ("Hillary Clinton met Donald Trump. She said yes.", ["She"], ["Hillary Clinton"]),
        ("Reporters met Anna Berg, who said so.", ["who"], ["Anna Berg"]),
        ("Chris Berg, the mayor of Ulm, came. The mayor said so.", ["The mayor"], ["Chris Berg"]),
        ("Advisers to Anna Berg said so.", ["Advisers to Anna Berg"], [None]),
        ("Kenneth Baer, an aide to Anna Berg, said so.", ["Kenneth Baer, an aide to Anna Berg,"], ["Kenneth Baer"]),
        ("A study by professor Justin Levitt found so.", ["A study by professor Justin Levitt"], ["Justin Levitt"]),
        ("A Quinnipiac University poll says so.", ["A Quinnipiac University poll"], ["Quinnipiac University"]),
        ("Anna Berg runs. The Berg campaign says so.", ["The Berg campaign"], ["Berg campaign"]),
        ("Many Democrats say so.", ["Many Democrats"], [None]),
        ("Republicans say so.", ["Republicans"], ["Republicans"]),
        ("Neither side said so.", ["Neither side"], [None]),
        ("Anna Berg and Chris Holm came. They said so.", ["They"], ["Anna Berg"]),
        ("Some Republicans, including Anna Berg, said so.", ["Some Republicans, including Anna Berg,"], [None]),
        ("Anna Berg, the mayor of Ulm, came. The mayor’s aim was so.", ["The mayor’s"], ["Anna Berg"]),
        ("He met Republicans in Ohio, who said so.", ["who"], [None]),
    ],
)
def test_whom_a_source_means(text, sources, actors):
    assert resolved(text, *sources) == actors


def test_groups_are_not_merged_for_a_word_that_they_share():
    text = "Lithuanian Americans voted. Americans said so. Eastern Europe grew. Europe agreed."
    labels = {"Lithuanian Americans": "NORP", "Americans": "NORP", "Eastern Europe": "LOC", "Europe": "LOC"}
    held = []
    for words, label in labels.items():
        at = [m.start() for m in re.finditer(words, text)][-1]
        held.append(Named(at, at + len(words), label))
    assert sorted(filter(None, actors_of(text, held, sentence_starts(text)).names)) == sorted(labels)

"""An article's names: one name is one thing from the headline to the end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.suggest.actors import actors_of
from annotator.suggest.names import Named, headlines, settle


def settled(text, *found, **known):
    """The names with labels after a pipeline found some, given as `words` and label in turn of their places."""
    given_, at = [], 0
    for name, label in found:
        at = text.index(name, at)
        given_.append(Named(at, at + len(name), label))
        at += len(name)
    return [(text[m.start : m.end], m.label) for m in settle(text, given_, known or None)]


def test_a_full_name_tells_what_its_surname_is():
    text = "Donald Trump spoke. Trump left. Critics of Trump stayed."
    found = settled(text, ("Donald Trump", "PERSON"), ("Trump", "ORG"), ("Trump", "ORG"))
    assert found == [("Donald Trump", "PERSON"), ("Trump", "PERSON"), ("Trump", "PERSON")]


def test_a_name_is_found_wherever_it_stands():
    text = "Tompkins Fined\nJimmy Tompkins came. Then Tompkins left. The tompkins stayed."
    assert settled(text, ("Jimmy Tompkins", "PERSON")) == [
        ("Tompkins", "PERSON"),
        ("Jimmy Tompkins", "PERSON"),
        ("Tompkins", "PERSON"),
    ]


def test_a_headline_names_whom_the_text_names():
    text = "Quiet Optics For Berg Today\nAnna Berg spoke of optics."
    found = settled(text, ("Quiet Optics", "ORG"), ("Anna Berg", "PERSON"))
    assert found == [("Berg", "PERSON"), ("Anna Berg", "PERSON")]


@pytest.mark.parametrize(
    "text, given, name",
    [
        ("He met the United Nations’ envoy.", "the United Nations’", "United Nations"),
        ("So Sen. Ann Lee’s aide left.", "Sen. Ann Lee’s", "Ann Lee"),
        ("It was this Senate - while", "this Senate - while", "Senate"),
        ("They saw “Berg,” he said.", "“Berg,”", "Berg"),
    ],
)
def test_what_is_none_of_a_name_falls_away(text, given, name):
    label = "PERSON" if "Lee" in name or "Berg" in name else "ORG"
    assert settled(text, (given, label)) == [(name, label)]


def test_first_names_tell_persons():
    text = "They asked Lester Holt of NBC News."
    assert settled(text, ("Lester Holt", "ORG")) == [("Lester Holt", "PERSON"), ("NBC News", "ORG")]


def test_bodies_joined_by_a_slash_and_initials():
    text = "A Reuters/Ipsos poll. Christian News Service said so; CNS reported."
    found = settled(text, ("Reuters", "ORG"), ("Ipsos", "ORG"), ("Christian News Service", "ORG"))
    assert found == [("Reuters/Ipsos", "ORG"), ("Christian News Service", "ORG"), ("CNS", "ORG")]


def test_what_is_known_has_the_last_word():
    text = "Utyos came. Then Utyos left Paris."
    assert settled(text, ("Utyos", "PERSON"), Utyos="PRODUCT", Paris="") == [("Utyos", "PRODUCT"), ("Utyos", "PRODUCT")]


def test_dates_pass_through():
    assert settled("On Monday it was the 3rd.", ("Monday", "DATE")) == [("Monday", "DATE")]


def test_headlines_are_short_lines_in_capitals():
    text = "Taliban Reject Putin’s Claims\nThe group said on Monday that it was not so.\nMORE NEWS FOLLOWS HERE"
    assert [text[a:b] for a, b in headlines(text)] == ["Taliban Reject Putin’s Claims", "MORE NEWS FOLLOWS HERE"]


@given(
    st.text(alphabet="AbC’s. -“\n/Mr", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12), st.sampled_from(["PERSON", "ORG", "DATE"])), max_size=5),
)
def test_mentions_lie_in_the_text_and_apart(text, drawn):
    given_ = [Named(s, min(len(text), s + n), label) for s, n, label in drawn if s < len(text)]
    found = settle(text, given_)
    assert all(0 <= m.start < m.end <= len(text) for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.timeout(60)
def test_thousands_of_headlines_and_namesakes_take_linear_time():
    lines, found, at = [], [], 0
    for n in range(20_000):
        name = f"Ann{'abcdefghij'[n % 10]}{n} Smith"
        line = f"{name} Wins Quiet Race"
        found.append(Named(at, at + len(name), "PERSON"))
        at += len(line) + 1
        lines.append(line)
    text = "\n".join(lines)
    mentions = settle(text, found)
    assert len(headlines(text)) == 20_000 and len(mentions) >= 20_000
    assert len(actors_of(text, mentions, [0]).names) == len(mentions)


def test_what_an_editor_has_said_goes_before_what_the_words_beside_a_name_say():
    text = "Minister Ann Lee spoke.\n\nTARVAN — It rained."
    assert [text[m.start : m.end] for m in settle(text, [])] == ["Ann Lee", "TARVAN"]
    assert settle(text, [], {"Ann Lee": "", "TARVAN": ""}) == []
    assert {m.label for m in settle(text, [], {"Ann Lee": "ORG", "TARVAN": "ORG"})} == {"ORG"}

"""What the rules find: every difficulty of real news in small, with the real pipeline."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.core.record import checked
from annotator.suggest.pipeline import PipelineError, load
from annotator.suggest.suggester import PIECE, Suggester, pieces, suggest
from tests.suggest.claims import COMMON, found

LABELS = {"PERSON": "PERSON", "ORG": "ORG", "GPE": "GPE", "NORP": "NORP"}


@pytest.fixture(scope="module")
def pipeline():
    return Suggester(load(), None)


@pytest.mark.parametrize(
    "text, claim",
    [
        *COMMON,
        (
            "The comments drew a response from the Taliban, who said the president‘s concern was “unwarranted.”",
            ("the Taliban, who", "said", "the president‘s concern was “unwarranted.”", "mixed", "Taliban"),
        ),
        (
            "The promise was reiterated by Omar Haddad.",
            ("Omar Haddad", "was reiterated", "The promise", "indirect", "Omar Haddad"),
        ),
        (
            "According to a report by the coast guard, a new batch of guns recently entered service.",
            (
                "a report by the coast guard",
                "According to",
                "a new batch of guns recently entered service",
                "indirect",
                None,
            ),
        ),
        (
            "Talks on the border have failed, minister says\n\nNobody was there.",
            ("minister", "says", "Talks on the border have failed", "indirect", None),
        ),
        (
            "Moscow has expressed clear apprehensions against the ideology.",
            ("Moscow", "has expressed", "clear apprehensions against the ideology", "indirect", "Moscow"),
        ),
        (
            "“We wait,” Anna Berg said. “We have time.”",
            ("Anna Berg", "said", "“We wait,” / “We have time.”", "direct", "Anna Berg"),
        ),
    ],
)
def test_one_difficulty(pipeline, text, claim):
    assert claim in found(pipeline, text, LABELS)


def test_a_headline_does_not_run_into_the_text(pipeline):
    text = "Mayor attacks plan\nThe council met on Monday."
    for _, _, content, *_ in found(pipeline, text, LABELS):
        assert "council" not in content


def test_the_seed_article(pipeline, shared):
    """Counted by hand: the claims of the real sample, by a word of their content, with source and mode."""
    text = (shared / "data" / "articles" / "seed.txt").read_bytes().decode()
    by_hand = [
        ("President Putin concerned", "Taliban", "indirect"),
        ("is a major concern for his country", "Russian President Vladimir Putin", "indirect"),
        ("is now causing some concern", "Putin", "direct"),
        ("have stepped up cooperation", "Putin", "indirect"),
        ("had already supplied arms", "he", "indirect"),
        ("was to counter threats", "he", "indirect"),
        ("The same", "Rahmon", "indirect"),
        ("he was ready to discuss", "Rahmon who", "indirect"),
        ("it “unwarranted”", "Taliban", "mixed"),
        ("concern was “unwarranted.”", "the Taliban, who", "mixed"),
        ("he saw no “real", "spokesman Enamullah Samangani", "mixed"),
        ("recently entered service", "a report by The border post", "mixed"),
        ("clear apprehensions", "Moscow", "indirect"),
        ("neighboring countries, including", "the fall of Kabul to insurgent hands", "indirect"),
    ]
    claims = found(pipeline, text, LABELS)
    right = 0
    for content, source, mode in by_hand:
        matching = [c for c in claims if content in c[2]]
        right += any(c[0] == source for c in matching)
        assert all(c[3] == mode for c in matching), matching
    assert right >= 12
    assert len(claims) <= len(by_hand) + 1


ODD = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=200),
    st.lists(
        st.sampled_from(["“", "”", '"', "'", "said ", "Ann ", "\n", "👩\u200d🚀 ", "according to ", ", ", "عمر "])
    ).map("".join),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ODD)
def test_any_text_gets_an_answer_with_valid_offsets(pipeline, text):
    checked({"text": text} | suggest(pipeline, text, LABELS))


@pytest.mark.parametrize(
    "text",
    ["", "x", "\n", "“" * 10_000, "SAID THE MAYOR " * 50, "a" * 200_000, "قال الوزير إن الحدود مغلقة.", "🚢" * 500],
)
def test_odd_texts(pipeline, text):
    checked({"text": text} | suggest(pipeline, text, LABELS))


def test_long_texts_come_in_pieces_that_make_up_the_whole():
    text = ("A line of words.\n" * 9_000) + "word " * PIECE + " end"
    cut = list(pieces(text))
    assert "".join(piece for _, piece in cut) == text
    assert all(text[at : at + len(piece)] == piece and len(piece) <= PIECE for at, piece in cut)
    assert list(pieces("one " + "x" * 5_000 + "\ntwo")) == [(0, "one "), (5_004, "\ntwo")]


def test_a_pipeline_that_is_not_there():
    with pytest.raises(PipelineError, match="no spaCy pipeline called “nothing_there”"):
        load("nothing_there")


def test_a_folder_that_is_no_pipeline(tmp_path):
    with pytest.raises(PipelineError, match="cannot be loaded"):
        load(str(tmp_path))

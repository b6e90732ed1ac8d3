"""What a model of others answers: what fits is taken, the rest is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.record import checked
from annotator.suggest.asking import AnswerError
from annotator.suggest.others.answer import MAX_CONTENT, MAX_ITEMS, MAX_NAMED, taken

TEXT = "Ann Lee said “it rained.” Nobody asked."
LABELS = {"PERSON": "PERSON", "PER": "PERSON"}
CLAIM = {"source": [[0, 7]], "cue": [[8, 12]], "content": [[13, 25]], "score": 0.8, "actor": "Ann Lee"}


def test_what_fits_is_taken():
    made = taken({"id": 1, "mentions": [{"start": 0, "end": 7, "label": "PER"}], "claims": [CLAIM]}, TEXT, LABELS)
    assert made.left_out == ()
    assert made.record["mentions"] == [{"start": 0, "end": 7, "label": "PERSON"}]
    assert made.record["claims"] == [CLAIM | {"mode": "direct"}]


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ({"content": [[13, 400]]}, "not a span of the text, which has 39 characters"),
        ({"content": [[-1, 4]]}, "not a span"),
        ({"content": [[5, 5]]}, "not a span"),
        ({"content": [[1.0, 4]]}, "not a span"),
        ({"content": [[9, 12], [0, 3]]}, "overlap or are out of order"),
        ({"content": "it rained"}, "not a list"),
        ({"content": [[0, 3]], "score": 7}, "score"),
        ({"content": [[0, 3]], "score": float("nan")}, "score"),
        ({"content": [[0, 3]], "mode": "shouted"}, "mode"),
        ({"content": [[0, 3]], "stance": "none"}, "stance"),
        ({"content": [[0, 3]], "actor": "x" * 501}, "actor"),
        ({"content": [[0, 3]], "actor": {"name": "x"}}, "actor"),
        ({}, "neither source nor cue nor content"),
        ([], "not an object"),
        (None, "not an object"),
    ],
)
def test_what_does_not_fit_is_named_and_the_rest_is_taken(claim, why):
    made = taken({"claims": [claim, CLAIM]}, TEXT, LABELS)
    assert len(made.record["claims"]) == 1
    assert len(made.left_out) == 1
    assert why in made.left_out[0]
    assert "claim 1" in made.left_out[0]


@pytest.mark.parametrize(
    "mention", [{"start": 0, "end": 7, "label": "SHIP"}, {"start": 0, "end": 7}, {"label": "PER"}, 3]
)
def test_so_are_entities(mention):
    made = taken({"mentions": [mention]}, TEXT, LABELS)
    assert made.record["mentions"] == []
    assert "mention 1" in made.left_out[0]


def test_of_many_losses_the_first_are_named_and_all_are_counted():
    made = taken({"claims": [{}] * 100}, TEXT, LABELS)
    assert len(made.left_out) == MAX_NAMED + 1
    assert made.left_out[-1] == "and 80 more"
    assert made.lost == 100
    made = taken({"claims": [{"content": [[0, 2]]}] * (MAX_ITEMS + 500)}, TEXT, LABELS)
    assert len(made.record["claims"]) == MAX_ITEMS and made.lost == 500


def test_what_is_said_in_all_is_bounded():
    text = "Ann Lee said it rained. " * 5000
    made = taken({"claims": [{"content": [[0, len(text)]]}] * 1000}, text, LABELS)
    assert len(made.record["claims"]) == MAX_CONTENT // len(text)
    assert made.lost == 1000 - len(made.record["claims"]) and "longer, all together" in made.left_out[0]


def test_signs_that_are_not_seen_reach_neither_names_nor_messages():
    odd = CLAIM | {"actor": "Ann\x1b[2J\n Lee", "target": "\x07"}
    made = taken({"claims": [odd, {"content": [[0, 2]], "mode": "\x1b[31mred"}]}, TEXT, LABELS)
    assert (made.record["claims"][0]["actor"], made.record["claims"][0]["target"]) == ("Ann Lee", None)
    with pytest.raises(AnswerError) as error:
        taken({"error": "\x1b]0;gone\x07"}, TEXT, LABELS)
    assert all(sign.isprintable() for sign in (*str(error.value), *"".join(made.left_out)))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ([], "no object"),
        ("yes", "no object"),
        ({}, "neither mentions nor claims"),
        ({"claims": 3}, "no list"),
        ({"error": "out of memory"}, "out of memory"),
    ],
)
def test_what_is_no_answer_is_refused(answer, why):
    with pytest.raises(AnswerError, match=why):
        taken(answer, TEXT, LABELS)


def test_nothing_else_of_an_item_comes_in():
    made = taken({"claims": [CLAIM | {"note": "call me", "attributes": {"x": 1}, "found": 3}]}, TEXT, LABELS)
    assert set(made.record["claims"][0]) == {"source", "cue", "content", "score", "actor", "mode"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 60) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["start", "end", "label", "source", "cue", "content", "score", "actor", "mode", "stance"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.fixed_dictionaries({"claims": st.lists(JSON, max_size=4), "mentions": st.lists(JSON, max_size=4)}))
def test_whatever_comes_is_a_record_or_left_out(answer):
    made = taken(answer, TEXT, LABELS)
    checked({"text": TEXT} | made.record)
    kept = len(made.record["claims"]) + len(made.record["mentions"])
    assert kept + made.lost == len(answer["claims"]) + len(answer["mentions"])

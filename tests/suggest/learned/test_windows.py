"""What of an article is seen at once: everything once for the cues, the paragraph's neighbours around a cue."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.suggest.learned import model
from annotator.suggest.learned.examples import IGNORED, decoys, exercises
from annotator.suggest.learned.pieces import pieces, tokenizer
from annotator.suggest.learned.windows import AROUND, RUN, around, inputs, runs

TEXT = "First here. Second there. Third says so. Fourth too. Fifth as well. Sixth.\nA new paragraph. And its end."


@pytest.fixture(scope="module")
def cut():
    made = tokenizer(model.shipped().words)
    return lambda text: pieces(made, text)


def shown(held, text, window):
    return text[held.starts[window[0]] : held.ends[window[1] - 1]]


@given(st.lists(st.integers(1, 300), max_size=20))
def test_runs_hold_every_piece_once_and_fit(cut, lengths):
    held = cut(". ".join("Word" + " word" * n for n in lengths))
    found = runs(held)
    assert [p for low, high in found for p in range(low, high)] == list(range(len(held)))
    assert all(0 < high - low <= RUN for low, high in found)


def test_a_cue_is_seen_with_the_sentences_around_it_in_its_paragraph(cut):
    held = cut(TEXT)
    at = int(np.searchsorted(held.starts, TEXT.index("says")))
    assert shown(held, TEXT, around(held, (at, at + 1))) == TEXT[: TEXT.index("Sixth.") + 6] + "\n"
    at = int(np.searchsorted(held.starts, TEXT.index("new")))
    assert shown(held, TEXT, around(held, (at, at + 1))) == "A new paragraph. And its end."


def test_a_quotation_takes_its_next_paragraph_along(cut):
    text = "He said: “It began.\n“It ended.”\nOther news."
    held = cut(text)
    at = int(np.searchsorted(held.starts, text.index("said")))
    assert "ended" in shown(held, text, around(held, (at, at + 1)))
    assert "Other" not in shown(held, text, around(held, (at, at + 1)))


@given(st.integers(0, 900))
def test_a_window_holds_its_cue_and_fits(cut, at):
    held = cut("word " * 950)
    low, high = around(held, (at, at + 1))
    assert low <= at < high and high - low <= AROUND


def test_inputs_mark_the_cue_and_what_is_there(cut):
    held = cut(TEXT)
    made = inputs([(held, (0, 5), (1, 3)), (held, (5, 8), None)])
    assert made["ids"].shape == (2, 7) and made["there"].sum(axis=1).tolist() == [7, 5]
    assert made["marks"].tolist() == [[0, 0, 1, 1, 0, 0, 0], [0] * 7]


def test_exercises_tag_cue_source_and_content(cut):
    text = "Ann Lee said it rains."
    held = cut(text)
    claim = {"source": [[0, 7]], "cue": [[8, 12]], "content": [[13, 21]]}
    cues, roles = exercises(held, [claim])
    assert cues.marked is None and cues.tags.tolist() == [0, 0, 1, 0, 0, 0]
    assert roles.marked == (2, 3) and roles.tags.tolist() == [1, 2, 0, 3, 4, 0]


def test_later_pieces_of_a_word_are_not_asked_for(cut):
    held = cut("Samangani said so.")
    tags = next(exercises(held, [])).tags
    assert (tags == IGNORED).tolist() == (~held.begins).tolist() and not held.begins.all()


def test_decoys_are_cue_words_where_they_are_none(cut):
    text = "Ann said so. " * 20 + "It was said."
    claims = [
        {"source": [[i, i + 3]], "cue": [[i + 4, i + 8]], "content": [[i + 9, i + 11]]} for i in range(0, 260, 13)
    ]
    held = cut(text)
    (decoy,) = decoys([(held, text, claims)], 5, seed=1)
    assert text[held.starts[decoy.marked[0]] : held.ends[decoy.marked[0]]] == "said" and decoy.marked[0] > 60
    assert set(decoy.tags) <= {0, IGNORED}

"""An article as the encoder reads it: every piece has its place, and what surrounds it is right."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.suggest.learned import model
from annotator.suggest.learned.pieces import BREAK, INSIDE, LINE, MARK, OUTSIDE, TITLE, UPPER, pieces, tokenizer


@pytest.fixture(scope="module")
def cut():
    made = tokenizer(model.shipped().words)
    return lambda text: pieces(made, text)


def words_of(held, text):
    """The words with what is said of them."""
    starts = [*np.flatnonzero(held.begins), len(held)]
    first = held.sentences[0]
    return {
        text[held.starts[a] : held.ends[b - 1]]: (held.shapes[a], held.places[a], held.sentences[a] - first)
        for a, b in pairwise(starts)
        if held.ids[a] != BREAK
    }


def test_words_their_case_quotations_and_sentences(cut):
    text = "TALIBAN REJECT\n\nMr. Putin said “it is over.” Nobody answered."
    found = words_of(cut(text), text)
    assert found["TALIBAN"] == (UPPER, OUTSIDE, 0)
    assert found["Putin"][0] == TITLE and found["Putin"][2] == found["Mr"][2] == found["over"][2] == 1
    assert found["“"][1] == found["”"][1] == MARK and found["over"][1] == INSIDE
    assert found["Nobody"][2] == 2


def test_a_line_break_is_a_piece_of_its_own(cut):
    held = cut("One line\n\n  Two")
    at = int(np.flatnonzero(held.ids == BREAK)[0])
    assert held.shapes[at] == LINE and (held.starts[at], held.ends[at]) == (8, 10)
    assert held.sentences[at] == held.sentences[at - 1] < held.sentences[at + 1]


@given(st.text(max_size=400))
def test_pieces_stand_in_order_within_any_text(cut, text):
    held = cut(text)
    assert np.all(held.starts <= held.ends) and np.all(held.ends <= len(text))
    assert np.all(np.diff(held.starts) >= 0) and np.all(np.diff(held.sentences) >= 0)
    assert not len(held) or held.begins[0]
    letters = {i for a, b in zip(held.starts, held.ends, strict=True) for i in range(a, b)}
    assert all(i in letters for i, sign in enumerate(text) if "a" <= sign.casefold() <= "z" and sign.isascii())


def test_a_sentence_without_end_is_cut(cut):
    held = cut("word " * 1000)
    assert np.bincount(held.sentences).max() <= 130

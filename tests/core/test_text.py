"""Spans, words and UTF-16."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from annotator.core import text as t

ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",), exclude_characters="\0"),
        st.sampled_from("“”\"'’‘«»„ \n\r\u0301\u200d🚢👩אعab.-"),
    ),
    max_size=120,
)


@given(ANY_TEXT, st.data())
def test_utf16_positions_go_there_and_back(text, data):
    position = data.draw(st.integers(0, len(text)))
    mapped = t.Utf16Map(text)
    assert mapped.to_utf16(position) == len(text[:position].encode("utf-16-le")) // 2
    assert mapped.to_code_points(mapped.to_utf16(position)) == position


def test_utf16_inside_a_pair_is_before_it():
    assert t.Utf16Map("a🚢b").to_code_points(2) == 1


@given(ANY_TEXT, st.data())
def test_stepping_always_moves_and_stays_inside(text, data):
    position = data.draw(st.integers(0, len(text)))
    for step in (t.next_word_end, t.next_word_start, t.next_character):
        assert position < step(text, position) <= len(text) or position == len(text)
    for step in (t.previous_word_start, t.previous_word_end, t.previous_character):
        assert 0 <= step(text, position) < position or position == 0


def test_words_keep_inner_marks():
    text = "Taliban's Afghan-Tajik U.N. café 12.7 mm"
    assert [text[s:e] for s, e in t.words(text)] == ["Taliban's", "Afghan-Tajik", "U.N", ".", "café", "12.7", "mm"]
    combining = "cafe\u0301 x"
    assert t.words(combining)[0] == (0, 5)


def test_characters_are_what_a_reader_sees():
    text = "e\u0301👩\u200d🚀x"
    assert t.next_character(text, 0) == 2
    assert t.next_character(text, 2) == 5
    assert t.previous_character(text, 5) == 2


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50))))
def test_normalized_spans_cover_the_same_and_are_apart(spans):
    joined = t.normalized(spans)
    cover = {i for s, e in spans for i in range(s, e)}
    assert {i for s, e in joined for i in range(s, e)} == cover
    assert all(a[1] < b[0] for a, b in itertools.pairwise(joined))


@given(st.text(alphabet="ab ,.“”\n'-é🚢", max_size=60), st.integers(0, 60), st.booleans())
def test_clauses_lead_through_the_text_and_back(value, position, end):
    position = min(position, len(value))
    forward, back = t.next_clause(value, position, end), t.previous_clause(value, position, end)
    assert position < forward <= len(value) or forward == len(value)
    assert 0 <= back < position or back == 0


def test_edges_go_from_clause_to_clause():
    value = "The aim, he said, was to mislead. “It is pure\nfiction,” Ann Lee-Roy said."
    ends, at = [], 0
    while at < len(value):
        at = t.next_clause(value, at, end=True)
        ends.append(value[:at].rsplit(None, 1)[-1])
    assert ends == ["aim", "said", "mislead", "pure", "fiction", "said", "said."]
    starts = []
    while at > 0:
        at = t.previous_clause(value, at, end=False)
        starts.append(value[at:].split()[0])
    assert starts == ["Ann", "fiction,”", "It", "was", "he", "The"]


@given(st.text(alphabet="ab 🚢\n", max_size=60), st.lists(st.integers(0, 60), unique=True))
def test_breaks_for_display_move_nothing(value, breaks):
    breaks = sorted(b for b in breaks if 0 < b < len(value))
    held = t.Utf16Map(value, breaks)
    shown = "".join(("\v" if i in breaks else "") + c for i, c in enumerate(value)).encode("utf-16-le")
    for position, letter in enumerate(value):
        unit = held.to_utf16(position)
        assert shown[2 * unit :].decode("utf-16-le")[0] == letter
        assert held.to_code_points(unit) == position


def test_long_lines_are_broken_behind_white_space_where_there_is_some():
    assert t.line_breaks("short\nlines " * 9000) == []
    assert t.line_breaks("x" * 25_000) == [10_000, 20_000]
    assert all(("word " * 9000)[at - 1] == " " for at in t.line_breaks("word " * 9000))

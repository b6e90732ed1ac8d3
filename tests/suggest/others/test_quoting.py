"""Words found again in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.suggest.others.quoting import places, runs

TEXT = "Ann said: “We won’t\nsell —  never.” Then she said it’s over. “Planned,” he said."


@pytest.mark.parametrize(
    ("quoted", "found"),
    [
        ("it’s over", ["it’s over"]),
        ("it's over", ["it’s over"]),
        ('"We won\'t sell - never."', ["“We won’t\nsell —  never.”"]),
        ("We won't sell", ["We won’t\nsell"]),
        ("said", ["said", "said", "said"]),
        ("Plan", []),  # in the middle of a word
        ("it’s over now", []),
        ("IT’S OVER", []),
        ("'it’s over.'", ["it’s over."]),
        ("", []),
        ("  ", []),
        ("“", ["“", "“"]),
    ],
)
def test_words_are_found_as_they_stand(quoted, found):
    assert [TEXT[s:e] for s, e in places(TEXT, quoted)] == found


def test_only_where_it_is_looked_for():
    assert places(TEXT, "said", 10, 50) == [(45, 49)]


def test_dots_stand_for_something_left_out():
    assert [[TEXT[s:e] for s, e in run] for run in runs(TEXT, "Then she said … over")] == [["Then she said", "over"]]
    assert [[TEXT[s:e] for s, e in run] for run in runs(TEXT, "Ann said: [...] it’s over")] == [
        ["Ann said:", "it’s over"]
    ]
    assert runs(TEXT, "over … Ann") == []


@given(st.data())
def test_what_is_quoted_of_a_text_is_found_there(data):
    words = st.text("ab“”'’\" \n-—.é🚢", min_size=1, max_size=12)
    text = data.draw(st.lists(words, min_size=1, max_size=12).map(" ".join))
    low = data.draw(st.integers(0, len(text)))
    high = data.draw(st.integers(low, len(text)))
    quoted = text[low:high]
    for start, end in places(text, quoted):
        assert 0 <= start < end <= len(text)
    whole = quoted.strip()
    inside = low + len(quoted) - len(quoted.lstrip())
    cut = any(
        0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum() for at in (inside, inside + len(whole))
    )
    if whole and not cut:
        assert (inside, inside + len(whole)) in places(text, quoted) or any(
            text[s:e] == whole for s, e in places(text, quoted)
        )

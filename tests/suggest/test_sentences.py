"""Where sentences begin: not behind abbreviations and initials, always behind line breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.suggest.sentences import sentence_starts


@pytest.mark.parametrize(
    "text, sentences",
    [
        ("It rains. It snows.", ["It rains. ", "It snows."]),
        ("Mr. Putin met Sen. Lee of the U.S. Senate.", ["Mr. Putin met Sen. Lee of the U.S. Senate."]),
        ("J. Lee came. So?", ["J. Lee came. ", "So?"]),
        ("“It rains.” She left! And then?", ["“It rains.” ", "She left! ", "And then?"]),
        ("A headline\n\nA text.", ["A headline\n\n", "A text."]),
        ("He asked why? and went on.", ["He asked why? and went on."]),
        ("", [""]),
    ],
)
def test_sentences(text, sentences):
    starts = sentence_starts(text)
    assert [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)] == sentences


@given(st.text(alphabet="aA. \n“”!?…Mr", max_size=80))
def test_starts_rise_within_the_text(text):
    starts = sentence_starts(text)
    assert starts[0] == 0 and starts == sorted(set(starts)) and all(s < len(text) or s == 0 for s in starts)

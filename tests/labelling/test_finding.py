"""Words are found wherever they stand, however they are written."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.labelling import finding
from annotator.labelling.finding import hits


def found(text, words):
    return [text[a:b] for a, b in hits(text, words)]


def test_capitals_marks_and_white_space_make_no_difference():
    text = "It’s 🚢 said,\n “Said  it”; he SAID\u00a0it – it's well-known"
    assert found(text, "said it") == ["Said  it", "SAID\u00a0it"]
    assert found(text, "it's") == ["It’s", "it's"] and found(text, '"said') == ["“Said"]
    assert found(text, "it - it") == ["it – it"] and found(text, "(") == found(text, "  ") == []
    assert found("a.b a*b", "a*b") == ["a*b"]
    for one, other in (("it - it", "it – it"), ("“a", "«a"), ("it's", "it‘s")):
        assert found(one, other) == [one] and found(other, one) == [other]


def test_of_many_only_so_many_are_told(monkeypatch):
    monkeypatch.setattr(finding, "MOST", 3)
    assert len(hits("a " * 50, "a")) == 3


@given(st.text(max_size=40), st.text(max_size=5), st.text(max_size=40))
def test_what_is_there_is_found(before, words, after):
    if words.split():
        assert any(a <= len(before) + len(words) and b >= len(before) for a, b in hits(before + words + after, words))

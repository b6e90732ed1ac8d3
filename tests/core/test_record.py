"""Records that come in are checked in full."""

import pytest

from annotator.core.record import RecordError, checked

GOOD = {
    "id": "a",
    "text": "Ann said no.",
    "mentions": [{"start": 0, "end": 3, "label": "PERSON", "actor": None}],
    "claims": [{"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 11]], "mode": "indirect"}],
}


def test_a_good_record_is_taken_as_it_is():
    assert checked(GOOD) is GOOD


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"text": None}, "text"),
        ({"text": "a\0b"}, "NUL"),
        ({"text": "a\ud800"}, "half a character"),
        ({"title": ["x"]}, "title"),
        ({"mentions": {}}, "not a list"),
        ({"mentions": [3]}, "mention 1 is not an object"),
        ({"mentions": [{"start": 0, "end": 13, "label": "X"}]}, "not a span"),
        ({"mentions": [{"start": 3, "end": 3, "label": "X"}]}, "not a span"),
        ({"mentions": [{"start": True, "end": 3, "label": "X"}]}, "not a span"),
        ({"mentions": [{"start": 0.0, "end": 3, "label": "X"}]}, "not a span"),
        ({"mentions": [{"start": 0, "end": 3, "label": ""}]}, "no label"),
        ({"mentions": [{"start": 0, "end": 3, "label": "X", "actor": ["y"]}]}, "actor"),
        ({"mentions": [{"start": 0, "end": 3, "label": "X", "score": "high"}]}, "score"),
        ({"claims": [{"content": [[0, 99]]}]}, "claim 1: content"),
        ({"claims": [{"content": [[4, 8], [0, 3]]}]}, "out of order"),
        ({"claims": [{"content": [4, 8]}]}, "not \\[start, end\\]"),
        ({"claims": [{"mode": "loud"}]}, "mode"),
        ({"claims": [{"stance": "maybe"}]}, "stance"),
        ({"claims": [{"note": 3}]}, "note"),
        ({"finished": "yes"}, "finished"),
    ],
)
def test_what_is_wrong_is_named(changes, words):
    with pytest.raises(RecordError, match=words):
        checked(GOOD | changes)


def test_what_is_no_object():
    for data in (None, 3, "text", [GOOD]):
        with pytest.raises(RecordError, match="not an object"):
            checked(data)

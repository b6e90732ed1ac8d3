"""What is read on as it is asked for is what would be read as a whole."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.formats import sample as samples
from annotator.formats.bring_in import bring_in
from annotator.formats.decoding import EncodingError
from annotator.formats.jsonl_format import objects, objects_in
from annotator.formats.registry import recognised
from annotator.formats.sample import Sample

FEW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@pytest.fixture
def every_file_is_large(monkeypatch):
    monkeypatch.setattr(samples, "LARGE", -1)


@FEW
@given(text=st.text(alphabet="aé🚢\r\n\u2028\x85\x0c \t", max_size=40), mark=st.booleans())
def test_lines_are_those_of_the_text(tmp_path, every_file_is_large, text, mark):
    file = tmp_path / "x.txt"
    file.write_bytes((b"\xef\xbb\xbf" if mark else b"") + text.encode())
    whole = Sample(file).text()
    lines = whole.split("\n")
    assert list(Sample(file).lines()) in (lines, lines[:-1] if lines[-1] == "" else lines)
    assert "".join(Sample(file).lines(ends=True)) == whole


def test_what_is_wrong_at_the_end_is_known_before_the_first_line(tmp_path, every_file_is_large):
    (tmp_path / "x.jsonl").write_bytes(b'{"text": "a"}\n' * 1000 + b"\xe9")
    with pytest.raises(EncodingError) as told:
        next(iter(Sample(tmp_path / "x.jsonl").lines()))
    assert told.value.legacy


OBJECTS = [{"text": "one"}, {"text": "two", "more": [1, {"a": "]"}]}, {"text": "{"}]


@pytest.mark.parametrize(
    "written",
    [
        "\n".join(map(json.dumps, OBJECTS)),
        json.dumps(OBJECTS),
        json.dumps(OBJECTS, indent=2),
        "[\n" + ",\n".join(map(json.dumps, OBJECTS)) + "\n]\n",
        "[" + ",\n".join(map(json.dumps, OBJECTS)) + "]",
        "\n\n[\n" + "\n,".join(map(json.dumps, OBJECTS)) + "\n]",
        "[" + json.dumps(OBJECTS[0]) + ",\n" + json.dumps(OBJECTS[1:], indent=1)[1:],
    ],
)
def test_objects_in_every_shape(tmp_path, every_file_is_large, written):
    (tmp_path / "x.json").write_text(written)
    for found in (objects(written, "x"), objects_in(Sample(tmp_path / "x.json"))):
        assert [data for _, data in found] == OBJECTS


@pytest.mark.parametrize("cut", [-1, -3, -20, -30])
def test_a_list_that_is_cut_off_is_named(cut):
    written = "[\n" + ",\n".join(map(json.dumps, OBJECTS)) + "\n]"
    found = [data for _, data in objects(written[:cut], "x")]
    taken = [data for data in found if isinstance(data, dict)]
    assert taken == OBJECTS[: len(taken)] and len(taken) >= 1 and "is not JSON" in found[-1]


def test_what_follows_a_list_is_named():
    found = [data for _, data in objects('[\n{"text": "a"}\n]\n{"text": "b"}', "x")]
    assert found[0] == {"text": "a"} and "something follows" in found[1]


def test_a_first_line_of_any_length_says_what_a_file_is(project, tmp_path):
    """Labels of two people on a long article."""
    lines = [
        {"id": "long", "text": "word " * 20_000, "layer": name, "kind": "annotator", "mentions": [], "claims": []}
        | {"finished": 1.0}
        for name in ("Anna", "Ben")
    ]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, lines)))
    report = bring_in(project, [tmp_path / "x.jsonl"])
    assert report.layers == 2 and not report.left_out
    (tmp_path / "d.jsonl").write_text(json.dumps({"text": "word " * 20_000, "label": [[0, 4, "A"]]}) + "\n{}\n")
    assert recognised(Sample(tmp_path / "d.jsonl")).name == "doccano"


def test_a_list_that_breaks_off_keeps_the_labels_before(project, tmp_path):
    record = {"layer": "Anna", "kind": "annotator", "mentions": [{"start": 0, "end": 3, "label": "A"}], "claims": []}
    written = "[" + ",\n".join(json.dumps(record | {"id": str(n), "text": f"one {n}"}) for n in range(9))
    (tmp_path / "x.json").write_text(written[:-40])
    report = bring_in(project, [tmp_path / "x.json"])
    assert report.layers >= 8 and report.refused

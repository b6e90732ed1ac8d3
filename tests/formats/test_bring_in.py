"""What comes in: every encoding, every kind of file, and everything that can be wrong with them."""

import json

import pytest

from annotator import store
from annotator.core.progress import Cancelled
from annotator.formats.bring_in import bring_in, paste
from annotator.formats.decoding import EncodingError, decode
from annotator.formats.export import export
from annotator.store import articles
from annotator.store.check import check
from annotator.team.members import annotator
from annotator.team.merging import merge_files


def texts(project):
    with project.reading() as connection:
        return {a.key: a.text for a in articles.every(connection)}


@pytest.mark.parametrize(
    "data, text",
    [
        ("é\r\nx\ry\n".encode(), "é\r\nx\ry\n"),
        (b"\xef\xbb\xbf" + "é".encode(), "é"),
        (b"\xff\xfe" + "é🚢".encode("utf-16-le"), "é🚢"),
        (b"\xfe\xff" + "é🚢".encode("utf-16-be"), "é🚢"),
    ],
)
def test_encodings(data, text):
    assert decode(data) == text


def test_windows_1252_only_when_allowed():
    data = "café “no”".encode("cp1252")
    with pytest.raises(EncodingError) as error:
        decode(data)
    assert error.value.legacy
    assert decode(data, windows_1252=True) == "café “no”"
    with pytest.raises(EncodingError, match="not a text file"):
        decode(b"\x00\xff\x81\x00")
    with pytest.raises(EncodingError, match="byte 1"):
        decode(b"\x81", windows_1252=True)
    with pytest.raises(EncodingError, match="UTF-16"):
        decode(b"\xff\xfea")


def test_a_folder_of_everything(project, tmp_path):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.txt").write_bytes(b"First title\r\n\r\nText one.\r\n")
    (folder / "deep" / "two.txt").write_text("Text two.", "utf-8")
    (folder / "again.txt").write_text("Text two.", "utf-8")
    (folder / "old.txt").write_bytes("Größe".encode("cp1252"))
    (folder / "empty.txt").write_text("  \n")
    (folder / "table.csv").write_text(
        'id;title;text;source;ressort\nc1;Head;"Two\nlines";Herald;politics\nc2;x\n', "utf-8"
    )
    (folder / "lines.jsonl").write_text('{"id": "j1", "text": "J one"}\nnonsense\n{"id": "j1", "text": "J two"}\n')
    (folder / "picture.png").write_bytes(b"\x89PNG")
    report = bring_in(project, [folder, tmp_path / "nothing.txt", folder / "picture.png"])
    assert texts(project) == {
        "again": "Text two.",
        "two": "Text two.",
        "one": "First title\r\n\r\nText one.\r\n",
        "c1": "Two\nlines",
        "j1": "J one",
        "j1-2": "J two",
    }
    assert report.copies == [
        (str(folder / "deep" / "two.txt"), "has the same text as “again”; it is an article of its own")
    ]
    assert report.legacy == [folder / "old.txt"]
    reasons = "\n".join(f"{where}: {reason}" for where, reason in report.refused)
    for part in ("nothing.txt: is not there", "picture.png: is of a kind", "lines.jsonl, line 2: is not JSON"):
        assert part in reasons
    assert "table.csv, line 4: has 2 fields" in reasons and "empty.txt: is empty" in reasons
    with project.reading() as connection:
        table = next(a for a in articles.every(connection) if a.key == "c1")
    assert (table.title, table.source, json.loads(table.extra)) == ("Head", "Herald", {"ressort": "politics"})
    again = bring_in(project, report.legacy, windows_1252=True)
    assert len(again.added) == 1 and texts(project)["old"] == "Größe"


def test_a_cancel_leaves_nothing(project, tmp_path):
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text(f"Text {n}")

    def stop(done, total):
        if done > total / 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        bring_in(project, [tmp_path], progress=stop)
    assert texts(project) == {}


def test_layers_come_in_with_their_authors(project, session, tmp_path):
    record = {
        "id": "a",
        "text": "Ann said no.",
        "mentions": [{"start": 0, "end": 3, "label": "PERSON", "actor": "Ann"}],
    }
    lines = [
        record | {"layer": "anna", "kind": "annotator", "finished": 5.0},
        record,
        record | {"layer": "bob"},
        record | {"layer": "gold"},
        record | {"layer": "bob"},
        record | {"mentions": [{"start": 0, "end": 99, "label": "X"}]},
    ]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    report = bring_in(project, [path])
    assert (len(report.added), report.layers, len(report.duplicates), len(report.refused)) == (1, 4, 2, 0)
    assert "mention 1: [0, 99] is not a span" in report.left_out[0][1]
    labelled = session.open(1)
    assert labelled.mine.finished == 5.0 and labelled.suggestions == 1
    assert session.actor_name(labelled.mentions[0].value.actor) == "Ann"


def test_pasting(project):
    assert len(paste(project, "A title\nand text").added) == 1
    assert paste(project, "A title\nand text").duplicates
    assert paste(project, " \n ").refused
    assert texts(project) == {"A title": "A title\nand text"}


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.csv", "no,such\nx,y\n"),
        ("a.csv", 'text\n"never closed\n'),
        ("a.csv", ""),
        ("a.jsonl", "[" * 100_000 + "\n"),
        ("a.jsonl", "9" * 10_000 + "\n"),
        ("a.jsonl", '{"text": "\\ud800"}\n'),
        ("a.jsonl", '{"text": "a\\u0000"}\n'),
        ("a.jsonl", "3\n"),
    ],
)
def test_broken_files_are_named_and_nothing_comes_in(project, tmp_path, name, content):
    (tmp_path / name).write_text(content, "utf-8")
    report = bring_in(project, [tmp_path / name])
    assert not report.added
    assert len(report.refused) == 1


def test_huge_numbers_in_spans(project, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "abc", "mentions": [{"start": 0, "end": 1e400, "label": "X"}]}\n')
    assert bring_in(project, [tmp_path / "a.jsonl"]).refused


def test_metadata_that_could_not_go_out_again_do_not_come_in(project, tmp_path):
    deep = "[" * 253 + "]" * 253
    (tmp_path / "a.jsonl").write_text(f'{{"text": "deep", "foo": {deep}}}\n{{"text": "good", "foo": [[1]]}}\n')
    report = bring_in(project, [tmp_path / "a.jsonl"])
    assert len(report.added) == 2 and "foo are nested too deeply" in report.left_out[0][1]


def test_only_ordinary_files_are_read(project, tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.txt")
    report = bring_in(project, [tmp_path / "pipe.txt"])
    assert report.refused == [(str(tmp_path / "pipe.txt"), "is no ordinary file")]


def test_columns_with_names_of_ours_are_kept_as_metadata(project, tmp_path):
    (tmp_path / "a.csv").write_text("text,kind,layer,finished\nsome text,news,x,yes\n")
    assert len(bring_in(project, [tmp_path / "a.csv"]).added) == 1
    with project.reading() as connection:
        kept = next(articles.every(connection)).extra
    assert json.loads(kept) == {"kind": "news", "layer": "x", "finished": "yes"}


def test_an_id_of_zero_is_an_id(project, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": 0, "text": "zero"}\n"a line that is a text"\n')
    report = bring_in(project, [tmp_path / "a.jsonl"])
    assert texts(project) == {"0": "zero"}
    assert "not an object" in report.refused[0][1]


def test_labels_that_are_there_already_are_kept_and_said(project, tmp_path):
    line = {"id": "a", "text": "Ann said no.", "layer": "bob", "mentions": [{"start": 0, "end": 3, "label": "PERSON"}]}
    (tmp_path / "a.jsonl").write_text(
        json.dumps(line) + "\n" + json.dumps(line | {"mentions": [{"start": 0, "end": 5, "label": "X"}]})
    )
    report = bring_in(project, [tmp_path / "a.jsonl"])
    assert "other labels of bob for this article had just come in" in report.left_out[0][1]


def test_agency_copy_in_two_outlets_is_two_articles(project, tmp_path):
    """They have one text under keys of their own, and stay two when exported, imported, merged, or brought again."""
    label = [{"start": 0, "end": 3, "label": "PERSON", "actor": None}]
    records = [
        {"id": "herald-1", "text": "Ann said no.", "source": "Herald", "layer": "anna", "mentions": label},
        {"id": "post-9", "text": "Ann said no.", "source": "Post", "layer": "anna", "mentions": []},
        {"id": "post-9", "text": "Ann said no.", "source": "Post", "layer": "bob", "mentions": label},
    ]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    report = bring_in(project, [path])
    assert (len(report.added), report.layers) == (2, 2)
    assert report.copies == [(f"{path}, line 2", "has the same text as “herald-1”; it is an article of its own")]
    assert "Copies of others" in dict(report.by_heading())
    again = bring_in(project, [path])
    assert again.added == [] and again.copies == [] and len(again.duplicates) == 3
    with project.reading() as connection:
        assert [(a.key, a.source) for a in articles.every(connection)] == [("herald-1", "Herald"), ("post-9", "Post")]

    export(project, tmp_path / "out.jsonl", "jsonl")
    out = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(r["id"], r.get("copy_of"), r["layer"]) for r in out] == [
        ("herald-1", None, "anna"),
        ("post-9", "herald-1", "bob"),
    ]
    second = store.create(tmp_path / "second.annotator")
    bring_in(second, [tmp_path / "out.jsonl"])
    export(second, tmp_path / "again.jsonl", "jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()

    third = store.create(tmp_path / "third.annotator")
    project.settle()
    merge_files(third, [project.path, tmp_path / "out.jsonl"], annotator(third, "lead"))
    with third.reading() as connection:
        assert [a.key for a in articles.every(connection)] == ["herald-1", "post-9"]
    assert check(third) == []
    second.close()
    third.close()


def test_labels_of_another_tool_find_their_text_under_another_key(project, tmp_path):
    bring_in(project, [_jsonl(tmp_path / "a.jsonl", {"id": "news-1", "text": "Ann said no."})])
    label = [{"start": 0, "end": 3, "label": "PERSON"}]
    report = bring_in(project, [_jsonl(tmp_path / "b.jsonl", {"id": 7, "text": "Ann said no.", "mentions": label})])
    assert report.added == [] and report.layers == 1 and report.renamed
    again = bring_in(project, [tmp_path / "b.jsonl"])
    assert again.added == [] and again.layers == 0 and len(again.duplicates) == 1


def _jsonl(path, record):
    path.write_text(json.dumps(record))
    return path

"""Which layers go out, and what an export never writes over."""

import json

import pytest

from annotator.formats.bring_in import bring_in
from annotator.formats.export import ExportError, export
from annotator.labelling.session import Session
from annotator.suggest.keeping import add_suggestions
from tests.conftest import add_article
from tests.labelling.test_edits import suggestions


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


@pytest.fixture
def mixed(project, tmp_path):
    """Two articles with suggestions, anna's labels, and gold; anna has finished the first, and gold of it is."""
    first = add_article(project)
    second = add_article(project, "Second text. " * 20)
    add_suggestions(project, first, suggestions(), ("model", "1"))
    add_suggestions(project, second, {"mentions": [{"start": 0, "end": 6, "label": "ORG"}]}, ("model", "1"))
    texts = {}
    export(project, tmp_path / "texts.jsonl", "jsonl", layer="model")
    for record in lines(tmp_path / "texts.jsonl"):
        texts[record["id"]] = record["text"]
    (first_id, first_text), (second_id, second_text) = texts.items()
    label = [{"start": 0, "end": 3, "label": "WORK", "actor": None}]
    other = [*label, {"start": 4, "end": 6, "label": "WORK", "actor": None}]
    records = [
        {"id": first_id, "text": first_text, "layer": "anna", "kind": "annotator", "finished": 1.0, "mentions": label},
        {"id": first_id, "text": first_text, "layer": "gold", "finished": 2.0, "mentions": other},
        {"id": second_id, "text": second_text, "layer": "anna", "kind": "annotator", "mentions": label},
        {"id": second_id, "text": second_text, "layer": "gold", "mentions": other},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    assert bring_in(project, [tmp_path / "in.jsonl"]).layers == 4
    return project


@pytest.mark.parametrize(
    "layer, finished, got",
    [
        (None, False, [("anna", 1), ("anna", 1)]),
        ("gold", False, [("gold", 2)]),
        ("best", False, [("gold", 2), ("anna", 1)]),
        ("anna", False, [("anna", 1), ("anna", 1)]),
        ("model", False, [("model", 2), ("model", 1)]),
        (None, True, [("anna", 1)]),
        ("gold", True, [("gold", 2)]),
        ("best", True, [("gold", 2)]),
        ("anna", True, [("anna", 1)]),
        ("model", True, [("model", 2)]),
        ("all", True, [("model", 2), ("anna", 1), ("gold", 2)]),
    ],
)
def test_layers(mixed, tmp_path, layer, finished, got):
    report = export(mixed, tmp_path / "out.jsonl", "jsonl", layer=layer, finished=finished)
    assert [(r["layer"], len(r["mentions"])) for r in lines(tmp_path / "out.jsonl")] == got
    assert report.written == len(got) and report.empty == 0


def test_what_is_never_written_over(mixed, tmp_path):
    from annotator import store

    other = store.create(tmp_path / "other.annotator")
    other.close()
    before = other.path.read_bytes()
    targets = [other.path, mixed.path, tmp_path / "x.annotator-wal", "/dev/null", tmp_path]
    for target in targets:
        with pytest.raises(ExportError):
            export(mixed, target, "jsonl")
    assert other.path.read_bytes() == before
    (tmp_path / "real.jsonl").write_text("old")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    export(mixed, tmp_path / "link.jsonl", "jsonl")
    assert (tmp_path / "link.jsonl").is_symlink() and len(lines(tmp_path / "real.jsonl")) == 2


def test_an_untouched_project_says_that_nothing_is_labelled(project, tmp_path):
    add_article(project)
    Session(project, "anna")
    assert "no article has such labels yet" in export(project, tmp_path / "o.jsonl", "jsonl").summary()
    report = export(project, tmp_path / "o.jsonl", "jsonl", unlabelled=True)
    assert "1 of them holds no labels" in report.summary()


def test_a_replaced_file_keeps_its_permissions_and_a_protected_one_is_not_replaced(project, tmp_path, monkeypatch):
    add_article(project)
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    out.chmod(0o640)
    export(project, out, "jsonl", unlabelled=True)
    assert out.stat().st_mode & 0o777 == 0o640 and out.read_text() != "old"
    before = out.read_text()
    out.chmod(0o440)
    monkeypatch.setattr("annotator.core.files.os.access", lambda path, mode: False)  # root may write anything
    with pytest.raises(ExportError, match="protected against writing"):
        export(project, out, "jsonl", unlabelled=True)
    assert out.read_text() == before

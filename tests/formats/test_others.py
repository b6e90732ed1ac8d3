"""Files as other tools write them: each label comes in right, or is named; none is taken where it does not fit."""

import json

import pytest
from openpyxl import Workbook, load_workbook

from annotator.formats.bring_in import bring_in
from annotator.formats.export import export
from annotator.formats.registry import writers
from annotator.store import articles, authors, layers
from annotator.store.check import check
from tests.formats.generated import RICH

TEXT = "Ann Lee said it rains. Bo said no."


class Taken:
    def __init__(self, project, report):
        self.named = "\n".join(line for _, lines in report.by_heading() for line in lines)
        self.mentions, self.claims, self.finished, self.texts = [], [], [], []
        with project.reading() as connection:
            known = authors.load(connection)
            for article in articles.every(connection):
                self.texts.append(article.text)
                for layer, author, when in layers.of_article(connection, article.id):
                    held = layers.by_id(connection, layer)
                    self.finished.append(when is not None)
                    self.claims += [(known[author].name, claim) for claim in held.claims.values()]
                    self.mentions += [(article.text[m.start : m.end], m.label) for m in held.mentions.values()]
        assert check(project) == []


@pytest.fixture
def take(project, tmp_path):
    def taken(name, content):
        data = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(data, "utf-8")
        return Taken(project, bring_in(project, [tmp_path / name]))

    return taken


def region(start, end, label, **more):
    made = {"id": "r", "from_name": "label", "to_name": "text", "type": "labels"} | more
    return made | {"value": {"start": start, "end": end, "text": TEXT[start:end], "labels": [label]}}


def test_one_place_labelled_by_two_controls_of_label_studio(take):
    both = [region(0, 7, "PER"), region(0, 7, "SOURCE", from_name="role")]
    taken = take("a.json", [{"data": {"text": TEXT}, "annotations": [{"result": both}], "drafts": [{"result": both}]}])
    assert sorted(taken.mentions) == [("Ann Lee", "PER"), ("Ann Lee", "SOURCE")] and "1 × draft" in taken.named


def test_regions_are_of_the_text_in_which_their_words_stand(take):
    task = {
        "data": {"text": "A headline that is long", "body": TEXT},
        "annotations": [{"result": [region(0, 7, "PER")]}],
    }
    taken = take("a.json", [task])
    assert taken.texts == [TEXT] and taken.mentions == [("Ann Lee", "PER")]


def test_labels_under_a_name_of_their_own_are_named(take):
    taken = take("min.json", [{"text": TEXT, "ner": [{"start": 0, "end": 7, "text": "Ann Lee", "labels": ["PER"]}]}])
    assert '1 × "ner"' in taken.named


def test_spans_of_prodigy_that_are_refused_or_nowhere(take):
    spans = [{"start": 0, "end": 7, "label": "PER"}, {"start": 23, "end": 25, "label": "PER", "answer": "reject"}]
    line = {"text": TEXT, "_input_hash": 1, "_view_id": "ner_manual", "answer": "accept"}
    taken = take("a.jsonl", line | {"spans": [*spans, {"start": 0.5, "end": 3, "label": "X"}]})
    assert taken.mentions == [("Ann Lee", "PER")] and taken.finished == [False]
    assert "1 × span that was rejected" in taken.named and "no two whole numbers" in taken.named


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.json", {"text": TEXT, "quotes": [{"cue": {"start": 8, "end": 12}, "sources": 5}]}),
        ("a.jsonl", {"text": TEXT, "entities": [{"id": [1], "label": "X", "start_offset": 0, "end_offset": 3}]}),
        ("a.jsonl", {"text": TEXT, "entities": [{"id": 1, "label": "X", "start_offset": [0], "end_offset": 3}]}),
        (
            "a.jsonl",
            {"text": TEXT, "_input_hash": 1, "spans": [{"start": 0, "end": 3, "label": "X", "token_end": [1]}]},
        ),
        ("a.jsonl", {"text": TEXT, "_input_hash": 1, "spans": [], "relations": 7}),
        ("a.jsonl", {"text": TEXT, "_input_hash": 1, "_view_id": "ner_manual", "_timestamp": 10**400, "spans": []}),
    ],
)
def test_odd_values_keep_nothing_else_out(take, tmp_path, name, content):
    (tmp_path / "more").mkdir()
    taken = take(name, content)
    assert TEXT in taken.texts or taken.named


def test_what_a_colleague_edits_in_a_table_is_not_taken_where_it_does_not_fit(project, tmp_path):
    plain = {"id": "a", "text": TEXT, "layer": "anna", "kind": "annotator", "finished": 1.0}
    plain["mentions"] = [{"start": 0, "end": 7, "label": "PER"}]
    plain["claims"] = [{"source": [[0, 7]], "cue": [[8, 12]], "content": [[13, 21]], "mode": "indirect"}]
    (tmp_path / "in.jsonl").write_text(json.dumps(plain))
    bring_in(project, [tmp_path / "in.jsonl"])
    export(project, tmp_path / "t.xlsx", "xlsx")
    book = load_workbook(tmp_path / "t.xlsx")
    column = [cell.value for cell in book["articles"][1]].index("text") + 1
    book["articles"].cell(2, column).value = f"Dr {TEXT}"
    book.create_sheet("claims (2)").append(["record"])
    book["claims (2)"].append(["1"])
    book.save(tmp_path / "edited.xlsx")
    report = bring_in(project, [tmp_path / "edited.xlsx"])
    named = [what for _, what in report.left_out]
    assert sum("where the text has" in what for what in named) == 2 and any("is a sheet of 1 rows" in w for w in named)
    taken = Taken(project, report)
    assert taken.mentions == [("Ann Lee", "PER")] and len(taken.claims) == 1  # of the first import alone


def test_workbooks_of_others(project, tmp_path):
    book = Workbook()
    for row in ([], ["Headline", "Text", "Date", "Text"], ["H", TEXT, "2026-02-03", "again"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    taken = Taken(project, bring_in(project, [tmp_path / "a.xlsx"]))
    assert taken.texts == [TEXT]


def test_conll_with_numbered_tokens(take):
    rows = ["# http://example.org", "1\tAnn\tB-PER\tO", "2\tLee\tI-PER\tB-LAST", "3\tsaid\tO\tO", ""]
    taken = take("germ.conll", "\n".join(rows) + "\n")
    assert taken.texts == ["Ann Lee said"] and taken.mentions == [("Ann Lee", "PER")]
    assert "1 × tag of another column" in taken.named and taken.finished == [False]


def test_links_out_of_a_folder_are_named_and_not_followed(project, tmp_path):
    (tmp_path / "secret.txt").write_text("Secret words.")
    for name in ("plain", "brat"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "own.txt").write_text(f"Own words of {name}.")
        (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
        if name == "brat":
            (folder / "own.ann").write_text("T1\tPerson 0 3\tOwn\n")
        report = bring_in(project, [folder])
        assert any("link out of the folder" in what for _, what in report.left_out)
    assert not any("Secret" in text for text in Taken(project, report).texts)


def test_every_file_of_a_folder_is_read_or_named(project, tmp_path):
    page = {"type": "Annotation", "body": [{"purpose": "tagging", "value": "X"}]}
    page["target"] = {"source": "a.txt", "selector": [{"type": "TextPositionSelector", "start": 0, "end": 3}]}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonld").write_text(json.dumps([page]))
    (tmp_path / "in" / "a.txt").write_text(TEXT)
    (tmp_path / "in" / "b.txt").write_text("Another text.")
    report = bring_in(project, [tmp_path / "in"])
    assert len(report.added) == 1 and any("b.txt" in where for where, _ in report.left_out)


def test_zero_is_a_number_in_every_format(project, tmp_path):
    record = {"id": "z", "text": TEXT, "layer": "anna", "kind": "annotator", "finished": 1.0}
    record["mentions"] = [{"start": 0, "end": 7, "label": "PER", "score": 0.0}]
    record["claims"] = [{"cue": [[8, 12]], "content": [[13, 21]], "mode": "indirect", "score": 0.0}]
    (tmp_path / "in.jsonl").write_text(json.dumps(record))
    bring_in(project, [tmp_path / "in.jsonl"])
    for one in writers():
        if not one.missing():
            assert export(project, tmp_path / f"out-{one.name}{one.suffix}", one.name).written == 1, one.name


def test_two_of_one_name_and_an_editor_called_gold_in_every_format(project, tmp_path):
    base = {name: RICH[name] for name in ("id", "text")} | {
        "finished": 1.0,
        "mentions": [{"start": 1, "end": 3, "label": "A B"}],
    }
    base |= {"claims": [], "id": "選" * 100}
    people = [
        {"layer": "anna", "author": "0" * 32},
        {"layer": "anna", "author": "1" * 32},
        {"layer": "gold", "author": "2" * 32},
    ]
    records = [base | {"kind": "annotator"} | one for one in people] + [base | {"layer": "gold", "kind": "gold"}]
    records[1]["mentions"] = [{"start": 1, "end": 3, "label": "A_B"}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    bring_in(project, [tmp_path / "in.jsonl"])
    for one in writers():
        if not one.missing():
            assert export(project, tmp_path / f"out-{one.name}{one.suffix}", one.name, layer="all").written == 4, (
                one.name
            )


def test_the_addresses_of_annotations_are_those_of_the_standard():
    from uuid import NAMESPACE_URL, uuid5

    from annotator.formats.w3c_format import _address

    for name in ("a/b.json", "a/b.json#m1", "é/🚢#c12", ""):
        assert _address(name) == f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"

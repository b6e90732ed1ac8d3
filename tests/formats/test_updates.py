"""Labels that were edited elsewhere, as in a table for a colleague, and come back into the project."""

import csv
import json

import pytest
from openpyxl import load_workbook

from annotator import store
from annotator.formats.bring_in import bring_in
from annotator.formats.export import export
from annotator.formats.registry import writers
from annotator.labelling.session import Session
from annotator.store.check import check
from tests.canonical import canonical

TEXT = "Ann Lee denied it. Bo said the ship was empty."
CLAIM = {"source": [[0, 7]], "cue": [[8, 14]], "content": [[15, 17]], "mode": "indirect", "actor": "Ann Lee"}
OTHER = {"source": [[19, 21]], "cue": [[22, 26]], "content": [[27, 45]], "mode": "indirect", "actor": "Bo"}
RECORD = {
    "id": "one",
    "text": TEXT,
    "layer": "bob",
    "kind": "annotator",
    "finished": 5.0,
    "mentions": [{"start": 0, "end": 7, "label": "PERSON", "actor": "Ann Lee", "score": 0.5}],
    "claims": [CLAIM | {"note": "see there", "score": 0.25}, OTHER],
}


@pytest.fixture
def taken(project, tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps(RECORD))
    bring_in(project, [tmp_path / "in.jsonl"])
    return project


def record_of(project, folder):
    out = folder / "now.jsonl"
    export(project, out, "jsonl", "bob")
    (line,) = out.read_text().splitlines()
    return json.loads(line)


def edited(folder, table, **values):
    """Changes the first row of a table."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0] |= values
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_a_table_that_a_colleague_edited_comes_back(taken, tmp_path):
    out = tmp_path / "tables"
    export(taken, out, "csv")
    before = record_of(taken, tmp_path)
    edited(out, "claims", stance=" Against", target="Bo", mode="quoted")
    kept = bring_in(taken, [out])
    assert len(kept.differing) == 1 and "those here were kept" in kept.differing[0][1]
    assert "1 layer with other labels here kept those" in kept.summary()
    assert record_of(taken, tmp_path) == before

    report = bring_in(taken, [out], update=True)
    assert report.updated == 1 and not report.differing and not report.left_out
    after = record_of(taken, tmp_path)
    first = before["claims"][0] | {"stance": "against", "target": "Bo", "mode": "direct"}
    assert after == before | {"claims": [first, before["claims"][1]]}
    assert check(taken) == []
    # It is an edit of bob's like any other.
    session = Session(taken, "bob")
    session.open(session.listing()[0])
    assert session.undo() == "Take labels over"
    assert record_of(taken, tmp_path) == before
    again = bring_in(taken, [out], update=True)
    assert again.updated == 1 and bring_in(taken, [out], update=True).updated == 0


def test_rows_that_are_taken_away_and_new_ones(taken, tmp_path):
    out = tmp_path / "book.xlsx"
    export(taken, out, "xlsx")
    book = load_workbook(out)
    sheet = book["claims"]
    sheet.delete_rows(2)
    names = [cell.value for cell in sheet[1]]
    new = {"record": 1, "id": 9, "mode": "mixed", "source_at": "19-21", "cue_at": "22-26", "content_at": "27-35"}
    sheet.append([new.get(name) for name in names])
    book.save(out)
    assert bring_in(taken, [out], update=True).updated == 1
    claims = record_of(taken, tmp_path)["claims"]
    assert [claim["content"] for claim in claims] == [[[27, 45]], [[27, 35]]] and claims[1]["mode"] == "mixed"
    assert check(taken) == []


def test_a_word_that_is_no_stance_is_named_and_costs_nothing_else(project, tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps(RECORD))
    other = store.create(tmp_path / "other.annotator")
    bring_in(other, [tmp_path / "in.jsonl"])
    out = tmp_path / "tables"
    export(other, out, "csv")
    other.close()
    edited(out, "claims", stance="negative")
    report = bring_in(project, [out])
    ((where, said),) = report.left_out
    assert where.endswith("claims, row 2")
    assert said == "“negative” is no stance (favor, against, neutral); the rest of the claim came in"
    record = record_of(project, tmp_path)
    assert len(record["claims"]) == 2 and record["claims"][0]["stance"] is None and "finished" not in record


def test_a_workbook_offers_the_words_that_there_are(taken, tmp_path):
    out = tmp_path / "book.xlsx"
    export(taken, out, "xlsx")
    offered = {choice.formula1 for choice in load_workbook(out)["claims"].data_validations.dataValidation}
    assert offered == {'"favor,against,neutral"', '"direct,indirect,mixed"'}


# In CoNLL's columns an article has neither its key nor its text as they were.
@pytest.mark.parametrize("name", [one.name for one in writers() if one.name != "conll"])
def test_what_a_format_does_not_hold_stays(taken, tmp_path, name):
    """An export that comes back as it is changes nothing, whatever its format lost."""
    one = next(one for one in writers() if one.name == name)
    out = tmp_path / f"out{one.suffix}"
    export(taken, out, name, "bob")
    before = canonical(taken)
    report = bring_in(taken, [out], update=True, wanted=one)
    assert report.updated == 0 and not report.refused, report.by_heading()
    assert canonical(taken) == before


@pytest.mark.parametrize(
    "table, values",
    [("claims", {"content_at": "15-l7"}), ("claims", {"stance": "hostile"}), ("layers", {"finished": "1 May"})],
)
def test_what_could_not_be_read_replaces_nothing(taken, tmp_path, table, values):
    out = tmp_path / "tables"
    export(taken, out, "csv")
    edited(out, table, **values)
    before = canonical(taken)
    report = bring_in(taken, [out], update=True)
    assert report.updated == 0 and not report.refused
    assert any("not all of the file's could be read, so those here were kept" in why for _, why in report.left_out)
    assert canonical(taken) == before


def test_a_table_that_is_not_there_takes_nothing_away(taken, tmp_path):
    out = tmp_path / "tables"
    export(taken, out, "csv")
    (out / "claims.csv").unlink()
    before = canonical(taken)
    assert bring_in(taken, [out], update=True).updated == 0
    assert canonical(taken) == before


def test_all_labels_can_be_taken_away(taken, tmp_path):
    line = {key: RECORD[key] for key in ("id", "text", "layer", "kind")}
    (tmp_path / "none.jsonl").write_text(json.dumps(line | {"mentions": [], "claims": []}))
    assert len(bring_in(taken, [tmp_path / "none.jsonl"]).differing) == 1
    assert bring_in(taken, [tmp_path / "none.jsonl"], update=True).updated == 1
    export(taken, tmp_path / "now.jsonl", "jsonl", "bob", unlabelled=True)
    after = json.loads((tmp_path / "now.jsonl").read_text())
    assert after["mentions"] == after["claims"] == []


# What these formats cannot say, beside what they can.
BESIDE = RECORD | {
    "mentions": [*RECORD["mentions"], {"start": 27, "end": 35, "label": "Source"}],
    "claims": [
        {"source": [[0, 7]], "cue": [], "content": [[15, 17]], "mode": "indirect"},
        OTHER | {"cue": [[22, 26], [36, 39]], "content": [[40, 45]]},
    ],
}


@pytest.mark.parametrize("name", [one.name for one in writers() if one.name != "conll"])
def test_labels_that_a_format_drops_stay(project, tmp_path, name):
    (tmp_path / "in.jsonl").write_text(json.dumps(BESIDE))
    bring_in(project, [tmp_path / "in.jsonl"])
    one = next(one for one in writers() if one.name == name)
    out = tmp_path / f"out{one.suffix}"
    export(project, out, name, "bob")
    before = canonical(project)
    report = bring_in(project, [out], update=True, wanted=one)
    assert report.updated == 0 and canonical(project) == before


def test_one_table_of_several_is_no_list_of_articles(taken, tmp_path):
    out = tmp_path / "tables"
    export(taken, out, "csv")
    for name in ("claims", "entities", "layers"):
        report = bring_in(taken, [out / f"{name}.csv"])
        assert not report.added
        assert report.refused[0][1].startswith(f"is the table of {name} of several that Annotator wrote")


def test_rows_are_told_by_their_numbers_in_the_table(taken, tmp_path):
    out = tmp_path / "tables"
    export(taken, out, "csv")
    file = out / "entities.csv"
    head, row, *_ = file.read_text("utf-8-sig").splitlines()
    cells = dict(zip(head.split(","), row.split(","), strict=True)) | {"start": "x"}
    file.write_text("\n".join([head, ",,,", "", ",".join(cells.values())]), "utf-8")
    report = bring_in(taken, [out])
    assert [where for where, _ in report.left_out if "entities" in where] == [f"{out}, entities, row 4"]


def _without(folder, table, column):
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{name: value for name, value in row.items() if name != column} for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("column", ["actor", "note", "content_at", "mode"])
def test_a_column_that_is_not_there_takes_nothing_away(taken, tmp_path, column):
    out = tmp_path / "tables"
    export(taken, out, "csv")
    _without(out, "claims", column)
    before = canonical(taken)
    bring_in(taken, [out], update=True)
    assert canonical(taken) == before


def test_rows_of_an_unknown_record_and_an_open_quotation_mark_replace_nothing(taken, tmp_path):
    for number, values in enumerate(({"record": "=1"}, {"who": '"Ann Lee'})):
        out = tmp_path / f"tables {number}"
        export(taken, out, "csv")
        edited(out, "claims", **values)
        if number:
            file = out / "claims.csv"
            file.write_text(file.read_text("utf-8-sig").replace('"""Ann Lee"', '"Ann Lee'), "utf-8")
        before = canonical(taken)
        report = bring_in(taken, [out], update=True)
        assert report.updated == 0 and (report.left_out or report.refused)
        assert canonical(taken) == before


def test_one_layer_is_taken_over_once_in_an_import(taken, tmp_path):
    lines = [RECORD | {"claims": []}, RECORD | {"claims": [], "mentions": []}]
    (tmp_path / "two.jsonl").write_text("\n".join(map(json.dumps, lines)))
    report = bring_in(taken, [tmp_path / "two.jsonl"], update=True)
    assert report.updated == 1 and "had just come in" in report.left_out[0][1]
    assert len(record_of(taken, tmp_path)["mentions"]) == 1


def test_a_column_of_anothers_own_is_named_and_stops_nothing(taken, tmp_path):
    out = tmp_path / "tables"
    export(taken, out, "csv")
    edited(out, "claims", stance="against", remarks="look at this")
    report = bring_in(taken, [out], update=True)
    assert report.updated == 1 and "“remarks”, which is none of ours" in report.left_out[0][1]

"""What others read our files with accepts them, and finds in them what there is. Nothing is fetched."""

import io
import json
import os
import random
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from annotator.datasets.making import make
from annotator.datasets.plan import plan
from annotator.datasets.recipe import Recipe
from annotator.formats.bring_in import bring_in
from annotator.formats.export import export

# Of REFI's schema and of the Web Annotation vocabulary, what we use.
SCHEMAS = Path(__file__).with_name("schemas")
OA = "http://www.w3.org/ns/oa#"
TEXT = "🚢 Ann Lee of Acme denied it: “The ship & crew are fine.” Bo said\nshe lied <twice>."


def place(words):
    return TEXT.index(words), TEXT.index(words) + len(words)


def record(number, layer="anna", **more):
    claims = [
        {
            "source": [place("Ann Lee")],
            "cue": [place("denied")],
            "content": [place("it"), place("The ship & crew are fine.")],
        }
        | {"mode": "mixed", "actor": "Ann Lee", "stance": "against", "target": "Bo", "note": "a & b", "score": 0.5},
        {"source": [place("Bo")], "cue": [place("said")], "content": [place("she lied <twice>")], "mode": "indirect"},
        {"source": [], "cue": [], "content": [place("she lied")], "mode": "indirect"},
    ]
    mentions = [
        {"start": place(name)[0], "end": place(name)[1], "label": label, "actor": name}
        for name, label in (("Ann Lee", "PERSON"), ("Acme", "ORG"), ("Bo", "PERSON"))
    ]
    pick = random.Random(number)
    more_words = " ".join(
        pick.choice(["tide", "crew", "port", "law", "fog", "rope", "mast", "dock"]) for _ in range(80)
    )
    text = f"{TEXT} Number {number}. {more_words}."
    made = {"id": f"a{number}", "text": text, "layer": layer, "kind": "annotator", "finished": 1.0}
    return made | {"mentions": mentions, "claims": claims[: 3 - number % 4]} | more


RECORDS = [record(n) for n in range(24)] + [record(1, "ben"), record(5, "ben")]
CLAIMS, MENTIONS = sum(len(one["claims"]) for one in RECORDS), 3 * len(RECORDS)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    from annotator import store

    folder = tmp_path_factory.mktemp("readers")
    (folder / "in.jsonl").write_text("".join(json.dumps(one) + "\n" for one in RECORDS), "utf-8")
    made = store.create(folder / "news.annotator")
    report = bring_in(made, [folder / "in.jsonl"])
    assert report.layers == len(RECORDS) and not report.left_out and not report.refused
    yield made
    made.close()


@pytest.fixture
def written(project, tmp_path):
    def write(name, file="out"):
        export(project, tmp_path / file, name)
        return tmp_path / file

    return write


def test_cassis_reads_xmi_and_json(written):
    import cassis

    folder = written("xmi")
    types = cassis.load_typesystem(io.BytesIO((folder / "TypeSystem.xml").read_bytes()))
    cases = [cassis.load_cas_from_xmi(io.BytesIO(file.read_bytes()), types) for file in sorted(folder.rglob("*.xmi"))]
    layers = written("cas-json", "json")
    files = [file for file in layers.rglob("*.json") if file.parent.name != "layers"]
    for found in (cases, [cassis.load_cas_from_json(io.BytesIO(file.read_bytes())) for file in files]):
        assert len(found) == len(RECORDS)
        assert sum(len(cas.select("custom.Attribution")) for cas in found) == CLAIMS
        cues = {
            link.target.get_covered_text()
            for c in found
            for one in c.select("custom.Attribution")
            for link in one.slots.elements
            if link.role == "cue"
        }
        assert cues == {"denied", "said"}


def test_label_studio_accepts_tasks_and_labels(written):
    LabelInterface = pytest.importorskip(
        "label_studio_sdk.label_interface", reason="label-studio-sdk is not installed; it would bring an older NumPy"
    ).LabelInterface
    folder = written("label-studio")
    interface = LabelInterface((folder / "config.xml").read_text("utf-8"))
    tasks, seen = json.loads((folder / "tasks.json").read_text("utf-8")), 0
    interface.validate()
    for task in tasks:
        interface.validate_task(task, validate_only_data=True)
        for one in task["annotations"]:
            assert interface.validate_annotation(one)
            seen += 1
    assert seen == len(RECORDS)


def test_doccano_can_take_each_line(written):
    """By what its importer asks of a line for relations (doccano/backend/data_import/pipeline)."""
    lines = [json.loads(line) for line in written("doccano", "out.jsonl").read_text("utf-8").splitlines()]
    entities, relations = set(), set()
    for line in lines:
        assert isinstance(line["text"], str) and isinstance(line["id"], int)
        for one in line["entities"]:
            assert one.keys() == {"id", "label", "start_offset", "end_offset"} and one["id"] not in entities
            assert 0 <= one["start_offset"] < one["end_offset"] <= len(line["text"]) and len(one["label"]) <= 100
            entities.add(one["id"])
        for one in line["relations"]:
            assert one.keys() == {"id", "from_id", "to_id", "type"} and one["id"] not in relations
            assert {one["from_id"], one["to_id"]} <= {e["id"] for e in line["entities"]}
            relations.add(one["id"])
    assert len(lines) == len(RECORDS)


def test_conllu_reads_a_column_for_each_claim(written):
    conllu = pytest.importorskip("conllu")
    text = written("srl", "out.conllup").read_text("utf-8")
    found = conllu.parse(text, fields=["id", "form", "start", "end", "entity"])
    assert len(found) == len(RECORDS)
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    assert sum(len(sentence) for sentence in found) == len(rows)
    cues = Counter(tag for row in rows for tag in row[5:])["B-V"]
    assert cues == sum(1 for one in RECORDS for claim in one["claims"] if claim["cue"])
    assert [token["form"] for token in found[0]][:3] == ["🚢", "Ann", "Lee"]


def test_seqeval_knows_the_tags(written):
    report = pytest.importorskip("seqeval.metrics")
    IOB2 = pytest.importorskip("seqeval.scheme").IOB2
    blocks = written("conll", "out.conll").read_text("utf-8").split("\n\n")
    tags = [[line.split()[-1] for line in block.splitlines() if line and "-DOCSTART-" not in line] for block in blocks]
    tags = [one for one in tags if one]
    assert report.f1_score(tags, tags, mode="strict", scheme=IOB2) == 1.0
    assert report.classification_report(tags, tags, mode="strict", scheme=IOB2, output_dict=True)["PERSON"][
        "support"
    ] == 2 * len(RECORDS)


def test_a_workbook_opens(written):
    from openpyxl import load_workbook

    book = load_workbook(written("xlsx", "out.xlsx"))
    assert book["claims"].max_row == CLAIMS + 1 and book["entities"].max_row == MENTIONS + 1


def test_lxml_finds_a_project_as_refi_wants_it(written):
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(SCHEMAS / "refi.xsd"))
    with zipfile.ZipFile(written("refi-qda", "out.qdpx")) as archive:
        project = etree.fromstring(archive.read("project.qde"))
        schema.assertValid(project)
        guids = [one.get("guid") for one in project.iter() if one.get("guid")]
        assert len(guids) == len(set(guids)) and {one.get("targetGUID") for one in project.iter()} - {None} <= set(
            guids
        )
        for source in project.iterfind(".//{*}TextSource"):
            held = archive.read(source.get("plainTextPath").replace("internal://", "sources/")).decode()
            for one in source.iterfind("{*}PlainTextSelection"):
                assert 0 <= int(one.get("startPosition")) < int(one.get("endPosition")) <= len(held)


def test_pyld_expands_annotations(written):
    jsonld = pytest.importorskip("pyld").jsonld

    def load(address, options):
        assert address == "http://www.w3.org/ns/anno.jsonld"
        return {
            "contextUrl": None,
            "documentUrl": address,
            "document": json.loads((SCHEMAS / "anno.jsonld").read_text()),
        }

    pages = [json.loads(file.read_text("utf-8")) for file in written("w3c").rglob("*.jsonld")]
    found = Counter()
    for page in pages:
        (expanded,) = jsonld.expand(page, {"documentLoader": load})
        for one in expanded["http://www.w3.org/ns/activitystreams#items"][0]["@list"]:
            assert one["@type"] == [f"{OA}Annotation"] and one["@id"].startswith("urn:uuid:")
            found[one[f"{OA}motivatedBy"][0]["@id"].removeprefix(OA)] += 1
            for target in one[f"{OA}hasTarget"]:
                kinds = {selector["@type"][0].removeprefix(OA) for selector in target[f"{OA}hasSelector"]}
                assert kinds == {"TextQuoteSelector", "TextPositionSelector"}
    assert len(pages) == len(RECORDS) and found == {"linking": CLAIMS, "tagging": MENTIONS}


@pytest.fixture(scope="module")
def dataset(project, tmp_path_factory):
    out = tmp_path_factory.mktemp("dataset") / "ds"
    make(project, out, plan(project, Recipe(layer="editors", split=(60, 20, 20), files=("jsonl",))))
    return out


def test_datasets_loads_the_folder(dataset, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(dataset), cache_dir=str(tmp_path / "cache"))
    assert sum(part.num_rows for part in loaded.values()) == len(RECORDS)
    assert list(loaded) == ["train", "validation", "test"]
    for part in loaded.values():
        for row in part:
            for claim in row["claims"]:
                for piece in claim["content"]:
                    assert row["text"][piece["start"] : piece["end"]] == piece["text"]
    assert sum(len(row["claims"]) for part in loaded.values() for row in part) == CLAIMS


def test_mlcroissant_finds_no_fault(dataset):
    mlc = pytest.importorskip("mlcroissant")
    here = Path.cwd()
    try:
        os.chdir(dataset)
        described = mlc.Dataset(jsonld=json.loads((dataset / "croissant.json").read_text("utf-8")))
        issues = described.metadata.issues
        assert not list(issues.errors)
        held = described.metadata.to_json()
    finally:
        os.chdir(here)
    assert {one["name"] for one in held["distribution"]} >= {"train.parquet"} or len(held["distribution"]) >= 3

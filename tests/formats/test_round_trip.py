"""Import → export keeps every text and every offset, for any text, and for every real article."""

import json

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin

from annotator import store
from annotator.core.text import trimmed
from annotator.formats.bring_in import bring_in
from annotator.formats.export import ExportError, export

_WORDS = ["Ann", " said ", "“no”", "\r\n", "\r", "\n", "\t", "🚢", "👩\u200d🚀", "é", "עמר", "عمر", "'s", " ", ".", ""]
_ODD = "\x01\x0b\x0c\x1b\x7f\x85\u2028\u2029\ufdd0\ufffc\ufeff\u200f\U0010ffff"
PIECES = st.sampled_from((*_WORDS, *_ODD))
TEXTS = st.one_of(
    st.lists(PIECES, min_size=1, max_size=40).map("".join),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=80),
).filter(lambda t: t.strip())
NAMES = st.sampled_from(["Ann Lee", "عمر", "Zoë", None])


@st.composite
def records(draw):
    text = draw(TEXTS)

    def spans(most):
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=2 * most)))
        return [[a, b] for a, b in zip(cuts[::2], cuts[1::2], strict=False)]

    mentions = [
        {"start": s, "end": e, "label": draw(st.sampled_from(["PERSON", "Ähm"])), "actor": draw(NAMES)}
        for s, e in spans(4)
    ]
    claims = [
        {"source": spans(2), "cue": spans(1), "content": spans(3), "actor": draw(NAMES), "target": draw(NAMES)}
        | {"mode": draw(st.sampled_from(["direct", "indirect", "mixed"])), "score": draw(st.sampled_from([None, 0.5]))}
        | {"stance": draw(st.sampled_from(["favor", "against", "neutral", None]))}
        for _ in range(draw(st.integers(0, 3)))
    ]
    return {
        "text": text,
        "layer": "anna",
        "kind": "annotator",
        "title": draw(st.sampled_from(["", "T"])),
        "finished": 1.5,
    } | {
        "mentions": mentions,
        "claims": claims,
    }


def canonical(record):
    claims = [json.dumps(c, sort_keys=True) for c in record["claims"]]
    mentions = [json.dumps(m, sort_keys=True) for m in record["mentions"]]
    return record["text"], sorted(claims), sorted(mentions), record.get("title", ""), record.get("finished")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(given_records=st.lists(records(), min_size=1, max_size=3, unique_by=lambda r: r["text"]))
def test_any_record_comes_back_as_it_went_in(tmp_path_factory, given_records):
    folder = tmp_path_factory.mktemp("r")
    lines = [json.dumps({"id": f"a{n}"} | r, ensure_ascii=n % 2 == 0) for n, r in enumerate(given_records)]
    (folder / "in.jsonl").write_bytes(("\n".join(lines) + "\n").encode())
    project = store.create(folder / "p.annotator")
    report = bring_in(project, [folder / "in.jsonl"])
    assert not report.refused and len(report.added) == len(given_records)
    export(project, folder / "out.jsonl", "jsonl")
    out = [json.loads(line) for line in (folder / "out.jsonl").read_bytes().decode().split("\n") if line]
    assert [canonical(r) for r in out] == [canonical(r) for r in given_records]
    result = export(project, folder / "out.spacy", "spacy")
    docs = list(DocBin().from_disk(folder / "out.spacy").get_docs(spacy.blank("en").vocab))
    held = 0
    for doc, record in zip(docs, given_records, strict=True):
        assert doc.text == record["text"]
        written = json.loads(doc.user_data["annotator"])
        assert canonical(written) == canonical(record)
        asked = {trimmed(record["text"], (m["start"], m["end"])) for m in record["mentions"]}
        assert {(e.start_char, e.end_char) for e in doc.ents} <= asked
        for slot in ("source", "cue", "content"):
            for span in doc.spans[slot]:
                assert [span.start_char, span.end_char] in written["claims"][int(span.id_)][slot]
            held += len(doc.spans[slot])
        held += len(doc.ents)
    total = sum(
        len(r["mentions"]) + sum(len(c[s]) for c in r["claims"] for s in ("source", "cue", "content"))
        for r in given_records
    )
    mended = sum("which was left off" in problem for problem in result.problems)
    assert held + len(result.problems) == total + mended
    project.close()


@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_any_text_file_keeps_its_characters(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("t")
    (folder / "a.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    project = store.create(folder / "p.annotator")
    bring_in(project, [folder / "a.txt"])
    export(project, folder / "out.jsonl", "jsonl", unlabelled=True)
    assert json.loads((folder / "out.jsonl").read_text("utf-8"))["text"] == text
    project.close()


def test_every_real_article(project, shared, tmp_path):
    files = sorted(p for p in (shared / "data").rglob("*.txt"))
    assert len(files) > 900
    report = bring_in(project, files)
    assert not report.refused
    export(project, tmp_path / "out.jsonl", "jsonl", unlabelled=True)
    out = {json.loads(line)["text"] for line in (tmp_path / "out.jsonl").read_bytes().decode().split("\n") if line}
    assert out == {p.read_bytes().decode() for p in files}


def test_real_gold_keeps_every_offset(project, shared, tmp_path):
    import subprocess
    import sys

    command = [sys.executable, str(shared / "eval" / "polnear.py"), str(shared / "data" / "polnear" / "dev")]
    gold = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    wanted = {}
    for line in gold.split("\n")[:-1]:
        record = json.loads(line)
        for claim in record["claims"]:
            for slot in ("source", "cue", "content"):
                claim[slot] = [
                    s for n, s in enumerate(sorted(claim[slot])) if n == 0 or s[0] >= sorted(claim[slot])[n - 1][1]
                ]
        wanted.setdefault(record["id"], record | {"layer": record["annotator"], "kind": "annotator"})
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in wanted.values()))
    report = bring_in(project, [path])
    assert report.layers == len(wanted) - sum(not r["claims"] for r in wanted.values())
    export(project, tmp_path / "out.jsonl", "jsonl")

    def spans(record):
        return sorted(json.dumps([c[s] for s in ("source", "cue", "content")]) for c in record["claims"])

    for line in (tmp_path / "out.jsonl").read_text("utf-8").split("\n")[:-1]:
        record = json.loads(line)
        assert spans(record) == spans(wanted[record["id"]])


def test_what_spacy_cannot_hold_is_reported_not_moved(project, tmp_path):
    record = {
        "id": "a",
        "text": "Ann Lee's no.",
        "layer": "anna",
        "kind": "annotator",
        "claims": [{"content": [[10, 11]]}],
    }
    record["mentions"] = [{"start": 0, "end": 7, "label": "P"}, {"start": 4, "end": 9, "label": "P"}]
    (tmp_path / "in.jsonl").write_text(json.dumps(record))
    bring_in(project, [tmp_path / "in.jsonl"])
    problems = export(project, tmp_path / "out.spacy", "spacy").problems
    assert len(problems) == 2
    assert "overlaps" in problems[0] and "not on token edges" in problems[1]


def test_an_export_never_leaves_half_a_file(project, tmp_path, monkeypatch):
    from annotator.formats import jsonl_format
    from tests.conftest import add_article

    add_article(project)
    target = tmp_path / "out.jsonl"
    target.write_text("precious")
    with monkeypatch.context() as patch:
        patch.setattr(jsonl_format, "line_of", lambda record: b'{"id": "other"}\n')
        with pytest.raises(ExportError, match="came back different"):
            export(project, target, "jsonl", unlabelled=True)
    assert target.read_text() == "precious"
    assert sorted(p.name for p in tmp_path.iterdir() if "part" in p.name) == []
    for bad in (project.path, tmp_path, tmp_path / "no" / "x.jsonl"):
        with pytest.raises(ExportError):
            export(project, bad, "jsonl")
    with pytest.raises(ExportError, match="Nobody"):
        export(project, target, "jsonl", layer="zoe")
    with pytest.raises(ExportError, match="no format"):
        export(project, target, "xml")


def test_spacy_cuts_a_text_as_its_language_does():
    from annotator.formats.spacy_format import doc_of

    record = {"id": "a", "text": "L'eau n'est pas là.", "mentions": [], "claims": []}
    tokens = {
        language: [t.text for t in doc_of(record | {"extra": {"language": language}})[0]]
        for language in ("fr-FR", "en", "??")
    }
    assert tokens["fr-FR"][:2] == ["L'", "eau"] and tokens["en"][0] == "L'eau" == tokens["??"][0]

import json
from pathlib import Path

import pytest

from annotator import store
from annotator.core.record import LeftOut
from annotator.formats import brat_format, brat_mapping, brat_standoff
from annotator.formats.bring_in import bring_in
from annotator.review.disputes import subjects
from annotator.store import articles, layers

TEXT = "Ann Lee said “it is fine.” It was denied on Monday, the report says, by all.\n"


def bound(name, kind, *parts):
    places = [(TEXT.index(p), TEXT.index(p) + len(p)) for p in parts]
    return f"{name}\t{kind} {';'.join(f'{s} {e}' for s, e in places)}\t{' '.join(parts)}"


STANDOFF = "\n".join(
    [
        "E1\tAttribution:T4 Source:T1 Cue:T2 Content:T3",  # before what it refers to
        bound("T1", "Source", "Ann Lee"),
        bound("T2", "Cue", "said"),
        bound("T3", "Content", "“it is fine.”"),
        bound("T4", "Attribution", "said"),
        bound("T5", "Content", "It was denied on Monday", "by all"),
        bound("T6", "Attribution-no-source", "says"),
        "E2\tAttribution-no-source:T6 Content:T5",
        "#1\tAnnotatorNotes E2\tby whom?",
    ]
)


@pytest.fixture
def polnear(tmp_path):
    folder = tmp_path / "corpus"
    (folder / "text").mkdir(parents=True)
    (folder / "attributions").mkdir()
    (folder / "text" / "a_b.txt").write_text(TEXT, "utf-8")
    (folder / "attributions" / "a_b_anna.ann").write_text(STANDOFF, "utf-8")
    (folder / "attributions" / "a_b_ben.ann").write_text("", "utf-8")
    return folder


def read(folder, mapping=None):
    found = list(brat_format.read_folder(folder, brat_mapping.mapping_of(mapping, folder)))
    problems = [(w, r.what if isinstance(r, LeftOut) else str(r)) for w, r in found if not isinstance(r, dict)]
    return [r for _, r in found if isinstance(r, dict)], problems


def words(claim, slot):
    return [TEXT[s:e] for s, e in claim[slot]]


def test_a_folder_with_several_annotators(polnear):
    (anna, ben), problems = read(polnear)
    assert problems == []
    assert (anna["id"], anna["layer"], ben["layer"]) == ("a_b", "anna", "ben")
    first, second = anna["claims"]
    assert [words(first, s) for s in ("source", "cue", "content")] == [["Ann Lee"], ["said"], ["“it is fine.”"]]
    assert (first["mode"], first.get("implicit")) == ("direct", None)
    assert words(second, "content") == ["It was denied on Monday", "by all"]
    assert words(second, "cue") == ["says"]  # the trigger, since no role says what the cue is
    assert (second["implicit"], second["note"]) == (True, "by whom?")
    assert ben["claims"] == [] and ben["finished"] > 0


def test_it_comes_in_as_finished_layers(polnear, project):
    report = bring_in(project, [polnear])
    assert (
        report.summary()
        == "1 article came in, with 2 layers of annotations by 2 annotators (anna, ben), 2 of them finished."
    )
    (subject,) = subjects(project)
    assert subject.layers.keys() == {"anna", "ben"} and subject.key == "a_b"
    assert bring_in(project, [polnear]).layers == 0


def test_faulty_lines_are_named_and_the_rest_goes_in(polnear):
    faulty = [
        *STANDOFF.split("\n"),
        "T20\tSource 5 9000\tx",
        bound("T21", "Source", "Ann Lee").replace("Ann Lee", "Lee Ann"),
        "and of a text that runs over lines",
        "E3\tAttribution:T4",
        "E4\tAttribution:T4 Source:T1 Content:T99 Where:T1",
        "E5 broken",
        "T22\tSomething 0 3\tAnn",
    ]
    (polnear / "attributions" / "a_b_anna.ann").write_text("\n".join(faulty), "utf-8")
    (anna, _), problems = read(polnear)
    assert len(anna["claims"]) == 3 and "finished" not in anna
    problems = [(where, reason) for where, reason in problems if ", line " in where]
    lines = [(int(where.rpartition(" ")[2]), reason) for where, reason in problems]
    assert [n for n, _ in lines] == [10, 11, 12, 13, 14, 14, 15, 16]
    assert "is not a span of the text" in lines[0][1]
    assert "says “Lee Ann” where the text has “Ann Lee”; it stays out" in lines[1][1]
    assert "left out" in lines[2][1] and "without source, cue and content" in lines[3][1]


def test_plain_folders_and_a_mapping_of_ones_own(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.txt").write_text(TEXT, "utf-8")
    (tmp_path / "in" / "y.txt").write_text("Nothing was labelled here.", "utf-8")
    lines = [bound("T1", "Redner", "Ann Lee"), bound("T2", "Sagt", "said"), bound("T3", "PER", "Ann Lee")]
    lines += ["E1\tSagt:T2 Wer:T1", "A1\tHaltung E1 against"]
    (tmp_path / "in" / "x.ann").write_text("\n".join(lines), "utf-8")
    mapping = {"events": {"Sagt": {}}, "roles": {"Wer": "source"}, "mentions": {"PER": "PERSON"}}
    mapping |= {"ignored": ["Redner"], "attributes": {"Haltung": "stance"}}
    (tmp_path / "mapping.json").write_text(json.dumps(mapping))
    (x, y), problems = read(tmp_path / "in", str(tmp_path / "mapping.json"))
    assert problems == []
    assert x["mentions"] == [{"start": 0, "end": 7, "label": "PERSON", "actor": None}]
    assert x["claims"][0]["stance"] == "against" and words(x["claims"][0], "source") == ["Ann Lee"]
    assert y == {"id": "y", "text": "Nothing was labelled here."}


@pytest.mark.parametrize("data", ["nonsense", "[]", '{"events": {}, "roles": {"Wer": "who"}}', '{"events": 3}'])
def test_a_mapping_that_is_none(tmp_path, data):
    (tmp_path / "m.json").write_text(data)
    with pytest.raises(brat_mapping.MappingError):
        brat_mapping.mapping_of(str(tmp_path / "m.json"), tmp_path)
    with pytest.raises(brat_mapping.MappingError):
        brat_mapping.mapping_of(str(tmp_path / "none.json"), tmp_path)


def test_all_of_polnear_comes_in(shared, tmp_path):
    project = store.create(tmp_path / "p.annotator")
    report = bring_in(project, [shared / "data" / "polnear" / "train"], brat="polnear")
    assert report.layers == 919 and len(report.added) == 839  # two of the 840 texts are the same
    assert not report.refused
    with project.reading() as connection:
        number = sum(
            len(layers.by_id(connection, layer).claims)
            for article in articles.every(connection)
            for layer, *_ in layers.of_article(connection, article.id)
        )
    assert number == 22_467
    project.close()


def test_long_and_hostile_lines_take_no_time():
    mapping = brat_mapping.mapping_of("polnear", Path())
    lines = ["E1\t" + "a:b" * 40_000, "E2\tAttribution:T1 " + "x:y " * 40_000 + "!", f"T1\tCue 0 {'9' * 6000}\tx"]
    lines += [f"T{n}\tThing 0 3\tAnn" for n in range(5_000)]
    found = brat_standoff.parse("\n".join(lines), TEXT, mapping)
    assert found.record["claims"] == [] and len(found.left_out) > 5_000

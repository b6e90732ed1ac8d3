"""A dataset from a project: what is in it, that nothing leaks or moves, and that it is the same bytes again."""

import csv
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import spacy
from spacy.tokens import DocBin

from annotator import store
from annotator.datasets import recipe as recipes
from annotator.datasets.comparing import changes, join
from annotator.datasets.making import make
from annotator.datasets.plan import DatasetError, plan, remembered
from annotator.datasets.recipe import Recipe, RecipeError
from annotator.formats.bring_in import bring_in
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.suggest.keeping import add_suggestions
from tests.conftest import add_article
from tests.labelling.test_edits import suggestions

EDITORS = Recipe(layer="editors")


def sentence(pick):
    return " ".join(
        pick.choice(["Lee", "said", "the", "bridge", "was", "safe", "and", "paid", "for", "again"]) for _ in range(9)
    )


def record(number, text, claims=1, layer="anna", finished=1.0, **more):
    held = [
        {"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 20]], "mode": ("direct", "indirect")[number % 2]}
        | {"actor": f"Actor {number % 5}", "stance": ("favor", None, "against")[number % 3]}
        for _ in range(claims)
    ]
    made = {"id": f"a{number}", "text": text, "layer": layer, "kind": "annotator", "claims": held, "mentions": []}
    made |= {"source": f"Outlet {number % 7}", "date": f"2026-0{number % 9 + 1}-11", "finished": finished}
    return made | more


def articles(count, first=0, claims=lambda n: n % 3):
    pick = random.Random(first)
    return [
        record(n, f"Lee said {'. '.join(sentence(pick) for _ in range(12))}.", claims(n))
        for n in range(first, first + count)
    ]


def bring(project, tmp_path, records):
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
    report = bring_in(project, [tmp_path / "in.jsonl"])
    assert not report.refused and not report.left_out
    return report


def bytes_of(folder):
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def rows_of(folder):
    return {file.stem: pq.read_table(file).to_pylist() for file in sorted((folder / "data").glob("*.parquet"))}


@pytest.fixture
def made(project, tmp_path):
    bring(project, tmp_path, articles(60))
    planned = plan(project, EDITORS)
    make(project, tmp_path / "ds", planned)
    return planned, tmp_path / "ds"


def test_every_example_is_whole_and_in_one_split(made):
    _, folder = made
    rows = rows_of(folder)
    assert list(rows) == ["test", "train", "validation"]
    assert sorted(row["id"] for held in rows.values() for row in held) == sorted(f"a{n}" for n in range(60))
    for name, held in rows.items():
        for row in held:
            assert row["split"] == name and row["kind"] == "annotator" and row["annotator"] == "A1"
            assert row["text_sha256"] == hashlib.sha256(row["text"].encode()).hexdigest()
            assert row["labelled"] == ["claims", "stance"] and row["entities"] is None
            for claim in row["claims"]:
                for piece in claim["speaker"] + claim["cue"] + claim["content"]:
                    assert row["text"][piece["start"] : piece["end"]] == piece["text"]
    assert any(not row["claims"] for held in rows.values() for row in held)  # negatives


def test_the_same_project_and_recipe_are_the_same_bytes(made, project, tmp_path):
    _, folder = made
    make(project, tmp_path / "again", plan(project, EDITORS))
    assert bytes_of(tmp_path / "again") == bytes_of(folder)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    there = bytes_of(folder)
    del there["manifest.json"]
    assert {name: about["sha256"] for name, about in manifest["files"].items()} == there
    recipe, splits = remembered(project)
    assert recipe == EDITORS and len(splits["splits"]) == 60


def test_the_figures_of_the_card_are_those_of_the_files(made):
    _, folder = made
    rows, card = rows_of(folder), (folder / "README.md").read_text("utf-8")
    counted = {}
    for name, held in rows.items():
        counts = Counter(articles=len({row["id"] for row in held}), records=len(held))
        for row in held:
            counts.update(claims=len(row["claims"]), **{"without claims": not row["claims"]})
            counts.update(f"mode {claim['mode']}" for claim in row["claims"])
            counts.update(f"stance {claim['stance']}" for claim in row["claims"] if claim["stance"])
        counted[name] = counts
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in card.split("\n") if line.startswith("| ")]
    parts = table[0][1:4]
    told = {row[0]: row[1:4] for row in table[2:] if len(row) == 5}
    for what in set().union(*counted.values()):
        assert told[what] == [f"{counted[part][what]:,}" for part in parts], what


def test_near_duplicates_stay_together_and_nothing_moves(project, tmp_path):
    base = articles(300)
    copies = [
        one | {"id": f"{one['id']}-copy", "text": one["text"] + " More of it.", "source": "Agency"}
        for one in base[:200]
    ]
    bring(project, tmp_path, base + copies)
    first = plan(project, EDITORS)
    assert len(first.pairs) >= 200 and not first.across
    make(project, tmp_path / "first", first)
    bring(project, tmp_path, articles(100, first=1000))
    then = plan(project, EDITORS)
    before = {first.keys[article]: name for article, name in first.split.items()}
    after = {then.keys[article]: name for article, name in then.split.items()}
    assert len(after) == 600 and {key: after[key] for key in before} == before and not then.across


def test_a_copy_under_another_outlet_is_in_the_same_cluster(project, tmp_path):
    text = articles(1)[0]["text"]
    bring(project, tmp_path, [record(0, text), record(1, text, source="Other"), *articles(8, first=10)])
    planned = plan(project, EDITORS)
    clusters = {planned.keys[article]: cluster for article, cluster in planned.cluster.items()}
    assert clusters["a0"] == clusters["a1"] and len(planned.split) == 10


def test_what_is_not_gold_or_not_finished_stays_out(project, tmp_path):
    bring(
        project,
        tmp_path,
        [
            record(0, "Lee said the bridge was safe.", finished=None),
            record(1, "Lee said the bridge was safe again."),
            record(2, "Lee said the bridge was paid for.") | {"layer": "gold", "kind": "gold"},
            {"id": "nobody", "text": "Nothing is labelled here."},
        ],
    )
    gold = plan(project, Recipe())
    assert [gold.keys[one] for one in gold.split] == ["a2"]
    assert gold.left_out == {"without such labels": 2, "that nobody has labelled": 1}
    editors = plan(project, EDITORS)
    assert [editors.keys[one] for one in editors.split] == ["a1"] and editors.left_out["not finished"] == 1
    unfinished = plan(project, Recipe(layer="editors", unfinished=True))
    assert len(unfinished.split) == 2 and any("not finished" in finding.what for finding in unfinished.findings)
    with pytest.raises(DatasetError, match="nothing to make a dataset of"):
        plan(project, Recipe(layer="editors", sources=("Nowhere",)))
    with pytest.raises(RecipeError, match="Nobody called"):
        plan(project, Recipe(layer="zoe"))


def test_where_each_label_comes_from(project, tmp_path):
    add_suggestions(project, add_article(project), suggestions(), ("model", "1"))
    session = Session(project, "anna")
    session.open(session.listing()[0])
    accepted, rejected = session.labelled.claims
    session.do(editing.accept(session.labelled, [accepted]))
    session.do(editing.reject(session.labelled, [rejected]))
    session.do(editing.add_claim(session.labelled, (0, 8)))
    session.do(editing.accept(session.labelled, session.labelled.mentions[:1]))
    session.do(editing.set_label(session.labelled, [session.labelled.mentions[0]], "ORG", "Organisation"))
    session.finish()
    make(project, tmp_path / "ds", plan(project, Recipe(layer="editors", rejected=True, split=(100, 0, 0))))
    (row,) = rows_of(tmp_path / "ds")["train"]
    assert sorted((claim["decision"], claim["origin"]) for claim in row["claims"]) == [
        ("accepted", "model 1"),
        ("made", None),
    ]
    assert [entity["decision"] for entity in row["entities"]] == ["changed"]
    (negative,) = row["rejected"]
    assert negative["decision"] == "rejected" and negative["cue"] and row["shown"] == ["model 1"]


def test_without_texts_there_are_places_and_digests(project, tmp_path):
    bring(project, tmp_path, articles(12))
    make(project, tmp_path / "ds", plan(project, EDITORS), without_text=True)
    held = b"".join(file.read_bytes() for file in (tmp_path / "ds").rglob("*") if file.is_file())
    assert b"bridge" not in held
    rows = [row for rows in rows_of(tmp_path / "ds").values() for row in rows]
    assert all(row["text"] is None and row["text_sha256"] for row in rows)
    assert any(claim["cue"][0]["start"] == 4 for row in rows for claim in row["claims"])


def test_spacy_takes_the_files_as_they_are(project, tmp_path):
    bring(project, tmp_path, articles(150))
    folder = tmp_path / "ds"
    make(project, folder, plan(project, Recipe(layer="editors", files=("spacy",))))
    docs = list(DocBin().from_disk(folder / "spacy" / "train" / "0001.spacy").get_docs(spacy.blank("en").vocab))
    assert all(not doc.has_annotation("ENT_IOB") for doc in docs)  # nobody labelled entities: missing, not none
    assert {span.label_ for doc in docs for span in doc.spans["sc"]} == {"source", "cue", "content"}
    command = [sys.executable, "-m", "spacy", "debug", "data", "config.cfg", "--no-format"]
    done = subprocess.run(command, cwd=folder / "spacy", capture_output=True, text=True)
    assert "Corpus is loadable" in done.stdout and done.returncode == 0, done.stdout  # no error among its checks


def test_tokens_are_tagged_where_the_pieces_are(made):
    _, folder = made
    for line in (folder / "tokens" / "train.jsonl").read_text("utf-8").split("\n")[:-1]:
        one = json.loads(line)
        assert len(one["tokens"]) == len(one["offsets"]) == len(one["cue"]) == len(one["tags"])
        assert [token for token, cue in zip(one["tokens"], one["cue"], strict=True) if cue] == ["said"]
        assert one["tokens"][one["tags"].index("B-SPEAKER")] == "Lee"


def test_other_formats_are_in_it_and_losses_are_listed(project, tmp_path):
    bring(project, tmp_path, articles(9))
    recipe = Recipe(layer="editors", files=(), formats=("brat", "conll"), folds=3)
    done = make(project, tmp_path / "ds", plan(project, recipe))
    assert (tmp_path / "ds" / "interchange" / "brat" / "annotation.conf").is_file()
    assert sorted(rows_of(tmp_path / "ds")) == ["fold1", "fold2", "fold3"]
    with (tmp_path / "ds" / "losses.csv").open(encoding="utf-8") as file:
        losses = list(csv.DictReader(file))
    assert any(row["format"] == "conll" and row["what"] == "claim" for row in losses)
    assert any(line.startswith("conll: ") for line in done.losses)


def test_a_folder_with_something_in_it_is_not_written_over(project, tmp_path):
    bring(project, tmp_path, articles(4))
    (tmp_path / "ds").mkdir()
    (tmp_path / "ds" / "mine.txt").write_text("precious")
    with pytest.raises(DatasetError, match="there already"):
        make(project, tmp_path / "ds", plan(project, EDITORS))
    assert [file.name for file in (tmp_path / "ds").iterdir()] == ["mine.txt"]


def test_a_recipe_survives_and_odd_ones_are_refused():
    recipe = Recipe(layer="editors", sources=("A B",), split=(70, 20, 10), by="date", names=True)
    assert recipes.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    command = recipe.as_command("p.annotator", "out")
    assert "--split-by date" in command and "--source 'A B'" in command and "--names" in command
    for odd in ({"split": [50, 50]}, {"folds": 1}, {"near": 2}, {"by": "moon"}, {"files": ["exe"]}, {"split": "x"}, 7):
        with pytest.raises(RecipeError):
            recipes.from_json(odd)


def test_on_the_command_line(project, tmp_path):
    bring(project, tmp_path, articles(30))
    project.close()

    def annotator(*arguments):
        command = [sys.executable, "-m", "annotator", "dataset", str(project.path), *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=os.environ)

    told = json.loads(annotator("--dry-run", "--json", "--layer", "editors").stdout)
    assert told["articles"] == 30 and told["near_duplicates"]["across_splits"] == 0
    assert not (tmp_path / "ds").exists()
    done = annotator("ds", "--layer", "editors", "--files", "jsonl")
    assert done.returncode == 0 and "Wrote" in done.stdout
    again = annotator("ds2")  # as the last one
    assert (
        "--no-names" in annotator("--help").stdout and annotator("ds3", "--fresh").returncode == 1
    )  # there is no gold
    assert again.returncode == 0 and bytes_of(tmp_path / "ds2") == bytes_of(tmp_path / "ds")
    assert "there already" in annotator("ds").stderr
    assert "add up to 100" in annotator("--dry-run", "--split", "1,2,3").stderr


@pytest.mark.parametrize("name, words", [("text_classifier.py", "macro F1"), ("token_classifier.py", "F1")])
def test_the_examples_of_the_docs_train_on_it(name, words, project, tmp_path):
    bring(project, tmp_path, articles(60, claims=lambda n: 1))
    make(project, tmp_path / "ds", plan(project, Recipe(layer="editors", files=("tokens",))))
    script = Path(__file__).parents[2] / "docs" / "examples" / name
    assert len([line for line in script.read_text("utf-8").split("\n") if line.strip()]) <= 35
    done = subprocess.run([sys.executable, script, tmp_path / "ds", "60"], capture_output=True, text=True)
    assert done.returncode == 0 and words in done.stdout, done.stderr
    found = float(re.search(r"F1 (\d\.\d\d)", done.stdout)[1])
    assert found > 0.3


def test_what_several_editors_said_is_measured_and_soft(project, tmp_path):
    text = "Lee said the bridge was safe again. Bo said it was paid for."
    first = {"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 34]], "mode": "direct", "stance": "favor"}
    second = {"source": [[36, 38]], "cue": [[39, 43]], "content": [[44, 59]], "mode": "indirect"}
    said = {"anna": [first], "ben": [first | {"mode": "indirect", "stance": None}, second], "cy": [first]}
    bring(project, tmp_path, [record(7, text, layer=name) | {"claims": claims} for name, claims in said.items()])
    make(project, tmp_path / "ds", plan(project, Recipe(layer="editors", split=(100, 0, 0))))
    soft = json.loads((tmp_path / "ds" / "soft" / "train.json").read_text("utf-8"))
    found = {(row["annotation task"], row["text"]): row for row in soft.values()}
    mode = found["mode of a claim", "the bridge was safe again"]
    assert mode["annotators"] == "A1,A2,A3" and mode["annotations"] == "direct,indirect,direct"
    assert mode["soft_label"] == {"direct": 2 / 3, "indirect": 1 / 3, "mixed": 0.0}
    assert found["found of a claim", "it was paid for"]["soft_label"] == {"yes": 1 / 3, "no": 2 / 3}
    stance = found["stance of a claim", "the bridge was safe again"]["soft_label"]
    assert stance == {"favor": 2 / 3, "against": 0.0, "neutral": 0.0, "none": 1 / 3}
    agreed = json.loads((tmp_path / "ds" / "agreement.json").read_text("utf-8"))
    assert agreed["annotators"] == ["A1", "A2", "A3"]
    card = (tmp_path / "ds" / "README.md").read_text("utf-8")
    assert "## Agreement" in card and "anna" not in card
    rows = rows_of(tmp_path / "ds")["train"]
    assert [row["annotator"] for row in rows] == ["A1", "A2", "A3"] and {row["id"] for row in rows} == {"a7"}


def test_texts_come_back_into_a_dataset_without_them(project, tmp_path):
    bring(project, tmp_path, articles(12))
    planned = plan(project, EDITORS)
    make(project, tmp_path / "bare", planned, without_text=True)
    make(project, tmp_path / "whole", planned)
    assert join(project, tmp_path / "bare", tmp_path / "joined") == (12, [])
    assert rows_of(tmp_path / "joined") == rows_of(tmp_path / "whole")
    other = store.create(tmp_path / "other.annotator")
    bring(other, tmp_path, articles(12)[:11])
    assert join(other, tmp_path / "bare", tmp_path / "joined2") == (11, ["a11"])
    other.close()


def test_what_changed_between_two_datasets(project, tmp_path):
    bring(project, tmp_path, articles(20))
    make(project, tmp_path / "old", plan(project, EDITORS))
    assert changes(tmp_path / "old", tmp_path / "old").as_text() == "Nothing has changed."
    bring(project, tmp_path, articles(3, first=100, claims=lambda n: 2))
    make(project, tmp_path / "new", plan(project, Recipe(layer="editors", seed=5)))
    found = changes(tmp_path / "old", tmp_path / "new")
    assert found.recipe == {"seed": (1, 5)} and found.articles["are new"] == ["a100", "a101", "a102"]
    assert found.labels["claims are new"] == 6 and not found.articles["are in another split"]
    assert "3 articles are new" in found.as_text() and "6 claims are new" in found.as_text()
    with pytest.raises(DatasetError, match="no dataset"):
        changes(tmp_path, tmp_path / "new")


def test_no_file_names_an_editor(project, tmp_path):
    text = "Lee said the bridge was safe again. Bo said it was paid for."
    said = [record(7, text, layer=name) for name in ("Zoë Quick", "Ben Slow")]
    said[0] |= {"annotation_approver": "Zoë Quick", "claims": [claim | {"actor": "Lee"} for claim in said[0]["claims"]]}
    bring(project, tmp_path, [*said, *articles(4, first=20)])
    for number, recipe in enumerate((EDITORS, Recipe(layer="Zoë Quick", formats=("brat", "jsonl")))):
        folder = tmp_path / f"ds{number}"
        make(project, folder, plan(project, recipe))
        names = [file for file in folder.rglob("*") if "Zo" in file.name or "Slow" in file.name]
        for file in (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".xlsx"):
            data = file.read_bytes()
            data += (
                b"".join(str(row).encode() for row in pq.read_table(file).to_pylist())
                if file.suffix == ".parquet"
                else b""
            )
            assert not any(name.encode() in data for name in ("Zoë Quick", "Ben Slow")), file
        assert not names
    make(project, tmp_path / "named", plan(project, Recipe(layer="editors", names=True, extra=True)))
    rows = [row for held in rows_of(tmp_path / "named").values() for row in held]
    assert {"Zoë Quick", "Ben Slow", "anna"} == {row["annotator"] for row in rows}
    assert any(row["extra"] and "annotation_approver" in row["extra"] for row in rows)


def test_one_editors_dataset_has_nothing_of_the_others(project, tmp_path):
    text = "Lee said the bridge was safe again. Bo said it was paid for."
    bring(project, tmp_path, [record(7, text, layer=name) for name in ("anna", "ben")])
    make(project, tmp_path / "ds", plan(project, Recipe(layer="anna", split=(100, 0, 0))))
    assert [row["annotator"] for row in rows_of(tmp_path / "ds")["train"]] == ["A1"]
    assert not (tmp_path / "ds" / "soft").exists() and not (tmp_path / "ds" / "agreement.json").exists()


def test_folds_and_back_move_nothing(project, tmp_path):
    bring(project, tmp_path, articles(30))
    make(project, tmp_path / "a", plan(project, EDITORS))
    make(project, tmp_path / "b", plan(project, Recipe(layer="editors", folds=3)))
    bring(project, tmp_path, articles(20, first=700))
    then = plan(project, EDITORS)
    before = {row["id"]: name for name, rows in rows_of(tmp_path / "a").items() for row in rows}
    after = {then.keys[article]: name for article, name in then.split.items()}
    assert {key: after[key] for key in before} == before and len(after) == 50


@pytest.mark.parametrize("by", ["source", "actor"])
def test_what_is_never_divided_is_not(by, project, tmp_path):
    base = articles(40, claims=lambda n: 1)
    copied = base[0] | {"id": "copy", "text": base[0]["text"] + " More.", "source": "Another outlet"}
    bring(project, tmp_path, [*base, copied, *(one | {"source": "Another outlet"} for one in articles(5, first=90))])
    made = plan(project, Recipe(layer="editors", by=by, split=(50, 25, 25)))
    make(project, tmp_path / "ds", made)
    where = {}
    for name, rows in rows_of(tmp_path / "ds").items():
        for row in rows:
            for what in {row["outlet"]} if by == "source" else {claim["actor"] for claim in row["claims"]}:
                where.setdefault(what, set()).add(name)
    assert all(len(names) == 1 for names in where.values()) and not made.across


def test_spacy_never_looks_at_the_test(project, tmp_path):
    bring(project, tmp_path, articles(20))
    make(project, tmp_path / "ds", plan(project, Recipe(layer="editors", split=(80, 0, 20), files=("spacy",))))
    assert 'dev = "train"' in (tmp_path / "ds" / "spacy" / "config.cfg").read_text("utf-8")


def test_what_is_counted_is_what_was_labelled(project, tmp_path):
    bring(project, tmp_path, articles(10, claims=lambda n: 1))
    make(project, tmp_path / "ds", plan(project, Recipe(layer="editors", labelled=("entities",))))
    card = (tmp_path / "ds" / "README.md").read_text("utf-8")
    assert (
        "10 news articles with 0 named entities" in card
        and "mode direct" not in card
        and "it was looked at and has none" not in card
    )


def test_a_thousand_copies_are_counted_at_once(project, tmp_path):
    bring(project, tmp_path, [record(n, "Lee said the bridge was safe again.", source=f"O{n}") for n in range(600)])
    made = plan(project, EDITORS)
    assert len(made.pairs) == 599 and len(set(made.split.values())) == 1
    assert any("more than half" in finding.what for finding in made.findings)


def test_labels_that_have_gone_are_told_and_nothing_is_left(project, tmp_path):
    bring(project, tmp_path, articles(5))
    made = plan(project, EDITORS)
    gone = replace(made, chosen=(*made.chosen, replace(made.chosen[0], layer=999)))
    with pytest.raises(RecipeError, match="taken away since"):
        make(project, tmp_path / "ds", gone)
    assert not [file for file in tmp_path.iterdir() if "ds" in file.name]


def test_a_stance_that_was_not_labelled_is_missing(project, tmp_path):
    bring(project, tmp_path, articles(20))
    planned = plan(project, replace(EDITORS, labelled=("claims",)))
    assert not any(name.startswith("stance") for counts in planned.counts.values() for name in counts)
    make(project, tmp_path / "ds", planned)
    rows = [row for held in rows_of(tmp_path / "ds").values() for row in held]
    assert all(row["labelled"] == ["claims"] for row in rows)
    assert {claim["stance"] for row in rows for claim in row["claims"]} == {None}
    with pytest.raises(RecipeError, match="say that claims"):
        plan(project, replace(EDITORS, labelled=("stance",)))


def test_only_articles_with_an_entity_of_a_label(project, tmp_path):
    with_ship = [record(1, "Lee said the ship sank.", 0, mentions=[{"start": 13, "end": 17, "label": "SHIP"}])]
    bring(project, tmp_path, [*with_ship, record(2, "Lee said no.", 0), record(3, "Lee said yes.", 0)])
    planned = plan(project, replace(EDITORS, labels=("SHIP",), split=(100, 0, 0)))
    assert list(planned.keys.values()) == ["a1"] and planned.left_out == {"without such an entity": 2}


def test_what_nothing_is_known_of_is_said_to_split_nothing(project, tmp_path):
    bring(project, tmp_path, [one | {"source": ""} for one in articles(20)])
    said = [one.what for one in plan(project, replace(EDITORS, by="source")).findings]
    assert "all articles are without an outlet: of these, only near-duplicates stay together" in said
    said = [one.what for one in plan(project, replace(EDITORS, by="actor")).findings]
    assert any("without a claim with an actor" in what for what in said)
    assert not any("without a" in one.what for one in plan(project, EDITORS).findings)


def test_without_gold_it_says_what_there_is(project, tmp_path):
    bring(project, tmp_path, articles(5))
    with pytest.raises(DatasetError, match=r"editors have finished 5: .*--layer editors"):
        plan(project, Recipe())


@pytest.mark.parametrize(
    "said, known", [("CC-BY-4.0", "cc-by-4.0"), ("By arrangement with *us*", "other"), ("", "other")]
)
def test_the_licence_of_the_texts(project, tmp_path, said, known):
    bring(project, tmp_path, articles(5))
    make(project, tmp_path / "ds", plan(project, replace(EDITORS, licence=said)))
    card = (tmp_path / "ds" / "README.md").read_text("utf-8")
    assert f'\nlicense: "{known}"\n' in card
    assert not said or f"Of the texts: {said}.".replace("*", "\\*") in card

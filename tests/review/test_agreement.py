import json
import shutil
import subprocess
import sys
from collections import defaultdict
from itertools import combinations

import pytest
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score

from annotator import store
from annotator.core.annotation import Claim, Layer
from annotator.formats.bring_in import bring_in
from annotator.review.agreement import Subject, agreement
from annotator.review.disputes import actor_names, subjects
from annotator.review.patterns import patterns
from annotator.review.report import as_text

# Eight sentences of nine letters each, so that overlaps are easy to count.
TEXT = "".join(f"{c * 9}. " for c in "abcdefgh")


def sentence(number, start=0, end=9):
    return ((number * 11 + start, number * 11 + end),)


def layer(*claims):
    return Layer(1, 1, 1, 0.0, {}, dict(enumerate(claims, 1)))


def claim(number, start=0, end=9, mode="indirect", **more):
    return Claim(number + 1, (), (), sentence(number, start, end), mode, **more)


def one(a, b, **more):
    return agreement([Subject(1, "a", TEXT, {"A": a, "B": b})], str, **more).pairs[0]


def test_claims_found_by_hand():
    # A has four claims, B three. Contents: the same; 9 letters and 6 of them (0.67); 9 and 4 (0.44, too little).
    a = layer(claim(0), claim(1), claim(2), claim(3))
    b = layer(claim(0), claim(1, 0, 6), claim(2, 0, 4))
    figures = one(a, b).figures
    assert figures["claims precision"].value == pytest.approx(2 / 3)
    assert figures["claims recall"].value == pytest.approx(2 / 4)
    assert figures["claims f1"].value == pytest.approx(4 / 7)
    assert figures["exact f1"].value == pytest.approx(2 / 7)
    assert figures["claims f1"].n == 7


def test_slots_are_of_paired_claims_only():
    a = layer(claim(0, mode="direct"), claim(1, stance="favor"), claim(2))
    b = layer(claim(0, mode="direct"), claim(1, stance="against"), claim(3))
    slots = one(a, b).slots
    assert slots["mode"].raw.value == 1.0
    assert slots["stance"].raw.value == 0.5
    assert slots["stance"].confusion == {("none", "none"): (0,), ("favor", "against"): (1,)}
    assert slots["mode"].kappa.value is None and "2 claims only" in slots["mode"].kappa.reason
    assert slots["target"].raw.value is None and slots["target"].raw.reason == "nobody has set it"
    assert slots["source"].kappa.reason and slots["source"].raw.value == 1.0


def test_what_is_undefined_has_a_reason():
    nothing = one(layer(), layer())
    assert nothing.figures["claims f1"].reason == "nobody marked a claim"
    assert nothing.slots["mode"].raw.reason == "no claim was found by both"
    assert nothing.slots["stance"].alpha.reason == "no claim was given a stance by two"
    apart = agreement(
        [
            Subject(1, "a", TEXT, {"A": layer(claim(0)), "B": layer(claim(0))}),
            Subject(2, "b", TEXT, {"B": layer(claim(0)), "C": layer(claim(0))}),
        ],
        str,
    )
    (pair,) = [p for p in apart.pairs if p.names == ("A", "C")]
    assert pair.articles == 0
    assert pair.figures["claims f1"].reason == "no article that both have finished"
    data = apart.as_json()
    assert all(p["claims"]["f1"]["value"] is not None or p["claims"]["f1"]["reason"] for p in data["pairs"])
    json.dumps(data)
    assert "no article that both have finished" in as_text(apart)
    assert as_text(agreement([], str)).startswith("No article is finished by two")


def test_gamma_is_there_or_says_what_it_needs():
    from annotator.review import gamma

    same = layer(*(claim(n) for n in range(6)))
    figure = gamma.gamma([Subject(n, str(n), TEXT, {"A": same, "B": same}) for n in range(2)], 20, 0)
    try:
        import pygamma_agreement  # noqa: F401
    except ImportError:
        assert (figure.value, figure.reason) == (None, gamma.MISSING)
        return
    assert figure.value == pytest.approx(1.0)
    report = agreement([Subject(1, "a", TEXT, {"A": same, "B": same})], str).with_figure("gamma units", figure)
    assert "claims and their places, γ" in as_text(report)


def test_patterns_name_cue_and_values():
    def said(number, stance):
        return Claim(number + 1, (), ((88, 92),), sentence(number), "indirect", stance=stance)

    text = TEXT + "Said"
    a, b = layer(said(0, "against"), said(1, "against")), layer(said(0, "neutral"), said(1, "neutral"))
    report = agreement([Subject(1, "a", text, {"A": a, "B": b})], str)
    (first,) = patterns(report, str)
    assert (first.slot, first.cue, first.values, len(first.cases)) == ("stance", "said", ("against", "neutral"), 2)


def test_only_finished_layers_count(project):
    from annotator.labelling.session import Session
    from tests.conftest import add_article

    article = add_article(project)
    for name in ("anna", "ben"):
        session = Session(project, name)
        session.open(article)
        if name == "anna":
            session.finish()
    assert list(subjects(project)) == []
    session.finish()
    assert [s.layers.keys() for s in subjects(project)] == [{"anna", "ben"}]


def only(folder, keys, tmp_path):
    """A copy of a PolNeAR folder with some of its articles."""
    for part in ("text", "attributions"):
        (tmp_path / "some" / part).mkdir(parents=True)
        for file in (folder / part).iterdir():
            if file.stem in keys or file.stem.rpartition("_")[0] in keys:
                shutil.copy(file, tmp_path / "some" / part)
    return tmp_path / "some"


@pytest.mark.parametrize("split", ["annotator-training", "train"])
def test_polnear_pairs_equal_the_scorers_and_the_libraries(shared, tmp_path, split):
    """Pairwise F1 is what the independent scorer says, κ and α what the libraries say of the same pairs."""
    sys.path.insert(0, str(shared / "eval"))
    import polnear
    import score_claims

    folder = shared / "data" / "polnear" / split
    read = defaultdict(dict)
    for file in sorted((folder / "attributions").glob("*.ann")):
        article, name = file.stem.rsplit("_", 1)
        # The scorer's reader wants spans before the events that use them; brat writes them in any order.
        lines = sorted(file.read_text("utf-8").split("\n"), key=lambda line: line.startswith("E"))
        text = (folder / "text" / f"{article}.txt").read_bytes().decode()
        read[article][name] = {"id": article, "text": text, "claims": polnear.read_article("\n".join(lines), text)}
    several = {article: found for article, found in read.items() if len(found) > 1}
    project = store.create(tmp_path / "polnear.annotator")
    report = bring_in(project, [only(folder, several, tmp_path)], brat="polnear")
    assert not [r for r in report.refused if not r[0].endswith(tuple("0123456789"))]
    project.close()
    printed = subprocess.run(
        [
            sys.executable,
            "-m",
            "annotator",
            "agreement",
            str(project.path),
            "--json",
            "--replicates",
            "50",
            "--with-derived",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    data = json.loads(printed.stdout)
    assert data["articles"] == len(several)
    names = sorted({name for found in several.values() for name in found})
    assert [(p["a"], p["b"]) for p in data["pairs"]] == list(combinations(names, 2))
    for pair in data["pairs"]:
        both = [f for f in several.values() if pair["a"] in f and pair["b"] in f]
        told = score_claims.score([f[pair["a"]] for f in both], [f[pair["b"]] for f in both])
        for what in ("claims", "exact"):
            ours = pair[what]
            line = f"P {ours['precision']['value']:.3f}  R {ours['recall']['value']:.3f}  F1 {ours['f1']['value']:.3f}"
            assert line == told[what], (pair["a"], pair["b"])
        assert round(pair["slots"]["source"]["raw"]["value"], 3) == told["source"]
        assert round(pair["slots"]["cue"]["raw"]["value"], 3) == told["cue"]
    opened = store.open_project(project.path)
    said = agreement(subjects(opened), actor_names(opened), replicates=0)
    assert "derived" in said.overall.slots["mode"].raw.reason  # nobody has said it
    assert said.overall.slots["stance"].raw.value is None
    measured = agreement(subjects(opened, with_derived=True), actor_names(opened), replicates=0)
    for measures in measured.pairs:
        mode = measures.slots["mode"]
        a, b = zip(*[(c.a.mode, c.b.mode) for c in measures.cases], strict=True)
        assert mode.kappa.value == pytest.approx(cohen_kappa_score(a, b))
        coded = [(coder, n, value) for coder, values in (("a", a), ("b", b)) for n, value in enumerate(values)]
        assert mode.alpha.value == pytest.approx(AnnotationTask(data=coded).alpha())
    opened.close()

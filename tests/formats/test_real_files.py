"""Real files of other tools, against an independent reading of what is in them: right, or named."""

import hashlib
import json
import shutil
from collections import Counter

import pytest

from annotator.core.assets import asset
from annotator.formats.bring_in import bring_in
from annotator.store import articles, layers
from annotator.store.check import check
from tests.conftest import SHARED

REAL = SHARED / "data" / "formats"
READ = (
    "brat",
    "conll",
    "doccano",
    "label-studio",
    "prodigy",
    "spacy-docbin",
    "uima-cas",
    "w3c-annotation",
    "webanno-tsv",
)
CASES = sorted(str(file.parent.relative_to(REAL)) for file in REAL.glob("*/*/expected.json") if file.parts[-3] in READ)
# One span was accepted in two lines; as labels of one text they are one.
# The reading that is compared takes the type for the label, ours its value.
CALLED = {
    "uima-cas/xmi-dkpro-pipeline": {"Location": "LOCATION", "Organization": "ORGANIZATION", "NamedEntity": "MISC"}
}
# What stood between the sentences of a text is not in the file: here a line end, for which a blank is put.
BETWEEN = {"webanno-tsv/tsv3-suite": 1}
TWICE = {"prodigy/ner-binary": Counter({"PRODUCT": 1})}


def came_in(project):
    """By the digest of the text: how many spans of each label in all layers (pieces of claims by their slot), and the
    entities' places."""
    labels, places = {}, {}
    with project.reading() as connection:
        for article in articles.every(connection):
            key = hashlib.sha256(article.text.encode()).hexdigest()
            counts, spans = labels.setdefault(key, Counter()), places.setdefault(key, set())
            for layer, _, _ in layers.of_article(connection, article.id):
                held = layers.by_id(connection, layer)
                counts.update(mention.label for mention in held.mentions.values())
                spans |= {(mention.label, mention.start, mention.end) for mention in held.mentions.values()}
                for claim in held.claims.values():
                    counts.update({slot.title(): len(getattr(claim, slot)) for slot in ("source", "cue", "content")})
    return labels, places


@pytest.mark.parametrize("case", CASES or ["none"])
def test_what_is_read_is_right_or_named(case, project, shared, tmp_path):
    folder = shared / "data" / "formats" / case
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    shutil.copytree(folder, tmp_path / "in", ignore=shutil.ignore_patterns("expected.json"))
    report = bring_in(project, [tmp_path / "in"])
    assert check(project) == []
    told = [reason for _, reason in [*report.left_out, *report.refused, *report.duplicates, *report.differing]]
    # What brat's usual types are called here.
    called = json.loads(asset("brat", "default.json").read_text("utf-8"))["mentions"] if case.startswith("brat") else {}
    called |= CALLED.get(case, {})
    wanted = {}
    for document in expected["documents"]:
        if "text_sha256" not in document:
            assert told  # there is no text with it
            continue
        counts = wanted.setdefault(document["text_sha256"], Counter())
        for label, number in (document.get("spans_by_label") or {}).items():
            counts[called.get(label, label)] += number
    labels, places = came_in(project)
    assert len(wanted.keys() - labels.keys()) <= BETWEEN.get(case, 0) or report.refused
    for key, counts in wanted.items():
        if key not in labels:
            continue
        assert not labels[key] - counts
        for label in counts - labels[key] - TWICE.get(case, Counter()):
            why = f"type {label},", f"({label})", "does not cover its words", "in the project already", "no length"
            assert any(words in reason for reason in told for words in why), label
    texts = {document["id"]: document.get("text_sha256") for document in expected["documents"]}
    for spot in expected.get("spot_checks") or ():
        here = called.get(spot["label"], spot["label"]), spot["start"], spot["end"]
        found = places.get(texts.get(spot.get("document", spot.get("id"))), set().union(*places.values()))
        assert here in found or told, spot

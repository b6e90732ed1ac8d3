"""Suggestions measured against gold: a slot that gold says nothing of is not held against them."""

from annotator.core.scheme import default
from annotator.suggest.evaluation import as_text, evaluate
from annotator.suggest.suggester import suggest, suggester

TEXT = "Ann Lee said that Omar Nye was a great man. Omar Nye denied that the road was closed."


def measured(**changes):
    by, labels = suggester(), default().label_map
    made = suggest(by, TEXT, labels)
    claims = [claim | changes for claim in made["claims"]]
    return evaluate(by, [{"id": "1", "text": TEXT, "claims": claims}], labels, replicates=20)


def test_what_gold_says_nowhere_is_no_difference():
    found = measured(actor=None, stance=None, target=None)
    assert found.as_json()["claims"]["f1"]["value"] == 1 and not found.patterns
    assert "nobody marked an entity" in as_text(found)


def test_what_gold_says_otherwise_is_one():
    found = measured(actor="Eva Roy")
    assert found.patterns and "Eva Roy" in as_text(found)

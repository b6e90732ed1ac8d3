"""Until an annotator has finished an article, nothing shows what the others did there."""

import json
import subprocess
import sys

import pytest

from annotator.formats.export import ExportError, export
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.review.adjudication import Review
from annotator.review.agreement import agreement
from annotator.review.disputes import actor_names, difference_lines, disputes, subjects
from annotator.store import articles, assignments, authors
from annotator.store.sight import NotLead, sight_of
from annotator.team import me, members, sharing
from tests.conftest import TEXT, add_article, span_of

SECRET = "the ship was empty"


@pytest.fixture
def shared_project(project):
    """A lead shared two articles out; Ben and Cleo have finished the first with a secret, Anna has not begun."""
    for text in (TEXT, TEXT + "And more."):
        add_article(project, text)
    lead = Session(project, "lead")
    people = [Session(project, name) for name in ("anna", "ben", "cleo")]
    sharing.share_out(project, sharing.shares([1, 2], [d.me for d in people], 3, 0.0, 1), lead.me)
    for session in people[1:]:
        session.open(1)
        session.do(editing.add_claim(session.labelled, span_of(TEXT, SECRET)))
        session.finish()
    return project


@pytest.fixture
def anna(shared_project):
    return Session(shared_project, "anna")


def exported(project, tmp_path, viewer, layer):
    out = tmp_path / "out.jsonl"
    export(project, out, "jsonl", layer=layer, viewer=viewer, unlabelled=True)
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("layer", [None, "best", "all", "ben"])
def test_exports(anna, shared_project, tmp_path, layer):
    assert not any(r["claims"] for r in exported(shared_project, tmp_path, anna.me, layer))
    anna.open(1)
    anna.finish()
    assert any(r["claims"] for r in exported(shared_project, tmp_path, anna.me, layer))


def test_lists_counts_and_search(anna):
    assert anna.listing(search="empty") == [1, 2]  # words of the texts, nobody's labels
    counts = articles.counts(anna.project, anna.me)
    assert counts == {"todo": 2, "started": 0, "done": 0}
    summary = articles.summaries(anna.project, anna.me, [1])[1]
    assert (summary.state, summary.claims, summary.decided) == ("todo", None, 0)


def test_the_desk_and_undo(anna):
    labelled = anna.open(1)
    assert labelled.claims == () and labelled.mentions == ()
    assert anna.undo() is None and anna.redo() is None and anna.next_turns() == (None, None)
    assert anna.open(1).claims == ()


def test_review_agreement_and_comparing(anna, shared_project):
    assert disputes(shared_project, anna.me) == []
    assert list(subjects(shared_project, viewer=anna.me)) == []
    assert list(subjects(shared_project, ["ben", "cleo"], viewer=anna.me)) == []
    assert list(difference_lines(shared_project, ["ben", "anna"], viewer=anna.me)) == []
    assert agreement(subjects(shared_project, viewer=anna.me), actor_names(shared_project)).keys == ()
    lead = members.annotator(shared_project, "lead")
    assert [d.article for d in disputes(shared_project, lead)] == [1]
    anna.open(1)
    anna.finish()
    assert [d.article for d in disputes(shared_project, anna.me)] == [1]


def test_only_the_lead_adjudicates(anna, shared_project):
    with pytest.raises(NotLead, match="lead"):
        anna.open_review(1)
    assert isinstance(Session(shared_project, "lead").open_review(1), Review)


def test_commands(shared_project, tmp_path):
    shared_project.settle()
    with shared_project.reading() as connection:
        uid = next(a.uid for a in authors.annotators(connection) if a.name == "anna")
    me.path().parent.mkdir(parents=True, exist_ok=True)
    me.path().write_text(json.dumps({"uid": uid, "name": "anna"}))

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "annotator", *map(str, arguments)], capture_output=True, text=True, check=False
        )

    path = shared_project.path
    assert "nothing to compare" in run("agreement", path).stdout
    assert run("compare", path, "--layers", "ben,cleo").stdout == ""
    run("export", path, tmp_path / "x.jsonl", "--layer", "all", "--include-unlabelled")
    assert '"mode"' not in (tmp_path / "x.jsonl").read_text("utf-8")


def test_sharing_is_even_and_reproducible():
    ids, people = list(range(1, 101)), [7, 8, 9]
    pairs = sharing.shares(ids, people, 2, 0.2, 5)
    assert pairs == sharing.shares(ids, people, 2, 0.2, 5) != sharing.shares(ids, people, 2, 0.2, 6)
    loads = [sum(a == p for _, a in pairs) for p in people]
    assert sum(loads) == 20 * 3 + 80 * 2 and max(loads) - min(loads) <= 1
    each = [sum(i == article for i, _ in pairs) for article in ids]
    assert sorted(each) == [2] * 80 + [3] * 20
    assert sharing.shares(ids, [7], 2, 0.0, 5) == [(i, 7) for i in ids]


def test_unaided_means_no_suggestions(project):
    from annotator.suggest.keeping import add_suggestions
    from tests.labelling.test_edits import suggestions

    add_suggestions(project, add_article(project), suggestions(), ("model", "1"))
    lead, anna = Session(project, "lead"), Session(project, "anna")
    assert sharing.share_out(project, [(1, anna.me)], lead.me, unaided=True) == 1
    anna = Session(project, "anna")
    assert anna.open(1).suggested is None and not anna.needs_suggestions(1)
    assert Session(project, "lead").open(1).suggested is not None
    with project.reading() as connection:
        assert assignments.of(connection, anna.me) == {1}
        assert not sight_of(connection, lead.me).limited


def test_nobody_called_so(shared_project, tmp_path, anna):
    with pytest.raises(ExportError):
        export(shared_project, tmp_path / "x.jsonl", "jsonl", layer="zoe", viewer=anna.me)

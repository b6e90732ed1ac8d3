"""Who did what, and the way back."""

import pytest

from annotator.labelling import edits as editing
from annotator.labelling import history
from annotator.labelling.session import Session
from annotator.store import statistics
from annotator.store.check import check
from annotator.store.sight import sight_of
from annotator.suggest.keeping import add_suggestions
from tests.conftest import TEXT, add_article, span_of
from tests.labelling.test_edits import suggestions


@pytest.fixture
def session(project):
    add_suggestions(project, add_article(project), suggestions(), ("rules-1", "3.8"))
    session = Session(project, "anna")
    session.open(1)
    return session


def test_every_edit_says_who_what_from_what_to_what(session):
    session.do(editing.accept(session.labelled, [session.labelled.claims[0]]))
    claim = session.labelled.claims[0]
    session.do(editing.revise(session.labelled, claim, "Set stance", stance="favor"))
    session.undo()
    entries = history.of_elements(session.history(), [("claim", session.me, claim.value.id)])
    told = [(e.action, e.kind, e.stands) for e in entries]
    assert told == [("Set stance", "undo", True), ("Set stance", "edit", False), ("Accept claim", "edit", True)]
    assert {e.by for e in entries} == {session.me}
    lines = [history.in_words(c, TEXT, str) for e in entries for c in e.changes]
    assert lines[:2] == [["stance: favor → none"], ["stance: none → favor"]]
    assert lines[2][0].startswith("made: ")
    assert session.model_of(claim.value.origin.layer) == "rules-1 3.8"


def test_back_to_an_earlier_state_is_a_new_edit(session):
    session.do(editing.add_claim(session.labelled, span_of(TEXT, "the ship was empty")))
    item = next(i for i in session.labelled.claims if i.state == "made")
    first = item.value
    session.do(editing.revise(session.labelled, item, "Set stance", stance="against"))
    item = next(i for i in session.labelled.claims if i.state == "made")
    session.do(editing.reject(session.labelled, [item]))
    assert first.id not in session.labelled.mine.claims
    assert session.do(history.back_to(session.labelled.mine, first))
    assert session.labelled.mine.claims[first.id] == first
    assert history.back_to(session.labelled.mine, first) is None
    assert session.undo() == "Back to an earlier state" and session.undo() == "Delete claim"
    assert session.labelled.mine.claims[first.id].stance == "against"
    assert check(session.project) == []


def test_what_may_not_be_seen_is_not_in_it(session):
    from annotator.team import sharing

    session.do(editing.accept(session.labelled, [session.labelled.claims[0]]))
    ben = Session(session.project, "ben")
    sharing.share_out(session.project, [(1, ben.me)], Session(session.project, "lead").me)
    with session.project.reading() as connection:
        assert history.of_article(connection, 1, sight_of(connection, ben.me)) == []
        assert len(history.of_article(connection, 1, sight_of(connection, session.me))) == 1


def test_statistics(session, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("annotator.store.edits.time.time", lambda: now[0])

    def after(seconds, edit):
        now[0] += seconds
        assert session.do(edit)

    after(0, editing.accept(session.labelled, session.labelled.mentions))
    after(60, editing.revise(session.labelled, session.labelled.claims[0], "Set stance", stance="favor"))
    after(4000, editing.reject(session.labelled, [session.labelled.claims[1]]))  # back from lunch
    after(30, editing.add_claim(session.labelled, span_of(TEXT, "the ship was empty")))
    after(10, editing.finish(session.labelled))
    with session.project.reading() as connection:
        found = statistics.of(connection, session.me)
    mentions = len(session.labelled.mentions)
    assert found == statistics.Statistics(1, 100.0, mentions, 1, 1, 1)
    assert found.decided == mentions + 2

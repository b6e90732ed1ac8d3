"""Who did what, and the way back."""

import pytest

from annotator import editing, history
from annotator.blind import sight_of
from annotator.desk import Desk, add_suggestions
from annotator.store import statistics
from annotator.store.check import check
from tests.conftest import TEXT, add_article, span_of
from tests.test_editing import suggestions


@pytest.fixture
def desk(project):
    add_suggestions(project, add_article(project), suggestions(), ("rules-1", "3.8"))
    desk = Desk(project, "anna")
    desk.open(1)
    return desk


def test_every_edit_says_who_what_from_what_to_what(desk):
    desk.do(editing.accept(desk.sheet, [desk.sheet.claims[0]]))
    claim = desk.sheet.claims[0]
    desk.do(editing.revise(desk.sheet, claim, "Set stance", stance="favor"))
    desk.undo()
    entries = history.of_elements(desk.history(), [("claim", desk.me, claim.value.id)])
    told = [(e.action, e.kind, e.stands) for e in entries]
    assert told == [("Set stance", "undo", True), ("Set stance", "edit", False), ("Accept claim", "edit", True)]
    assert {e.by for e in entries} == {desk.me}
    lines = [history.in_words(c, TEXT, str) for e in entries for c in e.changes]
    assert lines[:2] == [["stance: favor → none"], ["stance: none → favor"]]
    assert lines[2][0].startswith("made: ")
    assert desk.model_of(claim.value.origin.layer) == "rules-1 3.8"


def test_back_to_an_earlier_state_is_a_new_edit(desk):
    desk.do(editing.add_claim(desk.sheet, span_of(TEXT, "the ship was empty")))
    item = next(i for i in desk.sheet.claims if i.state == "made")
    first = item.value
    desk.do(editing.revise(desk.sheet, item, "Set stance", stance="against"))
    item = next(i for i in desk.sheet.claims if i.state == "made")
    desk.do(editing.reject(desk.sheet, [item]))
    assert first.id not in desk.sheet.mine.claims
    assert desk.do(history.back_to(desk.sheet.mine, first))
    assert desk.sheet.mine.claims[first.id] == first
    assert history.back_to(desk.sheet.mine, first) is None
    assert desk.undo() == "Back to an earlier state" and desk.undo() == "Delete claim"
    assert desk.sheet.mine.claims[first.id].stance == "against"
    assert check(desk.project) == []


def test_what_may_not_be_seen_is_not_in_it(desk):
    from annotator import team

    desk.do(editing.accept(desk.sheet, [desk.sheet.claims[0]]))
    ben = Desk(desk.project, "ben")
    team.share_out(desk.project, [(1, ben.me)], Desk(desk.project, "lead").me)
    with desk.project.reading() as connection:
        assert history.of_article(connection, 1, sight_of(connection, ben.me)) == []
        assert len(history.of_article(connection, 1, sight_of(connection, desk.me))) == 1


def test_statistics(desk, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("annotator.store.layers.time.time", lambda: now[0])

    def after(seconds, edit):
        now[0] += seconds
        assert desk.do(edit)

    after(0, editing.accept(desk.sheet, desk.sheet.mentions))
    after(60, editing.revise(desk.sheet, desk.sheet.claims[0], "Set stance", stance="favor"))
    after(4000, editing.reject(desk.sheet, [desk.sheet.claims[1]]))  # back from lunch
    after(30, editing.add_claim(desk.sheet, span_of(TEXT, "the ship was empty")))
    after(10, editing.finish(desk.sheet))
    with desk.project.reading() as connection:
        found = statistics.of(connection, desk.me)
    mentions = len(desk.sheet.mentions)
    assert found == statistics.Statistics(1, 100.0, mentions, 1, 1, 1)
    assert found.decided == mentions + 2

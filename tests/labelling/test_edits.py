"""Edits on a real session with a real file: what each does, and that undo and redo always lead back and forth."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator import store
from annotator.core.fields import change_from_json, change_to_json
from annotator.labelling import edits as editing
from annotator.labelling.labelled_article import lay
from annotator.labelling.session import Session
from annotator.store import ProjectError, layers
from annotator.store.check import check
from annotator.store.edits import Conflict
from annotator.suggest.keeping import add_suggestions
from tests.conftest import TEXT, add_article, span_of


def suggestions():
    def spans(*parts):
        return [list(span_of(TEXT, p)) for p in parts]

    return {
        "mentions": [
            {"start": 34, "end": 41, "label": "PERSON", "actor": "Ann Lee", "score": None},
            {"start": span_of(TEXT, "Omar Ćosić")[0], "end": span_of(TEXT, "Omar Ćosić")[1], "label": "ORG"},
        ],
        "claims": [
            {
                "source": spans("Minister Ann Lee"),
                "cue": spans("said"),
                "content": spans("the report was “pure fiction.”"),
                "mode": "mixed",
                "actor": "Ann Lee",
                "score": 0.7,
            },
            {
                "source": spans("she"),
                "cue": [list(span_of(TEXT, "said", 1))],
                "content": spans("The aim", "was to mislead"),
                "mode": "indirect",
                "score": 0.6,
            },
        ],
    }


@pytest.fixture
def open_desk(session):
    article = add_article(session.project)
    add_suggestions(session.project, article, suggestions(), ("model", "1"))
    session.open(article)
    return session


def states(session):
    return [i.state for i in session.labelled.claims], [i.state for i in session.labelled.mentions]


def test_accept_reject_and_back(open_desk):
    session = open_desk
    session.do(editing.accept(session.labelled, [session.labelled.claims[0]]))
    session.do(editing.reject(session.labelled, [session.labelled.claims[1]]))
    session.do(editing.reject(session.labelled, [session.labelled.mentions[0]]))
    assert states(session) == (["accepted", "rejected"], ["rejected", "suggested"])
    assert session.labelled.decided == 3
    assert session.next_turns() == ("Reject entity", None)
    assert [session.undo() for _ in range(4)] == ["Reject entity", "Reject claim", "Accept claim", None]
    assert states(session) == (["suggested", "suggested"], ["suggested", "suggested"])
    assert session.listing("todo") == [session.labelled.article.id]
    assert session.redo() == "Accept claim"
    assert states(session)[0] == ["accepted", "suggested"]


def test_changing_a_suggestion_accepts_it_changed(open_desk):
    session = open_desk
    session.do(editing.set_label(session.labelled, [session.labelled.mentions[1]], "PERSON"))
    assert session.labelled.mentions[1].state == "changed"
    assert session.labelled.mentions[1].value.label == "PERSON"
    session.do(editing.undecide(session.labelled, [session.labelled.mentions[1]]))
    assert (session.labelled.mentions[1].state, session.labelled.mentions[1].value.label) == ("suggested", "ORG")


def test_a_rejected_suggestion_comes_back_when_it_is_changed(open_desk):
    session = open_desk
    session.do(editing.reject(session.labelled, [session.labelled.claims[0]]))
    session.do(editing.revise(session.labelled, session.labelled.claims[0], "Set stance", stance="against"))
    assert session.labelled.claims[0].state == "changed"
    assert not session.labelled.mine.rejections


def test_the_mode_follows_the_content_until_it_is_set_by_hand(open_desk):
    session = open_desk
    session.do(
        editing.replace_slot(session.labelled, session.labelled.claims[0], "content", span_of(TEXT, "“pure fiction.”"))
    )
    assert session.labelled.claims[0].value.mode == "direct"
    session.do(editing.revise(session.labelled, session.labelled.claims[0], "Set mode", mode="indirect"))
    session.do(
        editing.replace_slot(
            session.labelled, session.labelled.claims[0], "content", span_of(TEXT, "was “pure fiction.”")
        )
    )
    assert session.labelled.claims[0].value.mode == "indirect"


def test_edges_stop_at_the_next_piece_and_never_leave_nothing(open_desk):
    session, text = open_desk, TEXT
    item = session.labelled.claims[1]
    first, second = item.value.content
    assert editing.move_edge(session.labelled, item, "end", second[0] + 1, "content", 0) is None
    assert editing.move_edge(session.labelled, item, "end", first[0], "content", 0) is None
    assert editing.move_edge(session.labelled, item, "end", len(text) + 1, "content", 1) is None
    assert session.do(editing.move_edge(session.labelled, item, "end", first[1] + 1, "content", 0))
    assert session.labelled.claims[1].value.content[0] == (first[0], first[1] + 1)


def test_pieces_are_added_and_taken_out(open_desk):
    session = open_desk
    session.do(editing.add_piece(session.labelled, session.labelled.claims[0], "source", span_of(TEXT, "Lee’s rival")))
    assert len(session.labelled.claims[0].value.source) == 2
    session.do(editing.remove_piece(session.labelled, session.labelled.claims[0], "source", 0))
    assert session.labelled.claims[0].value.source == (span_of(TEXT, "Lee’s rival"),)


def test_no_source_and_a_source_after_all(open_desk):
    session = open_desk
    session.do(editing.no_source(session.labelled, session.labelled.claims[0]))
    assert session.labelled.claims[0].value.implicit and session.labelled.claims[0].value.actor is None
    session.do(editing.replace_slot(session.labelled, session.labelled.claims[0], "source", span_of(TEXT, "Ann Lee")))
    assert not session.labelled.claims[0].value.implicit


def test_actors_are_found_made_and_renamed(open_desk):
    session = open_desk
    claim = session.labelled.claims[1]
    session.do(editing.set_actor(session.labelled, [claim], "ann  lee", session.find_actor("ann  lee")))
    assert session.actor_name(session.labelled.claims[1].value.actor) == "Ann Lee"
    session.do(editing.set_actor(session.labelled, [session.labelled.claims[1]], "Night buses", None, "target"))
    assert session.actor_name(session.labelled.claims[1].value.target) == "Night buses"
    actor = session.find_actor("Ann Lee")
    session.do(editing.rename_actor(actor, "Ann M. Lee"))
    assert session.find_actor("ann lee").name == "Ann M. Lee"
    assert session.actor_name(session.labelled.claims[1].value.actor) == "Ann M. Lee"
    session.undo()
    assert session.actor_name(session.labelled.claims[1].value.actor) == "Ann Lee"


def test_undo_opens_the_article_where_it_was(open_desk):
    session = open_desk
    here = session.labelled.article.id
    session.do(editing.accept(session.labelled, [session.labelled.claims[0]]))
    session.finish()
    session.open(add_article(session.project, "Another article. Nothing in it."))
    assert session.undo() == "Finish article"
    assert session.labelled.article.id == here and session.labelled.mine.finished is None


def test_a_new_edit_after_undo_ends_the_redo(open_desk):
    session = open_desk
    session.do(editing.accept(session.labelled, [session.labelled.claims[0]]))
    session.undo()
    session.do(editing.accept(session.labelled, [session.labelled.claims[1]]))
    assert session.redo() is None
    session.undo()
    assert session.redo() == "Accept claim"
    assert states(session)[0] == ["suggested", "accepted"]


def test_two_desks_on_one_file_never_overwrite_each_other(open_desk):
    session = open_desk
    other = Session(store.open_project(session.project.path), "anna")
    other.open(session.labelled.article.id)
    session.do(editing.add_mention(session.labelled, (0, 8), "ORG"))
    other.refresh()
    mention = other.labelled.mentions[0]
    other.do(editing.set_label(other.labelled, [mention], "PERSON"))
    with pytest.raises(Conflict):
        session.do(editing.set_label(session.labelled, [session.labelled.mentions[0]], "GPE"))
    assert session.labelled.mentions[0].value.label == "PERSON"
    other.close()


STEPS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 9), st.integers(0, 150), st.integers(1, 40)), max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_edits_undo_to_nothing_and_redo_to_the_same(tmp_path_factory, steps):
    project = store.create(tmp_path_factory.mktemp("p") / "x.annotator")
    session = Session(project, "anna")
    article = add_article(project)
    add_suggestions(project, article, suggestions(), ("model", "1"))
    labelled = session.open(article)
    done = 0
    for what, which, start, length in steps:
        labelled = session.labelled
        span = (min(start, len(TEXT) - 1), min(start + length, len(TEXT)))
        claims, mentions = labelled.claims, labelled.mentions
        claim = claims[which % len(claims)] if claims else None
        mention = mentions[which % len(mentions)] if mentions else None
        edit = None
        if what == 0:
            edit = editing.add_mention(labelled, span, "ORG")
        elif what == 1:
            edit = editing.add_claim(labelled, span)
        elif what == 2 and claim:
            edit = editing.accept(labelled, [claim])
        elif what == 3 and claim:
            edit = editing.reject(labelled, [claim])
        elif what == 4 and mention:
            edit = editing.reject(labelled, [mention])
        elif what == 5 and claim:
            edit = editing.add_piece(labelled, claim, ("source", "cue", "content")[which % 3], span)
        elif what == 6 and mention:
            edit = editing.move_edge(labelled, mention, "end", span[1])
        elif what == 7 and claim:
            edit = editing.move_edge(labelled, claim, "start", span[0], "content", 0)
        elif what == 8 and claim:
            edit = editing.set_actor(labelled, [claim], f"Name {which}", session.find_actor(f"Name {which}"))
        elif what == 9 and claim:
            edit = editing.undecide(labelled, [claim])
        elif what == 10:
            edit = editing.finish(labelled) or editing.reopen(labelled.mine)
        elif what == 11:
            edit = editing.accept(labelled, list(mentions))
        if edit is not None:
            assert [change_from_json(change_to_json(c)) for c in edit.changes] == list(edit.changes)
        done += session.do(edit)
    last = session.labelled
    assert last.claims == lay(last.article, last.mine, last.suggested).claims
    assert last.mentions == lay(last.article, last.mine, last.suggested).mentions
    with project.reading() as connection:
        stored = layers.load(connection, article, session.author)
    assert (stored.mentions, stored.claims, stored.rejections) == (
        last.mine.mentions,
        last.mine.claims,
        last.mine.rejections,
    )
    for _ in range(done):
        assert session.undo() is not None
    assert session.undo() is None
    assert (
        not session.labelled.mine.mentions and not session.labelled.mine.claims and not session.labelled.mine.rejections
    )
    for _ in range(done):
        assert session.redo() is not None
    assert session.redo() is None
    assert session.labelled.mine.mentions == last.mine.mentions and session.labelled.mine.claims == last.mine.claims
    assert check(project) == []
    project.close()


def test_what_changes_nothing_decides_nothing(open_desk):
    session = open_desk
    claim, mention = session.labelled.claims[0], session.labelled.mentions[0]
    same = claim.value.content[0][1]
    assert editing.move_edge(session.labelled, claim, "end", same) is None
    assert editing.revise(session.labelled, claim, "Set mode", mode=claim.value.mode) is None
    assert editing.set_label(session.labelled, [mention], mention.value.label).action  # it accepts it
    session.do(editing.reject(session.labelled, [claim]))
    assert editing.revise(session.labelled, session.labelled.claims[0], "Edit note", note="") is None
    # But labelling a suggested span with its own label is to accept it.
    assert session.do(editing.add_mention(session.labelled, mention.value.span, mention.value.label))
    assert session.labelled.mentions[0].state == "accepted"


def test_an_editor_has_a_layer_of_their_own(project):
    from annotator.team.me import system_user

    Session(project, "somebody")
    assert Session(project).editor == system_user()


def test_a_newer_model_does_not_reopen_what_is_decided(open_desk):
    session = open_desk
    session.do(editing.accept(session.labelled, [session.labelled.claims[0]]))
    session.do(editing.reject(session.labelled, [session.labelled.claims[1]]))
    session.do(editing.set_label(session.labelled, [session.labelled.mentions[1]], "PERSON"))
    article = session.labelled.article.id
    newer = suggestions()
    newer["claims"].append({"content": [list(span_of(TEXT, "the ship was empty"))], "mode": "indirect", "score": 0.5})
    session.take_suggestions(article, newer, ("model", "2"))
    assert states(session) == (["accepted", "rejected", "suggested"], ["suggested", "changed"])
    # And what was decided under the older model can be decided anew, and undone.
    assert session.do(editing.accept(session.labelled, [session.labelled.claims[1]]))
    assert states(session)[0] == ["accepted", "accepted", "suggested"]
    assert session.do(editing.undecide(session.labelled, [session.labelled.claims[0]]))
    assert states(session)[0] == ["suggested", "accepted", "suggested"]
    for _ in range(2):
        session.undo()
    assert states(session) == (["accepted", "rejected", "suggested"], ["suggested", "changed"])
    assert session.open(article).claims == session.labelled.claims


def test_an_edge_pushes_the_slot_it_runs_into(open_desk):
    session = open_desk
    claim = session.labelled.claims[0]
    start = span_of(TEXT, "pure fiction")[0] - 1
    assert session.do(editing.move_edge(session.labelled, claim, "end", start, "cue"))
    value = session.labelled.claims[0].value
    assert TEXT[slice(*value.cue[0])].split() == ["said", "the", "report", "was"]
    assert TEXT[slice(*value.content[0])] == "“pure fiction.”" and value.mode == "direct"
    session.undo()
    assert session.labelled.claims[0].value.content == claim.value.content


def test_an_edge_leaves_a_slot_that_it_would_swallow(open_desk):
    session = open_desk
    claim = session.labelled.claims[0]
    assert session.do(editing.move_edge(session.labelled, claim, "end", claim.value.content[0][1], "cue"))
    assert session.labelled.claims[0].value.content == claim.value.content


def test_an_actor_that_an_undo_left_unused_is_no_longer_offered(open_desk):
    labelled = open_desk.labelled
    assert open_desk.do(editing.set_actor(labelled, [labelled.claims[1]], "Boris Example", None))
    assert [a.name for a in open_desk.actors_matching("exam")] == ["Boris Example"]
    open_desk.undo()
    assert open_desk.actors_matching("exam") == []
    assert [a.name for a in open_desk.actors_matching("ann")] == ["Ann Lee"]  # of a suggestion
    open_desk.redo()
    assert [a.name for a in open_desk.actors_matching("exam")] == ["Boris Example"]


@pytest.mark.parametrize("name", ["x" * 501, "A\0B"])
def test_what_no_file_may_hold_is_refused_with_a_sentence(open_desk, name):
    labelled = open_desk.labelled
    with pytest.raises(ProjectError, match="That cannot be kept"):
        open_desk.do(editing.set_actor(labelled, [labelled.claims[1]], name, None))
    with pytest.raises(ProjectError, match="That cannot be kept"):
        open_desk.do(editing.set_label(open_desk.labelled, [open_desk.labelled.mentions[0]], name))
    assert open_desk.history() == []


def test_many_are_decided_and_reopened_as_one_edit(open_desk):
    session = open_desk
    before = session.labelled.mine
    claims = session.labelled.claims
    edit = editing.decide(session.labelled, claims[:1], claims[1:])
    assert edit.action.startswith("Accept claim and reject") and session.do(edit)
    assert states(session)[0] == ["accepted", *["rejected"] * (len(claims) - 1)]
    assert session.do(editing.undecide(session.labelled, session.labelled.claims))
    assert set(states(session)[0]) == {"suggested"} and session.labelled.mine == before
    assert editing.undecide(session.labelled, session.labelled.claims) is None
    assert editing.decide(session.labelled, [], []) is None


def test_a_label_brings_back_what_was_rejected_and_takes_what_has_it(open_desk):
    session = open_desk
    session.do(editing.reject(session.labelled, session.labelled.mentions))
    session.do(editing.set_label(session.labelled, session.labelled.mentions, "PERSON"))
    assert {item.value.label for item in session.labelled.mentions} == {"PERSON"}
    assert set(states(session)[1]) <= {"accepted", "changed"}
    assert editing.set_label(session.labelled, session.labelled.mentions, "PERSON") is None
    session.undo()
    assert set(states(session)[1]) == {"rejected"}

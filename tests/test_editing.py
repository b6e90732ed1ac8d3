"""Edits on a real desk with a real file: what each does, and that undo and redo always lead back and forth."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator import editing, store
from annotator.annotation import change_from_json, change_to_json
from annotator.desk import Desk, add_suggestions
from annotator.sheet import lay
from annotator.store import layers
from annotator.store.check import check
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
def open_desk(desk):
    article = add_article(desk.project)
    add_suggestions(desk.project, article, suggestions(), ("model", "1"))
    desk.open(article)
    return desk


def states(desk):
    return [i.state for i in desk.sheet.claims], [i.state for i in desk.sheet.mentions]


def test_accept_reject_and_back(open_desk):
    desk = open_desk
    desk.do(editing.accept(desk.sheet, [desk.sheet.claims[0]]))
    desk.do(editing.reject(desk.sheet, [desk.sheet.claims[1]]))
    desk.do(editing.reject(desk.sheet, [desk.sheet.mentions[0]]))
    assert states(desk) == (["accepted", "rejected"], ["rejected", "suggested"])
    assert desk.sheet.decided == 3
    assert desk.next_turns() == ("Reject entity", None)
    assert [desk.undo() for _ in range(4)] == ["Reject entity", "Reject claim", "Accept claim", None]
    assert states(desk) == (["suggested", "suggested"], ["suggested", "suggested"])
    assert desk.listing("todo") == [desk.sheet.article.id]
    assert desk.redo() == "Accept claim"
    assert states(desk)[0] == ["accepted", "suggested"]


def test_changing_a_suggestion_accepts_it_changed(open_desk):
    desk = open_desk
    desk.do(editing.set_label(desk.sheet, desk.sheet.mentions[1], "PERSON"))
    assert desk.sheet.mentions[1].state == "changed"
    assert desk.sheet.mentions[1].value.label == "PERSON"
    desk.do(editing.undecide(desk.sheet, desk.sheet.mentions[1]))
    assert (desk.sheet.mentions[1].state, desk.sheet.mentions[1].value.label) == ("suggested", "ORG")


def test_a_rejected_suggestion_comes_back_when_it_is_changed(open_desk):
    desk = open_desk
    desk.do(editing.reject(desk.sheet, [desk.sheet.claims[0]]))
    desk.do(editing.revise(desk.sheet, desk.sheet.claims[0], "Set stance", stance="against"))
    assert desk.sheet.claims[0].state == "changed"
    assert not desk.sheet.mine.rejections


def test_the_mode_follows_the_content_until_it_is_set_by_hand(open_desk):
    desk = open_desk
    desk.do(editing.replace_slot(desk.sheet, desk.sheet.claims[0], "content", span_of(TEXT, "“pure fiction.”")))
    assert desk.sheet.claims[0].value.mode == "direct"
    desk.do(editing.revise(desk.sheet, desk.sheet.claims[0], "Set mode", mode="indirect"))
    desk.do(editing.replace_slot(desk.sheet, desk.sheet.claims[0], "content", span_of(TEXT, "was “pure fiction.”")))
    assert desk.sheet.claims[0].value.mode == "indirect"


def test_edges_stop_at_the_next_piece_and_never_leave_nothing(open_desk):
    desk, text = open_desk, TEXT
    item = desk.sheet.claims[1]
    first, second = item.value.content
    assert editing.move_edge(desk.sheet, item, "end", second[0] + 1, "content", 0) is None
    assert editing.move_edge(desk.sheet, item, "end", first[0], "content", 0) is None
    assert editing.move_edge(desk.sheet, item, "end", len(text) + 1, "content", 1) is None
    assert desk.do(editing.move_edge(desk.sheet, item, "end", first[1] + 1, "content", 0))
    assert desk.sheet.claims[1].value.content[0] == (first[0], first[1] + 1)


def test_pieces_are_added_and_taken_out(open_desk):
    desk = open_desk
    desk.do(editing.add_piece(desk.sheet, desk.sheet.claims[0], "source", span_of(TEXT, "Lee’s rival")))
    assert len(desk.sheet.claims[0].value.source) == 2
    desk.do(editing.remove_piece(desk.sheet, desk.sheet.claims[0], "source", 0))
    assert desk.sheet.claims[0].value.source == (span_of(TEXT, "Lee’s rival"),)


def test_no_source_and_a_source_after_all(open_desk):
    desk = open_desk
    desk.do(editing.no_source(desk.sheet, desk.sheet.claims[0]))
    assert desk.sheet.claims[0].value.implicit and desk.sheet.claims[0].value.actor is None
    desk.do(editing.replace_slot(desk.sheet, desk.sheet.claims[0], "source", span_of(TEXT, "Ann Lee")))
    assert not desk.sheet.claims[0].value.implicit


def test_actors_are_found_made_and_renamed(open_desk):
    desk = open_desk
    claim = desk.sheet.claims[1]
    desk.do(editing.set_actor(desk.sheet, claim, "ann  lee", desk.find_actor("ann  lee")))
    assert desk.actor_name(desk.sheet.claims[1].value.actor) == "Ann Lee"
    desk.do(editing.set_actor(desk.sheet, desk.sheet.claims[1], "Night buses", None, "target"))
    assert desk.actor_name(desk.sheet.claims[1].value.target) == "Night buses"
    actor = desk.find_actor("Ann Lee")
    desk.do(editing.rename_actor(actor, "Ann M. Lee"))
    assert desk.find_actor("ann lee").name == "Ann M. Lee"
    assert desk.actor_name(desk.sheet.claims[1].value.actor) == "Ann M. Lee"
    desk.undo()
    assert desk.actor_name(desk.sheet.claims[1].value.actor) == "Ann Lee"


def test_undo_opens_the_article_where_it_was(open_desk):
    desk = open_desk
    here = desk.sheet.article.id
    desk.do(editing.accept(desk.sheet, [desk.sheet.claims[0]]))
    desk.finish()
    desk.open(add_article(desk.project, "Another article. Nothing in it."))
    assert desk.undo() == "Finish article"
    assert desk.sheet.article.id == here and desk.sheet.mine.finished is None


def test_a_new_edit_after_undo_ends_the_redo(open_desk):
    desk = open_desk
    desk.do(editing.accept(desk.sheet, [desk.sheet.claims[0]]))
    desk.undo()
    desk.do(editing.accept(desk.sheet, [desk.sheet.claims[1]]))
    assert desk.redo() is None
    desk.undo()
    assert desk.redo() == "Accept claim"
    assert states(desk)[0] == ["suggested", "accepted"]


def test_two_desks_on_one_file_never_overwrite_each_other(open_desk):
    desk = open_desk
    other = Desk(store.open_project(desk.project.path), "anna")
    other.open(desk.sheet.article.id)
    desk.do(editing.add_mention(desk.sheet, (0, 8), "ORG"))
    other.refresh()
    mention = other.sheet.mentions[0]
    other.do(editing.set_label(other.sheet, mention, "PERSON"))
    with pytest.raises(layers.Conflict):
        desk.do(editing.set_label(desk.sheet, desk.sheet.mentions[0], "GPE"))
    assert desk.sheet.mentions[0].value.label == "PERSON"
    other.close()


STEPS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 9), st.integers(0, 150), st.integers(1, 40)), max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_edits_undo_to_nothing_and_redo_to_the_same(tmp_path_factory, steps):
    project = store.create(tmp_path_factory.mktemp("p") / "x.annotator")
    desk = Desk(project, "anna")
    article = add_article(project)
    add_suggestions(project, article, suggestions(), ("model", "1"))
    sheet = desk.open(article)
    done = 0
    for what, which, start, length in steps:
        sheet = desk.sheet
        span = (min(start, len(TEXT) - 1), min(start + length, len(TEXT)))
        claims, mentions = sheet.claims, sheet.mentions
        claim = claims[which % len(claims)] if claims else None
        mention = mentions[which % len(mentions)] if mentions else None
        edit = None
        if what == 0:
            edit = editing.add_mention(sheet, span, "ORG")
        elif what == 1:
            edit = editing.add_claim(sheet, span)
        elif what == 2 and claim:
            edit = editing.accept(sheet, [claim])
        elif what == 3 and claim:
            edit = editing.reject(sheet, [claim])
        elif what == 4 and mention:
            edit = editing.reject(sheet, [mention])
        elif what == 5 and claim:
            edit = editing.add_piece(sheet, claim, ("source", "cue", "content")[which % 3], span)
        elif what == 6 and mention:
            edit = editing.move_edge(sheet, mention, "end", span[1])
        elif what == 7 and claim:
            edit = editing.move_edge(sheet, claim, "start", span[0], "content", 0)
        elif what == 8 and claim:
            edit = editing.set_actor(sheet, claim, f"Name {which}", desk.find_actor(f"Name {which}"))
        elif what == 9 and claim:
            edit = editing.undecide(sheet, claim)
        elif what == 10:
            edit = editing.finish(sheet) or editing.reopen(sheet)
        elif what == 11:
            edit = editing.accept(sheet, list(mentions))
        if edit is not None:
            assert [change_from_json(change_to_json(c)) for c in edit.changes] == list(edit.changes)
        done += desk.do(edit)
    last = desk.sheet
    assert last.claims == lay(last.article, last.mine, last.suggested).claims
    assert last.mentions == lay(last.article, last.mine, last.suggested).mentions
    with project.reading() as connection:
        stored = layers.load(connection, article, desk.author)
    assert (stored.mentions, stored.claims, stored.rejections) == (
        last.mine.mentions,
        last.mine.claims,
        last.mine.rejections,
    )
    for _ in range(done):
        assert desk.undo() is not None
    assert desk.undo() is None
    assert not desk.sheet.mine.mentions and not desk.sheet.mine.claims and not desk.sheet.mine.rejections
    for _ in range(done):
        assert desk.redo() is not None
    assert desk.redo() is None
    assert desk.sheet.mine.mentions == last.mine.mentions and desk.sheet.mine.claims == last.mine.claims
    assert check(project) == []
    project.close()


def test_what_changes_nothing_decides_nothing(open_desk):
    desk = open_desk
    claim, mention = desk.sheet.claims[0], desk.sheet.mentions[0]
    same = claim.value.content[0][1]
    assert editing.move_edge(desk.sheet, claim, "end", same) is None
    assert editing.revise(desk.sheet, claim, "Set mode", mode=claim.value.mode) is None
    assert editing.set_label(desk.sheet, mention, mention.value.label) is None
    desk.do(editing.reject(desk.sheet, [claim]))
    assert editing.revise(desk.sheet, desk.sheet.claims[0], "Edit note", note="") is None
    # But labelling a suggested span with its own label is to accept it.
    assert desk.do(editing.add_mention(desk.sheet, mention.value.span, mention.value.label))
    assert desk.sheet.mentions[0].state == "accepted"


def test_an_editor_has_a_layer_of_their_own(project):
    from annotator.me import system_user

    Desk(project, "somebody")
    assert Desk(project).editor == system_user()


def test_a_newer_model_does_not_reopen_what_is_decided(open_desk):
    desk = open_desk
    desk.do(editing.accept(desk.sheet, [desk.sheet.claims[0]]))
    desk.do(editing.reject(desk.sheet, [desk.sheet.claims[1]]))
    desk.do(editing.set_label(desk.sheet, desk.sheet.mentions[1], "PERSON"))
    article = desk.sheet.article.id
    newer = suggestions()
    newer["claims"].append({"content": [list(span_of(TEXT, "the ship was empty"))], "mode": "indirect", "score": 0.5})
    desk.take_suggestions(article, newer, ("model", "2"))
    assert states(desk) == (["accepted", "rejected", "suggested"], ["suggested", "changed"])
    # And what was decided under the older model can be decided anew, and undone.
    assert desk.do(editing.accept(desk.sheet, [desk.sheet.claims[1]]))
    assert states(desk)[0] == ["accepted", "accepted", "suggested"]
    assert desk.do(editing.undecide(desk.sheet, desk.sheet.claims[0]))
    assert states(desk)[0] == ["suggested", "accepted", "suggested"]
    for _ in range(2):
        desk.undo()
    assert states(desk) == (["accepted", "rejected", "suggested"], ["suggested", "changed"])
    assert desk.open(article).claims == desk.sheet.claims


def test_an_edge_pushes_the_slot_it_runs_into(open_desk):
    desk = open_desk
    claim = desk.sheet.claims[0]
    start = span_of(TEXT, "pure fiction")[0] - 1
    assert desk.do(editing.move_edge(desk.sheet, claim, "end", start, "cue"))
    value = desk.sheet.claims[0].value
    assert TEXT[slice(*value.cue[0])].split() == ["said", "the", "report", "was"]
    assert TEXT[slice(*value.content[0])] == "“pure fiction.”" and value.mode == "direct"
    desk.undo()
    assert desk.sheet.claims[0].value.content == claim.value.content


def test_an_edge_leaves_a_slot_that_it_would_swallow(open_desk):
    desk = open_desk
    claim = desk.sheet.claims[0]
    assert desk.do(editing.move_edge(desk.sheet, claim, "end", claim.value.content[0][1], "cue"))
    assert desk.sheet.claims[0].value.content == claim.value.content

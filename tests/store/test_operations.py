"""Whatever changes a project is undone in the order in which it was done, also by another process, days later."""

import json

import pytest

from annotator import store
from annotator.core.errors import AnnotatorError
from annotator.core.knowledge import TRAINED
from annotator.labelling import edits
from annotator.labelling.session import Session
from annotator.store import assignments, authors, operations, settings
from annotator.store.check import check
from annotator.team import merging, sharing
from tests.conftest import TEXT, add_article, span_of

TRAINING = {
    "base": "x",
    "weights": {},
    "articles": 5,
    **{side: {"full": 0.5, "exact": 0.5} for side in ("before", "after")},
    "number": 1,
}


def restarted(session):
    """The session of somebody who has closed the program and opened it again."""
    path, name = session.project.path, session.editor
    session.close()
    return Session(store.open_project(path), name)


@pytest.fixture
def session(project):
    add_article(project)
    made = Session(project, "anna")
    made.open(1)
    return made


def other_file(tmp_path):
    other = store.create(tmp_path / "other.annotator")
    add_article(other)
    ben = Session(other, "ben")
    ben.open(1)
    ben.do(edits.add_claim(ben.labelled, span_of(TEXT, "denied it")))
    ben.close()
    return other.path


def test_a_label_an_entry_a_training_and_a_merge_after_a_restart(session, tmp_path):
    session.do(edits.add_mention(session.labelled, span_of(TEXT, "Ann Lee"), "PERSON"))
    session.remember("cue", "denied", False)
    session.take_trained(TRAINING)
    merging.merge_files(session.project, [other_file(tmp_path)], session.me)
    session.refresh()
    names = ["Merge 1 file", "Training 1", "Remember “denied”", "Add entity"]
    for number, name in enumerate(names):
        session = restarted(session)
        session.open(1)
        assert session.next_undo().name == name
        assert session.undo() == name
        held = settings.of(session.project)
        assert (held.get(TRAINED, (None,))[0] is None) == (number >= 1)
        assert (session.knowledge.dictionary.cues == {}) == (number >= 2)
        assert (session.labelled.mine.mentions == {}) == (number >= 3)
    assert session.undo() is None
    for name in reversed(names[1:]):  # a merge is merged again, not redone
        session = restarted(session)
        assert session.redo() == name
    session.open(1)
    assert session.knowledge.dictionary.cues == {"denied": False} and len(session.labelled.mine.mentions) == 1
    assert session.knowledge.trained == TRAINING and session.redo() is None
    assert check(session.project) == []


def test_sharing_out_is_undone_with_who_leads(session):
    sharing.share_out(session.project, [(1, session.me)], session.me)
    session = restarted(session)
    assert session.leads and session.assigned == {1}
    assert session.undo() == "Share 1 article out"
    with session.project.reading() as connection:
        assert settings.setting(connection, settings.LEAD) is None
        assert assignments.get(connection, 1, session.me) is None
    assert session.redo() == "Share 1 article out" and session.assigned == {1}


def test_what_somebody_set_since_stays_and_is_said(session):
    session.remember("cue", "denied", False)
    with session.project.writing() as connection:  # as a merge does
        settings.keep(connection, {"dictionary cue denied": True})
    assert session.undo() == "Remember “denied”, which was changed since and stays as it is"
    session.refresh()
    assert session.knowledge.dictionary.cues == {"denied": True} and session.undo() is None


def test_another_scheme_is_one_operation(session):
    before = session.scheme
    other = json.dumps({"name": "Mine", "labels": [], "attributes": []})
    session.operate(operations.Set("Scheme “Mine”", {"scheme": {"": other}}))
    # The labels of the one before stay known, since they may be in use; what it asked is no longer asked.
    assert session.scheme.name == "Mine" and session.scheme.labels == before.labels and session.scheme.attributes == ()
    session = restarted(session)
    assert session.undo() == "Scheme “Mine”" and session.scheme == before
    assert session.redo() == "Scheme “Mine”" and session.scheme.attributes == ()


def test_a_setting_that_was_not_there_is_as_if_it_had_never_been(session):
    session.operate(operations.Set("Blind", {"settings": {"blind": False}}))
    with session.project.reading() as connection:
        assert settings.setting(connection, "blind", True) is False
    session.undo()
    with session.project.reading() as connection:
        assert settings.setting(connection, "blind", True) is True


def test_what_was_undone_cannot_be_done_again_once_a_merge_has_gone(session, tmp_path):
    report = merging.merge_files(session.project, [other_file(tmp_path)], session.me)
    assert report
    session.refresh()
    with session.project.reading() as connection:
        ben = next(a.id for a in authors.load(connection).values() if a.name == "ben")
    sharing.share_out(session.project, [(1, ben)], session.me)
    session.refresh()
    assert session.undo() == "Share 1 article out" and session.undo() == "Merge 1 file"
    assert session.redo() is None and check(session.project) == []


def test_a_merge_is_undone_although_something_was_undone_in_the_layer_it_brought(session, tmp_path):
    path = other_file(tmp_path)
    lead = Session(store.open_project(path), "ben")
    with lead.project.writing() as connection:
        authors.gold(connection)
    lead.close()
    merging.merge_files(session.project, [path], session.me)
    session.refresh()
    with session.project.writing() as connection:
        session.author = authors.gold(connection)
    session.remember("cue", "denied", False)
    session.undo()
    session.author = session.me
    assert session.undo() == "Merge 1 file" and check(session.project) == []


def test_an_operation_that_is_damaged_is_told_in_words(session):
    session.remember("cue", "denied", False)
    with session.project.writing() as connection:
        connection.exec_driver_sql("UPDATE operation SET after = '{\"no such part\": 5}'")
    with pytest.raises(AnnotatorError, match="an operation"):
        session.undo()


def test_anything_new_forgets_an_edit_that_was_undone(session):
    session.do(edits.add_mention(session.labelled, span_of(TEXT, "Ann Lee"), "PERSON"))
    session.undo()
    session.remember("cue", "denied", False)
    assert session.undo() == "Remember “denied”" and session.redo() == "Remember “denied”" and session.redo() is None


def test_a_new_edit_forgets_what_could_be_done_again(session):
    session.remember("cue", "denied", False)
    session.undo()
    session.do(edits.add_mention(session.labelled, span_of(TEXT, "Ann Lee"), "PERSON"))
    assert session.redo() is None

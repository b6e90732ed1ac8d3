"""Merging files: the same ones in any order, any number of times, give the same project."""

import shutil
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from annotator import store
from annotator.core import scheme as schemes
from annotator.core.annotation import Article
from annotator.formats.bring_in import bring_in, paste
from annotator.formats.jsonl_format import line_of
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.review import decisions
from annotator.store import operations
from annotator.store.check import check
from annotator.store.merging import merges as merging
from annotator.store.merging import unmerge
from annotator.store.settings import setting
from annotator.suggest.keeping import add_suggestions
from annotator.team.merging import merge_files
from annotator.team.packages import package
from annotator.team.sharing import share_out
from tests.canonical import canonical
from tests.conftest import TEXT, span_of

SECOND = "Mayor Berg said the bridge is safe. Ann Lee denied it, said Omar.\n"
TEAM = ("anna", "ben", "cleo")


def suggestions(text, label="PERSON"):
    names = [n for n in ("Ann Lee", "Omar", "Berg") if n in text]
    claims = [{"source": [], "cue": [list(span_of(text, "said"))], "content": [list(span_of(text, "the", 0))]}]
    mentions = [
        dict(zip(("start", "end"), span_of(text, n), strict=True)) | {"label": label, "actor": n} for n in names
    ]
    return {"mentions": mentions, "claims": claims}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A project with two articles, suggestions and a team; its file."""
    project = store.create(tmp_path_factory.mktemp("base") / "base.annotator", "Base")
    for text in (TEXT, SECOND):
        article = paste(project, text).added[0]
        add_suggestions(project, article, suggestions(text), ("rules-1 small", "3.8"))
    for name in TEAM:
        Session(project, name)
    project.settle()
    project.close()
    return project.path


def do(session, what, pick):
    """One of the things an editor does, chosen by `what`, on something chosen by `pick`."""
    labelled = session.labelled
    items = [*labelled.mentions, *labelled.claims]
    item = items[pick % len(items)] if items else None
    if what == "accept" and item:
        session.do(editing.accept(labelled, [item]))
    elif what == "reject" and item:
        session.do(editing.reject(labelled, [item]))
    elif what == "add":
        start = pick * 3 % (len(labelled.article.text) - 9)
        session.do(editing.add_claim(labelled, (start, start + 8)))
    elif what == "actor" and item:
        name = ("Ann Lee", "the mayor", "ann  lee", "Omar")[pick % 4]
        session.do(editing.set_actor(labelled, [item], name, session.find_actor(name)))
    elif what == "rename" and item and item.value.actor:
        session.do(editing.rename_actor(session.actors[item.value.actor], ("Lee", "A. Lee", "Omar Ć.")[pick % 3]))
    elif what == "same" and item and item.value.actor:
        other = session.find_actor(("Ann Lee", "Omar", "Berg")[pick % 3])
        if other and other.id != item.value.actor:
            session.do(editing.merge_actors(session.actors[item.value.actor], other))
    elif what == "change" and labelled.claims:
        claim = labelled.claims[pick % len(labelled.claims)]
        session.do(editing.revise(labelled, claim, "Set stance", stance=("favor", "against", None)[pick % 3]))
    elif what == "finish":
        session.do(editing.finish(labelled) or editing.reopen(labelled.mine))
    elif what == "undo":
        session.undo()
    elif what == "redo":
        session.redo()
    elif what == "article":
        paste(session.project, f"Number {pick}. Somebody said something.", "News")
    elif what == "scheme":
        scheme = session.project.scheme
        label = schemes.Label(f"NEW{pick % 3}", f"New {pick}", str(pick % 10), "#123456", "#654321")
        labels = tuple(x for x in scheme.labels if x.name != label.name)
        session.operate(
            operations.Set("Scheme", {"scheme": {"": schemes.to_json(replace(scheme, labels=(*labels, label)))}})
        )
    elif what == "suggest":
        add_suggestions(
            session.project, labelled.article.id, suggestions(labelled.article.text, "ORG"), ("other", str(pick % 2))
        )
    elif what == "record":
        # Labels of somebody that came in from a file, perhaps not the same ones everywhere.
        claims = [*suggestions(labelled.article.text)["claims"][: pick % 2], {"content": [[pick, pick + 9]]}]
        record = {"id": "x", "text": labelled.article.text, "layer": TEAM[pick % 3], "claims": claims, "finished": 7.0}
        file = session.project.path.with_suffix(".jsonl")
        file.write_bytes(line_of(record))
        bring_in(session.project, [file])
        session.refresh()
    elif what == "revise":
        revise(session.project, labelled.article.id, f"{labelled.article.text} More of it, {pick}.")


def revise(project, article, text):
    from annotator.store import articles

    with project.writing() as connection:
        digest = articles.digest(text)
        if not articles.with_text(connection, digest):
            old = articles.load(project, article)
            new = Article(0, f"{old.key} 2", text)
            if not articles.has_key(connection, new.key):
                articles.insert(connection, new, digest, articles.digest(old.text))


WHAT = ("accept", "reject", "add", "actor", "rename", "same", "change", "finish", "undo", "redo", "article", "scheme")
steps = st.lists(
    st.tuples(
        st.integers(0, 2),  # whose file
        st.sampled_from((*WHAT, "add", "accept", "undo", "suggest", "record", "revise", "merge", "switch", "switch")),
        st.integers(0, 40),
    ),
    max_size=14,
)


def play(base, folder, history):
    """Three files that began as one, with what happened at each."""
    paths = []
    for name in TEAM:
        path = folder / f"{name}.annotator"
        shutil.copy(base, path)
        paths.append(path)
    desks = [Session(store.open_project(path), name) for path, name in zip(paths, TEAM, strict=True)]
    for session in desks:
        session.open(1)
    for who, what, pick in history:
        session = desks[who]
        if what == "merge":
            other = (who + 1 + pick % 2) % 3
            desks[other].project.settle()
            merge_files(session.project, [paths[other]], session.me)
            session.refresh()
        elif what == "switch":
            # Somebody works in another's layer, or on another article: the same layer goes on at two places.
            desks[who] = Session(session.project, TEAM[pick % 3])
            desks[who].open(1 + pick % 2)
        else:
            do(session, what, pick)
    for session in desks:
        session.project.settle()
        assert check(session.project) == []
        session.close()
    return paths


def united(folder, first, others):
    target = folder / f"united-{len(list(folder.iterdir()))}.annotator"
    shutil.copy(first, target)
    project = store.open_project(target)
    me = Session(project, TEAM[0]).me
    for other in others:
        merge_files(project, [other], me)
    assert check(project) == []
    return project


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
@example([(0, "accept", 0), (0, "undo", 0), (0, "scheme", 0)])
@example([(0, "add", 1), (0, "undo", 0), (1, "switch", 0), (1, "add", 5), (2, "rename", 0)])
@example([(0, "accept", 0), (1, "switch", 0), (1, "reject", 0), (1, "change", 1), (0, "change", 1)])
def test_merging_is_idempotent_commutative_and_associative(base, tmp_path_factory, history):
    folder = tmp_path_factory.mktemp("merge")
    a, b, c = play(base, folder, history)
    results = []
    for first, second, third in permutations((a, b, c)):
        project = united(folder, first, [second, third])
        results.append(canonical(project))
        if len(results) == 1:
            again = merge_files(project, [a, b, c, b], Session(project, TEAM[0]).me)
            assert not again.changes_anything
            assert canonical(project) == results[0]
        project.close()
    for other in results[1:]:
        assert other == results[0]
    # (a + b) + c is a + (b + c).
    inner = united(folder, b, [c])
    inner.settle()
    inner.close()
    outer = united(folder, a, [inner.path])
    assert canonical(outer) == results[0]
    outer.close()
    at_once = united(folder, a, [])
    merge_files(at_once, [b, c], Session(at_once, TEAM[0]).me)
    assert canonical(at_once) == results[0]
    at_once.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_one_undo_takes_a_merge_back(base, tmp_path_factory, history):
    folder = tmp_path_factory.mktemp("undo")
    a, b, c = play(base, folder, history)
    project = store.open_project(a)
    before = canonical(project)
    session = Session(project, TEAM[0])
    report = merge_files(project, [b, c], session.me)
    assert (canonical(project) != before) == report.changes_anything
    preview = merge_files(project, [b, c], session.me, preview=True)
    assert not preview.changes_anything
    if report.changes_anything:
        with project.writing() as connection:
            number, *_ = merging.last(connection, session.me)
            unmerge.undo(connection, number)
    assert canonical(project) == before
    assert check(project) == []
    project.close()


# What went wrong once


@pytest.fixture
def two(base, tmp_path):
    """Two copies of the project with the same annotator at work in both, and a third to merge them in."""
    paths = [tmp_path / f"{n}.annotator" for n in range(2)]
    for path in paths:
        shutil.copy(base, path)
    desks = [Session(store.open_project(path), "anna") for path in paths]
    for session in desks:
        session.open(1)
    yield desks
    for session in desks:
        session.close()


def take_in(session, other):
    other.project.settle()
    report = merge_files(session.project, [other.project.path], session.me)
    session.refresh()
    return report


def undo_merge(session):
    with session.project.writing() as connection:
        unmerge.undo(connection, connection.exec_driver_sql("SELECT max(id) FROM merge").scalar())
    session.refresh()


def test_undoing_after_a_conflict_lets_the_other_edit_stand(two):
    here, there = two
    for session, stance in ((here, "favor"), (there, "against")):
        session.do(editing.revise(session.labelled, session.labelled.claims[0], "Set stance", stance=stance))
    take_in(here, there)
    for _ in range(2):
        here.undo()
        assert check(here.project) == []
    assert {i.state for i in here.labelled.claims} == {"suggested"}
    here.redo()
    here.redo()
    assert check(here.project) == []


def test_accepted_here_and_rejected_there_can_be_undone(two):
    here, there = two
    here.do(editing.accept(here.labelled, [here.labelled.claims[0]]))
    there.do(editing.reject(there.labelled, [there.labelled.claims[0]]))
    take_in(here, there)
    here.undo()
    assert check(here.project) == []
    here.undo()
    assert check(here.project) == [] and here.labelled.claims[0].state == "suggested"


def test_an_undo_of_a_merge_is_refused_once_gold_was_decided_on_it(two):
    here, there = two
    for session in two:
        session.do(editing.add_claim(session.labelled, (0, 8)))
        session.do(editing.finish(session.labelled))
    ben = Session(there.project, "ben")
    ben.open(1)
    ben.do(editing.finish(ben.labelled))
    take_in(here, ben)
    before = canonical(here.project)
    review = here.open_review(1)
    here.do(decisions.take_all(review, review.open[0], here.me))
    with pytest.raises(store.ProjectError, match="worked on since"):
        undo_merge(here)
    while here.undo():
        pass
    here.leave_review()
    assert check(here.project) == []
    # With all of it undone, the merge can go, and is as if it had never been.
    undo_merge(here)
    assert check(here.project) == [] and before != canonical(here.project)


def test_what_was_accepted_from_suggestions_that_go_is_refused_or_forgotten(two):
    here, there = two
    add_suggestions(there.project, 1, suggestions(TEXT, "ORG"), ("other", "1"))
    take_in(here, there)
    assert here.labelled.suggested is not None
    here.do(editing.accept(here.labelled, [here.labelled.mentions[0]]))
    with pytest.raises(store.ProjectError):
        undo_merge(here)
    here.undo()
    undo_merge(here)
    assert here.redo() is None and check(here.project) == []
    take_in(there, here)
    assert check(there.project) == []


def test_several_layers_of_one_model_come_and_go(two, tmp_path):
    here, there = two
    before = canonical(here.project)
    for number, label in enumerate(("ORG", "GPE", "DATE")):
        copy = tmp_path / f"m{number}.annotator"
        shutil.copy(there.project.path, copy)
        project = store.open_project(copy)
        add_suggestions(project, 1, suggestions(TEXT, label), ("other", "1"))
        project.settle()
        project.close()
    files = [tmp_path / f"m{n}.annotator" for n in range(3)]
    results = []
    for order in permutations(files):
        merge_files(here.project, order, here.me)
        results.append(canonical(here.project))
        undo_merge(here)
        assert canonical(here.project) == before
    assert all(result == results[0] for result in results)


def test_assignments_and_settings_count_as_something_new(two):
    here, there = two
    share_out(there.project, [(1, there.me)], there.me)
    before = canonical(here.project)
    report = take_in(here, there)
    assert report.changes_anything and report.settings == 2  # the assignment, and who leads
    assert not take_in(here, there).changes_anything
    # What was agreed on here since is not taken back with the merge.
    here.operate(operations.Set("Blind", {"settings": {"blind": False}}))
    undo_merge(here)
    with here.project.reading() as connection:
        assert setting(connection, "blind") is False and setting(connection, "lead") is None
    assert canonical(here.project)["assignments"] == before["assignments"] == []


def test_numbers_of_merges_that_were_undone_mean_nothing_later(two):
    here, there = two
    there.do(editing.add_claim(there.labelled, (0, 8)))
    take_in(here, there)
    undo_merge(here)
    here.do(editing.add_claim(here.labelled, (20, 30)))
    paste(there.project, "Something else. Nobody said it.")
    take_in(here, there)
    undo_merge(here)
    assert len(here.labelled.mine.claims) == 1 and check(here.project) == []


def test_actors_renamed_on_a_branch_that_loses_its_place(base, tmp_path, two):
    here, there = two
    record = {"id": "x", "text": TEXT, "layer": "ben", "claims": [{"content": [[0, 8]], "actor": "Ann Lee"}]}
    (tmp_path / "r.jsonl").write_bytes(line_of(record))
    bring_in(here.project, [tmp_path / "r.jsonl"])
    for session, names in ((here, ["Renamed"]), (there, ["Other", "Yet other"])):
        ben = Session(session.project, "ben")
        ben.open(1)
        for name in names:
            claim = ben.labelled.claims[-1]
            if claim.value.actor is None:
                ben.do(editing.set_actor(ben.labelled, [claim], "Ann Lee", ben.find_actor("Ann Lee")))
                claim = next(i for i in ben.labelled.claims if i.value.actor)
            ben.do(editing.rename_actor(ben.find_actor(ben.actor_name(claim.value.actor)), name))
    folder = tmp_path / "out"
    folder.mkdir()
    for session in two:
        session.project.settle()
    one = united(folder, here.project.path, [there.project.path])
    other = united(folder, there.project.path, [here.project.path])
    assert canonical(one) == canonical(other)
    one.close()
    other.close()


def test_a_package_without_suggestions_for_somebody_who_had_begun_with_them(two, tmp_path):
    here, _ = two
    here.do(editing.accept(here.labelled, [here.labelled.mentions[0]]))
    here.do(editing.reject(here.labelled, [here.labelled.mentions[1]]))
    out = tmp_path / "package.annotator"
    package(here.project, out, here.me, suggestions=False)
    anna = Session(store.open_project(out))
    anna.open(1)
    anna.do(editing.add_claim(anna.labelled, (0, 8)))
    anna.close()
    before = canonical(here.project)
    assert merge_files(here.project, [out], here.me).conflicts == 0
    here.refresh()
    assert [i.state for i in here.labelled.mentions].count("accepted") == 1
    assert [i.state for i in here.labelled.mentions].count("rejected") == 1
    undo_merge(here)
    assert canonical(here.project) == before

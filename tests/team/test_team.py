"""Packages and merges, as a lead and annotators use them."""

import json
import os
import random
import sqlite3
import subprocess
import sys

import pytest

from annotator import store
from annotator.formats.export import export
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.store import articles, authors
from annotator.store.check import check
from annotator.store.sight import NOBODY, NotLead, sight_of
from annotator.suggest.keeping import add_suggestions
from annotator.team import me, members, merging, packages, sharing
from tests.canonical import canonical
from tests.conftest import TEXT, add_article
from tests.store.merging.test_merge import SECOND, suggestions


@pytest.fixture
def lead(project):
    """A lead's project: two articles with suggestions; Ben has begun, with a secret of his own."""
    for text in (TEXT, SECOND):
        add_suggestions(project, add_article(project, text), suggestions(text), ("rules-1", "3.8"))
    ben = Session(project, "ben")
    ben.open(1)
    ben.do(editing.add_claim(ben.labelled, (0, 8)))
    claim = next(i for i in ben.labelled.claims if i.state == "made")
    ben.do(editing.set_actor(ben.labelled, [claim], "Secret Source", None))
    claim = next(i for i in ben.labelled.claims if i.state == "made")
    ben.do(editing.revise(ben.labelled, claim, "Edit note", note="nobody shall read this"))
    ben.finish()
    return project


def test_a_package_holds_nothing_of_the_others(lead, tmp_path):
    out = tmp_path / "anna.annotator"
    packages.package(lead, out, members.named(lead, "anna"))
    package = store.open_project(out)
    package.settle()
    assert b"nobody shall read this" not in out.read_bytes() and b"Secret Source" not in out.read_bytes()
    with package.reading() as connection:
        assert [a.name for a in authors.annotators(connection)] == ["anna"]
        assert len(articles.ids(connection)) == 2
    session = Session(package)
    assert session.editor == "anna"  # whom it is for, whoever works at this computer
    assert session.open(1).suggestions == 3
    assert check(package) == []
    assert package.scheme == lead.scheme
    with pytest.raises(store.ProjectError, match="there already"):
        packages.package(lead, out, members.named(lead, "anna"))
    package.close()


def test_without_suggestions(lead, tmp_path):
    out = tmp_path / "anna.annotator"
    packages.package(lead, out, members.named(lead, "anna"), suggestions=False)
    session = Session(store.open_project(out))
    assert session.open(1).suggested is None
    session.close()


def test_what_is_done_in_a_package_comes_back_once(lead, tmp_path):
    out = tmp_path / "anna.annotator"
    packages.package(lead, out, members.named(lead, "anna"))
    anna = Session(store.open_project(out))
    anna.open(2)
    anna.do(editing.accept(anna.labelled, anna.labelled.mentions))
    anna.finish()
    anna.close()
    me_here = members.annotator(lead, "lead")
    before = canonical(lead)
    preview = merging.merge_files(lead, [out], me_here, preview=True)
    assert canonical(lead) == before
    report = merging.merge_files(lead, [out], me_here)
    assert report == preview
    assert (report.articles_new, report.layers_new, report.edits_new) == (0, 1, 2)
    assert not merging.merge_files(lead, [out], me_here).changes_anything
    session = Session(lead, "anna", authors_uid(lead, "anna"))
    assert {i.state for i in session.open(2).mentions} == {"accepted"}  # still from the suggestions it knows
    assert check(lead) == []


def authors_uid(project, name):
    with project.reading() as connection:
        return next(a.uid for a in authors.annotators(connection) if a.name == name)


def test_two_annotators_of_one_name_stay_two(lead, tmp_path):
    for number in (1, 2):
        anna = Session(store.create(tmp_path / f"{number}.annotator"), "anna", f"{number}" * 32)
        add_article(anna.project, TEXT)
        anna.open(1)
        anna.do(editing.add_claim(anna.labelled, (number, 9)))
        anna.close()
        merging.merge_files(lead, [tmp_path / f"{number}.annotator"], members.annotator(lead, "lead"))
    with lead.reading() as connection:
        assert sorted(a.uid[0] for a in authors.annotators(connection) if a.name == "anna") == ["1", "2"]
    with pytest.raises(members.NoAnnotator, match="There are 2 annotators called “anna”"):
        members.named(lead, "anna")


def test_a_jsonl_export_merges_like_the_project_it_came_from(lead, tmp_path):
    out = tmp_path / "all.jsonl"
    export(lead, out, "jsonl", layer="all")
    other = store.create(tmp_path / "other.annotator")
    report = merging.merge_files(other, [out], members.annotator(other, "lead"))
    assert (report.articles_new, report.layers_new) == (2, 3)
    export(other, tmp_path / "again.jsonl", "jsonl", layer="all")
    assert sorted((tmp_path / "again.jsonl").read_text().split("\n")) == sorted(out.read_text().split("\n"))
    # Ben's own history counts before what an export says of it; nothing comes in twice.
    once = canonical(lead)
    merging.merge_files(lead, [out], members.annotator(lead, "ben"))
    session = Session(lead, "ben")
    assert len([i for i in session.open(1).claims if i.state == "made"]) == 1
    assert canonical(lead)["edits"] == once["edits"]
    assert check(lead) == []
    other.close()


def test_who_works_here_is_asked_once(project):
    assert me.known() is None
    first = me.keep("  Anna   Berg ")
    assert me.known() == first and first.name == "Anna Berg"
    assert me.keep("Anna B.").uid == first.uid
    assert Session(project).editor == "Anna B."
    me.path().write_text("{broken")
    assert me.known() is None


def test_commands(lead, tmp_path):
    lead.settle()

    def run(*arguments, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "annotator", *map(str, arguments)], capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    out = tmp_path / "cleo.annotator"
    assert "Packed 2 articles for cleo" in run("package", lead.path, out, "--for", "cleo")
    session = Session(store.open_project(out))
    session.open(1)
    session.finish()
    session.close()
    assert "preview" in run("merge", lead.path, out, "--dry-run")
    merged = run("merge", lead.path, out)
    assert "of an article): 1 new, 2 known already" in merged and "labels by cleo: 1" in merged
    assert "Nothing new" in run("merge", lead.path, out)
    assert "is not there" in run("merge", lead.path, tmp_path / "none.annotator", code=1)
    assert "All is well" in run("check", lead.path)


def mutants(data, count, seed):
    """A file with something wrong: cut off, bits turned, bytes put in, a piece twice."""
    pick = random.Random(seed)
    for _ in range(count):
        made = bytearray(data)
        kind = pick.randrange(4)
        at = pick.randrange(len(made))
        if kind == 0:
            del made[at:]
        elif kind == 1:
            for _ in range(pick.randrange(1, 12)):
                made[pick.randrange(len(made))] ^= 1 << pick.randrange(8)
        elif kind == 2:
            made[at:at] = bytes(pick.randrange(256) for _ in range(pick.randrange(1, 40)))
        else:
            end = min(len(made), at + pick.randrange(1, 4096))
            made[at:end] = made[pick.randrange(len(made)) :][: end - at]
        yield bytes(made)


HOSTILE = (
    'UPDATE mention SET start = 90000, "end" = 90001',
    "UPDATE mention SET start = 'x'",
    "UPDATE mention SET id = -1 WHERE id = 1",
    "UPDATE claim SET content = '[[0, 9999999]]'",
    "UPDATE claim SET content = '[[5, 5]]'",
    "UPDATE claim SET content = 'no json'",
    "UPDATE claim SET content = 'null'",
    'UPDATE edit SET changes = \'[["claim", 1, null, {"id": 1, "content": null}]]\'',
    'UPDATE edit SET changes = \'[["mention", 1, null, {"id": 1, "start": null, "end": 2, "label": "X"}]]\'',
    "UPDATE edit SET clock = clock * 1e30",
    'UPDATE project SET settings = \'{"lead": ["x", 1e400]}\'',
    "UPDATE claim SET mode = 'shouted'",
    "UPDATE claim SET stance = 'sideways'",
    "UPDATE claim SET actor_id = 123456789",
    "UPDATE claim SET note = x'00ff'",
    "UPDATE article_text SET text = text || 'more'",
    "UPDATE article_text SET text = x'00'",
    "UPDATE article SET length = 9e18",
    "UPDATE article SET title = x'ff'",
    "UPDATE article SET given = ''",
    "UPDATE article SET extra = '[['",
    "UPDATE edit SET changes = '[[1]]'",
    'UPDATE edit SET changes = \'[["claim", 1, null, {"id": 1, "content": [[0, 99999]]}]]\'',
    "UPDATE edit SET changes = '[[\"evil\", 1, null, {}]]'",
    "UPDATE edit SET clock = 9e99",
    "UPDATE edit SET kind = 'drop'",
    "UPDATE edit SET by_id = NULL",
    "UPDATE author SET name = x'00'",
    "UPDATE author SET kind = 'god'",
    "UPDATE author SET name = char(10) || '../../etc/passwd'",
    "UPDATE actor SET id = id * -1",
    "UPDATE actor SET born = ''",
    "UPDATE layer SET author_id = 4711 WHERE id = 1",
    "UPDATE project SET settings = '[1]'",
    "UPDATE project SET scheme = '{}'",
    'UPDATE scheme_version SET scheme = \'{"name": 1, "labels": []}\'',
    "INSERT INTO branch VALUES (1, 1, 1, 'h', '[[\"claim\", 1, 5]]', '[]', NULL)",
    "CREATE TRIGGER t AFTER INSERT ON article BEGIN DELETE FROM article_text; END",
    "CREATE VIEW v AS SELECT load_extension('x')",
    "DROP TABLE claim",
)


def test_a_far_future_and_names_without_end_are_healed_not_spread(lead, project, tmp_path):
    """What an earlier version let in: the file can still be merged, and so can the one it was merged into."""
    lead.settle()
    bad = tmp_path / "bad.annotator"
    bad.write_bytes(lead.path.read_bytes())
    with sqlite3.connect(bad) as connection:
        connection.execute("UPDATE edit SET clock = clock + 1125899906842624")
        connection.execute("UPDATE actor SET name = name || ?, born = born || ?", ("x" * 600, "x" * 600))
        (name,) = connection.execute("SELECT name FROM actor").fetchone()
        new = json.dumps(name)[1:-1]
        connection.execute("UPDATE edit SET changes = replace(changes, ?, ?)", (f'"{new[:-600]}"', f'"{new}"'))
    connection.close()
    mine = store.create(tmp_path / "mine.annotator")
    by = members.annotator(mine, "lead")
    assert merging.merge_files(mine, [bad], by).layers_new
    assert check(mine) == []
    with mine.reading() as connection:
        assert max(row[0] for row in connection.exec_driver_sql("SELECT clock FROM edit")) < 1000
        assert max(len(row[0]) for row in connection.exec_driver_sql("SELECT name FROM actor")) == 500
    mine.settle()
    other = store.create(tmp_path / "other.annotator")
    assert merging.merge_files(other, [mine.path], members.annotator(other, "x")).layers_new
    mine.close()
    other.close()


@pytest.mark.parametrize("harm", HOSTILE)
def test_a_file_that_was_made_to_do_harm_is_refused(lead, project, tmp_path, harm):
    lead.settle()
    bad = tmp_path / "bad.annotator"
    bad.write_bytes(lead.path.read_bytes())
    with sqlite3.connect(bad) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(harm)
    connection.close()
    mine = store.create(tmp_path / "mine.annotator")
    by = members.annotator(mine, "lead")
    before = canonical(mine)
    with pytest.raises(merging.NotMerged, match=r"bad\.annotator"):
        merging.merge_files(mine, [bad], by)
    assert canonical(mine) == before and check(mine) == []
    mine.close()


@pytest.mark.timeout(3600)
def test_mutated_files_are_merged_or_refused_and_nothing_between(lead, tmp_path):
    """As many as ANNOTATOR_MUTANTS says: `ANNOTATOR_MUTANTS=10000` takes the better part of an hour."""
    count = int(os.environ.get("ANNOTATOR_MUTANTS", "120"))
    export(lead, tmp_path / "all.jsonl", "jsonl", layer="all")
    packages.package(lead, tmp_path / "package.annotator", members.named(lead, "anna"))
    lead.settle()
    mine = store.create(tmp_path / "mine.annotator")
    by = members.annotator(mine, "lead")
    outcomes = {"merged": 0, "refused": 0}
    before = canonical(mine)
    sources = (lead.path, tmp_path / "all.jsonl", tmp_path / "package.annotator")
    for source in sources:
        for number, data in enumerate(mutants(source.read_bytes(), -(-count // len(sources)), 1)):
            bad = tmp_path / f"bad{source.suffix}"
            bad.write_bytes(data)
            try:
                merging.merge_files(mine, [bad], by)
                outcomes["merged"] += 1
                before = canonical(mine)
            except merging.NotMerged as error:
                outcomes["refused"] += 1
                assert "bad" in str(error) and "Nothing was changed" in str(error), (number, str(error))
                assert canonical(mine) == before
            assert check(mine) == []
    assert min(outcomes.values()) > 0, outcomes
    print(outcomes)
    mine.close()


def test_only_the_lead_makes_packages_and_shares_out(lead, tmp_path):
    boss, ben = Session(lead, "boss").me, Session(lead, "ben").me
    sharing.share_out(lead, [(1, ben)], boss)
    with pytest.raises(NotLead):
        sharing.share_out(lead, [(2, ben)], ben)
    with pytest.raises(NotLead):
        packages.package(lead, tmp_path / "stolen.annotator", ben, by=ben)
    assert not (tmp_path / "stolen.annotator").exists()
    assert members.viewer(lead) == NOBODY  # somebody the project does not know, and who sees nothing of the others
    with lead.reading() as connection:
        assert sight_of(connection, NOBODY).limited


def test_looking_makes_nobody(lead):
    me.keep("Zoe")
    before = canonical(lead)["authors"]
    assert members.viewer(lead) is None
    assert canonical(lead)["authors"] == before


def test_somebody_of_before_is_asked_about(project):
    assert members.perhaps_me(project) is None
    old = Session(project, me.system_user(), "e" * 32)
    add_article(project)
    old.open(1)
    old.finish()
    me.keep("Zoe")
    assert members.perhaps_me(project).uid == "e" * 32
    Session(project)  # now Zoe is known
    assert members.perhaps_me(project) is None


def test_a_name_no_pen_is_too_strange_for(lead, tmp_path):
    other = Session(lead, "نیم‌فاصله‌ای\u200c", "d" * 32)
    other.open(1)
    other.finish()
    lead.settle()
    mine = store.create(tmp_path / "mine.annotator")
    assert merging.merge_files(mine, [lead.path], members.annotator(mine, "x")).articles_new == 2
    mine.close()

"""Backups: made whole or not at all, kept by age, restored in one step; and what a repair saves."""

import multiprocessing
import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import store
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.store import ProjectError, articles, backups
from annotator.store.backups import Backup
from annotator.store.check import check
from annotator.store.repair import repair
from annotator.store.restoring import restore
from annotator.suggest.keeping import add_suggestions
from annotator.team.merging import merge_files
from tests.conftest import add_article
from tests.labelling.test_edits import suggestions
from tests.store.test_moved import label, mine, spans_in


@pytest.fixture
def at_work(project):
    add_article(project, "word " * 80)
    session = Session(project, "anna")
    session.open(session.listing()[0])
    label(session, 0)
    return session


def keep(project, why="day"):
    return backups.keep(project.path, project.engine, why)


def test_a_backup_holds_what_there_was_and_says_so(at_work):
    made = keep(at_work.project)
    label(at_work, 10)
    assert spans_in(made.path) == [(0, 4)]
    held = backups.contents(made.path)
    assert held.numbers["Entities"] == 1 and held.numbers["Articles"] == 1
    assert held.last[0][1:] == ("anna", "Add entity")
    assert [b.path for b in backups.listing(at_work.project.uid, at_work.project.path)] == [made.path]
    assert backups.made_today(at_work.project.uid, at_work.project.path)


def test_restoring_keeps_what_was_there_and_can_be_taken_back(at_work):
    path = at_work.project.path
    made = keep(at_work.project)
    label(at_work, 10)
    at_work.close()
    kept = restore(path, made.path)
    assert spans_in(path) == [(0, 4)]
    assert spans_in(kept) == [(0, 4), (10, 14)]
    restore(path, kept)
    assert spans_in(path) == [(0, 4), (10, 14)]
    assert [b.why for b in backups.of_file(path)] == ["restore", "restore", "day"]


def test_what_another_program_has_open_is_not_restored(at_work):
    path = at_work.project.path
    made = keep(at_work.project)
    label(at_work, 10)
    with pytest.raises(ProjectError, match="open in another window"):
        restore(path, made.path)
    label(at_work, 20)
    at_work.close()
    assert spans_in(path) == [(0, 4), (10, 14), (20, 24)]


@pytest.mark.parametrize("name", ["選" * 70, "a\nb", "x" * 200])
def test_odd_names_of_files(tmp_path, name):
    project = store.create(tmp_path / f"{name}.annotator")
    add_article(project, "word " * 80)
    made = keep(project)
    assert [b.path for b in backups.of_file(project.path)] == [made.path]
    project.path.unlink()
    project.close()
    assert len(list(tmp_path.glob("*as it was*.annotator"))) == 1


def test_what_is_no_backup_changes_nothing(at_work, tmp_path):
    path = at_work.project.path
    (tmp_path / "x").write_bytes(b"SQLite format 3\0 and no more")
    at_work.close()
    for wrong in (tmp_path / "x", tmp_path / "missing"):
        with pytest.raises(ProjectError):
            restore(path, wrong)
    assert spans_in(path) == [(0, 4)]
    assert not list(tmp_path.glob(".*part*"))


def test_a_damaged_project_is_kept_beside_what_is_restored(at_work):
    path = at_work.project.path
    made = keep(at_work.project)
    at_work.close()
    data = bytearray(path.read_bytes())
    data[100:2000] = b"\xff" * 1900
    path.write_bytes(bytes(data))
    with pytest.raises(ProjectError):
        store.open_project(path)
    assert [b.path for b in backups.of_file(path)] == [made.path]
    kept = restore(path, made.path)
    assert kept.read_bytes() == bytes(data)
    assert spans_in(path) == [(0, 4)]


def test_risky_acts_make_one_before(at_work, tmp_path):
    other = store.create(tmp_path / "other.annotator")
    add_article(other, "Another text.")
    other.close()
    merge_files(at_work.project, [other.path], at_work.me, preview=True)
    assert backups.listing(at_work.project.uid, at_work.project.path) == []
    merge_files(at_work.project, [other.path], at_work.me)
    (made,) = backups.listing(at_work.project.uid, at_work.project.path)
    assert made.why == "merge" and backups.contents(made.path).numbers["Articles"] == 1


def test_without_room_for_a_backup_nothing_risky_is_done(at_work, tmp_path, monkeypatch):
    other = store.create(tmp_path / "other.annotator")
    add_article(other, "Another text.")
    other.close()
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(ProjectError, match="No backup could be made"):
        merge_files(at_work.project, [other.path], at_work.me)
    assert len(at_work.listing()) == 1


DAYS = st.lists(st.integers(0, 400), max_size=60)


@given(DAYS)
def test_they_are_kept_by_age(days):
    today = date(2026, 11, 27)
    found = [
        Backup(Path(f"{i}"), "x", time.mktime((today - timedelta(days=d)).timetuple()) + 3600 + i, "day")
        for i, d in enumerate(days)
    ]
    kept = backups.to_keep(found, today)
    ages = {b: (today - b.day).days for b in found}
    recent = [b for b in found if ages[b] < 7]
    assert len([b for b in recent if b in kept]) >= min(len(recent), backups.MAX_RECENT)
    assert all(ages[b] < 183 for b in kept)
    assert {b.day for b in kept} >= {b.day for b in recent}
    for week in {b.day.isocalendar()[:2] for b in found if 7 <= ages[b] < 28}:
        assert any(b.day.isocalendar()[:2] == week for b in kept)
    for month in {(b.day.year, b.day.month) for b in found if ages[b] < 183}:
        assert any((b.day.year, b.day.month) == month for b in kept)
    assert len([b for b in kept if ages[b] >= 7]) <= 5 + 7


def _keep_forever(path, told):
    project = store.open_project(path)
    os.write(told, b"x")
    while True:
        keep(project, "merge")


def _restore_forever(path, told):
    found = backups.of_file(path)
    os.write(told, b"x")
    while True:
        for backup in found[:2]:
            restore(path, backup.path)


@pytest.mark.parametrize("work", [_keep_forever, _restore_forever])
def test_killed_at_any_moment_it_is_done_or_not_done(at_work, work):
    """200 processes that back up or restore are killed at random moments."""
    path = at_work.project.path
    keep(at_work.project)
    label(at_work, 10)
    keep(at_work.project)
    at_work.close()
    pick = random.Random(3)
    for _ in range(200):
        read, write = os.pipe()
        process = multiprocessing.get_context("fork").Process(target=work, args=(path, write))
        process.start()
        os.read(read, 1)
        time.sleep(pick.uniform(0, 0.05))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        os.close(read)
        os.close(write)
        assert spans_in(path) in ([(0, 4)], [(0, 4), (10, 14)])
    for backup in backups.of_file(path):
        assert spans_in(backup.path) in ([(0, 4)], [(0, 4), (10, 14)])


# Repair


def test_a_sound_project_is_repaired_to_the_same(project, tmp_path):
    article = add_article(project)
    add_suggestions(project, article, suggestions(), ("m", "1"))
    session = Session(project, "anna")
    session.open(article)
    label(session, 9)
    assert session.do(editing.accept(session.labelled, session.labelled.claims))
    assert session.do(editing.reject(session.labelled, session.labelled.claims[:1]))
    before = mine(session)
    uid = project.uid
    session.close()
    assert repair(project.path, tmp_path / "saved.annotator") == []
    saved = store.open_project(tmp_path / "saved.annotator")
    again = Session(saved, "anna")
    again.open(again.listing(search="coast guard")[0])
    assert mine(again) == before and saved.uid == uid and check(saved) == []
    assert again.undo() and check(saved) == []
    saved.close()


def test_of_a_damaged_project_what_can_be_read_is_saved(project, tmp_path):
    """Pages are overwritten at random; what is saved is sound, and says what it lost."""
    texts = [f"Article {n}. " + "word " * 300 for n in range(30)]
    for text in texts:
        add_article(project, text)
    session = Session(project, "anna")
    for article in session.listing():
        session.open(article)
        label(session, 20)
    project.close()
    whole = project.path.read_bytes()
    saved_labels = losses = 0
    for turn in range(12):
        pick = random.Random(turn)
        data = bytearray(whole)
        for _ in range(3):
            at = 4096 * pick.randrange(12, len(data) // 4096)
            data[at : at + 4096] = pick.randbytes(4096)
        path, out = tmp_path / f"{turn}.annotator", tmp_path / f"saved {turn}.annotator"
        path.write_bytes(bytes(data))
        try:
            lost = repair(path, out)
        except ProjectError as error:
            assert "could not be used" in str(error) or "damaged" in str(error)
            continue
        losses += len(lost)
        saved = store.open_project(out)
        assert check(saved) == []
        numbers = backups.contents_now(saved.engine).numbers
        assert numbers["Articles"] >= 20
        saved_labels += numbers["Entities"]
        saved.close()
        assert path.read_bytes() == bytes(data)
    assert saved_labels > 200 and losses


def test_rows_of_odd_values_are_left_out_and_named(at_work, tmp_path):
    path = at_work.project.path
    at_work.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE mention SET start = 'x'")
        connection.execute("INSERT INTO actor (id, name, aliases, born) VALUES (9, x'00', '[', 'b')")
        connection.commit()
    lost = repair(path, tmp_path / "saved.annotator")
    assert any("mention" in line for line in lost) and any("actor" in line for line in lost)
    assert spans_in(tmp_path / "saved.annotator") == [(0, 4)]  # made anew from the edits


def test_what_is_no_project_cannot_be_repaired(tmp_path, project):
    (tmp_path / "x").write_bytes(b"hello")
    with pytest.raises(ProjectError, match="not an Annotator project"):
        repair(tmp_path / "x", tmp_path / "y")
    with pytest.raises(ProjectError, match="there already"):
        repair(project.path, project.path)


def test_a_copy_of_a_project_has_backups_of_its_own(at_work, tmp_path):
    keep(at_work.project)
    store.copy_of(at_work.project.path, tmp_path / "copy.annotator")
    copy = store.open_project(tmp_path / "copy.annotator")
    backups.keep_of_today(copy.path, copy.engine, copy.uid)
    assert [b.name for b in backups.of_file(copy.path)] == ["copy", at_work.project.path.stem]
    copy.close()


@pytest.mark.parametrize("name", ["notes.txt", "other.db", "other.annotator"])
def test_nothing_of_others_is_replaced_by_a_backup(at_work, tmp_path, name):
    made, foreign = keep(at_work.project), tmp_path / name
    if foreign.suffix == ".txt":
        foreign.write_text("notes")
    else:
        with closing(sqlite3.connect(foreign)) as connection:
            connection.executescript("PRAGMA application_id = 7; CREATE TABLE t (x);")
    before = foreign.read_bytes()
    with pytest.raises(ProjectError, match="not an Annotator project"):
        restore(foreign, made.path)
    assert foreign.read_bytes() == before and backups.of_file(foreign) == []


def test_a_refused_restore_leaves_no_backup(at_work):
    made = keep(at_work.project)
    with pytest.raises(ProjectError, match="open in another window"):
        restore(at_work.project.path, made.path)
    assert [b.why for b in backups.of_file(at_work.project.path)] == ["day"]


def test_looking_for_backups_leaves_nothing_beside_a_file(at_work, tmp_path):
    path = at_work.project.path
    at_work.close()
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as connection:
        connection.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE project (uid); INSERT INTO project VALUES ('a');"
        )
    before = sorted(p.name for p in tmp_path.iterdir())
    for one in (path, tmp_path / "foreign.db"):
        backups.of_file(one)
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_repair_names_rows_that_the_new_file_does_not_take(at_work, tmp_path):
    path = at_work.project.path
    label(at_work, 10)
    at_work.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'label VARCHAR NOT NULL', 'label VARCHAR')")
        connection.commit()
    with closing(sqlite3.connect(path)) as connection:
        changed = connection.execute("UPDATE mention SET label = NULL WHERE start = 10").rowcount
        connection.commit()
    assert changed == 1
    lost = repair(path, tmp_path / "new.annotator")
    assert any("Table mention: 1 rows held what they must not" in line for line in lost)


def test_a_repair_saves_what_stands_beside_a_damaged_page(project, tmp_path):
    for number in range(60):
        add_article(project, f"{number} " + "word " * 300)
    path = project.path
    project.close()
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'article_text'").fetchone()[0]
    data = bytearray(path.read_bytes())
    # A leaf of the tree: the first child of its root.
    assert data[(root - 1) * size] == 5
    first = int.from_bytes(data[(root - 1) * size + 12 : (root - 1) * size + 14], "big")
    leaf = int.from_bytes(data[(root - 1) * size + first : (root - 1) * size + first + 4], "big")
    held = int.from_bytes(data[(leaf - 1) * size + 3 : (leaf - 1) * size + 5], "big")
    data[(leaf - 1) * size : leaf * size] = bytes(size)
    path.write_bytes(bytes(data))
    lost = repair(path, tmp_path / "new.annotator")
    saved = store.open_project(tmp_path / "new.annotator")
    assert articles.count(saved) == 60 - held and sum("its text is lost" in line for line in lost) == held
    saved.close()


def test_nothing_is_made_of_a_file_in_which_nothing_is(tmp_path):
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(ProjectError, match="Nothing of a project"):
        repair(tmp_path / "foreign.db", tmp_path / "new.annotator")
    assert [p.name for p in tmp_path.iterdir() if "new" in p.name] == []


def test_pipes_and_links_that_lead_nowhere_are_no_projects(tmp_path):
    os.mkfifo(tmp_path / "pipe.annotator")
    (tmp_path / "loop.annotator").symlink_to("loop.annotator")
    for name in ("pipe.annotator", "loop.annotator"):
        with pytest.raises(ProjectError):
            store.open_project(tmp_path / name)
        assert backups.of_file(tmp_path / name) == []

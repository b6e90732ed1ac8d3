"""A project file that is moved, replaced or written over while it is open, or beside which a log of another lies."""

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from annotator import store
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.store import header, log
from annotator.store.check import check
from annotator.store.project import Elsewhere
from tests.conftest import add_article

TEXT = "word " * 80


def spans_in(path):
    """What anna labelled, as somebody else finds it who opens the file."""
    opened = store.open_project(path)
    try:
        assert check(opened) == []
        session = Session(opened, "anna")
        labelled = session.open(session.listing()[0])
        assert labelled is session.labelled
        return mine(session)
    finally:
        opened.close()


def label(session, start):
    """Labels a word; returns all that is labelled by now."""
    assert session.do(editing.add_mention(session.labelled, (start, start + 4), "ORG"))
    return mine(session)


def mine(session):
    return sorted(m.span for m in session.labelled.mine.mentions.values())


@pytest.fixture
def at_work(project):
    add_article(project, TEXT)
    session = Session(project, "anna")
    session.open(session.listing()[0])
    label(session, 0)
    project.settle()
    return session


def copy_of(session, name):
    """A copy as a file manager makes it."""
    copy = session.project.path.with_name(name)
    shutil.copyfile(session.project.path, copy)
    return copy


@pytest.mark.parametrize("folder", [".", "elsewhere"])
def test_a_renamed_file_has_every_edit(at_work, tmp_path, folder):
    (tmp_path / folder).mkdir(exist_ok=True)
    new = tmp_path / folder / "renamed.annotator"
    label(at_work, 10)
    at_work.project.path.rename(new)
    with pytest.raises(Elsewhere, match=r"renamed\.annotator” now") as told:
        label(at_work, 20)
    assert told.value.now == new.resolve()
    assert spans_in(new) == [(0, 4), (10, 14)]
    assert not log.log_of(at_work.project.path).exists()


def test_a_renamed_file_is_whole_when_the_window_closes_without_looking(at_work, tmp_path):
    label(at_work, 10)
    at_work.project.path.rename(tmp_path / "renamed.annotator")
    at_work.close()
    with closing(sqlite3.connect(f"file:{tmp_path}/renamed.annotator?immutable=1", uri=True)) as alone:
        assert alone.execute("SELECT count(*) FROM mention").fetchone() == (2,)


@pytest.mark.parametrize("how", ["replaced", "deleted"])
def test_what_was_replaced_or_deleted_is_kept(at_work, tmp_path, how):
    before = copy_of(at_work, "backup.annotator")
    label(at_work, 10)
    if how == "replaced":
        before.replace(at_work.project.path)
    else:
        at_work.project.path.unlink()
    with pytest.raises(Elsewhere, match="What you had is kept as") as told:
        label(at_work, 20)
    assert spans_in(told.value.now) == [(0, 4), (10, 14)]
    at_work.close()
    if how == "replaced":
        assert spans_in(at_work.project.path) == [(0, 4)]


@pytest.mark.parametrize("settled", [True, False])
def test_a_copy_put_over_an_open_file_is_what_counts(at_work, settled):
    before = copy_of(at_work, "backup.annotator")
    for start in range(10, 200, 5):
        label(at_work, start)
        at_work.project.settle()
    if not settled:
        label(at_work, 300)
    shutil.copyfile(before, at_work.project.path)
    with pytest.raises(Elsewhere, match="written over"):
        label(at_work, 310)
    at_work.close()
    assert spans_in(at_work.project.path) == [(0, 4)]


def test_a_copy_put_over_is_noticed_without_an_edit(at_work):
    before = copy_of(at_work, "backup.annotator")
    label(at_work, 10)
    at_work.project.settle()
    shutil.copyfile(before, at_work.project.path)
    with pytest.raises(Elsewhere, match="written over"):
        at_work.project.check_standing()


def _label_and_die(path, told):
    project = store.open_project(path)
    session = Session(project, "anna")
    session.open(session.listing()[0])
    label(session, 50)
    os.write(told, b"done")
    time.sleep(60)


def killed_at_work(path):
    """Leaves a log, as a crash does."""
    read, write = os.pipe()
    process = multiprocessing.get_context("fork").Process(target=_label_and_die, args=(path, write))
    process.start()
    assert os.read(read, 4) == b"done"
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    os.close(read)
    os.close(write)
    assert not log.is_empty(path)


def test_after_a_crash_the_log_is_replayed(at_work):
    at_work.close()
    killed_at_work(at_work.project.path)
    assert spans_in(at_work.project.path) == [(0, 4), (50, 54)]


def test_a_backup_copied_over_after_a_crash_is_not_mixed_with_the_log(at_work):
    at_work.close()
    backup = copy_of(at_work, "backup.annotator")
    killed_at_work(at_work.project.path)
    shutil.copyfile(backup, at_work.project.path)
    assert spans_in(at_work.project.path) == [(0, 4)]
    (kept,) = at_work.project.path.parent.glob("*.wal")
    assert kept.stat().st_size > 4096


def test_a_log_of_another_project_is_not_replayed(at_work, tmp_path):
    other = store.create(tmp_path / "other.annotator")
    add_article(other, TEXT * 3)
    other.close()
    killed_at_work(other.path)
    at_work.close()
    shutil.copyfile(log.log_of(other.path), log.log_of(at_work.project.path))
    assert spans_in(at_work.project.path) == [(0, 4)]
    assert spans_in(other.path) == [(50, 54)]


def test_a_log_of_another_program_that_breaks_the_file_is_not_replayed(at_work, tmp_path):
    at_work.close()
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("CREATE TABLE t (a)")
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * 50)
    shutil.copyfile(tmp_path / "x.db-wal", log.log_of(at_work.project.path))
    other.close()
    assert spans_in(at_work.project.path) == [(0, 4)]


def test_a_hundred_moves_at_random_moments_lose_nothing(tmp_path):
    """While an editor labels, the file is renamed, replaced or deleted at a random moment; every acknowledged edit is
    in the file that the editor is told of."""
    pick = random.Random(11)
    for turn in range(100):
        folder = tmp_path / str(turn)
        folder.mkdir()
        project = store.create(folder / "news.annotator")
        add_article(project, TEXT)
        session = Session(project, "anna")
        session.open(session.listing()[0])
        project.settle()
        how = pick.choice(["rename", "replace", "delete"])
        backup = copy_of(session, "backup.annotator")
        at = pick.uniform(0, 0.04)

        def move(path=project.path, backup=backup, how=how, at=at):
            time.sleep(at)
            if how == "rename":
                path.rename(path.with_name("renamed.annotator"))
            elif how == "replace":
                backup.replace(path)
            else:
                path.unlink()

        mover = threading.Thread(target=move)
        mover.start()
        acknowledged: list = []
        with pytest.raises(Elsewhere) as told:
            for start in range(0, 395, 5):
                label(session, start)
                acknowledged.append((start, start + 4))
                if pick.random() < 0.2:
                    project.settle()
            mover.join()
            project.check_standing()
        mover.join()
        project.close()
        now = told.value.now
        if acknowledged:
            assert isinstance(now, Path) and spans_in(now) == acknowledged, (turn, how)
        elif now is not None:
            assert spans_in(now) == []
        shutil.rmtree(folder)


def test_looking_while_a_thread_writes_raises_no_alarm(at_work):
    project, stop = at_work.project, threading.Event()
    troubles = []

    def look():
        while not stop.is_set():
            try:
                project.check_standing()
                project.settle()
            except Exception as error:
                troubles.append(error)

    looking = [threading.Thread(target=look) for _ in range(2)]
    for thread in looking:
        thread.start()
    for start in range(5, 395, 5):
        label(at_work, start)
    stop.set()
    for thread in looking:
        thread.join()
    assert troubles == []
    at_work.close()
    assert len(spans_in(project.path)) == 79


def test_a_file_that_cannot_be_read_for_a_moment_is_not_written_over(at_work, monkeypatch):
    label(at_work, 10)

    def fails(path):
        raise OSError("the share is away for a moment")

    with monkeypatch.context() as patch:
        patch.setattr(header, "number_in", fails)
        with pytest.raises(store.ProjectError, match="cannot be opened"):
            label(at_work, 20)
    assert not log.is_empty(at_work.project.path)
    label(at_work, 30)
    at_work.close()
    assert spans_in(at_work.project.path) == [(0, 4), (10, 14), (30, 34)]


def test_a_reader_in_the_way_of_the_first_write_loses_nothing(at_work):
    at_work.close()
    reader = sqlite3.connect(at_work.project.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM mention").fetchone()
    other = store.open_project(at_work.project.path)
    killed_at_work(at_work.project.path)  # its round cannot be settled while somebody reads
    assert not other.changed_elsewhere() or other.check_standing() is None
    reader.close()
    other.close()
    assert spans_in(at_work.project.path) == [(0, 4), (50, 54)]


def test_one_deletion_is_kept_once(at_work, tmp_path):
    label(at_work, 10)
    at_work.project.path.unlink()
    for _ in range(2):
        with pytest.raises(Elsewhere):
            at_work.project.check_standing()
    at_work.close()
    assert len(list(tmp_path.glob("*as it was*"))) == 1


def test_replaced_while_a_hard_link_keeps_the_old_one_somewhere(at_work, tmp_path):
    before = copy_of(at_work, "backup.annotator")
    (tmp_path / "snapshots").mkdir()
    os.link(at_work.project.path, tmp_path / "snapshots" / "x")
    label(at_work, 10)
    before.replace(at_work.project.path)
    with pytest.raises(Elsewhere) as told:
        at_work.project.check_standing()
    assert told.value.now is not None and told.value.following == at_work.project.path
    assert spans_in(told.value.now) == [(0, 4), (10, 14)]


def test_what_was_saved_in_a_deleted_folder_is_kept_elsewhere(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    project = store.create(folder / "p.annotator")
    add_article(project, "word " * 80)
    session = Session(project, "anna")
    session.open(session.listing()[0])
    label(session, 0)
    shutil.rmtree(folder)
    with pytest.raises(Elsewhere) as told:
        project.check_standing()
    assert told.value.following is not None and spans_in(told.value.following) == [(0, 4)]
    assert str(told.value.following) in str(told.value)
    project.close()

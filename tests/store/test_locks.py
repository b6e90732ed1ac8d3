"""What a process loses when it closes a handle of an open project, and how it gets it back."""

import multiprocessing
import os
import shutil
from pathlib import Path

import pytest

from annotator import store
from annotator.labelling.session import Session
from annotator.store import log
from tests.conftest import add_article
from tests.store.test_moved import label, mine, spans_in

only_linux = pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux tells which locks there are")
pytestmark = only_linux


def locks_of(path):
    """How many locks this process has on a file."""
    number, rows = path.stat().st_ino, Path("/proc/locks").read_text().splitlines()
    fields = [row.split() for row in rows if "->" not in row]
    return sum(1 for one in fields if int(one[4]) == os.getpid() and one[5].rpartition(":")[2] == str(number))


def lose(path):
    """What a file dialog does, that looks what kind of file one is."""
    for one in (path, log.index_of(path)):
        if one.exists():
            os.close(os.open(one, os.O_RDONLY))
    assert not locks_of(path)


def visit(path):
    """Opens and closes a project, as another program does that exports it."""
    project = store.open_project(Path(path))
    with project.reading():
        pass
    project.close()


def elsewhere(work, *args):
    """Runs something in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=args)
    process.start()
    process.join(60)
    assert process.exitcode == 0


@pytest.fixture
def at_work(project):
    add_article(project, "word " * 80)
    session = Session(project, "anna")
    session.open(session.listing()[0])
    label(session, 0)
    return session


def test_locks_come_back(at_work):
    path = at_work.project.path
    assert locks_of(path)
    lose(path)
    label(at_work, 10)
    assert locks_of(path) and locks_of(log.index_of(path))
    lose(path)
    at_work.project.changed_elsewhere()  # the window looks every other second
    assert locks_of(path) and locks_of(log.index_of(path))


def crashed(path, folder):
    """What a crash would leave of a project, as a project of its own."""
    copy = folder / f"crashed{len(list(folder.iterdir()))}.annotator"
    shutil.copyfile(path, copy)
    if log.log_of(path).exists():
        shutil.copyfile(log.log_of(path), log.log_of(copy))
    return copy


def test_nothing_goes_into_a_deleted_log(at_work, tmp_path):
    """Locks lost, another program ends its work and deletes the log, labels go on, the window crashes."""
    path = at_work.project.path
    (tmp_path / "crashes").mkdir()
    for start in (20, 30, 40):
        lose(path)
        elsewhere(visit, str(path))
        assert not log.log_of(path).exists()
        expected = label(at_work, start)
        assert spans_in(crashed(path, tmp_path / "crashes")) == expected
        elsewhere(visit, str(path))
        assert mine(at_work) == expected
    at_work.project.close()
    assert spans_in(path) == expected


@pytest.mark.parametrize("looked", [True, False])
def test_a_log_that_is_deleted_by_hand(at_work, tmp_path, looked):
    """Nobody has moved what is in it into the file."""
    path = at_work.project.path
    expected = label(at_work, 10)
    for one in (log.log_of(path), log.index_of(path)):
        one.unlink()
    if looked:
        at_work.project.changed_elsewhere()
    else:
        expected = label(at_work, 20)
    (tmp_path / "crashes").mkdir()
    assert spans_in(crashed(path, tmp_path / "crashes")) == expected
    at_work.project.close()
    assert spans_in(path) == expected


def test_who_reads_goes_on_with_the_old_log(at_work):
    """One view of the file stays one, whatever happens beside it; only a change waits."""
    project = at_work.project
    with project.reading() as connection:
        lose(project.path)
        elsewhere(visit, str(project.path))
        assert project.name  # read through another connection
        assert connection.exec_driver_sql("SELECT count(*) FROM mention").scalar_one() == 1
    expected = label(at_work, 10)
    project.close()
    assert spans_in(project.path) == expected

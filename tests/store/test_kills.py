"""Long work that is killed at a random moment: all of it was done, or none, and what was acknowledged is there."""

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from dataclasses import replace

import pytest

from annotator import store
from annotator.core import scheme as schemes
from annotator.formats.bring_in import bring_in
from annotator.labelling.session import Session
from annotator.store import articles, operations
from annotator.store.check import check
from annotator.team.members import annotator
from annotator.team.merging import merge_files
from tests.conftest import add_article
from tests.store.test_migrations import second_version
from tests.store.test_moved import label, spans_in

TURNS = 200
MANY = 20  # articles that come in at once


def turns(work, *args, longest):
    """Kills a process that does some work, each time at another moment; yields how often it had said it was done."""
    pick = random.Random(5)
    for _ in range(TURNS):
        read, write = os.pipe()
        process = multiprocessing.get_context("fork").Process(target=work, args=(write, *args))
        process.start()
        os.close(write)
        with os.fdopen(read, "rb") as said:
            said.read(1)
            time.sleep(pick.uniform(0, longest))
            os.kill(process.pid, signal.SIGKILL)
            done = len(said.read())
        process.join()
        yield done


def records(path, prefix, number=MANY):
    label_one = [{"start": 0, "end": 4, "label": "ORG", "actor": "Some Body"}]
    lines = [
        {"id": f"{prefix}-{n}", "text": f"word {prefix} {n} " * 20, "layer": "bob", "mentions": label_one}
        for n in range(number)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def labelled(project):
    add_article(project, "word " * 80)
    session = Session(project, "anna")
    session.open(1)
    label(session, 0)
    session.close()
    return project.path


def _import(told, path, folder):
    project = store.open_project(path)
    os.write(told, b"x")
    while True:
        file = records(folder / f"{os.getpid()}-{time.monotonic_ns()}.jsonl", f"{os.getpid()}-{time.monotonic_ns()}")
        bring_in(project, [file])
        os.write(told, b"x")


def test_killed_during_an_import(labelled, tmp_path):
    there = 1
    for done in turns(_import, labelled, tmp_path, longest=0.06):
        project = store.open_project(labelled)
        now = articles.count(project)
        assert (now - there) % MANY == 0 and 0 <= (now - there) // MANY - done <= 1
        there = now
        project.close()
    project = store.open_project(labelled)
    assert check(project) == []
    project.close()
    assert spans_in(labelled) == [(0, 4)]


def _merge(told, path, other):
    project = store.open_project(path)
    me = annotator(project, "anna")
    os.write(told, b"x")
    while True:
        merge_files(project, [other], me)
        os.write(told, b"x")
        operations.undo(project, me)


def test_killed_during_a_merge(labelled, tmp_path):
    other = store.create(tmp_path / "other.annotator")
    bring_in(other, [records(tmp_path / "in.jsonl", "other")])
    other.close()
    seen = set()
    for _ in turns(_merge, labelled, other.path, longest=0.15):
        project = store.open_project(labelled)
        seen.add(articles.count(project))
        assert check(project) == []
        if articles.count(project) > 1:
            operations.undo(project, annotator(project, "anna"))
        project.close()
    assert seen == {1, 1 + MANY}
    assert spans_in(labelled) == [(0, 4)]


def _open(told, path):
    os.write(told, b"x")
    store.open_project(path).close()
    os.write(told, b"x")
    time.sleep(10)


def test_killed_while_a_file_is_brought_up_to_date(tmp_path):
    second_version(tmp_path / "old.annotator")
    path = tmp_path / "p.annotator"
    finished = 0

    def fresh():
        for left in tmp_path.glob("p.annotator*"):
            left.unlink()
        shutil.copy(tmp_path / "old.annotator", path)

    fresh()
    for done in turns(_open, path, longest=0.25):
        finished += done
        project = store.open_project(path)
        assert check(project) == []
        session = Session(project, "anna", "1" * 32)
        assert session.open(1).mine.claims[7].stance == "against" and session.labelled.mine.finished == 12.0
        project.close()
        fresh()
    assert 0 < finished < TURNS


def _scheme(told, path):
    project = store.open_project(path)
    me, plain = annotator(project, "anna"), schemes.default()
    os.write(told, b"x")
    number = 0
    while True:
        number += 1
        new = replace(plain, name=f"Scheme {number % 7}")
        operations.do(project, operations.Set("Change", {"scheme": {"": schemes.to_json(new)}}), me)
        os.write(told, b"x")


def test_killed_while_the_scheme_is_changed(labelled):
    for done in turns(_scheme, labelled, longest=0.03):
        project = store.open_project(labelled)
        assert check(project) == []
        if done:
            assert project.scheme.name in (f"Scheme {done % 7}", f"Scheme {(done + 1) % 7}")
        project.close()
    assert spans_in(labelled) == [(0, 4)]

"""Who works at this computer, and two that start for the first time at once."""

import multiprocessing

from annotator.labelling.sample import sample_project
from annotator.store import articles
from annotator.team import me


def _start(path, barrier, told):
    barrier.wait()
    made = me.keep("Ann Lee")
    project = sample_project(path)
    told.put((made.uid, articles.count(project)))
    project.close()


def test_first_starts_at_once_are_one_annotator_with_one_sample(tmp_path):
    context = multiprocessing.get_context("fork")
    barrier, told = context.Barrier(4), context.Queue()
    path = tmp_path / "Sample.annotator"
    started = [context.Process(target=_start, args=(path, barrier, told)) for _ in range(4)]
    for process in started:
        process.start()
    found = [told.get(timeout=60) for _ in started]
    for process in started:
        process.join()
        assert process.exitcode == 0
    assert len(set(found)) == 1 and found[0][1] == 5
    assert me.known().uid == found[0][0]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_damaged_identity_is_made_anew_and_a_name_keeps_it():
    first = me.keep("Ann")
    assert me.keep("Ann  Lee") == me.Me(first.uid, "Ann Lee")
    me.path().write_text("{")
    assert me.known() is None
    again = me.keep("Ann")
    assert me.known() == again

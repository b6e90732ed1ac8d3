"""The suggesting process: answers, dies, comes back, gives up."""

import os
import queue
import signal
import time

import pytest

from annotator.core.knowledge import Knowledge
from annotator.suggest.client import Client

LABELS = {"PERSON": "PERSON"}


def job(text, **more):
    return {"text": text, "labels": LABELS, "knowledge": Knowledge().as_json()} | more


@pytest.fixture
def events():
    return queue.Queue()


@pytest.fixture
def client(events):
    made = Client(events.put)
    yield made
    made.close()


def until(events, kind, number=1, seconds=60):
    seen = []
    end = time.monotonic() + seconds
    while sum(e.kind == kind for e in seen) < number:
        seen.append(events.get(timeout=max(0.1, end - time.monotonic())))
    return seen


def test_answers_come_with_their_ids_the_urgent_one_first(client, events):
    for key in range(3):
        client.submit(key, lambda k=key: job(f"Ann Lee said it was number {k}."))
    client.submit(9, lambda: job("Omar Haddad denied it."), first=True)
    seen = until(events, "done", 4)
    assert seen[0].kind == "ready" and seen[0].model[0] == "en_core_web_sm"
    assert [e.id for e in seen if e.kind == "done"] == [9, 0, 1, 2]
    assert all(e.answer.record["mentions"] for e in seen if e.kind == "done" and e.id != 9)
    assert client.pending == []


def test_what_is_asked_anew_while_it_is_worked_on_is_answered_again(client, events):
    client.submit(1, lambda: job("Ann Lee said no. " * 1000))
    until(events, "ready")
    client.submit(1, lambda: job("Ann Lee said it was new."), first=True)  # not anew: it is worked on already
    client.submit(1, lambda: job("Omar Haddad said it was newer."), first=True, anew=True)
    assert client.pending == [1]
    seen = until(events, "done", 2)
    assert [len(e.answer.record["claims"]) > 1 for e in seen] == [True, False] and client.pending == []


def until_working_on(client, key):
    """Waits until a text was given to the process, which has work for seconds with it."""
    end = time.monotonic() + 30
    while client._sent is None or client._tries.get(key) is None:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_text_that_is_gone_is_passed_over(client, events):
    client.submit(1, lambda: None)
    client.submit(2, lambda: job("Ann Lee said no."))
    assert [(e.kind, e.id) for e in until(events, "done") if e.id is not None] == [("gone", 1), ("done", 2)]
    assert client.pending == []


def test_killed_while_it_works_it_starts_again_and_answers_all(client, events):
    client.submit(1, lambda: job("Ann Lee said no. " * 2000))
    client.submit(2, lambda: job("Ann Lee said no."))
    until(events, "ready")
    until_working_on(client, 1)
    os.kill(client.pid, signal.SIGKILL)
    seen = until(events, "done", 2)
    assert "restarted" in [e.kind for e in seen]
    assert {e.id for e in seen if e.kind == "done"} == {1, 2}


def test_a_text_that_kills_it_twice_is_given_up(client, events):
    client.submit(1, lambda: job("Ann Lee said no. " * 20_000))
    for _ in range(2):
        until(events, "ready")
        until_working_on(client, 1)
        os.kill(client.pid, signal.SIGKILL)
    client.submit(2, lambda: job("Ann Lee said no."))
    seen = until(events, "done")
    assert [e.id for e in seen if e.kind == "error"] == [1]
    assert [e.id for e in seen if e.kind == "done"] == [2]


def test_a_pipeline_that_is_not_there_fails_clearly(events):
    client = Client(events.put, "nothing_there")
    client.submit(1, lambda: job("x"))
    seen = until(events, "failed")
    assert "nothing_there" in seen[-1].message
    client.close()


def test_cancel_forgets_what_waits(client, events):
    for key in range(50):
        client.submit(key, lambda: job("Ann Lee said no."))
    client.cancel()
    until(events, "ready")
    client.submit(99, lambda: job("Ann Lee said no."))
    seen = until(events, "done")
    assert [e.id for e in seen if e.kind == "done"] == [99]


def test_nothing_is_said_after_closing(client, events):
    client.submit(1, lambda: job("Ann Lee said no."))
    until(events, "done")
    client.close()
    client.submit(2, lambda: job("x"))
    assert client.pid is None and client.pending == [] and events.empty()


def test_a_text_that_takes_too_long_is_left_out_and_the_next_is_answered(events, monkeypatch):
    monkeypatch.setattr("annotator.suggest.client.SECONDS_A_SIGN", 0.0)
    client = Client(events.put, seconds=1.0)
    client.submit(1, lambda: job("Ann Lee said no. " * 20_000))
    client.submit(2, lambda: job("Ann Lee said no."))
    seen = until(events, "done")
    assert [(e.kind, e.id) for e in seen if e.id is not None] == [("error", 1), ("done", 2)]
    assert "took too long" in next(e.message for e in seen if e.kind == "error")
    assert client.pending == []
    client.close()

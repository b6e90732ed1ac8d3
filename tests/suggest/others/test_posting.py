"""Something sent to an address: what comes back is bounded, and goes nowhere else."""

import json
import socket
import threading
import time
from contextlib import suppress

import pytest

from annotator.suggest.asking import AnswerError
from annotator.suggest.others import posting
from annotator.suggest.others.chosen import Chosen
from annotator.suggest.others.other import Other
from annotator.suggest.others.posting import post
from tests.suggest.others.server import server, slowly


def test_what_is_asked_comes_back_answered():
    with server(lambda asked: {"got": asked["text"]}) as one:
        assert post(one.address, {"text": "“ü” 🚢"}) == {"got": "“ü” 🚢"}
    assert one.asked == [{"text": "“ü” 🚢"}]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_be_better_later_is_tried_again(status):
    replies = iter([(status, {"Retry-After": "0"}, b"busy"), (status, {}, b""), {"fine": True}])
    with server(lambda _: next(replies)) as one:
        assert post(one.address, {}, pause=0.01) == {"fine": True}
    assert len(one.asked) == 3


@pytest.mark.parametrize(
    ("reply", "why", "times"),
    [
        ((429, {}, b"slow down"), "asked too often.*slow down", 3),
        ((500, {}, b""), r"error \(500\)", 3),
        ((401, {}, b"who?"), "annotator key", 1),
        ((404, {}, b""), "nothing at", 1),
        ((200, {}, b"{broken"), "no JSON: “{broken”", 3),
        ((200, {}, b"[" * 100_000), "no JSON", 3),
        ((200, {}, b"\xff\xfe"), "no JSON", 3),
        ((200, {}, b""), "no JSON", 3),
        ((200, {"Content-Length": "100"}, b'{"a": 1}'), "broke in the middle|within", 3),
    ],
)
def test_what_is_no_answer_is_said_in_words(reply, why, times):
    with server(lambda _: reply) as one, pytest.raises(AnswerError, match=why):
        post(one.address, {}, seconds=1.0, pause=0.01)
    assert len(one.asked) == times


def test_a_slow_one_is_not_waited_for():
    with server(slowly(2, {})) as one, pytest.raises(AnswerError, match=r"no answer came within"):
        post(one.address, {}, seconds=0.3, tries=1)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-More: yes\r\n" * 90,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + b" " * 10_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 10_000,
        b"HTTP/1.1 503 Busy\r\nContent-Length: 10000\r\n\r\n" + b"x" * 10_000,
    ],
    ids=["headers", "continue", "body", "chunks", "error"],
)
def test_one_that_drips_is_not_waited_for_and_let_go(said):
    with socket.create_server(("127.0.0.1", 0)) as door:
        gone = threading.Event()

        def drip():
            connection, _ = door.accept()
            with connection, suppress(OSError):
                for at in range(0, len(said), 20):
                    connection.sendall(said[at : at + 20])
                    time.sleep(0.05)
            gone.set()

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(AnswerError, match=r"no answer came within"):
            post(f"http://127.0.0.1:{door.getsockname()[1]}", {}, seconds=0.5, tries=1)
        assert gone.wait(10)


def test_too_large_an_answer_is_not_read(monkeypatch):
    monkeypatch.setattr(posting, "MAX_ANSWER", 100_000)
    with server(lambda _: (200, {}, b" " * 5_000_000)) as one, pytest.raises(AnswerError, match="larger than"):
        post(one.address, {}, tries=1)


def test_nobody_else_is_asked():
    with server(lambda _: {"claims": []}) as other:
        moved = 307, {"Location": other.address}, b""
        with server(lambda _: moved) as one, pytest.raises(AnswerError, match="where you did not say"):
            post(one.address, {"text": "secret"}, {"Authorization": "Bearer key"})
    assert other.asked == []


def test_a_proxy_hears_nothing_of_what_is_asked_here(monkeypatch):
    with server(lambda _: {"through": "proxy"}) as proxy, server(lambda _: {"fine": True}) as one:
        monkeypatch.setenv("http_proxy", proxy.address)
        assert post(one.address, {}) == {"fine": True}
    assert proxy.asked == []


def test_where_nothing_listens():
    with server(lambda _: {}) as one:
        pass
    with pytest.raises(AnswerError, match="nothing listens at"):
        post(one.address, {}, tries=1)


def test_an_address_answers_as_a_program_does():
    text = "Ann Lee said it rained."
    answer = {"id": 1, "claims": [{"cue": [[8, 12]], "content": [[13, 22]]}, {"content": [[13, 999]]}]}
    with server(lambda _: answer) as one:
        made = Other(Chosen("address", one.address + "/find")).ask(text, {})
    assert one.asked == [{"id": 1, "text": text}]
    assert one.paths == ["/find"]
    assert [c["content"] for c in made.record["claims"]] == [[[13, 22]]]
    assert "claim 2" in made.left_out[0]
    json.dumps(made.record)

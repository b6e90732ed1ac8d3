"""Something sent to an address, and its answer: bounded in time and size, followed nowhere else."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from annotator.core.text import on_one_line
from annotator.suggest.asking import AnswerError
from annotator.suggest.others.chosen import is_here

MAX_ANSWER = 20_000_000  # bytes
SECONDS = 120.0  # for one question
TRIES = 3
LONGEST_WAIT = 30.0  # seconds, whatever a server asks for
_CHUNK = 65_536
# What a server says when it may be better later.
_BUSY = frozenset([408, 425, 429, 500, 502, 503, 504, 529])


class Refused(AnswerError):
    """A server's answer that is none, with its status, and how many seconds it wants to be left alone."""

    def __init__(self, status: int, sentence: str, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.status, self.wait = status, wait


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """What is sent goes where the user said, and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class _Ended(threading.Thread):
    """An exchange that can be ended from outside, whatever the other side still sends: it runs in a thread of its own,
    with the connections that it opens at hand."""

    def __init__(self, exchange: Callable[[_Ended], bytes]) -> None:
        super().__init__(daemon=True)
        self._exchange = exchange
        self._sockets: list[socket.socket] = []
        self._held: bytes | Exception = b""

    def opened(self, kind: type[http.client.HTTPConnection]) -> Callable[..., http.client.HTTPConnection]:
        """A kind of connection of which the socket is kept."""
        sockets = self._sockets

        class Kept(kind):  # type: ignore[misc, valid-type]
            def connect(self) -> None:
                super().connect()
                sockets.append(self.sock)

        return Kept

    def run(self) -> None:
        try:
            self._held = self._exchange(self)
        except Exception as error:
            self._held = error

    def within(self, seconds: float) -> bytes:
        """What came. Raises what the exchange raises, and TimeoutError."""
        self.start()
        self.join(seconds)
        if self.is_alive():
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            raise TimeoutError
        if isinstance(self._held, Exception):
            raise self._held
        return self._held


class _Opener(urllib.request.HTTPSHandler, urllib.request.HTTPHandler):
    """Opens the connections of an exchange, so that it can end them."""

    def __init__(self, exchange: _Ended) -> None:
        super().__init__()
        self._exchange = exchange

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._exchange.opened(http.client.HTTPConnection), request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._exchange.opened(http.client.HTTPSConnection), request)


def post(
    address: str,
    asked: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    tries: int = TRIES,
    pause: float = 1.0,
) -> Any:
    """Sends JSON and returns the JSON that comes back. What may be better later is tried again, so many times in all,
    after `pause` seconds and twice as many each time. Raises AnswerError, in words."""
    for number in range(1, tries + 1):
        wait = pause * 2 ** (number - 1)
        try:
            return _once(address, asked, headers or {}, seconds)
        except Refused as error:
            if error.status not in _BUSY or number == tries:
                raise
            wait = error.wait or wait
        except _Unheard:
            if number == tries:
                raise
        time.sleep(min(wait, LONGEST_WAIT))
    raise AssertionError("never reached")


class _Unheard(AnswerError):
    """No answer came, or only a part of one."""


def _once(address: str, asked: Mapping[str, Any], headers: Mapping[str, str], seconds: float) -> Any:
    body = json.dumps(asked).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json", **headers}, method="POST")
    # This computer is asked directly; others as this computer is set up to reach them.
    proxies = [urllib.request.ProxyHandler({})] if is_here(address) else []
    late = f"no answer came within {seconds:,.0f} seconds"

    def exchange(ended: _Ended) -> bytes:
        opener = urllib.request.build_opener(_Nowhere, _Opener(ended), *proxies)
        try:
            with opener.open(request, timeout=seconds) as response:
                return _read(response)
        except urllib.error.HTTPError as error:
            with error:
                raise _refused(error, address) from None

    try:
        held = _Ended(exchange).within(seconds)
    except urllib.error.URLError as error:
        raise _Unheard(late if isinstance(error.reason, TimeoutError) else _not_there(address, error.reason)) from None
    except TimeoutError:
        raise _Unheard(late) from None
    except (ValueError, http.client.InvalidURL):  # what it says may hold a key
        raise AnswerError("the address or the key has signs that cannot be sent") from None
    except (OSError, http.client.HTTPException) as error:
        raise _Unheard(f"the connection broke ({type(error).__name__})") from None
    try:
        return json.loads(held)
    except (ValueError, RecursionError):
        raise _Unheard(f"what came is no JSON: “{_beginning(held)}”") from None


def _read(response: http.client.HTTPResponse) -> bytes:
    """The whole answer."""
    held = bytearray()
    while chunk := response.read1(_CHUNK):
        held += chunk
        if len(held) > MAX_ANSWER:
            raise AnswerError(f"its answer is larger than {MAX_ANSWER // 1_000_000} MB")
    if response.length:
        raise _Unheard("the connection broke in the middle of the answer")
    return bytes(held)


def _refused(error: urllib.error.HTTPError, address: str) -> Refused:
    try:
        said = _beginning(error.read(2000))
    except (OSError, http.client.HTTPException):
        said = ""
    more = f" It says: “{said}”" if said else ""
    sentences = {
        401: "the key is wrong, or there is none: `annotator key ADDRESS` keeps one.",
        403: "the key is not allowed to do this.",
        404: f"there is nothing at {address}, or no such model.",
        429: "it has been asked too often, and wants a pause.",
    }
    sentence = sentences.get(error.code) or f"it answered with an error ({error.code})."
    if 300 <= error.code < 400:
        sentence = "it sends on to another address, and nothing is sent where you did not say."
    after = error.headers.get("Retry-After", "") if error.headers else ""
    return Refused(error.code, sentence + more, float(after) if after.isdecimal() and len(after) < 6 else None)


def _not_there(address: str, reason: object) -> str:
    if isinstance(reason, socket.gaierror):
        return f"the computer of {address} is not known here, or this one is not connected"
    if isinstance(reason, ConnectionRefusedError):
        return f"nothing listens at {address}; start it first"
    return f"{address} cannot be reached ({reason})"


def _beginning(held: bytes) -> str:
    return on_one_line(held.decode("utf-8", "replace"), 200)

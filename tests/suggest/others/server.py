"""A server on this computer that plays a model: it answers what a test tells it to, in the order told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What is answered: bytes with a status and headers, or what an object is turned into.
Reply = tuple[int, dict[str, str], bytes]
Answers = Callable[[dict[str, Any]], "Reply | Any"]


@dataclass
class Server:
    address: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


def said(message: Any, tokens: int = 10) -> dict[str, Any]:
    """What a chat server answers with."""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    return {"choices": [{"message": {"role": "assistant", "content": text}}], "usage": {"total_tokens": tokens}}


@contextmanager
def server(answers: Answers) -> Iterator[Server]:
    """Runs one at a free port; `answers` gets what it was asked."""
    made: Server

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append(asked)
            made.headers.append(dict(self.headers))
            made.paths.append(self.path)
            reply = answers(asked)
            if not isinstance(reply, tuple):
                reply = 200, {}, json.dumps(reply).encode()
            status, headers, body = reply
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    held = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.daemon_threads = True
    made = Server(f"http://127.0.0.1:{held.server_address[1]}")
    thread = threading.Thread(target=held.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        held.shutdown()
        held.server_close()


def slowly(seconds: float, answer: Any) -> Answers:
    def answers(_: dict[str, Any]) -> Any:
        time.sleep(seconds)
        return answer

    return answers

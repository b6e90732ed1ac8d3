"""A module of ours in a process of its own, which speaks in JSON lines: the one way in which any is run."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

Message = dict[str, Any]


class LineProcess:
    """`python -m MODULE ARGUMENTS`. It may be told something by `send`, and is heard by going through `messages`."""

    def __init__(self, module: str, *arguments: object) -> None:
        """Raises OSError when no process can be started."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="ascii",
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, message: Mapping[str, Any]) -> None:
        """Tells it something; when it has died, `messages` comes to its end."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # ValueError: it was ended here
            pass

    def messages(self) -> Iterator[Message]:
        """What it says, until it ends; a line that it died in the middle of is no message."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                break
            if isinstance(message, dict):
                yield message
        self._process.wait()

    def end(self) -> None:
        """Ends it, whatever it is doing, and does not wait for that; it may first end what it has started itself."""
        self._process.terminate()
        threading.Thread(target=self._end).start()  # no daemon: the program does not go before it

    def _end(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._process.kill()
        self._process.wait()

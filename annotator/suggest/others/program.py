"""A program of the user's that speaks lines: `{"id", "text"}` in, `{"id", "mentions", "claims"}` out, one for each.

It stays between texts, so that what it loads is loaded once; one that takes too long, says too much or ends is ended
and begun anew for the next text. Of what it writes to its error channel, the last line is told when it ends.
"""

from __future__ import annotations

import json
import os
import queue
import shlex
import signal
import subprocess
import threading
import time
from contextlib import suppress
from typing import IO, Any

from annotator.core.text import on_one_line
from annotator.suggest.asking import AnswerError
from annotator.suggest.others.keys import VARIABLE

MAX_LINE = 20_000_000  # characters of an answer
MAX_AHEAD = 4  # lines
MAX_ERROR = 10_000  # characters of a line of errors
SECONDS, SECONDS_A_SIGN = 60.0, 0.01  # for a text; the first may take as long again, for loading


class Program:
    """`command` as in a shell, but run by none: no variables, no pipes."""

    def __init__(self, command: str, seconds: float = SECONDS) -> None:
        self._words = shlex.split(command)
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._errors: _Errors | None = None
        self._busy = False  # with a question

    def ask(self, text: str, number: int = 0) -> Any:
        """What it answers about a text. Raises AnswerError."""
        limit = self._seconds + SECONDS_A_SIGN * len(text)
        fresh = self._process is None or self._process.poll() is not None
        if fresh:
            self._start()
            limit += self._seconds
        assert self._process is not None and self._process.stdin is not None
        line = json.dumps({"id": number, "text": text}) + "\n"
        # A program that reads nothing would keep the writer waiting for ever.
        self._busy = True
        threading.Thread(target=_write, args=(self._process.stdin, line), daemon=True).start()
        try:
            said = self._next_line(self._process, limit)
        except queue.Empty:
            self.close()
            raise AnswerError(f"it gave no answer within {limit:,.0f} seconds, and was ended") from None
        if said is None:
            process = self._process
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
            self.close()
            if not fresh:  # it may have ended after its last answer, and not for this text
                return self.ask(text, number)
            last = self._errors.last() if self._errors else ""
            more = f"; it says last: “{last}”" if last else ""
            raise AnswerError(f"the program ended without an answer (exit status {process.returncode}{more})")
        if len(said) >= MAX_LINE:
            self.close()
            raise AnswerError(f"its answer is longer than {MAX_LINE // 1_000_000} million characters")
        try:
            answer = json.loads(said)
        except (ValueError, RecursionError):
            self.close()
            raise AnswerError(f"what it says is no JSON: “{on_one_line(said, 200)}”") from None
        if not isinstance(answer, dict) or type(answer.get("id")) is not int or answer["id"] != number:
            self.close()  # its next line might belong to this text
            raise AnswerError("its answer is for another text: each line must have the id of what it was asked")
        self._busy = False
        return answer

    def _next_line(self, process: subprocess.Popen[str], seconds: float) -> str | None:
        """What it says next, or None when it has ended, though something that it has started still holds its output.
        Raises Empty when it is late."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            ended = process.poll() is not None
            try:
                return self._lines.get(timeout=min(left, 0.2))
            except queue.Empty:
                if ended:  # before this look: what it had said would have come
                    return None
        raise queue.Empty

    def close(self) -> None:
        """Ends it, and what it has started."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(subprocess.TimeoutExpired, OSError, ValueError):
            assert process.stdin is not None
            if process.poll() is None and not self._busy:
                process.stdin.close()  # it may tidy up
                process.wait(0.5)
        if hasattr(os, "killpg"):
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)  # what it has started, too
        process.kill()
        process.wait()

    def _start(self) -> None:
        self.close()
        try:
            self._process = subprocess.Popen(
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env={k: v for k, v in os.environ.items() if k != VARIABLE} | {"PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise AnswerError(f"“{self._words[0]}” cannot be started: {why}") from None
        self._lines = queue.Queue()
        assert self._process.stderr is not None
        self._errors = _Errors(self._process.stderr)
        threading.Thread(target=_listen, args=(self._process, self._lines), daemon=True).start()


class _Errors:
    """What a program writes to its error channel, read so that it never waits; the last line is kept."""

    def __init__(self, channel: IO[str]) -> None:
        self._last = ""
        self._thread = threading.Thread(target=self._listen, args=(channel,), daemon=True)
        self._thread.start()

    def last(self) -> str:
        self._thread.join(1)
        return self._last

    def _listen(self, channel: IO[str]) -> None:
        with suppress(OSError, ValueError):
            while line := channel.readline(MAX_ERROR):
                self._last = on_one_line(line, 200) or self._last


def _write(to: IO[str], line: str) -> None:
    with suppress(OSError, ValueError):  # it has ended; the listener says so
        to.write(line)
        to.flush()


def _listen(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    with suppress(OSError, ValueError):
        while line := process.stdout.readline(MAX_LINE):
            lines.put(line)
            if len(line) >= MAX_LINE or lines.qsize() > MAX_AHEAD:
                break  # it says what nobody has asked
    lines.put(None)

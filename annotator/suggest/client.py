"""The window's side of the suggesting process: gives it texts, tells of its answers, starts it again when it dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from annotator.core import faults
from annotator.core.errors import AnnotatorError
from annotator.suggest.asking import Answer
from annotator.suggest.process import LineProcess

RESTARTS = 3  # of a process that has nothing to do
TRIES = 2  # a text that ends the process this often is given up
# How long a text may take: some twenty times of what one of its length does on a slow computer.
SECONDS, SECONDS_A_SIGN = 30.0, 0.002

Job = Callable[[], Mapping[str, Any] | None]


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, AnnotatorError) else "the program made a mistake, which stands in its log"


@dataclass(frozen=True, slots=True)
class Event:
    """What the process has to say. `ready` brings the model's name and version, `done` the answer about a text and the
    model that gave it, `error` why a text got none, `gone` that there was nothing to do any more, `failed` why there is
    no process any more, `restarted` that it died and begins again."""

    kind: Literal["ready", "done", "error", "gone", "failed", "restarted"]
    id: int | None = None
    answer: Answer | None = None
    message: str = ""
    model: tuple[str, str] | None = None


class Client:
    """One suggesting process, of a `model` by its name, which has `seconds` for a text and more for a long one.
    `notify` is called with each Event, from another thread."""

    def __init__(
        self,
        notify: Callable[[Event], None],
        pipeline: str | None = None,
        model: str = "",
        seconds: float = SECONDS,
    ) -> None:
        self._notify, self._seconds = notify, seconds
        self._pipeline, self._model = pipeline or "", model
        self._lock = threading.Lock()
        self._jobs: dict[int, Job] = {}  # what waits
        self._sent: tuple[int, Job] | None = None  # what is worked on
        self._tries: dict[int, int] = {}
        self._late: set[int] = set()  # texts that took too long
        self._process: LineProcess | None = None
        self._closed = False
        self._deaths = 0  # of the process, since it answered
        self._timer: threading.Timer | None = None
        self._turn = 0  # which text is worked on, of all that were

    @property
    def pending(self) -> list[int]:
        with self._lock:
            return list(dict.fromkeys(([self._sent[0]] if self._sent else []) + list(self._jobs)))

    @property
    def ready(self) -> bool:
        with self._lock:
            return self._process is not None and self._ready

    @property
    def pid(self) -> int | None:
        with self._lock:
            return self._process.pid if self._process else None

    def submit(self, key: int, job: Job, first: bool = False, anew: bool = False) -> None:
        """Asks for suggestions, before all others when `first`. A key that waits or is worked on is not doubled; `anew`
        asks what is worked on again when it is done. `job` gives `text`, `labels` and `knowledge`, or None when there
        is nothing to do any more; it is called when its turn comes, so that a long queue holds no texts."""
        with self._lock:
            if self._closed or (self._sent is not None and self._sent[0] == key and not anew):
                return
            if first:
                self._jobs.pop(key, None)
                self._jobs = {key: job, **self._jobs}
            else:
                self._jobs.setdefault(key, job)
            if self._process is None:
                self._start()
        self._send()

    def cancel(self) -> None:
        """Forgets every text that waits; one being worked on is still answered."""
        with self._lock:
            self._jobs.clear()

    def close(self) -> None:
        """Ends the process."""
        with self._lock:
            self._closed = True
            process, self._process = self._process, None
            self._jobs.clear()
            self._stop_timer()
        if process is not None:
            process.end()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _start(self) -> None:
        self._sent = None
        self._ready = False
        self._process = LineProcess("annotator.suggest.worker")
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def _send(self) -> None:
        """Gives the process its next text. It has one at a time, so that the order can change until the last moment.
        The text is read while no lock is held that a key press could wait for."""
        while True:
            with self._lock:
                process = self._process
                if process is None or self._sent is not None or not self._ready or not self._jobs:
                    return
                key = next(iter(self._jobs))
                self._sent = key, self._jobs.pop(key)
                job = self._sent[1]
            try:
                asked = job()
            except Exception as error:  # in a thread nobody would hear of it, and nothing would be suggested any more
                if not isinstance(error, AnnotatorError):
                    faults.log(error)
                with self._lock:
                    if self._process is process:
                        self._sent = None
                self._notify(Event("error", key, message=_in_words(error)))
                continue
            with self._lock:
                if self._process is not process:
                    return  # it died meanwhile, and what it was to have waits again
                if asked is None:
                    self._sent = None
                else:
                    self._tries[key] = self._tries.get(key, 0) + 1
                    self._turn += 1
                    turn = self._turn
            if asked is None:
                self._notify(Event("gone", key))
                continue
            process.send({**asked, "id": key})
            limit = self._seconds + SECONDS_A_SIGN * len(str(asked.get("text", "")))
            timer = threading.Timer(limit, self._too_late, (process, turn))
            timer.daemon = True
            timer.start()
            with self._lock:
                if self._turn == turn and self._sent is not None:
                    self._timer = timer
                else:
                    timer.cancel()  # it is answered already
            return

    def _too_late(self, process: LineProcess, turn: int) -> None:
        """Ends the process when it still works on the text that it was given then."""
        with self._lock:
            late = self._process is process and self._sent is not None and self._turn == turn
            if late and self._sent is not None:
                self._late.add(self._sent[0])
                process.end()

    def _listen(self, process: LineProcess) -> None:
        # From here, since what a model of others is told may be longer than what a pipe holds.
        process.send({"pipeline": self._pipeline, "model": self._model})
        failed = False
        for message in process.messages():
            if self._closed:
                break
            if "failed" in message:
                failed = True
                with self._lock:
                    self._jobs.clear()
                    self._process = None
                self._notify(Event("failed", message=message["failed"]))
                continue
            if "ready" in message:
                name, version = message["ready"]
                event = Event("ready", model=(name, version))
                with self._lock:
                    self._ready = True
            else:
                with self._lock:
                    self._sent = None
                    self._deaths = 0
                    self._tries.pop(message["id"], None)
                    self._late.discard(message["id"])
                    self._stop_timer()
                if "error" in message:
                    event = Event("error", message["id"], message=message["error"])
                else:
                    name, version = message["model"]
                    event = Event("done", message["id"], Answer(**message["answer"]), "", (name, version))
            self._notify(event)
            self._send()
        if not failed:
            self._died()

    def _died(self) -> None:
        with self._lock:
            if self._closed:
                return
            was_ready, self._process = self._ready, None
            self._stop_timer()
            given_up = None
            if self._sent is not None:
                key, job = self._sent
                self._sent = None
                if self._tries.get(key, 0) >= TRIES or key in self._late:
                    given_up = key
                    self._tries.pop(key, None)
                else:
                    self._jobs = {key: job, **self._jobs}
            # One that ends again and again with nothing to do is started when something is asked.
            self._deaths += 1
            again = was_ready and (bool(self._jobs) or self._deaths <= RESTARTS)
            if again:
                self._start()
        if given_up is not None:
            late = given_up in self._late
            self._late.discard(given_up)
            why = "it took too long, and was left out" if late else "the suggesting process ended while working on it"
            self._notify(Event("error", given_up, message=why))
        if again:
            self._notify(Event("restarted", message="The suggesting process ended and was started again."))
        elif not was_ready:
            self._notify(Event("failed", message="The suggesting process ended before it could begin."))

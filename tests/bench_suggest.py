"""The suggesting process: its start, its memory, words a second beside bare spaCy, and a very long article."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from annotator.core.assets import asset
from annotator.core.knowledge import Knowledge
from annotator.core.scheme import default
from annotator.suggest.models import QUICK, THOROUGH
from annotator.suggest.process import LineProcess

WORDS = 6_000


def bench_suggest(report: Callable[..., None]) -> None:
    """Reports to the table of `tests.bench`."""
    lines = asset("articles", "sample.jsonl").read_text("utf-8").splitlines()
    text = "\n\n".join(json.loads(line)["text"] for line in lines)
    times = -(-WORDS // len(text.split()))
    many = "\n\n".join([text] * times)
    pace, bare = in_turns(text)
    report("suggest", pace, "words/s", "≥ 0.48 ×", bare, "spaCy's whole pipeline alone; both with 2 threads")
    deep, bare = in_turns(text, THOROUGH)
    report("suggest, thorough", deep, "words/s", "≥ 250", bare, "spaCy's whole pipeline alone; both with 2 threads")
    first = " ".join(text.split(" ")[:1000])
    _, _, seconds = worker(many, first)
    report("an open article of 1,000 words, asked to answered", seconds, "s", "< 1", 1000 / bare, "spaCy alone")
    start, memory, _ = worker(many)
    report("suggesting process, start", start, "s", "≤ 3", bare_start(), "spacy.load alone")
    alone = bare_memory(many)
    report("suggesting process, memory after 6,000 words", memory, "MB", "< 700", alone, "spaCy alone")
    _, memory, _ = worker(many, model=THOROUGH)
    report("the same, thorough", memory, "MB", "< 900", alone, "spaCy alone")
    long = "\n\n".join([text] * (-(-100_000 // len(text.split()))))
    _, memory, _ = worker(long)
    report(
        "the same after a 100,000-word article", memory, "MB", "bounded", bare_memory(long), "spaCy alone, in pieces"
    )


def in_turns(text: str, model: str = QUICK) -> tuple[float, float]:
    """Words a second of the whole path and of the bare pipeline, medians of turns one after the other."""
    code = (
        "import sys, time, json, statistics, os\n"
        "from annotator.suggest.pipeline import load\n"
        "from annotator.suggest.suggester import suggest, suggester\n"
        "text, labels = sys.stdin.read(), json.loads(sys.argv[1])\n"
        f"by, nlp = suggester(model={model!r}), load().nlp\n"
        "suggest(by, text, labels); nlp(text)\n"
        "ours, bare = [], []\n"
        "for _ in range(7):\n"
        "    for run, kept in ((lambda: suggest(by, text, labels), ours), (lambda: nlp(text), bare)):\n"
        "        start = time.perf_counter(); run(); kept.append(time.perf_counter() - start)\n"
        "print(*(len(text.split()) / statistics.median(k) for k in (ours, bare)))\n"
    )
    return tuple(map(float, _python(code, text, _labels()).split()))  # type: ignore[return-value]


def worker(text: str, first: str = "", model: str = QUICK) -> tuple[float, float, float]:
    """Seconds until the suggesting process is ready (median of three), its largest memory in MB after a text, and the
    median seconds until it has answered about a `first` one, given when it is warm."""
    starts, memory, answered = [], 0.0, [0.0]
    for _ in range(3):
        begin = time.perf_counter()
        process = LineProcess("annotator.suggest.worker")
        process.send({"pipeline": "", "model": model})
        messages = process.messages()
        next(messages)
        starts.append(time.perf_counter() - begin)
        if not memory:
            process.send(_job(text))
            next(messages)
            memory = _peak(process.pid)
            for _ in range(5 if first else 0):
                begin = time.perf_counter()
                process.send(_job(first))
                next(messages)
                answered.append(time.perf_counter() - begin)
        process.end()
    return statistics.median(starts), memory, statistics.median(answered[1:] or answered)


@contextmanager
def at_work(text: str, model: str) -> Iterator[None]:
    """While a suggesting process works on a text, again and again."""
    process = LineProcess("annotator.suggest.worker")
    process.send({"pipeline": "", "model": model})
    messages = process.messages()
    next(messages)

    def keep_busy() -> None:
        process.send(_job(text))
        for _ in messages:
            process.send(_job(text))

    threading.Thread(target=keep_busy, daemon=True).start()
    try:
        yield
    finally:
        process.end()


def _job(text: str) -> dict[str, Any]:
    return {"id": 1, "text": text, "labels": default().label_map, "knowledge": Knowledge().as_json()}


def bare_start() -> float:
    begin = time.perf_counter()
    _python("from annotator.suggest.pipeline import default_name\nimport spacy\nspacy.load(default_name())", "")
    return time.perf_counter() - begin


def bare_memory(text: str) -> float:
    code = (
        "import sys, resource\n"
        "from annotator.suggest.pipeline import load\n"
        "from annotator.suggest.suggester import pieces\n"
        "nlp = load().nlp\n"
        "for _, piece in pieces(sys.stdin.read()): nlp(piece)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    return float(_python(code, text))


def _peak(pid: int) -> float:
    with Path(f"/proc/{pid}/status").open(encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def _labels() -> str:
    return json.dumps(default().label_map)


def _python(code: str, given: str, *arguments: str) -> str:
    environment = os.environ | {"OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return done.stdout

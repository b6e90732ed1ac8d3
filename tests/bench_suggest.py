"""The suggesting process: its start, its memory, words a second beside bare spaCy, and a very long article."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from annotator.core.assets import asset
from annotator.core.knowledge import Knowledge
from annotator.core.scheme import default

WORDS = 6_000


def bench_suggest(report: Callable[..., None]) -> None:
    """Reports to the table of `tests.bench`."""
    lines = asset("articles", "sample.jsonl").read_text("utf-8").splitlines()
    text = "\n\n".join(json.loads(line)["text"] for line in lines)
    times = -(-WORDS // len(text.split()))
    many = "\n\n".join([text] * times)
    pace, bare = in_turns(text)
    report("suggest", pace, "words/s", "≥ 0.4 ×", bare, "spaCy's whole pipeline alone; both with 2 threads")
    start, memory = worker(many)
    report("suggesting process, start", start, "s", "≤ 3", bare_start(), "spacy.load alone")
    report("suggesting process, memory after 6,000 words", memory, "MB", "< 700", bare_memory(many), "spaCy alone")
    long = "\n\n".join([text] * (-(-100_000 // len(text.split()))))
    _, memory = worker(long)
    report(
        "the same after a 100,000-word article", memory, "MB", "bounded", bare_memory(long), "spaCy alone, in pieces"
    )


def in_turns(text: str) -> tuple[float, float]:
    """Words a second of the whole path and of the bare pipeline, medians of turns one after the other."""
    code = (
        "import sys, time, json, statistics, os\n"
        "from annotator.suggest.pipeline import load\n"
        "from annotator.suggest.suggester import suggest, suggester\n"
        "text, labels = sys.stdin.read(), json.loads(sys.argv[1])\n"
        "by, nlp = suggester(), load().nlp\n"
        "suggest(by, text, labels); nlp(text)\n"
        "ours, bare = [], []\n"
        "for _ in range(7):\n"
        "    for run, kept in ((lambda: suggest(by, text, labels), ours), (lambda: nlp(text), bare)):\n"
        "        start = time.perf_counter(); run(); kept.append(time.perf_counter() - start)\n"
        "print(*(len(text.split()) / statistics.median(k) for k in (ours, bare)))\n"
    )
    return tuple(map(float, _python(code, text, _labels()).split()))  # type: ignore[return-value]


def worker(text: str) -> tuple[float, float]:
    """Seconds until the suggesting process is ready (median of three), and its largest memory in MB after a text."""
    job = {"id": 1, "text": text, "labels": default().label_map, "knowledge": Knowledge().as_json()}
    starts, memory = [], 0.0
    for _ in range(3):
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "annotator.suggest.worker"], stdin=-1, stdout=-1, stderr=-3, text=True
        )
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write('{"pipeline": "", "model": ""}\n')
        process.stdin.flush()
        process.stdout.readline()
        starts.append(time.perf_counter() - begin)
        if not memory:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            process.stdout.readline()
            memory = _peak(process.pid)
        process.kill()
        process.wait()
    return statistics.median(starts), memory


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

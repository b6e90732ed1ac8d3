"""Speed and memory, each beside a plain baseline in the same run.    make bench

Prints a table and writes build/bench.json: {name: {"value", "unit", "bound", "baseline", "ratio"}}. Values are medians;
a ratio is ours to the baseline's (for rates: how much of the baseline's we reach). Nothing here asserts.
"""

import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from annotator import store
from annotator.formats.bring_in import bring_in
from annotator.formats.export import export
from annotator.gui.app import application, new_window
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.suggest.models import THOROUGH
from annotator.team import me
from tests.bench_formats import bench_formats
from tests.bench_suggest import at_work, bench_suggest
from tests.bench_team import bench_team

SIZES = {
    "500 words, 40 spans": (500, 40),
    "10,000 words, 800 spans": (10_000, 800),
    "100,000 words, 8,000 spans": (100_000, 8_000),
}
OPEN_BOUNDS = (30, 60, 150)
ARTICLES = 2_000
BANK = [
    "the",
    "mayor",
    "said",
    "that",
    "council",
    "would",
    "keep",
    "a",
    "bridge",
    "open",
    "while",
    "rain",
    "fell",
    "over",
    "town",
    "and",
    "people",
    "walked",
]

START = """
import sys
from annotator.gui import app, window
from pathlib import Path
plain = window.Window.after_show
def after(self, then):
    def seen():
        self.repaint(); print("shown", flush=True); then(); self.repaint(); print("usable", flush=True)
        app.application().exit(0)
    plain(self, seen)
window.Window.after_show = after
app.main(Path(sys.argv[1]))
"""
PLAIN_WINDOW = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([]); window = QMainWindow(); window.show(); window.repaint(); print("shown", flush=True)
"""
MEMORY = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from annotator.labelling.session import Session
from annotator.gui.app import application
from annotator.gui.app import new_window
from annotator.store import open_project
app = application()
window = new_window(QSettings(sys.argv[2], QSettings.Format.IniFormat)); window.resize(1440, 900); window.show()
window.show_session(Session(open_project(Path(sys.argv[1]))))
for _ in range(20): app.processEvents()
print(next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmRSS")) / 1024)
window.close()
"""
PLAIN_MEMORY = """
import sys
from PySide6.QtWidgets import QApplication, QPlainTextEdit
app = QApplication([]); view = QPlainTextEdit(); view.resize(1440, 900)
view.setPlainText(open(sys.argv[1]).read()); view.show()
for _ in range(20): app.processEvents()
print(next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmRSS")) / 1024)
"""


def article(words: int, spans: int, seed: int) -> dict:
    """A text of so many words, with three quarters of the spans as mentions and the rest as slots of claims."""
    pick = random.Random(seed)
    parts, length, places = [], 0, []
    for n in range(words):
        word = pick.choice(BANK)
        places.append((length, length + len(word)))
        end = ".\n" if n % 60 == 59 else ". " if n % 15 == 14 else " "
        parts.append(word + end)
        length += len(word) + len(end)
    claims = spans // 12
    chosen = sorted(pick.sample(range(words), spans - 3 * claims))
    mentions = [{"start": places[i][0], "end": places[i][1], "label": "ORG", "actor": f"Name {i % 40}"} for i in chosen]
    made = []
    for i in sorted(pick.sample(range(words - 12), claims)):
        made.append(
            {
                "source": [list(places[i])],
                "cue": [list(places[i + 1])],
                "content": [[places[i + 2][0], places[i + 9][1]]],
            }
            | {"mode": "indirect", "actor": f"Name {i % 40}", "score": 0.5}
        )
    return {"id": f"a{seed}", "text": f"Number {seed}. " + "".join(parts), "mentions": [], "claims": []} | shifted(
        mentions, made, len(f"Number {seed}. ")
    )


def shifted(mentions: list, claims: list, by: int) -> dict:
    for mention in mentions:
        mention["start"] += by
        mention["end"] += by
    for claim in claims:
        for slot in ("source", "cue", "content"):
            claim[slot] = [[s + by, e + by] for s, e in claim[slot]]
    return {"mentions": mentions, "claims": claims}


def median(run, times: int) -> float:
    """The median of so many runs, in seconds; `run` returns what it took, or None to be timed from outside."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        own = run()
        taken.append(time.perf_counter() - start if own is None else own)
    return statistics.median(taken)


def until(code: str, sign: str, *arguments: str) -> float:
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == sign:
            taken = time.perf_counter() - start
            process.wait()
            return taken
    raise RuntimeError(f"{sign} was never said")


def plain_import(lines: Path, database: Path) -> None:
    """What the same takes with `json` and `sqlite3` alone: one transaction, a table each."""
    connection = sqlite3.connect(database)
    connection.executescript(
        "PRAGMA journal_mode = WAL; CREATE TABLE article (id INTEGER PRIMARY KEY, key TEXT UNIQUE, text TEXT);"
        "CREATE TABLE mention (article INTEGER, start INTEGER, end INTEGER, label TEXT, actor TEXT);"
        "CREATE TABLE claim (article INTEGER, source TEXT, cue TEXT, content TEXT, mode TEXT, actor TEXT, score REAL);"
    )
    with connection, lines.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            key = connection.execute(
                "INSERT INTO article (key, text) VALUES (?, ?)", (record["id"], record["text"])
            ).lastrowid
            mentions = [(key, m["start"], m["end"], m["label"], m["actor"]) for m in record["mentions"]]
            connection.executemany("INSERT INTO mention VALUES (?, ?, ?, ?, ?)", mentions)
            claims = [
                (key, *(json.dumps(c[s]) for s in ("source", "cue", "content")), c["mode"], c["actor"], c["score"])
                for c in record["claims"]
            ]
            connection.executemany("INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?)", claims)
    connection.close()


def plain_export(records: list, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def main() -> None:
    results: dict[str, dict] = {}

    def report(name: str, value: float, unit: str, bound: str, baseline: float, what: str) -> None:
        ratio = value / baseline
        results[name] = {"value": round(value, 4), "unit": unit, "bound": bound}
        results[name] |= {"baseline": round(baseline, 4), "ratio": round(ratio, 3)}
        print(f"{name:44} {value:10,.2f} {unit:11} {bound:18} {ratio:7.2f} × {baseline:,.2f} ({what})", flush=True)

    print(f"{'':44} {'ours':>10} {'':11} {'must':18} {'ratio':>9} baseline")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        bench_files(folder, report)
        bench_window(folder, report)
        bench_formats(folder, report, article, plain_import)
        bench_team(folder, report, article, median)
        bench_suggest(report)
    out = Path("build") / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(results, indent=1) + "\n")
    print(f"written to {out}")


def bench_files(folder: Path, report) -> None:
    lines = folder / "many.jsonl"
    records = [article(500, 40, n) for n in range(ARTICLES)]
    plain_export(records, lines)
    number = 0

    def ours() -> float:
        nonlocal number
        number += 1
        project = store.create(folder / f"i{number}.annotator")
        start = time.perf_counter()
        report_in = bring_in(project, [lines])
        taken = time.perf_counter() - start
        assert len(report_in.added) == report_in.layers == ARTICLES
        project.close()
        return taken

    def plain() -> None:
        plain_import(lines, folder / f"b{number}.db")

    one, two = in_pairs(ours, plain)
    unit = "articles/s"
    report(
        "import, 40 pre-annotations each", ARTICLES / one, unit, "≥ 1,000, ≥ 0.5 ×", ARTICLES / two, "json + sqlite3"
    )
    project = store.open_project(folder / "i1.annotator")

    def write() -> None:
        export(project, folder / "out.jsonl", "jsonl", layer="model")

    def plain_write() -> None:
        plain_export(records, folder / "plain.jsonl")

    def plain_write_and_compare() -> None:
        plain_write()
        with (folder / "plain.jsonl").open(encoding="utf-8") as file:
            assert all(json.loads(line) == record for line, record in zip(file, records, strict=True))

    one, two = in_pairs(write, plain_write_and_compare)
    name = "export, JSON, read back and compared"
    report(name, ARTICLES / one, unit, "≥ 2,000, ≥ 0.5 ×", ARTICLES / two, "json, read back, too")
    one, two = in_pairs(write, plain_write)
    report("export, JSON, against writing only", ARTICLES / one, unit, "", ARTICLES / two, "json, not read back")
    project.close()


def in_pairs(ours, plain) -> tuple[float, float]:
    """The medians of both, run in turn."""
    pairs = [(median(ours, 1), median(plain, 1)) for _ in range(5)]
    one, two = zip(*pairs, strict=True)
    return statistics.median(one), statistics.median(two)


def make_projects(folder: Path) -> dict[str, Path]:
    """A project for each size, with one article of it and a short one."""
    projects = {}
    for n, (name, (words, spans)) in enumerate(SIZES.items()):
        project = store.create(folder / f"w{n}.annotator")
        both = json.dumps(article(words, spans, n)) + "\n" + json.dumps({"id": "b", "text": "Short."}) + "\n"
        (folder / "one.jsonl").write_text(both)
        bring_in(project, [folder / "one.jsonl"])
        Session(project, "anna")
        project.close()
        projects[name] = project.path
    return projects


def bench_window(folder: Path, report) -> None:
    application()
    projects = make_projects(folder)
    os.environ["XDG_CONFIG_HOME"] = str(folder)
    me.keep("anna")
    first = str(projects["500 words, 40 spans"])
    base = median(lambda: until(PLAIN_WINDOW, "shown"), 7)
    shown, usable = (median(lambda s=sign: until(START, s, first), 7) for sign in ("shown", "usable"))
    report("start to the first window", shown, "s", "< 1", base, "an empty Qt window")
    report("start to an article on the screen", usable, "s", "", base, "an empty Qt window")
    for (name, path), bound in zip(projects.items(), OPEN_BOUNDS, strict=True):
        bench_article(folder, report, name, path, bound)
    (folder / "long.txt").write_text(article(100_000, 8_000, 2)["text"])

    def memory(code: str, *arguments: str) -> float:
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
        return float(done.stdout.split()[-1])

    ours = memory(MEMORY, str(projects["100,000 words, 8,000 spans"]), str(folder / "m.ini"))
    plain = memory(PLAIN_MEMORY, str(folder / "long.txt"))
    report("memory, 100,000 words open", ours, "MB", "< 250", plain, "plain QPlainTextEdit")


def bench_article(folder: Path, report, name: str, path: Path, bound: int) -> None:
    """Opening an article, and changing a label in it, on the screen."""
    session = Session(store.open_project(path))
    window = new_window(QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat))
    window.resize(1440, 900)
    window.show()
    window.show_session(session)
    window.suggesting.serve(None)
    view = window.workbench.view
    painted = []
    paint = view.paintEvent
    view.paintEvent = lambda event: (paint(event), painted.append(time.perf_counter()))

    def until_painted(action) -> float:
        """From the action to the end of the article's first paint after it."""
        QApplication.processEvents()
        painted.clear()
        start = time.perf_counter()
        action()
        while not painted:
            QApplication.processEvents()
        return painted[0] - start

    def opened() -> float:
        window.open_article(2)
        return until_painted(lambda: window.open_article(1))

    plain = QPlainTextEdit()
    plain.resize(1440, 900)
    plain.show()
    text = session.open(1).article.text

    def plain_opened() -> float:
        plain.setPlainText("")
        QApplication.processEvents()
        start = time.perf_counter()
        plain.setPlainText(text)
        plain.viewport().repaint()
        return time.perf_counter() - start

    opened()
    base = 1000 * median(plain_opened, 9)
    report(f"open {name}", 1000 * median(opened, 9), "ms", f"< {bound}", base, "plain QPlainTextEdit")
    labels = [label.name for label in session.scheme.labels] * 20
    window.workbench.focus_on("mention", session.labelled.mentions[0].key)

    def changed() -> float:
        item, label = window.workbench.item(), labels.pop()
        return until_painted(lambda: session.do(editing.set_label(session.labelled, [item], label)))

    database = sqlite3.connect(folder / "one.db")
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t (a)")

    def plain_changed() -> float:
        start = time.perf_counter()
        with database:
            database.execute("INSERT INTO t VALUES (1)")
        plain.viewport().repaint()
        return time.perf_counter() - start

    changed()
    base = 1000 * median(plain_changed, 25)
    limit = "" if name.startswith("100,000") else "< 16"
    words = name.split(" words")[0]
    alone = 1000 * median(changed, 25)
    report(f"label change to paint, {words} words", alone, "ms", limit, base, "insert and repaint")
    if words == "10,000":
        with at_work(text, THOROUGH):
            busy = 1000 * median(changed, 25)
        report("the same while the thorough model works", busy, "ms", limit, alone, "while nothing does")
    window.close()
    plain.close()


if __name__ == "__main__":
    main()

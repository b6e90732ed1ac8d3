"""Speed of team work: merges, alignment, agreement, the review. Part of `make bench`."""

import json
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from annotator import store
from annotator.core.compare import Letters, align_claims, align_each
from annotator.formats.bring_in import bring_in
from annotator.gui.app import new_window
from annotator.gui.steps.review import show_differences
from annotator.labelling.session import Session
from annotator.review.agreement import Subject, agreement
from annotator.review.disputes import actor_names, disputes, subjects

ARTICLES, LAYERS = 10_000, ("anna", "ben", "cleo")
STANCES = (None, "favor", "against", "neutral")

MERGE = """
import sys, time
from pathlib import Path
from annotator import store
from annotator.team import members, merging
project = store.create(Path(sys.argv[2]))
start = time.perf_counter()
report = merging.merge_files(project, [Path(sys.argv[1])], members.annotator(project, "lead"))
taken = time.perf_counter() - start
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(taken, report.layers_new, peak)
"""


def labelled(made: dict, names: tuple[str, ...], seed: int, disputed: float = 0.3) -> list[dict]:
    """An article's record once for each annotator, who differ on some of its claims."""
    found = []
    for number, name in enumerate(names):
        pick = random.Random(f"{seed} {number}")
        claims = []
        for claim in made["claims"]:
            claim = dict(claim)
            claim.pop("score", None)
            if pick.random() < disputed:
                what = pick.randrange(3)
                if what == 0:
                    (start, end), *_ = claim["content"]
                    claim["content"] = [[start, end - pick.randrange(1, 4)]]
                elif what == 1:
                    claim["stance"] = pick.choice(STANCES)
                else:
                    continue
            claims.append(claim)
        mentions = [
            m | {"label": pick.choice(("ORG", "GPE"))} if pick.random() < disputed else m for m in made["mentions"]
        ]
        found.append(
            made | {"claims": claims, "mentions": mentions, "layer": name, "kind": "annotator", "finished": 1.0}
        )
    return found


def project_of(folder: Path, name: str, records) -> Path:
    lines = folder / f"{name}.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record) + "\n")
    project = store.create(folder / f"{name}.annotator")
    bring_in(project, [lines])
    project.settle()
    project.close()
    return project.path


def bench_team(folder: Path, report, article, median) -> None:
    many = project_of(folder, "many", (r for n in range(ARTICLES) for r in labelled(article(200, 36, n), LAYERS, n)))
    bench_merge(folder, report, many)
    bench_agreement(folder, report, article, many)
    bench_review(folder, report, article, median)


def bench_merge(folder: Path, report, many: Path) -> None:
    arguments = [sys.executable, "-c", MERGE, str(many), str(folder / "merged.annotator")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    taken, layers, memory = map(float, done.stdout.split())
    assert layers == ARTICLES * len(LAYERS)
    start = time.perf_counter()
    plain_copy(many, folder / "plain-copy.db")
    plain = time.perf_counter() - start
    report(
        "merge 10,000 articles × 3 layers",
        layers / taken,
        "layers/s",
        "≥ 1,000",
        layers / plain,
        "rows copied by sqlite3",
    )
    size = many.stat().st_size / 2**20
    report("memory of that merge", memory, "MB", "< 600", size, "the file merged")


def plain_copy(source: Path, target: Path) -> None:
    """The same rows from file to file, unchecked."""
    theirs, ours = sqlite3.connect(source), sqlite3.connect(target)
    for table in ("article", "article_text", "layer", "mention", "claim"):
        rows = theirs.execute(f"SELECT * FROM {table}")
        names = [d[0] for d in rows.description]
        columns = ", ".join(f'"{n}"' for n in names)
        ours.execute(f"CREATE TABLE {table} ({columns})")
        ours.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
    ours.commit()
    theirs.close()
    ours.close()


def bench_agreement(folder: Path, report, article, many: Path) -> None:
    project = store.open_project(many)
    start = time.perf_counter()
    held = list(subjects(project))
    reading = time.perf_counter() - start
    start = time.perf_counter()
    for subject in held:
        align_all(subject)
    aligning = time.perf_counter() - start
    name = "align all of them, 3 pairs each"
    report(name, len(held) / aligning, "articles/s", "", len(held) / reading, "reading them")
    some, name_of = held[:1000], actor_names(project)
    start = time.perf_counter()
    agreement(some, name_of, replicates=0)
    base = time.perf_counter() - start
    start = time.perf_counter()
    agreement(some, name_of, replicates=1000)
    taken = time.perf_counter() - start
    report("agreement, 1,000 articles, 1,000 replicates", taken, "s", "< 10", base, "without replicates")
    project.close()


def align_all(subject: Subject) -> None:
    letters = Letters(subject.text)
    claims = {name: layer.claims.values() for name, layer in subject.layers.items()}
    align_each(claims, lambda a, b: align_claims(letters, a, b))


def bench_review(folder: Path, report, article, median) -> None:
    """Opening a long article with 400 differences, and going from one to the next, on the screen."""
    made = article(10_000, 1_000, 5)
    path = project_of(folder, "long-review", labelled(made, LAYERS[:2], 5, 0.9))
    project = store.open_project(path)
    window = new_window(QSettings(str(folder / "r.ini"), QSettings.Format.IniFormat))
    window.resize(1440, 900)
    window.show()
    window.show_session(Session(project, "lead"))
    window.suggesting.serve(None)
    found = disputes(project)
    show_differences(window, found)
    bench = window.reviewing
    painted = []
    paint = bench.view.paintEvent
    bench.view.paintEvent = lambda event: (paint(event), painted.append(time.perf_counter()))

    def until_painted(action) -> float:
        QApplication.processEvents()
        painted.clear()
        start = time.perf_counter()
        action()
        while not painted:
            QApplication.processEvents()
        return painted[-1] - start

    number = len(window.session.review.questions)
    base = 1000 * median(lambda: disputes(project) and None, 3)
    opened = 1000 * median(lambda: until_painted(lambda: bench.open(found[0].article)), 7)
    report(f"open a review, 10,000 words, {number} differences", opened, "ms", "< 100", base, "comparing the layers")
    following = 1000 * median(lambda: until_painted(lambda: window.take_step("next_difference")), 25)
    report("next difference to paint", following, "ms", "< 16", opened, "opening it")
    decided = 1000 * median(lambda: until_painted(lambda: window.take_step("take_1")), 15)
    report("a decision to paint, saved", decided, "ms", "", opened, "opening it")
    window.close()

"""Speed of formats and datasets, each against plain json that does as many bytes. Part of `make bench`."""

import json
import time
from pathlib import Path

from annotator import store
from annotator.datasets.making import make
from annotator.datasets.plan import plan
from annotator.datasets.recipe import Recipe
from annotator.formats.bring_in import bring_in
from annotator.formats.export import export
from annotator.formats.registry import writers

SOME, MANY = 200, 2_000  # articles
BINARY = ("jsonl", "spacy", "parquet", "xlsx", "refi-qda", "conll")  # no text, or measured elsewhere, or without claims


def size_of(path: Path) -> int:
    return sum(file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file())


def plain(records: list[dict], size: int, path: Path) -> float:
    """Seconds in which json writes and reads back so many bytes."""
    start, done = time.perf_counter(), 0
    with path.open("w", encoding="utf-8") as file:
        while done < size:
            for record in records:
                done += file.write(json.dumps(record, ensure_ascii=False) + "\n")
                if done >= size:
                    break
    with path.open(encoding="utf-8") as file:
        for line in file:
            json.loads(line)
    return time.perf_counter() - start


def bench_formats(folder: Path, report, article, plain_import) -> None:
    records = [article(500, 40, n) | {"layer": "anna", "kind": "annotator", "finished": 1.0} for n in range(SOME)]
    (folder / "f.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    project = store.create(folder / "formats.annotator")
    bring_in(project, [folder / "f.jsonl"])
    start = time.perf_counter()
    plain_import(folder / "f.jsonl", folder / "plain.db")
    taking_in = size_of(folder / "f.jsonl") / (time.perf_counter() - start)  # bytes a second
    for one in writers():
        if one.name in BINARY or one.missing():
            continue
        path = folder / f"bench-{one.name}{one.suffix}"
        start = time.perf_counter()
        export(project, path, one.name)
        out = time.perf_counter() - start
        back = store.create(folder / f"{one.name}.annotator")
        start = time.perf_counter()
        bring_in(back, [path])
        come = time.perf_counter() - start
        back.close()
        size = size_of(path)
        both = size / plain(records, size, folder / "plain.json")
        report(f"export, {one.name}", size / out / 1e6, "MB/s", "≥ 0.5 ×", both / 1e6, "json, read back, too")
        report(f"import, {one.name}", size / come / 1e6, "MB/s", "≥ 0.5 ×", taking_in / 1e6, "json + sqlite3")
    project.close()
    project = store.create(folder / "dataset.annotator")
    with (folder / "d.jsonl").open("w", encoding="utf-8") as file:
        for n in range(MANY // SOME):
            for record in records:
                # Another text with the same places.
                file.write(json.dumps(record | {"id": f"{record['id']}-{n}", "text": f"{record['text']} {n}"}) + "\n")
    bring_in(project, [folder / "d.jsonl"])
    start = time.perf_counter()
    make(project, folder / "ds", plan(project, Recipe(layer="editors", labelled=("claims",))))
    taken = time.perf_counter() - start
    size = size_of(folder / "ds")
    both = plain(records, size, folder / "plain.json")
    report("dataset, all files", MANY / taken, "articles/s", "≥ 167", MANY / both, "json of as many bytes")
    project.close()

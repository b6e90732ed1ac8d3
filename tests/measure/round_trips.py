"""PolNeAR through every format and back: F1 of the claims that come back, by the shared scorer; and how long it takes.

python -m tests.measure.round_trips [SPLIT] [FORMAT …]
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from annotator import store
from annotator.formats.bring_in import bring_in
from annotator.formats.export import export
from annotator.formats.registry import by_name, writers
from tests.conftest import SHARED


def scores(gold, found):
    """What the scorer prints, by its names. An article of several annotators is one for each of them."""
    for path in (gold, found):
        lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
        apart = (json.dumps(line | {"id": f"{line['id']}/{line['layer']}"}) + "\n" for line in lines)
        path.with_suffix(".apart").write_text("".join(apart), "utf-8")
    command = [sys.executable, str(SHARED / "eval" / "score_claims.py")]
    command += [str(path.with_suffix(".apart")) for path in (gold, found)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {line[:10].strip(): line[10:].split()[-1] for line in printed.split("\n") if line.strip()}


def round_trip(source, folder, names):
    """For each format: its name, the scores, seconds to write and to read, and what it does not hold."""
    project = store.create(folder / "p.annotator")
    bring_in(project, [source], brat="polnear")
    export(project, folder / "gold.jsonl", "jsonl")
    for name in names:
        path = folder / f"out-{name}{by_name(name).suffix}"
        begun = time.perf_counter()
        losses = export(project, path, name).losses
        written = time.perf_counter()
        back = store.create(folder / f"{name}.annotator")
        bring_in(back, [path])
        read = time.perf_counter()
        export(back, folder / f"{name}.jsonl", "jsonl")
        back.close()
        yield name, scores(folder / "gold.jsonl", folder / f"{name}.jsonl"), written - begun, read - written, losses
    project.close()


def holding_claims():
    """The formats that hold claims, and are installed."""
    return [one.name for one in writers() if "claims" not in one.losses.no and not one.missing()]


if __name__ == "__main__":
    split, *asked = sys.argv[1:] or ["train"]
    with tempfile.TemporaryDirectory() as name:
        source = SHARED / "data" / "polnear" / split
        for one, found, out, back, losses in round_trip(source, Path(name), asked or holding_claims()):
            figures = "  ".join(f"{key} {found[key]}" for key in ("claims", "exact", "full", "mode"))
            print(f"{one:13} {figures}  {out:6.1f} s  {back:6.1f} s", *losses[:2], sep="  ", flush=True)

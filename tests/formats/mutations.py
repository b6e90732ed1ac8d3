"""Files of every kind that something has happened to: bytes lost, doubled, swapped, cut; taken, or refused with a word.

python -m tests.formats.mutations [FILES] [SEED]
"""

import copy
import io
import random
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from annotator import store
from annotator.core.errors import AnnotatorError
from annotator.formats.bring_in import bring_in
from annotator.formats.losses import Tally, kept
from annotator.formats.registry import writers
from annotator.store.check import check
from tests.formats.generated import RICH

CASES = Path(__file__).parent / "cases"
A_PROJECT = 20  # files
ODD = [b"\0", b"\xff", b"\xef\xbb\xbf", b"\r\n", *(bytes([sign]) for sign in b"\n\"'[{}],;\t:\\")]
ODD += [b"-1", b"999999999999", b"1e400", b"null", b"\xf0\x9f\x9a\xa2", b"\xed\xa0\x80", b"&quot;", b"\\ud800", b"=1+1"]


def mutated(data: bytes, pick: random.Random) -> bytes:
    """The data after one to four accidents."""
    for _ in range(pick.randint(1, 4)):
        at, to = sorted(pick.randrange(len(data) + 1) for _ in range(2))
        to = min(to, at + pick.choice([1, 3, 30, 3000]))
        what = pick.randrange(8)
        if what == 0:
            data = data[:at] + data[to:]
        elif what == 1:
            data = data[:at] + data[at:to] * pick.randint(2, 5) + data[to:]
        elif what == 2:
            data = data[:at] + pick.choice(ODD) + data[at:]
        elif what == 3:
            data = data[:at] + pick.randbytes(to - at) + data[to:]
        elif what == 4:
            data = data[:at]
        elif what == 5:
            lines = data.split(b"\n")
            pick.shuffle(lines)
            data = b"\n".join(lines)
        elif what == 6:
            digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
            if digits:
                i = pick.choice(digits)
                data = data[:i] + str(pick.choice([0, 7, 12, 4096, 10**9])).encode() + data[i + 1 :]
        else:
            data = data.replace(*pick.sample(ODD, 2))
        data = data[:200_000]
    return data


def written(folder: Path) -> list[Path]:
    """A file or folder of each format that can be written."""
    made = []
    for one in writers():
        if one.missing() or one.write is None:
            continue
        path = folder / f"{one.name}{one.suffix}"
        if one.folder:
            path.mkdir()
        tally = Tally()
        one.write(path, (kept(copy.deepcopy(record), one.losses, tally) for record in (RICH, RICH | {"id": "b"})))
        made.append(path)
    return made


def spoil(file: Path, pick: random.Random) -> None:
    """Mutates a file; of an archive, as often one of the files in it."""
    data = file.read_bytes()
    if data.startswith(b"PK") and pick.random() < 0.5:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = pick.choice(sorted(members))
        members[name] = mutated(members[name], pick)
        with zipfile.ZipFile(file, "w") as archive:
            for one, held in members.items():
                archive.writestr(one, held)
    else:
        file.write_bytes(mutated(data, pick))


def run(count: int, seed: int = 1) -> Counter[str]:
    """Brings so many mutated files in; returns how many were taken whole, taken with something named, and refused.
    Raises AssertionError for one of which nothing is said, and whatever a reader raises that is no AnnotatorError."""
    pick = random.Random(seed)
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "cases").mkdir()
        cases = [*sorted(CASES.iterdir()), *written(folder / "cases")]
        project, number = store.create(folder / "0.annotator"), 0
        while number < count:
            case = pick.choice(cases)
            place = folder / f"in{number}" / case.name
            place.parent.mkdir()
            if case.is_dir():
                shutil.copytree(case, place)
                file = pick.choice(sorted(p for p in place.rglob("*") if p.is_file()))
            else:
                file = Path(shutil.copy(case, place))
            spoil(file, pick)
            try:
                report = bring_in(project, [place], pick.random() < 0.3)
            except AnnotatorError as error:
                assert str(error).strip()
                outcomes["refused"] += 1
            else:
                told = bool(report.left_out or report.refused or report.renamed or report.copies)
                assert told or report.added or report.duplicates or report.differing or report.layers, (
                    seed,
                    number,
                    case.name,
                )
                assert all(reason.strip() for rows in (report.refused, report.left_out) for _, reason in rows)
                came = report.added or report.duplicates or report.differing or report.layers
                outcomes["refused" if not came else "named" if told else "whole"] += 1
            number += 1
            shutil.rmtree(place.parent)
            if number % A_PROJECT == 0 or number == count:
                assert check(project) == [], (seed, number)
                project.close()
                (folder / f"{(number - 1) // A_PROJECT}.annotator").unlink(missing_ok=True)
                project = store.create(folder / f"{number // A_PROJECT}.annotator")
        project.close()
    return outcomes


if __name__ == "__main__":
    print(dict(run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)))

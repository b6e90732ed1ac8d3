"""Writes a dataset: the examples of each split in the files that were asked for, with all that describes them."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from annotator import __version__
from annotator.core import scheme as schemes
from annotator.core.files import NotReplaced, folder_draft_of
from annotator.core.progress import Progress
from annotator.core.record import Record
from annotator.core.scheme import Attribute
from annotator.core.text import cell
from annotator.datasets.beside import beside
from annotator.datasets.card import card
from annotator.datasets.choosing import EDITORS, Reader, plain_record
from annotator.datasets.croissant import croissant
from annotator.datasets.perspectives import measured, several, write_soft
from annotator.datasets.plan import DatasetError, Plan, count, examples, remember
from annotator.datasets.schema import columns, row_of
from annotator.formats.export import GOLD, ExportError, writer
from annotator.formats.export import write as write_format
from annotator.formats.losses import Tally
from annotator.formats.registry import by_name
from annotator.review.agreement import Subject
from annotator.review.disputes import author_names
from annotator.review.report import as_text
from annotator.store import authors
from annotator.store.project import Connection, Project

ROWS = 500  # of a group in Parquet
MANIFEST, CROISSANT = "manifest.json", "croissant.json"


@dataclass(frozen=True, slots=True)
class Made:
    """A dataset that was made: its files with their sizes in bytes, and what its formats do not hold."""

    path: Path
    files: dict[str, int]
    losses: list[str]

    def summary(self) -> str:
        """In one sentence."""
        size = sum(self.files.values())
        return f"Wrote {len(self.files) + 1:,} files ({size / 1e6:,.1f} MB) to {self.path}."


def make(
    project: Project,
    out: Path,
    plan: Plan,
    without_text: bool = False,
    progress: Progress | None = None,
    viewer: int | None = None,
) -> Made:
    """Writes a plan's dataset into a new folder; all of it or nothing. The project remembers the recipe and the splits.
    Of what a `viewer` may not see there is nothing in what editors are compared by. Raises DatasetError, what
    `export.write` raises, and Cancelled."""
    for name in ("parquet", *plan.recipe.formats):
        try:
            writer(name)
        except ExportError as error:
            raise DatasetError(str(error)) from error
    try:
        with folder_draft_of(out) as draft, project.reading() as connection:
            writing = _Writing(draft, connection, plan, without_text, progress)
            with nullcontext() if without_text else beside(project.path, draft, plan) as other:
                writing.all(project, viewer)
                if other is not None:
                    writing.take_losses(other.ended())
            writing.losses_table()
            files = {name: size for name, (size, _) in writing.manifest(project).items()}
    except NotReplaced as error:
        raise DatasetError(str(error)) from error
    except OSError as error:
        raise DatasetError(f"“{out.name}” could not be written: {error.strerror or error}.") from error
    remember(project, plan)
    return Made(out, files, writing.losses)


class _Writing:
    """The state of writing one dataset."""

    def __init__(
        self, folder: Path, connection: Connection, plan: Plan, without_text: bool, progress: Progress | None
    ) -> None:
        self.folder, self.connection, self.plan = folder, connection, plan
        self.without_text, self._progress = without_text, progress
        self.losses: list[str] = []
        self._rows: list[tuple[str, str, int, str]] = []  # format, loss, how many, first cases
        self._done = 0
        reader, everybody = Reader(connection, plan.recipe), authors.load(connection)
        # What editors are called in it, by the names that tell them apart here.
        self._signs = {name: reader.whose(everybody[one]) for one, name in author_names(connection).items()}
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in plan.recipe.parts}

    @property
    def published(self) -> Plan:
        """The plan as it is told: with the counts of what was written, and without the name of an editor."""
        recipe = self.plan.recipe
        layer = self._signs.get(recipe.layer, recipe.layer)
        return replace(self.plan, recipe=replace(recipe, layer=layer), counts=self.counts)

    def all(self, project: Project, viewer: int | None) -> None:
        recipe = self.plan.recipe
        self._data()
        if "jsonl" in recipe.files:
            self._lines()
        if not self.without_text:
            if "tables" in recipe.files:
                self._formats(self.folder / "tables", ("csv", "xlsx"))
            if recipe.formats:
                self._formats(self.folder / "interchange", recipe.formats)
        self._splits()
        scheme = project.scheme
        self._put("scheme.json", schemes.to_json(scheme, whole=True) + "\n")
        if scheme.guidelines:
            self._put("guidelines.md", scheme.guidelines)
        agreed = self._agreement(project, scheme.attributes, viewer)
        self._put("README.md", card(project.name, scheme, self.published, self.without_text, agreed))

    def _agreement(self, project: Project, asked: tuple[Attribute, ...], viewer: int | None) -> str:
        """Writes how far editors agree, where several have finished an article, and their soft labels; in words."""

        def whose(name: str) -> str:
            if name not in self._signs:
                raise DatasetError("Somebody has begun to label while the dataset was made. Make it again.")
            return self._signs[name]

        def found() -> Iterator[Subject]:
            return several(project, self.plan, whose, viewer)

        # Of one editor's labels, what others say is no part; and why there is no number may quote the text.
        if self.without_text or self.plan.recipe.layer not in (GOLD, EDITORS) or next(found(), None) is None:
            return ""
        report = measured(project, found(), asked)
        self._put("agreement.json", orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2).decode() + "\n")
        if "soft" in self.plan.recipe.files:
            write_soft(self.folder / "soft", self.plan, found())
        return as_text(report)

    def take_losses(self, said: Iterable[str]) -> None:
        """What spaCy's documents do not hold."""
        for what in said:
            self.losses.append(f"spacy: {what}")
            number, _, kind = what.partition(" × ")
            self._rows.append(("spacy", kind, int(number.replace(",", "")), ""))

    def _examples(self) -> Iterator[Record]:
        for _, example in examples(self.connection, self.plan):
            yield example
            self._done += 1
            if self._progress and self._done % 20 == 0:
                # How often all is read depends on what is asked for; what is left is a guess.
                total = len(self.plan.chosen) * 5
                self._progress(min(self._done, total - 1), total)

    def _data(self) -> None:
        """Parquet, a file a split, all with the same columns."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        (self.folder / "data").mkdir()
        schema = columns()
        with ExitStack() as stack:
            files: dict[str, Any] = {}
            waiting: dict[str, list[Record]] = {name: [] for name in self.plan.recipe.parts}

            def put(name: str) -> None:
                if name not in files:  # a split without rows has no file: no library loads an empty one
                    file = self.folder / "data" / f"{name}.parquet"
                    files[name] = stack.enter_context(pq.ParquetWriter(file, schema, compression="zstd"))
                files[name].write_table(pa.Table.from_pylist(waiting[name], schema))
                waiting[name] = []

            seen: set[str] = set()
            for example in self._examples():
                name = example["split"]
                self.counts[name].update(count(example), articles=example["id"] not in seen)
                seen.add(example["id"])
                waiting[name].append(row_of(example, not self.without_text))
                if len(waiting[name]) >= ROWS:
                    put(name)
            for name, rows in waiting.items():
                if rows:
                    put(name)

    def _lines(self) -> None:
        """JSON, a line for each example, a file a split."""
        folder = self.folder / "jsonl"
        folder.mkdir()
        with ExitStack() as stack:
            files = {n: stack.enter_context((folder / f"{n}.jsonl").open("wb")) for n in self.plan.recipe.parts}
            for example in self._examples():
                row = row_of(example, not self.without_text)
                files[example["split"]].write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))

    def _formats(self, folder: Path, names: Iterable[str]) -> None:
        """Other formats, all splits together; read back and compared."""
        folder.mkdir()
        for name in names:
            one = by_name(name)
            called = "dataset" if one.suffix == f".{name}" else name
            path = folder if name == "csv" and folder.name == "tables" else folder / f"{called}{one.suffix}"
            if one.folder:
                path.mkdir(exist_ok=True)
            tally: Tally
            problems, _, _, tally = write_format(one, path, map(plain_record, self._examples()))
            self.losses += [f"{name}: {line}" for line in (*tally.lines(), *problems)]
            self._rows += [(name, what, n, "; ".join(tally.cases[what])) for what, n in sorted(tally.counts.items())]

    def _splits(self) -> None:
        plan = self.plan
        alike: dict[int, float] = {}
        for a, b, how in plan.pairs:
            alike[a], alike[b] = max(how, alike.get(a, 0)), max(how, alike.get(b, 0))
        rows = (
            [
                plan.keys[one],
                plan.digests[one],
                plan.split[one],
                plan.cluster[one],
                f"{alike[one]:.3f}" if one in alike else "",
            ]
            for one in sorted(plan.split, key=lambda one: plan.keys[one])
        )
        self._table("splits.csv", ("id", "digest", "split", "cluster", "most_alike"), rows)

    def losses_table(self) -> None:
        self._table("losses.csv", ("format", "what", "number", "first"), self._rows)

    def _table(self, name: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(header)
            table.writerows([cell(one) if isinstance(one, str) else one for one in row] for row in rows)

    def _put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8", newline="\n")

    def manifest(self, project: Project) -> dict[str, tuple[int, str]]:
        """Writes the list of all files with their SHA-256, and what made them, and Croissant's description; returns the
        list with the sizes."""
        found = {path.relative_to(self.folder).as_posix(): _size_and_digest(path) for path in _files(self.folder)}
        described = orjson.dumps(croissant(project.name, self.published, found), option=orjson.OPT_INDENT_2)
        (self.folder / CROISSANT).write_bytes(described)
        found[CROISSANT] = _size_and_digest(self.folder / CROISSANT)
        made = {
            "made_by": f"annotator {__version__}",
            "project": project.uid,
            "without_text": self.without_text,
            "plan": self.published.as_json(),
            "files": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in found.items()},
        }
        (self.folder / MANIFEST).write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return found


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _size_and_digest(file: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    with file.open("rb") as data:
        while part := data.read(1024 * 1024):
            digest.update(part)
    return file.stat().st_size, digest.hexdigest()

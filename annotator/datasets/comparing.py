"""What changed between two datasets, and texts put back into one that was passed on without them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.core.files import NotReplaced, folder_draft_of
from annotator.core.record import Record
from annotator.datasets.plan import FEW, DatasetError
from annotator.datasets.schema import COLUMNS, columns, without_text
from annotator.store import articles
from annotator.store.project import Project

_SLOTS = ("speaker", "cue", "content")


@dataclass
class Changes:
    """What a new dataset has that an old one had not, and the reverse; by what, the keys of the articles."""

    recipe: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    articles: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"recipe": self.recipe, "articles": self.articles, "labels": self.labels}

    def as_text(self) -> str:
        """In lines; one when nothing has changed."""
        lines = [f"{name}: {before} → {after}" for name, (before, after) in sorted(self.recipe.items())]
        for what, keys in self.articles.items():
            if keys:
                more = f", and {len(keys) - FEW:,} more" if len(keys) > FEW else ""
                lines.append(f"{len(keys):,} articles {what}: {', '.join(keys[:FEW])}{more}")
        lines += [f"{number:,} {what}" for what, number in self.labels.items() if number]
        return "\n".join(lines) or "Nothing has changed."


def changes(old: Path, new: Path) -> Changes:
    """What changed from one dataset to another. Raises DatasetError."""
    made = Changes()
    plans = [_manifest(folder)["plan"]["recipe"] for folder in (old, new)]
    made.recipe = {
        name: (plans[0].get(name), plans[1].get(name))
        for name in sorted(plans[0].keys() | plans[1].keys())
        if plans[0].get(name) != plans[1].get(name)
    }
    before, after = ({(row["id"], row["annotator"]): row for row in rows(folder)} for folder in (old, new))
    was, now = ({key: row for (key, _), row in held.items()} for held in (before, after))
    both = sorted(was.keys() & now.keys())
    made.articles = {
        "are new": sorted(now.keys() - was.keys()),
        "are gone": sorted(was.keys() - now.keys()),
        "are in another split": [key for key in both if was[key]["split"] != now[key]["split"]],
        "have another text": [key for key in both if was[key]["text_sha256"] != now[key]["text_sha256"]],
    }
    told = set(COLUMNS) - {"claims", "entities", "split", "text", "text_sha256", "cluster"}
    others = sum(any(before[key][name] != after[key][name] for name in told) for key in before.keys() & after.keys())
    made.labels["records say something else of their article"] = others
    bare = any(row["text"] is None for held in (before, after) for row in held.values())  # then words are not compared
    for kind in ("claims", "entities"):
        had, has = _labels(before, kind, bare), _labels(after, kind, bare)
        made.labels[f"{kind} are new"] = len(has.keys() - had.keys())
        made.labels[f"{kind} are gone"] = len(had.keys() - has.keys())
        made.labels[f"{kind} say something else"] = sum(had[key] != has[key] for key in had.keys() & has.keys())
    return made


def _labels(held: Mapping[tuple[str, str], Record], kind: str, bare: bool) -> dict[tuple[str, str, str], Any]:
    """The claims or entities of all rows, by article, annotator and id; without their words when `bare`."""
    bared = {key: without_text(row) if bare else row for key, row in held.items()}
    return {(*key, item["id"]): item for key, row in bared.items() for item in row[kind] or ()}


def rows(folder: Path) -> Iterator[Record]:
    """The rows of a dataset, split by split. Raises DatasetError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = sorted((folder / "data").glob("*.parquet"))
    if not files:
        raise DatasetError(f"“{folder}” is no dataset of Annotator's: it has no data/*.parquet.")
    for file in files:
        try:
            with pq.ParquetFile(file) as held:
                for batch in held.iter_batches(batch_size=100, columns=columns().names):
                    yield from batch.to_pylist()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DatasetError(f"“{file}” cannot be read ({error}).") from error


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        held = json.loads((folder / "manifest.json").read_bytes())
        if isinstance(held["plan"]["recipe"], dict):
            return dict(held)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise DatasetError(f"“{folder}” is no dataset of Annotator's: it has no manifest.json that can be read.")


def join(project: Project, dataset: Path, out: Path) -> tuple[int, list[str]]:
    """Writes `data/` of a dataset that has no texts anew, with the texts that a project has, found by their digests;
    returns how many rows have a text then, and the articles whose text is not there. Raises DatasetError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with project.reading() as connection:
        there = {hashlib.sha256(one.text.encode()).hexdigest(): one.id for one in articles.every(connection)}
        joined, missing = 0, []
        try:
            with folder_draft_of(out) as draft:
                (draft / "data").mkdir()
                by_split: dict[str, list[Record]] = {}
                for row in rows(dataset):
                    number = there.get(row["text_sha256"])
                    if number is None:
                        missing.append(row["id"])
                    else:
                        row = with_text(row, articles.read(connection, number).text)
                        joined += 1
                    by_split.setdefault(row["split"], []).append(row)
                for name, held in by_split.items():
                    pq.write_table(pa.Table.from_pylist(held, columns()), draft / "data" / f"{name}.parquet")
        except NotReplaced as error:
            raise DatasetError(str(error)) from error
        except OSError as error:
            raise DatasetError(f"“{out.name}” could not be written: {error.strerror or error}.") from error
    return joined, missing


def with_text(row: Mapping[str, Any], text: str) -> Record:
    """A row with its text, and the words at all of its places."""

    def filled(item: Record) -> Record:
        made = dict(item)
        if "start" in made:
            made["text"] = text[made["start"] : made["end"]]
        return made | {slot: [filled(piece) for piece in made[slot]] for slot in _SLOTS if made.get(slot) is not None}

    kinds = ("claims", "entities", "rejected")
    return {**row, "text": text} | {kind: None if row[kind] is None else list(map(filled, row[kind])) for kind in kinds}

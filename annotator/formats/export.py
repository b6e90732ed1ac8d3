"""Takes articles with a layer out of a project into a file: checked before, written beside its place, read back, moved.

A format's writer is handed records; the file appears under its name only when all of it has been compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from annotator.core.annotation import Article
from annotator.core.errors import AnnotatorError
from annotator.core.files import NotReplaced, draft_of
from annotator.core.identity import author_uid
from annotator.core.progress import Progress
from annotator.core.record import METADATA, Record
from annotator.formats import WRITERS, module
from annotator.store import actors, articles, authors, layers
from annotator.store.authors import Author
from annotator.store.project import Project
from annotator.store.sight import sight_of

GOLD, BEST, ALL, MODEL = "gold", "best", "all", "model"  # what a layer may be called besides a name


class ExportError(AnnotatorError):
    """An export that could not be made, in words for an editor. No file was left behind."""


class _Nothing(Exception):
    """There is nothing to write, so that no file is made."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export brought: records written, how many of them hold no labels, and what its format could not hold."""

    path: Path
    written: int
    empty: int
    problems: list[str]
    finished: bool = False  # only what is finished was asked for

    def summary(self) -> str:
        """In one sentence."""
        what = "record" if self.written == 1 else "records"
        empty = f" {self.empty:,} of them {'holds' if self.empty == 1 else 'hold'} no labels." if self.empty else ""
        if not self.written:
            which = "finished labels of this kind" if self.finished else "such labels"
            return f"Nothing was written: no article has {which} yet."
        return f"Wrote {self.written:,} {what} to {self.path}, each read back and compared.{empty}"


def export(
    project: Project,
    path: Path,
    format_name: str,
    layer: str | None = None,
    finished: bool = False,
    progress: Progress | None = None,
    viewer: int | None = None,
    unlabelled: bool = False,
) -> ExportReport:
    """Writes a project's articles in a format. `layer` as `chosen_layers` takes it; with `finished`, only layers that
    are finished (of models, those of articles that somebody has finished); with `unlabelled`, also the articles without
    any; without the labels that a `viewer` may not see. Raises ExportError, and ProjectError when the project cannot be
    read."""
    if format_name not in WRITERS:
        raise ExportError(f"There is no format called “{format_name}”. There are: {', '.join(WRITERS)}.")
    writer = module(format_name)
    path = Path(path)
    empty = 0

    def counted(records: Iterator[Record]) -> Iterator[Record]:
        nonlocal empty
        for one in records:
            empty += not one["mentions"] and not one["claims"]
            yield one

    records = _records(project, layer, finished, progress, viewer, unlabelled)
    try:
        with draft_of(path) as draft:
            problems, fingerprints = writer.write(draft, counted(records))
            if not fingerprints:
                raise _Nothing
            for number, (there, meant) in enumerate(zip_longest(writer.read_back(draft), fingerprints), 1):
                if there != meant:
                    raise ExportError(f"Record {number} came back different from the file; nothing was kept of it.")
    except _Nothing:
        return ExportReport(path, 0, 0, [], finished)
    except NotReplaced as error:
        raise ExportError(str(error)) from error
    except OSError as error:
        raise ExportError(f"“{path.name}” could not be written: {error.strerror or error}.") from error
    return ExportReport(path, len(fingerprints), empty, problems)


def chosen_layers(
    there: Sequence[tuple[int, int, float | None]], known: Mapping[int, Author], layer: str | None
) -> list[tuple[int, int, float | None]]:
    """Those of an article's layers that a `--layer` means: None those of the editors; `GOLD` the adjudicated one when
    it is finished; `BEST` that where there is one, else those of the editors; `MODEL` the newest suggestions; `ALL`
    every one; else those of the author of that name."""

    def of_kind(kind: str) -> list[tuple[int, int, float | None]]:
        return [one for one in there if known[one[1]].kind == kind]

    gold = [one for one in of_kind("gold") if one[2] is not None]
    if layer == ALL:
        return list(there)
    if layer == MODEL:
        return of_kind("model")[-1:]
    if layer == GOLD:
        return gold
    if layer in (None, BEST):
        return (gold if layer == BEST else []) or of_kind("annotator")
    return [one for one in there if known[one[1]].name == layer]


def _records(
    project: Project,
    layer: str | None,
    finished: bool,
    progress: Progress | None,
    viewer: int | None,
    unlabelled: bool,
) -> Iterator[Record]:
    """One for each article and layer that was asked for."""
    with project.reading() as connection:
        everybody = authors.load(connection)
        sight = None if viewer is None else sight_of(connection, viewer)
        names = sorted({a.name for a in everybody.values() if a.name})
        if layer not in (None, GOLD, BEST, MODEL, ALL, *names):
            raise ExportError(f"Nobody called “{layer}” has labels here. There are: {', '.join(names) or 'none yet'}.")
        nobody = Author(0, "", "model" if layer == MODEL else "annotator", layer if layer in names and layer else "")
        total = articles.count(project)
        called: dict[int | None, str | None] = {i: a.name for i, a in actors.load(connection).items()}
        called[None] = None
        copies = articles.copies(connection)
        for number, article in enumerate(articles.every(connection), 1):
            there = layers.of_article(connection, article.id)
            if sight is not None and sight.limited:
                there = [one for one in there if sight.of(article.id, one[1])]
            wanted = chosen_layers(there, everybody, layer)
            if finished:
                done = any(when is not None for _, _, when in there)
                wanted = [one for one in wanted if one[2] is not None or (done and everybody[one[1]].kind == "model")]
            first = copies.get(article.id)
            for layer_id, author, when in wanted:
                annotations = layers.record(connection, layer_id, called)
                _check(article, annotations)
                yield _record(article, everybody[author], when, annotations, first)
            if not wanted and unlabelled:
                yield _record(article, nobody, None, {"mentions": [], "claims": []}, first)
            if progress:
                progress(number, total)


def _record(article: Article, author: Author, finished: float | None, annotations: Record, first: str | None) -> Record:
    """The record of an article with a layer (docs/format.md); `first` is the key of the article it is a copy of."""
    made: Record = {"id": article.key, "text": article.text}
    if first is not None:
        made["copy_of"] = first
    made |= {"layer": "gold" if author.kind == "gold" else author.name, "kind": author.kind}
    if author.version:
        made["version"] = author.version
    if author.kind == "annotator" and author.uid not in ("", author_uid(author.kind, author.name)):
        made["author"] = author.uid  # the name alone does not say who it is
    made |= {key: value for key in METADATA if (value := getattr(article, key))}
    if finished is not None:
        made["finished"] = finished
    made |= annotations
    if article.extra:
        made["extra"] = json.loads(article.extra)
    return made


def _check(article: Article, annotations: Record) -> None:
    """Every span must lie within the article and hold something."""
    length = len(article.text)
    odd = [(m["start"], m["end"]) for m in annotations["mentions"] if not 0 <= m["start"] < m["end"] <= length]
    for claim in annotations["claims"]:
        for spans in (claim["source"], claim["cue"], claim["content"]):
            odd += [(start, end) for start, end in spans if not 0 <= start < end <= length]
    if odd:
        raise ExportError(
            f"“{article.key}” has a span [{odd[0][0]}, {odd[0][1]}) outside its text. Run `annotator check`."
        )

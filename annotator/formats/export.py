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

ADJUDICATED = "adjudicated"  # gold only, and only the articles that have it


class ExportError(AnnotatorError):
    """An export that could not be made, in words for an editor. No file was left behind."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export brought: records written, how many of them hold no labels, and what its format could not hold."""

    path: Path
    written: int
    empty: int
    problems: list[str]

    def summary(self) -> str:
        """In one sentence."""
        what = "record" if self.written == 1 else "records"
        empty = f" {self.empty:,} of them {'holds' if self.empty == 1 else 'hold'} no labels." if self.empty else ""
        return f"Wrote {self.written:,} {what} to {self.path}, each read back and compared.{empty}"


def export(
    project: Project,
    path: Path,
    format_name: str,
    layer: str | None = None,
    finished: bool = False,
    progress: Progress | None = None,
    viewer: int | None = None,
) -> ExportReport:
    """Writes a project's articles in a format. `layer` as `chosen_layers` takes it; with `finished`, only articles
    whose layer is finished; without the labels that a `viewer` may not see. Raises ExportError, and ProjectError when
    the project cannot be read."""
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

    try:
        with draft_of(path) as draft:
            problems, fingerprints = writer.write(draft, counted(_records(project, layer, finished, progress, viewer)))
            for number, (there, meant) in enumerate(zip_longest(writer.read_back(draft), fingerprints), 1):
                if there != meant:
                    raise ExportError(f"Record {number} came back different from the file; nothing was kept of it.")
    except NotReplaced as error:
        raise ExportError(str(error)) from error
    except OSError as error:
        raise ExportError(f"“{path.name}” could not be written: {error.strerror or error}.") from error
    return ExportReport(path, len(fingerprints), empty, problems)


def chosen_layers(
    there: Sequence[tuple[int, int, float | None]], known: Mapping[int, Author], layer: str | None
) -> list[tuple[int, int, float | None]]:
    """Those of an article's layers that a `--layer` means: None or "gold" the adjudicated one where there is one, else
    the editors'; `ADJUDICATED` that one alone; "model" the newest suggestions; "all" every one; else those of the
    author of that name."""

    def of_kind(kind: str) -> list[tuple[int, int, float | None]]:
        return [one for one in there if known[one[1]].kind == kind]

    if layer == "all":
        return list(there)
    if layer == "model":
        return of_kind("model")[-1:]
    if layer == ADJUDICATED:
        return of_kind("gold")
    if layer in (None, "gold"):
        return of_kind("gold") or of_kind("annotator")
    return [one for one in there if known[one[1]].name == layer]


def _records(
    project: Project, layer: str | None, finished: bool, progress: Progress | None, viewer: int | None
) -> Iterator[Record]:
    """One for each article and layer that was asked for. An article without any comes with an empty layer; with
    `finished`, only articles come that an editor or the adjudicator has finished."""
    with project.reading() as connection:
        everybody = authors.load(connection)
        sight = None if viewer is None else sight_of(connection, viewer)
        names = sorted({a.name for a in everybody.values() if a.name})
        if layer not in (None, "gold", ADJUDICATED, "model", "all", *names):
            raise ExportError(f"Nobody called “{layer}” has labels here. There are: {', '.join(names) or 'none yet'}.")
        nobody = Author(0, "", "model" if layer == "model" else "annotator", layer if layer in names and layer else "")
        total = articles.count(project)
        called: dict[int | None, str | None] = {i: a.name for i, a in actors.load(connection).items()}
        called[None] = None
        for number, article in enumerate(articles.every(connection), 1):
            there = layers.of_article(connection, article.id)
            if sight is not None and sight.limited:
                there = [one for one in there if sight.of(article.id, one[1])]
            done = any(when is not None and everybody[author].kind != "model" for _, author, when in there)
            if layer == ADJUDICATED:
                there = chosen_layers(there, everybody, ADJUDICATED)
                done = any(when is not None for _, _, when in there)
                if not there:
                    continue
            if done or not finished:
                wanted = chosen_layers(there, everybody, layer)
                for layer_id, author, when in wanted:
                    annotations = layers.record(connection, layer_id, called)
                    _check(article, annotations)
                    yield _record(article, everybody[author], when, annotations)
                if not wanted:
                    yield _record(article, nobody, None, {"mentions": [], "claims": []})
            if progress:
                progress(number, total)


def _record(article: Article, author: Author, finished: float | None, annotations: Record) -> Record:
    """The record of an article with a layer (docs/format.md)."""
    made: Record = {"id": article.key, "text": article.text}
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

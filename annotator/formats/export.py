"""Takes articles with a layer out of a project into a file: checked before, written beside its place, read back, moved.

A format's writer is handed records; the file appears under its name only when all of it has been compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from annotator.files import draft_of
from annotator.formats import WRITERS, module
from annotator.record import METADATA, Record
from annotator.store import actors, articles, layers
from annotator.store.articles import Article
from annotator.store.project import Project

Progress = Callable[[int, int], None]  # done, of


class ExportError(Exception):
    """An export that could not be made, in words for an editor. No file was left behind."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an export brought: articles written, and what its format could not hold, item by item."""

    path: Path
    written: int
    problems: list[str]


def export(
    project: Project,
    path: Path,
    format_name: str,
    layer: str | None = None,
    finished: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Writes a project's articles in a format. `layer` as `chosen_authors` takes it; with `finished`, only articles
    whose layer is finished. Raises ExportError, and ProjectError when the project cannot be read."""
    if format_name not in WRITERS:
        raise ExportError(f"There is no format called “{format_name}”. There are: {', '.join(WRITERS)}.")
    writer = module(format_name)
    path = Path(path)
    if path.is_dir():
        raise ExportError(f"“{path}” is a folder; give the name of the file to write.")
    if path.exists() and path.samefile(project.path):
        raise ExportError("The export would overwrite the project itself. Choose another name.")
    if not path.absolute().parent.is_dir():
        raise ExportError(f"The folder “{path.absolute().parent}” is not there.")
    try:
        with draft_of(path) as draft:
            problems, prints = writer.write(draft, _records(project, layer, finished, progress))
            for number, (there, meant) in enumerate(zip_longest(writer.read_back(draft), prints), 1):
                if there != meant:
                    raise ExportError(f"Record {number} came back different from the file; nothing was kept of it.")
    except OSError as error:
        raise ExportError(f"“{path.name}” could not be written: {error.strerror or error}.") from error
    return Report(path, len(prints), problems)


def chosen_authors(authors: dict[int, tuple[str, str, str]], layer: str | None) -> set[int] | None:
    """The authors a `--layer` means: None or "gold" the editors' decisions (the adjudicated ones where there are any),
    "model" the suggestions, "all" every layer (None is returned), else the author of that name. Raises ExportError."""
    if layer == "all":
        return None
    of_kind = {kind: {i for i, a in authors.items() if a[0] == kind} for kind in ("gold", "annotator", "model")}
    if layer == "model":
        return of_kind["model"]
    if layer in (None, "gold"):
        return of_kind["gold"] or of_kind["annotator"]
    named = {i for i, a in authors.items() if a[1] == layer}
    if not named:
        known = sorted({a[1] for a in authors.values() if a[1]})
        raise ExportError(f"Nobody called “{layer}” has a layer here. There are: {', '.join(known) or 'none yet'}.")
    return named


def _records(project: Project, layer: str | None, finished: bool, progress: Progress | None) -> Iterator[Record]:
    """One for each article and layer that was asked for. An article without any comes with an empty layer, unless only
    finished ones are wanted."""
    empty: Record = {"mentions": [], "claims": []}
    with project.reading() as connection:
        authors = dict(layers.authors(connection))
        chosen = chosen_authors(authors, layer)
        total = articles.count(project)
        names: dict[int | None, str | None] = {i: a.name for i, a in actors.load(connection).items()}
        names[None] = None
        nobody = ("model" if layer == "model" else "annotator", "", "")
        if chosen:
            nobody = authors[min(chosen)]
        for number, article in enumerate(articles.every(connection), 1):
            wanted = [x for x in layers.of_article(connection, article.id) if chosen is None or x[1] in chosen]
            if layer == "model":
                wanted = wanted[-1:]
            for layer_id, author, when in wanted:
                if not finished or when is not None:
                    annotations = layers.record(connection, layer_id, names)
                    _check(article, annotations)
                    yield _record(article, authors[author], when, annotations)
            if not wanted and not finished:
                yield _record(article, nobody, None, empty)
            if progress:
                progress(number, total)


def _record(article: Article, author: tuple[str, str, str], finished: float | None, annotations: Record) -> Record:
    """The record of an article with a layer (docs/format.md)."""
    kind, name, version = author
    made: Record = {"id": article.key, "text": article.text, "layer": "gold" if kind == "gold" else name, "kind": kind}
    if version:
        made["version"] = version
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
    spans = [(m["start"], m["end"]) for m in annotations["mentions"]]
    for claim in annotations["claims"]:
        spans += [*claim["source"], *claim["cue"], *claim["content"]]
    for start, end in spans:
        if not 0 <= start < end <= length:
            raise ExportError(f"“{article.key}” has a span [{start}, {end}) outside its text. Run `annotator check`.")

"""Takes articles with a layer out of a project into a file: checked before, written beside its place, read back, moved.

A format's writer is handed records; the file appears under its name only when all of it has been compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from annotator.core.annotation import Article
from annotator.core.errors import AnnotatorError
from annotator.core.files import NotReplaced, draft_of, folder_draft_of
from annotator.core.identity import author_uid
from annotator.core.progress import Progress
from annotator.core.record import METADATA, LeftOut, Record
from annotator.formats.foreign import settled
from annotator.formats.losses import Tally, exactly, fingerprint, kept
from annotator.formats.outcomes import outcomes
from annotator.formats.packing import GZIP, ZSTANDARD, missing, pack
from annotator.formats.registry import Format, writers
from annotator.formats.sample import Reading, Sample
from annotator.store import actors, articles, authors, layers
from annotator.store.authors import Author
from annotator.store.project import Project
from annotator.store.sight import sight_of

GOLD, BEST, ALL, MODEL = "gold", "best", "all", "model"  # what a layer may be called besides a name


class ExportError(AnnotatorError):
    """An export that could not be made, in words for an editor. No file was left behind."""


class _Nothing(Exception):
    """There is nothing to write, so that no file is made."""


class NotWhole(ExportError):
    """A format that cannot hold all that was to be written, where that was not allowed."""

    def __init__(self, message: str, losses: list[str]) -> None:
        super().__init__(message)
        self.losses = losses


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export brought: records written, how many of them hold no labels, what its format does not hold (each
    loss with its number and first cases), and what became of the rest, where that is to be said."""

    path: Path
    written: int
    empty: int
    problems: list[str]
    finished: bool = False  # only what is finished was asked for
    losses: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """In one sentence."""
        what = "record" if self.written == 1 else "records"
        empty = f" {self.empty:,} of them {'holds' if self.empty == 1 else 'hold'} no labels." if self.empty else ""
        if not self.written:
            which = "finished labels of this kind" if self.finished else "such labels"
            return f"Nothing was written: no article has {which} yet."
        return f"Wrote {self.written:,} {what} to {self.path}, each read back and compared.{empty}"


# Asked when a format does not hold all, with what it does not: whether the file shall be kept.
Agree = Callable[[list[str]], bool]


def export(
    project: Project,
    path: Path,
    format_name: str,
    layer: str | None = None,
    finished: bool = False,
    progress: Progress | None = None,
    viewer: int | None = None,
    unlabelled: bool = False,
    agree: Agree | None = None,
) -> ExportReport:
    """Writes a project's articles in a format. `layer` as `chosen_layers` takes it; with `finished`, only layers that
    are finished (of models, those of articles that somebody has finished); with `unlabelled`, also the articles without
    any; without the labels that a `viewer` may not see. What the format does not hold is told to `agree` before the
    file appears; it stays away when that says no. Raises ExportError (NotWhole for that), and ProjectError when the
    project cannot be read."""
    one = writer(format_name)
    path = Path(path)
    records = _records(project, layer, finished, progress, viewer, unlabelled)
    try:
        with (folder_draft_of if one.folder else draft_of)(path) as draft:
            packing = "" if one.folder else next((one for one in (GZIP, ZSTANDARD) if path.name.endswith(one)), "")
            if packing and one.binary:
                raise ExportError(f"{one.title.partition(':')[0]} is packed by itself. Leave “{packing}” off.")
            if missing(packing):
                raise ExportError("To pack by Zstandard, `pip install 'annotator[formats]'` is needed.")
            problems, written, empty, tally = write(one, draft, records, packing)
            if not written:
                raise _Nothing
            losses = tally.lines()
            if losses and agree is not None and not agree(losses):
                raise NotWhole(f"“{one.title}” does not hold all of it. Nothing was written.", losses)
    except _Nothing:
        return ExportReport(path, 0, 0, [], finished)
    except NotReplaced as error:
        raise ExportError(str(error)) from error
    except OSError as error:
        raise ExportError(f"“{path.name}” could not be written: {error.strerror or error}.") from error
    return ExportReport(path, written, empty, problems, finished, losses)


def writer(name: str) -> Format:
    """The format of a name, which can be written here. Raises ExportError."""
    able = {one.name: one for one in writers()}
    if name not in able:
        raise ExportError(f"There is no format called “{name}” to write. There are: {', '.join(able)}.")
    one = able[name]
    if missing := one.missing():
        raise ExportError(f"{one.title.partition(':')[0]} needs {missing}: `pip install 'annotator[{one.extra}]'`.")
    return one


def write(
    writer: Format, draft: Path, records: Iterable[Record], packing: str = ""
) -> tuple[list[str], int, int, Tally]:
    """Writes records in a format, packed or not, reads them back and compares; returns what became of them in words,
    how many they are, how many without labels, and what the format does not hold of them. Raises ExportError when one
    comes back different."""
    assert writer.write is not None
    meant: list[bytes] = []
    tally, empty = Tally(), 0
    same = exactly if writer.exact else fingerprint

    def held() -> Iterator[Record]:
        nonlocal empty
        for one in records:
            empty += not one["mentions"] and not one["claims"]
            holding = kept(one, writer.losses, tally) if writer.losses else one
            meant.append(same(holding))
            yield holding

    problems = writer.write(draft, held())
    if packing:
        pack(draft, packing)
    there: Iterable[bytes] = map(same, read_back(writer, draft)) if meant else ()
    if writer.folder:  # its files come back in the order of their names
        there, meant = sorted(there), sorted(meant)
    for number, (found, wanted) in enumerate(zip_longest(there, meant), 1):
        if found != wanted:
            raise ExportError(f"Record {number} came back different from the file; nothing was kept of it.")
    return problems, len(meant), empty, tally


def read_back(writer: Format, draft: Path) -> Iterator[Record]:
    """The records of a file that was just written, without what a reader has to make up. Raises ExportError."""
    for where, outcome in outcomes(writer, Sample(draft, Reading())):
        if not isinstance(outcome, dict):
            said = outcome.what if isinstance(outcome, LeftOut) else str(outcome)
            raise ExportError(f"What was written cannot be read back ({Path(where).name}: {said}); nothing was kept.")
        record = outcome
        if not writer.exact:
            record, left_out = settled(outcome)
            if left_out:
                raise ExportError(f"What was written cannot be read back ({left_out[0]}); nothing was kept of it.")
        yield {name: value for name, value in record.items() if name not in writer.losses.record}


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

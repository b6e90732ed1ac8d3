"""Brings files, folders and pasted text into a project: what can be read goes in, all else is named with its reason.

Everything comes in by one transaction; a cancel or a crash leaves the project as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import orjson

from annotator.core import record as records
from annotator.core.annotation import Article
from annotator.core.collecting import no_collecting
from annotator.core.progress import Progress
from annotator.core.reanchor import Anchors, reanchored
from annotator.core.record import LeftOut, Partial, Record, RecordError
from annotator.formats.decoding import EncodingError
from annotator.formats.foreign import settled
from annotator.formats.import_report import ImportReport
from annotator.formats.losses import NO_LOSSES, Losses, Tally, kept
from annotator.formats.outcomes import outcomes, whole_ones
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import Reading, Sample
from annotator.formats.sources import sources
from annotator.formats.text_format import title_of
from annotator.store import actors, articles, authors, backups, edits, layers
from annotator.store.authors import AuthorKind
from annotator.store.project import Connection, Project
from annotator.store.taking_over import taking_over


def bring_in(
    project: Project,
    paths: Iterable[Path],
    windows_1252: bool = False,
    progress: Progress | None = None,
    brat: str | None = None,
    revise: bool = False,
    annotator: str | None = None,
    wanted: Format | None = None,
    update: bool = False,
) -> ImportReport:
    """Takes files and folders in, each as its content says, or all as a `wanted` format. A folder with `.ann` files is
    read as brat standoff, with `brat` as its mapping (naming one makes brat the format of all folders). With `revise`,
    another text with the key of an article is a new version of it, and the labels are found again in it. With `update`,
    who has other labels here than the file says has those of the file from then on; else they are kept. Labels that do
    not say whose they are are those of `annotator`, or suggestions when none is given. `progress` may raise Cancelled.
    Raises ProjectError when the project cannot be written, Cancelled when stopped, MappingError, and RecordError for a
    name of `annotator` that is none."""
    if annotator is not None:
        records.checked({"text": "", "layer": annotator})
        if not annotator.strip() or records.CONTROL.search(annotator):
            raise RecordError("The annotator's name is empty, or has signs that no name has.")
    found = sources(paths, Reading(windows_1252, brat, annotator), wanted)
    report = ImportReport(refused=found.refused, left_out=found.left_out)
    sizes = [_size(sample.path) for _, sample in found.places]
    done, total = 0, sum(sizes)
    if revise or update:
        backups.keep(project.path, project.engine, "labels" if update else "revise")
    with no_collecting(), project.writing() as connection:
        taking = _Import(connection, report, revise, annotator, update)
        for place, size in enumerate(sizes):
            one, sample = found.places[place]
            found.places[place] = one, Sample(sample.path, sample.reading)  # without what is read of it from here on
            read = 0
            for where, outcome, whole in whole_ones(outcomes(one, sample)):
                if isinstance(outcome, EncodingError) and outcome.legacy and sample.path not in report.legacy:
                    report.legacy.append(sample.path)
                taking.take(where, outcome, one.losses, whole)
                if progress and isinstance(outcome, dict):
                    # About how far in the file: the text is most of it.
                    read += len(str(outcome.get("text", "")))
                    progress(done + min(read, size), total)
            done += size
            if progress:
                progress(done, total)
    return report


def paste(project: Project, text: str, title: str = "") -> ImportReport:
    """Takes pasted text in as a new article."""
    report = ImportReport()
    with project.writing() as connection:
        record = {"id": title or title_of(text) or "Pasted article", "text": text, "title": title or title_of(text)}
        _Import(connection, report).take("the pasted text", record)
    return report


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            return sum(f.stat().st_size for f in path.rglob("*.txt"))
        return path.stat().st_size
    except OSError:
        return 0


def _kept(extra: Record) -> tuple[str | None, list[str]]:
    """Metadata without a field of their own as they are kept, and the names of those that no export could write."""
    sound, odd = {}, []
    for name, value in extra.items():
        try:
            orjson.dumps([[{name: value}]])  # as deep as an export will have it
            sound[name] = value
        except TypeError:
            odd.append(name)
    return orjson.dumps(sound).decode() if sound else None, odd


def _unheld(losses: Losses, record: Record, unsaid: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """What of a layer a file in a format says nothing of, by kind; what was derived it does not say either."""
    whole = {kind: ("*",) if kind in losses.no else () for kind in ("mentions", "claims")}
    return {
        "record": losses.record,
        "mention": (*losses.mentions, *whole["mentions"], *unsaid.get("mention", ())),
        "claim": (*losses.claims, *whole["claims"], *record.get("derived", ()), *unsaid.get("claim", ())),
        "answers": ("*",) if "attributes" in losses.record else (),
    }


def _places(item: Record) -> str:
    """Where an entity or a claim lies, and its label."""
    return repr([item.get(key) for key in ("start", "end", "label", "source", "cue", "content")])


def _has_labels(record: Record) -> bool:
    """Whether a record says what somebody found, be it nothing."""
    return any(record.get(name) for name in ("mentions", "claims", "attributes")) or record.get("finished") is not None


class _Import:
    """The state of one import: what is known already, so that each record costs few look-ups."""

    def __init__(
        self,
        connection: Connection,
        report: ImportReport,
        revise: bool = False,
        annotator: str | None = None,
        update: bool = False,
    ) -> None:
        self._revise, self._annotator, self._update = revise, annotator, update
        self._connection = connection
        self._report = report
        self._actor_ids = actors.ActorIds(connection)
        self._authors: dict[tuple[str, str, str, str], int] = {}
        self._numbers: dict[str, int] = {}
        self._brought: set[tuple[int, int]] = set()  # layers, by article and author

    def take(self, where: str, outcome: Outcome, losses: Losses = NO_LOSSES, whole: bool = True) -> None:
        """Takes what was found at a place, in a format that does not hold all; `whole` when nothing of it was left
        out."""
        if isinstance(outcome, LeftOut):
            self._report.left_out.append((where, outcome.what))
            return
        if not isinstance(outcome, dict):
            self._report.refused.append((where, str(outcome)))
            return
        try:
            record, left_out = settled(outcome)
        except RecordError as error:
            self._report.refused.append((where, str(error)))
            return
        if not record["text"].strip():
            self._report.refused.append((where, "is empty"))
            return
        self._report.left_out += [(where, what) for what in left_out]
        digest = articles.digest(record["text"])
        alike = articles.with_text(self._connection, digest)
        article = self._known(record, digest, alike)
        before = None
        if article is None:
            new = True
            if self._revise:
                before = articles.by_key(self._connection, str(record.get("id") or ""))
            revises = articles.digest(before.text) if before is not None else None
            article = articles.insert(self._connection, self._article(record, where), digest, revises)
            self._report.added.append(article)
            if alike:
                self._report.copies.append(
                    (where, f"has the same text as “{alike[0][1]}”; it is an article of its own")
                )
        else:
            new = False
        unsaid = outcome.unsaid if isinstance(outcome, Partial) else {}
        told_of = self._add_layer(article, record, losses, whole and not left_out, unsaid)
        if before is not None:
            self._find_again(before, article, record["text"], where)
        given = record.get("id")
        if told_of is not None:
            told, reason = told_of
            if not new:
                told.append((where, reason))
        elif not new and given not in (None, "") and not articles.has_key(self._connection, str(given)):
            self._report.renamed.append(
                (where, "has the text of an article here with another key; its labels went there")
            )

    def _known(self, record: Record, digest: bytes, alike: Sequence[tuple[int, str, str]]) -> int | None:
        """Which of the articles with its text a record is about: the one of its key. Labels without an article of their
        key are of the one that has the text, if that is of no other outlet and has none of their author, or these."""
        base = str(record.get("id") or "")
        if not base or not alike:
            return alike[0][0] if alike else None
        found = articles.find(self._connection, digest, base)
        if found is not None or len(alike) > 1 or not _has_labels(record) or record.get("copy_of"):
            return found
        article, _, source = alike[0]
        if str(record.get("source") or source) != source:
            return None
        author = self._author(self._signed(record))
        there = self._layer_of(article, author)
        return article if there is None or self._holds(there, record) else None

    def _holds(self, layer: int, record: Record) -> bool:
        """Whether a layer has as its labels what a record brings, which then has come a second time."""
        held = layers.record(self._connection, layer, self._names())
        return all(
            sorted(_places(one) for one in held.get(kind) or ())
            == sorted(_places(one) for one in record.get(kind) or ())
            for kind in ("mentions", "claims")
        )

    def _find_again(self, before: Article, article: int, text: str, where: str) -> None:
        """Gives people's labels of an article to its new version, where they can be found again and the new version has
        not come with labels of theirs."""
        names = self._names()
        everybody = authors.load(self._connection)
        anchors = Anchors(before.text, text)
        for layer, author, _ in layers.of_article(self._connection, before.id):
            if everybody[author].kind != "model":
                record, lost = reanchored(layers.record(self._connection, layer, names), anchors)
                if layers.add(self._connection, article, author, record, self._actor_ids) is None:
                    continue
                self._report.layers += 1
                if lost:
                    whose = everybody[author].title
                    reason = f"{lost} labels of {whose} could not be found again; they stay with “{before.key}”"
                    self._report.left_out.append((where, reason))

    def _article(self, record: Record, where: str) -> Article:
        given = record.get("id")
        key = base = str(given if given not in (None, "") else record.get("title") or "article")[: records.MAX_NAME]
        number = self._numbers.get(base, 1)
        while articles.has_key(self._connection, key):
            number += 1
            key = f"{base}-{number}"
        self._numbers[base] = number
        if key != base and given not in (None, "") and not self._revise:
            self._report.renamed.append((where, f"has another text than “{base}” here has; it came in as “{key}”"))
        extra, odd = _kept(record.get("extra") or {})
        if odd:
            names = ", ".join(odd)[:200]
            self._report.left_out.append((where, f"its metadata {names} are nested too deeply, or no plain values"))
        metadata = {k: str(record.get(k) or "") for k in records.METADATA}
        return Article(0, key, record["text"], **metadata, extra=extra)

    def _add_layer(
        self, article: int, record: Record, losses: Losses, whole: bool, unsaid: Mapping[str, Sequence[str]]
    ) -> tuple[list[tuple[str, str]], str] | None:
        """Adds the record's annotations as a layer, of a person when it says so, else as suggestions; else where in the
        report it is to be told, and why not. Labels that are there are replaced by `whole` ones alone, and but in what
        the file does not leave `unsaid`."""
        report = self._report
        record = self._signed(record)
        if not _has_labels(record) and not self._has_layer(article, record):
            return report.duplicates, "the same text is in the project already"
        author = self._author(record)
        again = (article, author) in self._brought
        self._brought.add((article, author))
        if layers.add(self._connection, article, author, record, self._actor_ids) is not None:
            report.layers += 1
            report.finished += record.get("finished") is not None
            if self._kind(record) == "annotator":
                report.by.add(str(record.get("layer") or "imported"))
            return None
        whose = record.get("layer") or "somebody"
        reason = f"labels of {whose} for this article are in the project already"
        if self._kind(record) == "model":
            return report.duplicates, f"{reason}; those were kept"
        held = layers.load(self._connection, article, author)
        edit = taking_over(held, record, self._actor_ids, _unheld(losses, record, unsaid))
        if edit is None:
            return report.duplicates, reason
        if again:
            return (
                report.left_out,
                f"other labels of {whose} for this article had just come in; these were not read",
            )
        if not whole:
            return report.left_out, f"{reason}; not all of the file's could be read, so those here were kept"
        if self._loses(article, author, losses):
            return report.left_out, f"{reason}; the file's format cannot hold all of them, so those here were kept"
        if not self._update:
            return report.differing, f"{reason}, and differ from those of the file; those here were kept"
        edits.apply(self._connection, article, author, edit, author)
        report.updated += 1
        return None

    def _has_layer(self, article: int, record: Record) -> bool:
        """Whether a record without labels says whose it is, and they have some here."""
        if not record.get("layer") and record.get("kind") is None:
            return False
        # An author is made when they are asked for: not for an article on which there is nothing of anybody.
        return bool(layers.of_article(self._connection, article)) and (
            self._layer_of(article, self._author(record)) is not None
        )

    def _layer_of(self, article: int, author: int) -> int | None:
        """The layer that an author has of an article."""
        return next((i for i, by, _ in layers.of_article(self._connection, article) if by == author), None)

    def _names(self) -> dict[int | None, str | None]:
        """What actors are called, and none."""
        return {None: None} | {i: a.name for i, a in actors.load(self._connection).items()}

    def _loses(self, article: int, author: int, losses: Losses) -> bool:
        """Whether a format drops labels that are here, not only fields of them: then nobody knows what was deleted."""
        if not losses.others:
            return False
        layer = self._layer_of(article, author)
        assert layer is not None  # it is asked of one that is there
        record = layers.record(self._connection, layer, self._names())
        record |= {"id": "", "text": articles.read(self._connection, article).text}
        tally = Tally()
        kept(record, Losses(others=losses.others), tally)
        return bool(tally.counts)

    def _signed(self, record: Record) -> Record:
        """The record, as that of the annotator who was named where it does not say whose it is."""
        if self._annotator and not record.get("layer") and record.get("kind") is None:
            return record | {"layer": self._annotator, "kind": "annotator"}
        return record

    @staticmethod
    def _kind(record: Record) -> AuthorKind:
        """Whether labels are a person's, a model's or gold, as the record says or the name of its layer."""
        name = record.get("layer")
        kinds: dict[Any, AuthorKind] = {kind: kind for kind in get_args(AuthorKind)}
        return kinds.get(record.get("kind")) or (
            "gold" if name == "gold" else "model" if name in (None, "", "model") else "annotator"
        )

    def _author(self, record: Record) -> int:
        name, kind = record.get("layer"), self._kind(record)
        name = "" if kind == "gold" else str(name or "imported")
        version = str(record.get("version") or "")
        uid = record.get("author") if kind == "annotator" else None
        key = (kind, name, version, str(uid))
        if key not in self._authors:
            self._authors[key] = (
                authors.by_name(self._connection, kind, name, version)
                if uid is None
                else authors.by_uid(self._connection, uid) or authors.add(self._connection, uid, "annotator", name)
            )
        return self._authors[key]

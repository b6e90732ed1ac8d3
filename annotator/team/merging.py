"""Merging files: projects, packages and exports of others, previewed or taken in by one operation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import annotator.store as store
from annotator.core.errors import AnnotatorError, DamagedError
from annotator.core.files import passing_folder, tidy_left_behind
from annotator.core.progress import Progress
from annotator.formats.bring_in import bring_in
from annotator.formats.jsonl_format import FORMAT
from annotator.store import backups, header, operations
from annotator.store.healing import heal
from annotator.store.merging import merges
from annotator.store.merging.columns import check_columns
from annotator.store.merging.merges import MergeReport
from annotator.store.merging.soundness import BadFacts
from annotator.store.merging.union import unite
from annotator.store.project import SUFFIX, Connection, Project, ProjectError

MAX_BYTES = 2 * 1024**3
UNREADABLE = "it holds what cannot be read. Nothing was changed."


class NotMerged(AnnotatorError):
    """Files that could not be merged, with the reason in words for an editor. The project is as it was."""


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turns what a file that cannot be merged makes of it into NotMerged."""
    try:
        yield
    except BadFacts as error:
        raise NotMerged(f"“{name}” was not merged. {error} Nothing was changed.") from error
    except (ProjectError, DamagedError) as error:
        if "disk is full" in str(error):
            raise
        raise NotMerged(f"“{name}” was not merged: {UNREADABLE}") from error


class _Preview(Exception):
    """Ends a merge that was only to be looked at."""


@dataclass(frozen=True)
class _Merge:
    """The operation that takes files in."""

    names: tuple[str, ...]
    sources: tuple[Project, ...]
    report: MergeReport
    preview: bool
    progress: Progress | None

    def perform(self, connection: Connection, by: int, author: int) -> operations.Done:
        number = merges.begin(connection, by)
        for name, source in zip(self.names, self.sources, strict=True):
            with _told(name):
                self.report.add(unite(connection, source, name, number, self.progress))
        if self.report.changes_anything:
            merges.finish(connection, number, self.report)
        else:
            merges.forget(connection, number)
        if self.preview:
            raise _Preview
        return operations.Done(f"Merge {len(self.names)} files", frozenset({"merge"}))


def merge_files(
    project: Project, paths: Sequence[Path], by: int, preview: bool = False, progress: Progress | None = None
) -> MergeReport:
    """Takes projects, packages and JSONL exports in, all or none, by one transaction that one undo takes back. With
    `preview` nothing is written: the report says what would come in. `by` is the author who does it. `progress` may
    raise Cancelled. Raises NotMerged, and ProjectError when the project cannot be written."""
    total = MergeReport()
    tidy_left_behind()
    with passing_folder() as folder, ExitStack() as opened:
        sources = []
        for number, path in enumerate(paths):
            sources.append(_source(Path(path), Path(folder) / str(number)))
            opened.callback(sources[-1].close)
        if not preview:
            backups.keep(project.path, project.engine, "merge")
        taken = _Merge(tuple(Path(path).name for path in paths), tuple(sources), total, preview, progress)
        with suppress(_Preview):
            operations.do(project, taken, by)
    return total


def _source(path: Path, folder: Path) -> Project:
    """A private copy of what shall be merged, as a project: whatever the file is, it is only read. Raises NotMerged."""
    folder.mkdir()
    name = path.name or str(path)
    try:
        if not path.is_file():
            raise NotMerged(f"“{name}” is not there, or no ordinary file. Nothing was changed.")
        if path.stat().st_size > MAX_BYTES:
            raise NotMerged(f"“{name}” is larger than 2 GB. Nothing was changed.")
        if header.is_database(path):
            copy = folder / f"copy{SUFFIX}"
            store.copy_of(path, copy)
            opened = store.open_project(copy, backup=False)
            with opened.writing() as connection:
                heal(connection)
            return _sound(opened, name)
        return _records(path, folder)
    except ProjectError as error:
        reason = str(error).replace(f"copy{SUFFIX}", name)
        raise NotMerged(f"“{name}” was not merged: {reason} Nothing was changed.") from error
    except OSError as error:
        raise NotMerged(f"“{name}” cannot be read: {error.strerror or error}. Nothing was changed.") from error


def _sound(project: Project, name: str) -> Project:
    with project.reading() as connection:
        try:
            check_columns(connection)
        except BadFacts as error:
            project.close()
            raise NotMerged(f"“{name}” was not merged. {error} Nothing was changed.") from error
    problem = merges.first_damage(project)
    if problem:
        project.close()
        raise NotMerged(f"“{name}” is damaged ({problem}). Nothing was changed.")
    return project


def _records(path: Path, folder: Path) -> Project:
    """A dataset as a project."""
    if path.suffix.lower() not in FORMAT.suffixes:
        raise NotMerged(f"“{path.name}” is neither a project nor a JSONL export. Nothing was changed.")
    made = store.create(folder / f"records{SUFFIX}")
    report = bring_in(made, [path])
    if problems := [*report.refused, *report.left_out]:
        where, reason = problems[0]
        made.close()
        where = where.replace(str(path), f"“{path.name}”")
        raise NotMerged(f"{where}: {reason}. Nothing was changed.")
    merges.without_scheme(made)
    return made

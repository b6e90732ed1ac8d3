"""Work by files: a package for one annotator, and the merge of what comes back."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from annotator import me, store
from annotator.blind import NOBODY, NotLead, is_lead
from annotator.formats import jsonl_format
from annotator.formats.bring_in import bring_in
from annotator.identity import author_uid, new_uid
from annotator.progress import Progress
from annotator.record import CONTROL as _CONTROL
from annotator.record import MAX_NAME
from annotator.store import articles, assignments, authors, merge
from annotator.store.merge import Report
from annotator.store.project import LEAD, SUFFIX, Project, ProjectError, move_new, setting
from annotator.store.soundness import BadFacts
from annotator.store.union import Part, unite

MAX_BYTES = 2 * 1024**3
# What a file that was damaged or made to do harm makes of reading it.
ODD = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
UNREADABLE = "it holds what cannot be read. Nothing was changed."


def identity(project: Project) -> tuple[str, str]:
    """The identity and name of who works on a project here: the one whom a package is for, else who works at this
    computer, else the system's user, whose name is an identity, too."""
    known = me.known()
    name = known.name if known is not None else me.system_user()
    return project.editor or (known.uid if known is not None else author_uid("annotator", name)), name


def annotator(project: Project, name: str | None = None, uid: str | None = None) -> int:
    """The id of the annotator with this identity, made when not there yet; a name alone is an identity, too. Without
    either, or with an identity that is not there and no name, it is who works here."""
    if name is not None:
        uid = uid or author_uid("annotator", name)
    else:
        with project.reading() as connection:
            if uid is None or authors.by_uid(connection, uid) is None:
                uid, name = identity(project)
    with project.reading() as connection:
        found = authors.by_uid(connection, uid)
    if found is None:
        assert name is not None
        with project.writing() as connection:
            found = authors.add(connection, uid, "annotator", name)
    return found


def viewer(project: Project) -> int | None:
    """Whose eyes a command has: in a project with a lead those of who works here (`NOBODY` when the project does not
    know them), else anybody's (None)."""
    with project.reading() as connection:
        if setting(connection, LEAD) is None:
            return None
        return authors.by_uid(connection, identity(project)[0]) or NOBODY


def perhaps_me(project: Project) -> authors.Author | None:
    """An annotator of this project who may be who works here, under an identity from before there were any: called like
    them or the system's user. None when who works here is known, or nobody is called so."""
    if project.editor:
        return None
    uid, name = identity(project)
    with project.reading() as connection:
        if authors.by_uid(connection, uid) is not None:
            return None
        people = authors.at_work(connection)
    return next((a for a in people if a.name in (name, me.system_user())), None)


def named(project: Project, name: str) -> int:
    """The annotator of this name, code or sign (the first six digits of the identity), made when nobody has it. Raises
    NotMerged when two have it."""
    with project.reading() as connection:
        everybody = authors.annotators(connection)
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME or (not name.isprintable() and _CONTROL.search(name)):
        raise NotMerged("An annotator needs a name of 1 to 500 signs.")
    found = [a for a in everybody if a.name == name] or [a for a in everybody if name in (a.code, a.uid[:6])]
    if len(found) > 1:
        signs = " or ".join(a.uid[:6] for a in found)
        raise NotMerged(f"There are {len(found)} annotators called “{name}”. Say which by the sign: {signs}.")
    if not found:
        with project.reading() as connection:
            shared_out = assignments.any_at_all(connection)
        if shared_out:  # a slip of the pen, most likely: a new one would have no articles
            known = ", ".join(a.name for a in everybody)
            raise NotMerged(f"Nobody called “{name}” is in the team. There are: {known}.")
    return found[0].id if found else annotator(project, name, new_uid())


class NotMerged(Exception):
    """Files that could not be merged, with the reason in words for an editor. The project is as it was."""


def shares(
    ids: Sequence[int], annotators: Sequence[int], each: int, overlap: float, seed: int
) -> list[tuple[int, int]]:
    """Shares articles out as (article, annotator): a part (`overlap`, 0 to 1) to everybody, the others to `each`
    annotators, evenly. The same arguments give the same shares."""
    pick = random.Random(seed)
    mixed = list(ids)
    pick.shuffle(mixed)
    common = round(len(mixed) * overlap)
    given = [(article, annotator) for article in mixed[:common] for annotator in annotators]
    load = dict.fromkeys(annotators, 0)
    for article in mixed[common:]:
        ties = {a: pick.random() for a in annotators}
        chosen = sorted(annotators, key=lambda a: (load[a], ties[a]))[: min(each, len(annotators))]
        for annotator in chosen:
            load[annotator] += 1
        given += [(article, annotator) for annotator in chosen]
    return sorted(given)


def share_out(project: Project, pairs: Sequence[tuple[int, int]], by: int, unaided: bool = False) -> int:
    """Assigns articles; who does it first is the project's lead from then on. Returns how many assignments are new."""
    with project.reading() as connection:
        if not is_lead(connection, by):
            raise NotLead("Articles are shared out by the lead of this project.")
        lead = setting(connection, LEAD)
        uid = authors.load(connection)[by].uid
    if lead is None:
        project.set({LEAD: uid})
    with project.writing() as connection:
        return assignments.assign(connection, pairs, unaided)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turns what a file that cannot be merged makes of it into NotMerged."""
    try:
        yield
    except BadFacts as error:
        raise NotMerged(f"“{name}” was not merged. {error} Nothing was changed.") from error
    except ProjectError as error:
        if "disk is full" in str(error):
            raise
        raise NotMerged(f"“{name}” was not merged: {UNREADABLE}") from error
    except ODD as error:
        raise NotMerged(f"“{name}” was not merged: {UNREADABLE}") from error


class _Preview(Exception):
    """Ends a merge that was only to be looked at."""


def merge_files(
    project: Project, paths: Sequence[Path], by: int, preview: bool = False, progress: Progress | None = None
) -> Report:
    """Takes projects, packages and JSONL exports in, all or none, by one transaction that one undo takes back. With
    `preview` nothing is written: the report says what would come in. `by` is the author who does it. `progress` may
    raise Cancelled. Raises NotMerged, and ProjectError when the project cannot be written."""
    total = Report()
    with tempfile.TemporaryDirectory(prefix="annotator-") as folder, ExitStack() as opened:
        sources = []
        for number, path in enumerate(paths):
            sources.append(_source(Path(path), Path(folder) / str(number)))
            opened.callback(sources[-1].close)
        with suppress(_Preview), project.writing() as connection:
            number = merge.begin(connection, by)
            for path, source in zip(paths, sources, strict=True):
                with _told(Path(path).name):
                    total.add(unite(connection, source, Path(path).name, number, progress))
            if total.changes_anything:
                merge.finish(connection, number, total)
            else:
                merge.forget(connection, number)
            if preview:
                raise _Preview
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
        with path.open("rb") as file:
            is_database = file.read(16) == b"SQLite format 3\0"
        if is_database:
            copy = folder / f"copy{SUFFIX}"
            store.copy_of(path, copy)
            return _sound(store.open_project(copy), name)
        return _records(path, folder)
    except ProjectError as error:
        reason = str(error).replace(f"copy{SUFFIX}", name)
        raise NotMerged(f"“{name}” was not merged: {reason} Nothing was changed.") from error
    except OSError as error:
        raise NotMerged(f"“{name}” cannot be read: {error.strerror or error}. Nothing was changed.") from error
    except ODD as error:
        raise NotMerged(f"“{name}” was not merged: {UNREADABLE}") from error


def _sound(project: Project, name: str) -> Project:
    problem = merge.first_damage(project)
    if problem:
        project.close()
        raise NotMerged(f"“{name}” is damaged ({problem}). Nothing was changed.")
    return project


def _records(path: Path, folder: Path) -> Project:
    """A dataset as a project."""
    if path.suffix.lower() not in jsonl_format.SUFFIXES:
        raise NotMerged(f"“{path.name}” is neither a project nor a JSONL export. Nothing was changed.")
    made = store.create(folder / f"records{SUFFIX}")
    report = bring_in(made, [path])
    if report.refused:
        where, reason = report.refused[0]
        made.close()
        where = where.replace(str(path), f"“{path.name}”")
        raise NotMerged(f"{where}: {reason}. Nothing was changed.")
    merge.without_scheme(made)
    return made


def package(
    project: Project,
    out: Path,
    author: int,
    only: Iterable[int] | None = None,
    suggestions: bool = True,
    progress: Progress | None = None,
    by: int | None = None,
) -> Report:
    """Writes a project file for one annotator: the articles assigned to them (`only`; all when nothing is assigned to
    anybody), the scheme with its guidelines, what they have done so far, suggestions when wanted, and nothing of the
    others. In a project with a lead it is the lead (`by`) who does it. Raises ProjectError."""
    with project.reading() as connection:
        if by is not None and not is_lead(connection, by):
            raise NotLead("Packages are made by the lead of this project.")
        everybody = authors.load(connection)
        if only is None:
            only = (
                assignments.of(connection, author) if assignments.any_at_all(connection) else articles.ids(connection)
            )
    wanted = frozenset(only)
    draft = out.with_name(f".{new_uid()}{SUFFIX}")  # nobody shall take a half-made one for whole
    if out.exists():
        raise ProjectError(f"“{out.name}” is there already. Choose another name.")
    new = store.create(draft, project.name, project.scheme)
    try:
        with new.writing() as connection:
            merge.without_scheme_of(connection)
            number = merge.begin(connection, None)
            part = Part(wanted, author, suggestions)
            report = unite(connection, project, project.path.name, number, progress, part)
            merge.finish(connection, number, report)
            merge.forget(connection, number)
            merge.make_package(connection, everybody[author].uid)
        new.settle()
        new.close()
        move_new(draft, out)
    finally:
        new.close()
        for leftover in (draft, *(draft.with_name(draft.name + s) for s in ("-wal", "-shm"))):
            leftover.unlink(missing_ok=True)
    return report

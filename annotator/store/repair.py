"""Saves what can be read of a damaged project into a new one, and says what is lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import SQLModel

from annotator.core import scheme as schemes
from annotator.core.annotation import MODES, STANCES
from annotator.core.errors import DamagedError
from annotator.core.files import passing_folder
from annotator.store import actors, articles, header, layers, log
from annotator.store.check import check, history_problems
from annotator.store.merging import placing
from annotator.store.merging.columns import unreadable
from annotator.store.merging.soundness import BadFacts
from annotator.store.opening import create, move_new
from annotator.store.project import ProjectError, driver, errors_in_words

_LAST = 2**62  # a row's number
_AT_ONCE = 400  # rows
# What reading a damaged table may end in; names in a damaged schema are not even text.
_UNREADABLE = (sqlite3.Error, OverflowError, ValueError)


def repair(path: Path, out: Path) -> list[str]:
    """Makes a new project `out` of what can be read in `path`, which is only read. Returns what is lost, each in a
    sentence. Raises ProjectError when nothing can be saved, or `out` is there already."""
    with errors_in_words(path):
        if not header.is_database(path):
            raise ProjectError(f"“{path.name}” is not an Annotator project, or its beginning is gone.")
    if out.exists():
        raise ProjectError(f"“{out.name}” is there already. Choose another name.")
    draft = out.with_name(f".{out.stem[:50]}.{uuid.uuid4().hex}.new")
    with passing_folder() as folder:
        copy = Path(folder) / "damaged"
        with errors_in_words(path):
            (log.copy_with_log if log.belongs(path) else shutil.copyfile)(path, copy)
        project = None
        try:
            project = create(draft, path.stem)
            with closing(_source(copy)) as source, project.writing() as connection:
                lost = _save(source, connection)
                if not _holds_anything(source, connection):
                    raise ProjectError(f"Nothing of a project can be read in “{path.name}”, so nothing was made.")
                lost += [] if lost else _damage(source)
            lost += check(project)
            project.close()
            with errors_in_words(out):
                move_new(draft, out)
        finally:
            if project is not None:
                project.close()
            log.remove(draft)
    return lost


def _source(copy: Path) -> sqlite3.Connection:
    source = sqlite3.connect(copy, isolation_level=None)
    source.execute("PRAGMA trusted_schema = OFF")
    source.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return source


def _holds_anything(source: sqlite3.Connection, connection: sa.Connection) -> bool:
    """Whether there is an article, or at least a project that says who it is."""
    if driver(connection).execute("SELECT 1 FROM article LIMIT 1").fetchone() is not None:
        return True
    try:
        return isinstance(source.execute("SELECT uid FROM project").fetchone()[0], str)
    except (*_UNREADABLE, TypeError):
        return False


def _damage(source: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the file, though nothing is known to be lost."""
    try:
        found = [str(row[0]) for row in source.execute("PRAGMA integrity_check(3)").fetchall()]
    except _UNREADABLE as error:
        found = [str(error)]
    if found == ["ok"]:
        return []
    said = " ".join("; ".join(found).split())[:200]
    return [f"The file is damaged ({said}). All that was found is saved; what could not be found is not known."]


def _save(source: sqlite3.Connection, connection: sa.Connection) -> list[str]:
    lost: list[str] = []
    cursor = driver(connection)
    cursor.execute("PRAGMA defer_foreign_keys = ON")
    for table in SQLModel.metadata.sorted_tables:
        if table.name in ("project", "scheme_version"):
            continue  # made whole below
        gaps, refused, missing = _copy_table(source, cursor, table)
        if gaps:
            lost.append(f"Table {table.name}: rows could not be read at {gaps:,} places.")
        if refused:
            lost.append(f"Table {table.name}: {refused:,} rows held what they must not.")
        if missing:
            lost.append(f"Table {table.name}: at least {missing:,} rows could not be found.")
    _project(source, cursor, lost)
    for table in SQLModel.metadata.sorted_tables:
        cursor.execute(f'DELETE FROM "{table.name}" WHERE {unreadable(table)}')
        if cursor.rowcount > 0:
            lost.append(f"Table {table.name}: {cursor.rowcount:,} rows held what cannot be read.")
    _odd_values(cursor, lost)
    _texts(cursor, lost)
    _orphans(cursor, lost)
    _layers(connection, lost)
    _orphans(cursor, lost)
    for article, author, where in history_problems(connection):  # what was made anew may have lost an orphan
        _forget_history(cursor, article, author)
        lost.append(f"{where}: its history is lost.")
    _index(connection)
    return lost


def _copy_table(source: sqlite3.Connection, cursor: sqlite3.Cursor, table: sa.Table) -> tuple[int, int, int]:
    """Takes a table's rows over; returns at how many places it could not be read, how many rows the new table does not
    take, and how many more there are by what else the file says."""
    try:
        there = {row[1] for row in source.execute(f'PRAGMA table_info("{table.name}")')}
    except _UNREADABLE:
        return 1, 0, 0
    names = [c.name for c in table.columns if c.name in there]
    if not names:
        return 1, 0, 0
    listed = ", ".join(f'"{name}"' for name in names)
    sql = f'INSERT INTO "{table.name}" ({listed}) VALUES ({", ".join("?" * len(names))})'
    of_key = [names.index(c.name) for c in table.primary_key.columns if c.name in names]
    gaps = refused = 0
    seen: set[tuple[object, ...]] = set()
    for rows in _read(source, table, listed):
        gaps += rows is None
        for row in rows or ():
            key = tuple(row[at] for at in of_key)
            if key in seen:
                continue  # read a second time, from the other end
            seen.add(key)
            try:
                cursor.execute(sql, row)
            except (sqlite3.Error, OverflowError, ValueError):
                refused += 1
    return gaps, refused, 0 if gaps else max(0, _counted(source, table.name) - len(seen))


def _counted(source: sqlite3.Connection, table: str) -> int:
    """How many rows a table has by its indexes, which are pages of their own."""
    found = 0
    try:
        indexes = [str(row[1]) for row in source.execute(f'PRAGMA index_list("{table}")')]
    except _UNREADABLE:
        return 0
    for name in indexes:
        with suppress(*_UNREADABLE):
            quoted = name.replace('"', '""')
            found = max(found, source.execute(f'SELECT count(*) FROM "{table}" INDEXED BY "{quoted}"').fetchone()[0])
    return found


def _read(source: sqlite3.Connection, table: sa.Table, listed: str) -> Iterator[list[tuple[object, ...]] | None]:
    """A table's rows, some at a time, some perhaps twice; None for a place that cannot be read."""
    keys = [c.name for c in table.primary_key.columns]
    first, last = keys[0], -_LAST
    # As they lie there, whatever their keys say of their order: pages may have changed places.
    rows: list[tuple[object, ...]] = []
    try:
        for row in source.execute(f'SELECT {listed} FROM "{table.name}" NOT INDEXED'):
            rows.append(row)
            if len(rows) >= _AT_ONCE:
                yield rows
                rows = []
        yield rows
        return
    except _UNREADABLE:
        yield rows
    if len(keys) > 1 or not isinstance(table.primary_key.columns[0].type, sa.Integer):
        # Read in one go as far as it goes, from both ends: what is in between is one place.
        for order in ("ASC", "DESC"):
            rows = []
            ordered = ", ".join(f'"{k}" {order}' for k in keys)
            try:
                for row in source.execute(f'SELECT {listed} FROM "{table.name}" ORDER BY {ordered}'):
                    rows.append(row)
            except _UNREADABLE:
                yield rows
                if order == "DESC":
                    yield None
                continue
            yield rows
            return
        return
    step, size = 1, _AT_ONCE
    sql = f'SELECT {listed}, "{first}" FROM "{table.name}" WHERE "{first}" > ? ORDER BY "{first}" LIMIT ?'
    back = f'SELECT {listed}, "{first}" FROM "{table.name}" WHERE "{first}" < ? ORDER BY "{first}" DESC LIMIT 1'
    bad, gap = False, last
    while last < _LAST:
        try:
            found = source.execute(sql, (last, size)).fetchall()
        except _UNREADABLE:
            if size > 1:
                size = 1
                continue
            if not bad:
                yield None
                gap = last
            bad, last, step = True, max(last, 0) + step, min(step * 2, _LAST)
            continue
        if not found:
            return
        yield [row[:-1] for row in found]
        if not isinstance(found[-1][-1], int):
            return  # the table was made anew with other keys; what comes after cannot be asked for
        if bad:  # the step over the gap may have been too long: what lies between is read from this side
            with suppress(*_UNREADABLE):
                before = found[0][-1]
                while (row := source.execute(back, (before,)).fetchone()) is not None and isinstance(row[-1], int):
                    if row[-1] >= before or row[-1] <= gap:
                        break
                    yield [row[:-1]]
                    before = row[-1]
        last, step, bad = found[-1][-1], 1, False
        size = min(size * 2, _AT_ONCE)


def _project(source: sqlite3.Connection, cursor: sqlite3.Cursor, lost: list[str]) -> None:
    """What the project itself says: its identity, name, scheme, what the team agreed on."""
    for name in ("uid", "name", "scheme", "place", "settings", "editor"):
        try:
            (value,) = source.execute(f"SELECT {name} FROM project").fetchone()
            if name == "scheme":
                schemes.from_json(value)
            elif (name in ("place", "settings") and not isinstance(json.loads(value), dict)) or not isinstance(
                value, str
            ):
                raise ValueError
        except (sqlite3.Error, ValueError, TypeError, KeyError, RecursionError):
            lost.append(f"The project's {name} could not be read; it has that of a new one.")
            continue
        cursor.execute(f"UPDATE project SET {name} = ?", (value,))
    (scheme,) = cursor.execute("SELECT scheme FROM project").fetchone()
    cursor.execute("DELETE FROM scheme_version")
    known = schemes.from_json(scheme)
    row = (schemes.hash_of(known), schemes.to_json(known))
    cursor.execute("INSERT INTO scheme_version (hash, scheme, time) VALUES (?, ?, 0.0)", row)


def _is_object(text: str) -> bool:
    return isinstance(json.loads(text), dict)


def _texts(cursor: sqlite3.Cursor, lost: list[str]) -> None:
    """Articles whose text is not the one that came in have nothing that labels could lie in."""
    rows = cursor.execute(
        "SELECT a.id, a.key, a.length, a.digest, t.text FROM article a LEFT JOIN article_text t ON t.article_id = a.id"
    ).fetchall()
    for number, key, length, digest, text in rows:
        if not isinstance(text, str) or len(text) != length or articles.digest(text) != digest:
            lost.append(f"Article “{key}”: its text is lost, and with it its labels.")
            cursor.execute("DELETE FROM article WHERE id = ?", (number,))


def _orphans(cursor: sqlite3.Cursor, lost: list[str]) -> None:
    """What refers to something that is gone goes, too, or refers to nothing where that is possible."""
    gone: dict[str, int] = {}
    changed = True
    while changed:
        changed = False
        for table in SQLModel.metadata.sorted_tables:
            for key in table.foreign_keys:
                parent, column = key.column, key.parent
                where = (
                    f'"{column.name}" IS NOT NULL AND "{column.name}" NOT IN '
                    f'(SELECT "{parent.name}" FROM "{parent.table.name}")'
                )
                if column.nullable and table.name != "edit":
                    cursor.execute(f'UPDATE "{table.name}" SET "{column.name}" = NULL WHERE {where}')
                else:
                    cursor.execute(f'DELETE FROM "{table.name}" WHERE {where}')
                if cursor.rowcount > 0:
                    changed = True
                    gone[table.name] = gone.get(table.name, 0) + cursor.rowcount
    for name, number in gone.items():
        lost.append(f"Table {name}: {number:,} rows referred to what is gone.")


def _layers(connection: sa.Connection, lost: list[str]) -> None:
    """Layers that cannot be read, or are not what their edits make of them, are made anew from the edits; where those
    cannot be read either, the layer stands as it is, without its history."""
    cursor = driver(connection)
    for article, author, where in list(history_problems(connection)):
        try:
            placing.rebuild(connection, article, author)
            lost.append(f"{where}: made anew from its edits.")
        except (BadFacts, DamagedError, KeyError, ValueError):
            _forget_history(cursor, article, author)
            lost.append(f"{where}: its history is lost.")
    rows = cursor.execute(
        "SELECT l.id, l.article_id, l.author_id, a.key FROM layer l JOIN article a ON a.id = l.article_id"
    )
    for layer, article, author, key in rows.fetchall():
        try:
            layers.load(connection, article, author)
        except DamagedError:
            for table in ("mention", "claim", "rejection", "decision", "answers"):
                cursor.execute(f"DELETE FROM {table} WHERE layer_id = ?", (layer,))
            cursor.execute("DELETE FROM layer WHERE id = ?", (layer,))
            lost.append(f"Article “{key}”: a layer could not be read.")


def _forget_history(cursor: sqlite3.Cursor, article: int, author: int) -> None:
    """Lets a layer stand as it is."""
    edits = "(SELECT id FROM edit WHERE article_id = ? AND author_id = ?)"
    cursor.execute(f"DELETE FROM actor_edit WHERE edit_id IN {edits}", (article, author))
    for table in ("edit", "branch"):
        cursor.execute(f"DELETE FROM {table} WHERE article_id = ? AND author_id = ?", (article, author))


def _odd_values(cursor: sqlite3.Cursor, lost: list[str]) -> None:
    """Values of the right kind that mean nothing."""
    for table, column, plain, sound in (
        ("article", "extra", "NULL", "extra IS NULL OR json_type(extra) = 'object'"),
        ("actor", "aliases", "'[]'", "json_type(aliases) = 'array'"),
        ("claim", "mode", "'indirect'", f"mode IN {MODES}"),
        ("claim", "stance", "NULL", f"stance IS NULL OR stance IN {STANCES}"),
    ):
        cursor.execute(f"UPDATE {table} SET {column} = {plain} WHERE NOT ifnull({sound}, 0)")
        if cursor.rowcount > 0:
            lost.append(f"Table {table}: {column} meant nothing in {cursor.rowcount:,} rows.")


def _index(connection: sa.Connection) -> None:
    """The indexes of words and names, from what they are about."""
    cursor = driver(connection)
    cursor.execute("DELETE FROM actor_name")
    for actor in actors.load(connection).values():
        actors.index(connection, actor.id, (actor.name, *actor.aliases))
    cursor.execute("DROP TABLE words")
    cursor.execute(articles.WORDS)
    cursor.execute(
        "INSERT INTO words (rowid, title, text) SELECT a.id, a.title || ' ' || a.key, t.text FROM article a "
        "JOIN article_text t ON t.article_id = a.id"
    )

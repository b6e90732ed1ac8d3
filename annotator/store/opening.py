"""Makes and opens project files, and says in plain words what is wrong with one that cannot be opened."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import SQLModel

from annotator.core import scheme as schemes
from annotator.core.scheme import Scheme
from annotator.store import backups, header, log
from annotator.store.copies import only_read
from annotator.store.engine import driver, engine_of, number_of
from annotator.store.errors import ProjectError, errors_in_words
from annotator.store.project import APPLICATION_ID, Project, Standing
from annotator.store.tables import ProjectRow, SchemeRow

FIRST = "0001"
HEAD = "0004"  # the newest revision in migrations/versions


def create(path: Path, name: str | None = None, scheme: Scheme | None = None) -> Project:
    """Makes a new project file and opens it. Raises ProjectError, also when there is a file of that name already."""
    path = Path(path)
    if path.exists():
        raise ProjectError(f"“{path.name}” is there already. Choose another name, or open it.")
    if not path.parent.is_dir():
        raise ProjectError(f"The folder “{path.parent}” is not there.")
    # Made beside its place and moved there whole, so that a crash leaves no half-made project behind.
    draft = path.with_name(f".{path.stem[:50]}.{uuid.uuid4().hex}.new")
    try:
        engine = engine_of(draft, "mode=rwc")
        try:
            with errors_in_words(path), engine.connect().execution_options(writing=True) as connection:
                _upgrade(connection)
                with connection.begin():
                    connection.execute(
                        sa.insert(ProjectRow).values(
                            id=1,
                            uid=uuid.uuid4().hex,
                            name=name or path.stem,
                            scheme=schemes.to_json(scheme or schemes.default()),
                            place={},
                            settings={},
                            editor="",
                        )
                    )
                    made = scheme or schemes.default()
                    row = {"hash": schemes.hash_of(made), "scheme": schemes.to_json(made), "time": 0.0}
                    connection.execute(sa.insert(SchemeRow).values(**row))
        finally:
            engine.dispose()
        with errors_in_words(path):
            move_new(draft, path)
    finally:
        log.remove(draft)
    return open_project(path)


def move_new(draft: Path, path: Path) -> None:
    """Gives a new file its name, unless another program has made one of that name in the meantime."""
    try:
        if hasattr(os, "link"):
            os.link(draft, path)
        else:
            draft.rename(path)
    except FileExistsError:
        raise ProjectError(f"“{path.name}” is there already. Choose another name, or open it.") from None
    except OSError:
        # A file system without hard links (a memory stick): it is still refused when the name is taken.
        if path.exists():
            raise ProjectError(f"“{path.name}” is there already. Choose another name, or open it.") from None
        draft.rename(path)


def open_project(path: Path, backup: bool = True) -> Project:
    """Opens a project file, bringing one made by an earlier version up to date (with a backup before, if `backup`).

    Raises ProjectError when it is missing, no project, damaged, locked, from a newer version, or not ours to write.
    """
    path = log.resolved(path)  # SQLite keeps its log beside the file, not beside a link to it
    with errors_in_words(path):
        if path.is_dir():
            raise ProjectError(f"“{path.name}” is a folder, not a project.")
        if not header.is_database(path):
            raise ProjectError(f"“{path.name}” is not an Annotator project.")
    read_only = not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK)
    with errors_in_words(path):
        _check_ours(path)
        if not read_only:
            log.adopt(path)
            if not log.belongs(path):
                log.set_aside(path)
        identity = header.hold(path)
        engine = engine_of(*only_read(path)) if read_only else engine_of(path)
    try:
        with errors_in_words(path), engine.connect() as connection:
            _check_shape(path, connection)
            revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        if revision > HEAD:
            raise ProjectError(f"“{path.name}” was made by a newer Annotator. Install the newest version to open it.")
        if revision < HEAD and read_only:
            raise ProjectError(
                f"“{path.name}” was made by an earlier Annotator, and it or its folder may not be written. Copy it to "
                "a folder of your own and open that."
            )
        if revision < HEAD:
            if backup:
                with errors_in_words(path):
                    backups.keep(path, engine, "update")
            with errors_in_words(path), engine.connect().execution_options(writing=True) as connection:
                _upgrade(connection)
        with errors_in_words(path), engine.connect() as connection:
            number = number_of(connection)
            based = header.number_in(path)
    except BaseException:
        engine.dispose()
        header.let_go(identity)
        raise
    return Project(path, engine, identity, read_only, Standing(number, based))


def _check_ours(path: Path) -> None:
    """Raises ProjectError for a database of another program, which is only read: it stays byte by byte as it is."""
    ours = header.application_of(path) == APPLICATION_ID
    if not ours:
        raise ProjectError(f"“{path.name}” is a database, but not an Annotator project.")


def is_package(path: Path) -> bool:
    """Whether a file is a package for somebody; False for one that cannot be read, which opening it will say."""
    try:
        project = open_project(path)
    except ProjectError:
        return False
    try:
        return bool(project.editor)
    finally:
        project.close()


def _check_shape(path: Path, connection: sa.Connection) -> None:
    """Raises ProjectError when the file has not the tables of a project, or has what no project has. A file from
    somebody else may have been made to do harm: views and triggers are never run."""
    listing = connection.execute(sa.text("SELECT name, type FROM sqlite_master WHERE type != 'index'"))
    shape: dict[str, str] = {row.name: row.type for row in listing}
    odd = [name for name, kind in shape.items() if kind != "table"]
    missing = [name for name in ("alembic_version", *SQLModel.metadata.tables) if name not in shape]
    damaged = ProjectError(f"“{path.name}” is damaged, or no project. Restore it from a copy.")
    if odd or "alembic_version" in missing:
        raise damaged
    versions = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    if len(versions) != 1 or not isinstance(versions[0], str) or not versions[0].isdigit() or versions[0] < FIRST:
        raise damaged
    if versions[0] > HEAD:
        return  # a newer one may have other tables; it is refused with its own words
    if versions[0] == HEAD and (
        missing or not all(_has_columns(connection, t) for t in SQLModel.metadata.sorted_tables)
    ):
        raise damaged
    try:
        (row,) = connection.execute(sa.text("SELECT scheme, place FROM project")).all()
        schemes.from_json(row.scheme)
        json.loads(row.place)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged from error


def _has_columns(connection: sa.Connection, table: sa.Table) -> bool:
    there = connection.execute(sa.text("SELECT name FROM pragma_table_info(:table)"), {"table": table.name}).scalars()
    return {column.name for column in table.columns} <= set(there)


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    # A table that others refer to can only be made anew while references are not watched; `check` looks at them.
    driver(connection).execute("PRAGMA foreign_keys = OFF")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
    driver(connection).execute("PRAGMA foreign_keys = ON")

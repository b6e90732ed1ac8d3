"""Authors: annotators, models and the adjudicator, known by their identity."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlmodel import col, select

from annotator.core.identity import author_uid
from annotator.core.record import CONTROL, MAX_NAME
from annotator.store.project import ProjectError, mapped
from annotator.store.tables import AuthorRow, EditRow

AuthorKind = Literal["annotator", "model", "gold"]

# Told apart in light and dark windows, and by people who see few colours (after Okabe and Ito 2008).
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6bb1", "#7f7f7f")


@dataclass(frozen=True, slots=True)
class Author:
    """Whose a layer is. `uid` is the identity in all projects; annotators have a short `code` and a colour."""

    id: int
    uid: str
    kind: AuthorKind
    name: str
    version: str = ""
    code: str = ""
    color: str = ""

    @property
    def title(self) -> str:
        return "gold" if self.kind == "gold" else f"{self.name} {self.version}".strip()


def load(connection: sa.Connection) -> dict[int, Author]:
    """All authors by id."""
    with mapped(connection) as session:
        rows = session.exec(select(AuthorRow).order_by(col(AuthorRow.id))).all()
        return {row.id or 0: _author(row) for row in rows}


def _author(row: AuthorRow) -> Author:
    kind: AuthorKind = row.kind  # type: ignore[assignment]
    return Author(row.id or 0, row.uid, kind, row.name, row.version, row.code, row.color)


def annotators(connection: sa.Connection) -> list[Author]:
    return [a for a in load(connection).values() if a.kind == "annotator"]


def at_work(connection: sa.Connection) -> list[Author]:
    """The annotators who have edited something here, not only elsewhere."""
    with mapped(connection) as session:
        ids = set(session.exec(select(EditRow.by_id).where(col(EditRow.arrival).is_(None)).distinct()).all())
    return [a for a in annotators(connection) if a.id in ids]


def by_name(connection: sa.Connection, kind: AuthorKind, name: str, version: str = "") -> int:
    """The id of the author who is known by this name alone: a model, gold, or an annotator whose labels came in from a
    file that says no more; made when not there yet."""
    uid = author_uid(kind, name, version)
    return by_uid(connection, uid) or add(connection, uid, kind, name, version)


def by_uid(connection: sa.Connection, uid: str) -> int | None:
    with mapped(connection) as session:
        return session.exec(select(AuthorRow.id).where(AuthorRow.uid == uid)).one_or_none()


def add(connection: sa.Connection, uid: str, kind: AuthorKind, name: str, version: str = "") -> int:
    """A new author; annotators get a code and a colour that no other has, as far as there are enough. Raises
    ProjectError for a name that no merge would take."""
    _check_name(name)
    code = color = ""
    if kind == "annotator":
        others = annotators(connection)
        code = code_of(name, {a.code for a in others})
        color = min(COLORS, key=lambda c: (sum(a.color == c for a in others), COLORS.index(c)))
    row = AuthorRow(uid=uid, kind=kind, name=name, version=version, code=code, color=color)
    with mapped(connection) as session:
        session.add(row)
        session.flush()
        return row.id or 0


def _check_name(name: str) -> None:
    if len(name) > MAX_NAME or CONTROL.search(name) or name.encode("utf-8", "ignore").decode() != name:
        raise ProjectError("A name has at most 500 signs, and no line breaks or the like.")


def rename(connection: sa.Connection, author: int, name: str, code: str, color: str) -> None:
    """Gives an annotator another name, code and colour; who it is stays the same. Raises ProjectError."""
    for text in (name, code, color):
        _check_name(text)
    with mapped(connection) as session:
        row = session.get_one(AuthorRow, author)
        row.name, row.code, row.color, row.changed = name, code, color, time.time()
        session.add(row)


def gold(connection: sa.Connection) -> int:
    """The author of the gold layers."""
    return by_name(connection, "gold", "")


def code_of(name: str, taken: set[str]) -> str:
    """The initials, with a number when somebody has them."""
    words = [w for w in name.split() if w[:1].isalnum()] or ["?"]
    base = (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()
    number, code = 1, base
    while code in taken:
        number += 1
        code = f"{base}{number}"
    return code

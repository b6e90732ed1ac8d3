"""Who labels which article."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlmodel import select

from annotator.store.project import mapped
from annotator.store.tables import AssignmentRow


def of(connection: sa.Connection, author: int) -> set[int]:
    """The articles of an annotator."""
    with mapped(connection) as session:
        return set(session.exec(select(AssignmentRow.article_id).where(AssignmentRow.author_id == author)).all())


def assigned(connection: sa.Connection) -> set[int]:
    """The articles that somebody has."""
    with mapped(connection) as session:
        return set(session.exec(select(AssignmentRow.article_id).distinct()).all())


def without_suggestions(connection: sa.Connection) -> set[tuple[int, int]]:
    """The articles, and for whom, that are to be labelled without suggestions."""
    pairs = select(AssignmentRow.article_id, AssignmentRow.author_id).where(AssignmentRow.unaided)
    with mapped(connection) as session:
        return {(article, author) for article, author in session.exec(pairs)}


def any_at_all(connection: sa.Connection) -> bool:
    with mapped(connection) as session:
        return session.exec(select(AssignmentRow).limit(1)).first() is not None


def get(connection: sa.Connection, article: int, author: int) -> bool | None:
    """Whether an annotator has an article without suggestions (True) or with them; None when not at all."""
    with mapped(connection) as session:
        row = session.get(AssignmentRow, (article, author))
        return None if row is None else row.unaided


def put(connection: sa.Connection, article: int, author: int, unaided: bool | None) -> None:
    """Gives an article to an annotator, or (None) takes it away."""
    with mapped(connection) as session:
        row = session.get(AssignmentRow, (article, author))
        if unaided is not None:
            session.merge(AssignmentRow(article_id=article, author_id=author, unaided=unaided, time=time.time()))
        elif row is not None:
            session.delete(row)

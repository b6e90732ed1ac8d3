"""The tables of a project file."""

from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


def _references(column: str, **options: Any) -> Any:
    return Field(sa_column=Column(ForeignKey(column), **options))


class ProjectRow(SQLModel, table=True):
    """One row: what the project is called, its scheme, and the place where the editor left off."""

    __tablename__ = "project"
    id: int = Field(primary_key=True)
    uid: str
    name: str
    scheme: str = Field(sa_type=Text)
    place: dict[str, Any] = Field(sa_type=JSON)


class AuthorRow(SQLModel, table=True):
    """Whose a layer is: an annotator, a model with its version, or the adjudicator (gold)."""

    __tablename__ = "author"
    __table_args__ = (UniqueConstraint("kind", "name", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)
    kind: str
    name: str
    version: str = ""


class ArticleRow(SQLModel, table=True):
    """An article's metadata. Its text stands apart, so that a list of 100,000 articles reads few pages."""

    __tablename__ = "article"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    title: str
    source: str
    date: str
    address: str
    length: int
    digest: bytes = Field(unique=True)
    extra: str | None = Field(default=None, sa_type=Text)


class TextRow(SQLModel, table=True):
    """An article's text, exactly as decoded. It never changes."""

    __tablename__ = "article_text"
    article_id: int = _references("article.id", primary_key=True)
    text: str = Field(sa_type=Text)


class ActorRow(SQLModel, table=True):
    __tablename__ = "actor"
    id: int = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(sa_type=JSON)


class ActorNameRow(SQLModel, table=True):
    """A name (rank 0) or alias (1) of an actor without regard to case, for finding it."""

    __tablename__ = "actor_name"
    __table_args__ = (Index("actor_name_actor", "actor_id"), {"sqlite_with_rowid": False})
    folded: str = Field(primary_key=True)
    rank: int = Field(primary_key=True)
    actor_id: int = _references("actor.id", primary_key=True)


class LayerRow(SQLModel, table=True):
    """One author's annotations of one article; `finished` is when, in seconds since 1970."""

    __tablename__ = "layer"
    __table_args__ = (UniqueConstraint("article_id", "author_id"), Index("layer_author", "author_id", "finished"))
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = _references("article.id", nullable=False)
    author_id: int = _references("author.id", nullable=False)
    finished: float | None = None


class MentionRow(SQLModel, table=True):
    __tablename__ = "mention"
    __table_args__ = {"sqlite_with_rowid": False}
    layer_id: int = _references("layer.id", primary_key=True)
    id: int = Field(primary_key=True)
    start: int
    end: int
    label: str
    actor_id: int | None = _references("actor.id", nullable=True)
    score: float | None = None
    origin_layer: int | None = None
    origin_id: int | None = None


class ClaimRow(SQLModel, table=True):
    """A claim; `source`, `cue` and `content` are its slots' spans as JSON: `[[start, end], …]`."""

    __tablename__ = "claim"
    __table_args__ = {"sqlite_with_rowid": False}
    layer_id: int = _references("layer.id", primary_key=True)
    id: int = Field(primary_key=True)
    source: str
    cue: str
    content: str
    mode: str
    actor_id: int | None = _references("actor.id", nullable=True)
    stance: str | None = None
    target_id: int | None = _references("actor.id", nullable=True)
    note: str = ""
    implicit: bool = False
    score: float | None = None
    origin_layer: int | None = None
    origin_id: int | None = None


class RejectionRow(SQLModel, table=True):
    """A suggestion that the layer's author does not want."""

    __tablename__ = "rejection"
    __table_args__ = {"sqlite_with_rowid": False}
    layer_id: int = _references("layer.id", primary_key=True)
    id: int = Field(primary_key=True)
    kind: str
    origin_layer: int
    origin_id: int


class EditRow(SQLModel, table=True):
    """What an editor did, in order: an edit, or the undo or redo of one (`of`). Nothing is ever taken out.

    `state` of an edit: 0 it stands, 1 undone and can be redone, 2 undone for good since something else was done then.
    """

    __tablename__ = "edit"
    __table_args__ = (Index("edit_author_state", "author_id", "state"), Index("edit_article", "article_id"))
    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)
    author_id: int = _references("author.id", nullable=False)
    article_id: int = _references("article.id", nullable=False)
    time: float
    kind: str
    of: int | None = _references("edit.id", nullable=True)
    state: int | None = None
    action: str
    changes: str = Field(sa_type=Text)

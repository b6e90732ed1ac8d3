"""The tables of a project file; those of a layer's values are derived from the values, in `rows`."""

from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from annotator.store import rows

VALUE_TABLES = rows.TABLES
STANDS, UNDONE, DROPPED = 0, 1, 2  # `state` of an edit and of an operation
# Lamport's clock of the file, which edits and operations share.
CLOCK = "max(ifnull((SELECT max(clock) FROM edit), 0), ifnull((SELECT max(clock) FROM operation), 0))"
NEXT_CLOCK = f"(SELECT {CLOCK} + 1)"


def _references(column: str, **options: Any) -> Any:
    return Field(sa_column=Column(ForeignKey(column), **options))


class ProjectRow(SQLModel, table=True):
    """One row: what the project is called, its scheme, the place where the editor left off, and what the team agreed on
    (`settings`: name → [value, when it was set]). `editor` is the identity of the annotator whom a package is for."""

    __tablename__ = "project"
    id: int = Field(primary_key=True)
    uid: str
    name: str
    scheme: str = Field(sa_type=Text)
    place: dict[str, Any] = Field(sa_type=JSON)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    editor: str = ""


class SchemeRow(SQLModel, table=True):
    """A scheme that the project had, here or where something was merged from; `time` is when it was set."""

    __tablename__ = "scheme_version"
    hash: str = Field(primary_key=True)
    scheme: str = Field(sa_type=Text)
    time: float
    arrival: int | None = None


class AuthorRow(SQLModel, table=True):
    """Whose a layer is: an annotator, a model with its version, or the adjudicator (gold). `uid` tells them apart, in
    all projects; `changed` is when name, code and colour were last set. `arrival` here and elsewhere: the merge that
    brought the row."""

    __tablename__ = "author"
    __table_args__ = (Index("author_name", "kind", "name", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)
    kind: str
    name: str
    version: str = ""
    code: str = ""
    color: str = ""
    changed: float = 0.0
    arrival: int | None = None


class ArticleRow(SQLModel, table=True):
    """An article's metadata. Its text stands apart, so that a list of 100,000 articles reads few pages. `given` is the
    key it came with (another article may have the same), `revises` the digest of the text it is a new version of. An
    article is told from others by text and `given`: agency copy stands in many outlets."""

    __tablename__ = "article"
    __table_args__ = (Index("article_digest", "digest", "given"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    title: str
    source: str
    date: str
    address: str
    length: int
    digest: bytes
    extra: str | None = Field(default=None, sa_type=Text)
    given: str = ""
    revises: bytes | None = None
    arrival: int | None = None


class TextRow(SQLModel, table=True):
    """An article's text, exactly as decoded. It never changes."""

    __tablename__ = "article_text"
    article_id: int = _references("article.id", primary_key=True)
    text: str = Field(sa_type=Text)


class ActorRow(SQLModel, table=True):
    """An actor as the standing edits have it; `born` is the name it was first given, `same_as` the actor it was found
    to be another name of."""

    __tablename__ = "actor"
    id: int = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(sa_type=JSON)
    born: str = ""
    same_as: int | None = None
    arrival: int | None = None


class ActorEditRow(SQLModel, table=True):
    """Which edits changed an actor."""

    __tablename__ = "actor_edit"
    __table_args__ = (Index("actor_edit_edit", "edit_id"), {"sqlite_with_rowid": False})
    actor_id: int = Field(primary_key=True)
    edit_id: int = _references("edit.id", primary_key=True)


class ActorNameRow(SQLModel, table=True):
    """A name (rank 0) or alias (1) of an actor without regard to case, for finding it."""

    __tablename__ = "actor_name"
    __table_args__ = (Index("actor_name_actor", "actor_id"), {"sqlite_with_rowid": False})
    folded: str = Field(primary_key=True)
    rank: int = Field(primary_key=True)
    actor_id: int = _references("actor.id", primary_key=True)


class LayerRow(SQLModel, table=True):
    """One author's annotations of one article; `finished` is when, in seconds since 1970. `derived` names the
    attributes (with blanks between) that an importer derived, so that nobody has said them as long as nothing is
    edited."""

    __tablename__ = "layer"
    __table_args__ = (UniqueConstraint("article_id", "author_id"), Index("layer_author", "author_id", "finished"))
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = _references("article.id", nullable=False)
    author_id: int = _references("author.id", nullable=False)
    finished: float | None = None
    derived: str = ""
    arrival: int | None = None


class AssignmentRow(SQLModel, table=True):
    """Who labels which article, with or without suggestions."""

    __tablename__ = "assignment"
    __table_args__ = (Index("assignment_author", "author_id"), {"sqlite_with_rowid": False})
    article_id: int = _references("article.id", primary_key=True)
    author_id: int = _references("author.id", primary_key=True)
    unaided: bool
    time: float
    arrival: int | None = None


class BranchRow(SQLModel, table=True):
    """Another history of a layer that could not be placed: what it began with (`hash` of it), and what was done."""

    __tablename__ = "branch"
    __table_args__ = (UniqueConstraint("article_id", "author_id", "hash"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = _references("article.id", nullable=False)
    author_id: int = _references("author.id", nullable=False)
    hash: str
    base: str = Field(sa_type=Text)
    events: str = Field(sa_type=Text)
    arrival: int | None = None


class MergeRow(SQLModel, table=True):
    """A merge, for taking it back: the clock of the last edit that was there after it, and the values it replaced."""

    __tablename__ = "merge"
    id: int | None = Field(default=None, primary_key=True)
    time: float
    by_id: int | None = _references("author.id", nullable=True)
    after_clock: int
    report: str = Field(sa_type=Text)
    replaced: str = Field(sa_type=Text)


class EditRow(SQLModel, table=True):
    """What an editor did, in order: an edit, or the undo or redo of one (`of`). Nothing is ever taken out.

    `state` of an edit: 0 it stands, 1 undone and can be redone, 2 undone for good since something else was done then.
    `by_id` is who did it; `clock` grows from edit to edit (Lamport 1978), so that edits from several files have an
    order in which each follows what its author had seen.
    """

    __tablename__ = "edit"
    __table_args__ = (
        Index("edit_author_state", "author_id", "state", "clock"),
        Index("edit_article", "article_id"),
        Index("edit_clock", "clock"),
        Index("edit_of", "of"),
    )
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
    by_id: int | None = _references("author.id", nullable=True)
    clock: int = 0
    arrival: int | None = None


class OperationRow(SQLModel, table=True):
    """A change that is no edit of a layer: of the dictionary, the training, the scheme, assignments … `before` and
    `after` are what stood and what stands, as JSON; `author_id` whose layer was worked on then. It shares `clock` and
    `state` with the edits, so that all is undone in one order. It is this file's own: no merge takes it along."""

    __tablename__ = "operation"
    __table_args__ = (
        Index("operation_turn", "author_id", "by_id", "state", "clock"),
        Index("operation_clock", "clock"),
    )
    id: int | None = Field(default=None, primary_key=True)
    time: float
    clock: int
    by_id: int = _references("author.id", nullable=False)
    author_id: int = _references("author.id", nullable=False)
    name: str
    before: str = Field(sa_type=Text)
    after: str = Field(sa_type=Text)
    state: int = 0

"""Work in a team: annotators known by identity, edits signed and ordered, decisions of the adjudicator, merges."""

import json

import sqlalchemy as sa
from alembic import op

from annotator.core import scheme as schemes
from annotator.core.identity import author_uid
from annotator.store.authors import COLORS, code_of

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    connection = op.get_bind()
    execute = connection.exec_driver_sql
    _authors(execute)
    for statement in (
        "ALTER TABLE article ADD COLUMN given VARCHAR NOT NULL DEFAULT ''",
        "ALTER TABLE article ADD COLUMN revises BLOB",
        "ALTER TABLE article ADD COLUMN arrival INTEGER",
        "UPDATE article SET given = key",
        "ALTER TABLE layer ADD COLUMN arrival INTEGER",
        "ALTER TABLE actor ADD COLUMN born VARCHAR NOT NULL DEFAULT ''",
        "ALTER TABLE actor ADD COLUMN same_as INTEGER",
        "ALTER TABLE actor ADD COLUMN arrival INTEGER",
        "UPDATE actor SET born = name",
        "ALTER TABLE edit ADD COLUMN by_id INTEGER REFERENCES author(id)",
        "ALTER TABLE edit ADD COLUMN clock INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE edit ADD COLUMN arrival INTEGER",
        "UPDATE edit SET by_id = author_id, clock = id",
        "CREATE INDEX edit_clock ON edit (clock)",
        "CREATE INDEX edit_of ON edit (of)",
        "DROP INDEX edit_author_state",
        "CREATE INDEX edit_author_state ON edit (author_id, state, clock)",
        "ALTER TABLE project ADD COLUMN settings JSON NOT NULL DEFAULT '{}'",
        "ALTER TABLE project ADD COLUMN editor VARCHAR NOT NULL DEFAULT ''",
    ):
        execute(statement)
    op.create_table(
        "actor_edit",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("edit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edit_id"], ["edit.id"]),
        sa.PrimaryKeyConstraint("actor_id", "edit_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("actor_edit_edit", "actor_edit", ["edit_id"])
    op.create_table(
        "decision",
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("gold_id", sa.Integer(), nullable=True),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("choice", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["layer_id"], ["layer.id"]),
        sa.PrimaryKeyConstraint("layer_id", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "assignment",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("unaided", sa.Boolean(), nullable=False),
        sa.Column("time", sa.Float(), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"]),
        sa.PrimaryKeyConstraint("article_id", "author_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("assignment_author", "assignment", ["author_id"])
    op.create_table(
        "branch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("article_id", "author_id", "hash"),
    )
    op.create_table(
        "scheme_version",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("time", sa.Float(), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("time", sa.Float(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("after_clock", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("replaced", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["author.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    _actor_edits(execute)
    for (scheme,) in execute("SELECT scheme FROM project").all():
        made = schemes.from_json(scheme)
        execute("INSERT INTO scheme_version VALUES (?, ?, 0, NULL)", (schemes.hash_of(made), schemes.to_json(made)))


def _authors(execute) -> None:  # type: ignore[no-untyped-def]
    """The table made anew, since two annotators of one name are two."""
    execute(
        "CREATE TABLE author_new (id INTEGER NOT NULL, uid VARCHAR NOT NULL, kind VARCHAR NOT NULL, "
        "name VARCHAR NOT NULL, version VARCHAR NOT NULL, code VARCHAR NOT NULL DEFAULT '', "
        "color VARCHAR NOT NULL DEFAULT '', changed FLOAT NOT NULL DEFAULT 0, arrival INTEGER, "
        "PRIMARY KEY (id), UNIQUE (uid))"
    )
    execute("INSERT INTO author_new (id, uid, kind, name, version) SELECT id, uid, kind, name, version FROM author")
    execute("DROP TABLE author")
    execute("ALTER TABLE author_new RENAME TO author")
    execute("CREATE INDEX author_name ON author (kind, name, version)")
    rows = execute(
        "SELECT id, kind, name, version FROM author WHERE kind != 'annotator' OR id NOT IN (SELECT author_id FROM edit)"
    ).all()
    for key, kind, name, version in rows:
        execute("UPDATE author SET uid = ? WHERE id = ?", (author_uid(kind, name, version), key))
    taken: set[str] = set()
    people = execute("SELECT id, name FROM author WHERE kind = 'annotator' ORDER BY id").all()
    for number, (key, name) in enumerate(people):
        code = code_of(name, taken)
        taken.add(code)
        execute("UPDATE author SET code = ?, color = ? WHERE id = ?", (code, COLORS[number % len(COLORS)], key))


def _actor_edits(execute) -> None:  # type: ignore[no-untyped-def]
    seen = set()
    for edit, changes in execute("SELECT id, changes FROM edit WHERE changes LIKE '%[\"actor\",%' ORDER BY id").all():
        for kind, actor, before, after in json.loads(changes):
            if kind == "actor":
                execute("INSERT OR IGNORE INTO actor_edit VALUES (?, ?)", (actor, edit))
                if actor not in seen:
                    execute("UPDATE actor SET born = ? WHERE id = ?", ((before or after)["name"], actor))
                seen.add(actor)

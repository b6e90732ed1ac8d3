"""Attributes that a scheme defines, and a log of what changed the project as a whole."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for kind in ("mention", "claim"):
        op.execute(f"ALTER TABLE {kind} ADD COLUMN attributes TEXT NOT NULL DEFAULT '{{}}'")
    op.create_table(
        "answers",
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attributes", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["layer_id"], ["layer.id"]),
        sa.PrimaryKeyConstraint("layer_id", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("time", sa.Float(), nullable=False),
        sa.Column("clock", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["author.id"]),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("operation_turn", "operation", ["author_id", "by_id", "state", "clock"])
    op.create_index("operation_clock", "operation", ["clock"])

"""Two articles may have the same text, under keys of their own; layers say what in them is derived."""

from alembic import op

from annotator.store.healing import heal

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Made anew, since SQLite cannot take a constraint away.
    op.execute(
        "CREATE TABLE article_new (id INTEGER NOT NULL, key VARCHAR NOT NULL, title VARCHAR NOT NULL, "
        "source VARCHAR NOT NULL, date VARCHAR NOT NULL, address VARCHAR NOT NULL, length INTEGER NOT NULL, "
        "digest BLOB NOT NULL, extra TEXT, given VARCHAR NOT NULL DEFAULT '', revises BLOB, arrival INTEGER, "
        "PRIMARY KEY (id), UNIQUE (key))"
    )
    names = "id, key, title, source, date, address, length, digest, extra, given, revises, arrival"
    op.execute(f"INSERT INTO article_new ({names}) SELECT {names} FROM article")
    op.execute("DROP TABLE article")
    op.execute("ALTER TABLE article_new RENAME TO article")
    op.create_index("article_digest", "article", ["digest", "given"])
    op.execute("ALTER TABLE layer ADD COLUMN derived VARCHAR NOT NULL DEFAULT ''")
    heal(op.get_bind())

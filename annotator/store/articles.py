"""Articles: taking them in, listing, searching and reading them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import regex
import sqlalchemy as sa

from annotator.core.annotation import Article
from annotator.store.project import Project, driver

# The index of words, which keeps no texts itself.
WORDS = "CREATE VIRTUAL TABLE words USING fts5(title, text, content = '', tokenize = 'unicode61 remove_diacritics 2')"
_MARKED = regex.compile(r"~[0-9a-f]{6,}$")
_TOLD_APART = regex.compile(r"-\d+|~[0-9a-f]+")
ArticleState = Literal["todo", "started", "done"]


@dataclass(frozen=True, slots=True)
class Summary:
    """An article in the queue: what an editor sees of it there. `claims` and `mentions` count the suggestions, None
    where there are none yet; `decided` those that were accepted or rejected, of earlier models, too; `made` the claims
    that are the editor's own."""

    id: int
    key: str
    title: str
    source: str
    date: str
    state: ArticleState
    claims: int | None
    mentions: int | None
    decided: int
    made: int = 0


def digest(text: str) -> bytes:
    """What articles are told apart by: SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode()).digest()


def with_text(connection: sa.Connection, text_digest: bytes) -> list[tuple[int, str, str]]:
    """Two of the articles that have a text of this digest: id, key, and source. (There may be thousands.)"""
    sql = "SELECT id, key, source FROM article WHERE digest = ? LIMIT 2"
    return driver(connection).execute(sql, (text_digest,)).fetchall()


def find(connection: sa.Connection, text_digest: bytes, key: str) -> int | None:
    """The id of the article with a text of this digest that came with a key, or has it here, perhaps with what was put
    behind it since another article had it already."""
    execute = driver(connection).execute
    for where in ("digest = ? AND given = ?", "+digest = ? AND key = ?"):
        row = execute(f"SELECT id FROM article WHERE {where} LIMIT 1", (text_digest, key)).fetchone()
        if row is not None:
            return int(row[0])
    sql = "SELECT id, key FROM article WHERE key > ? AND key < ? AND +digest = ? ORDER BY id"
    for low, high in (("-", "."), ("~", "\x7f")):
        for number, name in execute(sql, (key + low, key + high, text_digest)).fetchall():
            if is_called(name, key):
                return int(number)
    plain = _MARKED.sub("", key)  # a key as an export of another project has it
    return find(connection, text_digest, plain) if plain != key else None


def is_called(key: str, base: str) -> bool:
    """Whether a key is this one, perhaps with what was put behind it since another article had it already."""
    return key == base or (key.startswith(base) and _TOLD_APART.fullmatch(key, len(base)) is not None)


def copies(connection: sa.Connection) -> dict[int, str]:
    """The articles whose text another one has that came before, by id, and the key of the first of those."""
    sql = (
        "SELECT a.id, (SELECT o.key FROM article o WHERE o.digest = a.digest ORDER BY o.id LIMIT 1) FROM article a "
        "WHERE EXISTS (SELECT 1 FROM article o WHERE o.digest = a.digest AND o.id < a.id)"
    )
    return dict(driver(connection).execute(sql).fetchall())


def by_key(connection: sa.Connection, key: str) -> Article | None:
    """The newest version of the article of this key."""
    row = driver(connection).execute("SELECT id FROM article WHERE key = ?", (key,)).fetchone()
    found = row and row[0]
    while found is not None:
        article = read(connection, found)
        sql = "SELECT id, key FROM article WHERE revises = ? AND id > ? ORDER BY id DESC"
        newer = driver(connection).execute(sql, (digest(article.text), article.id)).fetchall()
        found = next((i for i, name in newer if is_called(name, key)), None)
        if found is None:
            return article
    return None


def has_key(connection: sa.Connection, key: str) -> bool:
    return driver(connection).execute("SELECT 1 FROM article WHERE key = ?", (key,)).fetchone() is not None


def insert(connection: sa.Connection, article: Article, text_digest: bytes, revises: bytes | None = None) -> int:
    """Adds an article (its `id` does not count), perhaps as a new version of the one whose text has the digest
    `revises`, and returns its id."""
    cursor = driver(connection)
    execute = cursor.execute
    execute(
        "INSERT INTO article (key, given, title, source, date, address, length, digest, extra, revises) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article.key,
            article.key,
            article.title,
            article.source,
            article.date,
            article.address,
            len(article.text),
            text_digest,
            article.extra,
            revises,
        ),
    )
    new = int(cursor.lastrowid or 0)
    execute("INSERT INTO article_text (article_id, text) VALUES (?, ?)", (new, article.text))
    execute(
        "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", (new, f"{article.title} {article.key}", article.text)
    )
    return new


@contextmanager
def reindexing(connection: sa.Connection, article_id: int) -> Iterator[None]:
    """While title or key of an article change, its words are taken out of the index of words, and put in again after;
    the index keeps no texts, so it must be told what to forget."""
    _index(connection, article_id, "INSERT INTO words (words, rowid, title, text) VALUES ('delete', ?, ?, ?)")
    yield
    _index(connection, article_id, "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)")


def _index(connection: sa.Connection, article_id: int, statement: str) -> None:
    execute = driver(connection).execute
    row = execute(
        "SELECT a.id, a.title || ' ' || a.key, t.text FROM article a JOIN article_text t ON t.article_id = a.id "
        "WHERE a.id = ?",
        (article_id,),
    ).fetchone()
    if row is not None:
        execute(statement, row)


def set_metadata(connection: sa.Connection, article_id: int, fields: Mapping[str, str], extra: str | None) -> None:
    """Gives an article other values of some of title, source, date and address, and other further metadata."""
    values = {name: fields[name] for name in ("title", "source", "date", "address") if name in fields} | {
        "extra": extra
    }
    names = ", ".join(f"{name} = ?" for name in values)
    with reindexing(connection, article_id):
        driver(connection).execute(f"UPDATE article SET {names} WHERE id = ?", (*values.values(), article_id))


def remove(connection: sa.Connection, article_id: int) -> None:
    """Takes an article out that has no layers and edits."""
    execute = driver(connection).execute
    with reindexing(connection, article_id):
        execute("DELETE FROM article_text WHERE article_id = ?", (article_id,))
        execute("DELETE FROM article WHERE id = ?", (article_id,))


def load(project: Project, article_id: int) -> Article:
    """Raises KeyError when there is no such article."""
    with project.reading() as connection:
        return read(connection, article_id)


def read(connection: sa.Connection, article_id: int) -> Article:
    """Raises KeyError when there is no such article."""
    for article in _articles(connection, "WHERE a.id = ?", (article_id,)):
        return article
    raise KeyError(article_id)


def every(connection: sa.Connection) -> Iterator[Article]:
    """All articles in the queue's order, a few at a time."""
    return _articles(connection, "ORDER BY a.id", ())


def _articles(connection: sa.Connection, clause: str, values: tuple[object, ...]) -> Iterator[Article]:
    rows = driver(connection).execute(
        "SELECT a.id, a.key, t.text, a.title, a.source, a.date, a.address, a.extra "
        f"FROM article a JOIN article_text t ON t.article_id = a.id {clause}",
        values,
    )
    for row in rows:
        yield Article(*row)


def ids(connection: sa.Connection) -> list[int]:
    """All articles' ids in the queue's order."""
    return [row[0] for row in driver(connection).execute("SELECT id FROM article ORDER BY id")]


def outlets(connection: sa.Connection) -> list[str]:
    """The names of all outlets, by the alphabet."""
    rows = driver(connection).execute("SELECT DISTINCT source FROM article WHERE source != '' ORDER BY source")
    return [str(row[0]) for row in rows]


def with_gold(project: Project) -> int:
    """How many articles have gold: adjudicated and finished."""
    sql = (
        "SELECT count(*) FROM layer l JOIN author u ON u.id = l.author_id WHERE u.kind = 'gold' "
        "AND l.finished IS NOT NULL"
    )
    with project.reading() as connection:
        return int(driver(connection).execute(sql).fetchone()[0])


def is_there(connection: sa.Connection, article_id: int) -> bool:
    return driver(connection).execute("SELECT 1 FROM article WHERE id = ?", (article_id,)).fetchone() is not None


def count(project: Project) -> int:
    with project.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM article").scalar_one()


_STATE = {
    "todo": "l.id IS NULL",
    "started": "l.id IS NOT NULL AND l.finished IS NULL",
    "done": "l.finished IS NOT NULL",
}


def listing(project: Project, author: int, state: ArticleState | None = None, search: str = "") -> list[int]:
    """Ids of the articles in the queue's order, for `author` in `state`, that hold all words of `search` (each may be
    a beginning; "in quotes" they follow each other) or have it as their key."""
    where, values = ["1"], [author]
    if state:
        where.append(_STATE[state])
    query = match_query(search)
    if search.strip():
        where.append("(a.key = ? OR a.id IN (SELECT rowid FROM words WHERE words MATCH ?))")
        values += [search.strip(), query or '""']  # type: ignore[list-item]
    with project.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT a.id FROM article a LEFT JOIN layer l ON l.article_id = a.id AND l.author_id = ? "
            f"WHERE {' AND '.join(where)} ORDER BY a.id",
            tuple(values),
        )
        return list(rows.scalars())


def match_query(search: str) -> str:
    """What an editor typed, as an FTS5 query: nothing in it can be an operator."""
    terms = []
    for quoted, word in regex.findall(r'"([^"]*)"|(\S+)', search):
        term = (quoted or word).replace('"', "").strip()
        if regex.search(r"[\p{L}\p{N}]", term):
            terms.append(f'"{term}"' + ("" if quoted else "*"))
    return " ".join(terms)


def counts(project: Project, author: int) -> dict[ArticleState, int]:
    """How many articles are in each state for `author`."""
    with project.reading() as connection:
        total = connection.exec_driver_sql("SELECT count(*) FROM article").scalar_one()
        started, done = connection.exec_driver_sql(
            "SELECT count(*) - count(finished), count(finished) FROM layer WHERE author_id = ?", (author,)
        ).one()
    return {"todo": total - started - done, "started": started, "done": done}


def summaries(
    project: Project, author: int, ids: Sequence[int], min_score: float = 0.0, weighed: str = ""
) -> dict[int, Summary]:
    """What the queue shows of these articles, by id. Claims less probable than `min_score` do not count where they are
    suggested by a model that has `weighed` in its version."""
    marks = ", ".join("?" * len(ids))
    sql = f"""
        WITH wanted AS (SELECT id, key, title, source, date FROM article WHERE id IN ({marks})),
             model AS (SELECT l.article_id, max(l.id) AS id, u.version FROM layer l JOIN author u ON u.id = l.author_id
                       WHERE u.kind = 'model' AND l.article_id IN ({marks}) GROUP BY l.article_id)
        SELECT w.id, w.key, w.title, w.source, w.date,
               CASE WHEN mine.id IS NULL THEN 'todo' WHEN mine.finished IS NULL THEN 'started' ELSE 'done' END,
               CASE WHEN model.id IS NULL THEN NULL ELSE (SELECT count(*) FROM claim
                    WHERE layer_id = model.id AND (score IS NULL OR score >= ? OR instr(model.version, ?) = 0)) END,
               CASE WHEN model.id IS NULL THEN NULL ELSE (SELECT count(*) FROM mention WHERE layer_id = model.id) END,
               (SELECT count(*) FROM mention WHERE layer_id = mine.id AND origin_layer IS NOT NULL)
             + (SELECT count(*) FROM claim WHERE layer_id = mine.id AND origin_layer IS NOT NULL)
             + (SELECT count(*) FROM rejection WHERE layer_id = mine.id AND origin_layer IS NOT NULL),
               (SELECT count(*) FROM claim WHERE layer_id = mine.id AND origin_layer IS NULL)
        FROM wanted w LEFT JOIN layer mine ON mine.article_id = w.id AND mine.author_id = ?
                      LEFT JOIN model ON model.article_id = w.id"""
    with project.reading() as connection:
        rows = connection.exec_driver_sql(sql, (*ids, *ids, min_score, weighed, author))
        return {row[0]: Summary(*row) for row in rows}


def unsuggested(project: Project, name: str, version: str) -> list[int]:
    """Ids of the articles without a layer by this model."""
    sql = (
        "SELECT a.id FROM article a WHERE NOT EXISTS (SELECT 1 FROM layer l JOIN author u ON u.id = l.author_id "
        "WHERE l.article_id = a.id AND u.kind = 'model' AND u.name = ? AND u.version = ?) ORDER BY a.id"
    )
    with project.reading() as connection:
        return list(connection.exec_driver_sql(sql, (name, version)).scalars())


def without_suggestions(project: Project) -> list[int]:
    """Ids of the articles that no model has a layer of."""
    sql = (
        "SELECT a.id FROM article a WHERE NOT EXISTS (SELECT 1 FROM layer l JOIN author u ON u.id = l.author_id "
        "WHERE l.article_id = a.id AND u.kind = 'model') ORDER BY a.id"
    )
    with project.reading() as connection:
        return list(connection.exec_driver_sql(sql).scalars())


def models(project: Project, author: int, article: int | None = None) -> dict[int, tuple[str | None, bool]]:
    """For each article, or one: the version of the model that suggested for it last, None when none has; and whether an
    editor has finished it."""
    sql = (
        "SELECT a.id, u.version, mine.finished IS NOT NULL FROM article a "
        "LEFT JOIN layer l ON l.id = (SELECT max(x.id) FROM layer x JOIN author v ON v.id = x.author_id "
        "WHERE x.article_id = a.id AND v.kind = 'model') LEFT JOIN author u ON u.id = l.author_id "
        "LEFT JOIN layer mine ON mine.article_id = a.id AND mine.author_id = ? "
        "WHERE ? IS NULL OR a.id = ? ORDER BY a.id"
    )
    with project.reading() as connection:
        rows = connection.exec_driver_sql(sql, (author, article, article))
        return {number: (version, bool(finished)) for number, version, finished in rows}

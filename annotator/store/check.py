"""Looks for anything wrong in a project file: damage, orphans, spans outside their texts, edits that do not add up."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import sqlalchemy as sa

from annotator.core import knowledge
from annotator.core.annotation import MODES, STANCES, Layer
from annotator.core.errors import DamagedError
from annotator.core.trained import TrainedError, from_json
from annotator.store import articles, layers
from annotator.store.merging.columns import odd_columns
from annotator.store.merging.facts import Reader, derive
from annotator.store.merging.soundness import BadFacts
from annotator.store.project import Project, driver
from annotator.store.settings import read_settings
from annotator.store.tables import STANDS


def check(project: Project) -> list[str]:
    """What is wrong, each in a sentence; an empty list when all is well."""
    with project.reading() as connection:
        damage = [row for row in connection.exec_driver_sql("PRAGMA integrity_check").scalars() if row != "ok"]
        if damage:
            return [f"The file is damaged: {line}" for line in damage]
        if odd := list(odd_columns(connection)):
            return odd  # what else is looked at builds on this
        looks = (_settings, _orphans, _texts, _layers, _history)
        return [problem for look in looks for problem in look(connection)]


def _settings(connection: sa.Connection) -> Iterator[str]:
    settings, whole = read_settings(connection.exec_driver_sql("SELECT settings FROM project").scalar_one())
    if not whole:
        yield "Some of what the team agreed on, or of the project's dictionary, cannot be read. It is left out."
    trained = settings.get(knowledge.TRAINED, [None])[0]
    if trained is not None:
        try:
            from_json(trained)
        except TrainedError:
            yield "The training cannot be read. Take it back in the Suggest menu, or train again."


def _orphans(connection: sa.Connection) -> Iterator[str]:
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"Table {table}, row {row}: refers to a {parent} that is not there."
    for (article,) in connection.exec_driver_sql(
        "SELECT key FROM article WHERE id NOT IN (SELECT article_id FROM article_text)"
    ):
        yield f"Article “{article}” has no text."


def _texts(connection: sa.Connection) -> Iterator[str]:
    rows = connection.exec_driver_sql(
        "SELECT a.key, a.length, a.digest, t.text, a.extra FROM article a JOIN article_text t ON t.article_id = a.id"
    )
    for key, length, digest, text, extra in rows:
        if not isinstance(text, str) or len(text) != length or articles.digest(text) != digest:
            yield f"Article “{key}”: its text is not the one that came in."
        if not _is_json(extra, dict):
            yield f"Article “{key}”: its metadata cannot be read."
    for actor, aliases in connection.exec_driver_sql("SELECT name, aliases FROM actor"):
        if not _is_json(aliases, list):
            yield f"Actor “{actor}”: the aliases cannot be read."


def _is_json(stored: str | None, kind: type) -> bool:
    try:
        return stored is None or isinstance(orjson.loads(stored), kind)
    except ValueError:
        return False


def _layers(connection: sa.Connection) -> Iterator[str]:
    rows = connection.exec_driver_sql(
        "SELECT l.article_id, l.author_id, a.key, a.length, u.name FROM layer l "
        "JOIN article a ON a.id = l.article_id JOIN author u ON u.id = l.author_id"
    ).all()
    for article, author, key, length, name in rows:
        try:
            layer = layers.load(connection, article, author)
            outside = [s for s in _spans(layer) if not 0 <= s[0] < s[1] <= length]
            odd = [c for c in layer.claims.values() if c.mode not in MODES or c.stance not in (None, *STANCES)]
        except DamagedError:
            yield f"Article “{key}”, layer of {name}: it cannot be read."
            continue
        for start, end, what in outside:
            yield f"Article “{key}”, layer of {name}: {what} [{start}, {end}) is not within the text."
        if odd:
            yield f"Article “{key}”, layer of {name}: {len(odd)} claims have a mode or stance that there is not."


def _spans(layer: Layer) -> Iterator[tuple[int, int, str]]:
    for mention in layer.mentions.values():
        yield mention.start, mention.end, "an entity"
    for claim in layer.claims.values():
        for slot in ("source", "cue", "content"):
            for start, end in getattr(claim, slot):
                yield start, end, f"the {slot} of a claim"


def _history(connection: sa.Connection) -> Iterator[str]:
    for where, problem in _histories(connection):
        yield f"{where[2]}: {problem}"
    orphans = connection.exec_driver_sql(
        "SELECT e.id FROM edit e LEFT JOIN edit o ON o.id = e.of AND o.kind = 'edit' "
        "WHERE e.kind != 'edit' AND o.id IS NULL"
    ).scalars()
    for edit in orphans:
        yield f"Edit {edit} takes back an edit that is not there."


def history_problems(connection: sa.Connection) -> set[tuple[int, int, str]]:
    """The layers that are not what their edits make of them: article, author, and both in words."""
    return {where for where, _ in _histories(connection)}


def _histories(connection: sa.Connection) -> Iterator[tuple[tuple[int, int, str], str]]:
    """Every layer an editor made must be what its standing edits, done one after the other, make of it."""
    reader = Reader(connection)
    rows = connection.exec_driver_sql(
        "SELECT DISTINCT e.article_id, e.author_id, a.key, a.length, u.name FROM edit e "
        "JOIN article a ON a.id = e.article_id JOIN author u ON u.id = e.author_id"
    ).all()
    for article, author, key, length, name in rows:
        where = (article, author, f"Article “{key}”, layer of {name or 'gold'}")
        try:
            branch, layer = reader.branch(article, author, length)
            state = derive(branch)
            finished = _finished(connection, layer)
            values = {} if layer is None else reader.values(layer, finished, length)
            reader.branches(article, author, length)
        except BadFacts as error:
            yield where, f"its edits cannot be read. {error}"
            continue
        wrong = {kind for kind, _ in {k for k in values.keys() | state.values if values.get(k) != state.values.get(k)}}
        for kind in sorted(wrong):
            yield where, f"its {kind} values are not as the edits left them."
        states: dict[str, int] = dict(
            driver(connection)
            .execute(
                "SELECT uid, state FROM edit WHERE article_id = ? AND author_id = ? AND kind = 'edit'",
                (article, author),
            )
            .fetchall()
        )
        if any((states[uid] == STANDS) != (stands == STANDS) for uid, stands in state.edits.items()):
            yield where, "edits are called undone that stand, or stand that are undone."


def _finished(connection: sa.Connection, layer: int | None) -> float | None:
    return connection.exec_driver_sql("SELECT finished FROM layer WHERE id = ?", (layer,)).scalar()


def counts(project: Project) -> dict[str, int]:
    """How many rows each kind of thing has, for a word of what was checked."""
    with project.reading() as connection:
        tables = ("article", "layer", "mention", "claim", "actor", "edit")
        return {t: connection.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar_one() for t in tables}

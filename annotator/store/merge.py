"""Merges as things that were done: begun, finished with a report, and taken back by one undo."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import sqlalchemy as sa

from annotator.store import actors, articles, layers
from annotator.store.facts import (
    Branch,
    Reader,
)
from annotator.store.placing import layers_of_models, place, rank_models, settle_keys, settle_scheme, settle_turns
from annotator.store.project import Project, ProjectError, driver

MAX_NOTED = 500  # lines of a report


@dataclass
class Report:
    """What came in: counts, and in words each place where a rule was needed."""

    files: list[str] = field(default_factory=list)
    articles_new: int = 0
    articles_known: int = 0
    layers_new: int = 0
    layers_grown: int = 0
    layers_known: int = 0
    edits_new: int = 0
    edits_known: int = 0
    conflicts: int = 0
    rules: list[str] = field(default_factory=list)

    def note(self, rule: str) -> None:
        if len(self.rules) < MAX_NOTED and rule not in self.rules:
            self.rules.append(rule)

    @property
    def changes_anything(self) -> bool:
        return bool(self.articles_new or self.layers_new or self.layers_grown or self.edits_new or self.rules)

    def lines(self) -> list[str]:
        """For people: what is new, what was known, what is in conflict."""
        rows = (
            ("Articles", self.articles_new, 0, self.articles_known),
            ("Layers", self.layers_new, self.layers_grown, self.layers_known),
            ("Edits", self.edits_new, 0, self.edits_known),
        )
        told = [
            f"{name}: {new:,} new{f', {grown:,} continued' if grown else ''}, {known:,} known already"
            for name, new, grown, known in rows
        ]
        many = "changes of the same thing" if self.conflicts != 1 else "change of the same thing"
        return [*told, f"In conflict: {self.conflicts:,} {many} at two places; the later one counts"]


def begin(connection: sa.Connection, by: int | None) -> int:
    """The number of a new merge."""
    execute = driver(connection).execute
    execute("PRAGMA defer_foreign_keys = ON")  # until the transaction ends
    execute(
        "INSERT INTO merge (time, by_id, after_edit, report, replaced) VALUES (?, ?, 0, '', '[]')", (time.time(), by)
    )
    return int(execute("SELECT last_insert_rowid()").fetchone()[0])


def finish(connection: sa.Connection, number: int, report: Report) -> None:
    """Brings what depends on all of the project up to date, and writes down what the merge brought."""
    settle_keys(connection)
    settle_turns(connection)
    driver(connection).execute(
        "UPDATE merge SET report = ?, after_edit = (SELECT ifnull(max(id), 0) FROM edit) WHERE id = ?",
        (json.dumps(asdict(report), ensure_ascii=False), number),
    )


def forget(connection: sa.Connection, number: int) -> None:
    """Makes what a merge brought the project's own, as if it had always been there."""
    execute = driver(connection).execute
    for table in ("article", "layer", "actor", "edit", "author", "assignment", "branch", "scheme_version"):
        execute(f"UPDATE {table} SET arrival = NULL WHERE arrival = ?", (number,))
    execute("DELETE FROM merge WHERE id = ?", (number,))


# Taking a merge back


def last(connection: sa.Connection, by: int) -> tuple[int, str] | None:
    """The merge that the next undo of `by` takes back, and its name; None when something was done since."""
    execute = driver(connection).execute
    row = execute("SELECT id, after_edit, report, by_id FROM merge ORDER BY id DESC LIMIT 1").fetchone()
    if row is None or row[3] != by:
        return None
    since = execute(
        "SELECT 1 FROM edit WHERE by_id = ? AND id > ? AND kind = 'edit' AND state = 0 LIMIT 1", (by, row[1])
    ).fetchone()
    if since is not None:
        return None
    files = len(json.loads(row[2])["files"])
    return row[0], f"Merge {files} file{'' if files == 1 else 's'}"


def undo(connection: sa.Connection, number: int) -> None:
    """Takes a merge back: all that it brought goes, all else is as if it had never been. Raises ProjectError when work
    was done on what it brought."""
    execute = driver(connection).execute
    execute("PRAGMA defer_foreign_keys = ON")
    after = execute("SELECT after_edit FROM merge WHERE id = ?", (number,)).fetchone()[0]
    worked = execute(
        "SELECT a.key FROM edit e JOIN article a ON a.id = e.article_id WHERE e.id > ? AND (a.arrival = ? "
        "OR EXISTS (SELECT 1 FROM edit o WHERE o.article_id = e.article_id AND o.author_id = e.author_id "
        "AND o.arrival = ?)) LIMIT 1",
        (after, number, number),
    ).fetchone()
    if worked is not None:
        raise ProjectError(f"The merge cannot be taken back: “{worked[0]}” was labelled since, on what it brought.")
    facts = Reader(connection)
    author_of = {uid: key for key, uid in facts.author_uids.items()}
    refold = {
        r[0]
        for r in execute(
            "SELECT DISTINCT x.actor_id FROM actor_edit x JOIN edit e ON e.id = x.edit_id WHERE e.arrival = ?",
            (number,),
        )
    }
    _take_back_layers(connection, facts, author_of, number)
    for (article,) in execute("SELECT id FROM article WHERE arrival = ?", (number,)).fetchall():
        _remove_article(connection, article)
    execute("DELETE FROM assignment WHERE arrival = ?", (number,))
    execute("DELETE FROM scheme_version WHERE arrival = ?", (number,))
    replaced = json.loads(execute("SELECT replaced FROM merge WHERE id = ?", (number,)).fetchone()[0])
    for table, key, old in reversed(replaced):
        of_article = key[0][1] if table == "article" else 0
        where = " AND ".join(f"{name} IS ?" for name, _ in key)
        values = [bytes.fromhex(v["bytes"]) if isinstance(v, dict) else v for _, v in old]
        sets = ", ".join(f"{name} = ?" for name, _ in old)
        with articles.reindexing(connection, of_article):
            execute(f"UPDATE {table} SET {sets} WHERE {where}", (*values, *(v for _, v in key)))
        if table == "actor":
            refold.add(key[0][1])
    _remove_actors(connection, number)
    actors.follow_edits(connection, refold)
    execute("DELETE FROM merge WHERE id = ?", (number,))
    execute(
        "DELETE FROM author WHERE arrival = ? AND NOT EXISTS (SELECT 1 FROM layer WHERE author_id = author.id) "
        "AND NOT EXISTS (SELECT 1 FROM edit WHERE author_id = author.id OR by_id = author.id) "
        "AND NOT EXISTS (SELECT 1 FROM branch WHERE author_id = author.id) "
        "AND NOT EXISTS (SELECT 1 FROM assignment WHERE author_id = author.id)",
        (number,),
    )
    settle_scheme(connection)
    settle_keys(connection)
    settle_turns(connection)


def _take_back_layers(connection: sa.Connection, facts: Reader, author_of: Mapping[str, int], number: int) -> None:
    execute = driver(connection).execute
    touched = execute(
        "SELECT article_id, author_id FROM edit WHERE arrival = :n UNION SELECT article_id, author_id FROM layer "
        "WHERE arrival = :n UNION SELECT article_id, author_id FROM branch WHERE arrival = :n",
        {"n": number},
    ).fetchall()
    for article, author in touched:
        length, arrival = execute("SELECT length, arrival FROM article WHERE id = ?", (article,)).fetchone()
        if arrival == number:
            continue
        if author in facts.model_uids:
            layer = execute(
                "SELECT id FROM layer WHERE article_id = ? AND author_id = ?", (article, author)
            ).fetchone()[0]
            remaining = layers_of_models(facts, connection, article, length)
            _remove_layer(connection, layer)
            if len(remaining) > 1:
                rank_models(connection, facts, article, length, facts.model_uids[author])
            continue
        left = []
        for branch in facts.branches(article, author, length):
            events = {uid: e for uid, e in branch.events.items() if e.arrival != number}
            if events or (branch.base and branch.arrival != number):
                left.append(Branch(branch.base, events, branch.arrival))
        layer_of = layers_of_models(facts, connection, article, length)
        place(connection, article, author, left or [Branch({})], layer_of, author_of)


def _remove_layer(connection: sa.Connection, layer: int) -> None:
    execute = driver(connection).execute
    for kind in layers.KINDS:
        execute(f"DELETE FROM {kind} WHERE layer_id = ?", (layer,))
    execute("DELETE FROM layer WHERE id = ?", (layer,))


def _remove_article(connection: sa.Connection, article: int) -> None:
    execute = driver(connection).execute
    execute("DELETE FROM actor_edit WHERE edit_id IN (SELECT id FROM edit WHERE article_id = ?)", (article,))
    execute("DELETE FROM edit WHERE of IN (SELECT id FROM edit WHERE article_id = ?)", (article,))
    for (layer,) in execute("SELECT id FROM layer WHERE article_id = ?", (article,)).fetchall():
        _remove_layer(connection, layer)
    for table in ("edit", "branch", "assignment"):
        execute(f"DELETE FROM {table} WHERE article_id = ?", (article,))
    articles.remove(connection, article)


def _remove_actors(connection: sa.Connection, number: int) -> None:
    """Those the merge brought and that nothing here has come to need."""
    execute = driver(connection).execute
    gone = execute(
        "SELECT id FROM actor WHERE arrival = ? EXCEPT SELECT actor_id FROM mention EXCEPT SELECT actor_id FROM claim "
        "EXCEPT SELECT target_id FROM claim EXCEPT SELECT actor_id FROM actor_edit EXCEPT SELECT same_as FROM actor",
        (number,),
    ).fetchall()
    for table, column in (("actor_name", "actor_id"), ("actor", "id")):
        driver(connection).executemany(f"DELETE FROM {table} WHERE {column} = ?", gone)


def unplaced(connection: sa.Connection) -> list[str]:
    """What came in and could not be placed, each in words: other beginnings of a layer, and labels of texts of which
    there is a newer version."""
    execute = driver(connection).execute
    found = []
    for key, name, base, events in execute(
        "SELECT a.key, u.name, json_array_length(b.base), json_array_length(b.events) FROM branch b "
        "JOIN article a ON a.id = b.article_id JOIN author u ON u.id = b.author_id ORDER BY a.key, u.name"
    ).fetchall():
        found.append(f"“{key}”, {name or 'gold'}: {base:,} other labels that it began with, {events:,} edits")
    for key, name, newer in execute(
        "SELECT o.key, u.name, n.key FROM article n JOIN article o ON o.digest = n.revises "
        "JOIN layer l ON l.article_id = o.id JOIN author u ON u.id = l.author_id WHERE u.kind != 'model' ORDER BY 1, 2"
    ).fetchall():
        found.append(f"“{key}”, {name or 'gold'}: labels of an earlier version of “{newer}”")
    return found


def finished(connection: sa.Connection, author: int) -> int:
    """How many articles an author has finished."""
    sql = "SELECT count(*) FROM layer WHERE author_id = ? AND finished IS NOT NULL"
    return int(driver(connection).execute(sql, (author,)).fetchone()[0])


def first_damage(project: Project) -> str:
    """What is wrong with the file as a database, in a few words; empty when nothing is."""
    with project.reading() as connection:
        execute = driver(connection).execute
        found = execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            return str(found).splitlines()[-1]
        return "it refers to what is not there" if execute("PRAGMA foreign_key_check").fetchone() else ""


def without_scheme(project: Project) -> None:
    """Makes a project say nothing of its scheme: what was made of a dataset has none of its own."""
    with project.writing() as connection:
        without_scheme_of(connection)


def without_scheme_of(connection: sa.Connection) -> None:
    driver(connection).execute("DELETE FROM scheme_version")


def make_package(connection: sa.Connection, uid: str) -> None:
    """Says whom the file is for."""
    driver(connection).execute("UPDATE project SET editor = ?", (uid,))

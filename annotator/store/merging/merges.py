"""Merges as things that were done: begun, finished with a report, and taken back by one undo."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass, field, fields

import sqlalchemy as sa

from annotator.store.merging.placing import settle_keys, settle_turns
from annotator.store.project import Project, driver
from annotator.store.tables import CLOCK

LAYERS = "Layers (one editor's or model's labels of an article)"
MAX_NOTED = 500  # lines of a report


@dataclass
class MergeReport:
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
    settings: int = 0  # names of people and actors, assignments, metadata, what the team agreed on
    rules: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)  # whose labels came in, once for each article

    def note(self, rule: str) -> None:
        if len(self.rules) < MAX_NOTED and rule not in self.rules:
            self.rules.append(rule)

    @property
    def changes_anything(self) -> bool:
        grown = self.articles_new or self.layers_new or self.layers_grown or self.edits_new
        return bool(grown or self.settings or self.rules)

    def add(self, other: MergeReport) -> None:
        """Counts another file's in, too."""
        for f in fields(self):
            held, new = getattr(self, f.name), getattr(other, f.name)
            setattr(self, f.name, list(dict.fromkeys(held + new)) if f.name == "rules" else held + new)

    def whose(self) -> str:
        """Whose labels came in, and of how many articles."""
        return ", ".join(f"{name}: {number:,}" for name, number in sorted(Counter(self.people).items()))

    def rows(self) -> list[tuple[str, int, int | None, int | None]]:
        """What it is, how much of it is new, how much continues what was there, how much was known."""
        return [
            ("Articles", self.articles_new, None, self.articles_known),
            (
                "Layers (one editor's or model's labels of an article)",
                self.layers_new,
                self.layers_grown,
                self.layers_known,
            ),
            ("Edits", self.edits_new, None, self.edits_known),
            ("Names, assignments, settings", self.settings, None, None),
        ]

    def lines(self) -> list[str]:
        """For people: what is new, what was known, what is in conflict."""
        told = []
        for name, new, grown, known in self.rows():
            line = f"{name}: {new:,} new"
            line += f", {grown:,} continued" if grown else ""
            told.append(line + (f", {known:,} known already" if known is not None else ""))
        if self.people:
            told.append(f"Articles with labels by {self.whose()}")
        many = "changes of the same thing" if self.conflicts != 1 else "change of the same thing"
        return [*told, f"In conflict: {self.conflicts:,} {many} at two places; the later one counts"]


def begin(connection: sa.Connection, by: int | None) -> int:
    """The number of a new merge."""
    execute = driver(connection).execute
    execute("PRAGMA defer_foreign_keys = ON")  # until the transaction ends
    execute(
        "INSERT INTO merge (time, by_id, after_clock, report, replaced) VALUES (?, ?, 0, '', '[]')", (time.time(), by)
    )
    return int(execute("SELECT last_insert_rowid()").fetchone()[0])


def finish(connection: sa.Connection, number: int, report: MergeReport) -> None:
    """Brings what depends on all of the project up to date, and writes down what the merge brought."""
    settle_keys(connection)
    settle_turns(connection)
    driver(connection).execute(
        f"UPDATE merge SET report = ?, after_clock = {CLOCK} WHERE id = ?",
        (json.dumps(asdict(report), ensure_ascii=False), number),
    )


def forget(connection: sa.Connection, number: int) -> None:
    """Makes what a merge brought the project's own, as if it had always been there."""
    execute = driver(connection).execute
    for table in ("article", "layer", "actor", "edit", "author", "assignment", "branch", "scheme_version"):
        execute(f"UPDATE {table} SET arrival = NULL WHERE arrival = ?", (number,))
    execute("DELETE FROM merge WHERE id = ?", (number,))


# Taking a merge back


def last(connection: sa.Connection, by: int) -> tuple[int, str, int] | None:
    """The merge that the next undo of `by` takes back when nothing but operations was done since: its number, its name,
    and the clock after it; None when a label was changed since."""
    execute = driver(connection).execute
    row = execute("SELECT id, after_clock, report, by_id FROM merge ORDER BY id DESC LIMIT 1").fetchone()
    if row is None or row[3] != by:
        return None
    since = execute(
        "SELECT 1 FROM edit WHERE by_id = ? AND clock > ? AND kind = 'edit' AND state = 0 LIMIT 1", (by, row[1])
    ).fetchone()
    if since is not None:
        return None
    files = len(json.loads(row[2])["files"])
    return row[0], f"Merge {files} file{'' if files == 1 else 's'}", row[1]


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

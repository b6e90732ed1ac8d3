"""Unites another project file with this one, and takes that back.

What files know only ever grows (see `facts`), so the same files in any order, any number of times, give the same
project. Every row that a merge brings carries its number (`arrival`); what it replaced is kept with it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import orjson
import sqlalchemy as sa

from annotator import record as records
from annotator import scheme as schemes
from annotator.annotation import value_from_json
from annotator.identity import author_uid
from annotator.progress import Progress
from annotator.store import actors, articles, layers
from annotator.store.facts import (
    BadFacts,
    Branch,
    Reader,
    check_value,
    derive,
    event_to_json,
    localized,
    plain_version,
)
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


@dataclass(frozen=True)
class Part:
    """A part of a project: some articles, with the labels of one author, and the models' when wanted."""

    articles: frozenset[int]
    author: int
    suggestions: bool


def unite(
    connection: sa.Connection,
    source: Project,
    name: str,
    number: int,
    progress: Progress | None = None,
    part: Part | None = None,
) -> Report:
    """Takes another project, or a part of it, in under the number of a merge. Raises BadFacts for what no project
    holds."""
    with source.reading() as theirs:
        return _Union(connection, theirs, name, number, part).run(progress)


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
    _settle_keys(connection)
    _settle_turns(connection)
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


class _Union:
    """The state of one merge."""

    def __init__(
        self, connection: sa.Connection, theirs: sa.Connection, name: str, number: int, part: Part | None
    ) -> None:
        self.connection, self.theirs, self.number, self.part = connection, theirs, number, part
        self.execute, self.read = driver(connection).execute, driver(theirs).execute
        self.cursor = driver(connection)
        self.report = Report([name])
        self.their_facts = Reader(theirs)
        self.author_of: dict[int, int] = {}  # theirs → ours
        self.refold: set[int] = set()

    def run(self, progress: Progress | None) -> Report:
        self._authors()
        self._actors()
        self._schemes()
        self._settings()
        self.our_facts = Reader(self.connection)
        self.ours_by_uid = {uid: key for key, uid in self.our_facts.author_uids.items()}
        ids = [row[0] for row in self.read("SELECT id FROM article ORDER BY id").fetchall()]
        if self.part is not None:
            ids = [i for i in ids if i in self.part.articles]
        for done, article in enumerate(ids, 1):
            self._article(article)
            if progress:
                progress(done, len(ids))
        actors.follow_edits(self.connection, self.refold)
        return self.report

    def _replaced(self, table: str, columns: Mapping[str, Any], key: Mapping[str, Any]) -> None:
        """Gives a row other values, and keeps those it had with the merge."""
        where = " AND ".join(f"{name} IS ?" for name in key)
        old = self.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {where}", tuple(key.values())).fetchone()
        sets = ", ".join(f"{name} = ?" for name in columns)
        self.execute(f"UPDATE {table} SET {sets} WHERE {where}", (*columns.values(), *key.values()))
        entry = [table, list(key.items()), [[c, _kept(v)] for c, v in zip(columns, old, strict=True)]]
        self.execute(
            "UPDATE merge SET replaced = json_insert(replaced, '$[#]', json(?)) WHERE id = ?",
            (json.dumps(entry), self.number),
        )

    # What the project as a whole has

    def _authors(self) -> None:
        rows = self.read("SELECT id, uid, kind, name, version, code, color, changed FROM author").fetchall()
        if self.part is not None:
            mine = self.part
            rows = [r for r in rows if r[0] == mine.author or (r[2] == "model" and mine.suggestions)]
        for key, uid, kind, name, version, code, color, changed in rows:
            texts = (uid, kind, name, version, code, color)
            if not all(isinstance(t, str) and len(t) <= records.MAX_NAME and t.isprintable() for t in texts):
                raise BadFacts("It holds an author whose name is odd.")
            if kind not in ("annotator", "model", "gold") or not isinstance(changed, int | float) or not uid:
                raise BadFacts("It holds an author of no kind.")
            found = self.execute("SELECT id, changed, name, code, color FROM author WHERE uid = ?", (uid,)).fetchone()
            if found is None:
                self.execute(
                    "INSERT INTO author (uid, kind, name, version, code, color, changed, arrival) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (uid, kind, name, version, code, color, changed, self.number),
                )
                self.author_of[key] = self.execute("SELECT last_insert_rowid()").fetchone()[0]
                continue
            self.author_of[key] = found[0]
            if kind == "annotator" and (changed, name, code, color) > tuple(found[1:]):
                if name != found[2]:
                    self.report.note(f"“{found[2]}” is called “{name}” now: the later name counts.")
                new = {"changed": changed, "name": name, "code": code, "color": color}
                self._replaced("author", new, {"id": found[0]})

    def _actors(self) -> None:
        known = dict(self.execute("SELECT id, born FROM actor").fetchall())
        rows = self.read("SELECT id, born FROM actor").fetchall()
        if self.part is not None:
            needed = _actors_of(self.theirs, self.part)
            rows = [r for r in rows if r[0] in needed]
        self.actor_ids = {*known, *(r[0] for r in rows)}
        for key, born in rows:
            check_value("actor", key, {"id": key, "name": born}, 0)
            if key not in known:
                self.execute(
                    "INSERT INTO actor (id, name, aliases, born, arrival) VALUES (?, ?, '[]', ?, ?)",
                    (key, born, born, self.number),
                )
                self.refold.add(key)
            elif born < known[key]:
                self._replaced("actor", {"born": born}, {"id": key})
                self.refold.add(key)

    def _schemes(self) -> None:
        for digest, text, when in self.read("SELECT hash, scheme, time FROM scheme_version").fetchall():
            try:
                scheme = schemes.from_json(text)
            except (ValueError, TypeError, KeyError) as error:
                raise BadFacts("It holds a scheme that cannot be read.") from error
            if not isinstance(when, int | float) or digest != schemes.hash_of(scheme):
                raise BadFacts("It holds a scheme that cannot be read.")
            found = self.execute("SELECT time FROM scheme_version WHERE hash = ?", (digest,)).fetchone()
            if found is None:
                self.execute("INSERT INTO scheme_version VALUES (?, ?, ?, ?)", (digest, text, when, self.number))
            elif when > found[0]:
                self._replaced("scheme_version", {"time": when}, {"hash": digest})
        settled = settle_scheme(self.connection)
        for line in settled:
            self.report.note(line)

    def _settings(self) -> None:
        ours = json.loads(self.execute("SELECT settings FROM project").fetchone()[0])
        try:
            theirs = json.loads(self.read("SELECT settings FROM project").fetchone()[0])
            new = dict(ours)
            for key, (value, when) in theirs.items():
                later = (
                    [float(when), json.dumps(value)] > [float(new[key][1]), json.dumps(new[key][0])]
                    if key in new
                    else True
                )
                if later:
                    new[str(key)] = [value, float(when)]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadFacts("It holds settings that cannot be read.") from error
        if new != ours:
            self._replaced("project", {"settings": json.dumps(new)}, {"id": 1})

    # Articles

    def _article(self, their_id: int) -> None:
        row = self.read(
            "SELECT a.given, a.title, a.source, a.date, a.address, a.extra, a.revises, a.length, t.text "
            "FROM article a LEFT JOIN article_text t ON t.article_id = a.id WHERE a.id = ?",
            (their_id,),
        ).fetchone()
        *metadata, revises, length, text = row
        _check_article(metadata, revises, length, text)
        digest = articles.digest(text)
        found = articles.find(self.connection, digest)
        if found is None:
            given, title, source, date, address, extra = metadata
            key = given if not articles.has_key(self.connection, given) else f"{given}~{digest.hex()}"
            made = articles.Article(0, key, text, title, source, date, address, extra)
            found = articles.insert(self.connection, made, digest)
            self.execute(
                "UPDATE article SET given = ?, revises = ?, arrival = ? WHERE id = ?",
                (given, revises, self.number, found),
            )
            self.report.articles_new += 1
        else:
            self.report.articles_known += 1
            self._metadata(found, metadata, revises)
        self._layers(their_id, found, len(text))
        self._assignments(their_id, found)

    def _metadata(self, article: int, theirs: list[Any], revises: bytes | None) -> None:
        """Of different metadata, something counts before nothing, else what comes first in the alphabet."""
        names = ("given", "title", "source", "date", "address", "extra", "revises")
        ours = self.execute(f"SELECT {', '.join(names)} FROM article WHERE id = ?", (article,)).fetchone()
        new: dict[str, Any] = {}
        for name, one, other in zip(names, ours, [*theirs, revises], strict=True):
            best = min((v for v in (one, other) if v), default=one or other)
            if best != one:
                new[name] = best
        if new:
            key = self.execute("SELECT key FROM article WHERE id = ?", (article,)).fetchone()[0]
            if any(ours[names.index(name)] for name in new):
                self.report.note(f"“{key}”: its {', '.join(sorted(new))} differ; the one first in the alphabet counts.")
            with articles.reindexing(self.connection, article):
                self._replaced("article", new, {"id": article})

    def _assignments(self, their_id: int, article: int) -> None:
        rows = self.read("SELECT author_id, unaided, time FROM assignment WHERE article_id = ?", (their_id,)).fetchall()
        if self.part is not None:
            rows = [r for r in rows if r[0] == self.part.author]
        for author, unaided, when in rows:
            if author not in self.author_of or not isinstance(when, int | float) or unaided not in (0, 1):
                raise BadFacts("It holds an assignment that cannot be read.")
            key = {"article_id": article, "author_id": self.author_of[author]}
            found = self.execute(
                "SELECT time, unaided FROM assignment WHERE article_id = ? AND author_id = ?", tuple(key.values())
            ).fetchone()
            if found is None:
                self.execute(
                    "INSERT INTO assignment VALUES (?, ?, ?, ?, ?)", (*key.values(), unaided, when, self.number)
                )
            elif (when, unaided) > tuple(found):
                self._replaced("assignment", {"time": when, "unaided": unaided}, key)

    # Layers

    def _layers(self, their_id: int, article: int, length: int) -> None:
        rows = self.read(
            "SELECT l.id, l.author_id, l.finished, u.kind FROM layer l JOIN author u ON u.id = l.author_id "
            "WHERE l.article_id = ? ORDER BY l.id",
            (their_id,),
        ).fetchall()
        people = {row[1] for row in rows if row[3] != "model"}
        for table in ("edit", "branch"):
            found = self.read(f"SELECT DISTINCT author_id FROM {table} WHERE article_id = ?", (their_id,)).fetchall()
            people |= {author for (author,) in found}
        if self.part is not None:
            people &= {self.part.author}
        if self.part is None or self.part.suggestions:
            for layer, author, finished, kind in rows:
                if kind == "model":
                    self._model_layer(layer, author, finished, article, length)
        for author in sorted(people):
            if author not in self.author_of:
                raise BadFacts("It holds labels of nobody.")
            there = self.their_facts.branches(their_id, author, length)
            for branch in there:
                self._check_actors(branch)
            self._unite(article, self.author_of[author], length, there)

    def _check_actors(self, branch: Branch) -> None:
        held = list(branch.base.values())
        held += [v for e in branch.events.values() for change in e.changes for v in change[2:]]
        ids = {v.get(role) for v in held if isinstance(v, dict) for role in ("actor", "target")} - {None}
        made = {c[1] for e in branch.events.values() for c in e.changes if c[0] == "actor"}
        if not ids | made <= self.actor_ids:
            raise BadFacts("It holds labels for an actor that is not there.")

    def _unite(self, article: int, author: int, length: int, there: list[Branch]) -> None:
        here = self.our_facts.branches(article, author, length)
        known = {uid for b in here for uid in b.events}
        united: dict[str, Branch] = {b.hash: b for b in here}
        grown = False
        for branch in there:
            events = {uid: replace(e, arrival=self.number) for uid, e in branch.events.items()}
            arrived = Branch(branch.base, events, self.number)
            if branch.hash in united:
                grown |= bool(events.keys() - united[branch.hash].events.keys())
                united[branch.hash] = united[branch.hash].united(arrived)
            else:
                united[branch.hash] = arrived
                grown = True
            self.report.edits_new += len(events.keys() - known)
            self.report.edits_known += len(events.keys() & known)
        if not grown:
            self.report.layers_known += 1
            return
        before = sum(derive(b).conflicts for b in (*here, *there))
        layer_of = layers_of_models(self.our_facts, self.connection, article, length)
        state = place(self.connection, article, author, list(united.values()), layer_of, self.ours_by_uid)
        if here:
            self.report.layers_grown += 1
        else:
            self.report.layers_new += 1
        new = max(0, state.conflicts - before)
        self.report.conflicts += new
        title, name = self._titles(article, author) if new or len(united) > 1 else ("", "")
        if new:
            self.report.note(
                f"“{title}”, labels of {name}: changed at two places; of each change the later one counts."
            )
        if len(united) > 1:
            self.report.note(
                f"“{title}”, labels of {name}: they began with different labels; the ones worked on last count, "
                "the others are kept as unplaced."
            )
        self.refold |= {
            change[1] for b in there for e in b.events.values() for change in e.changes if change[0] == "actor"
        }

    def _titles(self, article: int, author: int) -> tuple[str, str]:
        key = self.execute("SELECT key FROM article WHERE id = ?", (article,)).fetchone()[0]
        name = self.execute("SELECT name FROM author WHERE id = ?", (author,)).fetchone()[0]
        return key, name or "gold"

    def _model_layer(self, layer: int, author: int, finished: float | None, article: int, length: int) -> None:
        """A model's layer is never edited: it is known, or it is another one."""
        uid = self.their_facts.model_uids[author]
        ours = self.execute(
            "SELECT l.id, l.author_id, l.finished FROM layer l JOIN author u ON u.id = l.author_id "
            "WHERE l.article_id = ? AND u.kind = 'model'",
            (article,),
        ).fetchall()
        same_model = [row for row in ours if self.our_facts.model_uids.get(row[1]) == uid]
        if same_model:
            digest = self.their_facts.layer_hash(layer, finished, length)
            if any(self.our_facts.layer_hash(i, when, length) == digest for i, _, when in same_model):
                self.report.layers_known += 1
                return
        self.report.layers_new += 1
        number = len(same_model)
        self._copy_layer(layer, self._model_author(author, number), finished, article, length)
        if number:
            rank_models(self.connection, self.our_facts, article, length, uid)

    def _model_author(self, their_author: int, number: int) -> int:
        name, version = self.read("SELECT name, version FROM author WHERE id = ?", (their_author,)).fetchone()
        version = plain_version(version)
        return _model_author(self.connection, self.our_facts, name, version, number, self.number)

    def _copy_layer(self, layer: int, author: int, finished: float | None, article: int, length: int) -> None:
        """Rows go as they are, once they have been looked at: models' layers are most of a project."""
        self.execute(
            "INSERT INTO layer (article_id, author_id, finished, arrival) VALUES (?, ?, ?, ?)",
            (article, author, finished, self.number),
        )
        new = self.execute("SELECT last_insert_rowid()").fetchone()[0]
        for kind in ("mention", "claim"):
            try:
                values = layers.stored(self.theirs, kind, layer)
            except (ValueError, TypeError, KeyError) as error:
                raise BadFacts("It holds suggestions that cannot be read.") from error
            for value in values:
                if value.origin is not None:
                    raise BadFacts("It holds suggestions that were accepted from elsewhere.")
                data = {k: getattr(value, k) for k in _CHECKED[kind]}
                check_value(kind, value.id, data, length)
                if not {data["actor"], data.get("target")} - {None} <= self.actor_ids:
                    raise BadFacts("It holds labels for an actor that is not there.")
            layers.write(self.connection, new, kind, values)


_CHECKED = {
    "mention": ("id", "start", "end", "label", "actor", "score"),
    "claim": ("id", "source", "cue", "content", "mode", "actor", "stance", "target", "note", "implicit", "score"),
}


def _actors_of(connection: sa.Connection, part: Part) -> set[int]:
    """The actors that a part of a project needs."""
    execute = driver(connection).execute
    found: set[int | None] = set()
    for layer, article, author, kind in execute(
        "SELECT l.id, l.article_id, l.author_id, u.kind FROM layer l JOIN author u ON u.id = l.author_id"
    ).fetchall():
        if article in part.articles and (author == part.author or (kind == "model" and part.suggestions)):
            found |= {row[0] for row in execute("SELECT actor_id FROM mention WHERE layer_id = ?", (layer,))}
            for row in execute("SELECT actor_id, target_id FROM claim WHERE layer_id = ?", (layer,)):
                found |= set(row)
    edits = execute("SELECT article_id, changes FROM edit WHERE author_id = ?", (part.author,)).fetchall()
    for article, changes in edits:
        if article in part.articles:
            for kind, key, *values in orjson.loads(changes):
                found |= {key} if kind == "actor" else set()
                found |= {v.get(r) for v in values if isinstance(v, dict) for r in ("actor", "target", "same_as")}
    return {i for i in found if i is not None}


def _kept(value: Any) -> Any:
    return {"bytes": value.hex()} if isinstance(value, bytes) else value


def _check_article(metadata: list[Any], revises: Any, length: Any, text: Any) -> None:
    given, *named, extra = metadata
    try:
        if not isinstance(text, str) or len(text) != length or not text.strip():
            raise BadFacts("It holds an article whose text is not the one that came in.")
        records.check_text(text)
        for value in (given, *named):
            if not isinstance(value, str) or len(value) > records.MAX_METADATA:
                raise BadFacts("It holds an article whose metadata cannot be read.")
            records.check_text(value, "an article's metadata")
        if not 0 < len(given) <= records.MAX_NAME + 80:
            raise BadFacts("It holds an article without a key.")
        if extra is not None and not isinstance(json.loads(extra), dict):
            raise BadFacts("It holds an article whose metadata cannot be read.")
    except (ValueError, TypeError, RecursionError) as error:
        if isinstance(error, BadFacts):
            raise
        raise BadFacts(f"It holds an article that cannot be read ({error}).") from error
    if revises is not None and not (isinstance(revises, bytes) and len(revises) == 32):
        raise BadFacts("It holds an article that revises nothing.")


def layers_of_models(facts: Reader, connection: sa.Connection, article: int, length: int) -> dict[tuple[str, str], int]:
    """The models' layers of an article by the model's identity and the layer's hash."""
    rows = (
        driver(connection)
        .execute(
            "SELECT l.id, l.author_id, l.finished FROM layer l JOIN author u ON u.id = l.author_id "
            "WHERE l.article_id = ? AND u.kind = 'model'",
            (article,),
        )
        .fetchall()
    )
    return {(facts.model_uids[a], facts.layer_hash(i, when, length)): i for i, a, when in rows if a in facts.model_uids}


def rank_models(connection: sa.Connection, facts: Reader, article: int, length: int, uid: str) -> None:
    """Several layers that one model made of an article are told apart by a number in the order of their hashes."""
    execute = driver(connection).execute
    rows = execute(
        "SELECT l.id, l.author_id, l.finished, u.name, u.version FROM layer l JOIN author u ON u.id = l.author_id "
        "WHERE l.article_id = ? AND u.kind = 'model'",
        (article,),
    ).fetchall()
    same = sorted(
        (facts.layer_hash(i, when, length), i, name, plain_version(version))
        for i, author, when, name, version in rows
        if facts.model_uids.get(author) == uid
    )
    for _, layer, *_ in same:  # out of each other's way first
        execute("UPDATE layer SET author_id = -id WHERE id = ?", (layer,))
    for number, (_, layer, name, version) in enumerate(same):
        author = _model_author(connection, facts, name, version, number, None)
        execute("UPDATE layer SET author_id = ? WHERE id = ?", (author, layer))


def _model_author(
    connection: sa.Connection, facts: Reader, name: str, version: str, number: int, arrival: int | None
) -> int:
    execute = driver(connection).execute
    marked = version if number == 0 else f"{version}~{number + 1}"
    uid = author_uid("model", name, marked)
    found = execute("SELECT id FROM author WHERE uid = ?", (uid,)).fetchone()
    if found is None:
        execute(
            "INSERT INTO author (uid, kind, name, version, arrival) VALUES (?, 'model', ?, ?, ?)",
            (uid, name, marked, arrival),
        )
        found = execute("SELECT last_insert_rowid()").fetchone()
    facts.author_uids[found[0]], facts.model_uids[found[0]] = uid, author_uid("model", name, version)
    return int(found[0])


def place(
    connection: sa.Connection,
    article: int,
    author: int,
    branches: list[Branch],
    layer_of: Mapping[tuple[str, str], int],
    author_of: Mapping[str, int],
) -> Any:
    """Makes the layer what the branch of the highest rank says, and keeps the others as unplaced. Returns its state."""
    best = max(branches, key=lambda b: b.rank)
    state = derive(best)
    cursor = driver(connection)
    _place_events(connection, article, author, best, state.edits, layer_of, author_of)
    row = cursor.execute("SELECT id FROM layer WHERE article_id = ? AND author_id = ?", (article, author)).fetchone()
    if row is None and state.values:
        cursor.execute(
            "INSERT INTO layer (article_id, author_id, arrival) VALUES (?, ?, ?)", (article, author, best.arrival)
        )
        row = cursor.execute("SELECT last_insert_rowid()").fetchone()
    elif row is not None:
        for kind in layers.KINDS:
            cursor.execute(f"DELETE FROM {kind} WHERE layer_id = ?", row)
    if row is not None and not state.values:
        cursor.execute("DELETE FROM layer WHERE id = ?", row)
    elif row is not None:
        finished = state.values.get(("finished", 0))
        cursor.execute("UPDATE layer SET finished = ?, arrival = ? WHERE id = ?", (finished, best.arrival, row[0]))
        by_kind: dict[str, list[Any]] = {kind: [] for kind in layers.KINDS}
        for (kind, _), data in state.values.items():
            if kind != "finished":
                here = localized(kind, data, layer_of, author_of)
                if here is not None:
                    by_kind[kind].append(value_from_json(kind, here))  # type: ignore[arg-type]
        for kind, values in by_kind.items():
            layers.write(connection, row[0], kind, values)
    cursor.execute("DELETE FROM branch WHERE article_id = ? AND author_id = ?", (article, author))
    for branch in branches:
        if branch is not best:
            base = [[kind, key, value] for (kind, key), value in sorted(branch.base.items(), key=lambda i: i[0])]
            events = [event_to_json(e) for e in sorted(branch.events.values(), key=lambda e: e.order)]
            cursor.execute(
                "INSERT INTO branch (article_id, author_id, hash, base, events, arrival) VALUES (?, ?, ?, ?, ?, ?)",
                (article, author, branch.hash, *(orjson.dumps(x).decode() for x in (base, events)), branch.arrival),
            )
    return state


def _place_events(
    connection: sa.Connection,
    article: int,
    author: int,
    branch: Branch,
    states: Mapping[str, int],
    layer_of: Mapping[tuple[str, str], int],
    author_of: Mapping[str, int],
) -> None:
    """Makes the log of a layer hold the events of a branch, and no others."""
    cursor = driver(connection)
    rows = cursor.execute(
        "SELECT uid, id FROM edit WHERE article_id = ? AND author_id = ?", (article, author)
    ).fetchall()
    known = dict(rows)
    gone = [(i,) for uid, i in known.items() if uid not in branch.events]
    cursor.executemany("DELETE FROM actor_edit WHERE edit_id = ?", gone)
    cursor.executemany("DELETE FROM edit WHERE of = ?", gone)
    cursor.executemany("DELETE FROM edit WHERE id = ?", gone)
    for event in sorted(branch.events.values(), key=lambda e: (e.kind != "edit", e.order)):
        if event.uid in known:
            continue
        if cursor.execute("SELECT 1 FROM edit WHERE uid = ?", (event.uid,)).fetchone() is not None:
            raise BadFacts("It holds an edit that was made to something else here.")
        of = None if event.of is None else known.get(event.of)
        if event.kind != "edit" and of is None:
            raise BadFacts("It holds an undo of an edit that is not there.")
        changes = [
            [kind, key, *(localized(kind, v, layer_of, author_of) for v in (before, after))]
            for kind, key, before, after in event.changes
        ]
        changes = [c for c in changes if c[2] is not None or c[3] is not None]
        cursor.execute(
            "INSERT INTO edit (uid, author_id, article_id, time, kind, of, action, changes, by_id, clock, arrival) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(event.uid, author, article, event.time, event.kind, of, event.action),
                *(orjson.dumps(changes).decode(), author_of.get(event.by, author), event.clock, event.arrival),
            ),
        )
        new = known[event.uid] = cursor.lastrowid
        touched = {(key, new) for kind, key, *_ in event.changes if kind == "actor"}
        cursor.executemany("INSERT INTO actor_edit (actor_id, edit_id) VALUES (?, ?)", list(touched))
    cursor.executemany(
        "UPDATE edit SET state = ? WHERE uid = ? AND state IS NOT ?",
        [(state, uid, state) for uid, state in states.items()],
    )


def _settle_turns(connection: sa.Connection) -> None:
    """What was undone can be done again only until its author did something else."""
    driver(connection).execute(
        """
        WITH last AS (SELECT author_id, max(clock) AS clock FROM edit WHERE kind = 'edit' GROUP BY author_id)
        UPDATE edit SET state = CASE
            WHEN (SELECT clock FROM last WHERE last.author_id = edit.author_id)
                 > (SELECT max(u.clock) FROM edit u WHERE u.of = edit.id AND u.kind = 'undo') THEN 2 ELSE 1 END
        WHERE state IN (1, 2)
        """
    )


def _settle_keys(connection: sa.Connection) -> None:
    """Articles that came with one key at two places: the one whose text has the lower digest keeps it."""
    cursor = driver(connection)
    rows = cursor.execute("SELECT id, key, given, digest FROM article ORDER BY given, digest").fetchall()
    taken: set[str] = set()
    wanted = {}
    for article, key, given, digest in rows:
        new, signs = given, 6
        while new in taken:
            new, signs = f"{given}~{digest.hex()[:signs]}", signs + 6
        taken.add(new)
        if new != key:
            wanted[article] = new
    with ExitStack() as stack:
        for article in wanted:
            stack.enter_context(articles.reindexing(connection, article))
        cursor.executemany("UPDATE article SET key = ? WHERE id = ?", [(f"\n{i}", i) for i in wanted])
        cursor.executemany("UPDATE article SET key = ? WHERE id = ?", [(key, i) for i, key in wanted.items()])


def settle_scheme(connection: sa.Connection) -> list[str]:
    """Makes the project's scheme what its versions say: the latest, and of earlier ones the labels it lacks. Returns
    what of that was needed, in words."""
    cursor = driver(connection)
    rows = cursor.execute("SELECT scheme FROM scheme_version ORDER BY time DESC, hash").fetchall()
    if not rows:
        return []
    versions = [schemes.from_json(text) for (text,) in rows]
    united = schemes.united(versions)
    text = schemes.to_json(united)
    if text == cursor.execute("SELECT scheme FROM project").fetchone()[0]:
        return []
    cursor.execute("UPDATE project SET scheme = ?", (text,))
    return ["The schemes differ: the latest one counts, with the labels that only an earlier one has."]


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
    _settle_keys(connection)
    _settle_turns(connection)


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


def standing(connection: sa.Connection) -> Iterable[tuple[int, float, Report]]:
    """The merges there have been: number, time, and what each brought."""
    for number, when, report in driver(connection).execute("SELECT id, time, report FROM merge ORDER BY id").fetchall():
        yield number, when, Report(**json.loads(report))


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

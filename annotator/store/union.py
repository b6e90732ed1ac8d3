"""Takes what another project file knows into this one: authors, actors, the scheme, articles and layers.

What files know only ever grows (see `facts`), so the same files in any order, any number of times, give the same
project. Every row that comes in carries the number of its merge (`arrival`); what it replaced is kept with the merge.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
import sqlalchemy as sa

from annotator import record as records
from annotator import scheme as schemes
from annotator.identity import author_uid
from annotator.progress import Progress
from annotator.store import actors, articles, layers, placing
from annotator.store.facts import (
    Branch,
    Reader,
    derive,
    plain_version,
)
from annotator.store.merge import Report
from annotator.store.placing import layers_of_models, place, rank_models, touched_actors
from annotator.store.project import LEAD, Project, driver, read_settings, settle_scheme
from annotator.store.soundness import BadFacts, check_value


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
        self.kept: list[list[Any]] = []  # what was replaced, for taking it back

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
        before = json.loads(self.execute("SELECT replaced FROM merge WHERE id = ?", (self.number,)).fetchone()[0])
        kept = json.dumps([*before, *self.kept])
        self.execute("UPDATE merge SET replaced = ? WHERE id = ?", (kept, self.number))
        return self.report

    def _replaced(self, table: str, columns: Mapping[str, Any], key: Mapping[str, Any]) -> None:
        """Gives a row other values, and keeps those it had with the merge."""
        where = " AND ".join(f"{name} IS ?" for name in key)
        old = self.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {where}", tuple(key.values())).fetchone()
        sets = ", ".join(f"{name} = ?" for name in columns)
        self.execute(f"UPDATE {table} SET {sets} WHERE {where}", (*columns.values(), *key.values()))
        before = [[c, _kept(v)] for c, v in zip(columns, old, strict=True)]
        self._keep([table, list(key.items()), before, [[c, _kept(v)] for c, v in columns.items()]])

    def _keep(self, entry: list[Any]) -> None:
        self.report.settings += 1
        self.kept.append(entry)

    # What the project as a whole has

    def _authors(self) -> None:
        rows = self.read("SELECT id, uid, kind, name, version, code, color, changed FROM author").fetchall()
        if self.part is not None:
            mine = self.part
            rows = [r for r in rows if r[0] == mine.author or r[2] == "model"]
        for key, uid, kind, name, version, code, color, changed in rows:
            for text in (uid, kind, name, version, code, color):
                if not isinstance(text, str) or len(text) > records.MAX_NAME or records.CONTROL.search(text):
                    raise BadFacts("It holds an author whose name is odd.")
            if kind not in ("annotator", "model", "gold") or not isinstance(changed, int | float) or not uid:
                raise BadFacts("It holds an author of no kind.")
            if kind != "annotator" and uid != author_uid(kind, name, version):
                raise BadFacts("It holds a model or gold under the identity of another.")
            sql = "SELECT id, changed, name, code, color, kind FROM author WHERE uid = ?"
            found = self.execute(sql, (uid,)).fetchone()
            if found is not None and found[5] != kind:
                raise BadFacts("It holds an annotator under the identity of a model, or the other way round.")
            if found is None:
                self.execute(
                    "INSERT INTO author (uid, kind, name, version, code, color, changed, arrival) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (uid, kind, name, version, code, color, changed, self.number),
                )
                self.report.settings += 1
                self.author_of[key] = self.execute("SELECT last_insert_rowid()").fetchone()[0]
                continue
            self.author_of[key] = found[0]
            if kind == "annotator" and (changed, name, code, color) > tuple(found[1:5]):
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
                self.report.settings += 1
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
                self.report.settings += 1
            elif when > found[0]:
                self._replaced("scheme_version", {"time": when}, {"hash": digest})
        if settle_scheme(self.connection):
            self.report.note("The schemes differ: the latest one counts, with the labels that only an earlier one has.")

    def _settings(self) -> None:
        ours, _ = read_settings(self.execute("SELECT settings FROM project").fetchone()[0])
        try:
            theirs = json.loads(self.read("SELECT settings FROM project").fetchone()[0])
            new = dict(ours)
            for name, (value, when) in theirs.items():
                there, here = (_finite(when), json.dumps(value)), new.get(name)
                known = there if here is None else (here[1], json.dumps(here[0]))
                # Who leads was agreed on first; of all else the later counts.
                if here is None or (there < known if name == LEAD else there > known):
                    new[name] = [value, there[0]]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadFacts("It holds settings that cannot be read.") from error
        for name in new:
            if new[name] != ours.get(name):
                self._keep(["setting", name, ours.get(name), new[name]])
        if new != ours:
            self.execute("UPDATE project SET settings = ?", (json.dumps(new, sort_keys=True),))

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
                self.report.settings += 1
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
        wanted = None if self.part is None else self._wanted_models(self.part, their_id)
        for layer, author, finished, kind in rows:
            if kind == "model" and (wanted is None or layer in wanted or wanted == ALL):
                self._model_layer(layer, author, finished, article, length)
        plain = {author: (layer, finished) for layer, author, finished, kind in rows if kind != "model"}
        for author in sorted(people):
            if author not in self.author_of:
                raise BadFacts("It holds labels of nobody.")
            if author in plain and self._plain(
                plain[author], (their_id, author), (article, self.author_of[author]), length
            ):
                continue
            there = self.their_facts.branches(their_id, author, length)
            for branch in there:
                self._check_actors(branch)
            self._unite(article, self.author_of[author], length, there)

    def _wanted_models(self, part: Part, article: int) -> set[int]:
        """The models' layers of an article that go into a part: all, or those that its author has decided on already;
        what they accepted and rejected would mean nothing without."""
        unaided = "SELECT 1 FROM assignment WHERE article_id = ? AND author_id = ? AND unaided"
        if part.suggestions and self.read(unaided, (article, part.author)).fetchone() is None:
            return ALL
        found: set[int] = set()
        edits = "SELECT changes FROM edit WHERE article_id = ? AND author_id = ?"
        for (changes,) in self.read(edits, (article, part.author)).fetchall():
            for _, _, *values in orjson.loads(changes):
                found |= {v["origin"]["layer"] for v in values if isinstance(v, dict) and v.get("origin")}
        return found

    def _plain(
        self, layer: tuple[int, float | None], theirs: tuple[int, int], ours: tuple[int, int], length: int
    ) -> bool:
        """Takes a layer that came in as it is, without edits, when it is new here or the same; says whether it was so.
        A project may hold many of them, and they need not be taken apart."""
        for table in ("edit", "branch"):
            sql = f"SELECT 1 FROM {table} WHERE article_id = ? AND author_id = ? LIMIT 1"
            if self.read(sql, theirs).fetchone() is not None or self.execute(sql, ours).fetchone() is not None:
                return False
        there = _rows(self.read, layer[0])
        if there is None:
            return False
        here = self.execute("SELECT id, finished FROM layer WHERE article_id = ? AND author_id = ?", ours).fetchone()
        if here is None:
            self._copy_layer(layer[0], ours[1], layer[1], ours[0], length)
            self.report.layers_new += 1
            self.report.people.append(self._titles(*ours)[1])
            return True
        if here[1] != layer[1] or _rows(self.execute, here[0]) != there:
            return False
        self.report.layers_known += 1
        return True

    def _check_actors(self, branch: Branch) -> None:
        known = set(self.their_facts.author_uids.values())
        values = [*branch.base.values(), *(v for e in branch.events.values() for c in e.changes for v in c[2:])]
        for value in values:
            if isinstance(value, dict) and "versions" in value:
                uids = {v["author"] for v in value["versions"]} | ({value["choice"]} if value.get("choice") else set())
                if not uids <= known:
                    raise BadFacts("It holds a decision on labels of nobody.")
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
        self.refold |= {actor for b in (*here, *there) for actor in touched_actors(b)}
        before = sum(derive(b).conflicts for b in (*here, *there))
        layer_of = layers_of_models(self.our_facts, self.connection, article, length)
        state = place(self.connection, article, author, list(united.values()), layer_of, self.ours_by_uid)
        self.report.people.append(self._titles(article, author)[1])
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
        return placing.model_author(self.connection, self.our_facts, name, version, number, self.number)

    def _copy_layer(self, layer: int, author: int, finished: float | None, article: int, length: int) -> None:
        """Rows go as they are, once they have been looked at."""
        if finished is not None:
            check_value("finished", 0, finished, length)
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


def _rows(read: Any, layer: int) -> list[Any] | None:
    """The mentions and claims of a layer as they are stored; None when it holds more, or something from elsewhere."""
    for kind in ("rejection", "decision"):
        if read(f"SELECT 1 FROM {kind} WHERE layer_id = ? LIMIT 1", (layer,)).fetchone() is not None:
            return None
    found = []
    for kind, columns in (
        ("mention", 'id, start, "end", label, actor_id, score, origin_layer'),
        ("claim", "id, source, cue, content, mode, actor_id, stance, target_id, note, implicit, score, origin_layer"),
    ):
        rows = read(f"SELECT {columns} FROM {kind} WHERE layer_id = ? ORDER BY id", (layer,)).fetchall()
        if any(row[-1] is not None for row in rows):
            return None
        found.append(rows)
    return found


ALL = {0}  # layers; no layer has this number
_CHECKED = {
    "mention": ("id", "start", "end", "label", "actor", "score"),
    "claim": ("id", "source", "cue", "content", "mode", "actor", "stance", "target", "note", "implicit", "score"),
}


def _actors_of(connection: sa.Connection, part: Part) -> set[int]:
    """The actors that a part of a project needs."""
    execute = driver(connection).execute
    found: set[int | None] = set()
    accepted_from: set[int] = set()
    edits = execute("SELECT article_id, changes FROM edit WHERE author_id = ?", (part.author,)).fetchall()
    for article, changes in edits:
        if article in part.articles:
            for kind, key, *values in orjson.loads(changes):
                held = [v for v in values if isinstance(v, dict)]
                found |= {key} if kind == "actor" else set()
                found |= {v.get(role) for v in held for role in ("actor", "target", "same_as")}
                accepted_from |= {v["origin"]["layer"] for v in held if v.get("origin")}
    for layer, article, author, kind in execute(
        "SELECT l.id, l.article_id, l.author_id, u.kind FROM layer l JOIN author u ON u.id = l.author_id"
    ).fetchall():
        of_model = kind == "model" and (part.suggestions or layer in accepted_from)
        if article in part.articles and (author == part.author or of_model):
            found |= {row[0] for row in execute("SELECT actor_id FROM mention WHERE layer_id = ?", (layer,))}
            for row in execute("SELECT actor_id, target_id FROM claim WHERE layer_id = ?", (layer,)):
                found |= set(row)
    return {i for i in found if i is not None}


def _finite(value: Any) -> float:
    """A time; raises ValueError for one that never comes."""
    if not isinstance(value, int | float) or not abs(value) < 1e15:
        raise ValueError("no time")
    return float(value)


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
        if not given:
            raise BadFacts("It holds an article without a key.")
        if extra is not None and not isinstance(orjson.loads(extra), dict):
            raise BadFacts("It holds an article whose metadata cannot be read.")
    except (ValueError, TypeError, RecursionError) as error:
        if isinstance(error, BadFacts):
            raise
        raise BadFacts(f"It holds an article that cannot be read ({error}).") from error
    if revises is not None and not (isinstance(revises, bytes) and len(revises) == 32):
        raise BadFacts("It holds an article that revises nothing.")

"""Takes what another project file knows into this one: authors, actors, the scheme, articles and layers.

What files know only ever grows (see `facts`), so the same files in any order, any number of times, give the same
project. Every row that comes in carries the number of its merge (`arrival`); what it replaced is kept with the merge.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import orjson
import sqlalchemy as sa

from annotator.core import record as records
from annotator.core.annotation import Article
from annotator.core.errors import DamagedError
from annotator.core.fields import value_to_json
from annotator.core.progress import Progress
from annotator.core.scheme import is_name
from annotator.store import actors, articles, rows
from annotator.store.merging import placing
from annotator.store.merging.facts import Branch, Reader, derive, plain_version
from annotator.store.merging.merges import MergeReport
from annotator.store.merging.placing import layers_of_models, place, rank_models, touched_actors
from annotator.store.merging.soundness import BadFacts, check_value
from annotator.store.merging.taking import Part, Taking
from annotator.store.merging.whole import take_actors, take_authors, take_schemes, take_settings
from annotator.store.project import Project, driver

_DERIVED = "SELECT derived FROM layer WHERE id = ?"


def unite(
    connection: sa.Connection,
    source: Project,
    name: str,
    number: int,
    progress: Progress | None = None,
    part: Part | None = None,
) -> MergeReport:
    """Takes another project, or a part of it, in under the number of a merge. Raises BadFacts for what no project
    holds."""
    with source.reading() as theirs:
        return _Union(connection, theirs, name, number, part).run(progress)


class _Union(Taking):
    """One merge: the articles with their layers, once what belongs to all of them is there."""

    def run(self, progress: Progress | None) -> MergeReport:
        take_authors(self)
        take_actors(self)
        take_schemes(self)
        take_settings(self)
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
        found = articles.find(self.connection, digest, metadata[0])
        if found is None:
            given, title, source, date, address, extra = metadata
            key = given if not articles.has_key(self.connection, given) else f"{given}~{digest.hex()}"
            made = Article(0, key, text, title, source, date, address, extra)
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
                self.replace("article", new, {"id": article})

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
                self.replace("assignment", {"time": when, "unaided": unaided}, key)

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
        if not rows.is_plain(driver(self.theirs), layer[0]):
            return False
        here = self.execute("SELECT id, finished FROM layer WHERE article_id = ? AND author_id = ?", ours).fetchone()
        if here is None:
            self._copy_layer(layer[0], ours[1], layer[1], ours[0], length)
            self.report.layers_new += 1
            self.report.people.append(self._titles(*ours)[1])
            return True
        if here[1] != layer[1] or not self._same(layer[0], here[0]):
            return False
        self.report.layers_known += 1
        if (derived := self._derived(layer[0])) > self.execute(_DERIVED, (here[0],)).fetchone()[0]:
            self.replace("layer", {"derived": derived}, {"id": here[0]})
        return True

    def _derived(self, layer: int) -> str:
        """What in one of their layers an importer derived."""
        names = str(self.read(_DERIVED, (layer,)).fetchone()[0])
        if not all(is_name(name) for name in names.split(" ") if name):
            raise BadFacts("It holds labels of odd names.")
        return names

    def _same(self, theirs: int, ours: int) -> bool:
        """Whether two layers hold the same, all of it as it came in."""
        there, here = driver(self.theirs), self.cursor
        return rows.is_plain(here, ours) and all(
            rows.raw(there, kind, theirs) == rows.raw(here, kind, ours) for kind in PLAIN
        )

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
            "INSERT INTO layer (article_id, author_id, finished, derived, arrival) VALUES (?, ?, ?, ?, ?)",
            (article, author, finished, self._derived(layer), self.number),
        )
        new = self.execute("SELECT last_insert_rowid()").fetchone()[0]
        for kind in PLAIN:
            try:
                values = rows.read(driver(self.theirs), kind, layer)
            except DamagedError as error:
                raise BadFacts("It holds suggestions that cannot be read.") from error
            for value in values:
                if getattr(value, "origin", None) is not None:
                    raise BadFacts("It holds suggestions that were accepted from elsewhere.")
                data = value_to_json(value)
                check_value(kind, value.id, data, length)
                if not {data.get("actor"), data.get("target")} - {None} <= self.actor_ids:
                    raise BadFacts("It holds labels for an actor that is not there.")
            rows.write(self.cursor, kind, new, values)


ALL = {0}  # layers; no layer has this number
PLAIN = ("mention", "claim", "answers")  # what layers hold that came in without edits


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

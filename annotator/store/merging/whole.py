"""What a project as a whole has, taken from another: authors, actors, schemes, settings."""

from __future__ import annotations

import json
from typing import Any

from annotator.core import record as records
from annotator.core import scheme as schemes
from annotator.core.identity import author_uid
from annotator.store.merging.soundness import BadFacts, check_value
from annotator.store.merging.taking import Taking, actors_of
from annotator.store.settings import LEAD, read_settings, settle_scheme


def take_authors(taking: Taking) -> None:
    rows = taking.read("SELECT id, uid, kind, name, version, code, color, changed FROM author").fetchall()
    if taking.part is not None:
        mine = taking.part
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
        found = taking.execute(sql, (uid,)).fetchone()
        if found is not None and found[5] != kind:
            raise BadFacts("It holds an annotator under the identity of a model, or the other way round.")
        if found is None:
            taking.execute(
                "INSERT INTO author (uid, kind, name, version, code, color, changed, arrival) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (uid, kind, name, version, code, color, changed, taking.number),
            )
            taking.report.settings += 1
            taking.author_of[key] = taking.execute("SELECT last_insert_rowid()").fetchone()[0]
            continue
        taking.author_of[key] = found[0]
        if kind == "annotator" and (changed, name, code, color) > tuple(found[1:5]):
            if name != found[2]:
                taking.report.note(f"“{found[2]}” is called “{name}” now: the later name counts.")
            new = {"changed": changed, "name": name, "code": code, "color": color}
            taking.replace("author", new, {"id": found[0]})


def take_actors(taking: Taking) -> None:
    known = dict(taking.execute("SELECT id, born FROM actor").fetchall())
    rows = taking.read("SELECT id, born FROM actor").fetchall()
    if taking.part is not None:
        needed = actors_of(taking.theirs, taking.part)
        rows = [r for r in rows if r[0] in needed]
    taking.actor_ids = {*known, *(r[0] for r in rows)}
    for key, born in rows:
        check_value("actor", key, {"id": key, "name": born}, 0)
        if key not in known:
            taking.execute(
                "INSERT INTO actor (id, name, aliases, born, arrival) VALUES (?, ?, '[]', ?, ?)",
                (key, born, born, taking.number),
            )
            taking.report.settings += 1
            taking.refold.add(key)
        elif born < known[key]:
            taking.replace("actor", {"born": born}, {"id": key})
            taking.refold.add(key)


def take_schemes(taking: Taking) -> None:
    for digest, text, when in taking.read("SELECT hash, scheme, time FROM scheme_version").fetchall():
        try:
            scheme = schemes.from_json(text)
        except (ValueError, TypeError, KeyError) as error:
            raise BadFacts("It holds a scheme that cannot be read.") from error
        if not isinstance(when, int | float) or digest != schemes.hash_of(scheme):
            raise BadFacts("It holds a scheme that cannot be read.")
        found = taking.execute("SELECT time FROM scheme_version WHERE hash = ?", (digest,)).fetchone()
        if found is None:
            taking.execute("INSERT INTO scheme_version VALUES (?, ?, ?, ?)", (digest, text, when, taking.number))
            taking.report.settings += 1
        elif when > found[0]:
            taking.replace("scheme_version", {"time": when}, {"hash": digest})
    if settle_scheme(taking.connection):
        taking.report.note("The schemes differ: the latest one counts, with the labels that only an earlier one has.")


def take_settings(taking: Taking) -> None:
    ours, _ = read_settings(taking.execute("SELECT settings FROM project").fetchone()[0])
    try:
        theirs = json.loads(taking.read("SELECT settings FROM project").fetchone()[0])
        new = dict(ours)
        for name, (value, when) in theirs.items():
            there, here = (_finite(when), json.dumps(value)), new.get(name)
            known = there if here is None else (here[1], json.dumps(here[0]))
            # Who leads was agreed on first; of all else the later counts.
            if here is None or (there < known if name == LEAD else there > known):
                new[name] = [value, there[0]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadFacts("It holds settings that cannot be read.") from error
    for name in new:
        if new[name] != ours.get(name):
            taking.keep(["setting", name, ours.get(name), new[name]])
    if new != ours:
        taking.execute("UPDATE project SET settings = ?", (json.dumps(new, sort_keys=True),))


def _finite(value: Any) -> float:
    """A time; raises ValueError for one that never comes."""
    if not isinstance(value, int | float) or not abs(value) < 1e15:
        raise ValueError("no time")
    return float(value)

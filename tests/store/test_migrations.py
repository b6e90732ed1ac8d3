"""Projects of earlier versions are brought up to date, with nothing lost."""

import json
from contextlib import contextmanager

from alembic import command
from alembic.config import Config

from annotator import store
from annotator.core import scheme
from annotator.labelling.session import Session
from annotator.store import articles, backups, layers
from annotator.store.check import check
from annotator.store.engine import engine_of

TEXT = "Ann said it is so."


@contextmanager
def made_by(path, version):
    """An empty project as a version made it, to be filled by hand."""
    engine = engine_of(path, "mode=rwc")
    with engine.connect().execution_options(writing=True) as connection:
        config = Config()
        config.set_main_option("script_location", "annotator:store/migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.commit()
        yield connection
        connection.commit()
    engine.dispose()


def first_version(path):
    """A project as the first version made it: a claim by an actor who was renamed after."""
    with made_by(path, "0001") as connection:

        def insert(table, *values):
            marks = ", ".join("?" * len(values))
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", values)

        def edit(number, action, *changes):
            text = json.dumps(changes, separators=(",", ":"))
            insert("edit", number, f"e{number}", 1, 1, 9.0 + number, "edit", None, 0, action, text)

        claim = {"id": 7, "source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 17]], "actor": 5}
        born, renamed = {"id": 5, "name": "Ann"}, {"id": 5, "name": "Ann Lee", "aliases": ["Ann"]}
        insert("project", 1, "u", "Old", scheme.to_json(scheme.default()), "{}")
        insert("author", 1, "random1", "annotator", "anna", "")
        insert("author", 2, "random2", "model", "rules-1", "3.8")
        insert("article", 1, "a", "", "", "", "", len(TEXT), articles.digest(TEXT), None)
        insert("article_text", 1, TEXT)
        insert("words (rowid, title, text)", 1, " a", TEXT)
        insert("actor", 5, "Ann Lee", '["Ann"]')
        insert("actor_name", "ann lee", 0, 5)
        insert("actor_name", "ann", 1, 5)
        insert("layer", 1, 1, 1, None)
        insert("layer", 2, 1, 2, None)
        spans = [json.dumps(claim[slot], separators=(",", ":")) for slot in ("source", "cue", "content")]
        insert("claim", 1, 7, *spans, "indirect", 5, None, None, "", 0, None, None, None)
        edit(1, "Add claim", ["actor", 5, None, born], ["claim", 7, None, claim])
        edit(2, "Rename actor", ["actor", 5, born, renamed])


def test_from_the_first_version(tmp_path):
    path = tmp_path / "old.annotator"
    first_version(path)
    project = store.open_project(path)
    assert [b.why for b in backups.of_file(path)] == ["update"]
    assert check(project) == []
    with project.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("SELECT born, same_as FROM actor").all() == [("Ann", None)]
        assert connection.exec_driver_sql("SELECT uid FROM author WHERE id = 1").scalar() == "random1"
        assert layers.load(connection, 1, 1).claims[7].actor == 5
    session = Session(project, "anna", "random1")
    assert session.actor_name(session.open(1).claims[0].value.actor) == "Ann Lee"
    assert session.undo() == "Rename actor"
    assert session.actor_name(5) == "Ann"
    assert session.undo() == "Add claim" and session.labelled.claims == ()
    assert session.redo() == "Add claim" and session.redo() == "Rename actor"
    assert session.actor_name(5) == "Ann Lee"
    assert check(project) == []
    project.close()


def second_version(path):
    """A project as the second version made it: a claim that an editor made and changed, one accepted, gold decided."""
    with made_by(path, "0002") as connection:

        def insert(table, **values):
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" * len(values))
            connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))

        def edit(number, action, *changes, author=1):
            told = json.dumps(changes, separators=(",", ":"))
            common = {"article_id": 1, "time": 9.0, "kind": "edit", "state": 0, "action": action, "changes": told}
            insert("edit", id=number, uid=f"e{number}", author_id=author, by_id=1, clock=number, **common)

        spans = {"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 17]]}
        claim = {"id": 7, **spans, "mode": "direct", "stance": "against"}
        stored = {slot: json.dumps(value, separators=(",", ":")) for slot, value in spans.items()}
        plain = scheme.to_json(scheme.default())
        insert("project", id=1, uid="u", name="Old", scheme=plain, place="{}", settings="{}", editor="")
        insert("scheme_version", hash=scheme.hash_of(scheme.default()), scheme=plain, time=0.0)
        insert("author", id=1, uid="1" * 32, kind="annotator", name="anna", version="", code="A", color="", changed=0.0)
        key = {"given": "a", "key": "a", "title": "", "source": "", "date": "", "address": ""}
        insert("article", id=1, length=len(TEXT), digest=articles.digest(TEXT), **key)
        insert("article_text", article_id=1, text=TEXT)
        insert("words", rowid=1, title=" a", text=TEXT)
        insert("layer", id=1, article_id=1, author_id=1, finished=12.0)
        more = {"mode": "direct", "stance": "against", "note": "", "implicit": 0}
        insert("claim", layer_id=1, id=7, **stored, **more)
        insert("mention", layer_id=1, id=8, start=0, end=3, label="PERSON")
        edit(1, "Add claim", ["claim", 7, None, {"id": 7, **spans, "mode": "direct"}])
        edit(2, "Set stance", ["claim", 7, {"id": 7, **spans, "mode": "direct"}, claim])
        edit(3, "Add mention", ["mention", 8, None, {"id": 8, "start": 0, "end": 3, "label": "PERSON"}])
        edit(4, "Finish article", ["finished", 0, None, 12.0])


def test_from_the_second_version(tmp_path):
    path = tmp_path / "old.annotator"
    second_version(path)
    project = store.open_project(path)
    assert [b.why for b in backups.of_file(path)] == ["update"]
    assert check(project) == [] and project.scheme == scheme.default()
    session = Session(project, "anna", "1" * 32)
    session.open(1)
    (claim,) = session.labelled.claims
    assert (claim.value.mode, claim.value.stance, claim.value.attributes) == ("direct", "against", ())
    assert [entry.action for entry in session.history()][::-1] == [
        *("Add claim", "Set stance", "Add mention", "Finish article"),
    ]
    for action in ("Finish article", "Add mention", "Set stance", "Add claim"):
        assert session.undo() == action
    assert session.labelled.claims == () and session.labelled.mentions == ()
    assert session.redo() == "Add claim" and session.redo() == "Set stance"
    assert session.labelled.claims[0].value.stance == "against"
    assert check(project) == []
    project.close()

"""Projects of earlier versions are brought up to date, with nothing lost."""

import json

from alembic import command
from alembic.config import Config

from annotator import scheme, store
from annotator.desk import Desk
from annotator.store import articles, layers
from annotator.store.check import check

TEXT = "Ann said it is so."


def first_version(path):
    """A project as the first version made it: a claim by an actor who was renamed after."""
    engine = store.project._engine(path)
    with engine.connect().execution_options(writing=True) as connection:
        config = Config()
        config.set_main_option("script_location", "annotator:store/migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()

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
        connection.commit()
    engine.dispose()


def test_from_the_first_version(tmp_path):
    path = tmp_path / "old.annotator"
    first_version(path)
    project = store.open_project(path)
    assert len(list(tmp_path.glob("old before 0001*.annotator"))) == 1
    assert check(project) == []
    with project.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("SELECT born, same_as FROM actor").all() == [("Ann", None)]
        assert connection.exec_driver_sql("SELECT uid FROM author WHERE id = 1").scalar() == "random1"
        assert layers.load(connection, 1, 1).claims[7].actor == 5
    desk = Desk(project, "anna", "random1")
    assert desk.actor_name(desk.open(1).claims[0].value.actor) == "Ann Lee"
    assert desk.undo() == "Rename actor"
    assert desk.actor_name(5) == "Ann"
    assert desk.undo() == "Add claim" and desk.sheet.claims == ()
    assert desk.redo() == "Add claim" and desk.redo() == "Rename actor"
    assert desk.actor_name(5) == "Ann Lee"
    assert check(project) == []
    project.close()

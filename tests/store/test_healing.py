"""What earlier versions let into a file, and no file may hold now."""

import sqlite3
from contextlib import closing

from annotator import store
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.store.check import check
from annotator.store.healing import heal
from tests.conftest import add_article


def test_names_and_clocks_are_healed_and_the_layer_is_still_what_its_edits_make_of_it(project):
    session = Session(project, "anna")
    session.open(add_article(project))
    assert session.do(editing.add_claim(session.labelled, (34, 60)))
    assert session.do(editing.set_actor(session.labelled, [session.labelled.claims[0]], "Ann Lee", None))
    session.close()
    long = "Ann Lee" + "x" * 600
    with closing(sqlite3.connect(project.path)) as connection:
        connection.execute("UPDATE actor SET name = ?, born = ?", (long, long))
        connection.execute("UPDATE edit SET changes = replace(changes, '\"Ann Lee\"', ?)", (f'"{long}"',))
        connection.execute("UPDATE author SET name = 'an' || char(0) || 'na' WHERE kind = 'annotator'")
        connection.execute("UPDATE edit SET clock = clock + 1099511627776, action = action || ?", ("!" * 600,))
        connection.commit()
    opened = store.open_project(project.path)
    with opened.writing() as connection:
        heal(connection)
    assert check(opened) == []
    with opened.reading() as connection:
        execute = connection.exec_driver_sql
        assert {len(row[0]) for row in execute("SELECT name FROM actor")} == {500}
        assert [row[0] for row in execute("SELECT clock FROM edit ORDER BY clock")] == [1, 2]
        assert {len(row[0]) for row in execute("SELECT action FROM edit")} == {500}
        assert [row[0] for row in execute("SELECT name FROM author WHERE kind = 'annotator'")] == ["anna"]
    opened.close()


def test_a_sound_file_is_left_as_it_is(project):
    session = Session(project, "anna")
    session.open(add_article(project))
    session.do(editing.add_mention(session.labelled, (0, 8), "ORG"))
    with project.writing() as connection:
        before = connection.connection.total_changes
        heal(connection)
        assert connection.connection.total_changes == before

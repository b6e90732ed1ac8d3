"""Project files: made, opened, refused, and never lost."""

import multiprocessing
import os
import random
import signal
import sqlite3
import time

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from annotator import store
from annotator.formats.export import export
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.store import ProjectError, articles
from annotator.store.check import check
from annotator.store.tables import SQLModel
from tests.conftest import add_article


def test_a_new_project_has_what_the_tables_say(project):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with project.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": lambda o, name, *a: not str(name).startswith("words")}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    assert check(project) == []


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "not an Annotator project"),
        (b"hello", "not an Annotator project"),
        (b"SQLite format 3\0" * 90, "not an Annotator project"),
    ],
)
def test_files_that_are_no_projects(tmp_path, content, words):
    path = tmp_path / "x.annotator"
    path.write_bytes(content)
    with pytest.raises(ProjectError, match=words):
        store.open_project(path)


def test_somebody_elses_database(tmp_path):
    path = tmp_path / "x.annotator"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(ProjectError, match="not an Annotator project"):
        store.open_project(path)


def test_missing_and_folder_and_there_already(tmp_path, project):
    with pytest.raises(ProjectError, match="not there"):
        store.open_project(tmp_path / "nothing.annotator")
    with pytest.raises(ProjectError, match="folder"):
        store.open_project(tmp_path)
    with pytest.raises(ProjectError, match="there already"):
        store.create(project.path)
    with pytest.raises(ProjectError, match="not there"):
        store.create(tmp_path / "no" / "x.annotator")


def test_a_newer_project_is_left_alone(project):
    with project.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ProjectError, match="newer"):
        store.open_project(project.path)


def test_a_damaged_project_is_told(project):
    for n in range(40):
        add_article(project, f"Article number {n}. " * 200)
    project.close()
    data = bytearray(project.path.read_bytes())
    for at in range(8192, len(data) - 4096, 4096):
        data[at : at + 64] = b"\xff" * 64
    project.path.write_bytes(bytes(data))
    try:
        found = check(store.open_project(project.path))
    except ProjectError as error:
        found = [str(error)]
    assert found and all("damaged" in line or "could not be used" in line for line in found)


def test_a_locked_project_says_so(project, monkeypatch):
    monkeypatch.setattr("annotator.store.engine.BUSY_SECONDS", 0.1)
    article = add_article(project)
    other = store.open_project(project.path)
    with project.writing(), pytest.raises(ProjectError, match="another program"):
        session = Session.__new__(Session)
        session.project = other
        add_article(other, "Something else.")
    assert articles.load(project, article).text
    other.close()


def test_a_full_disk_keeps_what_is_saved(project):
    session = Session(project, "anna")
    session.open(add_article(project))
    assert session.do(editing.add_mention(session.labelled, (0, 8), "ORG"))
    with project.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    project.engine.dispose()

    from sqlalchemy import event

    @event.listens_for(project.engine, "connect")
    def full(raw, record):
        raw.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(ProjectError, match="disk is full"):
        add_article(project, "x" * 500_000)
    assert check(project) == []
    assert len(session.labelled.mine.mentions) == 1


def _edit_until_killed(path, acknowledged):
    project = store.open_project(path)
    session = Session(project, "anna")
    labelled = session.open(session.listing()[0])
    pick = random.Random()
    while True:
        labelled = session.labelled
        what = pick.random()
        if what < 0.6 or not labelled.mentions:
            start = pick.randrange(len(labelled.article.text) - 5)
            edit = editing.add_mention(labelled, (start, start + 4), "ORG")
        elif what < 0.8:
            edit = editing.reject(labelled, [pick.choice(labelled.mentions)])
        else:
            session.undo()
            edit = None
        if edit is not None:
            session.do(edit)
        spans = sorted(m.span for m in session.labelled.mine.mentions.values())
        os.write(acknowledged, (repr(spans) + "\n").encode())


def test_killed_at_any_moment_every_acknowledged_edit_is_there(project):
    """200 processes that edit are killed, each at a random moment; the file must hold what was acknowledged last, or
    the one edit after it that was on its way."""
    add_article(project, "A sentence of some length for the edits to lie in. " * 8)
    project.close()
    context = multiprocessing.get_context("fork")
    pick = random.Random(7)
    for _ in range(200):
        read, write = os.pipe()
        process = context.Process(target=_edit_until_killed, args=(project.path, write))
        process.start()
        os.close(write)
        with os.fdopen(read, "rb") as said:
            first = said.readline()
            assert first
            time.sleep(pick.uniform(0, 0.03))
            os.kill(process.pid, signal.SIGKILL)
            lines = [first, *said.read().split(b"\n")]
        process.join()
        whole = [line for line in lines if line.endswith((b"]", b"]\n"))]
        acknowledged = eval(whole[-1], {"__builtins__": {}})
        opened = store.open_project(project.path)
        assert check(opened) == []
        session = Session(opened, "anna")
        session.open(session.listing()[0])
        spans = sorted(m.span for m in session.labelled.mine.mentions.values())
        assert len(set(spans) ^ set(acknowledged)) <= 1
        opened.close()


def test_two_that_make_the_same_project_do_not_destroy_each_other(tmp_path, monkeypatch):
    path = tmp_path / "new.annotator"
    plain = store.opening._upgrade

    def other_is_quicker(connection):
        monkeypatch.setattr(store.opening, "_upgrade", plain)
        made = store.create(path)
        add_article(made)
        made.close()
        plain(connection)

    monkeypatch.setattr(store.opening, "_upgrade", other_is_quicker)
    with pytest.raises(ProjectError, match="there already"):
        store.create(path)
    opened = store.open_project(path)
    assert articles.count(opened) == 1 and check(opened) == []
    assert [p.name for p in tmp_path.iterdir() if ".new" in p.name] == []
    opened.close()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE alembic_version SET version_num = '0000'",
        "INSERT INTO alembic_version VALUES ('0005')",
        "UPDATE alembic_version SET version_num = x'00ff'",
        "DELETE FROM project",
        "UPDATE project SET scheme = '[1]'",
        "UPDATE project SET place = '[1'",
        "UPDATE project SET place = '" + "[" * 50_000 + "'",
        "CREATE TRIGGER t AFTER INSERT ON article BEGIN DELETE FROM article_text; END",
        "CREATE VIEW v AS SELECT * FROM article",
        "DROP TABLE rejection",
        "INSERT INTO project SELECT 2, uid, name, scheme, place, settings, editor FROM project",
        "ALTER TABLE mention DROP COLUMN score",
    ],
)
def test_a_project_that_was_tampered_with_is_refused(project, harm):
    project.close()
    with sqlite3.connect(project.path) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(harm)
    connection.close()
    before = sorted(p.name for p in project.path.parent.iterdir())
    with pytest.raises(ProjectError, match="damaged"):
        store.open_project(project.path)
    assert sorted(p.name for p in project.path.parent.iterdir()) == before


@pytest.mark.parametrize(
    "harm, words",
    [
        ("UPDATE claim SET content = '[[1,\"a\"]]'", "cannot be read"),
        ("UPDATE claim SET content = '\"s\"'", "cannot be read"),
        ("UPDATE claim SET score = x'00'", "Table claim: score cannot be read in 1 row."),
        ("UPDATE claim SET attributes = '{\"sure\": {}}'", "cannot be read"),
        ("UPDATE mention SET start = 'abc'", "cannot be read"),
        ("UPDATE article SET length = 'long'", "Table article"),
        ("UPDATE edit SET changes = '[[{},1,null,null]]'", "cannot be read"),
        ("UPDATE edit SET clock = 'noon'", "Table edit"),
        ("UPDATE article SET extra = '" + "[" * 2000 + "'", "metadata"),
        ("UPDATE actor SET aliases = '" + "[" * 2000 + "'", "aliases"),
        ("INSERT INTO operation VALUES (1, 0.0, 1, 1, 1, 'Share', '{', '{}', 0)", "Table operation: before"),
        ('UPDATE mention SET "end" = 9999', "not within the text"),
        ("UPDATE claim SET mode = 'loud'", "mode or stance"),
        ("UPDATE actor SET aliases = '5'", "aliases"),
        ("UPDATE article SET extra = '{'", "metadata"),
        ("UPDATE article_text SET text = 'other'", "not the one that came in"),
        ("DELETE FROM article_text", "no text"),
        ("UPDATE edit SET changes = '['", "cannot be read"),
        ("DELETE FROM mention", "not as the edits left them"),
        ("UPDATE project SET settings = '{{{'", "what the team agreed on"),
        ("UPDATE project SET settings = '{\"dictionary cue said\": 5}'", "what the team agreed on"),
        ("UPDATE project SET settings = '{\"trained model\": [{}, 1.0]}'", "The training cannot be read"),
    ],
)
def test_check_finds_what_is_wrong_inside(project, harm, words):
    session = Session(project, "anna")
    session.open(add_article(project))
    session.do(editing.add_mention(session.labelled, (0, 8), "ORG"))
    session.do(editing.add_claim(session.labelled, (9, 16)))
    session.do(editing.set_actor(session.labelled, [session.labelled.claims[0]], "Ann", None))
    assert check(project) == []
    with project.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql(harm)
        connection.commit()
    found = check(project)
    assert any(words in line for line in found), found


@pytest.mark.parametrize(
    "stored", ["null", "[]", "{{{", "", "[" * 50_000, '{"lead": 5, "dictionary cue said": [true, 1.0]}']
)
def test_damaged_settings_leave_the_rest_usable(project, stored):
    with project.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE project SET settings = ?", (stored,))
        connection.commit()
    session = Session(project, "anna")
    assert session.knowledge.dictionary.cues == ({"said": True} if "said" in stored else {})
    session.remember("cue", "denied", False)
    assert session.knowledge.dictionary.cues["denied"] is False and check(project) == []


def test_a_fault_of_ours_and_an_error_elsewhere_are_not_told_as_the_projects(project):
    with pytest.raises(OperationalError, match="no such column"), project.reading() as connection:
        connection.exec_driver_sql("SELECT colour FROM article")
    with pytest.raises(IntegrityError), project.writing() as connection:
        connection.exec_driver_sql("INSERT INTO layer (article_id, author_id) VALUES (99, 99)")
    with pytest.raises(PermissionError, match="elsewhere"), project.reading():
        raise PermissionError("elsewhere")


def test_a_database_of_another_program_stays_as_it_is(tmp_path):
    path = tmp_path / "theirs.annotator"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="is a database, but not an Annotator project"):
        store.open_project(path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == [path.name]


def test_only_others_count_as_elsewhere(project):
    assert not project.changed_elsewhere()
    add_article(project, "Mine. One.")
    assert not project.changed_elsewhere()
    other = store.open_project(project.path)
    add_article(other, "Theirs. Two.")
    other.close()
    assert project.changed_elsewhere()
    assert not project.changed_elsewhere()


def test_settling_puts_everything_into_the_one_file(project, tmp_path):
    add_article(project)
    project.settle()
    (tmp_path / "copy.annotator").write_bytes(project.path.read_bytes())
    copy = store.open_project(tmp_path / "copy.annotator")
    assert articles.count(copy) == 1
    copy.close()


def test_the_newest_revision_is_the_one_the_program_knows():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "annotator:store/migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == store.opening.HEAD


def test_what_may_not_be_written_can_be_looked_at_checked_and_exported(project, tmp_path, monkeypatch):
    session = Session(project, "anna")
    session.open(add_article(project))
    session.do(editing.add_mention(session.labelled, (0, 8), "ORG"))
    session.close()
    before = project.path.read_bytes()
    # root may write anything, so the answer is given for it
    monkeypatch.setattr(
        "annotator.store.opening.os.access", lambda path, mode: mode != os.W_OK or str(path).endswith(".jsonl")
    )
    opened = store.open_project(project.path)
    assert opened.read_only and check(opened) == []
    looking = Session(opened, "anna")
    assert len(looking.open(1).mine.mentions) == 1
    with pytest.raises(ProjectError, match="may not be written"):
        looking.do(editing.add_mention(looking.labelled, (9, 16), "ORG"))
    monkeypatch.undo()
    assert export(opened, tmp_path / "out.jsonl", "jsonl").written == 1
    opened.close()
    assert project.path.read_bytes() == before


def test_somebody_whom_a_project_that_may_not_be_written_does_not_know_can_look(project, monkeypatch):
    add_article(project)
    project.close()
    monkeypatch.setattr("annotator.store.opening.os.access", lambda path, mode: mode != os.W_OK)
    opened = store.open_project(project.path)
    looking = Session(opened, "zoe")
    assert looking.open(1).mentions == ()
    opened.close()

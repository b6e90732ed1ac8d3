"""A fault of the program is told as that; only a damaged file is told as damaged."""

import os
import sqlite3
import subprocess
import sys

import pytest
from PySide6.QtWidgets import QApplication

from annotator import store
from annotator.core import faults
from annotator.formats import bring_in
from annotator.gui import app
from annotator.gui.dialogs import common as dialogs
from annotator.gui.dialogs import faults as telling
from annotator.gui.dialogs.faults import FaultDialog, tell_fault
from annotator.gui.steps.opening import use
from annotator.labelling import edits
from annotator.labelling.session import Session
from tests.conftest import TEXT, add_article, span_of

SECRET = "Minister Ann Lee"  # words of an article


def broken(*args, **kwargs):
    raise TypeError(f"no way with {SECRET}")


@pytest.fixture
def hands(open_window, project, monkeypatch):
    add_article(project)
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    monkeypatch.setattr(telling, "tell_fault", tell_fault)  # as it is, in spite of what other tests want
    return hands


@pytest.fixture
def shown(monkeypatch):
    found = []
    monkeypatch.setattr(dialogs, "run", lambda dialog: found.append(dialog) or True)
    return found


def check_fault(shown):
    (dialog,) = shown
    assert isinstance(dialog, FaultDialog)
    assert "TypeError" in dialog.text.toPlainText() and SECRET in dialog.text.toPlainText()
    dialog.copy.click()
    assert QApplication.clipboard().text() == dialog.text.toPlainText()
    log = faults.path().read_text("utf-8")
    assert "TypeError" in log and "broken" in log and SECRET not in log


def test_a_step_that_is_broken_ends_in_the_dialog_and_the_log(hands, shown, monkeypatch):
    monkeypatch.setattr(edits, "add_mention", broken)
    hands.select("Ann Lee")
    label = next(step for step, _ in hands.window.menus.actions.values() if step.text == "Person")
    with pytest.raises(TypeError) as raised:
        label.do(hands.window)
    app._unexpected(hands.window, raised.value)  # what Qt's loop hands over to
    check_fault(shown)
    monkeypatch.undo()


def test_long_work_that_is_broken_ends_in_the_dialog_and_the_log(hands, shown, monkeypatch, tmp_path):
    file = tmp_path / "article.txt"
    file.write_text("Some words.", "utf-8")
    monkeypatch.setattr(bring_in, "bring_in", broken)
    hands.window.files_dropped.emit([file])
    hands.qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    check_fault(shown)


def test_a_project_whose_opening_is_broken_is_not_called_damaged(open_window, project, shown, monkeypatch):
    hands = open_window()
    monkeypatch.setattr(telling, "tell_fault", tell_fault)
    monkeypatch.setattr(Session, "__init__", broken)
    with pytest.raises(TypeError):
        use(hands.window, project.path, lambda: store.open_project(project.path))
    assert hands.window.session is None
    monkeypatch.undo()


@pytest.fixture
def told(monkeypatch):
    found = []
    monkeypatch.setattr(dialogs, "tell_error", lambda parent, sentence, title="": found.append(sentence))
    return found


def test_a_truncated_file_is_damaged(open_window, project, monkeypatch):
    add_article(project, TEXT * 40)
    project.settle()
    path = project.path.with_name("cut.annotator")
    path.write_bytes(project.path.read_bytes()[: 3 * 4096])
    hands = open_window()
    said = []
    monkeypatch.setattr(dialogs, "tell_error", lambda parent, sentence, title="": said.append(sentence))
    assert use(hands.window, path, lambda: store.open_project(path)) is None
    assert len(said) == 1 and "damaged" in said[0]


def test_a_claim_that_cannot_be_read_is_damage_too(open_window, project, monkeypatch):
    add_article(project)
    session = Session(project)
    session.open(1)
    session.do(edits.add_claim(session.labelled, span_of(TEXT, "denied it")))
    with sqlite3.connect(project.path) as connection:
        connection.execute("UPDATE claim SET content = 'no spans'")
    connection.close()
    hands = open_window()
    said = []
    monkeypatch.setattr(dialogs, "tell_error", lambda parent, sentence, title="": said.append(sentence))
    use(hands.window, project.path, lambda: store.open_project(project.path))
    assert said and "damaged" in said[0] and "a claim" in said[0]


def run(*arguments, broken_at=""):
    code = "import sys; from annotator.cli import run; sys.argv[1:] = sys.argv[2:]\n"
    if broken_at:
        code += f"import {broken_at.rsplit('.', 1)[0]} as m\ndef broken(*a, **k): raise TypeError('odd')\n"
        code += f"m.{broken_at.rsplit('.', 1)[1]} = broken\n"
    command = [sys.executable, "-c", code + "run()", "annotator", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=dict(os.environ))


def test_on_the_command_line(project):
    add_article(project)
    done = run("check", project.path, broken_at="annotator.store.check.check")
    assert done.returncode == 1 and "A fault of Annotator, not of your files (TypeError)" in done.stderr
    assert "Traceback" not in done.stderr and "damage" not in done.stderr and "--debug" in done.stderr
    done = run("--debug", "check", project.path, broken_at="annotator.store.check.check")
    assert done.returncode == 1 and "Traceback" in done.stderr and "odd" in done.stderr
    project.settle()
    cut = project.path.with_name("cut.annotator")
    cut.write_bytes(project.path.read_bytes()[: 3 * 4096])
    done = run("check", cut)
    assert done.returncode == 1 and "damaged" in done.stderr and "fault" not in done.stderr

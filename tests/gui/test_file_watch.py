"""The project file is changed, moved or held by others while the window is open on it."""

import shutil
import sqlite3
import threading
import time

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QMessageBox

from annotator import store
from annotator.gui.dialogs import common as dialogs
from annotator.gui.dialogs.backups import RestoreDialog
from annotator.gui.steps.opening import use
from annotator.store import authors, backups
from annotator.suggest.keeping import add_suggestions
from tests.conftest import add_article
from tests.gui.conftest import in_dialog, in_dialogs
from tests.gui.workbench.test_workbench import suggestions


@pytest.fixture
def hands(open_window, project):
    add_suggestions(project, add_article(project), suggestions(), ("model", "1"))
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    with project.reading() as connection:
        uid = authors.load(connection)[hands.window.session.me].uid
    hands.window.settings.setValue(f"as/{project.uid}", uid)
    return hands


def said(hands):
    """The line at the bottom."""
    return hands.window.footer.hints.text()


def taken(hands):
    return len(hands.labelled.mine.claims) + len(hands.labelled.mine.mentions)


def hold_lock(path, seconds):
    """Another program writes for so long; returns when it has begun."""
    begun = threading.Event()

    def hold():
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        begun.set()
        time.sleep(seconds)
        other.execute("ROLLBACK")
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait()
    return thread


def test_while_another_program_writes_the_window_lives_and_keys_are_done_in_order(hands, qtbot):
    hands.press("A")
    first = taken(hands)
    ticks = []
    clock = QTimer()
    clock.timeout.connect(lambda: ticks.append(said(hands)))
    clock.start(20)
    thread = hold_lock(hands.window.session.project.path, 1.6)
    at = time.monotonic()
    hands.press("A")
    assert time.monotonic() - at > 1
    assert len(ticks) > 20 and any("Your change waits" in line for line in ticks)
    hands.press("X")
    assert taken(hands) == first + 1
    assert len(hands.labelled.mine.rejections) == 1
    thread.join()
    qtbot.waitUntil(lambda: "waits" not in said(hands))
    clock.stop()


def test_a_renamed_project_is_followed(hands, qtbot, tmp_path):
    hands.press("A")
    place = hands.bench.key
    new = tmp_path / "better name.annotator"
    hands.window.session.project.path.rename(new)
    hands.window.watch.look()
    qtbot.waitUntil(lambda: hands.window.session is not None and hands.window.session.project.path.name == new.name)
    assert taken(hands) == 1
    assert hands.bench.key == place
    assert "better name.annotator" in said(hands)
    hands.press("A")
    assert taken(hands) == 2


def test_a_backup_copied_over_is_shown(hands, qtbot, tmp_path, monkeypatch):
    path = hands.window.session.project.path
    hands.press("A")
    hands.window.watch.look()
    backup = shutil.copyfile(path, tmp_path / "backup")
    hands.press("A", "A")
    hands.window.watch.look()
    shutil.copyfile(backup, path)
    told = []
    monkeypatch.setattr(dialogs, "tell_error", lambda parent, sentence, title="": told.append(sentence))
    hands.window.watch.look()
    qtbot.waitUntil(lambda: bool(told) and hands.window.session is not None)
    assert "written over" in told[0]
    assert taken(hands) == 1


def test_the_days_first_change_makes_a_backup_beside_the_window(hands, qtbot):
    project = hands.window.session.project
    hands.window.watch.look()
    assert backups.listing(project.uid, project.path) == []
    hands.press("A")
    hands.window.watch.look()
    qtbot.waitUntil(lambda: [b.why for b in backups.listing(project.uid, project.path)] == ["day"])
    hands.press("A")
    hands.window.watch.look()
    hands.window.watch.stop()
    assert len(backups.listing(project.uid, project.path)) == 1


def test_a_backup_is_restored_from_the_menu_and_what_was_there_is_kept(hands, qtbot):
    project = hands.window.session.project
    hands.press("A")
    backups.keep(project.path, project.engine, "day")
    hands.press("A", "A")
    seen = []

    def restore(dialog):
        labels = [label.text() for label in dialog.findChildren(QLabel)]
        seen.append([dialog.list.item(0).text().split("   ")[1], *labels[labels.index("Edits") :][:3]])
        dialog.restore.click()

    in_dialog(RestoreDialog, restore)
    hands.window.take_step("restore")
    qtbot.waitUntil(lambda: hands.window.session is not None and taken(hands) == 1, timeout=10_000)
    assert seen == [["early that day", "Edits", "1", "3"]]
    assert "What was there before is kept" in said(hands)
    assert [b.why for b in backups.of_file(hands.window.session.project.path)] == ["restore", "day"]


def test_a_damaged_project_offers_its_backups(hands, qtbot):
    project, window = hands.window.session.project, hands.window
    hands.press("A")
    backups.keep(project.path, project.engine, "day")
    window.close_session()
    window.show_page()
    data = bytearray(project.path.read_bytes())
    data[100:3000] = b"\xff" * 2900
    project.path.write_bytes(bytes(data))
    in_dialogs((QMessageBox, lambda box: box.defaultButton().click()), (RestoreDialog, lambda d: d.restore.click()))
    assert use(window, project.path, lambda: store.open_project(project.path)) is None
    qtbot.waitUntil(lambda: window.session is not None and taken(hands) == 1, timeout=10_000)
    assert list(project.path.parent.glob("* damaged *.annotator"))


def test_a_renamed_folder_is_followed(open_window, tmp_path, qtbot):
    (tmp_path / "a").mkdir()
    project = store.create(tmp_path / "a" / "p.annotator")
    add_suggestions(project, add_article(project), suggestions(), ("model", "1"))
    project.close()
    hands = open_window()
    use(hands.window, project.path, lambda: store.open_project(project.path))
    hands.window.suggesting.serve(None)
    hands.press("A")
    before = taken(hands)
    (tmp_path / "a").rename(tmp_path / "b")
    hands.window.watch.look()
    qtbot.waitUntil(lambda: hands.window.session is not None and hands.window.session.project.path.parent.name == "b")
    assert taken(hands) == before
    hands.press("A")
    assert taken(hands) > before


def test_opening_waits_for_another_program_without_holding_the_window_up(open_window, project, qtbot):
    add_article(project)
    path = project.path
    project.close()
    hands = open_window()
    ticks = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(20)
    holder = hold_lock(path, 1.5)
    use(hands.window, path, lambda: store.open_project(path))
    holder.join()
    assert hands.window.session is not None and len(ticks) > 20

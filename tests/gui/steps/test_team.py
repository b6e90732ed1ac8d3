"""A team at the window: who works here, sharing out, packages, merges and their undo."""

import pytest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel

from annotator import store
from annotator.gui.dialogs import files
from annotator.gui.dialogs.history import StatisticsDialog
from annotator.gui.dialogs.team import MergeDialog, Person, ShareDialog, TeamDialog
from annotator.gui.steps import team as team_steps
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.store import articles, authors
from annotator.store.check import check
from annotator.store.merging import merges
from annotator.store.settings import setting
from annotator.store.sight import OPEN_STATISTICS
from annotator.team import me, merging, sharing
from tests.conftest import TEXT, add_article, span_of
from tests.gui.conftest import in_dialog, in_dialogs, type_name


@pytest.fixture
def hands(open_window, project):
    add_article(project)
    add_article(project, TEXT + "And more.")
    hands = open_window()
    hands.window.show_session(Session(project, "lead", "a" * 32))
    hands.window.suggesting.serve(None)
    return hands


def choose(hands, name, *then):
    """Opens the team and takes a step there; `then` are (dialog's kind, what to do in it), one after the other."""
    in_dialogs((TeamDialog, lambda dialog: dialog._choose(name)), *then)
    hands.press("Ctrl+T")


def names(project):
    with project.reading() as connection:
        return {a.name: a for a in authors.annotators(connection)}


def test_the_first_start_asks_who_works_here(hands):
    in_dialog(Person, lambda dialog: (dialog.name.setText("Anna Berg"), dialog.accept()))
    team_steps.ask_who(hands.window)
    assert me.known().name == "Anna Berg"


def test_renaming_and_switching(hands, project):
    def rename(dialog):
        dialog.name.setText("The lead")
        dialog.code.setText("TL")
        dialog.accept()

    choose(hands, "rename", (Person, rename), (TeamDialog, lambda dialog: dialog.reject()))
    assert names(project)["The lead"].code == "TL"
    assert "labelled by The lead" in hands.window.header.whose.text()
    ben = Session(project, "ben").me
    in_dialog(TeamDialog, lambda d: (d.list.setCurrentRow(1), d._choose("switch")))
    hands.press("Ctrl+T")
    assert "labelled by ben" in hands.window.header.whose.text() and ben
    assert hands.window.session.me == ben


def test_from_sharing_out_to_the_merge_and_back(hands, project, tmp_path, monkeypatch):
    add = (Person, lambda dialog: (dialog.name.setText("anna"), dialog.accept()))
    choose(hands, "add", add, (TeamDialog, lambda dialog: dialog.reject()))
    assert set(names(project)) == {"lead", "anna"}
    anna = names(project)["anna"]

    def share(dialog):
        dialog.boxes[hands.window.session.me].setChecked(False)
        dialog.overlap.setValue(0)
        assert dialog.numbers[anna.id].text() == "2 articles"
        dialog.accept()

    choose(hands, "share", (ShareDialog, share))
    assert "2 assignments made" in hands.window.footer.hints.text()

    package = tmp_path / "for anna.annotator"
    monkeypatch.setattr(files, "choose_file", lambda *a, **k: package)
    in_dialog(TeamDialog, lambda d: (d.list.setCurrentRow(1), d._choose("pack")))
    hands.press("Ctrl+T")
    hands.qtbot.waitUntil(lambda: "holds 2 articles for anna" in hands.window.footer.hints.text())

    session = Session(store.open_project(package))
    assert session.editor == "anna" and len(session.listing(mine=True)) == 2
    session.open(1)
    session.do(editing.add_claim(session.labelled, span_of(TEXT, "the ship was empty")))
    session.finish()
    session.close()

    def merge(dialog):
        words = " ".join(label.text() for label in dialog.findChildren(QLabel))
        assert "for anna.annotator" in words and "Nothing is in conflict" in words
        dialog.accept()

    in_dialogs((QFileDialog, lambda dialog: type_name(dialog, package)), (MergeDialog, merge))
    hands.press("Ctrl+M")
    hands.qtbot.waitUntil(
        lambda: "Merged. Articles with labels by anna: 1." in hands.window.footer.hints.text(), timeout=10_000
    )
    undo = hands.window.actions_by_name["undo"].text()
    assert undo == "Undo “Merge 1 file”"
    with project.reading() as connection:
        assert merges.finished(connection, anna.id) == 1
    monkeypatch.setattr("annotator.gui.dialogs.common.confirm", lambda *a: True)
    hands.press("Ctrl+Z")
    assert "Undone: Merge 1 file" in hands.window.footer.hints.text()
    with project.reading() as connection:
        assert merges.finished(connection, anna.id) == 0
    assert check(project) == []


def test_undoing_a_merge_that_brought_all_there_is(open_window, project, tmp_path):
    other = store.create(tmp_path / "other.annotator")
    add_article(other)
    other.settle()
    hands = open_window()
    hands.window.show_session(Session(project, "lead"))
    merging.merge_files(project, [other.path], hands.window.session.me)
    hands.window.show_merged()
    assert hands.labelled.article.id == 1
    hands.window.session.undo()
    hands.window.show_page()
    assert hands.labelled is None and hands.window.start.isVisible()
    with project.reading() as connection:
        assert articles.ids(connection) == []
    other.close()


def test_the_queue_shows_mine(hands, project):
    lead = hands.window.session.me
    sharing.share_out(project, [(2, lead)], lead)
    hands.window.session.refresh()
    queue = hands.bench.queue
    queue.reload()
    assert queue.list.articles.ids == [2] and queue.chips[None].text() == "All 1"
    hands.click(queue.mine)
    assert queue.list.articles.ids == [1, 2]


def test_an_annotator_is_not_shown_what_others_did(hands, project):
    lead, anna, ben = hands.window.session.me, Session(project, "anna"), Session(project, "ben")
    sharing.share_out(project, [(1, anna.me), (1, ben.me)], lead)
    ben.open(1)
    ben.finish()
    hands.window.close_session()
    hands.window.show_session(Session(store.open_project(project.path), "anna"))
    hands.window.suggesting.serve(None)
    hands.press("Ctrl+R")
    hands.qtbot.waitUntil(lambda: "finished by two editors" in hands.window.footer.hints.text())
    rows = []
    in_dialog(TeamDialog, lambda d: (rows.extend(d.list.item(n).text() for n in range(d.list.count())), d.reject()))
    hands.press("Ctrl+T")
    assert any("anna" in r and "0 finished" in r for r in rows)
    assert not any("ben" in r and "finished" in r for r in rows)


def test_statistics_of_others_are_for_the_lead(hands, project):
    lead, ben = hands.window.session.me, Session(project, "ben")
    ben.open(1)
    ben.finish()
    rows = []

    def look(dialog):
        rows.append([dialog.table.item(n, 0).text() for n in range(dialog.table.rowCount())])
        dialog.reject()

    in_dialog(StatisticsDialog, look)
    hands.window.take_step("statistics")
    sharing.share_out(project, [(1, ben.me)], lead)
    hands.window.close_session()
    hands.window.show_session(Session(store.open_project(project.path), "ben"))
    in_dialog(StatisticsDialog, look)
    hands.window.take_step("statistics")
    assert rows == [["lead", "ben"], ["ben"]]
    hands.window.close_session()
    hands.window.show_session(Session(store.open_project(project.path), "lead", "a" * 32))
    in_dialog(TeamDialog, lambda dialog: (dialog.findChildren(QCheckBox)[1].setChecked(True), dialog.reject()))
    hands.window.take_step("team")
    with project.reading() as connection:
        assert setting(connection, OPEN_STATISTICS) is True

"""A project as a whole, by keys: the sample, a folder of articles, a dataset written."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QMessageBox

from annotator import store
from annotator.gui.dialogs import common as dialogs
from annotator.gui.dialogs import files
from annotator.gui.dialogs.reports import ExportDialog, ImportDialog
from annotator.gui.steps.opening import use
from annotator.labelling import edits
from tests.conftest import TEXT, add_article, span_of
from tests.gui.conftest import in_dialog, in_dialogs, type_name


def test_the_sample_is_opened_made_once_and_is_the_same_the_next_time(open_window):
    hands = open_window()
    QTest.mouseClick(hands.window.start.buttons["start"][0], Qt.MouseButton.LeftButton)
    assert hands.window.session.name == "Sample" and len(hands.window.session.listing()) == 5
    hands.window.suggesting.serve(None)
    path = hands.window.session.project.path
    hands.window.session.do(edits.add_mention(hands.labelled, (0, 4), "PERSON"))
    hands.window.close_session()
    hands.window.show_page()
    hands.window.take_step("open_sample")
    hands.window.suggesting.serve(None)
    assert hands.window.session.project.path == path and len(hands.labelled.mine.mentions) == 1


def test_a_folder_is_brought_in_from_the_window(open_window, project, tmp_path, monkeypatch):
    folder = tmp_path / "news"
    (folder / "monday").mkdir(parents=True)
    (folder / "one.txt").write_text("First title\n\nSome words.", "utf-8")
    (folder / "monday" / "two.txt").write_text("Second title\n\nOther words.", "utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    said = []
    in_dialogs(
        (QFileDialog, lambda dialog: type_name(dialog, folder)),
        (ImportDialog, lambda dialog: (said.append(dialog.findChild(QLabel).text()), dialog.accept())),
    )
    QTest.mouseClick(hands.window.start.buttons["start without articles"][1], Qt.MouseButton.LeftButton)
    # The articles are in the file before the window knows of it: its report comes last.
    hands.qtbot.waitUntil(lambda: bool(said) and QApplication.activeModalWidget() is None, timeout=10_000)
    assert len(hands.window.session.listing()) == 2
    assert hands.labelled.article.title == "Second title"  # in the order of their paths
    assert said == ["2 articles came in, 1 thing stayed out, as named below."]  # the picture
    assert hands.window.pages.currentWidget() is hands.bench


def test_nothing_comes_in_when_no_folder_is_chosen(open_window, project, monkeypatch):
    hands = open_window(project)
    in_dialog(QFileDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))
    hands.window.take_step("import_folder")
    assert hands.window.session.listing() == []


def test_a_file_that_cannot_be_opened_leaves_the_project_that_is_open(open_window, project, tmp_path, monkeypatch):
    add_article(project)
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    said = []
    monkeypatch.setattr(dialogs, "tell_error", lambda parent, sentence, title="": said.append(sentence))
    bad = tmp_path / "bad.annotator"
    bad.write_bytes(b"SQLite format 3\0" + b"no database" * 500)
    assert use(hands.window, bad, lambda: store.open_project(bad)) is None
    assert len(said) == 1 and hands.window.session is not None
    hands.select("Ann Lee")
    hands.press("1")
    assert len(hands.labelled.mine.mentions) == 1


@pytest.fixture
def labelled(open_window, project):
    add_article(project)
    add_article(project, "Nothing is said in this one.")
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    hands.window.session.do(edits.add_claim(hands.labelled, span_of(TEXT, "denied it")))
    hands.press("0")
    hands.finish()
    return hands


def test_a_dataset_is_written_by_keys(labelled, tmp_path, monkeypatch):
    out = tmp_path / "gold.jsonl"
    told = []

    def choose(dialog):
        first = dialog.findChildren(QComboBox)[0]
        first.setFocus()
        QTest.keyClick(first, Qt.Key.Key_Home)
        assert dialog.only_finished.isChecked()  # one article is finished
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    def read(box):
        told.append(box.text())
        QTest.keyClick(box, Qt.Key.Key_Return)

    in_dialogs(
        (ExportDialog, choose), (QFileDialog, lambda dialog: type_name(dialog, tmp_path / "gold")), (QMessageBox, read)
    )
    labelled.press("Ctrl+E")
    labelled.qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert told == [f"Wrote 1 record to {out}, each read back and compared."]
    (record,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert record["text"] == TEXT and record["claims"][0]["content"] == [list(span_of(TEXT, "denied it"))]


def test_an_export_that_is_given_up_writes_nothing(labelled, tmp_path, monkeypatch):
    asked = []
    in_dialog(ExportDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))
    labelled.press("Ctrl+E")
    assert asked == []
    in_dialogs(
        (ExportDialog, lambda dialog: dialog.accept()),
        (QFileDialog, lambda dialog: (asked.append(dialog), QTest.keyClick(dialog, Qt.Key.Key_Escape))),
    )
    labelled.press("Ctrl+E")
    assert len(asked) == 1 and list(tmp_path.glob("*.jsonl")) == []


def test_metadata_from_a_table_is_shown_at_once(open_window, project, tmp_path, monkeypatch, qtbot):
    add_article(project, "The text of one.", "one")
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    (tmp_path / "m.csv").write_text("id,headline\none,A better title\n")
    monkeypatch.setattr(files, "choose_file", lambda *args, **options: tmp_path / "m.csv")
    hands.window.take_step("import_metadata")
    qtbot.waitUntil(lambda: hands.labelled.article.title == "A better title", timeout=10_000)
    assert "A better title" in hands.window.windowTitle() and "1 article changed" in hands.window.footer.hints.text()

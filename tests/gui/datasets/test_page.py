"""Making a dataset in the window: live counts, what is chosen is what is written, and what looks wrong opens."""

import pyarrow.parquet as pq
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from annotator.datasets.plan import remembered
from annotator.gui.datasets.page import DatasetPage
from annotator.gui.dialogs import files
from tests.datasets.test_dataset import articles, bring
from tests.gui.conftest import in_dialog, in_dialogs


@pytest.fixture
def hands(open_window, project, tmp_path):
    bring(project, tmp_path, articles(40))
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    return hands


def counted(qtbot, page):
    qtbot.waitUntil(lambda: page.plan is not None and page.plan.recipe == page.recipe, timeout=10_000)
    return page.plan


def test_what_is_chosen_is_counted_and_written(hands, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "choose_file", lambda *args, **options: tmp_path / "ds")
    seen = {}

    def choose(page):
        first = counted(qtbot, page)
        assert len(first.split) == 40 and "40, of 40 articles" in page.written.text()
        page.splits.shares[0].setValue(50)
        assert "add up to 70" in page.splits.wrong.text() and not page.write.isEnabled()
        page.splits.shares[1].setValue(40)
        plan = counted(qtbot, page)
        assert (
            plan.recipe.split == (50, 40, 10)
            and page.splits.balance.item(0, 1).text() == f"{plan.counts['train']['articles']}"
        )
        page.files.files["spacy"].setChecked(False)
        page.files.files["tables"].setChecked(False)
        seen["plan"] = counted(qtbot, page)
        page.copy.click()
        QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    in_dialogs((DatasetPage, choose), (QMessageBox, lambda box: box.accept()))
    hands.press("Ctrl+Shift+E")
    qtbot.waitUntil(
        lambda: (tmp_path / "ds" / "manifest.json").exists() and QApplication.activeModalWidget() is None,
        timeout=20_000,
    )
    assert "--split 50,40,10 --files jsonl,tokens" in QApplication.clipboard().text()
    rows = {
        part: pq.read_table(tmp_path / "ds" / "data" / f"{part}.parquet").num_rows
        for part in ("train", "validation", "test")
    }
    assert (
        rows == {part: seen["plan"].counts[part]["records"] for part in rows}
        and not (tmp_path / "ds" / "spacy").exists()
    )
    recipe, splits = remembered(hands.window.session.project)
    assert recipe == seen["plan"].recipe and len(splits["splits"]) == 40


def test_the_next_time_it_is_as_it_was_and_esc_writes_nothing(hands, qtbot, tmp_path):
    def look(page):
        plan = counted(qtbot, page)
        assert page.labels.layer.currentData() == "editors"  # there is no gold
        assert page.splits.balance.rowCount() and page.check.findings.count()
        page.labels.layer.setCurrentIndex(page.labels.layer.findData("gold"))
        qtbot.waitUntil(lambda: "nothing to make a dataset of" in page.written.text(), timeout=10_000)
        assert not page.write.isEnabled() and plan is not None
        assert not page.splits.balance.rowCount() and not page.check.findings.count()
        QTest.keyClick(page, Qt.Key.Key_Escape)

    in_dialog(DatasetPage, look)
    hands.press("Ctrl+Shift+E")
    assert remembered(hands.window.session.project) == (None, {})


def test_what_looks_wrong_opens_its_article(hands, qtbot, project, tmp_path):
    unfinished = [one | {"id": "open", "finished": None} for one in articles(1, first=500)]
    bring(project, tmp_path, unfinished)
    number = hands.window.session.listing()[-1]

    def look(page):
        counted(qtbot, page)
        page.labels.boxes["unfinished"].setChecked(True)
        counted(qtbot, page)
        page.steps.setCurrentRow(3)
        assert "not finished" in page.check.findings.item(0).text() and "open" in page.check.findings.item(0).text()
        page.check.findings.itemActivated.emit(page.check.findings.item(0))

    in_dialog(DatasetPage, look)
    hands.press("Ctrl+Shift+E")
    assert hands.labelled.article.id == number and hands.labelled.article.key == "open"


def test_who_gives_no_folder_is_back_at_the_page(hands, qtbot, monkeypatch):
    monkeypatch.setattr(files, "choose_file", lambda *args, **options: None)
    times = []

    def look(page):
        times.append(counted(qtbot, page))
        again = len(times) == 2
        QTest.keyClick(
            page, *((Qt.Key.Key_Escape,) if again else (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier))
        )

    in_dialogs((DatasetPage, look), (DatasetPage, look))
    hands.press("Ctrl+Shift+E")
    assert len(times) == 2

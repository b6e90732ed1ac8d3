"""A file dialog over the folder of an open project leaves the project's locks alone."""

import os

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QFileSystemModel, QTreeView

from annotator.gui.dialogs import files
from tests.conftest import add_article
from tests.gui.conftest import in_dialog
from tests.store.test_locks import locks_of, only_linux


@only_linux
def test_no_lock_is_lost(open_window, project, qtbot):
    add_article(project)
    hands = open_window(project)
    before = locks_of(project.path)
    assert before
    hands.window.settings.setValue("folder", str(project.path.parent))
    seen = []

    def look(dialog):
        dialog.setViewMode(QFileDialog.ViewMode.Detail)
        model = dialog.findChild(QFileSystemModel)
        index = lambda column: model.index(str(project.path), column)  # noqa: E731
        qtbot.waitUntil(lambda: model.data(index(2)) == "annotator file", timeout=5_000)
        seen.append((model.data(index(0)), dialog.findChild(QTreeView) is not None))
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    in_dialog(QFileDialog, look)
    assert files.choose_file(hands.window, hands.window.settings, "Open", "All files (*)") is None
    assert seen == [(project.path.name, True)] and locks_of(project.path) == before
    os.close(os.open(project.path, os.O_RDONLY))  # what Qt's own would have done
    assert not locks_of(project.path)

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
        try:
            dialog.setViewMode(QFileDialog.ViewMode.Detail)
            model = dialog.findChild(QFileSystemModel)
            qtbot.waitUntil(lambda: model.index(str(project.path)).isValid() and bool(kind(model)), timeout=5_000)
            qtbot.wait(100)
            seen.append((kind(model), dialog.findChild(QTreeView) is not None))
        finally:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)

    def kind(model):
        return model.data(model.index(str(project.path), 2))

    in_dialog(QFileDialog, look)
    assert files.choose_file(hands.window, hands.window.settings, "Open", "All files (*)") is None
    assert seen == [("annotator file", True)]
    assert locks_of(project.path) == before
    os.close(os.open(project.path, os.O_RDONLY))  # what Qt's own would have done
    assert not locks_of(project.path)

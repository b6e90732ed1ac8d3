"""A real window on a project, and hands that press its keys."""

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from annotator.gui import app
from annotator.gui.dialogs import common as dialogs
from annotator.gui.dialogs import faults
from annotator.gui.dialogs.finishing import FinishDialog
from annotator.labelling.open_questions import open_questions
from annotator.labelling.session import Session
from annotator.store import articles
from tests.conftest import add_article


@pytest.fixture(scope="session")
def qapp():
    made = app.application()
    yield made
    # Whatever is left goes before the application does.
    for widget in made.topLevelWidgets():
        if shiboken6.isValid(widget):
            shiboken6.delete(widget)
    made.processEvents()


def in_dialogs(*steps):
    """Does something in each of the dialogs that open next, once it is there: (its kind, what to do)."""
    (kind, act), *rest = steps

    def later():
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            QTimer.singleShot(20, later)
            return
        if rest:
            in_dialogs(*rest)
        try:
            act(dialog)
        except BaseException:
            dialog.reject()  # else the test would wait for it for ever
            raise

    QTimer.singleShot(20, later)


def in_dialog(kind, act):
    in_dialogs((kind, act))


def type_name(dialog, path):
    """Types a name in a file dialog and takes it."""
    field = dialog.findChild(QLineEdit)
    field.setText(str(path))
    QTest.keyClick(field, Qt.Key.Key_Return)


def by(hands, article):
    """The version of the model that suggested for an article last."""
    session = hands.window.session
    return articles.models(session.project, session.me, article)[article][0] or ""


class Hands:
    """Presses keys where the focus is, as an editor does, and looks at what the window shows."""

    def __init__(self, window, qtbot):
        self.window = window
        self.qtbot = qtbot

    @property
    def labelled(self):
        return self.window.session.labelled

    @property
    def bench(self):
        return self.window.workbench

    def press(self, *keys):
        """Each of "A", "Ctrl+Z", "Shift+Right" …; sent to the widget that has the focus."""
        for key in keys:
            combination = QKeySequence(key)[0]
            target = QApplication.focusWidget() or self.window
            QTest.keyClick(target, combination.key(), combination.keyboardModifiers())
            QApplication.processEvents()

    def finish(self):
        """Finishes the article, anyway where something is still open."""
        labelled, scheme = self.labelled, self.window.session.scheme
        if labelled.mine.finished is None and open_questions(labelled, scheme):
            control = Qt.KeyboardModifier.ControlModifier
            in_dialog(FinishDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Return, control))
        self.press("Ctrl+Return")

    def type(self, text):
        QTest.keyClicks(QApplication.focusWidget(), text)

    def answer(self, text, *keys):
        """Types into the dialog that the next key opens, then presses keys there (Return by default)."""
        from PySide6.QtCore import QTimer

        def later():
            dialog = QApplication.activeModalWidget()
            field = dialog.focusWidget() or dialog
            QTest.keyClicks(field, text)
            for key in keys or ("Return",):
                combination = QKeySequence(key)[0]
                QTest.keyClick(dialog.focusWidget() or dialog, combination.key(), combination.keyboardModifiers())

        QTimer.singleShot(50, later)

    def select(self, part, nth=0):
        """Selects words with the keys alone: the caret goes there from the start of the text, then Shift and arrows."""
        text = self.labelled.article.text
        start = -1
        for _ in range(nth + 1):
            start = text.index(part, start + 1)
        if not self.bench.view.hasFocus():
            self.press("V")
        self.press("Ctrl+Home", *["Right"] * start, *["Shift+Right"] * len(part))
        assert self.bench.view.selection() == (start, start + len(part))

    def click(self, widget, at=None, **options):
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or QPoint(widget.width() // 2, widget.height() // 2))
        QApplication.processEvents()

    def wait_for_suggestions(self):
        self.qtbot.waitUntil(lambda: self.labelled is not None and self.labelled.suggested is not None, timeout=60_000)


@pytest.fixture
def open_window(qapp, qtbot, tmp_path, monkeypatch):
    """Opens windows, and closes those left at the end. An error told in a dialog fails the test."""
    windows = []

    def tell(parent, sentence, title=""):
        raise AssertionError(f"{title}: {sentence}")

    def tell_fault(parent, error):
        raise AssertionError("a fault was told") from error

    monkeypatch.setattr(dialogs, "tell_error", tell)
    monkeypatch.setattr(faults, "tell_fault", tell_fault)

    def open_it(project=None):
        window = app.new_window(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
        windows.append(window)
        window.resize(1280, 720)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        if project is not None:
            window.show_session(Session(project, "anna"))
        return Hands(window, qtbot)

    yield open_it
    for window in windows:
        window.close()
        shiboken6.delete(window)
    QApplication.processEvents()


@pytest.fixture
def hands(open_window, project):
    """On one article, when the model has suggested for it; a module with other needs has its own."""
    add_article(project)
    made = open_window(project)
    made.wait_for_suggestions()
    return made

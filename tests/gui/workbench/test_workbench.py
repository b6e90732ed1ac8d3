"""The window in an editor's hands: mouse, keys, coming back, and what goes wrong."""

import os
import signal
import threading

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton

from annotator import store
from annotator.gui.dialogs import common as dialogs
from annotator.gui.dialogs.reports import ImportDialog
from annotator.gui.stepping import Activity, Situation
from annotator.gui.steps.opening import use
from annotator.gui.workbench.article_drawing import ArticleDrawing
from annotator.gui.workbench.edge import Edge
from annotator.labelling import edits as editing
from annotator.store import ProjectError
from annotator.suggest.keeping import add_suggestions
from tests.conftest import TEXT, add_article, span_of
from tests.gui.conftest import in_dialog
from tests.labelling.test_edits import suggestions


@pytest.fixture
def hands(open_window, project):
    article = add_article(project)
    add_suggestions(project, article, suggestions(), ("model", "1"))
    add_article(project, "Second article.\nNothing is said in it.")
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    return hands


def place(view, position):
    """Where a code point is drawn, in the viewport."""
    return (view.rect_at(position).center() + QPointF(1, 0)).toPoint()


def drag(view, start, end):
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), (start + end) / 2)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    QApplication.processEvents()


def menu_action(hands, *texts):
    """Chooses entries of the article's context menu with the mouse's right button."""
    from PySide6.QtCore import QTimer

    def choose():
        menu = QApplication.activePopupWidget()
        for text in texts:
            action = next(a for a in menu.actions() if a.text().split("\t")[0] == text)
            if action.menu():
                menu = action.menu()
            else:
                action.trigger()
        QApplication.activePopupWidget().close()

    QTimer.singleShot(50, choose)
    hands.bench.view.menu_wanted.emit(hands.bench.view.mapToGlobal(QPoint(5, 5)))


def test_shortcuts_are_not_given_twice(hands):
    steps = hands.window.menus.steps()
    for apart in ("review", "side"):  # panes that are never heard together
        keys = [key for step in steps for key in step.keys if step.pane != apart and heard_in_review(step, apart)]
        assert len(keys) == len(set(keys))


def heard_in_review(step, apart):
    """In the review, what only the workbench has is not heard."""
    situation = Situation(Activity.REVIEWING, project=True, undo="x", redo="x", finished=True, trained=True)
    return apart == "review" or step.when(situation)


def test_mouse_alone(hands):
    bench, view = hands.bench, hands.bench.view
    # Accept and reject on the card.
    hands.click(bench.card.accept)
    assert hands.labelled.claims[0].state == "accepted"
    hands.click(bench.card.reject)
    assert hands.labelled.claims[1].state == "rejected"
    # Another card is opened by a click on it; stance and mode are set on it.
    row = bench.claims.visualRect(bench.claims.claims.index(0))
    QTest.mouseClick(bench.claims.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert bench.item().key == hands.labelled.claims[0].key
    hands.click(bench.card.answers["stance"]["against"])
    hands.click(bench.card.answers["mode"]["direct"])
    assert (hands.labelled.claims[0].value.stance, hands.labelled.claims[0].value.mode) == ("against", "direct")
    hands.click(bench.card.answers["stance"]["against"])
    assert hands.labelled.claims[0].value.stance is None
    # An edge is dragged to another word; it snaps to the word's end.
    edge = Edge("source", 0, "end")
    handle = view.edge_point(edge, hands.labelled.claims[0].value).toPoint() + QPoint(0, 4)
    target = place(view, span_of(TEXT, "report", 1)[1] - 2)
    drag(view, handle, target)
    assert hands.labelled.claims[0].value.source == (
        (span_of(TEXT, "Minister Ann Lee")[0], span_of(TEXT, "report", 1)[1]),
    )
    # Words are selected and made an entity and a claim by the menu.
    start, end = span_of(TEXT, "coast guard")
    drag(view, place(view, start) - QPoint(2, 0), place(view, end) - QPoint(1, 0))
    assert view.selection() == (start, end)
    menu_action(hands, "Entity", "Organisation")
    assert any(i.value.span == (start, end) and i.value.label == "ORG" for i in hands.labelled.mentions)
    start, end = span_of(TEXT, "the ship was empty 🚢 at noon")
    view.select(start, end)
    menu_action(hands, "New claim from selection")
    assert hands.labelled.find("claim", bench.key).value.content == ((start, end),)
    view.select(*span_of(TEXT, "the coast guard"))
    menu_action(hands, "Source from selection")
    assert hands.labelled.find("claim", bench.key).value.source == (span_of(TEXT, "the coast guard"),)
    # A click on an article of the queue opens it.
    queue = bench.queue.list
    QTest.mouseClick(
        queue.viewport(), Qt.MouseButton.LeftButton, pos=queue.visualRect(queue.articles.index(1)).center()
    )
    assert hands.labelled.article.id == 2


def test_clicking_the_text_brings_the_claim_into_focus(hands):
    view = hands.bench.view
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place(view, span_of(TEXT, "mislead")[0] + 2))
    assert hands.bench.item() == hands.labelled.claims[1]
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place(view, span_of(TEXT, "Omar")[0] + 2))
    assert hands.bench.item() == hands.labelled.mentions[1]


def test_undo_says_what_it_will_undo(hands):
    hands.press("A")
    assert hands.window.actions_by_name["undo"].text() == "Undo “Accept claim”"
    assert "Saved" in hands.window.footer.saved.text()
    hands.press("Ctrl+Z")
    assert hands.window.actions_by_name["redo"].text() == "Redo “Accept claim”"
    assert hands.labelled.claims[0].state == "suggested"
    assert hands.window.header.progress_label.text() == "0 of 4 decided"


def test_labels_by_key(hands):
    hands.press("Alt+2", "Down", "1")
    assert (hands.labelled.mentions[1].state, hands.labelled.mentions[1].value.label) == ("changed", "PERSON")
    hands.select("Minister", 1)
    hands.press("2")
    assert hands.bench.item().state == "made" and hands.bench.item().value.label == "ORG"


def test_letters_go_into_the_search_field(hands):
    hands.press("Ctrl+K")
    hands.type("axnm second")
    assert hands.bench.queue.search.text() == "axnm second"
    assert all(i.state == "suggested" for i in hands.labelled.claims)
    hands.bench.queue.search.setText("second")
    hands.press("Return")
    assert hands.labelled.article.id == 2


def test_the_window_comes_back_as_it_was_left(hands, open_window, project):
    hands.press("Tab", "Tab")
    key = hands.bench.key
    hands.window.close()
    again = open_window(store.open_project(project.path))
    assert (again.labelled.article.id, again.bench.key) == (1, key)
    again.press("Ctrl+PgDown")
    assert again.labelled.article.id == 2
    again.window.close()
    assert open_window(store.open_project(project.path)).labelled.article.id == 2


def test_offsets_on_the_screen_are_offsets_in_the_text(open_window, project):
    """Every odd sign takes the same place on the screen as in the text: what is selected is what is meant."""
    text = "\ufeffA🚢\r\nb\rc\x0bd\x0ce\u2028f\u2029g\ufdd0h\ufffci\u0301j عمر k\x85l\tm"
    add_article(project, text)
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    view = hands.bench.view
    for position, letter in enumerate(text):
        view.select(position, position + 1)
        assert view.selection() == (position, position + 1), (position, letter)
        if letter.isalpha() or letter == "🚢":
            assert view.textCursor().selectedText() == letter


def test_a_worker_that_dies_is_started_again_and_nothing_is_lost(open_window, project):
    add_article(project)
    hands = open_window(project)
    suggesting = hands.window.suggesting
    said = []
    suggesting.trouble.connect(said.append)
    hands.qtbot.waitUntil(lambda: suggesting.ready, timeout=60_000)
    hands.wait_for_suggestions()
    before = suggesting.pid
    os.kill(before, signal.SIGKILL)
    hands.qtbot.waitUntil(lambda: suggesting.pid not in (None, before), timeout=20_000)
    assert hands.bench.item() is not None
    hands.press("A")
    second = add_article(project, "A second text.\nMayor Ann Lee said it was late.")
    hands.bench.queue.reload()
    hands.window.open_article(second)
    hands.qtbot.waitUntil(lambda: hands.labelled.suggested is not None, timeout=60_000)
    assert any("started again" in line for line in said)
    assert hands.labelled.article.id == second
    hands.window.open_article(1)
    assert hands.labelled.decided == 1


def test_what_cannot_be_saved_is_told_and_not_shown(hands, monkeypatch):
    told = []
    monkeypatch.setattr(dialogs, "tell_error", lambda parent, sentence, title="": told.append(sentence))

    def fail(*arguments):
        raise ProjectError("“news.annotator” cannot grow: the disk is full.")

    monkeypatch.setattr("annotator.store.edits.apply", fail)
    hands.press("A")
    assert told == ["“news.annotator” cannot grow: the disk is full."]
    assert hands.labelled.claims[0].state == "suggested"


def test_files_are_dropped_and_reported(hands, tmp_path, qtbot):
    (tmp_path / "new.txt").write_text("A new text.\nWith two lines.", "utf-8")
    (tmp_path / "old.txt").write_bytes("Größe\nzwei".encode("cp1252"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("new.txt", "old.txt")])
    seen = []

    def answer():
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, ImportDialog):
            seen.append(next(w.text() for w in dialog.findChildren(QLabel)))
            again = [b for b in dialog.findChildren(QPushButton) if "1252" in b.text()]
            (again or dialog.findChildren(QPushButton))[0].click()

    from PySide6.QtCore import QTimer

    timer = QTimer()
    timer.timeout.connect(answer)
    timer.start(50)
    action = Qt.DropAction.CopyAction
    hands.window.dropEvent(
        QDropEvent(QPointF(5, 5), action, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    )
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=10_000)
    timer.stop()
    assert seen == ["1 article came in, 1 could not be read.", "1 article came in."]
    assert len(hands.window.session.listing()) == 4
    assert "Größe" in hands.labelled.article.text


def test_pasting_makes_an_article(hands):
    QApplication.clipboard().setText("Pasted title\nPasted text.")
    hands.press("Ctrl+Shift+V")
    assert hands.labelled.article.title == "Pasted title"


def test_an_edge_cannot_be_pushed_over_its_neighbour(hands):
    hands.press("Tab")
    hands.press("E", *["Shift+Right"] * 40)
    first, second = hands.labelled.claims[1].value.content
    assert first[1] <= second[0]
    assert "cannot go further" in hands.window.footer.hints.text()


def test_the_footer_of_a_finished_article_shows_how_to_go_on(hands):
    hands.finish()
    hands.press("Alt+Up")
    hands.window.footer.stop_saying()
    hands.press("Escape")
    shown = hands.window.footer.hints.text()
    assert (
        "reopen, to change it" in shown
        and "accept" not in shown
        and hands.window.header.finish.text().startswith("Next")
    )
    hands.press("Ctrl+Shift+O")
    hands.window.footer.stop_saying()
    hands.press("Escape")
    assert "accept" in hands.window.footer.hints.text()


def test_the_footer_shows_the_keys_of_the_pane_that_has_them(hands):
    bench, hints = hands.bench, hands.window.footer.hints
    for pane, words in ((bench.view, "new claim"), (bench.side_list(), "select in text"), (bench.view, "new claim")):
        pane.setFocus()
        assert words in hints.text()
    hands.press("Escape")
    assert "select in text" in hints.text()
    hands.click(bench.view.viewport())
    assert "new claim" in hints.text()


def test_a_project_in_use_is_not_opened_twice(hands, open_window, project, monkeypatch):
    use(hands.window, project.path, lambda: store.open_project(project.path))
    told = []
    monkeypatch.setattr(dialogs, "tell_error", lambda parent, sentence, title="": told.append(sentence))
    hands.window.close_session()
    assert use(hands.window, project.path, lambda: store.open_project(project.path))
    other = open_window()
    assert use(other.window, project.path, lambda: store.open_project(project.path)) is None
    assert "open in another window" in told[0]


def test_another_programs_articles_appear(hands, project):
    other = store.open_project(project.path)
    add_article(other, "Third article.\nIt came from elsewhere.")
    other.close()
    hands.window.watch.look()
    assert len(hands.bench.queue.list.articles.ids) == 3


def test_dialogs_open_and_close_by_keys(hands):
    from PySide6.QtCore import QTimer

    for key in ("?", "F1", "Shift+F1"):
        shown = []

        def close(shown=shown):
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, QDialog):
                shown.append(dialog.windowTitle())
                QTest.keyClick(dialog, Qt.Key.Key_Escape)

        QTimer.singleShot(100, close)
        hands.press(key)
        assert shown, key


def test_dark_and_light(hands):
    hands.window.take_step("theme_dark")
    assert hands.window.theme.dark and hands.bench.view.theme.dark
    dark = hands.window.grab().toImage().pixelColor(600, 600)
    hands.window.take_step("theme_light")
    light = hands.window.grab().toImage().pixelColor(600, 600)
    assert dark.lightness() < 60 < 200 < light.lightness()


def test_finishing_the_last_article_says_so(hands):
    hands.finish()
    hands.finish()
    assert "No article is left" in hands.window.footer.hints.text()
    assert hands.window.session.listing("done") == [1, 2]


def test_the_whole_project_may_be_undone(hands):
    session = hands.window.session
    hands.press("A", "A", "Ctrl+Shift+A")
    hands.finish()
    assert session.do(editing.add_mention(session.labelled, (0, 6), "ORG"))
    hands.press(*["Ctrl+Z"] * 5)
    assert hands.labelled.article.id == 1 and hands.labelled.decided == 0
    assert "Undone" in hands.window.footer.hints.text()


def test_late_answers_do_not_reach_another_project(open_window, project, tmp_path):
    add_article(project, "Ann Lee said it was late. " * 400)
    hands = open_window(project)
    suggesting = hands.window.suggesting
    hands.qtbot.waitUntil(lambda: suggesting.ready, timeout=60_000)
    old, event = suggesting._client, None
    from annotator.suggest.client import Event

    other = store.create(tmp_path / "other.annotator")
    add_article(other, "Short.")
    from annotator.labelling.session import Session

    hands.window.show_session(Session(other, "anna"))
    event = Event("done", 1, {"mentions": [{"start": 0, "end": 900, "label": "ORG"}], "claims": []})
    suggesting._event.emit(old, event)
    QApplication.processEvents()
    assert hands.labelled.suggested is None or all(m.end <= 6 for m in hands.labelled.suggested.mentions.values())


def test_the_first_card_has_room_for_what_it_shows(open_window, project):
    article = add_article(project)
    add_suggestions(project, article, suggestions(), ("model", "1"))
    hands = open_window(project)
    card = hands.bench.card
    assert card.isVisible() and card.height() > 200
    # A content that takes several lines, right after one that takes one.
    session = hands.window.session
    session.do(editing.replace_slot(session.labelled, session.labelled.claims[0], "content", (25, len(TEXT) - 2)))
    for _ in range(2):
        for slot in card.slots.values():
            assert slot.height() >= slot.heightForWidth(slot.width())
        hands.press("Down")


def test_a_note_leaves_a_rejection_alone(hands):
    hands.press("X", "Up", "I")
    assert hands.labelled.claims[0].state == "rejected"
    assert "rejected" in hands.window.footer.hints.text()


def test_a_quick_import_leaves_no_dialog_behind(hands, tmp_path, qtbot):
    from annotator.gui.jobs import Job

    ended = []
    Job(hands.window, "Working", lambda step: step(1, 1) or "done", "It failed").run(ended.append)
    qtbot.waitUntil(lambda: ended == ["done"])
    qtbot.wait(600)
    assert QApplication.activeModalWidget() is None


def test_what_work_brings_after_the_project_was_closed_is_let_go(hands, qtbot):
    from annotator.gui.jobs import Job

    go_on, ended = threading.Event(), []
    job = Job(hands.window, "Working", lambda step: go_on.wait(10), "It failed")
    job.run(ended.append)
    with qtbot.waitSignal(job.destroyed):
        hands.window.close_session()
        go_on.set()
    qtbot.wait(50)
    assert ended == []


def test_copied_text_is_the_articles_own(open_window, project):
    add_article(project, "A title\r\nLine two.\r\n", "A title")
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    hands.bench.view.select(0, 13)
    hands.bench.view.setFocus()
    hands.press("Ctrl+C")
    assert QApplication.clipboard().text() == "A title\r\nLine"


def test_escape_clears_the_search(hands):
    hands.press("Ctrl+K")
    hands.type("zzz")
    hands.press("Escape")
    assert hands.bench.queue.search.text() == "" and hands.bench.side_list().hasFocus()


def test_half_words_are_taken_in_whole(hands):
    start, end = span_of(TEXT, "report was “pure fic")
    hands.bench.view.select(start + 2, end)
    menu_action(hands, "New claim from selection")
    content = hands.labelled.find("claim", hands.bench.key).value.content
    assert content == (span_of(TEXT, "report was “pure fiction"),)


def test_a_handle_that_is_clicked_is_the_one_the_arrows_move(hands):
    view = hands.bench.view
    edge = Edge("source", 0, "start")
    point = view.edge_point(edge, hands.labelled.claims[0].value).toPoint() + QPoint(0, 4)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert hands.bench.edge == edge and hands.labelled.claims[0].state == "suggested"


def test_history_and_the_way_back(hands):
    from annotator.gui.dialogs.history import HistoryDialog

    hands.press("T", "T")  # favor, neutral
    assert hands.bench.item().value.stance == "neutral"

    def back(dialog):
        rows = [dialog.list.item(n).text() for n in range(dialog.list.count())]
        assert len(rows) == 2 and "stance: favor → neutral" in rows[0] and "anna:" in rows[0]
        dialog.list.setCurrentRow(1)
        dialog.back.click()

    in_dialog(HistoryDialog, back)
    hands.press("H")
    assert hands.bench.item().value.stance == "favor"
    hands.press("Ctrl+Z")
    assert hands.bench.item().value.stance == "neutral"


def test_a_line_without_end_is_shown_and_can_be_labelled(open_window, project):
    add_article(project, "x" * 1_000_000 + " Ann Lee said no. " + "y" * 1_000_000)
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    at = 1_000_001
    hands.bench.view.select(at, at + 7)
    assert hands.bench.view.selection() == (at, at + 7)
    hands.bench.view.setFocus()
    hands.press("1")
    (mention,) = hands.labelled.mine.mentions.values()
    assert hands.labelled.article.text[mention.start : mention.end] == "Ann Lee"
    hands.bench.view.copy_selection()


def test_the_chip_of_a_label_hides_no_words(open_window, project):
    add_article(project, "Title\n\n" + "Ann Lee met Omar Haddad in Berlin and they spoke of it at length again. " * 12)
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    view = hands.bench.view
    drawing = ArticleDrawing(view)
    block = view.document().findBlockByNumber(2)
    at = view.blockBoundingGeometry(block).translated(view.contentOffset()).topLeft()
    line = block.layout().lineAt(1).naturalTextRect().translated(at)
    assert not drawing._is_free(block, line.adjusted(20, 4, -20, -4))
    last = block.layout().lineAt(block.layout().lineCount() - 1).naturalTextRect().translated(at)
    behind = QRectF(last.right() + 10, last.top() + 4, 60, 16)
    assert behind.right() < view.viewport().width() and drawing._is_free(block, behind)

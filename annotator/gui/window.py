"""The window: menus and keys, the lines above and below the workbench, and what concerns the project as a whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from annotator.gui import theme as themes
from annotator.gui.frame import Footer, Header
from annotator.gui.keys import APART, BY_NAME, MENUS, MNEMONICS, STEPS, UNLISTED, tip
from annotator.gui.start_page import StartPage

if TYPE_CHECKING:
    from annotator.desk import Desk
    from annotator.gui.review.bench import ReviewBench
    from annotator.gui.suggesting import Suggesting
    from annotator.gui.workbench import Workbench
    from annotator.review import Dispute

LEAST = "suggestions/least"  # in the settings: from how probable on claims are shown
# Steps that need a project, and those that only the workbench has.
OF_PROJECT = ("import_files", "import_folder", "paste_article", "export", "merge", "team")
OF_WORKBENCH = (
    *("go_to_text", "go_to_side", "next_pane", "show_claims", "show_entities", "show_actors", "rename_actor"),
    *("choose_least", "suggest_all", "suggest_again", "remember", "show_dictionary", "train", "untrain"),
    *("reopen_article", "import_files", "import_folder", "paste_article"),
)


class Window(QMainWindow):
    """A window on one project, or on the start page while there is none."""

    def __init__(self, settings: QSettings, pipeline: str | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.pipeline = pipeline
        self.desk: Desk | None = None
        self.workbench: Workbench | None = None
        self.reviewing: ReviewBench | None = None
        self.by_hand = False  # gold is edited in the workbench
        self.suggesting: Suggesting | None = None
        self.lock: Any = None
        self.theme = themes.LIGHT
        self.actions_by_name: dict[str, QAction] = {}
        self._after_show: list[Callable[[], None]] = []
        self.setWindowTitle("Annotator")
        self.setAcceptDrops(True)
        room = self.screen().availableGeometry()
        self.resize(min(1440, room.width() - 40), min(900, room.height() - 80))
        self.setMinimumSize(960, 560)
        self._build()
        self._apply_theme()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)
        geometry = settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self._poll = QTimer(self)
        self._poll.setInterval(2000)
        self._poll.timeout.connect(self._look_at_file)

    # Building

    def _build(self) -> None:
        self._build_menus()
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.header = Header(self.take_step)
        self.header.cancelled.connect(self._cancel_suggesting)
        self.pages = QStackedWidget()
        self.start = StartPage(self.take_step)
        self.pages.addWidget(self.start)
        self.footer = Footer()
        self.footer.free.connect(self._show_hints)
        layout.addWidget(self.header)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.footer)
        self.setCentralWidget(page)
        self.header.hide()
        self.footer.hide()

    def _build_menus(self) -> None:
        self.menuBar().installEventFilter(self)
        for menu_name in MENUS:
            menu = self.menuBar().addMenu(MNEMONICS[menu_name])
            for step in (s for s in STEPS if s.menu == menu_name):
                action = QAction(step.text, self)
                action.setShortcuts([QKeySequence(k) for k in step.keys])
                action.setToolTip(tip(step))
                if step.where != "window":
                    # Shown in the menu, but heard only in its pane.
                    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                action.triggered.connect(lambda checked=False, n=step.name: self.take_step(n))
                if step.name in APART:
                    menu.addSeparator()
                if step.name not in UNLISTED:
                    menu.addAction(action)
                self.actions_by_name[step.name] = action
            if menu_name == "Claim":
                self.label_menu = self.menuBar().addMenu(MNEMONICS["Entity"])

    def _build_workbench(self) -> Workbench:
        from annotator.gui.suggesting import Suggesting
        from annotator.gui.workbench import Workbench

        workbench = Workbench(self.theme)
        self.workbench = workbench
        self.pages.addWidget(workbench)
        for step in STEPS:
            if step.where == "side":
                workbench.side.addAction(self.actions_by_name[step.name])
                self.removeAction(self.actions_by_name[step.name])
        workbench.said.connect(self.say)
        workbench.changed.connect(self._show_state)
        workbench.queue.chosen.connect(self.open_article)
        app = QGuiApplication.instance()
        assert app is not None
        app.focusObjectChanged.connect(self._show_hints)  # type: ignore[attr-defined]
        sizes = self.settings.value("splitter")
        if isinstance(sizes, QByteArray):
            workbench.splitter.restoreState(sizes)
        points = self.settings.value("points")
        if points is not None:
            workbench.view.set_points(float(str(points)))
        self.suggesting = Suggesting(self, self.pipeline)
        self.suggesting.progress.connect(self.header.show_suggesting)
        self.suggesting.trouble.connect(self.say)
        self.suggesting.working.connect(self._mark_working)
        workbench.learned.connect(self.suggest_again)
        return workbench

    def _build_reviewing(self) -> ReviewBench:
        from annotator.gui.review.bench import ReviewBench

        bench = ReviewBench(self.theme)
        self.reviewing = bench
        self.pages.addWidget(bench)
        for step in (s for s in STEPS if s.where == "review"):
            for pane in (bench.side, bench.view):
                pane.addAction(self.actions_by_name[step.name])
        bench.said.connect(self.say)
        bench.changed.connect(self._show_state)
        bench.article_wanted.connect(self._open_review)
        bench.hand_wanted.connect(self._edit_by_hand)
        return bench

    def choose_theme(self, wanted: str) -> None:
        """Light, dark, or as the system says ("system")."""
        self.settings.setValue("theme", wanted)
        self._apply_theme()

    def _apply_theme(self) -> None:
        wanted = str(self.settings.value("theme", "system"))
        self.theme = themes.current(wanted)
        for name in ("system", "light", "dark"):
            action = self.actions_by_name[f"theme_{name}"]
            action.setCheckable(True)
            action.setChecked(name == wanted)
        app = QGuiApplication.instance()
        assert app is not None
        app.setPalette(themes.palette(self.theme))  # type: ignore[attr-defined]
        app.setStyleSheet(themes.style_sheet(self.theme))  # type: ignore[attr-defined]
        self.start.set_theme(self.theme)
        if self.workbench is not None:
            self.workbench.set_theme(self.theme)
        if self.reviewing is not None:
            self.reviewing.set_theme(self.theme)
        self._show_hints()

    # A project

    def show_desk(self, desk: Desk) -> None:
        """Shows a project, at the place where it was left."""
        workbench = self.workbench or self._build_workbench()
        assert self.suggesting is not None
        self.close_desk()
        self.footer.forget_saved()
        self.desk = desk
        self.settings.setValue("project", str(desk.project.path.absolute()))
        self.header.project_name.setText(desk.name)
        self.header.project_name.setToolTip(str(desk.project.path.absolute()))
        self.show_labels()
        self.suggesting.serve(desk)
        workbench.show_desk(desk)
        desk.project.changed_elsewhere()  # from here on
        if not desk.training_fits:
            self.say("The project's training does not fit this version of Annotator, and is not used. Train again.")
        self._poll.start()
        self._return_to_place(desk)

    def show_labels(self) -> None:
        """The scheme's labels with their keys, in a menu of their own."""
        self.label_menu.clear()
        for label in self.desk.scheme.labels if self.desk is not None else ():
            action = QAction(label.title, self)
            if label.key:
                action.setShortcut(QKeySequence(label.key))
            action.triggered.connect(lambda checked=False, n=label.name: self._label(n))
            self.label_menu.addAction(action)

    def _label(self, name: str) -> None:
        if self.workbench is not None:
            self.workbench.label(name)

    def _return_to_place(self, desk: Desk) -> None:
        assert self.workbench is not None
        place = desk.project.place()
        ids = self.workbench.queue.list.articles.ids
        article = place.get("article")
        if article not in ids:
            article = desk.following(ids) or (ids[0] if ids else None)
        if isinstance(article, int):
            self.open_article(article)
            if place.get("article") == article and desk.sheet is not None:
                kind, key = place.get("kind"), place.get("key")
                if isinstance(kind, str) and isinstance(key, list):
                    found = desk.sheet.find(kind, (key[0], key[1]))
                    if found is not None:
                        self.workbench.focus_on(kind, found.key, take_focus=False)
                top = place.get("top")
                if isinstance(top, int):
                    self.workbench.view.scroll_to(top)
        self.show_page()
        self.workbench.side_list().setFocus()

    def close_desk(self) -> None:
        """Leaves the project; everything in it is saved already but the place, which is kept now."""
        if self.suggesting is not None:
            self.suggesting.serve(None)
        self._poll.stop()
        if self.desk is not None:
            self.leave_review()
            self._keep_place()
            self.desk.listeners.clear()
            if self.workbench is not None:
                self.workbench.show_desk(None)
            self.desk.close()
            self.desk = None
        if self.lock is not None:
            self.lock.unlock()
            self.lock = None

    def _keep_place(self) -> None:
        from annotator.store import ProjectError

        if self.desk is None or self.workbench is None or self.desk.sheet is None:
            return
        place: dict[str, object] = {
            "article": self.desk.sheet.article.id,
            "kind": self.workbench.kind,
            "key": list(self.workbench.key) if self.workbench.key else None,
            "top": self.workbench.view.top_position(),
        }
        # Only the place would be lost: a disk that is full must not keep the window open.
        with suppress(ProjectError):
            self.desk.project.keep_place(place)

    def open_article(self, article: int) -> None:
        """Shows an article and has the next ones suggested ahead."""
        assert self.desk is not None and self.workbench is not None and self.suggesting is not None
        from annotator.gui.dialogs import tell_error
        from annotator.store import ProjectError

        self.leave_review()
        try:
            if self.desk.sheet is not None and self.desk.sheet.article.id != article:
                self._keep_place()
            self.desk.open(article)
            ids = self.workbench.queue.list.articles.ids
            at = self.workbench.queue.list.articles.row_of(article)
            self.suggesting.want(article, ids[at + 1 :] if at >= 0 else [])
        except ProjectError as error:
            tell_error(self, str(error), "The article could not be opened")
        self.show_page()
        if self.workbench.queue.search.hasFocus():
            self.workbench.side_list().setFocus()

    # Review

    @property
    def in_review(self) -> bool:
        """Whether the review is what is shown."""
        return self.reviewing is not None and self.pages.currentWidget() is self.reviewing

    def show_review(self, disputes: list[Dispute], article: int | None = None) -> None:
        """Goes over to the review: to `article`, else the one in work, when it is under review; else to the most
        disputed one."""
        assert self.desk is not None
        bench = self.reviewing or self._build_reviewing()
        here = article or (self.desk.sheet.article.id if self.desk.sheet else None)
        waiting = {d.article for d in disputes if d.open} or {d.article for d in disputes}
        self._keep_place()
        bench.show_desk(self.desk, disputes)
        self._open_review(here if here is not None and (here in waiting or here == article) else disputes[0].article)

    def _open_review(self, article: int) -> None:
        assert self.reviewing is not None
        from annotator.gui.dialogs import tell_error
        from annotator.store import ProjectError

        self.by_hand = False
        self.pages.setCurrentWidget(self.reviewing)
        try:
            self.reviewing.open(article)
        except (ProjectError, KeyError) as error:
            self.leave_review()
            self.pages.setCurrentWidget(self.workbench or self.start)
            self.show_page()
            tell_error(self, str(error), "The review could not be opened")
            return
        self.show_page()
        self.reviewing.side.setFocus()

    def leave_review(self) -> None:
        """Back to one's own labels."""
        if self.desk is None or self.desk.review is None:
            return
        self.by_hand = False
        if self.reviewing is not None:
            self.reviewing.show_desk(None, [])
            listener = self.reviewing._notice
            self.desk.listeners[:] = [known for known in self.desk.listeners if known != listener]
        self.desk.leave_review()
        assert self.workbench is not None
        self.pages.setCurrentWidget(self.workbench)
        self.show_page()
        self.workbench.side_list().setFocus()

    def _edit_by_hand(self) -> None:
        """Gold in the workbench, at what is in question."""
        assert self.desk is not None and self.desk.review is not None and self.reviewing is not None
        question = self.reviewing.question()
        value = self.desk.review.elements.get(question.group) if question is not None else None
        assert self.workbench is not None and self.desk.sheet is not None
        self.by_hand = True
        self.pages.setCurrentWidget(self.workbench)
        self.show_page()
        if question is not None and value is not None:
            self.workbench.focus_on(question.group[0], self.desk.sheet.key_of(value))
        self.say("Correct it with the usual keys. Esc goes back to the review.")

    def _back_to_review(self) -> None:
        assert self.reviewing is not None
        self.by_hand = False
        self.pages.setCurrentWidget(self.reviewing)
        self.show_page()
        self.reviewing.after_hand()
        self.reviewing.side.setFocus()

    def show_page(self) -> None:
        """The review while there is one, the workbench when there is an article, else the start page with what can be
        done."""
        filled = self.desk is not None and self.desk.sheet is not None
        self.header.setVisible(filled)
        self.footer.setVisible(filled)
        if filled and self.workbench is not None:
            if not self.in_review:
                self.pages.setCurrentWidget(self.workbench)
        else:
            self.start.show_for(self.desk.name if self.desk else None)
            self.pages.setCurrentWidget(self.start)
        for name, action in self.actions_by_name.items():
            action.setEnabled(self._is_possible(name, filled))
        self.label_menu.setEnabled(filled and not self.in_review)
        for action in self.label_menu.actions():
            action.setEnabled(filled and not self.in_review)
        self._show_state()

    def _is_possible(self, name: str, filled: bool) -> bool:
        """Whether a step can be taken on the page that is shown."""
        step = BY_NAME[name]
        if step.where == "review":
            return self.in_review
        if name in ("review", "agreement", "statistics"):
            return self.desk is not None and filled
        if self.in_review:
            return step.menu not in ("Decide", "Claim", "Edges") and name not in OF_WORKBENCH
        if name == "untrain":
            return self.desk is not None and self.desk.knowledge.trained is not None
        if step.menu in ("Edit", "Article", "Decide", "Claim", "Edges", "View", "Suggest"):
            return filled
        return name not in OF_PROJECT or self.desk is not None

    # Showing

    def _show_state(self) -> None:
        desk, workbench = self.desk, self.workbench
        if desk is None or workbench is None:
            return
        sheet = desk.sheet
        if self.in_review and desk.review is not None:
            self._show_review_state(desk)
            return
        self.setWindowTitle(
            f"{sheet.article.heading} – {desk.name} – Annotator" if sheet else f"{desk.name} – Annotator"
        )
        if sheet is not None:
            done = sheet.mine.finished is not None
            whose = "gold, by hand" if self.by_hand else f"labelled by {desk.editor}"
            parts = [sheet.article.heading, sheet.article.source, sheet.article.date]
            self.header.whose.setText(whose)
            self.header.title.setText("   ·   ".join(p for p in parts if p))
            total, decided = sheet.suggestions, sheet.decided
            text = f"{decided:,} of {total:,} decided" if total else "" if self.by_hand else "no suggestions yet"
            finish = "Back to the review" if self.by_hand else "Next" if done else "Finish and next"
            self.header.show_progress(text, decided, total, finish)
            self.actions_by_name["reopen_article"].setEnabled(done and not self.by_hand)
        self._show_turns(desk)

    def _show_review_state(self, desk: Desk) -> None:
        review = desk.review
        assert review is not None
        self.setWindowTitle(f"Review: {review.article.heading} – {desk.name} – Annotator")
        done = review.gold.finished is not None
        self.header.title.setText(f"Review   ·   {review.article.heading}")
        self.header.whose.setText("gold is finished" if done and not review.open else "")
        total, decided = len(review.questions), len(review.questions) - len(review.open)
        text = f"{decided:,} of {total:,} differences decided" if total else "no differences"
        self.header.show_progress(text, decided if total else 1, total, "Next" if done else "Finish and next")
        self._show_turns(desk)

    def _show_turns(self, desk: Desk) -> None:
        undo, redo = desk.next_turns()
        for name, turn in (("undo", undo), ("redo", redo)):
            action = self.actions_by_name[name]
            action.setEnabled(turn is not None)
            action.setText(f"{name.capitalize()} “{turn}”" if turn else name.capitalize())
        if desk.last_action is not None:
            self.footer.show_saved()
            desk.last_action = None
        self._show_hints()

    def _show_hints(self, _: object = None) -> None:
        if self.workbench is None or self.footer.saying:
            return
        where = "review" if self.in_review else "text" if self.workbench.view.hasFocus() else "side"
        undo = self.actions_by_name["undo"]
        labels = where == "side" and self.workbench.kind == "mention"
        self.footer.show_keys("by hand" if self.by_hand else where, labels, undo.text() if undo.isEnabled() else None)

    def say(self, sentence: str) -> None:
        """A line at the bottom for a few seconds."""
        self.footer.say(sentence)

    def suggest_again(self) -> None:
        """Has the article on the desk suggested anew, with what the project has learned since."""
        if self.suggesting is not None and self.desk is not None and self.desk.sheet is not None and not self.in_review:
            self.suggesting.want_again(self.desk.sheet.article.id)

    def _cancel_suggesting(self) -> None:
        if self.suggesting is not None:
            self.suggesting.cancel()

    def _mark_working(self, articles: set[int]) -> None:
        if self.workbench is not None:
            self.workbench.queue.list.working = articles
            self.workbench.queue.list.viewport().update()

    def _look_at_file(self) -> None:
        """Takes in what another program (an import on the command line) has written."""
        from annotator.store import ProjectError

        if self.desk is None:
            return
        try:
            if self.desk.project.changed_elsewhere():
                self.desk.refresh()
            self.desk.project.settle()
        except ProjectError as error:
            self.say(str(error))

    # Steps

    def take_step(self, name: str) -> None:
        """Does a step of `keys.STEPS`, where it can be done."""
        if name == "go_to_side" and self.footer.saying:
            self.footer.stop_saying()
        if self.by_hand and (name in ("finish_and_next", "review") or (name == "go_to_side" and self._at_side())):
            self._back_to_review()
            return
        if name == "leave_review" or (name == "review" and self.in_review):
            self.leave_review()
            return
        if name == "undo" and not self.in_review and self.desk is not None and self.desk.merge_to_undo() is not None:
            from annotator.gui import team_steps

            team_steps.undo_merge(self)
            return
        if self.in_review and self.reviewing is not None and self.reviewing.handles(name):
            self.footer.stop_saying()
            self.reviewing.run(name)
            self._show_hints()
            return
        if self.workbench is not None and self.workbench.handles(name):
            self.footer.stop_saying() if name not in ("next_edge",) else None
            self.workbench.run(name)
            self._show_hints()
            return
        from annotator.gui import learning_steps, project_steps, team_steps

        found = (getattr(module, name, None) for module in (project_steps, team_steps, learning_steps))
        step = next((step for step in found if callable(step)), None)
        if step is not None:
            step(self)

    def _at_side(self) -> bool:
        return self.workbench is not None and not self.workbench.view.hasFocus()

    # Events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # While the menu bar is gone through by keys, arrows and letters are its own, and no steps.
        if watched is self.menuBar() and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for then in self._after_show:
            QTimer.singleShot(0, then)
        self._after_show.clear()

    def after_show(self, then: Callable[[], None]) -> None:
        """Runs `then` once the window is on the screen."""
        self._after_show.append(then)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from annotator.gui import project_steps

        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            QTimer.singleShot(0, lambda: project_steps.take_paths(self, paths))
        elif event.mimeData().hasText():
            event.acceptProposedAction()
            text = event.mimeData().text()
            QTimer.singleShot(0, lambda: project_steps.take_text(self, text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._look_at_file()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.setValue("geometry", self.saveGeometry())
        if self.workbench is not None:
            self.settings.setValue("splitter", self.workbench.splitter.saveState())
            self.settings.setValue("points", self.workbench.view.points)
        self.close_desk()
        self.settings.sync()
        super().closeEvent(event)


def choose_file(window: Window, title: str, kinds: str, new: bool = False, proposal: str = "") -> Path | None:
    """A file the editor chose; None when it was cancelled."""
    folder = str(window.settings.value("folder") or Path.home())
    start = str(Path(folder) / proposal) if proposal else folder
    ask = QFileDialog.getSaveFileName if new else QFileDialog.getOpenFileName
    name, _ = ask(window, title, start, kinds)
    if not name:
        return None
    window.settings.setValue("folder", str(Path(name).parent))
    return Path(name)

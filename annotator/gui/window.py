"""The window: its pages and menus, the lines above and below them, and the project that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QSettings, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from annotator.core.errors import AnnotatorError
from annotator.gui import theme as themes
from annotator.gui.bare_window import BareWindow
from annotator.gui.file_watch import FileWatch
from annotator.gui.frame import Footer, Header
from annotator.gui.menus import Menus
from annotator.gui.place import keep_place, place_to_return_to, return_to
from annotator.gui.start_page import StartPage
from annotator.gui.stepping import Activity, Refusal, Situation, Step, situation_of

if TYPE_CHECKING:
    from annotator.gui.review.bench import ReviewBench
    from annotator.gui.suggesting import Suggesting
    from annotator.gui.workbench.workbench import Workbench
    from annotator.labelling.session import Session

MODEL = "suggestions/model"  # in the settings: which one suggests
OTHER = "suggestions/other"  # which one of others was asked last
OTHER_TOLD = "suggestions/told"  # what a chat model is told, by the project, where somebody has changed it
MIN_SCORE = "suggestions/least"  # in the settings: from how probable on claims are shown


class Window(BareWindow):
    """A window on one project, or on the start page while there is none. `workbench_made` and `review_made` tell that
    these pages are there now, `activity_changed` that it does something else."""

    workbench_made = Signal(object)
    review_made = Signal(object)
    activity_changed = Signal(object)

    def __init__(self, settings: QSettings, pipeline: str | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.pipeline = pipeline
        self.session: Session | None = None
        self.workbench: Workbench | None = None
        self.reviewing: ReviewBench | None = None
        self.suggesting: Suggesting | None = None
        self.activity = Activity.START
        self._now = Situation()
        self.lock: Any = None
        self.theme = themes.LIGHT
        self.setWindowTitle("Annotator")
        room = self.screen().availableGeometry()
        self.resize(min(1440, room.width() - 40), min(900, room.height() - 80))
        self.setMinimumSize(960, 560)
        self._build()
        self._apply_theme()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)
        geometry = settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self.watch = FileWatch(self)
        self.watch.said.connect(lambda line: self.say(line) if line else self.footer.stop_saying())

    # Building

    def _build(self) -> None:
        self.menus = Menus(self, self.take)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.header = Header(self.take)
        self.pages = QStackedWidget()
        self.start = StartPage(self.take)
        self.pages.addWidget(self.start)
        self.footer = Footer()
        self.footer.free.connect(self._show_hints)
        layout.addWidget(self.header)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.footer)
        self.setCentralWidget(page)
        self.header.hide()
        self.footer.hide()

    @property
    def actions_by_name(self) -> dict[str, QAction]:
        """The steps' actions, for whoever tries them all."""
        return {name: action for name, (_, action) in self.menus.actions.items()}

    def _build_workbench(self) -> Workbench:
        from annotator.gui.suggesting import Suggesting
        from annotator.gui.workbench.workbench import Workbench

        workbench = Workbench(self.theme)
        self.workbench = workbench
        self.pages.addWidget(workbench)
        self.menus.hear_in("side", workbench.side)
        workbench.said.connect(self.say)
        workbench.changed.connect(self._show_state)
        workbench.step_wanted.connect(self.take)
        workbench.queue.chosen.connect(self.open_article)
        app = QGuiApplication.instance()
        assert app is not None
        app.focusChanged.connect(self._show_hints)  # type: ignore[attr-defined]
        sizes = self.settings.value("splitter")
        if isinstance(sizes, QByteArray):
            workbench.splitter.restoreState(sizes)
        points = self.settings.value("points")
        if points is not None:
            workbench.view.set_points(float(str(points)))
        self.suggesting = Suggesting(self, self.pipeline)
        self.suggesting.choose(str(self.settings.value(MODEL)))
        self.suggesting.progress.connect(self.header.show_suggesting)
        self.suggesting.trouble.connect(self.say)
        self.suggesting.working.connect(self._mark_working)
        self.header.cancelled.connect(self.suggesting.cancel)
        workbench.learned.connect(self.suggesting.again)
        workbench.scheme_changed.connect(self.show_scheme)
        self.workbench_made.emit(workbench)
        return workbench

    def review_bench(self) -> ReviewBench:
        """The page of the review, made when it is first wanted."""
        if self.reviewing is None:
            from annotator.gui.review.bench import ReviewBench

            bench = ReviewBench(self.theme)
            self.reviewing = bench
            self.pages.addWidget(bench)
            self.menus.hear_in("review", bench.side, bench.view)
            bench.said.connect(self.say)
            bench.changed.connect(self._show_state)
            bench.step_wanted.connect(self.take)
            self.review_made.emit(bench)
        return self.reviewing

    @property
    def at_work(self) -> Workbench | ReviewBench | None:
        """The page that shows the article: the review while there is one, else the workbench."""
        return self.reviewing if self.in_review else self.workbench

    @property
    def wanted_theme(self) -> str:
        return str(self.settings.value("theme", "system"))

    def choose_theme(self, wanted: str) -> None:
        """Light, dark, or as the system says ("system")."""
        self.settings.setValue("theme", wanted)
        self._apply_theme()

    def _apply_theme(self) -> None:
        self.theme = themes.current(self.wanted_theme)
        app = QGuiApplication.instance()
        assert app is not None
        app.setPalette(themes.palette(self.theme))  # type: ignore[attr-defined]
        app.setStyleSheet(themes.style_sheet(self.theme))  # type: ignore[attr-defined]
        self.start.set_theme(self.theme)
        if self.workbench is not None:
            self.workbench.set_theme(self.theme)
        if self.reviewing is not None:
            self.reviewing.set_theme(self.theme)
        self.menus.refresh(self.situation(), self)
        self._show_hints()

    # A project

    def show_session(self, session: Session) -> None:
        """Shows a project, at the place where it was left."""
        workbench = self.workbench or self._build_workbench()
        assert self.suggesting is not None
        self.close_session()
        self.footer.forget_saved()
        self.session = session
        self.settings.setValue("project", str(session.project.path.absolute()))
        self.header.project_name.setText(session.name)
        self.header.project_name.setToolTip(str(session.project.path.absolute()))
        self.suggesting.serve(session)
        workbench.show_session(session)
        self.show_scheme()
        if not session.training_fits:
            self.say("The project's training does not fit this version of Annotator, and is not used. Train again.")
        self.watch.start(session)
        article, kept = place_to_return_to(session, workbench)
        if article is not None:
            self.open_article(article)
            if kept is not None:
                return_to(workbench, session, kept)
        self.show_page()
        workbench.side_list().setFocus()

    def show_scheme(self) -> None:
        """The scheme's labels and attributes with their keys, in the menus."""
        session = self.session
        lost = self.menus.show_scheme(session.scheme if session is not None else None)
        if self.workbench is not None:
            self.workbench.show_scheme()
        if lost:
            self.say(f"The scheme asks for keys that are taken: {', '.join(lost)}. These have no key.")
        self.menus.refresh(self.situation(), self)

    def close_session(self) -> None:
        """Leaves the project; everything in it is saved already but the place, which is kept now."""
        if self.suggesting is not None:
            self.suggesting.serve(None)
        self.watch.stop()
        if self.session is not None:
            self.leave_review()
            self.keep_place()
            self.session.listeners.clear()
            if self.workbench is not None:
                self.workbench.show_session(None)
            self.session.close()
            self.session = None
        if self.lock is not None:
            self.lock.unlock()
            self.lock = None

    def keep_place(self) -> None:
        """Remembers in the project where the editor is."""
        if self.session is not None and self.workbench is not None:
            keep_place(self.session, self.workbench)

    def open_article(self, article: int) -> None:
        """Shows an article and has the next ones suggested ahead."""
        assert self.session is not None and self.workbench is not None and self.suggesting is not None
        from annotator.gui.dialogs.common import tell_error

        self.leave_review()
        try:
            if self.session.labelled is not None and self.session.labelled.article.id != article:
                self.keep_place()
            self.session.open(article)
            ids = self.workbench.queue.list.articles.ids
            at = self.workbench.queue.list.articles.row_of(article)
            self.suggesting.want(article, ids[at + 1 :] if at >= 0 else [])
        except AnnotatorError as error:
            tell_error(self, str(error), "The article could not be opened")
        self.show_page()
        self.workbench.side_list().setFocus()

    # Review

    @property
    def in_review(self) -> bool:
        """Whether the review is what is shown."""
        return self.activity is Activity.REVIEWING

    def be_at(self, activity: Activity) -> None:
        """Does something else from now on: shows its page, and what is possible there."""
        self.activity = activity
        self.show_page()
        self.activity_changed.emit(activity)

    def leave_review(self) -> None:
        """Back to one's own labels."""
        if self.session is None or self.session.review is None:
            return
        if self.reviewing is not None:
            self.reviewing.leave()
        self.activity = Activity.LABELLING
        self.session.leave_review()
        assert self.workbench is not None
        self.be_at(Activity.LABELLING)
        self.workbench.side_list().setFocus()

    def show_page(self) -> None:
        """The review while there is one, the workbench when there is an article, else the start page with what can be
        done."""
        filled = self.session is not None and self.session.labelled is not None
        if not filled:
            self.activity = Activity.START
        elif self.activity is Activity.START:
            self.activity = Activity.LABELLING
        self.header.setVisible(filled)
        self.footer.setVisible(filled)
        if not filled or self.workbench is None:
            self.start.show_for(self.session.name if self.session else None)
            self.pages.setCurrentWidget(self.start)
        else:
            self.pages.setCurrentWidget(self.at_work or self.workbench)
        self._show_state()

    def situation(self) -> Situation:
        """What decides which steps are possible now."""
        bench = self.workbench
        focus = bench.kind if bench is not None and bench.item() is not None else None
        return situation_of(self.activity, self.session, focus)

    # Showing

    def _show_state(self) -> None:
        session, workbench = self.session, self.workbench
        now = self._now = self.situation()
        self.menus.refresh(now, self)
        if session is None or workbench is None:
            return
        name = session.name
        if self.in_review and session.review is not None:
            self.setWindowTitle(f"Review: {session.review.article.heading} – {name} – Annotator")
            self.header.show_review(session.review)
        elif session.labelled is not None:
            self.setWindowTitle(f"{session.labelled.article.heading} – {name} – Annotator")
            by_hand = self.activity is Activity.GOLD_BY_HAND
            self.header.show_article(session.labelled, session.scheme, session.editor, by_hand)
        else:
            self.setWindowTitle(f"{name} – Annotator")
        if session.last_action is not None:
            self.footer.show_saved()
            session.last_action = None
        self._show_hints()

    def _show_hints(self, *_: object) -> None:
        if self.workbench is None or self.footer.saying:
            return
        where = self.activity.value
        if self.activity is Activity.LABELLING:
            where = "text" if self.workbench.view.hasFocus() else "side"
            where = "finished" if self._now.finished else where
        undo = f"Undo “{self._now.undo}”" if self._now.undo else None
        labels = self._label_keys() if where == "side" and self.workbench.kind == "mention" else ""
        place = f"footer {where}"
        self.footer.show_keys([s for s, _ in self.menus.offered(place)], place, labels, undo)

    def _label_keys(self) -> str:
        """The keys of the scheme's labels, as "1–8"."""
        keys = [label.key for label in self.session.scheme.labels if label.key] if self.session is not None else []
        return f"{keys[0]}–{keys[-1]}" if len(keys) > 1 else "".join(keys)

    def say(self, sentence: str) -> None:
        """A line at the bottom for a few seconds."""
        self.footer.say(sentence)

    def show_merged(self) -> None:
        """Shows what a merge has brought or taken, once the session has seen it."""
        assert self.session is not None and self.workbench is not None
        self.leave_review()
        self.workbench.queue.reload()
        if self.session.labelled is None and self.workbench.queue.list.articles.ids:
            self.open_article(self.workbench.queue.list.articles.ids[0])
        self.show_page()
        if self.suggesting is not None:
            self.suggesting.go_on()

    def _mark_working(self, articles: set[int]) -> None:
        if self.workbench is not None:
            self.workbench.queue.list.working = articles
            self.workbench.queue.list.viewport().update()

    # Steps

    def take(self, step: Step) -> None:
        """Does a step, where it is possible; what cannot be saved is told, and nothing has changed then."""
        if not step.when(self._now):
            return
        self.footer.stop_saying()
        self.attempt(lambda: step.do(self))
        self._show_hints()

    def attempt(self, work: Callable[[], object]) -> None:
        """Does something that is saved; what cannot be is told, and nothing has changed then."""
        from annotator.gui.dialogs import common as dialogs
        from annotator.store.errors import Elsewhere

        try:
            work()
        except Elsewhere as told:
            self.watch.elsewhere.emit(told, True)
        except Refusal as refusal:
            self.say(str(refusal))
        except AnnotatorError as error:
            dialogs.tell_error(self, str(error), "This was not saved")

    def take_step(self, name: str) -> None:
        """Does the step of this name. Raises KeyError when there is none."""
        self.take(self.menus.actions[name][0])

    # Events

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.watch.look()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.watch.waiting:
            event.ignore()  # a change is still to be saved
            QTimer.singleShot(300, self.close)
            return
        self.settings.setValue("geometry", self.saveGeometry())
        if self.workbench is not None:
            self.settings.setValue("splitter", self.workbench.splitter.saveState())
            self.settings.setValue("points", self.workbench.view.points)
        self.close_session()
        self.settings.sync()
        super().closeEvent(event)

"""The window's eye on the project file: what other programs do to it is taken in, waited for, or told."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from annotator.core.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.labelling.session import Session
    from annotator.store.project import Project

SECONDS = 2  # from look to look
PATIENCE = 60  # seconds that a change waits for another program


class FileWatch(QObject):
    """`elsewhere` tells that the file was moved, replaced or written over (`store.errors.Elsewhere`), and whether a
    change could not be saved because of that. `said` has a line for the bottom of the window; an empty one takes the
    last away."""

    elsewhere = Signal(object, bool)
    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self.waiting = False  # a change waits for another program to end its own
        self._said = 0
        self._backing_up: threading.Thread | None = None
        self._try_again = 0.0
        self._backed_up: tuple[tuple[int, int], str] | None = None  # the file and the day
        self._poll = QTimer(self)
        self._poll.setInterval(SECONDS * 1000)
        self._poll.timeout.connect(self.look)
        self._waited = QTimer(self)
        self._waited.setSingleShot(True)
        self._waited.setInterval(200)
        self._waited.timeout.connect(self._go_on)

    def start(self, session: Session) -> None:
        self._session = session
        session.project.changed_elsewhere()  # from here on
        self.be_patient(session.project)
        self._poll.start()

    def be_patient(self, project: Project) -> None:
        """Has what this thread writes to a project wait for other programs, without holding the window up."""
        project.patience[threading.get_ident()] = self._wait

    def stop(self) -> None:
        self._session = None
        self._poll.stop()
        if self._backing_up is not None:
            self._backing_up.join(10)
            self._backing_up = None

    def look(self) -> None:
        """Takes in what another program (an import on the command line) has written."""
        from annotator.store.errors import Elsewhere

        session = self._session
        if session is None or self.waiting or QApplication.activeModalWidget() is not None:
            return
        try:
            session.project.check_standing()
            if session.project.changed_elsewhere():
                session.refresh()
            session.project.settle()
            self._back_up(session)
        except Elsewhere as told:
            self.elsewhere.emit(told, False)
        except AnnotatorError as error:
            self.said.emit(str(error))

    def _back_up(self, session: Session) -> None:
        """Makes the day's backup once something was changed, beside the window."""
        from annotator.store import backups

        project = session.project
        today = (project.identity, time.strftime("%Y-%m-%d"))
        if not project.was_written or self._backed_up == today:
            return
        if time.monotonic() < self._try_again or (self._backing_up is not None and self._backing_up.is_alive()):
            return

        def work() -> None:
            try:
                backups.keep_of_today(project.path, project.engine, project.uid)
                self._backed_up = today
            except AnnotatorError as error:
                self._try_again = time.monotonic() + 600
                self.said.emit(f"Today's backup was not made, and is tried again in ten minutes. {error}")

        self._backing_up = threading.Thread(target=work, daemon=True)
        self._backing_up.start()

    def _wait(self, waited: float) -> bool:
        """Lets the window live for a moment, while a change waits for another program; keys pressed meanwhile come
        after it, in their order. Whether to wait on."""
        self.waiting = True
        if int(waited) > self._said:
            self._said = int(waited)
            busy = "Another program is writing to this project. Your change waits for it and is done next"
            self.said.emit(f"{busy} ({self._said} s).")
        self._waited.start()
        moment = QEventLoop()
        QTimer.singleShot(30, moment.quit)
        moment.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        return waited < PATIENCE

    def _go_on(self) -> None:
        if self.waiting and self._said:
            self.said.emit("")
        self.waiting, self._said = False, 0

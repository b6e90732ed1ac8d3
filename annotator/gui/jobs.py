"""Long work beside the window: in a thread of its own, with progress and a cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QProgressDialog

from annotator.core.progress import Cancelled, Progress
from annotator.gui.dialogs.faults import tell

if TYPE_CHECKING:
    from annotator.gui.window import Window


class Job(QObject):
    """Runs `work(step)` in a thread; `step(done, total)` shows progress and raises Cancelled once it was cancelled.

    The work is the project's that is open now: what it brings is let go when the window has closed that one since.
    """

    _stepped = Signal(float)
    _done = Signal(object, object)  # result, error

    def __init__(
        self, window: Window, title: str, work: Callable[[Progress], Any], failed: str, stopped: str = ""
    ) -> None:
        """`failed` is the title over what went wrong, `stopped` the line at the bottom after a cancel."""
        super().__init__(window)
        self._failed, self._stopped = failed, stopped
        self.running = False
        self._window = window
        self._session = window.session
        self._work = work
        self._cancelled = threading.Event()
        self._dialog = QProgressDialog(title, "Cancel", 0, 1000, window)
        self._dialog.setWindowTitle(title)
        bar = QProgressBar()
        bar.setTextVisible(False)
        bar.setRange(0, 1000)
        self._dialog.setBar(bar)
        self._dialog.setWindowModality(Qt.WindowModality.WindowModal)
        # Shown by a timer of ours: the dialog's own would still show it after the work has ended.
        self._dialog.setMinimumDuration(2**31 - 1)
        self._dialog.setMinimumWidth(380)
        self._dialog.setAutoClose(False)
        self._dialog.setAutoReset(False)
        self._dialog.canceled.connect(self._cancelled.set)
        self._last = -1.0
        self._show_later = QTimer(self)
        self._show_later.setSingleShot(True)
        self._show_later.timeout.connect(self._dialog.show)
        self._stepped.connect(self._show)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _step(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        share = done / total if total else 0.0
        if share - self._last >= 0.002 or share < self._last:
            self._last = share
            self._stepped.emit(share)

    def _show(self, share: float) -> None:
        self._dialog.setValue(int(share * 1000))

    def _run(self) -> None:
        try:
            result, error = self._work(self._step), None
        except Exception as problem:  # whatever it is, it is told in the window's thread
            result, error = None, problem
        self._done.emit(result, error)

    def run(self, then: Callable[[Any], object], otherwise: Callable[[], object] | None = None) -> None:
        """Starts, and calls `then` with the result in the window's thread when it has ended; `otherwise` once it was
        told that nothing came of it. While another job of the window runs, it does not start, and says so."""
        if any(other.running for other in self._window.findChildren(Job)):
            self._window.say("Something else is still being worked on. Try again when it is done.")
            self.deleteLater()
            return
        self.running = True
        self._then, self._otherwise = then, otherwise
        self._done.connect(self._ended)
        self._show_later.start(400)
        self._thread.start()

    def _ended(self, result: object, error: Exception | None) -> None:
        self.running = False
        self._show_later.stop()
        if self._dialog.isVisible():
            self._dialog.hide()
            self._window.activateWindow()  # it has the keys again
        self._dialog.deleteLater()
        self.deleteLater()
        window, session, then, otherwise = self._window, self._session, self._then, self._otherwise

        def follow() -> None:
            if window.session is not session:
                return
            if error is None:
                then(result)
                return
            if isinstance(error, Cancelled):
                if self._stopped:
                    window.say(self._stopped)
            else:
                tell(window, error, self._failed)
            if otherwise is not None:
                otherwise()

        # After this event: what follows may open a dialog, and this one must be gone by then.
        QTimer.singleShot(0, window, follow)

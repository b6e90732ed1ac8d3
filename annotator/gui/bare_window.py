"""What any main window of ours does: it takes what is dropped on it, and says when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow


class BareWindow(QMainWindow):
    """`files_dropped` and `text_dropped` tell what was dropped on it."""

    files_dropped = Signal(list)
    text_dropped = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._after_show: list[Callable[[], None]] = []
        self.setAcceptDrops(True)
        self.menuBar().installEventFilter(self)

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
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            QTimer.singleShot(0, lambda: self.files_dropped.emit(paths))
        elif event.mimeData().hasText():
            event.acceptProposedAction()
            text = event.mimeData().text()
            QTimer.singleShot(0, lambda: self.text_dropped.emit(text))

"""A frame around the pane that has the keys, so that it is seen at a glance where they go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from annotator.gui.theme import Theme

WIDTH = 2  # pixels


class PaneFrame(QWidget):
    """Lies over the panes and lets everything through; `pane` is the one that it frames."""

    def __init__(self, panes: Sequence[QWidget], over: QWidget, theme: Theme) -> None:
        super().__init__(over)
        self._over = over
        self.theme = theme
        self.pane: QWidget | None = None
        self._panes = tuple(panes)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        for pane in self._panes:
            pane.installEventFilter(self)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        pane = next((p for p in self._panes if now is not None and (p is now or p.isAncestorOf(now))), None)
        if pane is not None or now is not None:  # while another program has the keys, it stays where they come back to
            self.pane = pane
            self._fit()

    def _fit(self) -> None:
        self.setVisible(self.pane is not None and self.pane.isVisible())
        if self.pane is not None:
            corner = self.pane.mapTo(self._over, self.pane.rect().topLeft())
            self.setGeometry(self.pane.rect().translated(corner))
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.pane and event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._fit()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        pen = QPen(self.theme.color("accent"), WIDTH)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        half = WIDTH / 2
        painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))

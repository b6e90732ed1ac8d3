"""A field over the article in which words are looked for: all hits are marked and counted, one is selected."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton

from annotator.core.text import Span
from annotator.gui.workbench.article_view import ArticleView
from annotator.labelling.finding import MOST, hits

WIDTH, EDGE = 380, 12


class FindBar(QFrame):
    """Lies over the upper right of the article. Enter goes to the next hit, ⇧ Enter back; Esc leaves it selected in the
    text."""

    def __init__(self, view: ArticleView) -> None:
        super().__init__(view)
        self.view = view
        self.hits: list[Span] = []
        self.setObjectName("findbar")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find in this article")
        self.field.setAccessibleName("Find in this article")
        self.field.setMaxLength(200)
        self.told = QLabel()
        self.told.setProperty("soft", True)
        close = QToolButton()
        close.setText("✕")
        close.setToolTip("Close (Esc)")
        close.setAccessibleName("Close")
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self.leave)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        for widget in (self.field, self.told, close):
            layout.addWidget(widget)
        self.field.textEdited.connect(self._look)
        self.field.installEventFilter(self)
        view.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Shows it, with what is selected in the text or was looked for last."""
        selected = self.view.selection()
        if selected is not None and self.view.labelled is not None and selected[1] - selected[0] <= 100:
            self.field.setText(" ".join(self.view.labelled.article.text[slice(*selected)].split()))
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus()
        self.field.selectAll()
        self.again()

    def leave(self) -> None:
        """Goes, and leaves the hit selected in the text."""
        if not self.isVisible():
            return
        self.hide()
        self.view.show_hits([])
        self.view.setFocus()

    def go(self, by: int) -> None:
        """Selects the next (1) or the previous (-1) hit, around the end."""
        if not self.isVisible():
            self.hits = hits(self._text(), self.field.text())
        if not self.hits:
            if self.isVisible():
                self._tell()
            else:
                self.open()
            return
        selected = self.view.selection() or (self.view.caret(), self.view.caret())
        at = bisect_left(self.hits, selected)
        if by > 0 and at < len(self.hits) and self.hits[at] == selected:
            at += 1
        elif by < 0:
            at -= 1
        self._select(at % len(self.hits))

    def again(self) -> None:
        """Marks the hits, without going to one."""
        if self.isVisible():
            self.hits = hits(self._text(), self.field.text())
            self.view.show_hits(self.hits)
            self._tell()

    def _look(self) -> None:
        """Marks the hits, and selects the first one from where the last search or the caret stands on."""
        self.hits = hits(self._text(), self.field.text())
        self.view.show_hits(self.hits)
        selected = self.view.selection()
        start = selected[0] if selected else self.view.caret()
        if self.hits:
            self._select(bisect_left(self.hits, (start, start)) % len(self.hits))
        else:
            self.view.clear_selection()
            self._tell()

    def _select(self, number: int) -> None:
        self.view.select(*self.hits[number])
        self.view.reveal(*self.hits[number])
        self._tell(number + 1)

    def _tell(self, number: int = 0) -> None:
        total = f"{len(self.hits):,}{' or more' if len(self.hits) == MOST else ''}"
        place = f"{number:,} of {total}" if number else total
        self.told.setText("" if not self.field.text().strip() else place if self.hits else "not here")

    def _text(self) -> str:
        return self.view.labelled.article.text if self.view.labelled is not None else ""

    def _place(self) -> None:
        right = self.view.width() - EDGE - self.view.verticalScrollBar().width()
        width = min(WIDTH, right - EDGE)
        self.setGeometry(right - width, EDGE, width, self.sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        elif watched is self.field and event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                event.accept()  # it is the field's, not the window's
                return True
        elif watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up):
                back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.key() == Qt.Key.Key_Up
                self.go(-1 if back else 1)
                return True
        return super().eventFilter(watched, event)

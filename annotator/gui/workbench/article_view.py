"""The article as a page: Qt's own text widget, read-only, with caret, selection and a mouse that moves edges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from annotator.core.annotation import SLOTS, Claim, Mention
from annotator.core.scheme import Scheme
from annotator.core.text import Span, Utf16Map, line_breaks, word_at
from annotator.gui.drawing import SpanIndex
from annotator.gui.theme import Theme, reading_font
from annotator.gui.workbench.article_drawing import ArticleDrawing
from annotator.gui.workbench.article_layout import ArticleLayout
from annotator.gui.workbench.edge import Edge, edges_of
from annotator.gui.workbench.labelled_text import LabelledText
from annotator.labelling.labelled_article import Item, Key, LabelledArticle

MEASURE = 68  # letters: the width of the text


class ArticleView(LabelledText):
    """Shows a labelled article. Signals what the mouse does; the window decides what it means."""

    item_clicked = Signal(str, object)  # "mention" or "claim", key
    edge_chosen = Signal(object)  # Edge
    edge_dragged = Signal(object, int)  # Edge, code point
    menu_wanted = Signal(object)  # global position

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("article")
        self.setAccessibleName("Article")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setCursorWidth(2)
        self.setAcceptDrops(False)
        self.viewport().setMouseTracking(True)
        self._layout = ArticleLayout(self.document())
        self.document().setDocumentLayout(self._layout)
        self._dragging: Edge | None = None
        self._pressed: QPointF | None = None
        self.points = 13.0
        self.set_points(self.points)

    # What is shown

    def show_labelled(self, labelled: LabelledArticle | None, scheme: Scheme | None) -> None:
        """Shows a labelled article; the text is laid out anew only when it is another article's."""
        other = labelled is None or self.labelled is None or labelled.article.id != self.labelled.article.id
        before = self.labelled
        self.labelled, self.scheme = labelled, scheme
        if other:
            text = labelled.article.text if labelled else ""
            breaks = line_breaks(text)
            self.map = Utf16Map(text, breaks)
            # Every sign keeps its place: for a CR before its LF and a BOM at the start, Qt gets an invisible one.
            shown = "\u200b" + text[1:] if text.startswith("\ufeff") else text
            shown = shown.replace("\r\n", "\u200b\n")
            pieces = [shown[a:b] for a, b in pairwise((0, *breaks, len(shown)))] if breaks else [shown]
            self.setPlainText("\n".join(pieces))
            self._style_heading()
        if labelled is None:
            self.mentions, self.contents = SpanIndex([]), SpanIndex([])
        else:
            if other or before is None or before.mentions is not labelled.mentions:
                self.mentions = SpanIndex([(*i.value.span, i) for i in labelled.mentions if i.shown])
            if other or before is None or before.claims is not labelled.claims:
                self.contents = SpanIndex([(*s, i) for i in labelled.claims if i.shown for s in i.value.content])
        self._color_cue()
        self.viewport().update()

    def set_focus_item(self, kind: str, key: Key | None, edge: Edge | None = None, reveal: bool = False) -> None:
        """Draws an item in full; with `reveal`, scrolls to it when it cannot be seen."""
        self.focus_kind, self.focus_key, self.edge = kind, key, edge
        self._color_cue()
        self.viewport().update()
        item = self.focus_item()
        if reveal and item is not None:
            self.reveal(item.value.start, item.value.end)

    def reveal(self, start: int, end: int) -> None:
        """Scrolls so that the code points can be seen, with some text around them."""
        first, last = self.rect_at(start), self.rect_at(max(start, end - 1))
        height = self.viewport().height()
        if first.top() >= 40 and last.bottom() <= height - 40:
            return
        if first.top() >= 0 and first.bottom() <= height - 40 and last.bottom() - first.top() > height - 80:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.map.to_utf16(start))
        block = cursor.block()
        line = block.layout().lineForTextPosition(cursor.positionInBlock()) if block.layout() else None
        number = block.firstLineNumber() + (line.lineNumber() if line is not None and line.isValid() else 0)
        per_page = max(1, height // max(1, int(QFontMetricsF(self.font()).lineSpacing())))
        self.verticalScrollBar().setValue(max(0, number - per_page // 3))

    def show_hits(self, found: Sequence[Span]) -> None:
        """Frames places in the text: where words that are looked for stand."""
        self.hits = SpanIndex([(*span, None) for span in found])
        self.viewport().update()

    def selection(self) -> Span | None:
        """The selected code points; None without a selection."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return None
        return self.map.to_code_points(cursor.selectionStart()), self.map.to_code_points(cursor.selectionEnd())

    def select(self, start: int, end: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(self.map.to_utf16(start))
        cursor.setPosition(self.map.to_utf16(end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def clear_selection(self) -> None:
        cursor = self.textCursor()
        cursor.clearSelection()
        self.setTextCursor(cursor)

    def copy_selection(self) -> None:
        """Copies what is selected: the article's own characters, with its own line ends."""
        selected = self.selection()
        if selected is not None and self.labelled is not None:
            QGuiApplication.clipboard().setText(self.labelled.article.text[slice(*selected)])

    def caret(self) -> int:
        return self.map.to_code_points(self.textCursor().position())

    def place_caret(self, position: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(self.map.to_utf16(position))
        self.setTextCursor(cursor)

    def top_position(self) -> int:
        """The first code point on the screen."""
        return self.map.to_code_points(self.firstVisibleBlock().position())

    def scroll_to(self, position: int) -> None:
        block = self.document().findBlock(self.map.to_utf16(position))
        self.verticalScrollBar().setValue(block.firstLineNumber())

    # Type

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.set_points(self.points)  # a new style sheet brings the window's own font back
        self._color_cue()
        self.viewport().update()

    def set_points(self, points: float) -> None:
        """The size of the letters, in points."""
        self.points = min(28.0, max(8.0, points))
        font = reading_font(self.points)
        self.setFont(font)
        self.document().setDefaultFont(font)
        self._layout.gap = QFontMetricsF(font).lineSpacing() * 0.45
        self._style_heading()
        self._set_margins()

    def _style_heading(self) -> None:
        """The first line is set as a headline when it is the title."""
        block = self.document().firstBlock()
        title = self.labelled.article.title if self.labelled else ""
        layout = block.layout()
        if not title or layout is None or block.text().rstrip("\u200b").strip() != title:
            return
        heading = QFont(self.font())
        heading.setPointSizeF(self.points * 1.45)
        heading.setBold(True)
        style = QTextCharFormat()
        style.setFont(heading)
        stretch = QTextLayout.FormatRange()
        stretch.start, stretch.length, stretch.format = 0, block.length(), style
        layout.setFormats([stretch])
        self.document().markContentsDirty(block.position(), block.length())

    def _set_margins(self) -> None:
        letter = QFontMetricsF(self.font()).averageCharWidth()
        side = max(24, int((self.width() - self.verticalScrollBar().width() - MEASURE * letter) / 2))
        self.setViewportMargins(side, 18, side, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_margins()
        super().resizeEvent(event)

    def _color_cue(self) -> None:
        """The cue of the claim in focus in its colour; one or two stretches, so Qt's own selections serve."""
        extras = []
        item = self.focus_item()
        if item is not None and isinstance(item.value, Claim) and item.shown:
            for start, end in item.value.cue:
                extra = QTextEdit.ExtraSelection()
                cursor = QTextCursor(self.document())
                cursor.setPosition(self.map.to_utf16(start))
                cursor.setPosition(self.map.to_utf16(end), QTextCursor.MoveMode.KeepAnchor)
                style = QTextCharFormat()
                style.setForeground(self.theme.color("cue"))
                extra.cursor, extra.format = cursor, style
                extras.append(extra)
        self.setExtraSelections(extras)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        drawing = ArticleDrawing(self)
        drawing.paint(drawing.under)
        super().paintEvent(event)
        drawing.paint(drawing.over)

    def edge_point(self, edge: Edge, value: Mention | Claim | int) -> QPointF:
        """Where an edge's handle sits, for a value or a position."""
        return ArticleDrawing(self).edge_point(edge, value)

    # Mouse and keys

    def position_at(self, point: QPointF) -> int:
        """The code point nearest to a place in the viewport."""
        return self.map.to_code_points(self.cursorForPosition(point.toPoint()).position())

    def items_at(self, point: QPointF) -> tuple[Item[Mention] | None, Item[Claim] | None]:
        """The shortest mention and the shortest claim that have a word under a place in the viewport."""
        if self.labelled is None:
            return None, None
        position = self.position_at(point)
        mentions = [(e - s, i) for s, e, i in self.mentions.meeting(max(0, position - 1), position + 1)]
        claims = []
        for item in self.labelled.claims:
            spans = [s for slot in SLOTS for s in getattr(item.value, slot)]
            if item.shown and any(s <= position < e for s, e in spans):
                claims.append((sum(e - s for s, e in spans), item))
        inside = [m for m in mentions if m[1].value.start <= position <= m[1].value.end]
        return (
            min(inside, key=lambda m: m[0])[1] if inside else None,
            min(claims, key=lambda c: c[0])[1] if claims else None,
        )

    def click_item(self, point: QPointF) -> None:
        """Says which item a click at a place in the viewport means, if any."""
        mention, claim = self.items_at(point)
        if mention is not None and (claim is None or self.focus_kind == "mention"):
            self.item_clicked.emit("mention", mention.key)
        elif claim is not None:
            self.item_clicked.emit("claim", claim.key)

    def _edge_at(self, point: QPointF) -> Edge | None:
        item = self.focus_item()
        if item is None or not item.shown:
            return None
        near = [
            ((d.x() ** 2 + (d.y() * 0.5) ** 2) ** 0.5, n, edge)
            for n, edge in enumerate(edges_of(item.value))
            for d in [self.edge_point(edge, item.value) - point - QPointF(0, 6)]
        ]
        best = min(near, default=None, key=lambda e: e[:2])
        return best[2] if best is not None and best[0] <= 8 else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._dragging = self._edge_at(event.position())
            if self._dragging is not None:
                self.edge_chosen.emit(self._dragging)
                return
        if event.button() == Qt.MouseButton.RightButton and self.textCursor().hasSelection():
            return  # the selection is what the menu is about
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging is not None:
            exact = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self.dragged_to = self._snapped(self.position_at(event.position()), self._dragging.side, exact)
            self.viewport().update()
            return
        over = event.buttons() == Qt.MouseButton.NoButton and self._edge_at(event.position()) is not None
        self.viewport().setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.IBeamCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging is not None:
            edge, to = self._dragging, self.dragged_to
            self._dragging = self.dragged_to = None
            if to is not None:
                self.edge_dragged.emit(edge, to)
            return
        super().mouseReleaseEvent(event)
        moved = self._pressed is None or (event.position() - self._pressed).manhattanLength() > 4
        if event.button() == Qt.MouseButton.LeftButton and not moved and not self.textCursor().hasSelection():
            self.click_item(event.position())

    def _snapped(self, position: int, side: str, exact: bool) -> int:
        """A word's edge near a position, unless it shall be exact."""
        text = self.labelled.article.text if self.labelled else ""
        word = None if exact else word_at(text, position)
        return position if word is None else word[0] if side == "start" else word[1]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
            return
        # Letters are the window's; only moving and selecting belong to the text.
        if event.text().isprintable() and event.text() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

"""The article as a page: Qt's own text widget, with mentions and the claim in focus drawn under and over the letters.

Solid lines are decided, dotted ones suggested. Of the claim in focus the source is boxed, the cue dashed, the content
bracketed; the contents of the other claims have a quiet tint. Only what is visible is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from annotator.annotation import SLOTS, Claim, Mention, Slot
from annotator.gui.article_layout import ArticleLayout
from annotator.gui.drawing import Spans, line_rects
from annotator.gui.theme import Theme, reading_font
from annotator.scheme import Scheme
from annotator.sheet import Item, Key, Sheet
from annotator.text import Span, Utf16Map, word_at

MEASURE = 68  # letters: the width of the text
HANDLE = 5.0  # pixels: the radius of an edge's handle


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of what is in focus: of a mention (`slot` is None), or of a piece of a claim's slot."""

    slot: Slot | None
    piece: int
    side: str  # start, end

    def position(self, value: Mention | Claim) -> int:
        span = value.span if isinstance(value, Mention) else getattr(value, self.slot or "content")[self.piece]
        return span[0] if self.side == "start" else span[1]


def edges_of(value: Mention | Claim) -> list[Edge]:
    """The edges in the order in which they are gone through: the last edge of the content first."""
    if isinstance(value, Mention):
        return [Edge(None, 0, "end"), Edge(None, 0, "start")]
    order: tuple[Slot, ...] = ("content", "source", "cue")
    return [Edge(s, p, side) for s in order for p in range(len(getattr(value, s))) for side in ("end", "start")]


class ArticleView(QPlainTextEdit):
    """Shows a sheet. Signals what the mouse does; the window decides what it means."""

    item_clicked = Signal(str, object)  # "mention" or "claim", key
    edge_dragged = Signal(object, int)  # Edge, code point
    menu_wanted = Signal(object)  # global position

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        self.theme = theme
        self.scheme: Scheme | None = None
        self.sheet: Sheet | None = None
        self.focus_kind = "claim"
        self.focus_key: Key | None = None
        self.edge: Edge | None = None
        self._map = Utf16Map("")
        self._mentions: Spans[Item[Mention]] = Spans([])
        self._contents: Spans[Item[Claim]] = Spans([])
        self._dragging: Edge | None = None
        self._dragged_to: int | None = None
        self._pressed: QPointF | None = None
        self.points = 13.0
        self.set_points(self.points)

    # What is shown

    def show_sheet(self, sheet: Sheet | None, scheme: Scheme | None) -> None:
        """Shows a sheet; the text is laid out anew only when it is another article's."""
        other = sheet is None or self.sheet is None or sheet.article.id != self.sheet.article.id
        before = self.sheet
        self.sheet, self.scheme = sheet, scheme
        if other:
            text = sheet.article.text if sheet else ""
            self._map = Utf16Map(text)
            # Line ends count as they do in the text: one unit each, so a CR before its LF becomes an invisible sign.
            self.setPlainText(text.replace("\r\n", "\u200b\n"))
            self._style_heading()
        if sheet is None:
            self._mentions, self._contents = Spans([]), Spans([])
        else:
            if other or before is None or before.mentions is not sheet.mentions:
                self._mentions = Spans([(*i.value.span, i) for i in sheet.mentions if i.shown])
            if other or before is None or before.claims is not sheet.claims:
                self._contents = Spans([(*s, i) for i in sheet.claims if i.shown for s in i.value.content])
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

    def focus_item(self) -> Item[Mention] | Item[Claim] | None:
        return self.sheet.find(self.focus_kind, self.focus_key) if self.sheet and self.focus_key else None

    def reveal(self, start: int, end: int) -> None:
        """Scrolls so that the code points can be seen, with some text around them."""
        first, last = self._rect_at(start), self._rect_at(max(start, end - 1))
        height = self.viewport().height()
        if first.top() >= 40 and last.bottom() <= height - 40:
            return
        if first.top() >= 0 and first.bottom() <= height - 40 and last.bottom() - first.top() > height - 80:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._map.to_utf16(start))
        block = cursor.block()
        line = block.layout().lineForTextPosition(cursor.positionInBlock()) if block.layout() else None
        number = block.firstLineNumber() + (line.lineNumber() if line is not None and line.isValid() else 0)
        per_page = max(1, height // max(1, int(QFontMetricsF(self.font()).lineSpacing())))
        self.verticalScrollBar().setValue(max(0, number - per_page // 3))

    def _rect_at(self, position: int) -> QRectF:
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(self._map.to_utf16(position), max(0, self.document().characterCount() - 1)))
        return QRectF(self.cursorRect(cursor))

    def selection(self) -> Span | None:
        """The selected code points; None without a selection."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return None
        return self._map.to_code_points(cursor.selectionStart()), self._map.to_code_points(cursor.selectionEnd())

    def select(self, start: int, end: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(self._map.to_utf16(start))
        cursor.setPosition(self._map.to_utf16(end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def clear_selection(self) -> None:
        cursor = self.textCursor()
        cursor.clearSelection()
        self.setTextCursor(cursor)

    def caret(self) -> int:
        return self._map.to_code_points(self.textCursor().position())

    def place_caret(self, position: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(self._map.to_utf16(position))
        self.setTextCursor(cursor)

    def top_position(self) -> int:
        """The first code point on the screen."""
        return self._map.to_code_points(self.firstVisibleBlock().position())

    def scroll_to(self, position: int) -> None:
        block = self.document().findBlock(self._map.to_utf16(position))
        self.verticalScrollBar().setValue(block.firstLineNumber())

    # Type

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
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
        title = self.sheet.article.title if self.sheet else ""
        layout = block.layout()
        if not title or layout is None or block.text().strip() != title:
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
                cursor.setPosition(self._map.to_utf16(start))
                cursor.setPosition(self._map.to_utf16(end), QTextCursor.MoveMode.KeepAnchor)
                style = QTextCharFormat()
                style.setForeground(self.theme.color("cue"))
                extra.cursor, extra.format = cursor, style
                extras.append(extra)
        self.setExtraSelections(extras)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._for_visible(painter, self._draw_under)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._for_visible(painter, self._draw_over)
        self._draw_edge(painter)
        painter.end()

    def _for_visible(self, painter: QPainter, draw: Callable[[QPainter, QTextBlock, QPointF, int, int], None]) -> None:
        if self.sheet is None:
            return
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        bottom = self.viewport().height()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset)
            if place.top() > bottom:
                return
            start = self._map.to_code_points(block.position())
            end = self._map.to_code_points(block.position() + block.length() - 1)
            draw(painter, block, place.topLeft(), start, end)
            block = block.next()

    def _rects(self, block: QTextBlock, at: QPointF, start: int, end: int) -> list[tuple[QRectF, float, bool, bool]]:
        base = block.position()
        low = max(0, self._map.to_utf16(start) - base)
        high = min(block.length() - 1, self._map.to_utf16(end) - base)
        return list(line_rects(block.layout(), at, low, high)) if low < high else []

    def _draw_under(self, painter: QPainter, block: QTextBlock, at: QPointF, start: int, end: int) -> None:
        theme = self.theme
        focused = self.focus_item()
        painter.setPen(Qt.PenStyle.NoPen)
        for s, e, item in self._contents.meeting(start, end):
            painter.setBrush(theme.color("decided_tint" if item.decided else "quiet_tint"))
            if item.key != self.focus_key or self.focus_kind != "claim":
                for rect, *_ in self._rects(block, at, s, e):
                    painter.drawRoundedRect(rect, 3, 3)
        if focused is None or not focused.shown:
            return
        if isinstance(focused.value, Mention):
            if focused.value.start < end and focused.value.end > start:
                color = QColor(self._label_color(focused.value.label))
                color.setAlpha(56 if theme.dark else 44)
                painter.setBrush(color)
                for rect, *_ in self._rects(block, at, *focused.value.span):
                    painter.drawRoundedRect(rect.adjusted(-2, 0, 2, 0), 3, 3)
            return
        for s, e in focused.value.content:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("content_tint"))
            for rect, *_ in self._rects(block, at, s, e) if s < end and e > start else ():
                painter.drawRect(rect)
        for s, e in focused.value.source:
            painter.setPen(QPen(theme.color("source"), 1.5))
            painter.setBrush(theme.color("source_tint"))
            for rect, *_ in self._rects(block, at, s, e) if s < end and e > start else ():
                painter.drawRoundedRect(rect.adjusted(-2, 0.5, 2, -0.5), 4, 4)

    def _draw_over(self, painter: QPainter, block: QTextBlock, at: QPointF, start: int, end: int) -> None:
        for s, e, item in self._mentions.meeting(start, end):
            color = QColor(self._label_color(item.value.label))
            decided = item.decided
            style = Qt.PenStyle.SolidLine if decided else Qt.PenStyle.DotLine
            pen = QPen(
                color, 2 if decided else 2.2, style, Qt.PenCapStyle.FlatCap if decided else Qt.PenCapStyle.RoundCap
            )
            if not decided:
                pen.setDashPattern([0.1, 1.7])
            painter.setPen(pen)
            for rect, baseline, *_ in self._rects(block, at, s, e):
                y = baseline + 4.5
                painter.drawLine(QPointF(rect.left() + 0.5, y), QPointF(rect.right() - 0.5, y))
        focused = self.focus_item()
        if focused is None or not focused.shown:
            return
        if isinstance(focused.value, Mention):
            self._draw_label(painter, block, at, focused.value)
            return
        theme = self.theme
        pen = QPen(theme.color("cue"), 2, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([2.5, 1.5])
        painter.setPen(pen)
        for s, e in focused.value.cue:
            for rect, baseline, *_ in self._rects(block, at, s, e) if s < end and e > start else ():
                painter.drawLine(QPointF(rect.left(), baseline + 7.5), QPointF(rect.right(), baseline + 7.5))
        painter.setPen(QPen(theme.color("content"), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        for s, e in focused.value.content:
            for rect, _, first, last in self._rects(block, at, s, e) if s < end and e > start else ():
                # A span that runs on from another paragraph begins and ends elsewhere.
                if first and s >= start:
                    _bracket(painter, rect.left() - 1, rect, 3)
                if last and e <= end:
                    _bracket(painter, rect.right() + 1, rect, -3)

    def _draw_label(self, painter: QPainter, block: QTextBlock, at: QPointF, mention: Mention) -> None:
        """The label's name on a chip over the mention in focus."""
        for rect, _, first, _ in self._rects(block, at, *mention.span)[:1]:
            if not first:
                return
            label = self.scheme.label(mention.label) if self.scheme else None
            text = f"{label.title}  {label.key}".strip() if label else mention.label
            font = QFont(painter.font())
            font.setFamilies([self.window().font().family()])
            font.setPointSizeF(8.0)
            painter.setFont(font)
            width = QFontMetricsF(font).horizontalAdvance(text) + 12
            chip = QRectF(rect.left() - 2, rect.top() - 15, width, 16)
            if chip.top() < 0:
                chip.moveTop(rect.bottom() + 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._label_color(mention.label)))
            painter.drawRoundedRect(chip, 4, 4)
            painter.setPen(QColor("#ffffff" if not self.theme.dark else "#16171a"))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_edge(self, painter: QPainter) -> None:
        item = self.focus_item()
        if item is None or self.edge is None or not item.shown or self.edge not in edges_of(item.value):
            return
        center = self._edge_point(self.edge, item.value if self._dragged_to is None else self._dragged_to)
        painter.setPen(QPen(self.theme.color("ground"), 1.5))
        painter.setBrush(self.theme.color("accent"))
        painter.drawEllipse(center, HANDLE, HANDLE)

    def _edge_point(self, edge: Edge, value: Mention | Claim | int) -> QPointF:
        """Where an edge's handle sits, for a value or a position: under the letters, so that it hides none."""
        position = value if isinstance(value, int) else edge.position(value)
        if edge.side == "end" and position > 0:
            rect = self._rect_at(position - 1)
            block = self.document().findBlock(self._map.to_utf16(position - 1))
            at = self.blockBoundingGeometry(block).translated(self.contentOffset()).topLeft()
            for drawn, *_ in self._rects(block, at, position - 1, position):
                return QPointF(drawn.right(), drawn.bottom())
        else:
            rect = self._rect_at(position)
        return QPointF(rect.left(), rect.bottom() - rect.height() * 0.12)

    def _label_color(self, name: str) -> str:
        label = self.scheme.label(name) if self.scheme else None
        return "#888888" if label is None else label.dark if self.theme.dark else label.color

    # Mouse and keys

    def position_at(self, point: QPointF) -> int:
        """The code point nearest to a place in the viewport."""
        return self._map.to_code_points(self.cursorForPosition(point.toPoint()).position())

    def items_at(self, point: QPointF) -> tuple[Item[Mention] | None, Item[Claim] | None]:
        """The shortest mention and the shortest claim that have a word under a place in the viewport."""
        if self.sheet is None:
            return None, None
        position = self.position_at(point)
        mentions = [(e - s, i) for s, e, i in self._mentions.meeting(max(0, position - 1), position + 1)]
        claims = []
        for item in self.sheet.claims:
            spans = [s for slot in SLOTS for s in getattr(item.value, slot)]
            if item.shown and any(s <= position < e for s, e in spans):
                claims.append((sum(e - s for s, e in spans), item))
        inside = [m for m in mentions if m[1].value.start <= position <= m[1].value.end]
        return (
            min(inside, key=lambda m: m[0])[1] if inside else None,
            min(claims, key=lambda c: c[0])[1] if claims else None,
        )

    def _edge_at(self, point: QPointF) -> Edge | None:
        item = self.focus_item()
        if item is None or not item.shown:
            return None
        near = [
            ((d.x() ** 2 + (d.y() * 0.5) ** 2) ** 0.5, n, edge)
            for n, edge in enumerate(edges_of(item.value))
            for d in [self._edge_point(edge, item.value) - point - QPointF(0, 6)]
        ]
        best = min(near, default=None, key=lambda e: e[:2])
        return best[2] if best is not None and best[0] <= 8 else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._dragging = self._edge_at(event.position())
            if self._dragging is not None:
                self.edge = self._dragging
                self.viewport().update()
                return
        if event.button() == Qt.MouseButton.RightButton and self.textCursor().hasSelection():
            return  # the selection is what the menu is about
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging is not None:
            exact = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self._dragged_to = self._snapped(self.position_at(event.position()), self._dragging.side, exact)
            self.viewport().update()
            return
        over = event.buttons() == Qt.MouseButton.NoButton and self._edge_at(event.position()) is not None
        self.viewport().setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.IBeamCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging is not None:
            edge, to = self._dragging, self._dragged_to
            self._dragging = self._dragged_to = None
            if to is not None:
                self.edge_dragged.emit(edge, to)
            return
        super().mouseReleaseEvent(event)
        moved = self._pressed is None or (event.position() - self._pressed).manhattanLength() > 4
        if event.button() == Qt.MouseButton.LeftButton and not moved and not self.textCursor().hasSelection():
            mention, claim = self.items_at(event.position())
            if mention is not None and (claim is None or self.focus_kind == "mention"):
                self.item_clicked.emit("mention", mention.key)
            elif claim is not None:
                self.item_clicked.emit("claim", claim.key)

    def _snapped(self, position: int, side: str, exact: bool) -> int:
        """A word's edge near a position, unless it shall be exact."""
        text = self.sheet.article.text if self.sheet else ""
        word = None if exact else word_at(text, position)
        return position if word is None else word[0] if side == "start" else word[1]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters are the window's; only moving and selecting belong to the text.
        if event.text().isprintable() and event.text() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        super().keyPressEvent(event)


def _bracket(painter: QPainter, x: float, rect: QRectF, foot: float) -> None:
    painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
    painter.drawLine(QPointF(x, rect.top() + 1), QPointF(x + foot, rect.top() + 1))
    painter.drawLine(QPointF(x, rect.bottom() - 1), QPointF(x + foot, rect.bottom() - 1))

"""Draws over and under the letters of an article: mentions, the claim in focus, the edge that can be moved.

Solid lines are decided, dotted ones suggested. Of the claim in focus the source is boxed, the cue dashed, the content
bracketed; the contents of the other claims have a quiet tint. Only what is visible is drawn.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTextBlock

from annotator.core.annotation import Claim, Mention
from annotator.gui.drawing import line_at, line_rects
from annotator.gui.workbench.edge import Edge, edges_of
from annotator.gui.workbench.labelled_text import LabelledText
from annotator.gui.workbench.wording import firmness

HANDLE = 5.0  # pixels: the radius of an edge's handle


class ArticleDrawing:
    """One painting of an article view."""

    def __init__(self, view: LabelledText) -> None:
        self.view = view

    def paint(self, draw: Callable[[QPainter, QTextBlock, QPointF, int, int], None]) -> None:
        """Draws `under` or `over` the letters of each paragraph that can be seen, and the edge's handle over all."""
        painter = QPainter(self.view.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._each_visible(painter, draw)
        if draw == self.over:
            self._draw_edge(painter)
        painter.end()

    def _each_visible(self, painter: QPainter, draw: Callable[[QPainter, QTextBlock, QPointF, int, int], None]) -> None:
        if self.view.labelled is None:
            return
        block = self.view.firstVisibleBlock()
        offset = self.view.contentOffset()
        bottom = self.view.viewport().height()
        while block.isValid():
            place = self.view.blockBoundingGeometry(block).translated(offset)
            if place.top() > bottom:
                return
            layout = block.layout()
            # Of a long paragraph, only the lines on the screen count.
            top = layout.lineAt(line_at(layout, -place.top())) if layout.lineCount() else None
            last = layout.lineAt(line_at(layout, bottom - place.top())) if layout.lineCount() else None
            first_unit = block.position() + (top.textStart() if top is not None else 0)
            last_unit = block.position() + (last.textStart() + last.textLength() if last is not None else 0)
            start, end = self.view.map.to_code_points(first_unit), self.view.map.to_code_points(last_unit)
            draw(painter, block, place.topLeft(), start, end)
            block = block.next()

    def _rects(self, block: QTextBlock, at: QPointF, start: int, end: int) -> list[tuple[QRectF, float, bool, bool]]:
        base = block.position()
        low = max(0, self.view.map.to_utf16(start) - base)
        high = min(block.length() - 1, self.view.map.to_utf16(end) - base)
        if low >= high or not block.layout().lineCount():
            return []
        return list(line_rects(block.layout(), at, low, high, self.view.viewport().height()))

    def under(self, painter: QPainter, block: QTextBlock, at: QPointF, start: int, end: int) -> None:
        theme = self.view.theme
        painter.setPen(Qt.PenStyle.NoPen)
        for s, e, item in self.view.contents.meeting(start, end):
            tint = theme.color("decided_tint" if item.decided else "quiet_tint")
            if not item.decided:
                tint.setAlphaF(firmness(item.value.score))
            painter.setBrush(tint)
            if item.key != self.view.focus_key or self.view.focus_kind != "claim":
                for rect, *_ in self._rects(block, at, s, e):
                    painter.drawRoundedRect(rect, 3, 3)
        for s, e, mention in self.view.mentions.meeting(start, end) if self.view.alike else ():
            if mention.key in self.view.alike and mention.key != self.view.focus_key:
                painter.setBrush(self._tint(mention.value.label, 24 if theme.dark else 20))
                for rect, *_ in self._rects(block, at, s, e):
                    painter.drawRoundedRect(rect.adjusted(-2, 0, 2, 0), 3, 3)
        self._draw_focused(painter, block, at, start, end)
        painter.setPen(QPen(theme.color("cue"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for s, e, _ in self.view.hits.meeting(start, end):
            for rect, *_ in self._rects(block, at, s, e):
                painter.drawRoundedRect(rect.adjusted(-1, 1, 1, -1), 3, 3)

    def _draw_focused(self, painter: QPainter, block: QTextBlock, at: QPointF, start: int, end: int) -> None:
        """What of the item in focus lies under the letters."""
        theme, focused = self.view.theme, self.view.focus_item()
        if focused is None or not focused.shown:
            return
        if isinstance(focused.value, Mention):
            if focused.value.start < end and focused.value.end > start:
                painter.setBrush(self._tint(focused.value.label, 56 if theme.dark else 44))
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

    def _tint(self, label: str, alpha: int) -> QColor:
        color = QColor(self._label_color(label))
        color.setAlpha(alpha)
        return color

    def over(self, painter: QPainter, block: QTextBlock, at: QPointF, start: int, end: int) -> None:
        for s, e, item in self.view.mentions.meeting(start, end):
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
        focused = self.view.focus_item()
        if focused is None or not focused.shown:
            return
        if isinstance(focused.value, Mention):
            self._draw_label(painter, block, at, focused.value)
            return
        theme = self.view.theme
        pen = QPen(theme.color("cue"), 2, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([2.5, 1.5])
        painter.setPen(pen)
        for s, e in focused.value.cue:
            for rect, baseline, *_ in self._rects(block, at, s, e) if s < end and e > start else ():
                painter.drawLine(QPointF(rect.left(), baseline + 7.5), QPointF(rect.right(), baseline + 7.5))
        painter.setPen(QPen(theme.color("content"), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        begin = self.view.map.to_code_points(block.position())
        finish = self.view.map.to_code_points(block.position() + block.length() - 1)
        for s, e in focused.value.content:
            for rect, _, first, last in self._rects(block, at, s, e) if s < end and e > start else ():
                # A span that runs on from another paragraph begins and ends elsewhere.
                if first and s >= begin:
                    _bracket(painter, rect.left() - 1, rect, 3)
                if last and e <= finish:
                    _bracket(painter, rect.right() + 1, rect, -3)

    def _draw_label(self, painter: QPainter, block: QTextBlock, at: QPointF, mention: Mention) -> None:
        """The label's name on a chip above or below the mention in focus, or behind its line: where no words are."""
        for rect, _, first, _ in self._rects(block, at, *mention.span)[:1]:
            if not first:
                return
            label = self.view.scheme.label(mention.label) if self.view.scheme else None
            text = f"{label.title}  {label.key}".strip() if label else mention.label
            font = QFont(painter.font())
            font.setFamilies([self.view.window().font().family()])
            font.setPointSizeF(8.0)
            painter.setFont(font)
            width = QFontMetricsF(font).horizontalAdvance(text) + 12
            above = QRectF(rect.left() - 2, rect.top() - 15, width, 16)
            end = self._line_end(block, at, rect)
            places = (above, above.translated(0, rect.height() + 16), QRectF(end + 10, rect.top() + 3, width, 16))
            chip = next((place for place in places if self._is_free(block, place)), None)
            if chip is None:
                return  # it would hide words; the list beside says the label, too
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._label_color(mention.label)))
            painter.drawRoundedRect(chip, 4, 4)
            painter.setPen(QColor("#ffffff" if not self.view.theme.dark else "#16171a"))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _line_end(self, block: QTextBlock, at: QPointF, rect: QRectF) -> float:
        """Where the words of the line end that a rectangle lies in."""
        line = block.layout().lineAt(line_at(block.layout(), rect.center().y() - at.y()))
        return at.x() + line.naturalTextRect().right()

    def _is_free(self, block: QTextBlock, place: QRectF) -> bool:
        """Whether a place near a paragraph is in view and no words are there."""
        if place.top() < 0 or place.right() > self.view.viewport().width():
            return False
        for near in (block.previous(), block, block.next()):
            if not near.isValid():
                continue
            at = self.view.blockBoundingGeometry(near).translated(self.view.contentOffset()).topLeft()
            layout = near.layout()
            first = line_at(layout, place.top() - at.y() - 4) if layout.lineCount() else 0
            for number in range(max(0, first - 1), min(layout.lineCount(), first + 3)):
                words = layout.lineAt(number).naturalTextRect().translated(at)
                # The upper part of a line is room between lines.
                if words.adjusted(0, words.height() * 0.22, 0, -words.height() * 0.1).intersects(place):
                    return False
        return True

    def _draw_edge(self, painter: QPainter) -> None:
        item = self.view.focus_item()
        if item is None or self.view.edge is None or not item.shown or self.view.edge not in edges_of(item.value):
            return
        center = self.edge_point(self.view.edge, item.value if self.view.dragged_to is None else self.view.dragged_to)
        painter.setPen(QPen(self.view.theme.color("ground"), 1.5))
        painter.setBrush(self.view.theme.color("accent"))
        painter.drawEllipse(center, HANDLE, HANDLE)

    def edge_point(self, edge: Edge, value: Mention | Claim | int) -> QPointF:
        """Where an edge's handle sits, for a value or a position: under the letters, so that it hides none."""
        position = value if isinstance(value, int) else edge.position(value)
        if edge.side == "end" and position > 0:
            rect = self.view.rect_at(position - 1)
            block = self.view.document().findBlock(self.view.map.to_utf16(position - 1))
            at = self.view.blockBoundingGeometry(block).translated(self.view.contentOffset()).topLeft()
            for drawn, *_ in self._rects(block, at, position - 1, position):
                return QPointF(drawn.right(), drawn.bottom())
        else:
            rect = self.view.rect_at(position)
        return QPointF(rect.left(), rect.bottom() - rect.height() * 0.12)

    def _label_color(self, name: str) -> str:
        label = self.view.scheme.label(name) if self.view.scheme else None
        return "#888888" if label is None else label.dark if self.view.theme.dark else label.color


def _bracket(painter: QPainter, x: float, rect: QRectF, foot: float) -> None:
    painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
    painter.drawLine(QPointF(x, rect.top() + 1), QPointF(x + foot, rect.top() + 1))
    painter.drawLine(QPointF(x, rect.bottom() - 1), QPointF(x + foot, rect.bottom() - 1))

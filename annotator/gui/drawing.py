"""Where spans lie on the screen: rectangles of a span's pieces, line by line, within one laid-out paragraph."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextLayout, QTextLine

T = TypeVar("T")


class SpanIndex(Generic[T]):
    """Spans in any order with something attached, found by the stretch of text they meet."""

    def __init__(self, spans: Sequence[tuple[int, int, T]]) -> None:
        self._spans = sorted(spans, key=lambda s: s[:2])
        self._starts = [s[0] for s in self._spans]
        # The furthest end up to each span: where a search for what reaches into a stretch may begin.
        self._reach = []
        furthest = 0
        for _, end, _ in self._spans:
            furthest = max(furthest, end)
            self._reach.append(furthest)

    def meeting(self, start: int, end: int) -> Iterator[tuple[int, int, T]]:
        """The spans that share a character with `[start, end)`, in text order."""
        first = bisect_left(self._reach, start + 1)
        for i in range(first, bisect_left(self._starts, end)):
            if self._spans[i][1] > start:
                yield self._spans[i]


def line_rects(
    layout: QTextLayout, offset: QPointF, start: int, end: int, bottom: float
) -> Iterator[tuple[QRectF, float, bool, bool]]:
    """For UTF-16 units `[start, end)` of a paragraph, by line: the rectangle around the letters, the baseline, and
    whether the span begins and ends there. `offset` is the paragraph's place on the screen; lines above the screen and
    below `bottom` are left out."""
    if start >= end:
        return
    number = max(layout.lineForTextPosition(start).lineNumber(), line_at(layout, -offset.y()))
    while number < layout.lineCount():
        line = layout.lineAt(number)
        number += 1
        first, last = line.textStart(), line.textStart() + line.textLength()
        if first >= end or offset.y() + line.y() > bottom:
            return
        a, b = max(start, first), min(end, last)
        if a >= b:
            continue
        left = line.cursorToX(a, QTextLine.Edge.Leading)[0]  # type: ignore[index]
        right = line.cursorToX(b - 1, QTextLine.Edge.Trailing)[0]  # type: ignore[index]
        left, right = min(left, right), max(left, right)
        baseline = offset.y() + line.y() + line.ascent()
        room = line.height() * 0.12
        top, low = offset.y() + line.y() + room, offset.y() + line.y() + line.height() - room
        yield QRectF(offset.x() + left, top, right - left, low - top), baseline, a == start, b == end


def line_at(layout: QTextLayout, y: float) -> int:
    """The number of the paragraph's line at a height, counted from its top; the nearest one when there is none."""
    low, high = 0, layout.lineCount() - 1
    while low < high:
        middle = (low + high) // 2
        line = layout.lineAt(middle)
        if line.y() + line.height() <= y:
            low = middle + 1
        else:
            high = middle
    return max(0, low)

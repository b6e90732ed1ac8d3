"""Lays the article's paragraphs out with some space between them, as a page and not as a list of lines."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout


class ArticleLayout(QPlainTextDocumentLayout):
    """Qt's own layout of plain text, each paragraph followed by a gap; an empty line is only a gap."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.gap = 10.0

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        rect = super().blockBoundingRect(block)
        if block.length() <= 1:
            return QRectF(rect.x(), rect.y(), rect.width(), self.gap)
        return rect.adjusted(0, 0, 0, self.gap)

"""A text widget with the labels that lie on its text: what there is to draw, whoever draws it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from annotator.core.annotation import Claim, Mention
from annotator.core.scheme import Scheme
from annotator.core.text import Utf16Map
from annotator.gui.drawing import SpanIndex
from annotator.gui.theme import Theme
from annotator.gui.workbench.edge import Edge
from annotator.labelling.labelled_article import Item, Key, LabelledArticle


class LabelledText(QPlainTextEdit):
    """`mentions` and `contents` are the spans that are shown, `hits` where words stand that are looked for,
    `focus_kind` and `focus_key` say which item is drawn in full, `alike` which mentions the next key is about with it,
    `edge` which of its edges is chosen; `dragged_to` is where an edge is held while the mouse moves it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.scheme: Scheme | None = None
        self.labelled: LabelledArticle | None = None
        self.focus_kind = "claim"
        self.focus_key: Key | None = None
        self.edge: Edge | None = None
        self.map = Utf16Map("")
        self.mentions: SpanIndex[Item[Mention]] = SpanIndex([])
        self.contents: SpanIndex[Item[Claim]] = SpanIndex([])
        self.alike: set[Key] = set()
        self.hits: SpanIndex[None] = SpanIndex([])
        self.dragged_to: int | None = None

    def focus_item(self) -> Item[Mention] | Item[Claim] | None:
        return self.labelled.find(self.focus_kind, self.focus_key) if self.labelled and self.focus_key else None

    def rect_at(self, position: int) -> QRectF:
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(self.map.to_utf16(position), max(0, self.document().characterCount() - 1)))
        return QRectF(self.cursorRect(cursor))

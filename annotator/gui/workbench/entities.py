"""The article's entities and actors as lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from annotator.core.annotation import Mention
from annotator.core.scheme import Scheme
from annotator.core.text import covered
from annotator.gui.theme import Theme
from annotator.gui.workbench.item_model import Index, ItemModel
from annotator.gui.workbench.wording import marks_of
from annotator.labelling.labelled_article import Item, Key, LabelledArticle

ROW = 34


class EntityModel(ItemModel[Mention]):
    """The labelled's mentions."""

    def describe(self, item: Item[Mention]) -> str:
        return f"{covered(self.text, [item.value.span])} {item.value.label} ({item.state})"


class EntityDelegate(QStyledItemDelegate):
    """Draws a row: the words, whom they mean, the label, and how it is decided."""

    def __init__(self, view: EntityList) -> None:
        super().__init__(view)
        self.view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, model = self.view.theme, self.view.entities
        item = model.items[index.row()]
        rect = QRectF(option.rect).adjusted(8, 1, -8, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() == self.view.focus_row:
            painter.setPen(theme.color("accent"))
            painter.setBrush(theme.color("card"))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        font = QFont(self.view.font())
        small = QFont(font)
        small.setPointSizeF(max(7.5, font.pointSizeF() - 1.5))
        label = self.view.scheme.label(item.value.label) if self.view.scheme else None
        color = QColor((label.dark if theme.dark else label.color) if label else "#888888")
        sign, sign_color = {
            "suggested": ("?", "soft"),
            "accepted": ("✓", "favor"),
            "changed": ("✓ changed", "favor"),
            "made": ("✓ yours", "favor"),
            "rejected": ("✕", "against"),
        }[item.state]
        painter.setFont(small)
        width = QFontMetrics(small).horizontalAdvance(sign)
        right = rect.right() - 10
        painter.setPen(theme.color(sign_color))
        painter.drawText(
            QRectF(right - width, rect.top(), width + 1, rect.height()), Qt.AlignmentFlag.AlignVCenter, sign
        )
        right -= width + 12
        title = label.title if label else item.value.label
        title = QFontMetrics(small).elidedText(title, Qt.TextElideMode.ElideRight, 130)
        width = QFontMetrics(small).horizontalAdvance(title)
        painter.setPen(color)
        painter.drawText(
            QRectF(right - width, rect.top(), width + 1, rect.height()), Qt.AlignmentFlag.AlignVCenter, title
        )
        right -= width + 10
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(rect.left() + 8, rect.center().y() - 7, 3, 14), 1.5, 1.5)
        words = covered(model.text, [item.value.span])
        name = model.name_of(item.value.actor)
        if item.state == "rejected":
            font.setStrikeOut(True)
        room = right - rect.left() - 20
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, int(room))
        painter.setFont(font)
        painter.setPen(theme.color("soft" if item.state == "rejected" else "ink"))
        box = QRectF(rect.left() + 18, rect.top(), room, rect.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
        more = [f"→ {name}"] if name and name != words else []
        more += [mark for mark, _ in marks_of(item.value, self.view.scheme, "mention")]
        if more:
            used = QFontMetrics(font).horizontalAdvance(shown + "  ")
            rest = "   ·   ".join(more)
            rest = QFontMetrics(small).elidedText(rest, Qt.TextElideMode.ElideRight, int(room - used))
            painter.setFont(small)
            painter.setPen(theme.color("soft"))
            painter.drawText(box.adjusted(used, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, rest)
        painter.restore()


class EntityList(QListView):
    """The list of entities. `chosen` tells the key of one that was clicked."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.scheme: Scheme | None = None
        self.focus_row = -1
        self.entities = EntityModel()
        self.setAccessibleName("Entities")
        self.setModel(self.entities)
        self.setItemDelegate(EntityDelegate(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.clicked.connect(lambda index: self.chosen.emit(self.entities.items[index.row()].key))

    def set_focus_key(self, key: Key | None) -> None:
        self.focus_row = self.entities.row_of(key)
        if self.focus_row >= 0:
            self.scrollTo(self.entities.index(self.focus_row), QListView.ScrollHint.EnsureVisible)
        self.viewport().update()


class ActorModel(QAbstractListModel):
    """The actors of the labelled with how often each is mentioned and speaks, the most frequent first."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, str, int, int]] = []

    def show(self, labelled: LabelledArticle | None, name_of: Callable[[int | None], str | None]) -> None:
        mentions: Counter[int] = Counter()
        claims: Counter[int] = Counter()
        if labelled is not None:
            mentions.update(i.value.actor for i in labelled.mentions if i.shown and i.value.actor is not None)
            claims.update(i.value.actor for i in labelled.claims if i.shown and i.value.actor is not None)
        self.beginResetModel()
        self.rows = sorted(
            ((a, name_of(a) or "", mentions[a], claims[a]) for a in mentions.keys() | claims.keys()),
            key=lambda r: (-r[3], -r[2], r[1]),
        )
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            _, name, mentions, claims = self.rows[index.row()]
            said = f"{claims} claim{'' if claims == 1 else 's'}"
            return f"{name}   ·   {said}, {mentions} mention{'' if mentions == 1 else 's'}"
        return None


class ActorList(QListView):
    """The list of actors. `activated` and a double click rename one."""

    def __init__(self) -> None:
        super().__init__()
        self.actors = ActorModel()
        self.setAccessibleName("Actors")
        self.setModel(self.actors)
        self.setUniformItemSizes(True)
        self.setSpacing(4)
        self.setToolTip("Double-click an actor to rename it everywhere (F2)")

    def current(self) -> int | None:
        """The id of the actor in focus."""
        index = self.currentIndex()
        return self.actors.rows[index.row()][0] if index.isValid() else None

"""The claims as cards in text order: quiet ones in a list, the one in focus as a card with all its slots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem

from annotator.core.annotation import Claim
from annotator.core.scheme import Scheme
from annotator.core.text import covered
from annotator.gui.theme import Theme
from annotator.gui.workbench.wording import STATE_WORDS, firmness, initials, marks_of, sureness, unsure
from annotator.labelling.labelled_article import Item, Key

Index = QModelIndex | QPersistentModelIndex


class Card(QFrame):
    """The widget that lies over the row of the claim in focus."""

    def height_for(self, width: int) -> int:
        """The height in which everything fits, for a width."""
        raise NotImplementedError


COMPACT = 64
GAP = 8


class ClaimModel(QAbstractListModel):
    """The labelled's claims, a row each, in the order of the text."""

    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[Item[Claim], ...] = ()
        self.text = ""
        self.name_of: Callable[[int | None], str | None] = lambda actor: None

    def show(self, items: tuple[Item[Claim], ...], text: str) -> None:
        """Shows other items, or the same ones changed; then only what changed is drawn anew."""
        if items is self.items and text == self.text:
            return
        if text == self.text and [i.key for i in items] == [i.key for i in self.items]:
            old, self.items = self.items, items
            changed = [n for n in range(len(items)) if items[n] is not old[n]]
            if changed:
                self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))
            return
        self.beginResetModel()
        self.items, self.text = items, text
        self.endResetModel()

    def row_of(self, key: Key | None) -> int:
        return next((n for n, i in enumerate(self.items) if i.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.describe(self.items[index.row()])
        return None

    def describe(self, item: Item[Claim]) -> str:
        return f"{self.who(item)}: {covered(self.text, item.value.content)} ({STATE_WORDS[item.state]})"

    def who(self, item: Item[Claim]) -> str:
        """Who says it, as shortly as is known: the actor, else the source's words."""
        name = self.name_of(item.value.actor)
        if name:
            return name
        return covered(self.text, item.value.source) or ("no source" if item.value.implicit else "source missing")


class ClaimDelegate(QStyledItemDelegate):
    """Draws the cards that are not in focus."""

    def __init__(self, view: ClaimList) -> None:
        super().__init__(view)
        self.view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = self.view.card_height if index.row() == self.view.open_row else COMPACT
        return QSize(100, height + GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.row() == self.view.open_row:
            return
        theme, model = self.view.theme, self.view.claims
        item = model.items[index.row()]
        rect = QRectF(option.rect).adjusted(12.5, 0.5, -12.5, -GAP - 0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if item.state == "rejected":
            painter.setOpacity(0.55)
        elif unsure(item.state, item.value.score):
            painter.setOpacity(0.55 + 0.35 * firmness(item.value.score))
        border = theme.color("suggested" if item.state == "suggested" else "line")
        pen = QPen(border, 1.2)
        if item.state == "suggested":
            pen.setDashPattern([3, 2.5])
        painter.setPen(pen)
        painter.setBrush(theme.color("accent_tint" if item.key in self.view.chosen else "card"))
        painter.drawRoundedRect(rect, 9, 9)
        # The card itself is faint then; its words stay legible.
        painter.setOpacity(1)
        self._content(painter, theme, model, item, rect)
        painter.restore()

    def _content(self, painter: QPainter, theme: Theme, model: ClaimModel, item: Item[Claim], rect: QRectF) -> None:
        base = QFont(self.view.font())
        small = QFont(base)
        small.setPointSizeF(max(7.5, base.pointSizeF() - 1.5))
        bold = QFont(base)
        bold.setBold(True)
        who = model.who(item)
        top = QRectF(rect.left() + 12, rect.top() + 8, rect.width() - 24, 22)
        circle = QRectF(top.left(), top.top(), 22, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("source_tint"))
        painter.drawEllipse(circle)
        painter.setPen(theme.color("source"))
        painter.setFont(small)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, initials(who))
        right = top.right()
        for text, color, font in reversed(self._marks(theme, item, base, small)):
            width = QFontMetrics(font).horizontalAdvance(text)
            painter.setFont(font)
            painter.setPen(theme.color(color))
            painter.drawText(QRectF(right - width, top.top(), width + 1, 22), Qt.AlignmentFlag.AlignVCenter, text)
            right -= width + 10
        painter.setFont(bold)
        known = item.value.actor is not None
        faint = item.state == "rejected" or unsure(item.state, item.value.score)
        painter.setPen(theme.color("ink" if (known or item.value.source) and not faint else "soft"))
        room = right - top.left() - 32
        name = QFontMetrics(bold).elidedText(who, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(top.left() + 30, top.top(), room, 22), Qt.AlignmentFlag.AlignVCenter, name)
        if item.state == "rejected":
            base.setStrikeOut(True)
        painter.setFont(base)
        painter.setPen(theme.color("soft"))
        line = QRectF(top.left() + 30, top.bottom() + 2, rect.width() - 54, 22)
        text = QFontMetrics(base).elidedText(
            covered(model.text, item.value.content), Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    def _marks(self, theme: Theme, item: Item[Claim], base: QFont, small: QFont) -> list[tuple[str, str, QFont]]:
        marks = [(words, color, small) for words, color in marks_of(item.value, self.view.scheme, "claim")]
        doubtful = unsure(item.state, item.value.score)
        sign = {
            "suggested": (sureness(item.value.score), "cue" if doubtful else "soft", small),
            "accepted": ("✓", "favor", base),
            "changed": ("✓ changed", "favor", small),
            "rejected": ("✕", "against", base),
            "made": ("✓ yours", "favor", small),
        }[item.state]
        if item.decided and item.shown and not item.value.source and not item.value.implicit:
            sign = ("source?", "cue", small)
        # The number is of the claim, not of its stance: it stands apart from that.
        return [sign, *marks] if item.state == "suggested" else [*marks, sign]


class ClaimList(QListView):
    """The list of cards. `picked` tells the key of a card that was clicked; `chosen` are several for the next key."""

    picked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.claims = ClaimModel()
        self.open_row = -1
        self.chosen: set[Key] = set()
        self.card_height = 260
        self.card: Card | None = None
        self.scheme: Scheme | None = None
        self.setAccessibleName("Claims")
        self.setModel(self.claims)
        self.setItemDelegate(ClaimDelegate(self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setSpacing(0)
        self.clicked.connect(self._on_clicked)

    def set_card(self, card: Card) -> None:
        """The widget that shows the claim in focus; it lies over that claim's row."""
        self.card = card
        card.setParent(self.viewport())
        card.hide()

    def open_claim(self, key: Key | None, reveal: bool = True) -> None:
        """Makes room for the card of a claim and scrolls to it."""
        self.open_row = self.claims.row_of(key)
        self.fit_card()
        if self.open_row >= 0 and reveal:
            self._reveal()

    def fit_card(self) -> None:
        """Takes over the height the card needs now."""
        if self.card is not None:
            # What was never shown counts as hidden, and hidden things take no room in a layout.
            self.card.setVisible(self.open_row >= 0)
            self.card.setFixedWidth(max(200, self.viewport().width() - 24))
            self.card_height = self.card.height_for(self.card.width())
        self.scheduleDelayedItemsLayout()
        self.executeDelayedItemsLayout()
        self._place_card()

    def _reveal(self) -> None:
        index = self.claims.index(self.open_row)
        rect = self.visualRect(index)
        margin = COMPACT + GAP
        bar = self.verticalScrollBar()
        if rect.top() < margin:
            bar.setValue(bar.value() + rect.top() - margin)
        elif rect.bottom() > self.viewport().height() - margin // 2:
            bar.setValue(bar.value() + min(rect.top() - margin, rect.bottom() - self.viewport().height() + margin // 2))
        self._place_card()

    def _place_card(self) -> None:
        if self.card is None:
            return
        if self.open_row < 0 or self.open_row >= len(self.claims.items):
            self.card.hide()
            return
        rect = self.visualRect(self.claims.index(self.open_row))
        self.card.setGeometry(QRect(rect.left() + 12, rect.top(), self.viewport().width() - 24, self.card_height))
        self.card.show()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._place_card()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._place_card()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit_card()
        if self.open_row >= 0:
            self._reveal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_card()
        if self.open_row >= 0:
            self._reveal()

    def _on_clicked(self, index: QModelIndex) -> None:
        self.picked.emit(self.claims.items[index.row()].key)

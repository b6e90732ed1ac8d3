"""The article's entities and actors as lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QShowEvent
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from annotator.core.annotation import Mention
from annotator.core.scheme import Scheme
from annotator.core.text import covered
from annotator.gui.theme import Theme
from annotator.gui.workbench.wording import marks_of
from annotator.labelling.groups import Group, groups_of
from annotator.labelling.labelled_article import Item, ItemState, Key, LabelledArticle

ROW = 34
Index = QModelIndex | QPersistentModelIndex


class EntityModel(QAbstractListModel):
    """The labelled's entities, a row for each name or for each place. While nobody looks, a change is only noted."""

    def __init__(self, is_seen: Callable[[], bool]) -> None:
        super().__init__()
        self.text = self._next_text = ""
        self.name_of: Callable[[int | None], str | None] = lambda actor: None
        self._is_seen = is_seen
        self._items: tuple[Item[Mention], ...] = ()
        self._groups: tuple[Group, ...] = ()
        self._apart = False  # a row for each place
        self._behind = False

    @property
    def groups(self) -> tuple[Group, ...]:
        """What the rows stand for, in their order."""
        self.catch_up()
        return self._groups

    def show(self, items: tuple[Item[Mention], ...], text: str, apart: bool) -> None:
        """Shows other items, or the same ones changed, or in other rows."""
        if items is self._items and text == self._next_text and apart == self._apart:
            return
        self._items, self._next_text, self._apart, self._behind = items, text, apart, True
        if self._is_seen():
            self.catch_up()

    def catch_up(self) -> None:
        """Shows what was noted."""
        if not self._behind:
            return
        self._behind = False
        text = self._next_text
        groups = tuple(Group((item,)) for item in self._items) if self._apart else groups_of(self._items, text)
        if text == self.text and [g.items[0].key for g in groups] == [g.items[0].key for g in self._groups]:
            self._groups = groups
            if groups:
                self.dataChanged.emit(self.index(0), self.index(len(groups) - 1))
            return
        self.beginResetModel()
        self._groups, self.text = groups, text
        self.endResetModel()

    def words(self, group: Group) -> str:
        """What a row is called: the longest way in which the article writes the name twice or more, if it does."""
        said = Counter(covered(self.text, [item.value.span]) for item in group.items)
        return max(said, key=lambda words: (said[words] > 1, len(words)))

    def describe(self, group: Group) -> str:
        """A row in words, for screen readers."""
        labels = ", ".join(group.labels)
        if len(group.items) == 1:
            return f"{self.words(group)} {labels} ({group.items[0].state})"
        return f"{self.words(group)}, {len(group.items)} times, {labels} ({group.open} undecided)"

    def group_of(self, key: Key | None) -> Group | None:
        """The row that has an item of this key."""
        return next((group for group in self.groups if group.has(key)), None)

    def one_name(self, items: Sequence[tuple[str, Key]]) -> bool:
        """Whether all of some items, by kind and key, stand in one row; there is at least one."""
        group = self.group_of(items[0][1])
        return group is not None and all(kind == "mention" and group.has(key) for kind, key in items)

    def row_of(self, key: Key | None) -> int:
        return next((n for n, group in enumerate(self.groups) if group.has(key)), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._groups)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.describe(self._groups[index.row()])
        return None


class EntityDelegate(QStyledItemDelegate):
    """Draws a row: the words, whom they mean, the label, and how it is decided."""

    def __init__(self, view: EntityList) -> None:
        super().__init__(view)
        self.view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, model = self.view.theme, self.view.entities
        group = model.groups[index.row()]
        alone = self.view.alone and index.row() == self.view.focus_row
        item = next((i for i in group.items if i.key == self.view.focus_key), group.first) if alone else group.first
        many = len(group.items) > 1 and not alone
        rect = QRectF(option.rect).adjusted(8, 1, -8, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if any(one.key in self.view.chosen for one in group.items):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_tint"))
            painter.drawRoundedRect(rect, 7, 7)
        if index.row() == self.view.focus_row:
            painter.setPen(theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush if self.view.chosen else theme.color("card"))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        font = QFont(self.view.font())
        small = QFont(font)
        small.setPointSizeF(max(7.5, font.pointSizeF() - 1.5))
        labels = [item.value.label] if alone else list(group.labels)
        known = [self.view.scheme.label(name) if self.view.scheme else None for name in labels]
        color = QColor((known[0].dark if theme.dark else known[0].color) if known[0] else "#888888")
        states = [item.state] if alone else [one.state for one in group.items]
        sign, sign_color = _sign(states)
        painter.setFont(small)
        width = QFontMetrics(small).horizontalAdvance(sign)
        right = rect.right() - 10
        painter.setPen(theme.color(sign_color))
        painter.drawText(
            QRectF(right - width, rect.top(), width + 1, rect.height()), Qt.AlignmentFlag.AlignVCenter, sign
        )
        right -= width + 12
        title = " or ".join(one.title if one else name for name, one in zip(labels, known, strict=True))
        title = QFontMetrics(small).elidedText(title, Qt.TextElideMode.ElideRight, 130)
        width = QFontMetrics(small).horizontalAdvance(title)
        painter.setPen(color if len(labels) == 1 else theme.color("cue"))
        painter.drawText(
            QRectF(right - width, rect.top(), width + 1, rect.height()), Qt.AlignmentFlag.AlignVCenter, title
        )
        right -= width + 10
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(rect.left() + 8, rect.center().y() - 7, 3, 14), 1.5, 1.5)
        words = covered(model.text, [item.value.span]) if not many else model.words(group)
        name = model.name_of(item.value.actor)
        gone = all(state == "rejected" for state in states)
        font.setStrikeOut(gone)
        room = right - rect.left() - 20
        number = f"×{len(group.items)}" if many else f"one of {len(group.items)}" if alone and group.items[1:] else ""
        more = [number] if number else []
        more += [f"→ {name}"] if name and name != words else []
        more += [mark for mark, _ in marks_of(item.value, self.view.scheme, "mention")]
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, int(room - (50 if number else 0)))
        painter.setFont(font)
        painter.setPen(theme.color("soft" if gone else "ink"))
        box = QRectF(rect.left() + 18, rect.top(), room, rect.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
        if more:
            used = QFontMetrics(font).horizontalAdvance(shown + "  ")
            rest = "   ·   ".join(more)
            rest = QFontMetrics(small).elidedText(rest, Qt.TextElideMode.ElideRight, int(room - used))
            painter.setFont(small)
            painter.setPen(theme.color("soft"))
            painter.drawText(box.adjusted(used, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, rest)
        painter.restore()


def _sign(states: list[ItemState]) -> tuple[str, str]:
    """How a row is decided, and the colour of that."""
    left = states.count("suggested")
    if left:
        return ("?", "soft") if left == len(states) else (f"{left} open", "soft")
    if all(state == "rejected" for state in states):
        return "✕", "against"
    kept = set(states) - {"rejected"}
    return "✓ yours" if kept == {"made"} else "✓ changed" if "changed" in kept else "✓", "favor"


class EntityList(QListView):
    """The list of entities. `picked` tells the key of one that was clicked; `chosen` are several for the next key."""

    picked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.scheme: Scheme | None = None
        self.focus_row = -1
        self.focus_key: Key | None = None
        self.alone = False
        self.chosen: set[Key] = set()
        self.entities = EntityModel(self.isVisible)
        self.setAccessibleName("Entities")
        self.setModel(self.entities)
        self.setItemDelegate(EntityDelegate(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.clicked.connect(lambda index: self.picked.emit(self.entities.groups[index.row()].first.key))

    def showEvent(self, event: QShowEvent) -> None:
        self.entities.catch_up()
        self.set_focus_key(self.focus_key, self.alone)
        super().showEvent(event)

    def set_focus_key(self, key: Key | None, alone: bool = False) -> None:
        self.focus_key, self.alone = key, alone
        if not self.isVisible():
            return  # it catches up when it is looked at
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

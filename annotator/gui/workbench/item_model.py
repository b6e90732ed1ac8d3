"""A labelled's items as rows of a list: what claims and entities have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from annotator.labelling.labelled_article import Item, Key, V

Index = QModelIndex | QPersistentModelIndex


class ItemModel(QAbstractListModel, Generic[V]):
    """An Item a row, in the order of the text."""

    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[Item[V], ...] = ()
        self.text = ""
        self.name_of: Callable[[int | None], str | None] = lambda actor: None

    def show(self, items: tuple[Item[V], ...], text: str) -> None:
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

    def describe(self, item: Item[V]) -> str:
        """An item in words, for screen readers."""
        raise NotImplementedError

    def row_of(self, key: Key | None) -> int:
        return next((n for n, i in enumerate(self.items) if i.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.describe(self.items[index.row()])
        return None

"""The left side of the review: the articles by how much is in dispute, the differences by kind, the agreement here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from annotator.gui.stepping import STEPS
from annotator.gui.theme import Theme
from annotator.review.adjudication import KINDS, Question, kind_of
from annotator.review.coefficients import Figure
from annotator.review.disputes import Dispute

KEY, OPEN, TOTAL = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class _Counted(QStyledItemDelegate):
    """A ring for how much of it is decided, a text, and how many are open."""

    def __init__(self, view: _List) -> None:
        super().__init__(view)
        self.view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, 34)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self.view.theme
        rect = QRectF(option.rect).adjusted(6, 1, -6, -1)
        is_open, total = index.data(OPEN), index.data(TOTAL)
        here = index.data(KEY) == self.view.marked
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_tint"))
            painter.drawRoundedRect(rect, 7, 7)
        ring = QRectF(rect.left() + 8, rect.center().y() - 6, 12, 12)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not is_open:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("favor"))
            painter.drawEllipse(ring)
            painter.setPen(QPen(theme.color("card"), 1.6))
            x, y = ring.left(), ring.top()
            painter.drawPolyline([QPointF(x + 3, y + 6.3), QPointF(x + 5.2, y + 8.5), QPointF(x + 9, y + 3.8)])
        else:
            painter.setPen(QPen(theme.color("suggested"), 1.6))
            painter.drawEllipse(ring)
            share = 1 - is_open / total
            if share:
                painter.setPen(QPen(theme.color("accent"), 2.2))
                painter.drawArc(ring, 90 * 16, -int(360 * 16 * share))
        font = QFont(self.view.font())
        font.setBold(here)
        painter.setFont(font)
        number = f"{is_open:,}" if is_open else ""
        width = QFontMetrics(font).horizontalAdvance(number)
        painter.setPen(theme.color("soft"))
        side = QRectF(rect.right() - width - 8, rect.top(), width + 2, rect.height())
        painter.drawText(side, Qt.AlignmentFlag.AlignVCenter, number)
        painter.setPen(theme.color("ink"))
        room = QRectF(rect.left() + 29, rect.top(), rect.width() - width - 46, rect.height())
        text = QFontMetrics(font).elidedText(index.data(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class _List(QListWidget):
    """Texts with counts; `marked` is the key of the one in work."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme = theme
        self.marked: object = None
        self.setAccessibleName(name)
        self.setItemDelegate(_Counted(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_rows(self, rows: Sequence[tuple[object, str, int, int]]) -> None:
        """Key, text, how many are open, of how many."""
        if self.count() != len(rows):
            self.clear()
            for _ in rows:
                self.addItem(QListWidgetItem())
        for number, (key, text, is_open, total) in enumerate(rows):
            item = self.item(number)
            item.setText(text)
            item.setToolTip(f"{text}: {is_open:,} of {total:,} open")
            for role, value in ((KEY, key), (OPEN, is_open), (TOTAL, max(1, total))):
                item.setData(role, value)
        self.viewport().update()

    def mark(self, key: object) -> None:
        self.marked = key
        for number in range(self.count()):
            if self.item(number).data(KEY) == key:
                self.scrollToItem(self.item(number))
        self.viewport().update()


class ReviewLists(QWidget):
    """`article_chosen` tells an article's id, `kind_chosen` a kind of differences or "" for all, `filtered` that other
    words are looked for, `search_left` that the search is given up."""

    article_chosen = Signal(int)
    kind_chosen = Signal(str)
    filtered = Signal()
    search_left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("queue")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 10)
        layout.setSpacing(6)
        self.search = QLineEdit()
        self.search.setPlaceholderText(f"Find a difference   {STEPS.one_at('search').key}")
        self.search.setToolTip("Words of a claim, a name, a label, a slot, “edges” or “open”; all must fit")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find a difference")
        self.search.textChanged.connect(self.filtered)
        self.search.installEventFilter(self)
        box = QVBoxLayout()
        box.setContentsMargins(12, 0, 12, 0)
        box.addWidget(self.search)
        layout.addLayout(box)
        self.articles = _List(theme, "Articles to review")
        self.kinds = _List(theme, "Differences by kind")
        self.articles.itemClicked.connect(lambda item: self.article_chosen.emit(item.data(KEY)))
        self.kinds.itemClicked.connect(self._kind_clicked)
        self._heading(layout, "Articles, the most disputed first")
        layout.addWidget(self.articles, 3)
        self._heading(layout, "Differences here, by kind")
        layout.addWidget(self.kinds)
        self._heading(layout, "Agreement in this article")
        self.figures = QGridLayout()
        self.figures.setContentsMargins(18, 0, 18, 0)
        self.figures.setVerticalSpacing(3)
        layout.addLayout(self.figures)
        layout.addStretch(1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.search_left.emit()
            return True
        # Escape means this field here, not the review as a whole.
        overriding = event.type() == QEvent.Type.ShortcutOverride
        if overriding and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
        return super().eventFilter(watched, event)

    @staticmethod
    def _heading(layout: QVBoxLayout, text: str) -> None:
        label = QLabel(text)
        label.setProperty("soft", True)
        label.setContentsMargins(14, 6, 12, 0)
        layout.addWidget(label)

    def _kind_clicked(self, item: QListWidgetItem) -> None:
        key = item.data(KEY)
        self.kinds.mark("" if key == self.kinds.marked else key)
        self.kind_chosen.emit(self.kinds.marked)

    def set_theme(self, theme: Theme) -> None:
        for one in (self.articles, self.kinds):
            one.theme = theme
            one.viewport().update()

    def show_articles(self, disputes: Sequence[Dispute], here: int | None) -> None:
        self.articles.show_rows([(d.article, d.title, d.open, d.total) for d in disputes])
        self.articles.mark(here)

    def show_questions(self, questions: Sequence[Question]) -> None:
        """Counts the questions by kind; kinds without any are left out."""
        every = Counter(map(kind_of, questions))
        still = Counter(kind_of(q) for q in questions if q.state != "decided")
        rows = [(title, title, still[title], every[title]) for title, _ in KINDS if every[title]]
        self.kinds.show_rows(rows)
        self.kinds.setFixedHeight(34 * max(1, len(rows)) + 4)

    def show_figures(self, figures: Sequence[tuple[str, Figure]]) -> None:
        """The agreement's measures; one that is not defined shows why when the mouse is on it."""
        while self.figures.count():
            item = self.figures.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        for row, (title, figure) in enumerate(figures):
            self.figures.addWidget(QLabel(title), row, 0)
            value = QLabel("–" if figure.value is None else f"{figure.value:.2f}")
            value.setStyleSheet("font-weight: 600;")
            value.setToolTip(figure.reason or f"of {figure.n:,}")
            self.figures.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)

"""The queue: the project's articles with their state, found by words and filtered by state."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from annotator.gui.stepping import STEPS
from annotator.gui.theme import Theme
from annotator.labelling.session import Session
from annotator.store import articles
from annotator.store.articles import ArticleState, Summary

Index = QModelIndex | QPersistentModelIndex
PAGE = 60
ROW = 66
FILTERS: tuple[tuple[str, ArticleState | None], ...] = (
    ("All", None),
    ("To do", "todo"),
    ("Begun", "started"),
    ("Done", "done"),
)


class QueueModel(QAbstractListModel):
    """Article ids in order; what a row shows is read when it comes into view, a page at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.session: Session | None = None
        self.ids: list[int] = []
        self._known: dict[int, Summary] = {}

    def show(self, session: Session | None, ids: list[int]) -> None:
        self.beginResetModel()
        self.session, self.ids = session, ids
        self._known.clear()
        self.endResetModel()

    def again(self, article: int) -> tuple[Summary | None, Summary | None]:
        """Reads an article's summary again; what it was when it was known, and what it is when it is listed."""
        before, row = self._known.pop(article, None), self.row_of(article)
        if row < 0:
            return before, None
        self.dataChanged.emit(self.index(row), self.index(row))
        return before, self.summary(row)

    def row_of(self, article: int | None) -> int:
        try:
            return self.ids.index(article)  # type: ignore[arg-type]
        except ValueError:
            return -1

    def summary(self, row: int) -> Summary | None:
        article = self.ids[row]
        if article not in self._known and self.session is not None:
            first = row - row % PAGE
            page = [i for i in self.ids[first : first + PAGE] if i not in self._known]
            self._known.update(self.session.summaries(page))
        return self._known.get(article)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            summary = self.summary(index.row())
            return (summary.title or summary.key) if summary else ""
        return None


class QueueDelegate(QStyledItemDelegate):
    """Draws an article: a ring for its state, its title, and what there is to do."""

    def __init__(self, view: QueueList) -> None:
        super().__init__(view)
        self.view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, model = self.view.theme, self.view.articles
        summary = model.summary(index.row())
        if summary is None:
            return
        rect = QRectF(option.rect).adjusted(6, 2, -6, -2)
        here = summary.id == self.view.open_article
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_tint"))
            painter.drawRoundedRect(rect, 7, 7)
        self._ring(painter, theme, summary, QRectF(rect.left() + 8, rect.top() + 9, 13, 13))
        font = QFont(self.view.font())
        font.setBold(here)
        small = QFont(self.view.font())
        small.setPointSizeF(max(7.5, small.pointSizeF() - 1.5))
        text = QRectF(rect.left() + 31, rect.top() + 5, rect.width() - 39, rect.height() - 8)
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        lines = _two_lines(summary.title or summary.key, QFontMetrics(font), int(text.width()))
        spacing = QFontMetrics(font).height()
        for number, line in enumerate(lines):
            painter.drawText(QRectF(text.left(), text.top() + number * spacing, text.width(), spacing), 0, line)
        painter.setFont(small)
        painter.setPen(theme.color("soft"))
        below = QRectF(text.left(), text.top() + len(lines) * spacing + 1, text.width(), 18)
        line = QFontMetrics(small).elidedText(
            describe(summary, summary.id in self.view.working), Qt.TextElideMode.ElideRight, int(text.width())
        )
        painter.drawText(below, 0, line)
        painter.restore()

    def _ring(self, painter: QPainter, theme: Theme, summary: Summary, box: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if summary.state == "done":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("favor"))
            painter.drawEllipse(box)
            painter.setPen(QPen(theme.color("card"), 1.8))
            x, y = box.left(), box.top()
            painter.drawPolyline([_at(x + 3.4, y + 6.8), _at(x + 5.7, y + 9.2), _at(x + 9.8, y + 4.2)])
            return
        painter.setPen(QPen(theme.color("suggested"), 1.8))
        painter.drawEllipse(box)
        if summary.state == "started":
            total = (summary.claims or 0) + (summary.mentions or 0)
            share = min(1.0, max(0.08, summary.decided / total)) if total else 0.5
            painter.setPen(QPen(theme.color("accent"), 2.4))
            painter.drawArc(box, 90 * 16, -int(360 * 16 * share))


def _at(x: float, y: float) -> Any:
    from PySide6.QtCore import QPointF

    return QPointF(x, y)


def describe(summary: Summary, working: bool) -> str:
    """What the queue says under a title."""
    if summary.claims is None:
        work = "suggesting…" if working else "no suggestions yet"
    else:
        total = summary.claims + (summary.mentions or 0)
        left = max(0, total - summary.decided)
        claims = summary.claims + summary.made  # as many as its tab lists
        work = f"{claims} claim{'' if claims == 1 else 's'}"
        if summary.state == "started":
            work += f" · {left} open" if left else " · all decided"
    return " · ".join(p for p in (work, summary.source, summary.date) if p)


def _two_lines(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """The text on one line or two, the second one cut short where need be."""
    words = text.split()
    first = ""
    while words and metrics.horizontalAdvance(f"{first} {words[0]}".strip()) <= width:
        first = f"{first} {words.pop(0)}".strip()
    rest = " ".join(words)
    if not first:
        return [metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)]
    return [first] + ([metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)] if rest else [])


class QueueList(QListView):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.articles = QueueModel()
        self.open_article: int | None = None
        self.working: set[int] = set()
        self.setAccessibleName("Articles")
        self.setModel(self.articles)
        self.setItemDelegate(QueueDelegate(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)


class Queue(QWidget):
    """Search, filter and list. `chosen` tells the id of the article to open."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("queue")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.session: Session | None = None
        self.state: ArticleState | None = None
        self._numbers: dict[ArticleState, int] = {}  # of articles, by state
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(8)
        top = QVBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.setSpacing(8)
        self.search = QLineEdit()
        self.search.setPlaceholderText(f"Search articles   {STEPS.one_at('search').key}")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search articles")
        self.search.returnPressed.connect(self._open_first)
        top.addWidget(self.search)
        chips = QHBoxLayout()
        chips.setSpacing(3)
        self._group = QButtonGroup(self)
        self.chips: dict[ArticleState | None, QPushButton] = {}
        for text, state in FILTERS:
            chip = QPushButton(text)
            chip.setProperty("chip", True)
            chip.setCheckable(True)
            chip.setChecked(state is None)
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(lambda checked, s=state: self.set_state(s))
            self._group.addButton(chip)
            self.chips[state] = chip
            chips.addWidget(chip)
        chips.addStretch(1)
        top.addLayout(chips)
        self.mine = QPushButton("Only those assigned to me")
        self.mine.setProperty("chip", True)
        self.mine.setCheckable(True)
        self.mine.setChecked(True)
        self.mine.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.mine.clicked.connect(self.reload)
        top.addWidget(self.mine, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(top)
        self.list = QueueList(theme)
        layout.addWidget(self.list, 1)
        self.empty = QLabel()
        self.empty.setProperty("soft", True)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(18, 12, 18, 12)
        layout.addWidget(self.empty, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(150)
        self._timer.timeout.connect(self.reload)
        self.search.textChanged.connect(lambda: self._timer.start())
        self.list.clicked.connect(lambda index: self.chosen.emit(self.list.articles.ids[index.row()]))
        self.list.activated.connect(lambda index: self.chosen.emit(self.list.articles.ids[index.row()]))

    def show_session(self, session: Session | None) -> None:
        self.session = session
        self.search.clear()
        self._timer.stop()
        self.state = None
        self.chips[None].setChecked(True)
        self.reload()

    def set_state(self, state: ArticleState | None) -> None:
        self.state = state
        self.chips[state].setChecked(True)
        self.reload()
        self.list.setFocus()

    def reload(self) -> None:
        """Reads the list anew and keeps the open article in view."""
        session = self.session
        self.mine.setVisible(session is not None and bool(session.assigned))
        ids = session.listing(self.state, self.search.text(), self._only_mine()) if session else []
        bar = self.list.verticalScrollBar().value()
        self.list.articles.show(session, ids)
        self.list.verticalScrollBar().setValue(bar)
        self._count()
        self.empty.setVisible(session is not None and not ids)
        self.list.setVisible(bool(ids) or session is None)
        if self.search.text().strip():
            self.empty.setText(f"No article has “{self.search.text().strip()}”.")
        else:
            self.empty.setText("No article here." if self.state else "No articles yet.")

    def _count(self) -> None:
        self._numbers = self._counts()
        self._show_numbers()

    def _show_numbers(self) -> None:
        for text, state in FILTERS:
            number = sum(self._numbers.values()) if state is None else self._numbers.get(state, 0)
            self.chips[state].setText(f"{text} {number:,}" if self.session else text)

    def _only_mine(self) -> bool:
        return self.session is not None and bool(self.session.assigned) and self.mine.isChecked()

    def _counts(self) -> dict[ArticleState, int]:
        if self.session is None:
            return {}
        if not self._only_mine():
            return articles.counts(self.session.project, self.session.me)
        return {state: len(self.session.listing(state, mine=True)) for _, state in FILTERS if state is not None}

    def changed(self, article: int | None) -> None:
        """An article's state or counts changed; the list as a whole when it is None."""
        if article is None:
            self.reload()
            return
        before, now = self.list.articles.again(article)
        if before is None or now is None:
            self._count()
        elif before.state != now.state:
            self._numbers[before.state] = self._numbers.get(before.state, 0) - 1
            self._numbers[now.state] = self._numbers.get(now.state, 0) + 1
            self._show_numbers()

    def mark_open(self, article: int | None) -> None:
        moved = self.list.open_article != article
        self.list.open_article = article
        row = self.list.articles.row_of(article)
        if row >= 0 and moved:
            self.list.setCurrentIndex(self.list.articles.index(row))
            self.list.scrollTo(self.list.articles.index(row))
        self.list.viewport().update()

    def _open_first(self) -> None:
        self._timer.stop()
        self.reload()
        if self.list.articles.ids:
            self.chosen.emit(self.list.articles.ids[0])

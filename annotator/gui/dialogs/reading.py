"""Pages to read: help, guidelines, and the sheet of keys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QTextBrowser, QVBoxLayout, QWidget

from annotator.core.text import shortened
from annotator.gui.stepping import Step, key_label

MAX_TEXT = 42  # signs of a line
TITLES = {"Entity": "Entity label: selection, or in focus"}


class KeySheet(QDialog):
    """All keys, by what they are for."""

    def __init__(self, parent: QWidget, steps: Sequence[Step]) -> None:
        super().__init__(parent)
        self.setWindowTitle("All keys")
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(22, 14, 22, 16)
        columns.setSpacing(32)
        groups = [
            (TITLES.get(menu, menu), [(s.text, s.keys) for s in some if s.keys and s.listed])
            for menu, some in groupby(steps, lambda s: s.menu)
        ]
        total = sum(len(rows) + 2 for _, rows in groups)
        column, used = 0, 0
        grids: list[QGridLayout] = []
        for menu, rows in groups:
            if not grids or used > total / 3 * (column + 1) - 3:
                column += bool(grids)
                grids.append(QGridLayout())
                grids[-1].setColumnStretch(0, 1)
                grids[-1].setVerticalSpacing(3)
                columns.addLayout(grids[-1], 1)
            used += len(rows) + 2
            self._add(grids[-1], menu, rows)
        for grid in grids:
            grid.setRowStretch(grid.rowCount(), 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        room = parent.window().size() if parent is not None else QSize(1200, 800)
        wanted = page.sizeHint() + QSize(16, 8)  # and a scroll bar
        self.resize(wanted.boundedTo(room - QSize(40, 80)).expandedTo(QSize(600, 400)))

    @staticmethod
    def _add(grid: QGridLayout, menu: str, rows: list[tuple[str, tuple[str, ...]]]) -> None:
        heading = QLabel(menu)
        heading.setStyleSheet("font-weight: 600;")
        heading.setContentsMargins(0, 10 if grid.rowCount() > 1 else 0, 0, 1)
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for text, keys in rows:
            row = grid.rowCount()
            text = text.rstrip("…")
            said = QLabel(shortened(text, MAX_TEXT))
            said.setToolTip(text)
            grid.addWidget(said, row, 0)
            key = QLabel(" or ".join(dict.fromkeys(key_label(k) for k in keys[:2])))
            key.setProperty("soft", True)
            grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)


class Page(QTextBrowser):
    """Markdown from anywhere: nothing is loaded for it, and a link is opened only when that is wanted."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._ask)
        features = QTextDocument.MarkdownFeature
        self.document().setMarkdown(markdown, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return None

    def _ask(self, address: QUrl) -> None:
        from annotator.gui.dialogs import common as dialogs

        shown = address.toDisplayString()
        known = address.scheme() in ("http", "https")
        if known and dialogs.confirm(self, "Open this address in your browser?", shown, "Open"):
            QDesktopServices.openUrl(address)


class Reader(QDialog):
    """A page of text to read: help, guidelines."""

    def __init__(self, parent: QWidget, title: str, markdown: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(720, 640)
        page = Page(markdown)
        page.document().setDocumentMargin(18)
        page.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(page)

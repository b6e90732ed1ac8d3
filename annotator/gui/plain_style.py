"""Fusion, in which words are words: a label shows text as it is unless its code says that it is rich.

Qt takes any text that looks like HTML for HTML, also in tooltips and message boxes. Names, titles and notes come from
others' files; nothing in them may be read as a picture to load or a link.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProxyStyle


class PlainStyle(QProxyStyle):
    """Makes each label plain that nobody made rich, when it is first shown."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def polish(self, what: Any) -> Any:
        # Tooltips and the texts of message boxes are labels, too.
        if isinstance(what, QLabel) and what.textFormat() == Qt.TextFormat.AutoText:
            what.setTextFormat(Qt.TextFormat.PlainText)
        return super().polish(what)

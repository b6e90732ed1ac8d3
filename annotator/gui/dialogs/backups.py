"""A project's backups: which there are, what they hold beside what there is now, and one to be restored."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.errors import AnnotatorError
from annotator.store import backups
from annotator.store.backups import REASONS, Backup, Contents

BACKUP = Qt.ItemDataRole.UserRole


class RestoreDialog(QDialog):
    """Backups, the newest first; `chosen` is the one to restore. `now` is what the project holds, None when it cannot
    be read."""

    def __init__(self, parent: QWidget, name: str, found: Sequence[Backup], now: Contents | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Restore")
        self.resize(860, 480)
        self.chosen: Backup | None = None
        self._now = now
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        heading = QLabel(f"Backups of “{name}”")
        heading.setStyleSheet("font-weight: 600;")
        layout.addWidget(heading)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        self.list = QListWidget()
        self.list.setAccessibleName("Backups")
        self.list.setMinimumWidth(370)
        for backup in found:
            other = f" (of “{backup.name}”)" if backup.name != name else ""
            item = QListWidgetItem(f"{when(backup.time, True)}   {REASONS[backup.why]}{other}")
            item.setData(BACKUP, backup)
            self.list.addItem(item)
        columns.addWidget(self.list)
        right = QVBoxLayout()
        self.preview = QGridLayout()
        self.preview.setHorizontalSpacing(24)
        self.preview.setVerticalSpacing(5)
        right.addLayout(self.preview)
        self.last = QLabel()
        self.last.setWordWrap(True)
        self.last.setAlignment(Qt.AlignmentFlag.AlignTop)
        right.addSpacing(8)
        right.addWidget(self.last, 1)
        columns.addLayout(right, 1)
        layout.addLayout(columns, 1)
        place = QLabel(
            "Restoring keeps what there is now as a backup of its own, so it can be taken back the same way. Backups "
            "are made early each day on which something is changed, and before what changes much; all of 7 days are "
            "kept, then one a week for 4 weeks, and one a month for 6 months.\n"
            f"They are in {backups.folder_of('x').parent}."
        )
        place.setProperty("soft", True)
        place.setWordWrap(True)
        layout.addWidget(place)
        line = QHBoxLayout()
        folder = QPushButton("Open the folder")
        folder.clicked.connect(self._open_folder)
        self.restore = QPushButton("Restore this one")
        self.restore.setProperty("primary", True)
        self.restore.clicked.connect(self.accept)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        line.addWidget(folder)
        line.addStretch(1)
        line.addWidget(close)
        line.addWidget(self.restore)
        layout.addLayout(line)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)
        if not found:
            self.list.addItem("There are none yet.")
            self._show(-1)

    def _open_folder(self) -> None:
        folder = self.chosen.path.parent if self.chosen is not None else backups.folder_of("x").parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _show(self, row: int) -> None:
        item = self.list.item(row)
        self.chosen = item.data(BACKUP) if item is not None else None
        while (held := self.preview.takeAt(0)) is not None:
            widget = held.widget()
            if widget is not None:
                widget.deleteLater()
        self.restore.setEnabled(False)
        self.last.setText("")
        if self.chosen is None:
            return
        try:
            then = backups.contents(self.chosen.path)
        except AnnotatorError as error:
            self.last.setText(str(error))
            return
        self.restore.setEnabled(True)
        rows = [("", "in it", "now" if self._now is not None else "")]
        for name, number in then.numbers.items():
            rows.append((name, f"{number:,}", f"{self._now.numbers[name]:,}" if self._now is not None else ""))
        for number, texts in enumerate(rows):
            for column, text in enumerate(texts):
                label = QLabel(text)
                label.setProperty("soft", number == 0)
                if column:
                    label.setAlignment(Qt.AlignmentFlag.AlignRight)
                self.preview.addWidget(label, number, column)
        self.preview.setColumnStretch(3, 1)
        lines = [f"{when(at)}   {name or 'gold'}: {action}" for at, name, action in then.last[:8]]
        self.last.setText(
            "\n".join(["What was done last in it:", *lines]) if lines else "Nothing was labelled in it yet."
        )


def when(seconds: float, to_the_second: bool = False) -> str:
    form = "%d %b %Y, %H:%M:%S" if to_the_second else "%d %b %Y, %H:%M"
    return time.strftime(form, time.localtime(seconds))

"""What came in, what a training brought, and what shall be exported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.counting import counted
from annotator.formats.export import ALL, BEST, GOLD, MODEL
from annotator.formats.import_report import ImportReport
from annotator.formats.registry import writers

MAX_LINES = 2000  # told of one kind


class ImportDialog(QDialog):
    """What came in and what did not. `again` is True when refused files shall be read as Windows-1252, `update_labels`
    when the labels of the files shall replace other ones that are here."""

    def __init__(self, parent: QWidget, report: ImportReport) -> None:
        super().__init__(parent)
        self.again = self.update_labels = False
        self.setWindowTitle("Import")
        self.setMinimumSize(640, 200)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        summary = QLabel(report.summary())
        summary.setWordWrap(True)
        summary.setStyleSheet("font-weight: 600;")
        layout.addWidget(summary)
        if told := report.by_heading():
            parts = [
                "\n".join([f"{heading} ({len(lines):,})", *(f"•  {line}." for line in lines[:MAX_LINES])])
                for heading, lines in told
            ]
            text = QPlainTextEdit("\n\n".join(parts))
            text.setReadOnly(True)
            text.setAccessibleName("What did not come in as it is")
            text.setMinimumHeight(min(340, 60 + 40 * sum(len(lines) + 1 for _, lines in told)))
            layout.addWidget(text, 1)
        if report.by:
            where = QLabel(
                "Labels of others stand beside yours: Project, Team lists who they are; an export or a dataset has "
                "them all; Review compares articles that two have finished."
            )
            where.setWordWrap(True)
            where.setProperty("soft", True)
            layout.addWidget(where)
        if report.legacy:
            many = len(report.legacy)
            question = QLabel(
                f"{many} file{'' if many == 1 else 's'} may come from an older Windows program. Read "
                f"{'it' if many == 1 else 'them'} as Windows-1252? Look at the accents afterwards."
            )
            question.setWordWrap(True)
            layout.addWidget(question)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        if report.differing:
            update = QPushButton(f"Take the file's labels instead ({len(report.differing):,})")
            update.setToolTip("The labels here are replaced; a backup is made before")
            update.clicked.connect(self._update_labels)
            buttons.addWidget(update)
        if report.legacy:
            again = QPushButton("Read as Windows-1252")
            again.clicked.connect(self._read_again)
            buttons.addWidget(again)
        close = QPushButton("Close")
        close.setDefault(True)
        close.setProperty("primary", True)
        close.clicked.connect(self.accept)
        buttons.addWidget(close)
        layout.addLayout(buttons)

    def _update_labels(self) -> None:
        self.update_labels = True
        self.accept()

    def _read_again(self) -> None:
        self.again = True
        self.accept()


class ExportDialog(QDialog):
    """Which format, whose layer, and whether only finished articles."""

    def __init__(self, parent: QWidget, finished: bool, gold: int) -> None:
        """`finished` is whether anything is that may be seen here, `gold` how many articles have gold."""
        super().__init__(parent)
        self.setWindowTitle("Export dataset")
        self.setMinimumWidth(460)
        form = QFormLayout(self)
        form.setContentsMargins(18, 16, 18, 14)
        form.setVerticalSpacing(10)
        self.format = QComboBox()
        for one in writers():
            if not one.missing():
                self.format.addItem(one.title, one.name)
        self.layer = QComboBox()
        if gold:
            self.layer.addItem(f"Gold: adjudicated and finished ({counted(gold, 'article')})", GOLD)
            self.layer.addItem("Gold where there is some, else what the editors decided", BEST)
        self.layer.addItem("What the editors decided", None)
        self.layer.addItem("The suggestions", MODEL)
        self.layer.addItem("Every layer", ALL)
        self.only_finished = QCheckBox("Only what is finished")
        self.only_finished.setChecked(finished or gold > 0)
        form.addRow("Format", self.format)
        form.addRow("Labels", self.layer)
        self.unlabelled = QCheckBox("Also articles that nobody has labelled")
        if not finished and not gold:
            self.only_finished.setText("Only what is finished (nothing is yet)")
        form.addRow("", self.only_finished)
        form.addRow("", self.unlabelled)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        choose = buttons.addButton("Choose file…", QDialogButtonBox.ButtonRole.AcceptRole)
        choose.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)


class LossesDialog(QDialog):
    """What a format does not hold of what is to be written; accepted when it shall be written all the same."""

    def __init__(self, parent: QWidget, title: str, losses: list[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export dataset")
        self.setMinimumSize(600, 260)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        heading = QLabel(f"{title.partition(':')[0]} does not hold all of it")
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setStyleSheet("font-weight: 600;")
        layout.addWidget(heading)
        text = QPlainTextEdit("\n".join(f"•  {line}" for line in losses))
        text.setReadOnly(True)
        text.setAccessibleName("What would not be in the file")
        layout.addWidget(text, 1)
        note = QLabel("This stays in the project whatever you choose. JSONL holds everything.")
        note.setProperty("soft", True)
        layout.addWidget(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        anyway = buttons.addButton("Export the rest", QDialogButtonBox.ButtonRole.AcceptRole)
        anyway.setProperty("primary", True)
        anyway.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)


class TrainingDialog(QDialog):
    """What a training brought: both figures before and after, on articles held out, and whether it was taken."""

    def __init__(self, parent: QWidget, found: Mapping[str, Any]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Training")
        self.setMinimumWidth(480)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        taken = bool(found["trained"])
        title = QLabel("Suggestions are better now." if taken else "Nothing has changed.")
        title.setStyleSheet("font-weight: 600;")
        layout.addWidget(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(5)
        for column, text in enumerate(("How like yours, of 100", "before", "after")):
            label = QLabel(text)
            label.setProperty("soft", True)
            grid.addWidget(label, 0, column)
        rows = (("Claims with who says it", "full"), ("Claims word for word", "exact"))
        for row, (text, key) in enumerate(rows, 1):
            grid.addWidget(QLabel(text), row, 0)
            for column, side in enumerate(("before", "after"), 1):
                number = QLabel(f"{100 * found[side][key]:.1f}")
                number.setAlignment(Qt.AlignmentFlag.AlignRight)
                grid.addWidget(number, row, column)
        grid.setColumnStretch(3, 1)
        layout.addLayout(grid)
        articles = (
            f"Measured on your {found['articles']:,} finished articles (F1): each was suggested by what was learned "
            "from others."
        )
        more = (
            "This article is suggested by it now, and so are those you open for the first time; “Suggest for all "
            "articles” takes the others along. “Take the last training back” undoes it."
            if taken
            else "What was learned is not surely better, so it was not taken. More finished articles may help."
        )
        note = QLabel(f"{articles} {more}")
        note.setWordWrap(True)
        note.setProperty("soft", True)
        layout.addWidget(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        layout.addWidget(buttons)

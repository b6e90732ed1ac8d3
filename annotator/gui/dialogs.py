"""The small windows: whom a source means, what an import brought, the sheet of keys, help, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from annotator.formats import WRITERS, module
from annotator.formats.bring_in import Report
from annotator.formats.export import ADJUDICATED
from annotator.gui.keys import STEPS, UNLISTED, shown


def run(dialog: QDialog) -> bool:
    """Shows a dialog until it is closed; True when it was accepted. The window has the keys again afterwards, with or
    without a window manager."""
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    parent = dialog.parentWidget()
    if parent is not None:
        parent.window().activateWindow()
    return accepted


class Picker(QDialog):
    """Asks for a name: what is typed, or one of those offered that match it. `name` is the answer."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        current: str,
        first: list[str],
        matching: Callable[[str], list[str]],
        hint: str,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(380)
        self._first = first
        self._matching = matching
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(8)
        self.field = QLineEdit(current)
        self.field.selectAll()
        self.field.setAccessibleName(title)
        self.list = QListWidget()
        self.list.setAccessibleName("Names")
        self.list.setMinimumHeight(200)
        label = QLabel(hint)
        label.setProperty("soft", True)
        label.setWordWrap(True)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        layout.addWidget(label)
        self.field.textEdited.connect(self._offer)
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self.accept)
        self.list.itemActivated.connect(lambda item: self._take(item.text()))
        self.list.itemClicked.connect(lambda item: self._take(item.text()))
        self._offer("")

    @property
    def name(self) -> str:
        item = self.list.currentItem()
        return item.text() if item is not None else " ".join(self.field.text().split())

    def _take(self, name: str) -> None:
        self.field.setText(name)
        self.accept()

    def _offer(self, part: str) -> None:
        part = part.strip()
        names = [n for n in self._first if part.casefold() in n.casefold()]
        if part:
            names += [n for n in self._matching(part) if n not in names]
        self.list.clear()
        self.list.addItems(names[:60])
        self.list.setCurrentRow(-1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                self.list.setCurrentRow(max(-1, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)


def ask_name(
    parent: QWidget, title: str, current: str, first: list[str], matching: Callable[[str], list[str]], hint: str
) -> str | None:
    """The name chosen, "" when it was emptied, None when it was cancelled."""
    dialog = Picker(parent, title, current, first, matching, hint)
    return dialog.name if run(dialog) else None


def choose(parent: QWidget, question: str, answers: tuple[str, ...]) -> int | None:
    """The number of the answer chosen, from 0; None when it was cancelled."""
    box = QMessageBox(QMessageBox.Icon.Question, "Annotator", question, QMessageBox.StandardButton.Cancel, parent)
    buttons = [box.addButton(answer, QMessageBox.ButtonRole.AcceptRole) for answer in answers]
    box.setDefaultButton(buttons[0])
    run(box)
    clicked = box.clickedButton()
    return next((n for n, button in enumerate(buttons) if button is clicked), None)


def confirm(parent: QWidget, question: str, more: str, yes: str) -> bool:
    """Asks before something large is done."""
    box = QMessageBox(QMessageBox.Icon.Question, "Annotator", question, QMessageBox.StandardButton.Cancel, parent)
    box.setInformativeText(more)
    do = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(do)
    run(box)
    return box.clickedButton() is do


def ask_note(parent: QWidget, note: str, title: str = "Note on this claim") -> str | None:
    """A remark of one or more lines; None when it was cancelled."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setMinimumWidth(420)
    layout = QVBoxLayout(dialog)
    field = QPlainTextEdit(note)
    field.setTabChangesFocus(True)
    field.setAccessibleName("Note")
    field.setFixedHeight(110)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    save = buttons.button(QDialogButtonBox.StandardButton.Save)
    save.setProperty("primary", True)
    save.setText("Save  Ctrl ↵")
    save.setShortcut("Ctrl+Return")
    layout.addWidget(field)
    layout.addWidget(buttons)
    return field.toPlainText().strip() if run(dialog) else None


class ImportReport(QDialog):
    """What came in and what did not. `again` is True when refused files shall be read as Windows-1252."""

    def __init__(self, parent: QWidget, report: Report) -> None:
        super().__init__(parent)
        self.again = False
        self.setWindowTitle("Import")
        self.setMinimumSize(560, 200)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        summary = QLabel(report.summary())
        summary.setWordWrap(True)
        summary.setStyleSheet("font-weight: 600;")
        layout.addWidget(summary)
        for title, rows in (("Could not be read", report.refused), ("Already in the project", report.duplicates)):
            if rows:
                layout.addWidget(QLabel(f"{title} ({len(rows):,})"))
                text = QPlainTextEdit("\n".join(f"{where}: {reason}." for where, reason in rows[:2000]))
                text.setReadOnly(True)
                text.setAccessibleName(title)
                text.setMinimumHeight(min(220, 40 + 22 * len(rows)))
                layout.addWidget(text)
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

    def _read_again(self) -> None:
        self.again = True
        self.accept()


class ExportDialog(QDialog):
    """Which format, whose layer, and whether only finished articles."""

    def __init__(self, parent: QWidget, finished: int, gold: int) -> None:
        """`finished` is how many articles the editor has finished, `gold` how many have a gold layer."""
        super().__init__(parent)
        self.setWindowTitle("Export dataset")
        self.setMinimumWidth(460)
        form = QFormLayout(self)
        form.setContentsMargins(18, 16, 18, 14)
        form.setVerticalSpacing(10)
        self.format = QComboBox()
        for name in WRITERS:
            self.format.addItem(module(name).NAME, name)
        self.layer = QComboBox()
        if gold:
            self.layer.addItem(f"Gold: what was adjudicated ({gold:,} articles)", ADJUDICATED)
        self.layer.addItem("What the editors decided", None)
        self.layer.addItem("The suggestions", "model")
        self.layer.addItem("Every layer", "all")
        self.only_finished = QCheckBox("Only finished articles")
        self.only_finished.setChecked(finished > 0 or gold > 0)
        form.addRow("Format", self.format)
        form.addRow("Labels", self.layer)
        form.addRow("", self.only_finished)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        choose = buttons.addButton("Choose file…", QDialogButtonBox.ButtonRole.AcceptRole)
        choose.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)


class TrainingReport(QDialog):
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


class KeySheet(QDialog):
    """All keys, by what they are for."""

    def __init__(self, parent: QWidget, labels: list[tuple[str, str]]) -> None:
        super().__init__(parent)
        self.setWindowTitle("All keys")
        self.resize(1120, 640)
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(22, 14, 22, 16)
        columns.setSpacing(40)
        groups = [
            (menu, [(s.text, s.keys) for s in steps if s.keys and s.name not in UNLISTED])
            for menu, steps in groupby(STEPS, lambda s: s.menu)
        ]
        groups.insert(5, ("Entity label: selection, or in focus", [(title, (key,)) for title, key in labels if key]))
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

    @staticmethod
    def _add(grid: QGridLayout, menu: str, rows: list[tuple[str, tuple[str, ...]]]) -> None:
        heading = QLabel(f"<b>{menu}</b>")
        heading.setContentsMargins(0, 10 if grid.rowCount() > 1 else 0, 0, 1)
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for text, keys in rows:
            row = grid.rowCount()
            grid.addWidget(QLabel(text.rstrip("…")), row, 0)
            key = QLabel(" or ".join(dict.fromkeys(shown(k) for k in keys[:2])))
            key.setProperty("soft", True)
            grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)


class Reader(QDialog):
    """A page of text to read: help, guidelines."""

    def __init__(self, parent: QWidget, title: str, markdown: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(720, 640)
        page = QTextBrowser()
        page.setOpenLinks(False)
        page.document().setDocumentMargin(18)
        page.setMarkdown(markdown)
        page.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(page)


def tell_error(parent: QWidget | None, sentence: str, title: str = "That did not work") -> None:
    """Says what happened and what to do."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Annotator", title, QMessageBox.StandardButton.Ok, parent)
    box.setInformativeText(sentence)
    run(box)


def copied_text() -> str:
    """The text that was copied last, in this or another program."""
    assert isinstance(QApplication.instance(), QGuiApplication)
    return QGuiApplication.clipboard().text()

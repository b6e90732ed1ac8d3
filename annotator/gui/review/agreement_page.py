"""The agreement page: the measures as plots, the confusions down to their cases, and where a guideline would help."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from annotator.core.files import NotReplaced, replacing
from annotator.core.text import covered
from annotator.gui.dialogs import common as dialogs
from annotator.gui.theme import Theme
from annotator.review.agreement import Agreement, Case, Measures
from annotator.review.patterns import patterns, value_in_case
from annotator.review.report import as_html, as_table, examples, in_pattern, methods, parts, plot, title_of

CASE = Qt.ItemDataRole.UserRole


class AgreementPage(QDialog):
    """Shows a report. `case_chosen` tells a case that shall be looked at: its article's id, it, and the slot."""

    case_chosen = Signal(int, object, str)

    def __init__(
        self,
        parent: QWidget,
        report: Agreement,
        actor_name: Callable[[int], str],
        theme: Theme,
        choose: Callable[[str, str], Path | None],
    ) -> None:
        super().__init__(parent)
        self.report, self.actor_name, self.theme = report, actor_name, theme
        self._choose = choose
        self.measures: Measures = parts(report)[0]
        self.slot = "mode"
        self.setWindowTitle("Agreement")
        self.resize(1180, 780)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        about = QLabel("\n".join(methods(report)))
        about.setWordWrap(True)
        about.setProperty("soft", True)
        layout.addWidget(about)
        middle = QHBoxLayout()
        self.pairs = QListWidget()
        self.pairs.setAccessibleName("Pairs of annotators")
        self.pairs.setMaximumWidth(230)
        for one in parts(report):
            self.pairs.addItem(title_of(one))
        self.pairs.currentRowChanged.connect(self._show_pair)
        middle.addWidget(self.pairs)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.picture = QSvgWidget()
        self.picture.setAccessibleName("Measures")
        area = QScrollArea()
        area.setWidget(self.picture)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.tabs.addTab(area, "Measures")
        self.tabs.addTab(self._build_confusion(), "Confusions")
        self.tabs.addTab(self._build_patterns(), "Which guideline would help most")
        middle.addWidget(self.tabs, 1)
        layout.addLayout(middle, 1)
        layout.addLayout(self._build_buttons())
        self.pairs.setCurrentRow(0)

    def _build_confusion(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        line = QHBoxLayout()
        self._slots = QButtonGroup(self)
        for slot in self.report.categories:
            button = QPushButton("towards" if slot == "target" else slot)
            button.setProperty("chip", True)
            button.setCheckable(True)
            button.setChecked(slot == self.slot)
            button.clicked.connect(lambda checked=False, s=slot: self._show_slot(s))
            self._slots.addButton(button)
            line.addWidget(button)
        line.addStretch(1)
        column.addLayout(line)
        self.hint = QLabel()
        self.hint.setProperty("soft", True)
        column.addWidget(self.hint)
        self.matrix = QTableWidget()
        self.matrix.setAccessibleName("Confusion matrix")
        self.matrix.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.matrix.cellClicked.connect(self._show_cases)
        self.matrix.cellActivated.connect(self._show_cases)
        column.addWidget(self.matrix, 1)
        self.cases = QListWidget()
        self.cases.setAccessibleName("Cases")
        self.cases.setWordWrap(True)
        self.cases.itemActivated.connect(self._open_case)
        column.addWidget(self.cases, 1)
        return page

    def _build_patterns(self) -> QWidget:
        listed = QListWidget()
        listed.setAccessibleName("Patterns of differences")
        listed.setWordWrap(True)
        listed.setSpacing(4)
        for pattern in patterns(self.report, self.actor_name):
            text = f"{len(pattern.cases):,} ×  {in_pattern(pattern)}"
            item = QListWidgetItem("\n     ".join([text, *examples(self.report, pattern, self.actor_name)]))
            item.setData(CASE, pattern.cases[0])
            listed.addItem(item)
        if not listed.count():
            listed.addItem("No differences over paired claims.")
        listed.itemActivated.connect(self._open_case)
        self.patterns = listed
        return listed

    def _build_buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        for text, act in (
            ("Copy as table", self._copy),
            ("Export CSV…", self._export_table),
            ("Export report…", self._export_report),
        ):
            button = QPushButton(text)
            button.clicked.connect(act)
            line.addWidget(button)
        self.said = QLabel()
        self.said.setProperty("soft", True)
        line.addWidget(self.said, 1)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        line.addWidget(close)
        return line

    # Showing

    def _show_pair(self, row: int) -> None:
        self.measures = parts(self.report)[row]
        t = self.theme
        drawing = plot(self.measures, t.ink, t.soft, t.line, t.accent)
        self.picture.load(QByteArray(drawing.encode()))
        self.picture.setFixedSize(self.picture.renderer().defaultSize())
        self._show_slot(self.slot)

    def _show_slot(self, slot: str) -> None:
        self.slot = slot
        confusion = self.measures.slots[slot].confusion
        values = sorted({v for pair in confusion for v in pair})
        names = self.measures.names or ("the first", "the second")
        self.hint.setText(
            f"Rows: what {names[0]} says; columns: what {names[1]} says. Choose a cell for its cases."
            if values
            else "No claim was found by both."
        )
        self.matrix.clear()
        self.matrix.setRowCount(len(values))
        self.matrix.setColumnCount(len(values))
        self.matrix.setHorizontalHeaderLabels(values)
        self.matrix.setVerticalHeaderLabels(values)
        most = max((len(cases) for cases in confusion.values()), default=1)
        for row, a in enumerate(values):
            for column, b in enumerate(values):
                cases = confusion.get((a, b), ())
                item = QTableWidgetItem(f"{len(cases):,}" if cases else "")
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                color = QColor(self.theme.favor if a == b else self.theme.against)
                color.setAlpha(int(20 + 110 * len(cases) / most) if cases else 0)
                item.setBackground(color)
                item.setData(CASE, cases)
                self.matrix.setItem(row, column, item)
        self.cases.clear()

    def _show_cases(self, row: int, column: int) -> None:
        self.cases.clear()
        cell = self.matrix.item(row, column)
        for number in (cell.data(CASE) or ()) if cell is not None else ():
            case = self.measures.cases[number]
            text = self.report.texts[case.article]
            a, b = (
                value_in_case(text, self.slot, claim, self.actor_name, self.report.asked) for claim in (case.a, case.b)
            )
            words = covered(text, case.a.content)
            item = QListWidgetItem(f"{self.report.keys[case.article]}: “{words[:160]}”\n     {a} / {b}")
            item.setData(CASE, case)
            self.cases.addItem(item)

    def _open_case(self, item: QListWidgetItem) -> None:
        case = item.data(CASE)
        if isinstance(case, Case):
            self.case_chosen.emit(self.report.ids[case.article], case, self.slot)
            self.accept()

    # Taking it out

    def _copy(self) -> None:
        QApplication.clipboard().setText(as_table(self.report, "\t"))
        self.said.setText("Copied; paste it into a spreadsheet.")

    def _export_table(self) -> None:
        self._write(".csv", as_table(self.report))

    def _export_report(self) -> None:
        self._write(".html", as_html(self.report, patterns(self.report, self.actor_name), self.actor_name))

    def _write(self, suffix: str, text: str) -> None:
        path = self._choose(f"*{suffix}", f"agreement{suffix}")
        if path is None:
            return
        target = path if path.suffix else path.with_name(path.name + suffix)
        try:
            with replacing(target) as file:
                file.write(text)
        except (OSError, NotReplaced) as error:
            dialogs.tell_error(self, str(error), "The file was not written")
            return
        self.said.setText(f"Written to {target.name}.")

"""The page: the four steps at the left, the step in the middle, what will be written at the right."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from annotator.core.counting import counted
from annotator.datasets.choosing import EDITORS
from annotator.datasets.plan import Plan
from annotator.datasets.recipe import BY_WORDS, Recipe
from annotator.formats.export import GOLD
from annotator.gui.datasets.counting import Counting
from annotator.gui.datasets.pane import Pane
from annotator.gui.datasets.panes import CheckPane, FilesPane, LabelsPane
from annotator.gui.datasets.splits_pane import SplitsPane
from annotator.gui.theme import Theme
from annotator.store.project import Project


class DatasetPage(QDialog):
    """Accepted with `plan` when it shall be written; `article` is one that shall be opened instead."""

    def __init__(
        self,
        parent: QWidget,
        project: Project,
        viewer: int | None,
        recipe: Recipe,
        editors: Sequence[str],
        outlets: Sequence[str],
        theme: Theme,
    ) -> None:
        super().__init__(parent)
        self.plan: Plan | None = None
        self.article: int | None = None
        self._base, self._project = recipe, project
        self.setWindowTitle("Make a dataset")
        self.resize(1180, 760)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(self._top(project.name))
        middle = QHBoxLayout()
        middle.setSpacing(12)
        self.labels = LabelsPane(recipe, editors, outlets)
        self.splits = SplitsPane(recipe, theme)
        self.files = FilesPane(recipe)
        self.check = CheckPane()
        self.panes: tuple[Pane, ...] = (self.labels, self.splits, self.files, self.check)
        self.steps = QListWidget()
        self.steps.setObjectName("steps")
        self.steps.setAccessibleName("Steps")
        self.steps.setFixedWidth(255)
        self.steps.setWordWrap(True)
        self.steps.setSpacing(4)
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.stack = QStackedWidget()
        for pane in self.panes:
            self.steps.addItem("")
            self.stack.addWidget(_framed(pane))
            pane.changed.connect(self._count)
        self.steps.currentRowChanged.connect(self.stack.setCurrentIndex)
        self.check.article_wanted.connect(self._open)
        middle.addWidget(self.steps)
        middle.addWidget(self.stack, 1)
        self.written = QLabel()
        self.written.setTextFormat(Qt.TextFormat.PlainText)
        self.written.setWordWrap(True)
        self.written.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.written.setContentsMargins(18, 14, 18, 14)
        self.written.setAccessibleName("What will be written")
        right = _framed(self.written)
        right.setFixedWidth(290)
        middle.addWidget(right)
        layout.addLayout(middle, 1)
        self.counting = Counting(self, project, viewer)
        self.counting.counted.connect(self._show)
        self.counting.failed.connect(self._fail)
        self.finished.connect(self.counting.stop)
        self.steps.setCurrentRow(0)
        self.steps.setFocus()
        self._summaries()
        self._count()

    def _top(self, name: str) -> QHBoxLayout:
        line = QHBoxLayout()
        title = QLabel(name)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setStyleSheet("font-weight: 600;")
        line.addWidget(title)
        line.addStretch(1)
        self.copy = QPushButton("Copy as command")
        self.copy.clicked.connect(self._copy)
        cancel = QPushButton("Cancel  Esc")
        cancel.clicked.connect(self.reject)
        self.write = QPushButton("Write the dataset  Ctrl ↵")
        self.write.setProperty("primary", True)
        self.write.setEnabled(False)
        self.write.clicked.connect(self._write)
        for button in (self.copy, cancel, self.write):
            button.setAutoDefault(False)
            line.addWidget(button)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self._write)
        return line

    @property
    def recipe(self) -> Recipe:
        """What is chosen now."""
        recipe = self._base
        for pane in self.panes:
            recipe = pane.take(recipe)
        return recipe

    @property
    def without_text(self) -> bool:
        return self.files.without_text.isChecked()

    def _count(self) -> None:
        self.plan = None
        self.write.setEnabled(False)
        recipe = self.recipe
        self.written.setTextFormat(Qt.TextFormat.PlainText)
        self.written.setText("Counting …")
        self._summaries()
        self.counting.ask(recipe, self.splits.anew.isChecked())

    def _show(self, plan: Plan) -> None:
        self.plan = plan
        for pane in self.panes:
            pane.show_plan(plan)
        self.write.setEnabled(not self.splits.wrong.text())
        self._summaries()
        self.written.setTextFormat(Qt.TextFormat.RichText)
        self.written.setText(self._will_be_written(plan))

    def _fail(self, why: str) -> None:
        for pane in self.panes:
            pane.show_nothing()
        self.written.setTextFormat(Qt.TextFormat.PlainText)
        self.written.setText(why)
        self._summaries()

    def _will_be_written(self, plan: Plan) -> str:
        """In HTML, in which nothing is of the project's but numbers."""
        recipe = plan.recipe
        filled = sum(1 for name in recipe.parts if plan.counts[name]["records"])
        files = ["README.md, a card", f"data/*.parquet, {filled} split{'' if filled == 1 else 's'}"]
        if not self.without_text:
            soft = recipe.layer in (GOLD, EDITORS)
            files += [f"{name}/" for name in recipe.files if name != "soft" or soft]
            files += [f"interchange/{name}" for name in recipe.formats]
        elif "jsonl" in recipe.files:
            files.append("jsonl/")
        files += ["splits.csv, losses.csv", "scheme.json, guidelines.md", "manifest.json, croissant.json"]
        records, articles = len(plan.chosen), len(plan.split)
        told = {
            "What will be written": files,
            "Records": [f"{records:,}, of {counted(articles, 'article')}"],
            "Left out": [f"{number:,} {why}" for why, number in sorted(plan.left_out.items())],
        }
        return "".join(
            f"<p><b>{heading}</b></p><p>{'<br>'.join(map(escape, lines))}</p>"
            for heading, lines in told.items()
            if lines
        )

    def _summaries(self) -> None:
        """The lines of the steps, each with what is chosen in it."""
        recipe, plan = self.recipe, self.plan
        number = f" · {len(plan.split):,} articles" if plan is not None else ""
        wrong = "" if plan is None else f"{len(plan.findings)} to look at" if plan.findings else "nothing looks wrong"
        shares = f"{recipe.folds} folds" if recipe.folds else " / ".join(map(str, recipe.split))
        said = (
            f"1  Which labels\n{self.labels.layer.currentText().partition(':')[0].lower()}{number}",
            f"2  Splits\n{shares} {BY_WORDS[recipe.by]}",
            f"3  Files\n{', '.join([*recipe.files, *recipe.formats]) or 'Parquet alone'}",
            f"4  Check\n{wrong}",
        )
        for row, text in enumerate(said):
            self.steps.item(row).setText(text)

    def _copy(self) -> None:
        command = self.recipe.as_command(str(self._project.path), "DATASET")
        QApplication.clipboard().setText(command + (" --without-text" if self.without_text else ""))
        self.copy.setText("Copied")

    def _open(self, article: int) -> None:
        self.article = article
        self.reject()

    def _write(self) -> None:
        if self.write.isEnabled() and self.plan is not None:
            self.accept()


def _framed(inside: QWidget) -> QFrame:
    frame = QFrame()
    frame.setObjectName("note")
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(inside)
    return frame

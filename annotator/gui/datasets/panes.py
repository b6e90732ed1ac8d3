"""The steps of making a dataset: whose labels, which files, what looks wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
)

from annotator.core.text import shortened
from annotator.datasets.plan import FEW, Plan
from annotator.datasets.recipe import FILES, KINDS, Recipe
from annotator.formats.registry import writers
from annotator.gui.datasets.pane import Pane

ARTICLE = Qt.ItemDataRole.UserRole
SEVERAL = "\0several"  # what no outlet is called
_FILES = {
    "jsonl": "JSON lines: an example a line",
    "spacy": "spaCy: a DocBin a split, with a configuration that trains",
    "tokens": "Tokens: one example for each cue, for token classifiers",
    "tables": "Tables: CSV and an Excel workbook, for people",
    "soft": "Soft labels, where several editors have finished an article",
}


class LabelsPane(Pane):
    """Whose labels, of what, and of which articles."""

    def __init__(self, recipe: Recipe, editors: Sequence[str], outlets: Sequence[str]) -> None:
        super().__init__(
            "Which labels",
            "Only what is finished counts, unless you say otherwise. Articles that nobody opened are never in it.",
        )
        form = QFormLayout()
        form.setVerticalSpacing(9)
        self.layer = QComboBox()
        for title, name in (
            ("Gold: adjudicated and finished", "gold"),
            ("Every editor apart", "editors"),
            *((f"Those of {name}", name) for name in editors),
            ("The model's suggestions, which nobody has looked at", "model"),
        ):
            self.layer.addItem(title, name)
        self.layer.setCurrentIndex(max(0, self.layer.findData(recipe.layer)))
        form.addRow("Labels", self.layer)
        line = QHBoxLayout()
        self.kinds = {kind: QCheckBox(kind) for kind in KINDS}
        for kind, box in self.kinds.items():
            box.setChecked(kind in recipe.labelled or not recipe.labelled)
            line.addWidget(box)
        line.addStretch(1)
        form.addRow("Labelled were", line)
        self.boxes = {
            "unfinished": QCheckBox("Also what is not finished"),
            "rejected": QCheckBox("Rejected suggestions as hard negatives"),
            "names": QCheckBox("Editors by name, not as A1, A2 …"),
            "extra": QCheckBox("Further metadata of the articles, too (names of people may be in them)"),
        }
        for name, box in self.boxes.items():
            box.setChecked(getattr(recipe, name))
            form.addRow("", box)
        self.outlet = QComboBox()
        self.outlet.addItem("All outlets", "")
        for name in outlets:
            self.outlet.addItem(shortened(name, 60), name)
        self._sources = recipe.sources
        if len(recipe.sources) == 1:
            self.outlet.setCurrentIndex(max(0, self.outlet.findData(recipe.sources[0])))
        elif recipe.sources:
            self.outlet.addItem(f"{len(recipe.sources):,} outlets, as the last time", SEVERAL)
            self.outlet.setCurrentIndex(self.outlet.count() - 1)
        form.addRow("From", self.outlet)
        days = QHBoxLayout()
        self.since, self.until = QLineEdit(recipe.since), QLineEdit(recipe.until)
        for field, name in ((self.since, "First day"), (self.until, "Last day")):
            field.setPlaceholderText("YYYY-MM-DD")
            field.setMaxLength(10)
            field.setAccessibleName(name)
            days.addWidget(field)
        form.addRow("Between", days)
        self.column.addLayout(form)
        self.column.addStretch(1)
        for combo in (self.layer, self.outlet):
            combo.currentIndexChanged.connect(self.changed)
        for box in (*self.kinds.values(), *self.boxes.values()):
            box.toggled.connect(self.changed)
        for field in (self.since, self.until):
            field.textEdited.connect(self.changed)

    def show_plan(self, plan: Plan) -> None:
        for kind, box in self.kinds.items():
            if kind in plan.labelled or not box.isChecked():
                box.setText(kind)
            else:
                box.setText(f"{kind} (none found: missing)")

    def take(self, recipe: Recipe) -> Recipe:
        chosen = tuple(kind for kind, box in self.kinds.items() if box.isChecked())
        outlet = self.outlet.currentData()
        return replace(
            recipe,
            layer=self.layer.currentData(),
            # All of them means what is found.
            labelled=() if len(chosen) == len(KINDS) else chosen,
            sources=self._sources if outlet == SEVERAL else (outlet,) if outlet else (),
            since=self.since.text().strip(),
            until=self.until.text().strip(),
            **{name: box.isChecked() for name, box in self.boxes.items()},  # type: ignore[arg-type]
        )


class FilesPane(Pane):
    """What is written."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(
            "Files",
            "Parquet, a card that loads with Hugging Face's datasets, the splits, the losses and a manifest are always "
            "there.",
        )
        self.files = {name: QCheckBox(_FILES[name]) for name in FILES}
        for name, box in self.files.items():
            box.setChecked(name in recipe.files)
            self.column.addWidget(box)
        self.without_text = QCheckBox("Without the texts: places and digests only")
        self.column.addWidget(self.without_text)
        line = QHBoxLayout()
        self.licence = QLineEdit(recipe.licence)
        self.licence.setPlaceholderText("as cc-by-4.0; that of their publishers, when nothing is said")
        self.licence.setMaxLength(200)
        self.licence.setAccessibleName("Licence of the texts")
        self.licence.textEdited.connect(self.changed)
        line.addWidget(QLabel("Licence of the texts"))
        line.addWidget(self.licence, 1)
        self.column.addLayout(line)
        others = QLabel("For other tools")
        others.setStyleSheet("font-weight: 600;")
        self.column.addWidget(others)
        self.formats = QListWidget()
        self.formats.setAccessibleName("For other tools")
        self.formats.setSpacing(2)
        for one in writers():
            if one.missing() or one.name in ("spacy",):
                continue
            item = QListWidgetItem(one.title)
            item.setData(ARTICLE, one.name)
            item.setCheckState(Qt.CheckState.Checked if one.name in recipe.formats else Qt.CheckState.Unchecked)
            self.formats.addItem(item)
        self.column.addWidget(self.formats, 1)
        for box in (*self.files.values(), self.without_text):
            box.toggled.connect(self.changed)
        self.formats.itemChanged.connect(lambda item: self.changed.emit())

    def take(self, recipe: Recipe) -> Recipe:
        items = [self.formats.item(row) for row in range(self.formats.count())]
        formats = tuple(item.data(ARTICLE) for item in items if item.checkState() is Qt.CheckState.Checked)
        files = tuple(name for name, box in self.files.items() if box.isChecked())
        return replace(recipe, files=files, formats=formats, licence=self.licence.text().strip())


class CheckPane(Pane):
    """What looks wrong; `article_wanted` tells one that shall be opened."""

    article_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__("Check", "What looks wrong. Where articles are named, Enter on the line opens the first.")
        self.findings = QListWidget()
        self.findings.setAccessibleName("What looks wrong")
        self.findings.setWordWrap(True)
        self.findings.setSpacing(3)
        self.findings.itemActivated.connect(self._open)
        self.column.addWidget(self.findings, 1)

    def take(self, recipe: Recipe) -> Recipe:
        return recipe

    def show_plan(self, plan: Plan) -> None:
        self.findings.clear()
        for finding in plan.findings:
            keys = ", ".join(shortened(plan.keys[one], 40) for one in finding.articles[:FEW])
            more = f" and {len(finding.articles) - FEW:,} more" if len(finding.articles) > FEW else ""
            said = f"{finding.what[:1].upper()}{finding.what[1:]}."
            item = QListWidgetItem(f"{said}\n{keys}{more}" if keys else said)
            item.setData(ARTICLE, finding.articles[0] if finding.articles else None)
            self.findings.addItem(item)
        if not plan.findings:
            self.findings.addItem("Nothing looks wrong.")
        self.findings.setCurrentRow(0)

    def show_nothing(self) -> None:
        self.findings.clear()

    def _open(self, item: QListWidgetItem) -> None:
        if item.data(ARTICLE) is not None:
            self.article_wanted.emit(item.data(ARTICLE))

"""The four steps of making a dataset, each a pane that shows and takes a part of the recipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.core.text import shortened
from annotator.datasets.plan import FEW, Plan
from annotator.datasets.recipe import BY_WORDS, BYS, FILES, KINDS, NAMES, Recipe
from annotator.formats.registry import writers
from annotator.gui.theme import Theme

ARTICLE = Qt.ItemDataRole.UserRole
SEVERAL = "\0several"  # what no outlet is called
_FILES = {
    "jsonl": "JSON lines: an example a line",
    "spacy": "spaCy: a DocBin a split, with a configuration that trains",
    "tokens": "Tokens: one example for each cue, for token classifiers",
    "tables": "Tables: CSV and an Excel workbook, for people",
    "soft": "Soft labels, where several editors have finished an article",
}


class Pane(QWidget):
    """A step: `changed` tells that the recipe is another one now."""

    changed = Signal()

    def __init__(self, title: str, about: str) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(18, 14, 18, 14)
        self.column.setSpacing(9)
        heading = QLabel(title)
        heading.setStyleSheet("font-weight: 600; font-size: 15px;")
        self.column.addWidget(heading)
        note = QLabel(about)
        note.setProperty("soft", True)
        note.setWordWrap(True)
        self.column.addWidget(note)

    def take(self, recipe: Recipe) -> Recipe:
        """The recipe with what is chosen here."""
        raise NotImplementedError

    def show_plan(self, plan: Plan) -> None:
        """Shows what was counted."""

    def show_nothing(self) -> None:
        """Takes away what was shown: there is nothing to make a dataset of."""


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


class Bar(QWidget):
    """How much each split has, as parts of a bar."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.parts: list[tuple[str, int]] = []
        self.setFixedHeight(30)
        self.setAccessibleName("Articles in each split")

    def show_parts(self, parts: Iterable[tuple[str, int]]) -> None:
        self.parts = list(parts)
        self.setAccessibleDescription(", ".join(f"{name}: {number:,}" for name, number in self.parts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        total = sum(number for _, number in self.parts)
        at = 0.0
        tints = ("accent_tint", "source_tint", "content_tint")
        inks = ("accent", "source", "ink")
        for place, (name, number) in enumerate(self.parts):
            width = self.width() * number / max(1, total)
            rect = QRectF(at, 0, max(0.0, width - 2), self.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color(tints[place % 3]))
            painter.drawRoundedRect(rect, 6, 6)
            painter.setPen(self.theme.color(inks[place % 3]))
            said = f"{name} {number:,}"
            if painter.fontMetrics().horizontalAdvance(said) > rect.width() - 6:
                said = f"{number:,}"
            if painter.fontMetrics().horizontalAdvance(said) <= rect.width() - 4:
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, said)
            at += width
        painter.end()


class SplitsPane(Pane):
    """The shares, what stays together, and how even it is."""

    def __init__(self, recipe: Recipe, theme: Theme) -> None:
        super().__init__("Splits", "Near-duplicates stay together. An article never moves once it is in a split.")
        line = QHBoxLayout()
        self.shares: list[QSpinBox] = []
        for name, share in zip(NAMES, recipe.split, strict=True):
            box = QSpinBox()
            box.setRange(0, 100)
            box.setValue(share)
            box.setPrefix(f"{name} ")
            box.setSuffix(" %")
            box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
            box.setAccessibleName(f"Share of {name}")
            box.setToolTip(f"Share of {name}")
            box.valueChanged.connect(self.changed)
            self.shares.append(box)
            line.addWidget(box)
        self.by = QButtonGroup(self)
        for by in BYS:
            button = QPushButton(BY_WORDS[by])
            button.setProperty("chip", True)
            button.setCheckable(True)
            button.setChecked(by == recipe.by)
            button.clicked.connect(self.changed)
            self.by.addButton(button, BYS.index(by))
            line.addWidget(button)
        line.addStretch(1)
        self.column.addLayout(line)
        line = QHBoxLayout()
        self.near = QDoubleSpinBox()
        self.near.setRange(0.3, 1)
        self.near.setSingleStep(0.05)
        self.near.setValue(recipe.near)
        self.near.setAccessibleName("Near-duplicates from")
        self.seed = QSpinBox()
        self.seed.setRange(0, 1_000_000)
        self.seed.setValue(recipe.seed)
        self.seed.setAccessibleName("Seed")
        for said, field in (("Alike from", self.near), ("Seed", self.seed)):
            label = QLabel(said)
            label.setProperty("soft", True)
            line.addWidget(label)
            line.addWidget(field)
            field.valueChanged.connect(self.changed)
        self.anew = QCheckBox("Split anew: forget where articles were")
        self.anew.toggled.connect(self.changed)
        line.addWidget(self.anew)
        line.addStretch(1)
        self.column.addLayout(line)
        self.wrong = QLabel()
        self.wrong.setProperty("unsure", True)
        self.column.addWidget(self.wrong)
        self.bar = Bar(theme)
        self.column.addWidget(self.bar)
        self.balance = QTableWidget()
        self.balance.setAccessibleName("Balance")
        self.balance.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.balance.verticalHeader().hide()
        self.column.addWidget(self.balance, 2)
        self.alike = QLabel()
        self.alike.setTextFormat(Qt.TextFormat.PlainText)
        self.alike.setWordWrap(True)
        self.column.addWidget(self.alike)

    def take(self, recipe: Recipe) -> Recipe:
        train, validation, test = (box.value() for box in self.shares)
        shares = train, validation, test
        right = sum(shares) == 100
        self.wrong.setText("" if right else f"The shares add up to {sum(shares)}, not to 100.")
        self.wrong.setVisible(not right)
        by = BYS[self.by.checkedId()]
        folds = recipe.folds if shares == recipe.split else 0  # they are made on the command line
        made = replace(recipe, by=by, near=round(self.near.value(), 2), seed=self.seed.value(), folds=folds)
        return replace(made, split=shares) if right else made

    def show_plan(self, plan: Plan) -> None:
        parts = plan.recipe.parts
        self.bar.show_parts((name, plan.counts[name]["articles"]) for name in parts)
        total = sum((plan.counts[part] for part in parts), start=type(plan.counts[parts[0]])())
        first = [name for name in ("articles", "without claims", "claims", "entities") if total[name]]
        names = [*first, *sorted(name for name in total if " " in name and name not in first)]
        self.balance.setColumnCount(len(parts) + 2)
        self.balance.setHorizontalHeaderLabels(["", *parts, "spread"])
        self.balance.setRowCount(len(names))
        for row, name in enumerate(names):
            counts = [plan.counts[part][name] for part in parts]
            cells = [name, *(f"{number:,}" for number in counts), _spread(plan, name, total[name])]
            for column, said in enumerate(cells):
                item = QTableWidgetItem(said)
                if 0 < column <= len(parts):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.balance.setItem(row, column, item)
        self.balance.resizeColumnsToContents()
        self.balance.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        lines = [f"Near-duplicates: {len(plan.pairs):,} pairs. In two splits: {len(plan.across):,}."]
        for a, b, how in sorted(plan.pairs, key=lambda pair: -pair[2])[:FEW]:
            lines.append(f"“{shortened(plan.keys[a], 50)}” and “{shortened(plan.keys[b], 50)}”: {how:.0%} alike")
        self.alike.setText("\n".join(lines))

    def show_nothing(self) -> None:
        self.bar.show_parts(())
        self.balance.setRowCount(0)
        self.alike.clear()


def _spread(plan: Plan, name: str, total: int) -> str:
    """Whether a thing is spread as it shall be, in a word or two."""
    for part, share in plan.recipe.shares.items():
        have = plan.counts[part][name]
        if not have and total * share >= 0.5:
            return f"none in {part}"
        if abs(have - total * share) > max(3.0, 0.3 * total * share):
            return f"{'more' if have > total * share else 'less'} in {part}"
    return "even"


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

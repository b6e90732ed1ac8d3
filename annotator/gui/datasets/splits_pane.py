"""The step of the splits: their shares, what stays together, and how all is spread over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from annotator.core.text import shortened
from annotator.datasets.plan import FEW, Plan
from annotator.datasets.recipe import BY_WORDS, BYS, NAMES, Recipe
from annotator.gui.datasets.pane import Pane
from annotator.gui.theme import Theme


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

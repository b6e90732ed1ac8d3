"""The small windows of a team: who works here, who is in it, sharing articles out, what a merge will bring."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.record import MAX_NAME
from annotator.gui.dialogs.common import number_field, run
from annotator.store.authors import COLORS, Author
from annotator.store.merging.merges import MergeReport


def dot(color: str, size: int = 12) -> QIcon:
    """A round spot of colour."""
    picture = QPixmap(size * 2, size * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(color or "#888888"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(0, 0, size, size)
    painter.end()
    return QIcon(picture)


class Person(QDialog):
    """Asks for a name and, when there is somebody already, for code and colour."""

    def __init__(self, parent: QWidget | None, title: str, hint: str, name: str, author: Author | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(400)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        said = QLabel(hint)
        said.setWordWrap(True)
        layout.addWidget(said)
        form = QFormLayout()
        self.name = QLineEdit(name)
        self.name.setMaxLength(MAX_NAME)
        self.name.selectAll()
        self.name.setAccessibleName("Name")
        form.addRow("Name", self.name)
        self.code = QLineEdit(author.code if author else "")
        self.code.setMaxLength(6)
        self.color = author.color if author else ""
        if author is not None:
            form.addRow("Short code", self.code)
            form.addRow("Colour", self._colors())
        layout.addLayout(form)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setProperty("primary", True)
        self.ok.setText("Go on")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        self.ok.setEnabled(bool(name.strip()))

    def _colors(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        self._spots = []
        for color in dict.fromkeys((*COLORS, self.color)):
            spot = QPushButton()
            spot.setCheckable(True)
            spot.setAutoExclusive(True)
            spot.setChecked(color == self.color)
            spot.setIcon(dot(color, 14))
            spot.setAccessibleName(color)
            spot.setFixedWidth(34)
            spot.clicked.connect(lambda checked=False, c=color: setattr(self, "color", c))
            row.addWidget(spot)
            self._spots.append(spot)
        row.addStretch(1)
        return line

    def answer(self) -> str | None:
        """The name, None when it was cancelled."""
        return " ".join(self.name.text().split()) if run(self) else None


class TeamDialog(QDialog):
    """The annotators with what can be done; `wanted` is the step chosen, `author` whom it is about. `agreed` is whether
    labels are hidden until one's own are finished, and whether all see all statistics; `agree` sets one of them."""

    def __init__(
        self,
        parent: QWidget,
        rows: Sequence[tuple[Author, str]],
        me: int,
        lead: bool,
        unplaced: Sequence[str],
        agreed: tuple[bool, bool],
        agree: Callable[[int, bool], None],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Team")
        self.setMinimumSize(620, 380)
        self.wanted = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        self.list = QListWidget()
        self.list.setAccessibleName("Annotators")
        self.list.setSpacing(2)
        for author, about in rows:
            item = QListWidgetItem(
                dot(author.color), f"{author.name}   {author.code}{'   you' if author.id == me else ''}\n{about}"
            )
            item.setData(Qt.ItemDataRole.UserRole, author.id)
            self.list.addItem(item)
            if author.id == me:
                self.list.setCurrentItem(item)
        columns = QHBoxLayout()
        columns.addWidget(self.list, 1)
        side = QVBoxLayout()
        for name, text, tip, allowed in (
            ("switch", "Work as this one", "Label as somebody else at this computer", True),
            ("rename", "Name, code, colour…", "", True),
            ("add", "Add an annotator…", "Somebody who will label, perhaps elsewhere", lead),
            ("share", "Share articles out…", "Who labels which articles", lead),
            ("pack", "Package for this one…", "A file with their articles and nothing of the others", lead),
            ("merge", "Merge files…", "Take packages, projects and exports in", True),
        ):
            button = QPushButton(text)
            button.setToolTip(tip if allowed else "The lead of this project does this")
            button.setEnabled(allowed)
            button.clicked.connect(lambda checked=False, n=name: self._choose(n))
            side.addWidget(button)
        side.addStretch(1)
        columns.addLayout(side)
        layout.addLayout(columns, 1)
        for number, text in enumerate(
            ("Labels of others are hidden until one's own are finished", "Everybody sees everybody's statistics")
        ):
            box = QCheckBox(text)
            box.setChecked(agreed[number])
            box.setEnabled(lead)
            box.toggled.connect(lambda checked, n=number: agree(n, checked))
            layout.addWidget(box)
        if unplaced:
            layout.addWidget(QLabel(f"Labels that could not be placed ({len(unplaced):,}); nothing of them is lost"))
            listed = QPlainTextEdit("\n".join(unplaced))
            listed.setReadOnly(True)
            listed.setAccessibleName("Unplaced labels")
            listed.setMaximumHeight(110)
            layout.addWidget(listed)
        close = QPushButton("Close")
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout.addLayout(bottom)

    @property
    def author(self) -> int | None:
        item = self.list.currentItem()
        return None if item is None else int(item.data(Qt.ItemDataRole.UserRole))

    def _choose(self, name: str) -> None:
        self.wanted = name
        self.accept()


class ShareDialog(QDialog):
    """How articles are shared out; `count(annotators, each, overlap, seed)` says how many each would get."""

    def __init__(
        self,
        parent: QWidget,
        annotators: Sequence[Author],
        articles: int,
        seed: int,
        count: Callable[[list[int], int, float, int], dict[int, int]],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Share articles out")
        self.setMinimumWidth(480)
        self._count = count
        self._people = list(annotators)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        hint = QLabel(
            f"{articles:,} articles are assigned to nobody yet. Annotators see no labels of others until their own are "
            "finished. Whoever shares out first leads the project."
        )
        hint.setWordWrap(True)
        layout.addWidget(hint)
        grid = QGridLayout()
        self.boxes: dict[int, QCheckBox] = {}
        self.numbers: dict[int, QLabel] = {}
        for row, author in enumerate(annotators):
            box = QCheckBox(author.name)
            box.setChecked(True)
            box.toggled.connect(self._show)
            label = QLabel()
            label.setProperty("soft", True)
            grid.addWidget(box, row, 0)
            grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
            self.boxes[author.id], self.numbers[author.id] = box, label
        layout.addLayout(grid)
        form = QFormLayout()
        self.each = number_field(1, max(1, len(annotators)), min(2, max(1, len(annotators))))
        self.overlap = number_field(0, 100, 20, " %")
        self.seed = number_field(0, 999_999, seed)
        self.without_suggestions = QCheckBox("Without suggestions")
        self.without_suggestions.setToolTip("Suggestions anchor people; what is labelled without them shows how much")
        form.addRow("Annotators for each article", self.each)
        form.addRow("Part that everybody gets", self.overlap)
        form.addRow("Seed (the same gives the same shares)", self.seed)
        form.addRow("", self.without_suggestions)
        layout.addLayout(form)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = buttons.addButton("Share out", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        for number in (self.each, self.overlap, self.seed):
            number.valueChanged.connect(self._show)
        self._show()

    def chosen(self) -> tuple[list[int], int, float, int]:
        people = [a.id for a in self._people if self.boxes[a.id].isChecked()]
        return people, self.each.value(), self.overlap.value() / 100, self.seed.value()

    def _show(self) -> None:
        counts = self._count(*self.chosen())
        for author, label in self.numbers.items():
            label.setText(f"{counts.get(author, 0):,} articles" if self.boxes[author].isChecked() else "none")
        self.ok.setEnabled(bool(counts))


class MergeDialog(QDialog):
    """What a merge will bring, before it is done; or that it brings nothing."""

    def __init__(self, parent: QWidget, report: MergeReport) -> None:
        super().__init__(parent)
        self.setWindowTitle("Merge")
        self.setMinimumWidth(560)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        files = ", ".join(report.files)
        title = QLabel(files if len(files) < 160 else f"{len(report.files)} files")
        title.setWordWrap(True)
        title.setStyleSheet("font-weight: 600;")
        layout.addWidget(title)
        table = QGridLayout()
        table.setHorizontalSpacing(28)
        for column, head in enumerate(("", "new", "continued", "known already")):
            label = QLabel(head)
            label.setProperty("soft", True)
            table.addWidget(label, 0, column, Qt.AlignmentFlag.AlignRight)
        for row, (name, *numbers) in enumerate(report.rows(), 1):
            table.addWidget(QLabel(name), row, 0)
            for column, number in enumerate(numbers, 1):
                text = "" if number is None else f"{number:,}"
                table.addWidget(QLabel(text), row, column, Qt.AlignmentFlag.AlignRight)
        table.setColumnStretch(4, 1)
        layout.addLayout(table)
        if report.people:
            layout.addWidget(QLabel(f"Articles with labels by {report.whose()}"))
        conflicts = report.conflicts
        said = QLabel(
            f"In conflict: {conflicts:,} – changed at two places; the later change counts, both are kept."
            if conflicts
            else "Nothing is in conflict."
        )
        said.setStyleSheet("font-weight: 600;" if conflicts else "")
        layout.addWidget(said)
        if report.rules:
            layout.addWidget(QLabel("Rules that apply"))
            rules = QPlainTextEdit("\n".join(report.rules))
            rules.setReadOnly(True)
            rules.setAccessibleName("Rules that apply")
            rules.setMaximumHeight(150)
            layout.addWidget(rules)
        something = report.changes_anything
        layout.addWidget(
            QLabel("One undo takes all of it back." if something else "All of it is in the project already.")
        )
        buttons = QDialogButtonBox()
        buttons.addButton("Cancel" if something else "Close", QDialogButtonBox.ButtonRole.RejectRole)
        if something:
            merge = buttons.addButton("Merge", QDialogButtonBox.ButtonRole.AcceptRole)
            merge.setProperty("primary", True)
            merge.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

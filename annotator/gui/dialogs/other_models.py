"""Which model of others suggests, for which articles, and what it is told: a program, an address, a chat model, a
package."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.errors import AnnotatorError
from annotator.core.scheme import Scheme
from annotator.gui.dialogs import common
from annotator.suggest.others import keys, packages, sending
from annotator.suggest.others.chosen import ChoiceError, Chosen, Kind, checked, is_here
from annotator.suggest.others.prompt import prompt_of

_TITLES: dict[Kind, str] = {
    "program": "A &program",
    "address": "An &address",
    "chat": "A &chat model",
    "package": "An &installed package",
}
_WHERE: dict[Kind, tuple[str, str]] = {
    "program": ("Command", "/home/me/find-claims --fast"),
    "address": ("Address", "http://localhost:8000/suggest"),
    "chat": ("Address", "http://localhost:11434/v1"),
    "package": ("Name", ""),
}
_ABOUT: dict[Kind, str] = {
    "program": "It is run on this computer, with your rights. It reads a line {“id”, “text”} for each article and "
    "answers with a line {“id”, “mentions”, “claims”}.",
    "address": "A server that answers {“id”, “text”} with {“mentions”, “claims”}.",
    "chat": "As llama.cpp, Ollama, vLLM and hosted services offer it. It is asked passage by passage; only words that "
    "it quotes and that stand in the article are taken.",
    "package": "It runs on this computer, with your rights.",
}


class OtherModelDialog(QDialog):
    """`chosen` is what was filled in, `told` what a chat model is told where that was changed, `for_all` whether all
    articles are meant. `last` and `told` are those of before."""

    def __init__(self, parent: QWidget, scheme: Scheme, last: Chosen | None, told: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle("Suggest with another model")
        self.setMinimumWidth(560)
        usual = prompt_of(scheme)
        self._kind: Kind = last.kind if last else "chat"
        self._held = {kind: Chosen(kind, "") for kind in _TITLES}
        if last:
            self._held[last.kind] = last
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(8)
        self.kinds: dict[Kind, QRadioButton] = {}
        for kind, title in _TITLES.items():
            if kind == "package" and not packages.names():
                continue
            button = self.kinds[kind] = QRadioButton(title)
            button.setChecked(kind == self._kind)
            button.clicked.connect(lambda _=False, kind=kind: self._turn(kind))
            layout.addWidget(button)
        self._about = QLabel()
        self._about.setWordWrap(True)
        self._about.setProperty("soft", True)
        layout.addWidget(self._about)
        self._form = QFormLayout()
        self.where, self.model, self.key = QLineEdit(), QLineEdit(), QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText("Only where the server wants one; kept in this computer’s keyring")
        self.model.setPlaceholderText("llama3.2")
        self._where_name = QLabel()
        self._where_name.setBuddy(self.where)
        self._form.addRow(self._where_name, self.where)
        self._form.addRow("Model", self.model)
        self._form.addRow("Key", self.key)
        layout.addLayout(self._form)
        self._goes = QLabel()
        self._goes.setWordWrap(True)
        layout.addWidget(self._goes)
        self.change_prompt = QCheckBox("Change what it is &told")
        self.prompt = QPlainTextEdit(told or usual)
        self.prompt.setTabChangesFocus(True)
        self.prompt.setAccessibleName("What the model is told")
        self.prompt.setMinimumHeight(180)
        self.change_prompt.setChecked(self.prompt.toPlainText() != usual)
        self.change_prompt.toggled.connect(self._show_prompt)
        self._usual = usual
        layout.addWidget(self.change_prompt)
        layout.addWidget(self.prompt)
        self._all = QCheckBox("For all articles that it has not &seen, not only the open one")
        layout.addWidget(self._all)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText("Suggest")
        ok.setProperty("primary", True)
        ok.setDefault(True)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.where.textChanged.connect(self._tell_where)
        self._show(self._kind)
        self.where.setFocus()

    @property
    def for_all(self) -> bool:
        return self._all.isChecked()

    @property
    def chosen(self) -> Chosen:
        """Raises ChoiceError when it cannot be asked."""
        where = self.where.text().strip().removeprefix(f"{self._kind}:")  # as on a command line
        if not where:
            raise ChoiceError(f"Give its {_WHERE[self._kind][0].lower()} first.")
        made = Chosen(self._kind, where)
        if self._kind == "chat":
            made = replace(made, model=self.model.text().strip(), prompt=self.told or self._usual)
        return checked(made)

    @property
    def told(self) -> str:
        """Empty where a chat model is told what the scheme and the guidelines make."""
        told = self.prompt.toPlainText() if self.change_prompt.isChecked() else ""
        return "" if told.strip() == self._usual.strip() else told

    def _turn(self, kind: Kind) -> None:
        """Asks about another kind; what was filled in for this one is kept."""
        self._held[self._kind] = Chosen(self._kind, self.where.text(), self.model.text())
        self._show(kind)

    def _show(self, kind: Kind) -> None:
        before = self._held[kind]
        self._kind = kind
        name, example = _WHERE[kind]
        self._where_name.setText(name)
        self.where.setAccessibleName(name)
        self.where.setPlaceholderText(example or ", ".join(packages.names()))
        self.where.setText(before.where)
        self.model.setText(before.model)
        self._about.setText(_ABOUT[kind])
        self._form.setRowVisible(self.model, kind == "chat")
        self._form.setRowVisible(self.key, kind in ("address", "chat"))
        self.change_prompt.setVisible(kind == "chat")
        self._show_prompt()
        self._tell_where()

    def _show_prompt(self) -> None:
        self.prompt.setVisible(self._kind == "chat" and self.change_prompt.isChecked())
        self.adjustSize()

    def _tell_where(self) -> None:
        """Says what goes where, before it goes."""
        try:
            there = self._kind in ("address", "chat") and not is_here(self.where.text())
        except ValueError:
            there = False
        known = self.where.text().startswith("https://")
        self._goes.setText(sending.about(Chosen(self._kind, self.where.text())) if there and known else "")
        self._goes.setVisible(bool(self._goes.text()))

    def _take(self) -> None:
        try:
            chosen = self.chosen
            if not sending.is_allowed(chosen):
                question = f"Send articles to {chosen.name}?"
                if not common.confirm(self, question, f"{sending.about(chosen)} You are asked this once.", "Send"):
                    return
                sending.allow(chosen)
            if self._kind in ("address", "chat") and self.key.text().strip():
                keys.keep(chosen.where, self.key.text().strip())
        except AnnotatorError as error:
            common.tell_error(self, str(error), "It cannot be asked yet")
            return
        self.accept()

"""What every model that suggests can be asked, ours and those of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from annotator.core.errors import AnnotatorError
from annotator.core.knowledge import Knowledge
from annotator.core.record import Record
from annotator.core.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Answer:
    """`mentions` and `claims` for an article (see `core.record`). Of a model of others: what was left out, the first
    of it in words, and how much it was (`lost`); how many passages it gave no answer about (`unheard`); how many tokens
    it took."""

    record: Record
    left_out: tuple[str, ...] = ()
    lost: int = 0
    unheard: int = 0
    tokens: int = 0

    def made_by(self, model: tuple[str, str]) -> tuple[str, str]:
        """Name and version of the layer with it: one in part is told from a whole one, to be asked for again."""
        name, version = model
        return (name, f"{version}, in part") if self.unheard else model


class AnswerError(AnnotatorError):
    """A model of others gave no answer about a text, or none that can be used."""


class Suggests(Protocol):
    """`name` is name and version of the layers that it makes."""

    @property
    def name(self) -> tuple[str, str]: ...

    def labels(self, scheme: Scheme) -> dict[str, str]:
        """The entity labels that it may give, with what a scheme calls them."""

    def ask(self, text: str, labels: Mapping[str, str], unsure: bool = False) -> Answer:
        """What it finds in a text; with `unsure` also what it rather thinks is none. Raises AnnotatorError."""

    def knowing(self, knowledge: Knowledge) -> Self:
        """The same with what a project has learned. Raises TrainedError."""

    def close(self) -> None:
        """Lets go of what it runs."""

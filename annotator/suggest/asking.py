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
    """`mentions` and `claims` for an article (see `core.record`); in words, what was left out of what a model of others
    said; and how many tokens a chat model took."""

    record: Record
    left_out: tuple[str, ...] = ()
    tokens: int = 0


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

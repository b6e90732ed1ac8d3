"""What a model of others has brought since it was asked, counted as it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.core.counting import counted

if TYPE_CHECKING:
    from annotator.suggest.asking import Answer


@dataclass
class Tally:
    """`asked` are articles; each is answered, failed (there was no answer) or gone meanwhile."""

    asked: int = 0
    answered: int = 0
    failed: int = 0
    gone: int = 0
    claims: int = 0
    lost: int = 0  # what was left out, since it did not fit
    unheard: int = 0  # articles without an answer about some of their passages
    tokens: int = 0
    first: str = ""  # of what was left out, or why there was nothing

    def add(self, answer: Answer | Exception) -> None:
        if isinstance(answer, Exception):
            self.failed += 1
            self.first = self.first or str(answer)
            return
        self.answered += 1
        self.claims += len(answer.record.get("claims") or ())
        self.lost += answer.lost
        self.unheard += bool(answer.unheard)
        self.tokens += answer.tokens
        self.first = self.first or next(iter(answer.left_out), "")

    @property
    def is_done(self) -> bool:
        return self.answered + self.failed + self.gone >= self.asked

    def shortfalls(self) -> list[str]:
        """What is wanting, in words; empty where all fitted."""
        return [
            *([f"{self.failed:,} without suggestions"] if self.failed else []),
            *([f"{self.unheard:,} in part"] if self.unheard else []),
            *([f"{self.lost:,} left out, since they did not fit"] if self.lost else []),
        ]

    def in_words(self) -> str:
        """All of it, without a full stop."""
        brought = [f"{counted(self.claims, 'claim')} in {counted(self.answered, 'article')}"] if self.answered else []
        said = ", ".join([*brought, *self.shortfalls()]) or "nothing"
        said += f" (first: {self.first})" if self.first else ""
        return f"{said}; {self.tokens:,} tokens" if self.tokens else said

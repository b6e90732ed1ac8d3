"""What can go wrong outside of the program's hands: every error of ours, so that no other is ever told as one."""

from __future__ import annotations


class AnnotatorError(Exception):
    """Something that could not be done, with the reason in a sentence for an editor. What is no `AnnotatorError` (nor
    Cancelled) is a fault of the program, and is told as that."""


class DamagedError(AnnotatorError):
    """Something in a file that cannot be read as what it should be."""

    def __init__(self, what: str) -> None:
        """`what` is as "a claim" or "the history of an article"."""
        super().__init__(f"The project is damaged: it holds {what} that cannot be read. `annotator check` says more.")

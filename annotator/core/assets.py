"""Finds the files that come with the program, wherever it is installed."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def asset(*parts: str) -> Traversable:
    """The file or folder `resources/PARTS…` as packed into the installed program."""
    return files("annotator.resources").joinpath(*parts)

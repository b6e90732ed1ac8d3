"""What every command needs: the app, its arguments, projects opened, errors told in words, and progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from annotator.store import Project

app = typer.Typer(
    name="annotator",
    help="Label who said what in the news. With a project, or nothing, it opens the window.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
ProjectArgument = Annotated[Path, typer.Argument(help="The project file (.annotator).")]
PipelineOption = Annotated[
    str | None, typer.Option("--pipeline", help="An installed spaCy pipeline, by name or folder.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]


def open_at(path: Path) -> Project:
    from annotator.store import open_project

    return open_project(path)


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Ends with one clear sentence for what can go wrong. What is a fault of ours goes on to `run`."""
    from annotator.core.errors import AnnotatorError

    try:
        yield
    except AnnotatorError as error:
        fail(str(error))
    except FileNotFoundError as error:
        fail(f"“{error.filename}” is not there.")
    except IsADirectoryError as error:
        fail(f"“{error.filename}” is a folder.")
    except PermissionError as error:
        fail(f"“{error.filename}” may not be read or written by you.")
    except OSError as error:
        fail(f"“{error.filename}” could not be used: {error.strerror}." if error.filename else f"{error.strerror}.")
    except UnicodeEncodeError:
        fail("A file's name has signs that are no text. Rename it first.")


def fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal, when there is one; yields a function that takes how much is done, and of how much."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

"""The command line: the same session without a window. Exit code 0 done, 1 failed, 2 wrong usage."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from annotator.cli import datasets, projects, schemes, suggestions, team
from annotator.cli.base import app

__all__ = ["datasets", "projects", "run", "schemes", "suggestions", "team"]

DEBUG = "--debug"
STOPPED = "Stopped. Nothing was left half done."


def run() -> None:
    """Runs the command line; `annotator`, `annotator PROJECT` and a window's file names mean `annotator open`. With
    `--debug` anywhere, a fault of the program is printed in full."""
    debug = DEBUG in sys.argv[1:]
    arguments = [argument for argument in sys.argv[1:] if argument != DEBUG]
    commands = {c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands}
    if not arguments or (arguments[0] not in commands and not arguments[0].startswith("-")):
        arguments = ["open", *arguments]
    try:
        app(arguments, prog_name="annotator")
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        sys.exit(1)
    except SystemExit as ended:
        if ended.code == 130:  # typer's way to say that Ctrl+C was pressed
            print(STOPPED, file=sys.stderr)
            sys.exit(1)
        raise
    except BrokenPipeError:  # the reader had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        print(f"That could not be done: {error.strerror or error}.", file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        _tell_fault(error, debug)
        sys.exit(1)


def _tell_fault(error: Exception, debug: bool) -> None:
    """An error that nobody foresaw is no damage of a file, and is not told as one."""
    from annotator.core import faults

    where = faults.log(error)
    print(
        f"A fault of Annotator, not of your files ({type(error).__name__}). Nothing was left half done.",
        file=sys.stderr,
    )
    if debug:
        print(faults.in_full(error), file=sys.stderr)
    else:
        kept = f" It is in the log: {where}." if where is not None else ""
        print(f"{DEBUG} prints it in full.{kept}", file=sys.stderr)


def _version(value: bool) -> None:
    if value:
        from annotator import __version__

        print(f"annotator {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option(DEBUG, help="Print a fault of the program in full.")] = False,
) -> None:
    pass

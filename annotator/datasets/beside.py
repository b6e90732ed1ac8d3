"""The files that take long and need only the examples are written by a process of their own, beside the others."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from annotator.core.errors import AnnotatorError
from annotator.datasets.plan import DatasetError, Plan, examples
from annotator.datasets.spacy_files import write_spacy
from annotator.datasets.token_files import write_tokens
from annotator.store.opening import open_project


class Beside:
    """A process that writes spaCy's files and those of tokens, as far as they are asked for."""

    def __init__(self, path: Path, folder: Path, plan: Plan) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(path, folder, plan, there), daemon=True)
        self._process.start()
        there.close()

    def ended(self) -> list[str]:
        """Waits for its end; what its files do not hold, in words. Raises DatasetError."""
        try:
            done, said = self._here.recv()
        except EOFError:
            done, said = False, "The process that writes spaCy's files has ended. Is there enough memory?"
        self._process.join()
        if not done:
            raise DatasetError(str(said))
        return list(said)

    def stop(self) -> None:
        """Ends it, wherever it is."""
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()
        self._here.close()


@contextmanager
def beside(path: Path, folder: Path, plan: Plan) -> Iterator[Beside | None]:
    """The process, while the block runs; None where nothing is asked of it."""
    if not {"spacy", "tokens"} & set(plan.recipe.files):
        yield None
        return
    made = Beside(path, folder, plan)
    try:
        yield made
    finally:
        made.stop()


def _work(path: Path, folder: Path, plan: Plan, told: Pipe) -> None:
    said: tuple[bool, Any]
    try:
        project = open_project(path, backup=False)
        try:
            with project.reading() as connection:
                lost = []
                if "spacy" in plan.recipe.files:
                    lost = write_spacy(folder / "spacy", plan, (one for _, one in examples(connection, plan)))
                if "tokens" in plan.recipe.files:
                    write_tokens(folder / "tokens", plan, (one for _, one in examples(connection, plan)))
        finally:
            project.close()
        said = True, lost
    except (AnnotatorError, OSError) as error:
        said = False, str(error)
    except Exception as error:  # else it would only be known that it has ended
        said = False, f"A fault of Annotator kept spaCy's files from being made ({type(error).__name__}: {error})."
    told.send(said)
    told.close()

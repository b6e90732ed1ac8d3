"""Training in a process of its own, so that the window stays quick and a cancel ends it at once.

Out, as JSON lines: `{"done", "total"}` while it works, several times a second; at the end `{"outcome"}`, or
`{"failed": why}`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotator.core import faults
from annotator.core.errors import AnnotatorError
from annotator.core.progress import Progress
from annotator.suggest.process import LineProcess
from annotator.suggest.worker import stand_back

BEAT = 0.2  # seconds: within them a cancel is seen


class NotTrained(AnnotatorError):
    """Why there was no training, in a sentence for the editor."""


def train_apart(project: Path, author: int, number: int, progress: Progress) -> Mapping[str, Any]:
    """Trains on what an author finished in a project file; returns `training.Outcome.as_json`. Raises NotTrained, and
    what `progress` raises."""
    process = LineProcess("annotator.suggest.trainer", project, author, number)
    try:
        for message in process.messages():
            if "outcome" in message:
                found: Mapping[str, Any] = message["outcome"]
                return found
            if "failed" in message:
                raise NotTrained(message["failed"])
            progress(message["done"], message["total"])
        raise NotTrained("The training process ended before it was done. Nothing was changed.")
    finally:
        process.end()


def main() -> None:
    stand_back()
    at, over = [0, 1], threading.Event()

    def tell() -> None:
        try:
            while not over.wait(BEAT):
                _say({"done": at[0], "total": at[1]})
        except OSError:  # nobody listens any more
            os._exit(1)

    telling = threading.Thread(target=tell)
    telling.start()
    try:
        said = _trained(at)
    finally:
        over.set()
        telling.join()
    _say(said)


def _trained(at: list[int]) -> dict[str, Any]:
    """What came of it; `at` follows how far it is."""
    try:
        from annotator.store import ProjectError, open_project
        from annotator.suggest.learned.model import shipped
        from annotator.suggest.training import TooLittle, gold_of, train

        def step(done: int, total: int) -> None:
            at[:] = done, total

        try:
            project = open_project(Path(sys.argv[1]))
            gold = gold_of(project, int(sys.argv[2]))
            project.close()
            return {"outcome": train(shipped(), gold, int(sys.argv[3]), step).as_json()}
        except (TooLittle, ProjectError) as error:
            return {"failed": str(error)}
    except Exception as error:
        faults.log(error)
        return {"failed": f"The training failed by a fault of Annotator ({type(error).__name__}). Nothing was changed."}


def _say(message: Mapping[str, Any]) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()

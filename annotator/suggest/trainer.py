"""Training in a process of its own, so that the window stays quick and a cancel ends it at once.

Out, as JSON lines: `{"done", "total"}` while it works; at the end `{"outcome"}`, or `{"failed": why}`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotator.progress import Progress


class NotTrained(Exception):
    """Why there was no training, in a sentence for the editor."""


def train_apart(project: Path, author: int, number: int, progress: Progress) -> Mapping[str, Any]:
    """Trains on what an author finished in a project file; returns `training.Outcome.as_json`. Raises NotTrained, and
    what `progress` raises."""
    command = [sys.executable, "-m", "annotator.suggest.trainer", str(project), str(author), str(number)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="ascii")
    assert process.stdout is not None
    try:
        for line in process.stdout:
            message = json.loads(line)
            if "outcome" in message:
                found: Mapping[str, Any] = message["outcome"]
                return found
            if "failed" in message:
                raise NotTrained(message["failed"])
            progress(message["done"], message["total"])
        raise NotTrained("The training process ended before it was done. Nothing was changed.")
    finally:
        process.kill()
        process.wait()


def main() -> None:
    from annotator.store import ProjectError, open_project
    from annotator.suggest.learned.model import shipped
    from annotator.suggest.training import TooLittle, gold_of, train

    path, author, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    try:
        project = open_project(path)
        gold = gold_of(project, author)
        project.close()
        outcome = train(shipped(), gold, number, lambda done, total: _say({"done": done, "total": total}))
    except (TooLittle, ProjectError) as error:
        _say({"failed": str(error)})
    except Exception as error:
        _say({"failed": f"The training failed ({type(error).__name__}: {error}). Nothing was changed."})
    else:
        _say({"outcome": outcome.as_json()})


def _say(message: Mapping[str, Any]) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()

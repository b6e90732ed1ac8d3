"""The process that suggests: JSON lines in, JSON lines out, one text at a time.

In, first: `{"pipeline", "model"}`; then, for each text, `{"id", "text", "labels", "knowledge"}`.
With `cue`, the claim of that alone is asked for.
Out, first: `{"ready": [name, version]}` or `{"failed": why}`; then `{"id", "model": [name, version], "answer"}`, where
the answer has the fields of an `Answer`; or `{"id", "error"}` when it could not be worked on.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import closing
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

from annotator.core import faults
from annotator.core.errors import AnnotatorError
from annotator.suggest.models import QUICK

if TYPE_CHECKING:
    from annotator.suggest.asking import Suggests


def main() -> None:
    # What libraries print must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    first = sys.stdin.readline()
    if not first:
        return
    try:
        stand_back()
        asked = json.loads(first)
        if asked["model"] not in ("", QUICK) and hasattr(os, "nice"):
            os.nice(14)  # nobody waits for it: what the window leaves is enough
        by = _chosen(**asked)
    except Exception as error:
        if not isinstance(error, AnnotatorError):
            faults.log(error)
        _say(answers, {"failed": str(error)})
        return
    _say(answers, {"ready": by.name})
    with closing(by):
        _answer_all(by, answers)


def _answer_all(by: Suggests, answers: IO[str]) -> None:
    from annotator.core.knowledge import from_json
    from annotator.core.trained import TrainedError

    for line in sys.stdin:
        job = json.loads(line)
        try:
            known = from_json(job["knowledge"])
            try:
                knowing = by.knowing(known)
            except TrainedError:  # of an older version, or damaged: better as the model comes than nothing
                knowing = by.knowing(known.untrained())
            if "cue" in job:
                from annotator.suggest.suggester import Suggester

                assert isinstance(knowing, Suggester)  # nobody asks others about a cue
                found = knowing.claim(job["text"], job["cue"])
            else:
                found = knowing.ask(job["text"], job["labels"], unsure=True)
            _say(answers, {"id": job["id"], "model": knowing.name, "answer": asdict(found)})
        except AnnotatorError as error:
            _say(answers, {"id": job["id"], "error": str(error)})
        except Exception as error:
            faults.log(error)
            _say(answers, {"id": job["id"], "error": f"a fault of Annotator ({type(error).__name__})"})


def _chosen(pipeline: str, model: str) -> Suggests:
    """The model of a name, or of others as `Chosen.as_json` says it."""
    if model.startswith("{"):
        from annotator.suggest.others.chosen import from_json
        from annotator.suggest.others.other import Other

        other = Other(from_json(model))

        # Ended from outside, it takes along what it has started.
        def end(*_: object) -> None:
            other.close()
            os._exit(0)

        signal.signal(signal.SIGTERM, end)
        return other
    from annotator.suggest.suggester import suggester

    return suggester(pipeline or None, model or QUICK)


def stand_back() -> None:
    """Lets the window go first where both want a core: it must stay quick while other processes work for it."""
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    if hasattr(os, "nice"):
        os.nice(5)


def _say(answers: IO[str], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()

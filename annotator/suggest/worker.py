"""The process that suggests: JSON lines in, JSON lines out, one text at a time.

In: `{"id", "text", "labels", "knowledge"}`. Out, first: `{"ready": [name, version]}` or `{"failed": why}`;
then for each text `{"id", "record", "model": [name, version]}`, or `{"id", "error"}` when it could not be worked on.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO, Any

from annotator.core import faults
from annotator.core.errors import AnnotatorError


def main() -> None:
    # What libraries print must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    pipeline_name, model = (*(name or None for name in sys.argv[1:3]), None, None)[:2]
    try:
        stand_back()
        from annotator.core.knowledge import from_json
        from annotator.core.trained import TrainedError
        from annotator.suggest.models import QUICK
        from annotator.suggest.suggester import suggest, suggester

        by = suggester(pipeline_name, model or QUICK)
    except Exception as error:
        if not isinstance(error, AnnotatorError):
            faults.log(error)
        _say(answers, {"failed": str(error)})
        return
    _say(answers, {"ready": by.name})
    for line in sys.stdin:
        job = json.loads(line)
        try:
            known = from_json(job["knowledge"])
            try:
                knowing = by.knowing(known)
            except TrainedError:  # of an older version, or damaged: better as the model comes than nothing
                knowing = by.knowing(known.untrained())
            found = suggest(knowing, job["text"], job["labels"], unsure=True)
            _say(answers, {"id": job["id"], "record": found, "model": knowing.name})
        except AnnotatorError as error:
            _say(answers, {"id": job["id"], "error": str(error)})
        except Exception as error:
            faults.log(error)
            _say(answers, {"id": job["id"], "error": f"a fault of Annotator ({type(error).__name__})"})


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

#!/usr/bin/env python3
"""Draws the pictures of the README from the sample project.    python packaging/screenshots.py docs/screenshots"""

import sys
import tempfile
from pathlib import Path

from annotator import store
from annotator.core.text import previous_word_end
from annotator.demo import demo, draw_window
from annotator.labelling import edits as editing
from annotator.labelling.session import Session


def main(folder: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for what, where in demo(Path(scratch)):
            print(f"{what}: {where.name}")
        project = Path(scratch) / "sample.annotator"
        draw_window(project, target / "workbench.png", "harbour-dredging", ["reject"] + ["accept"] * 4)
        draw_window(project, target / "workbench-dark.png", "night-buses", ["accept"] * 6, dark=True)
        label_differently(project)
        steps = ["review", *["next_difference"] * 3]
        draw_window(project, target / "review.png", "harbour-dredging", steps)
        draw_window(project, target / "review-dark.png", "harbour-dredging", steps, dark=True)


def label_differently(path: Path) -> None:
    """Two editors who take the suggestions of an article, and differ on an edge, a stance, a mode and a claim."""
    project = store.open_project(path)
    for name in ("Ann Lee", "Ben Okoro"):
        session = Session(project, name)
        labelled = session.open(session.listing(search="harbour-dredging")[0])
        session.do(editing.accept(labelled, labelled.mentions))
        session.do(editing.accept(session.labelled, session.labelled.claims))
        first, second, third, *_ = session.labelled.claims
        if name == "Ann Lee":
            session.do(editing.revise(session.labelled, first, "Set stance", stance="against"))
            (start, end), *rest = second.value.content
            end = previous_word_end(session.labelled.article.text, end)
            session.do(editing.revise(session.labelled, second, "Move edge", content=((start, end), *rest)))
        else:
            session.do(editing.revise(session.labelled, first, "Set stance", stance="neutral"))
            session.do(editing.reject(session.labelled, [third]))
        session.finish()
    project.close()


if __name__ == "__main__":
    main(sys.argv[1])

#!/usr/bin/env python3
"""Draws the pictures of the README from the sample project.    python packaging/screenshots.py docs/screenshots"""

import sys
import tempfile
from pathlib import Path

from annotator import editing, store
from annotator.demo import demo, draw_window
from annotator.desk import Desk
from annotator.text import previous_word_end


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
        desk = Desk(project, name)
        sheet = desk.open(desk.listing(search="harbour-dredging")[0])
        desk.do(editing.accept(sheet, sheet.mentions))
        desk.do(editing.accept(desk.sheet, desk.sheet.claims))
        first, second, third, *_ = desk.sheet.claims
        if name == "Ann Lee":
            desk.do(editing.revise(desk.sheet, first, "Set stance", stance="against"))
            (start, end), *rest = second.value.content
            end = previous_word_end(desk.sheet.article.text, end)
            desk.do(editing.revise(desk.sheet, second, "Move edge", content=((start, end), *rest)))
        else:
            desk.do(editing.revise(desk.sheet, first, "Set stance", stance="neutral"))
            desk.do(editing.reject(desk.sheet, [third]))
        desk.finish()
    project.close()


if __name__ == "__main__":
    main(sys.argv[1])

#!/usr/bin/env python3
"""Draws the pictures of the README from the sample project.    python packaging/screenshots.py docs/screenshots"""

import sys
import tempfile
from pathlib import Path

from annotator.demo import demo, draw_window


def main(folder: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for what, where in demo(Path(scratch)):
            print(f"{what}: {where.name}")
        project = Path(scratch) / "sample.annotator"
        draw_window(project, target / "workbench.png", "harbour-dredging", ["reject"] + ["accept"] * 4)
        draw_window(project, target / "workbench-dark.png", "night-buses", ["accept"] * 6, dark=True)


if __name__ == "__main__":
    main(sys.argv[1])

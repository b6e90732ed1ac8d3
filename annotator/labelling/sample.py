"""The sample project, made of the articles that come with the program."""

from __future__ import annotations

from pathlib import Path

from annotator import store
from annotator.store.project import Project


def sample_project(path: Path) -> Project:
    """Makes the sample project: the articles that come with the program."""
    from importlib.resources import as_file

    from annotator.core.assets import asset
    from annotator.formats.bring_in import bring_in

    project = store.create(path, "Sample")
    with as_file(asset("articles")) as folder:
        bring_in(project, [folder / "sample.jsonl"])
    return project

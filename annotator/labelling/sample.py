"""The sample project, made of the articles that come with the program."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path

from annotator import store
from annotator.store.opening import move_new
from annotator.store.project import Project


def sample_project(path: Path) -> Project:
    """The sample project: the articles that come with the program. It is made when it is not there, and appears whole;
    when another program makes it at the same moment, there is one all the same. Raises ProjectError."""
    from importlib.resources import as_file

    from annotator.core.assets import asset
    from annotator.formats.bring_in import bring_in

    if path.exists():
        return store.open_project(path)
    draft = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    try:
        project = store.create(draft, "Sample")
        with as_file(asset("articles")) as folder:
            bring_in(project, [folder / "sample.jsonl"])
        project.close()
        with suppress(store.ProjectError):
            move_new(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return store.open_project(path)

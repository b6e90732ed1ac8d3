"""The command that shows a project's scheme, or sets another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from annotator.cli.base import ProjectArgument, app, errors_in_words, fail, open_at

MAX_BYTES = 5_000_000  # of a scheme file


@app.command()
def scheme(
    project: ProjectArgument,
    file: Annotated[Path | None, typer.Argument(help="A scheme as JSON (docs/format.md).", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would no longer fit.")] = False,
) -> None:
    """Shows the labels and questions of a project, or sets others; says which labels no longer fit. Nothing is lost."""
    from annotator.core import scheme as schemes
    from annotator.store import backups, operations
    from annotator.store.fitting import unfit
    from annotator.store.sight import NotLead, is_lead
    from annotator.team import members

    with errors_in_words():
        new = _read(file) if file is not None else None
        opened = open_at(project)
        if new is None:
            print(json.dumps(json.loads(schemes.to_json(opened.scheme, whole=True)), indent=2, ensure_ascii=False))
            opened.close()
            return
        by = members.annotator(opened)
        with opened.reading() as connection:
            if not is_lead(connection, by):
                raise NotLead("The scheme is set by the lead of this project.")
            lines = unfit(connection, new)
        if not dry_run:
            backups.keep(opened.path, opened.engine, "scheme")
            operations.do(opened, operations.Set("Change the scheme", {"scheme": {"": schemes.to_json(new)}}), by)
        opened.close()
    for line in (*lines, *schemes.shared_keys(new)):
        print(line)
    kept = " They stay as they are, and are shown as they were." if lines else " All labels fit."
    print(f"{'Would set' if dry_run else 'Set'} the scheme “{new.name}”.{kept}")


def _read(file: Path):  # type: ignore[no-untyped-def]
    from annotator.core import scheme as schemes

    if file.stat().st_size > MAX_BYTES:
        fail(f"“{file}” is larger than 5 MB, which no scheme is.")
    try:
        return schemes.from_json(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        fail(f"“{file}” is not UTF-8.")
    except schemes.SchemeError as error:
        fail(f"“{file}” cannot be used: {error}.")

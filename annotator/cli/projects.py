"""Commands on a project: open, import, export, check; and the demonstration."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from annotator.cli.base import PipelineOption, ProjectArgument, app, errors_in_words, fail, open_at, progress


@app.command("open")
def open_window(
    project: Annotated[Path | None, typer.Argument(help="The project file; without one, the last one used.")] = None,
    pipeline: PipelineOption = None,
) -> None:
    """Opens the window (the same as `annotator [PROJECT]`)."""
    from annotator.gui.app import NoDisplay, main

    with errors_in_words():
        missing = project is not None and not project.exists()
    if missing:
        fail(f"“{project}” is not there. `annotator import {project} FILES…` makes a new project of articles.")
    try:
        raise typer.Exit(main(project, pipeline=pipeline))
    except NoDisplay as error:
        fail(str(error))


@app.command("import")
def import_articles(
    project: Annotated[Path, typer.Argument(help="The project file; it is made when it is not there yet.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders, of any format that `formats` lists.")
    ] = None,
    windows_1252: Annotated[
        bool, typer.Option("--windows-1252", help="Read files that are not UTF-8 as Windows-1252.")
    ] = False,
    format_name: Annotated[
        str | None,
        typer.Option("--format", help="What the files are, where their content does not say.", show_default=False),
    ] = None,
    revise: Annotated[
        bool, typer.Option("--revise", help="A known key with another text is a new version; labels are found again.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Labels of somebody who has others here replace those (a backup is made).")
    ] = False,
    mapping: Annotated[
        str | None,
        typer.Option(help="What brat's types mean: polnear, default, or a JSON file.", show_default=False),
    ] = None,
    annotator: Annotated[
        str | None,
        typer.Option("--annotator", help="Whose labels they are where the files do not say.", show_default=False),
    ] = None,
    metadata: Annotated[
        Path | None,
        typer.Option("--metadata", help="A table with metadata of articles that are there, known by their ids."),
    ] = None,
) -> None:
    """Brings articles into a project. What cannot be read is named with its reason; the rest goes in."""
    from annotator.formats.brat_mapping import AUTOMATIC
    from annotator.formats.bring_in import bring_in
    from annotator.formats.registry import readers
    from annotator.store import backups, create

    readable = {one.name: one for one in readers()}
    if format_name is not None and format_name not in readable:
        raise typer.BadParameter(f"there are {', '.join(sorted(readable))}", param_hint="--format")
    if format_name == "brat" and mapping is None:
        mapping = AUTOMATIC
    if metadata is not None:
        _take_metadata(project, metadata, windows_1252)
        if not paths:
            return
    if not paths:
        raise typer.BadParameter("are the files to bring in", param_hint="PATHS")
    with errors_in_words():
        if "" in sys.argv[1:]:
            fail("One of the names is empty. Say which files to bring in.")
        new = not project.exists()
        if new and not any(path.exists() for path in paths):
            fail(f"“{paths[0]}” is not there. No project was made.")
        opened = create(project) if new else open_at(project)
        came_in = False
        try:
            if not new:
                backups.keep_of_today(opened.path, opened.engine, opened.uid)
            with progress("Bringing articles in") as step:
                wanted = readable[format_name] if format_name else None
                report = bring_in(opened, paths, windows_1252, step, mapping, revise, annotator, wanted, update)
            came_in = bool(report.added)
        finally:
            opened.close()
            if new and not came_in:
                project.unlink(missing_ok=True)
    for _, lines in report.by_heading():
        for line in lines:
            print(line, file=sys.stderr)
    if report.legacy and not windows_1252:
        print("To read such files as Windows-1252, add --windows-1252.", file=sys.stderr)
    if report.differing:
        print("To have the labels of the file instead of those here, add --update.", file=sys.stderr)
    print(report.summary())
    if report.in_vain:
        raise typer.Exit(1)


def _take_metadata(project: Path, table: Path, windows_1252: bool) -> None:
    from annotator.formats.metadata import bring_metadata

    with errors_in_words():
        opened = open_at(project)
        try:
            with progress("Bringing metadata in") as step:
                report = bring_metadata(opened, table, windows_1252, step)
        finally:
            opened.close()
    for line in report.lines():
        print(line, file=sys.stderr)
    print(report.summary())


@app.command()
def export(
    project: ProjectArgument,
    out: Annotated[Path, typer.Argument(help="The file to write, or the folder.")],
    format_name: Annotated[
        str, typer.Option("--format", help="jsonl (everything), or another that `annotator formats` lists.")
    ] = "jsonl",
    layer: Annotated[
        str | None,
        typer.Option(
            help="gold (adjudicated and finished), best (gold, else the editors), an editor's name, model, or all. "
            "Without it, what each editor decided."
        ),
    ] = None,
    finished: Annotated[bool, typer.Option("--finished", help="Only layers that are finished.")] = False,
    unlabelled: Annotated[
        bool, typer.Option("--include-unlabelled", help="Also articles without such a layer, with empty lists.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing when the format does not hold all of it.")
    ] = False,
) -> None:
    """Writes a dataset: gold, what editors decided, the suggestions, or every layer."""
    from annotator.formats.export import export as export_project
    from annotator.formats.registry import by_name, writers
    from annotator.team import members

    names = [one.name for one in writers()]
    if format_name not in names:
        raise typer.BadParameter(f"there are {', '.join(names)}", param_hint="--format")

    def agree(losses: list[str]) -> bool:
        print(f"{by_name(format_name).title.partition(':')[0]} does not hold:", file=sys.stderr)
        for loss in losses:
            print(f"  {loss}", file=sys.stderr)
        return not strict

    with errors_in_words():
        opened = open_at(project)
        viewer = members.viewer(opened)
        with progress("Writing") as step:
            report = export_project(opened, out, format_name, layer, finished, step, viewer, unlabelled, agree)
        opened.close()
    for problem in report.problems:
        print(problem, file=sys.stderr)
    if report.problems:
        print(f"{len(report.problems):,} spans are in the record only (see above).", file=sys.stderr)
    print(report.summary())


@app.command("formats")
def list_formats(
    as_markdown: Annotated[bool, typer.Option("--markdown", help="All about each, as docs/formats.md has it.")] = False,
) -> None:
    """Lists the formats: what can be read and written, and what each does not hold."""
    from annotator.formats.registry import described, formats

    if as_markdown:
        print(described(), end="")
        return
    for one in sorted(formats(), key=lambda one: one.name):
        ways = " and ".join(way for way, can in (("read", one.read), ("written", one.write)) if can)
        needs = f"; needs {one.missing()}" if one.missing() else ""
        print(f"{one.name:14} {one.title} ({ways}{needs})")


@app.command()
def check(
    project: ProjectArgument,
    repaired: Annotated[
        Path | None,
        typer.Option("--repair", help="Save what can be read into this new project.", show_default=False),
    ] = None,
) -> None:
    """Checks a project: damage, offsets, orphans, and that the edits add up. With --repair, saves what can be saved of
    it into a new project and says what is lost; the damaged one stays as it is."""
    from annotator.store.check import check as check_project
    from annotator.store.check import counts
    from annotator.store.repair import repair

    if repaired is not None:
        with errors_in_words():
            lost = repair(project, repaired)
        for line in lost:
            print(line, file=sys.stderr)
        print(f"What could be read is in “{repaired}”." + ("" if lost else " Nothing is lost."))
        return
    with errors_in_words():
        opened = open_at(project)
        problems, numbers = check_project(opened), counts(opened)
        opened.close()
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        fail(f"{len(problems)} things are wrong with “{project}”.")
    print("All is well: " + ", ".join(f"{n:,} {name}{'' if n == 1 else 's'}" for name, n in numbers.items()) + ".")


@app.command("backups")
def list_backups(project: ProjectArgument) -> None:
    """Lists a project's backups: number, when and why it was made, what it holds, and where it is."""
    from annotator.store import backups

    with errors_in_words():
        found = backups.of_file(project)
        for number, backup in enumerate(found, 1):
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(backup.time))
            other = f" (of “{backup.name}”)" if backup.name != project.stem else ""
            print(f"{number}  {when}  {backups.REASONS[backup.why]}{other}: {_held(backup.path)}\n   {backup.path}")
    if not found:
        print("There are no backups of it yet. They are made at a day's first change and before what changes much.")


@app.command()
def restore(
    project: ProjectArgument,
    which: Annotated[str, typer.Argument(help="A number of `annotator backups PROJECT`, or a backup file.")],
) -> None:
    """Makes a project be as a backup is. What was there is kept. No window may have it open."""
    from annotator.store import backups
    from annotator.store.restoring import restore as put_back

    with errors_in_words():
        found = backups.of_file(project)
        number = int(which[:9]) if which.isdecimal() else 0
        if which.isdecimal() and not 0 < number <= len(found):
            fail(f"There is no backup {which}; `annotator backups {project}` lists them.")
        chosen = found[number - 1].path if number else Path(which)
        kept = put_back(project, chosen)
    print(f"“{project}” is as “{chosen.name}” was. What was there before: {kept}")


def _held(path: Path) -> str:
    from annotator.core.errors import AnnotatorError
    from annotator.store import backups

    try:
        numbers = backups.contents(path).numbers
    except AnnotatorError as error:
        return str(error)
    return ", ".join(f"{number:,} {name.lower()}" for name, number in numbers.items())


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where the project, the picture and the export go.")],
) -> None:
    """Does the main job without a screen: a sample project, suggestions, a picture of the window, an export."""
    from annotator.demo import demo as run_demo

    with errors_in_words():
        for what, where in run_demo(folder):
            print(f"{what}: {where}")

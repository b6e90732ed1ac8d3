"""Commands for teams: how far editors agree, packages for them, and merges."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotator.cli.base import JsonOption, ProjectArgument, app, errors_in_words, open_at, progress
from annotator.core.counting import counted

LayersOption = Annotated[
    str | None, typer.Option("--layers", help="Whose: names divided by commas (gold, too).", show_default=False)
]


@app.command()
def agreement(
    project: ProjectArgument,
    layers: LayersOption = None,
    as_json: JsonOption = False,
    replicates: Annotated[int, typer.Option(min=0, max=100_000, help="Samples for the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the samples.")] = 0,
    with_derived: Annotated[
        bool, typer.Option("--with-derived", help="Also what an importer derived (modes of brat files).")
    ] = False,
    with_gamma: Annotated[bool, typer.Option("--gamma", help="γ, too (slow; needs the extra `gamma`).")] = False,
) -> None:
    """Says how far editors agree, over the articles that two or more have finished."""
    import json

    from annotator.review.agreement import agreement as measure
    from annotator.review.disputes import actor_names, subjects
    from annotator.review.gamma import gamma
    from annotator.review.report import as_text
    from annotator.team import members

    with errors_in_words():
        opened = open_at(project)
        wanted = layers.split(",") if layers else None
        with progress("Comparing") as step:
            found = list(subjects(opened, wanted, members.viewer(opened), with_derived))
            report = measure(found, actor_names(opened), replicates, seed, step, opened.scheme.attributes)
            if with_gamma:
                report = report.with_figure("gamma units", gamma(found, replicates, seed, step))
        opened.close()
    print(json.dumps(report.as_json(), indent=1, ensure_ascii=False) if as_json else as_text(report))


@app.command()
def compare(project: ProjectArgument, layers: LayersOption = None, as_json: JsonOption = False) -> None:
    """Lists what differs between editors' layers, each difference a line."""
    from annotator.review.disputes import difference_lines
    from annotator.team import members

    with errors_in_words():
        opened = open_at(project)
        for line in difference_lines(opened, layers.split(",") if layers else None, as_json, members.viewer(opened)):
            print(line)
        opened.close()


@app.command()
def package(
    project: ProjectArgument,
    out: Annotated[Path, typer.Argument(help="The package to write (.annotator).")],
    name: Annotated[str, typer.Option("--for", help="The annotator's name or code; a new name is a new annotator.")],
    without_suggestions: Annotated[
        bool, typer.Option("--without-suggestions", help="Leave the models' suggestions out.")
    ] = False,
) -> None:
    """Writes a project file for one annotator: their articles, and nothing of the others."""
    from annotator.team import members, packages

    with errors_in_words():
        opened = open_at(project)
        with progress("Packing") as step:
            report = packages.package(
                opened,
                out,
                members.named(opened, name),
                suggestions=not without_suggestions,
                progress=step,
                by=members.viewer(opened),
            )
        opened.close()
    many = report.articles_new
    print(f"Packed {counted(many, 'article')} for {name} into {out}.")


@app.command()
def merge(
    project: ProjectArgument,
    files: Annotated[list[Path], typer.Argument(help="Projects, packages and JSONL exports.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come in.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Takes the work of others in: all files or none. What is known already is not taken twice."""
    import json
    from dataclasses import asdict

    from annotator.team import members, merging

    with errors_in_words():
        opened = open_at(project)
        with progress("Merging") as step:
            report = merging.merge_files(opened, files, members.annotator(opened), dry_run, step)
        opened.close()
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=1))
        return
    for line in [*report.lines(), *report.rules]:
        print(line)
    if dry_run:
        print("This was a preview: nothing was changed.")
    elif not report.changes_anything:
        print("Nothing new; the project is as it was.")

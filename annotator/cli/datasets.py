"""The command that makes a dataset."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from annotator.cli.base import app, errors_in_words, open_at, progress


def _listed(value: str | None) -> tuple[str, ...] | None:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if value is not None else None


@app.command()
def dataset(
    project: Annotated[Path | None, typer.Argument(help="The project file; not needed with --diff.")] = None,
    out: Annotated[Path | None, typer.Argument(help="The folder to make; not needed with --dry-run.")] = None,
    layer: Annotated[
        str | None, typer.Option(help="gold (adjudicated and finished), editors, an editor's name, or model.")
    ] = None,
    labelled: Annotated[
        str | None,
        typer.Option(help="What counts as labelled: of claims, entities, stance; without it, what is found."),
    ] = None,
    unfinished: Annotated[
        bool | None, typer.Option("--unfinished/--no-unfinished", help="Also layers that are not finished.")
    ] = None,
    rejected: Annotated[
        bool | None, typer.Option("--rejected/--no-rejected", help="Rejected suggestions as hard negatives.")
    ] = None,
    names: Annotated[bool | None, typer.Option("--names/--no-names", help="Editors by name, not as A1, A2 ….")] = None,
    extra: Annotated[
        bool | None, typer.Option("--extra/--no-extra", help="Metadata without a column, too; look at what is in them.")
    ] = None,
    sources: Annotated[list[str] | None, typer.Option("--source", help="Only of this outlet; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help="Only from this day on (YYYY-MM-DD).")] = None,
    until: Annotated[str | None, typer.Option(help="Only up to this day.")] = None,
    labels: Annotated[
        list[str] | None, typer.Option("--label", help="Only articles with an entity of this label; may be repeated.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Shares of train, validation and test, as 80,10,10.")] = None,
    folds: Annotated[int | None, typer.Option(help="So many parts instead.")] = None,
    by: Annotated[
        str | None, typer.Option("--split-by", help="What is never divided: cluster, source, date or actor.")
    ] = None,
    near: Annotated[float | None, typer.Option(help="From which similarity on articles are near-duplicates.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed makes other splits of new articles.")] = None,
    split_file: Annotated[
        Path | None, typer.Option("--split-file", help="A splits.csv of before; articles stay where they are in it.")
    ] = None,
    files: Annotated[str | None, typer.Option(help="Of jsonl, spacy, tokens, tables, soft; at first all.")] = None,
    formats: Annotated[str | None, typer.Option(help="Formats of other tools, as brat,conll (`formats`).")] = None,
    licence: Annotated[str | None, typer.Option(help="That of the texts, as cc-by-4.0.")] = None,
    without_text: Annotated[bool, typer.Option("--without-text", help="Places and digests, but no texts.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Forget the splits of before.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="What is not said is as usual, not as the last time.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be made.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
    joined: Annotated[
        Path | None, typer.Option("--join", help="A dataset without texts: writes it to OUT with those of the project.")
    ] = None,
    diff: Annotated[
        tuple[Path, Path] | None, typer.Option("--diff", metavar="OLD NEW", help="What changed between two datasets.")
    ] = None,
) -> None:
    """Makes a dataset to train on or to publish: splits without leakage, a card, a manifest. What is not said is as the
    project's last dataset had it."""
    from annotator.datasets.comparing import changes, join
    from annotator.datasets.making import make
    from annotator.datasets.plan import plan, remembered
    from annotator.datasets.recipe import Recipe
    from annotator.datasets.saying import as_text, splits_in
    from annotator.team import members

    if diff is not None:
        with errors_in_words():
            found = changes(*diff)
        print(json.dumps(found.as_json(), indent=1, ensure_ascii=False) if as_json else found.as_text())
        return
    if project is None:
        raise typer.BadParameter("is the project to make a dataset of", param_hint="PROJECT")
    if out is None and not dry_run:
        raise typer.BadParameter("is the folder to make", param_hint="OUT")
    with errors_in_words():
        opened = open_at(project)
        if joined is not None and out is not None:
            number, missing = join(opened, joined, out)
            opened.close()
            for key in missing:
                print(f"{key}: the project has no such text", file=sys.stderr)
            print(f"{number:,} rows have their text again; {len(missing):,} have none.")
            if not number:
                print("Is it the dataset of another project?", file=sys.stderr)
                raise typer.Exit(1)
            return
        before, _ = remembered(opened)
        kept: dict[str, str] | None = None
        said: dict[str, Any] = {"layer": layer, "unfinished": unfinished, "rejected": rejected, "names": names}
        said |= {"extra": extra}
        said |= {"labelled": _listed(labelled), "files": _listed(files), "formats": _listed(formats)}
        said |= {"sources": tuple(sources) if sources else None, "since": since, "until": until, "folds": folds}
        said |= {"labels": tuple(labels) if labels else None, "licence": licence}
        said |= {"by": by, "near": near, "seed": seed, "split": _shares(split)}
        base = Recipe() if fresh or before is None else before
        values = {one.name: getattr(base, one.name) for one in fields(Recipe)}
        recipe = Recipe(**{name: value if said[name] is None else said[name] for name, value in values.items()})
        if anew:
            kept = {}
        if split_file is not None:
            kept = splits_in(split_file)
        with progress("Looking") as step:
            planned = plan(opened, recipe, kept, members.viewer(opened), step)
        print(json.dumps(planned.as_json(), indent=1, ensure_ascii=False) if as_json else as_text(planned))
        if dry_run or out is None:
            opened.close()
            return
        with progress("Writing") as step:
            made = make(opened, out, planned, without_text, step, members.viewer(opened))
        opened.close()
    for loss in made.losses:
        print(loss, file=sys.stderr)
    print(made.summary(), file=sys.stderr if as_json else sys.stdout)


def _shares(split: str | None) -> tuple[int, ...] | None:
    if split is None:
        return None
    try:
        return tuple(int(part) for part in split.split(","))
    except ValueError:
        raise typer.BadParameter("is three numbers, as 80,10,10", param_hint="--split") from None

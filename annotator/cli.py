"""The command line: the same desk without a window. Exit code 0 done, 1 failed, 2 wrong usage."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.suggest.suggester import Suggester

app = typer.Typer(
    name="annotator",
    help="Label who said what in the news. With a project, or nothing, it opens the window.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

STOPPED = "Stopped. Nothing was left half done."
ProjectArgument = Annotated[Path, typer.Argument(help="The project file (.annotator).")]
PipelineOption = Annotated[
    str | None, typer.Option("--pipeline", help="An installed spaCy pipeline, by name or folder.", show_default=False)
]
ModelOption = Annotated[
    Path | None, typer.Option("--model", help="A trained model, as `train` writes it.", show_default=False)
]


def run() -> None:
    """Runs the command line; `annotator`, `annotator PROJECT` and a window's file names mean `annotator open`."""
    arguments = sys.argv[1:]
    commands = {c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands}
    if not arguments or (arguments[0] not in commands and not arguments[0].startswith("-")):
        arguments = ["open", *arguments]
    try:
        app(arguments, prog_name="annotator")
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        sys.exit(1)
    except SystemExit as ended:
        if ended.code == 130:  # typer's way to say that Ctrl+C was pressed
            print(STOPPED, file=sys.stderr)
            sys.exit(1)
        raise
    except BrokenPipeError:  # the reader had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        print(f"That could not be done: {error.strerror or error}.", file=sys.stderr)
        sys.exit(1)


@app.command("open")
def open_window(
    project: Annotated[Path | None, typer.Argument(help="The project file; without one, the last one used.")] = None,
    pipeline: PipelineOption = None,
) -> None:
    """Opens the window (the same as `annotator [PROJECT]`)."""
    from annotator.gui.app import NoDisplay, main

    with _told():
        missing = project is not None and not project.exists()
    if missing:
        _fail(f"“{project}” is not there. `annotator import {project} FILES…` makes a new project of articles.")
    try:
        raise typer.Exit(main(project, pipeline=pipeline))
    except NoDisplay as error:
        _fail(str(error))


@app.command("import")
def import_articles(
    project: Annotated[Path, typer.Argument(help="The project file; it is made when it is not there yet.")],
    paths: Annotated[list[Path], typer.Argument(help="Text, CSV and JSONL files, and folders of them.")],
    windows_1252: Annotated[
        bool, typer.Option("--windows-1252", help="Read files that are not UTF-8 as Windows-1252.")
    ] = False,
    format_name: Annotated[
        str | None, typer.Option("--format", help="brat: folders of standoff files.", show_default=False)
    ] = None,
    revise: Annotated[
        bool, typer.Option("--revise", help="A known key with another text is a new version; labels are found again.")
    ] = False,
    mapping: Annotated[
        str | None,
        typer.Option(help="What brat's types mean: polnear, default, or a JSON file.", show_default=False),
    ] = None,
) -> None:
    """Brings articles into a project. What cannot be read is named with its reason; the rest goes in."""
    from annotator.formats.brat_format import AUTOMATIC
    from annotator.formats.bring_in import bring_in
    from annotator.store import create

    if format_name not in (None, "brat"):
        raise typer.BadParameter("brat is the one that must be named", param_hint="--format")
    if format_name == "brat" and mapping is None:
        mapping = AUTOMATIC
    with _told():
        if "" in sys.argv[1:]:
            _fail("One of the names is empty. Say which files to bring in.")
        new = not project.exists()
        if new and not any(path.exists() for path in paths):
            _fail(f"“{paths[0]}” is not there. No project was made.")
        opened = create(project) if new else _open(project)
        came_in = False
        try:
            with _progress("Bringing articles in") as step:
                report = bring_in(opened, paths, windows_1252, step, mapping, revise)
            came_in = bool(report.added)
        finally:
            opened.close()
            if new and not came_in:
                project.unlink(missing_ok=True)
    for where, reason in report.duplicates:
        print(f"{where}: {reason}", file=sys.stderr)
    for where, reason in report.refused:
        print(f"{where}: {reason}", file=sys.stderr)
    if report.legacy and not windows_1252:
        print("To read such files as Windows-1252, add --windows-1252.", file=sys.stderr)
    print(report.summary())
    if report.refused and not report.added and not report.duplicates and not report.layers:
        raise typer.Exit(1)


@app.command()
def suggest(project: ProjectArgument, pipeline: PipelineOption = None) -> None:
    """Suggests entities and claims for the articles that have none by this pipeline yet."""
    from annotator.desk import suggest_for
    from annotator.knowledge import from_settings
    from annotator.store import articles
    from annotator.suggest.learned.trained import TrainedError
    from annotator.suggest.suggester import suggester

    with _told():
        opened = _open(project)
        by = suggester(pipeline)
        try:
            by = by.knowing(from_settings(opened.settings))
        except TrainedError as error:
            _fail(f"The project's trained model cannot be used: {error}")
        ids = articles.unsuggested(opened, *by.name)
        with _progress("Suggesting") as step:
            suggest_for(opened, ids, by, step)
        opened.close()
    print(f"Suggested for {len(ids):,} article{'' if len(ids) == 1 else 's'} with {' '.join(by.name)}.")


@app.command()
def export(
    project: ProjectArgument,
    out: Annotated[Path, typer.Argument(help="The file to write.")],
    format_name: Annotated[str, typer.Option("--format", help="jsonl (everything) or spacy (a DocBin).")] = "jsonl",
    layer: Annotated[
        str | None,
        typer.Option(help="gold, an editor's name, model, or all. Without it, the editor's decisions."),
    ] = None,
    finished: Annotated[bool, typer.Option("--finished", help="Only articles that are finished.")] = False,
) -> None:
    """Writes a dataset: the editor's decisions, the suggestions, or every layer."""
    from annotator import team
    from annotator.formats import WRITERS
    from annotator.formats.export import export as export_project

    if format_name not in WRITERS:
        raise typer.BadParameter(f"there are {' and '.join(WRITERS)}", param_hint="--format")
    with _told():
        opened = _open(project)
        with _progress("Writing") as step:
            report = export_project(opened, out, format_name, layer, finished, step, team.viewer(opened))
        opened.close()
    for problem in report.problems:
        print(problem, file=sys.stderr)
    if report.problems:
        print(f"{len(report.problems):,} spans are in the record only (see above).", file=sys.stderr)
    print(report.summary())


@app.command()
def predict(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help='Lines {"id", "text"}.')],
    out: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="The records with suggestions.")],
    pipeline: PipelineOption = None,
    model: ModelOption = None,
) -> None:
    """Suggests entities and claims for texts, without a project."""
    from annotator import record as records
    from annotator import scheme
    from annotator.files import replacing
    from annotator.formats import module
    from annotator.suggest.suggester import suggest as suggest_one
    from annotator.suggest.suggester import suggester

    with _told():
        wanted = _records(source)
        by = _with_model(suggester(pipeline), model)
        labels, (name, version) = scheme.default().label_map, by.name
        with replacing(out) as file, _progress("Suggesting") as step:
            for number, given in enumerate(wanted, 1):
                made = {k: given[k] for k in ("id", "text", *records.METADATA) if k in given}
                made |= {"layer": name, "kind": "model", "version": version}
                file.write(module("jsonl").line_of(made | suggest_one(by, given["text"], labels)).decode())
                step(number, len(wanted))
    print(f"Wrote suggestions for {len(wanted):,} text{'' if len(wanted) == 1 else 's'} to {out}.")


@app.command()
def train(
    project: ProjectArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT.json", help="The trained model, when it is better.")],
    as_json: Annotated[bool, typer.Option("--json", help="What it brought, as JSON.")] = False,
) -> None:
    """Trains on what is finished in a project; writes the model when it does better on articles held out."""
    import json

    from annotator import team
    from annotator.files import replacing
    from annotator.suggest.learned.model import shipped
    from annotator.suggest.training import TooLittle, gold_of
    from annotator.suggest.training import train as fit

    with _told():
        opened = _open(project)
        gold = gold_of(opened, team.annotator(opened))
        opened.close()
        try:
            with _progress("Training") as step:
                outcome = fit(shipped(), gold, progress=step)
        except TooLittle as error:
            _fail(str(error))
        if outcome.trained is not None:
            with replacing(out) as file:
                file.write(json.dumps(outcome.trained.as_json(), indent=1) + "\n")
    if as_json:
        print(json.dumps(outcome.as_json() | {"trained": outcome.trained is not None}))
    else:
        print(f"{outcome.articles:,} articles, each held out once. {outcome.in_words()}")
        print(f"Wrote {out}." if outcome.trained else "Nothing was written.")


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="What people decided, as `export` writes it.")],
    pipeline: PipelineOption = None,
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    replicates: Annotated[int, typer.Option(min=0, max=100_000, help="Samples for the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the samples.")] = 0,
) -> None:
    """Measures suggestions against gold: claims, every slot, entities, probabilities, and time."""
    import json

    from annotator import scheme
    from annotator.suggest.evaluation import as_text
    from annotator.suggest.evaluation import evaluate as measure
    from annotator.suggest.suggester import suggester

    with _told():
        records = _records(gold)
        by = _with_model(suggester(pipeline), model)
        with _progress("Evaluating") as step:
            found = measure(by, records, scheme.default().label_map, replicates, seed, step)
    print(json.dumps(found.as_json(), indent=1, ensure_ascii=False) if as_json else as_text(found))


LayersOption = Annotated[
    str | None, typer.Option("--layers", help="Whose: names divided by commas (gold, too).", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command()
def agreement(
    project: ProjectArgument,
    layers: LayersOption = None,
    as_json: JsonOption = False,
    replicates: Annotated[int, typer.Option(min=0, max=100_000, help="Samples for the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the samples.")] = 0,
    with_gamma: Annotated[bool, typer.Option("--gamma", help="γ, too (slow; needs the extra `gamma`).")] = False,
) -> None:
    """Says how far editors agree, over the articles that two or more have finished."""
    import json

    from annotator import team
    from annotator.agreement import agreement as measure
    from annotator.agreement_report import as_text
    from annotator.gamma import gamma
    from annotator.review import actor_names, subjects

    with _told():
        opened = _open(project)
        wanted = layers.split(",") if layers else None
        with _progress("Comparing") as step:
            found = list(subjects(opened, wanted, team.viewer(opened)))
            report = measure(found, actor_names(opened), replicates, seed, step)
            if with_gamma:
                report = report.with_figure("gamma units", gamma(found, replicates, seed, step))
        opened.close()
    print(json.dumps(report.as_json(), indent=1, ensure_ascii=False) if as_json else as_text(report))


@app.command()
def compare(project: ProjectArgument, layers: LayersOption = None, as_json: JsonOption = False) -> None:
    """Lists what differs between editors' layers, each difference a line."""
    from annotator import team
    from annotator.review import difference_lines

    with _told():
        opened = _open(project)
        for line in difference_lines(opened, layers.split(",") if layers else None, as_json, team.viewer(opened)):
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
    from annotator import team

    with _told():
        opened = _open(project)
        with _progress("Packing") as step:
            report = team.package(
                opened,
                out,
                team.named(opened, name),
                suggestions=not without_suggestions,
                progress=step,
                by=team.viewer(opened),
            )
        opened.close()
    many = report.articles_new
    print(f"Packed {many:,} article{'' if many == 1 else 's'} for {name} into {out}.")


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

    from annotator import team

    with _told():
        opened = _open(project)
        with _progress("Merging") as step:
            report = team.merge_files(opened, files, team.annotator(opened), dry_run, step)
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


@app.command()
def check(project: ProjectArgument) -> None:
    """Checks a project: damage, offsets, orphans, and that the edits add up."""
    from annotator.store.check import check as check_project
    from annotator.store.check import counts

    with _told():
        opened = _open(project)
        problems, numbers = check_project(opened), counts(opened)
        opened.close()
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        _fail(f"{len(problems)} things are wrong with “{project}”.")
    print("All is well: " + ", ".join(f"{n:,} {name}{'' if n == 1 else 's'}" for name, n in numbers.items()) + ".")


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where the project, the picture and the export go.")],
) -> None:
    """Does the main job without a screen: a sample project, suggestions, a picture of the window, an export."""
    from annotator.demo import demo as run_demo

    with _told():
        for what, where in run_demo(folder):
            print(f"{what}: {where}")


def _version(value: bool) -> None:
    if value:
        from annotator import __version__

        print(f"annotator {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def _records(source: Path) -> list[dict[str, Any]]:
    """The records of a JSONL file; what is wrong with it ends the command."""
    from annotator import record as records
    from annotator.formats import module
    from annotator.formats.decoding import EncodingError, decode

    try:
        lines = list(module("jsonl").read(decode(source.read_bytes()), str(source)))
    except EncodingError as error:
        _fail(f"“{source}” {error}.")
    found = []
    for where, data in lines:
        try:
            found.append(records.checked(data if not isinstance(data, str) else None))
        except records.RecordError as error:
            _fail(f"{where}: {data if isinstance(data, str) else error}. Nothing was written.")
    return found


def _with_model(by: Suggester, model: Path | None) -> Suggester:
    """The suggester with a trained model's file; what is wrong with that ends the command."""
    from annotator.knowledge import Knowledge
    from annotator.suggest.learned.trained import TrainedError, read

    if model is None:
        return by
    try:
        return by.knowing(Knowledge(trained=read(model)))
    except TrainedError as error:
        _fail(f"“{model}” cannot be used: {error}")


def _open(path: Path) -> Project:
    from annotator.store import open_project

    return open_project(path)


@contextmanager
def _told() -> Iterator[None]:
    """Ends with one clear sentence for what can go wrong."""
    from annotator.files import NotReplaced
    from annotator.formats.brat_format import MappingError
    from annotator.formats.export import ExportError
    from annotator.review import NoLayers
    from annotator.store import ProjectError
    from annotator.suggest.learned.card import ModelError
    from annotator.suggest.pipeline import PipelineError
    from annotator.team import NotMerged

    known = (ProjectError, ExportError, PipelineError, ModelError, NotReplaced, MappingError, NoLayers, NotMerged)
    try:
        yield
    except known as error:
        _fail(str(error))
    except FileNotFoundError as error:
        _fail(f"“{error.filename}” is not there.")
    except IsADirectoryError as error:
        _fail(f"“{error.filename}” is a folder.")
    except PermissionError as error:
        _fail(f"“{error.filename}” may not be read or written by you.")
    except OSError as error:
        _fail(f"“{error.filename}” could not be used: {error.strerror}." if error.filename else f"{error.strerror}.")
    except UnicodeError:
        _fail("A file's name has signs that are no text. Rename it first.")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        # What a damaged file makes of reading it.
        _fail(f"Something in these files cannot be read ({type(error).__name__}: {error}). Run `annotator check`.")


def _fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal, when there is one; yields a function that takes how much is done, and of how much."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

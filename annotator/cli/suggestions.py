"""Commands on suggestions: made for a project or for texts, trained on what is finished, measured against gold."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotator.cli.base import PipelineOption, ProjectArgument, app, errors_in_words, fail, open_at, progress
from annotator.cli.models import Heard, PromptOption, SendOption, other_model
from annotator.core.counting import counted
from annotator.core.knowledge import Knowledge
from annotator.suggest import models

if TYPE_CHECKING:
    from annotator.core.scheme import Scheme
    from annotator.suggest.asking import Suggests
    from annotator.suggest.suggester import Suggester

ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="quick, thorough (finds more, several times as slow), auto (as this computer is), what `train` wrote; or "
        "one of others: “program:COMMAND”, http://ADDRESS, “chat:MODEL@ADDRESS”, package:NAME.",
        show_default="quick",
    ),
]


@app.command()
def suggest(
    project: ProjectArgument,
    pipeline: PipelineOption = None,
    model: ModelOption = None,
    prompt: PromptOption = None,
    send: SendOption = False,
) -> None:
    """Suggests entities and claims for the articles that have none by this model yet."""
    from annotator.core.knowledge import from_settings
    from annotator.store import articles, settings
    from annotator.suggest.keeping import suggest_for

    with errors_in_words():
        opened = open_at(project)
        by = _suggester(pipeline, model, opened.scheme, prompt, send, from_settings(settings.of(opened)))
        ids = articles.unsuggested(opened, *by.name)
        heard = Heard()
        with closing(by), progress("Suggesting") as step:
            suggest_for(opened, ids, by, step, lambda i, answer: heard.hear(f"Article {i}", answer))
        opened.close()
    done = len(ids) - heard.failed
    by_whom = " ".join(by.name).strip()
    print(f"Suggested for {counted(done, 'article')} with {by_whom}{heard.aside()}.")
    if heard.failed:
        raise typer.Exit(1)


@app.command()
def predict(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help='Lines {"id", "text"}.')],
    out: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="The records with suggestions.")],
    pipeline: PipelineOption = None,
    model: ModelOption = None,
    prompt: PromptOption = None,
    send: SendOption = False,
) -> None:
    """Suggests entities and claims for texts, without a project."""
    from annotator.core import record as records
    from annotator.core import scheme
    from annotator.core.files import replacing
    from annotator.formats.jsonl_format import line_of
    from annotator.suggest.asking import AnswerError

    with errors_in_words():
        wanted = _records(source)
        if out.exists() and out.samefile(source):
            fail("IN and OUT are the same file, and the labels in it would be lost. Choose another name for OUT.")
        by = _suggester(pipeline, model, scheme.default(), prompt, send)
        if model == models.THOROUGH:
            _tell_cost(sum(len(given["text"].split()) for given in wanted))
        labels, (name, version) = by.labels(scheme.default()), by.name
        heard = Heard()
        with closing(by), replacing(out) as file, progress("Suggesting") as step:
            for number, given in enumerate(wanted, 1):
                made = {k: given[k] for k in ("id", "text", *records.METADATA) if k in given}
                made |= {"layer": name, "kind": "model"} | ({"version": version} if version else {})
                where = f"Text “{given.get('id', number)}”"
                try:
                    answer = by.ask(given["text"], labels)
                except AnswerError as error:  # without a line: nothing was found is something else
                    heard.hear(where, error)
                else:
                    heard.hear(where, answer)
                    file.write(line_of(made | answer.record).decode())
                step(number, len(wanted))
            if wanted and heard.failed == len(wanted):
                fail(f"There was no answer at all, and {out} is as it was.")
    done = len(wanted) - heard.failed
    print(f"Wrote suggestions for {counted(done, 'text')} to {out}{heard.aside()}.")
    if heard.failed:
        raise typer.Exit(1)


@app.command()
def train(
    project: ProjectArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The trained model, when it is better.")],
    full: Annotated[
        bool, typer.Option("--full", help="Train the whole network (needs PyTorch; takes long). OUT is a new folder.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What it brought, as JSON.")] = False,
    layer: Annotated[
        str | None,
        typer.Option(help="gold, or an annotator's name (an imported one, too). Without it, gold and your own."),
    ] = None,
) -> None:
    """Trains on what is finished in a project; writes the model when it does better on articles held out."""
    import json

    from annotator.core.files import replacing
    from annotator.suggest.learned.model import shipped
    from annotator.suggest.training import TooLittle, gold_of
    from annotator.suggest.training import train as fit
    from annotator.team import members

    if full:
        _check_full(out)
    with errors_in_words():
        opened = open_at(project)
        gold = gold_of(opened, members.annotator(opened), layer)
        opened.close()
        try:
            with progress("Training") as step:
                if full:
                    from annotator.suggest.full_training import train_fully

                    outcome = train_fully(gold, out, progress=step)
                else:
                    outcome = fit(shipped(), gold, progress=step)
        except TooLittle as error:
            fail(str(error))
        if outcome.trained is not None:
            with replacing(out) as file:
                file.write(json.dumps(outcome.trained.as_json(), indent=1) + "\n")
    if as_json:
        print(json.dumps(outcome.as_json() | {"trained": outcome.better}))
    else:
        print(f"{outcome.articles:,} articles, {'a fourth' if full else 'each'} held out. {outcome.in_words()}")
        print(f"Wrote {out}." if outcome.better else "Nothing was written.")


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="What people decided, as `export` writes it.")],
    pipeline: PipelineOption = None,
    model: ModelOption = None,
    prompt: PromptOption = None,
    send: SendOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    replicates: Annotated[int, typer.Option(min=0, max=100_000, help="Samples for the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the samples.")] = 0,
) -> None:
    """Measures suggestions against gold: claims, every slot, entities, probabilities, and time."""
    import json

    from annotator.core import scheme
    from annotator.suggest.evaluation import as_text
    from annotator.suggest.evaluation import evaluate as measure

    with errors_in_words():
        records = _records(gold)
        if not any(record.get("claims") or record.get("mentions") for record in records):
            fail(
                f"“{gold}” holds no claims and no entities to compare with. `annotator export` writes what was decided."
            )
        by = _suggester(pipeline, model, scheme.default(), prompt, send)
        with closing(by), progress("Evaluating") as step:
            heard = Heard()
            found = measure(by, records, by.labels(scheme.default()), replicates, seed, step, heard.hear)
    print(json.dumps(found.as_json(), indent=1, ensure_ascii=False) if as_json else as_text(found))


def _records(source: Path) -> list[dict[str, Any]]:
    """The records of a JSONL file; what is wrong with it ends the command."""
    from annotator.core import record as records
    from annotator.formats.decoding import EncodingError, decode
    from annotator.formats.jsonl_format import objects

    try:
        lines = list(objects(decode(source.read_bytes()), str(source)))
    except EncodingError as error:
        fail(f"“{source}” {error}.")
    found = []
    for where, data in lines:
        try:
            found.append(records.checked(data if not isinstance(data, str) else None))
        except records.RecordError as error:
            fail(f"{where}: {data if isinstance(data, str) else error}. Nothing was written.")
    return found


def _check_full(out: Path) -> None:
    """Ends the command when the whole network cannot be trained here, or not to this folder."""
    from importlib.util import find_spec

    missing = [name for name in ("torch", "onnx") if find_spec(name) is None]
    if missing:
        fail(f"Full training needs {' and '.join(missing)}: `pip install '.[training]'` in Annotator's folder.")
    if out.exists():
        fail(f"“{out}” is there already. Give the name of a new folder.")
    if not out.resolve().parent.is_dir():
        fail(f"The folder “{out.resolve().parent}” is not there.")


def _tell_cost(words: int) -> None:
    """Says, before a long wait, how long it will be."""
    pace = models.speed()
    seconds = words / pace
    if seconds > 60:
        long = f"{seconds / 3600:.1f} hours" if seconds > 3600 else f"{seconds / 60:.0f} minutes"
        print(f"The thorough model does some {pace:,.0f} words a second here: {long} for this.", file=sys.stderr)


def _suggester(
    pipeline: str | None,
    model: str | None,
    scheme: Scheme,
    prompt: Path | None = None,
    send: bool = False,
    known: Knowledge | None = None,
) -> Suggests:
    """What a command's options name, as `_ours` or as a model of others. What is wrong with it ends the command."""
    from annotator.suggest.others.chosen import is_other

    if model is not None and is_other(model):
        if pipeline is not None:
            fail("--pipeline is for the models that come with Annotator.")
        return other_model(model, scheme, prompt, send)
    if prompt is not None or send:
        fail("--prompt and --send are for models of others.")
    return _ours(pipeline, model, known or Knowledge())


def _ours(pipeline: str | None, model: str | None, known: Knowledge) -> Suggester:
    """The suggester with a model of a name, or a trained one in a file or folder instead of what a project has trained;
    and with what a project knows."""
    from annotator.core.trained import TrainedError, read
    from annotator.suggest.learned.model import trained_at
    from annotator.suggest.suggester import suggester

    path = Path(model) if model is not None and model not in models.NAMES else None
    by = suggester(pipeline, models.QUICK if model is None or path else model)
    if model is not None and by.model is None:
        fail(f"“{model}” is for English, and the pipeline “{by.pipeline.name}” is for another language.")
    try:
        if path is None:
            return by.knowing(known)
        if not path.exists():
            fail(f"“{path}” is neither a model's name ({', '.join(models.NAMES)}) nor there.")
        if path.is_dir():
            return replace(by, model=trained_at(path)).knowing(known.untrained())
        return by.knowing(replace(known, trained=read(path)))
    except TrainedError as error:
        fail(f"“{model}” cannot be used: {error}" if path else f"The project's trained model cannot be used: {error}")

"""The card of a dataset: `README.md` with what Hugging Face's `load_dataset` needs, and what a reader wants to know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotator.core.scheme import Scheme
from annotator.datasets.plan import Plan
from annotator.datasets.recipe import BY_WORDS
from annotator.datasets.schema import COLUMNS

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9.-]*")  # as the hub has them: cc-by-4.0
_WHOSE = {
    "gold": "gold: what was adjudicated and finished",
    "editors": "every editor apart: a record for each editor who labelled an article",
    "model": "suggestions of a model, which nobody has looked at",
}


def card(name: str, scheme: Scheme, plan: Plan, without_text: bool, agreed: str = "") -> str:
    """The card in Markdown. All figures are counted from what was written; `agreed` says how far editors agree."""
    recipe, parts = plan.recipe, plan.recipe.parts
    total = sum((plan.counts[part] for part in parts), start=type(plan.counts[parts[0]])())
    lines = [*_yaml(plan), "", f"# {_plain(name)}", "", _summary(plan), ""]
    lines += ["## What is in it", "", _row("", *parts, "all"), _row(*["---"] * (len(parts) + 2))]
    first = ["articles", "records", "without claims", "claims", "entities"]
    for what in [*first, *sorted(what for what in total if what not in first)]:
        if not total[what]:
            continue
        lines.append(_row(_plain(what), *(f"{plan.counts[part][what]:,}" for part in parts), f"{total[what]:,}"))
    lines += ["", "## Labels", ""]
    lines.append(f"- Whose: {_WHOSE.get(recipe.layer, f'those of {recipe.layer}')}.")
    finished = "also layers that are not finished" if recipe.unfinished else "only finished layers"
    whole = "all suggestions of the newest model" if recipe.layer == "model" else finished
    lines.append(f"- What: {' and '.join(plan.labelled) or 'nothing'}, {whole}. What was not labelled is null.")
    if recipe.layer != "model" and "claims" in plan.labelled:
        lines.append(
            "- An article without claims is a negative: it was looked at and has none. "
            "Articles that nobody opened are not in it."
        )
    lines.append(
        "- `shown` names the models whose suggestions were there before an annotator began; `decision` and `origin` "
        "say of each label whether it was made, or taken from a suggestion as it was or changed."
    )
    if not recipe.names:
        lines.append("- Annotators are called A1, A2 …; their names are not in it.")
    if plan.left_out:
        left = "; ".join(f"{number:,} {what}" for what, number in sorted(plan.left_out.items()))
        lines.append(f"- Left out: {left}.")
    lines += ["", "## Splits", ""]
    shares = f"{recipe.folds} folds" if recipe.folds else " / ".join(str(share) for share in recipe.split if share)
    lines.append(
        f"{shares}, {BY_WORDS[recipe.by]}, seed {recipe.seed}. "
        "Articles whose word 5-grams have a Jaccard similarity of "
        f"{recipe.near:g} or more are in one cluster and one split ({len(plan.pairs):,} pairs; in two splits: "
        f"{len(plan.across):,}). `splits.csv` has them all."
    )
    if agreed:
        lines += ["", "## Agreement", "", "```", agreed, "```", "", "`agreement.json` has it for programs."]
    lines += ["", "## Columns", "", _row("column", "what"), _row("---", "---")]
    lines += [_row(f"`{column}`", what) for column, what in COLUMNS.items()]
    lines += [
        "",
        "Offsets count Unicode code points, the end is exclusive. A claim has `speaker`, `cue` and `content` as lists "
        "of `{start, end, text}`.",
        "",
        "## Scheme",
        "",
    ]
    lines.append(f"Entity labels: {', '.join(f'{label.name} ({_plain(label.title)})' for label in scheme.labels)}.")
    known = {f"label {label.name}" for label in scheme.labels}
    labels = sorted(what for what in total if what.startswith("label ") and what not in known)
    if strange := [what.removeprefix("label ") for what in labels]:
        lines.append(f"Also in it, from files of others: {', '.join(map(_plain, strange))}.")
    for attribute in scheme.attributes:
        values = ", ".join(value.name for value in attribute.values)
        lines.append(
            f"- {attribute.name} (of {'articles' if attribute.of == 'answers' else attribute.of + 's'}): "
            f"{_plain(attribute.title)}{': ' + values if values else ''}"
        )
    own = ", `guidelines.md` the project's own guidelines" if scheme.guidelines else ""
    lines += ["", f"`scheme.json` has all of it{own}.", ""]
    lines += ["## Files", "", *_files(plan, without_text), ""]
    if plan.findings:
        lines += ["## To be known before use", "", *(f"- {finding.what}." for finding in plan.findings), ""]
    lines += ["## Licence", ""]
    if recipe.licence:
        lines += [f"Of the texts: {_plain(recipe.licence)}.", ""]
    lines.append(
        "The texts are not in it: rows have places and a digest of the text, so that who has the texts can join them."
        if without_text
        else "The texts are their publishers'; whoever passes this dataset on must have the right to pass them on."
    )
    lines += [
        "",
        "## How it was made",
        "",
        "By Annotator; `manifest.json` has the recipe, the versions and the SHA-256 of each "
        "file. The same project and recipe give the same bytes.",
        "",
    ]
    return "\n".join(lines)


def _yaml(plan: Plan) -> list[str]:
    records = len(plan.chosen)
    size = next((name for most, name in _SIZES if records < most), "1M<n<10M")
    licence = plan.recipe.licence.lower()
    lines = [
        "---",
        f'license: "{licence if _IDENTIFIER.fullmatch(licence) else "other"}"',
        "task_categories:",
        "- token-classification",
        "size_categories:",
        f"- {size}",
    ]
    lines += ["configs:", "- config_name: default", "  data_files:"]
    for part in (name for name in plan.recipe.parts if plan.counts[name]["records"]):
        lines += [f"  - split: {part}", f"    path: data/{part}.parquet"]
    return [*lines, "---"]


def _files(plan: Plan, without_text: bool) -> Iterator[str]:
    """What lies beside the card."""
    recipe = plan.recipe
    yield "- `data/*.parquet`: a row for each record, a file for each split; `load_dataset` reads them with this card."
    about = {
        "jsonl": "the same in JSON, a line for each record",
        "spacy": "DocBins, and a configuration: `spacy train config.cfg` in that folder",
        "tokens": "an example for each cue, with BIO tags and offsets",
        "tables": "articles, layers, claims and entities, for people",
        "soft": "shares of the editors by value and by claim found, where several have finished an article",
    }
    for name in recipe.files:
        if name == "jsonl" or not without_text:
            yield f"- `{name}/`: {about[name]}."
    if recipe.formats and not without_text:
        yield f"- `interchange/`: for other tools ({', '.join(recipe.formats)})."
    yield "- `splits.csv`, `losses.csv` (what the other formats do not hold), `manifest.json`, `croissant.json`."


def _summary(plan: Plan) -> str:
    if "claims" not in plan.labelled:
        entities = sum(plan.counts[part]["entities"] for part in plan.recipe.parts)
        return f"{len(plan.split):,} news articles with {entities:,} named entities."
    claims = sum(plan.counts[part]["claims"] for part in plan.recipe.parts)
    return (
        f"{len(plan.split):,} news articles with {claims:,} claims: who (speaker) says (cue) what (content), quoted or "
        "reported, for or against whom."
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """A text from the project as one line that Markdown takes for nothing else."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|" else sign for sign in " ".join(text.split()))

"""spaCy's files: a folder of DocBins a split, and a configuration that trains on them as it is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from annotator.core.annotation import SLOTS
from annotator.core.record import Record
from annotator.datasets.choosing import plain_record
from annotator.datasets.plan import Plan

SPANS = "sc"  # the group that spaCy's span categorizer looks at
DOCS = 500  # of one file: a DocBin is held in memory as a whole
MAX_PIECE = 60  # tokens: longer pieces are no candidates of the span categorizer


def write_spacy(folder: Path, plan: Plan, examples: Iterable[Record]) -> list[str]:
    """Writes a split's documents: entities as `doc.ents` (missing where they were not labelled), the pieces of claims
    as spans. Returns what the documents do not hold, in words."""
    from spacy.tokens import DocBin

    from annotator.formats.spacy_format import doc_of

    folder.mkdir()
    lost: dict[str, int] = {}
    made: dict[str, DocBin] = {}
    numbers = dict.fromkeys(plan.recipe.parts, 0)
    unasked = 0  # of which nobody labelled the claims

    def new() -> DocBin:
        return DocBin(attrs=["ORTH", "SPACY", "ENT_TYPE", "ENT_IOB"])

    def put(name: str) -> None:
        numbers[name] += 1
        made.pop(name, new()).to_disk(folder / name / f"{numbers[name]:04}.spacy")

    for name in plan.recipe.parts:
        (folder / name).mkdir()
    for example in examples:
        doc, problems = doc_of(plain_record(example))
        if example["entities"] is None:
            doc.set_ents([], default="missing")
        if example["claims"] is None and "claims" in plan.labelled:
            unasked += 1
        pieces = [span for slot in SLOTS for span in _labelled(doc, slot)]
        # One group and no more: each costs as much as the rest of a document.
        doc.spans.clear()
        doc.spans[SPANS] = pieces
        name = example["split"]
        made.setdefault(name, new()).add(doc)
        if len(made[name]) >= DOCS:
            put(name)
        for problem in problems:
            what = problem.rpartition(") ")[2]
            lost[what] = lost.get(what, 0) + 1
    for name in plan.recipe.parts:
        if name in made or not numbers[name]:
            put(name)
    (folder / "config.cfg").write_text(_config(plan), "utf-8", newline="\n")
    said = [f"{number:,} × a span that {what}" for what, number in sorted(lost.items())]
    if unasked:
        said.append(f"{unasked:,} × that nobody labelled the claims of an example, which is as one without any")
    return said


def _labelled(doc, slot):  # type: ignore[no-untyped-def]
    from spacy.tokens import Span

    return [Span(doc, span.start, span.end, label=slot) for span in doc.spans[slot]]


def _config(plan: Plan) -> str:
    from spacy.cli.init_config import init_config

    pipeline = [*(["ner"] if "entities" in plan.labelled else []), *(["spancat"] if "claims" in plan.labelled else [])]
    config = init_config(lang="en", pipeline=pipeline or ["ner"], optimize="efficiency")
    parts = plan.recipe.parts
    config["paths"]["train"] = parts[0]
    # Never the test: what is chosen by it is no test any more.
    config["paths"]["dev"] = (
        "validation" if "validation" in parts and plan.counts["validation"]["articles"] else parts[0]
    )
    if "spancat" in pipeline:
        config["components"]["spancat"]["spans_key"] = SPANS
        config["components"]["spancat"]["suggester"] = {
            "@misc": "spacy.ngram_range_suggester.v1",
            "min_size": 1,
            "max_size": MAX_PIECE,
        }
    return str(config.to_str())

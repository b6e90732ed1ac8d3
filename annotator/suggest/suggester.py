"""From a text to a record of suggestions: entities of the pipeline, claims by rules, and their actors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from annotator.record import Record
from annotator.suggest import actors
from annotator.suggest.claims import extract
from annotator.suggest.pipeline import Pipeline
from annotator.text import Span

RULES = "rules-1"  # changes with what the rules find, so that layers made by different rules stay apart
MAX_MENTION = 200  # code points: what is longer is no name
MAX_RUN = 400
PIECE = 50_000  # code points parsed at once: memory stays bounded however long the text is


_RUN = re.compile(rf"\S{{{MAX_RUN},}}")


def model_name(pipeline: Pipeline) -> tuple[str, str]:
    """Name and version of the layers this pipeline makes."""
    return pipeline.name, f"{pipeline.version} {RULES}"


def suggest(pipeline: Pipeline, text: str, labels: Mapping[str, str]) -> Record:
    """`mentions` and `claims` suggested for a text (see `record`); `labels` turn the pipeline's labels into the
    scheme's, and labels that are not among them are left out."""
    names = actors.Names()
    mentions: list[dict[str, Any]] = []
    claims: list[dict[str, Any]] = []
    for offset, piece in pieces(text):
        doc = pipeline.nlp(piece)
        known = actors.entities_of(doc, names)
        for entity, actor in zip(known.spans, known.actors, strict=True):
            start, end = _inner(piece, entity.start_char, entity.end_char)
            if entity.label_ in labels and 0 < end - start <= MAX_MENTION:
                mention = {"start": start + offset, "end": end + offset, "label": labels[entity.label_]}
                mentions.append(mention | {"actor": _name(actor)})
        if not doc.has_annotation("DEP"):
            continue
        for claim in extract(doc):
            source = [t for s, e in claim.source for t in doc.char_span(s, e, alignment_mode="expand") or ()]
            claims.append(
                {
                    "source": _moved(claim.source, offset),
                    "cue": _moved(claim.cue, offset),
                    "content": _moved(claim.content, offset),
                    "mode": claim.mode,
                    "actor": _name(actors.actor_of_source(doc, source, known)),
                    "stance": None,
                    "target": None,
                    "score": claim.score,
                }
            )
    return {"mentions": mentions, "claims": claims}


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most `PIECE` code points with their offsets, cut behind a line break or at a space.

    Runs of `MAX_RUN` signs and more without white space are left out: no pipeline's tokenizer cuts them in linear time,
    and no English text has them.
    """
    start = 0
    for run in _RUN.finditer(text):
        yield from _cut(text, start, run.start())
        start = run.end()
    yield from _cut(text, start, len(text))


def _cut(text: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    while start < stop:
        end = min(stop, start + PIECE)
        if end < stop:
            cut = max(text.rfind("\n", start, end), text.rfind("\r", start, end))
            if cut <= start:
                cut = text.rfind(" ", start, end)
            end = cut + 1 if cut > start else end
        yield start, text[start:end]
        start = end


def _inner(text: str, start: int, end: int) -> Span:
    """A mention's edges as the guidelines want them: no white space, no possessive ending, no leading "the"."""
    for suffix in ("'s", "’s", "‘s"):
        if text[start:end].endswith(suffix):
            end -= len(suffix)
    if text[start:end].lower().startswith("the ") and end - start > 4:
        start += 4
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _name(actor: str | None) -> str | None:
    return actor if actor is not None and len(actor) <= MAX_MENTION else None


def _moved(spans: tuple[Span, ...], offset: int) -> list[list[int]]:
    return [[s + offset, e + offset] for s, e in spans]

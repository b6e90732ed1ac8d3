"""From a text to a record of suggestions: entities of the pipeline, claims by rules, and their actors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.record import Record
from annotator.suggest import actors
from annotator.suggest.claims import extract
from annotator.suggest.pipeline import Pipeline
from annotator.text import Span

RULES = "rules-1"  # changes with what the rules find, so that layers made by different rules stay apart
PIECE = 50_000  # code points parsed at once: memory stays bounded however long the text is


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
        known = actors.actors_of_entities(doc, names)
        for entity, actor in zip(doc.ents, known, strict=True):
            start, end = _inner(piece, entity.start_char, entity.end_char)
            if entity.label_ in labels and start < end:
                mention = {"start": start + offset, "end": end + offset, "label": labels[entity.label_], "actor": actor}
                mentions.append(mention)
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
                    "actor": actors.actor_of_source(doc, source, known),
                    "stance": None,
                    "target": None,
                    "score": claim.score,
                }
            )
    return {"mentions": mentions, "claims": claims}


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most `PIECE` code points with their offsets, cut behind a line break or at a space."""
    start = 0
    while start < len(text):
        end = min(len(text), start + PIECE)
        if end < len(text):
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


def _moved(spans: tuple[Span, ...], offset: int) -> list[list[int]]:
    return [[s + offset, e + offset] for s, e in spans]

"""Prodigy: JSONL, a line for each task with its spans, relations and the answer to it.

Lines about one text are one article, and its annotators have a layer each. What was rejected or ignored is nobody's
label. Written with tokens that end where spans do, so that each span is one of whole tokens.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from annotator.core.record import LeftOut, Record
from annotator.formats.jsonl_format import objects_in
from annotator.formats.losses import WORDLESS, Losses
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import Sample
from annotator.formats.star import LABELS, SLOT_LABEL, Link, Node, about, labels_of, named, nodes_of, said_of
from annotator.formats.tokens import tokens_of

ALONE = "prodigy"  # whose labels are that nothing names
WHOLE = ("relations", "ner_manual", "spans_manual")  # views in which all of a text is labelled
FINISHED = 1.0  # when the line does not say since when
_TECHNICAL = ("tokens", "answer", "config", "version")


def _recognises(sample: Sample) -> bool:
    first = sample.first_object
    if first is None or not isinstance(first.get("text"), str):
        return False
    if "_input_hash" in first or "_task_hash" in first or "_view_id" in first:
        return True
    spans = first.get("spans")
    return isinstance(spans, list) and ("tokens" in first or "answer" in first) and all(map(_is_span, spans))


def _is_span(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("start"), int) and isinstance(one.get("end"), int)


@dataclass(slots=True)
class _Text:
    """What the lines about one text say: its article, and the labels by annotator."""

    where: str
    article: Record
    layers: dict[str, Record] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    texts: dict[Any, _Text] = {}
    for where, data in objects_in(sample):
        if isinstance(data, str) or not isinstance(data.get("text"), str):
            yield where, data
            continue
        meta = data.get("meta")
        ours = meta.get("annotator") if isinstance(meta, dict) else None
        if isinstance(ours, dict):
            record, left_out = _labelled(data)
            yield from ((where, LeftOut(what)) for what in left_out)
            yield where, {"text": data["text"]} | ours | record
            continue
        key = data["text"]
        if key not in texts:
            texts[key] = _Text(where, _article(data))
        _add(texts[key], data, sample.reading.annotator)
    for one in texts.values():
        for what, number in sorted(one.left_out.items()):
            yield one.where, LeftOut(f"{number:,} × {what}: not read")
        for record in one.layers.values():
            yield one.where, one.article | record
        if not one.layers:
            yield one.where, one.article


def _article(data: Record) -> Record:
    """The article of a line: its text, and as metadata what is neither a label nor a detail of the view."""
    used = (*_TECHNICAL, "spans", "relations")
    made = {name: value for name, value in data.items() if name not in used and not name.startswith("_")}
    return {name: value for name, value in made.items() if value is not None}


def _add(one: _Text, data: Record, annotator: str | None) -> None:
    answer = data.get("answer", "accept")
    spans = [span for span in data.get("spans") or () if _is_span(span)]
    if answer != "accept":
        if spans:
            one.left_out[f"span of a line that was answered “{answer}”"] += len(spans)
        return
    for name, what in (("accept", "choice"), ("label", "label of the text as a whole")):
        if data.get(name):
            one.left_out[what] += len(data[name]) if isinstance(data[name], list) else 1
    if odd := len(data.get("spans") or ()) - len(spans):
        one.left_out["span whose place is no two whole numbers"] += odd
    if _article(data) != one.article:
        one.left_out["further metadata of another line about the same text"] += 1
    unlabelled = sum(not isinstance(span.get("label"), str) for span in spans)
    if unlabelled:
        one.left_out["span without a label"] += unlabelled
    if refused := sum(map(_is_refused, spans)):
        one.left_out["span that was rejected or ignored"] += refused
    record, left_out = _labelled(data)
    for what in left_out:
        one.left_out[what.removesuffix(": not read").partition(" × ")[2]] += int(what.split(" ")[0].replace(",", ""))
    view = data.get("_view_id")
    whose = annotator or str(data.get("_annotator_id") or data.get("_session_id") or ALONE)
    if not record["mentions"] and not record["claims"] and view not in WHOLE:
        return
    there = one.layers.setdefault(whose, {"layer": whose, "kind": "annotator", "mentions": [], "claims": []})
    for kind in ("mentions", "claims"):
        known = {orjson.dumps(item) for item in there[kind]}
        there[kind] += [item for item in record[kind] if orjson.dumps(item) not in known]
    if view in WHOLE and not one.left_out:
        at = data.get("_timestamp")
        known_time = isinstance(at, int | float) and not isinstance(at, bool) and 0 < at < 1e11
        there["finished"] = float(at or 0) if known_time else FINISHED


def _is_refused(span: Record) -> bool:
    """Whether a span has an answer of its own that does not take it."""
    return span.get("answer", "accept") != "accept"


def _labelled(data: Record) -> tuple[Record, list[str]]:
    """The labels of a line, and what of them stays out."""
    nodes: list[Node] = []
    anchors: dict[int, int] = {}
    links: list[Link] = []
    at: dict[tuple[Any, Any], int] = {}
    of_token: dict[Any, int] = {}
    for span in data.get("spans") or ():
        if not _is_span(span) or not isinstance(span.get("label"), str) or _is_refused(span):
            continue
        number = span.get("claim")
        node = Node(span["start"], span["end"], span["label"], said_of(span.get("said")))
        nodes.append(node)
        here = len(nodes) - 1
        at.setdefault((node.start, node.end), here)
        if isinstance(span.get("token_end"), int):
            of_token.setdefault(span["token_end"], here)
        if isinstance(number, int) and node.label in LABELS:
            if number in anchors:
                links.append((anchors[number], here, node.label))
            else:
                anchors[number] = here
    lost: Counter[str] = Counter()
    relations = data.get("relations")
    for relation in relations if isinstance(relations, list) and not anchors else ():
        if not isinstance(relation, dict):
            continue
        ends = []
        for end in ("head", "child"):
            span = relation.get(f"{end}_span")
            place = (span["start"], span["end"]) if isinstance(span, dict) and _is_span(span) else None
            token = relation.get(end)
            ends.append(at.get(place) if place in at else of_token.get(token) if isinstance(token, int) else None)
        if None in ends:
            lost[str(relation.get("label"))] += 1
        else:
            links.append((*ends, str(relation.get("label"))))  # type: ignore[arg-type]
    record, untied = labels_of(nodes, links)
    return record, named(untied + lost, "relation")


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    with path.open("wb") as file:
        for record in records:
            file.write(orjson.dumps(_line(record), option=orjson.OPT_APPEND_NEWLINE))
    return []


def _line(record: Record) -> Record:
    nodes, links = nodes_of(record)
    text = record["text"]
    tokens = tokens_of(text, [(node.start, node.end) for node in nodes])
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    spans = []
    for node in nodes:
        span: Record = {"start": node.start, "end": node.end, "label": node.label}
        span |= {"token_start": bisect_left(starts, node.start), "token_end": bisect_left(ends, node.end)}
        if node.claim is not None:
            span["claim"] = node.claim
        if node.facts:
            span["said"] = node.facts
        spans.append(span)
    short = [{k: s[k] for k in ("start", "end", "token_start", "token_end", "label")} for s in spans]
    return {
        "text": text,
        "tokens": [
            {"text": text[a:b], "start": a, "end": b, "id": n, "ws": text[b : b + 1] == " "}
            for n, (a, b) in enumerate(tokens)
        ],
        "spans": spans,
        "relations": [
            # Prodigy names the last token of a span.
            {"head": spans[a]["token_end"], "child": spans[b]["token_end"]}
            | {"head_span": short[a], "child_span": short[b], "label": slot}
            for a, b, slot in links
        ],
        "answer": "accept",
        "_view_id": "spans_manual",
        "_annotator_id": record.get("layer") or ALONE,
        "meta": {"annotator": about(record)},
    }


FORMAT = Format(
    name="prodigy",
    title="Prodigy: JSONL with spans and relations",
    suffixes=(".jsonl",),
    recognises=_recognises,
    read=_read,
    write=_write,
    losses=Losses(others=(SLOT_LABEL, WORDLESS)),
    not_read=(
        "lines that were rejected or ignored",
        "choices, and labels of a text as a whole, which stay with the metadata",
        "relations other than those that tie the pieces of a claim together",
        "tokens, hashes and settings of the view",
    ),
)

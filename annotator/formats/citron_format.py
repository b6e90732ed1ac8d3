"""Citron: quotations in JSON, a file for each text, with the source, the cue and the content of each.

Its cue is one span, and there is none without it. Entities and what is said of a claim have no place there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from annotator.core.annotation import SLOTS
from annotator.core.record import LeftOut, Record
from annotator.formats.jsonl_format import objects_in
from annotator.formats.losses import Loss, Losses, leaving
from annotator.formats.offsets import Quoted, proven
from annotator.formats.places import layer_file
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import Sample, each
from annotator.formats.star import about

ALONE = "citron"  # whose quotations they are where nothing says so
_OURS: dict[str, str] = {"sources": "source", "contents": "content"}


def _is_document(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("text"), str) and isinstance(data.get("quotes"), list)


def _recognises(sample: Sample) -> bool:
    if not sample.is_folder:
        return _is_document(sample.first_object)
    first = next(iter(_files(sample.path)), None)
    return first is not None and _is_document(Sample(first).first_object)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    if sample.is_folder:
        yield from each(_files(sample.path), sample.reading, lambda file: _read_file(file, file.path.stem))
    else:
        yield from _read_file(sample, None)


def _read_file(file: Sample, key: str | None) -> Iterator[tuple[str, Outcome]]:
    """A file's documents; `key` is what one is called that does not say it."""
    for where, data in objects_in(file):
        if isinstance(data, str) or not _is_document(data):
            yield where, data
            continue
        record, left_out = _record(data)
        for what in left_out:
            yield where, LeftOut(what)
        ours = data.get("annotator")
        if isinstance(ours, dict):
            whole = {"finished": None} if left_out else {}
            yield where, {"text": data["text"]} | ours | record | whole
            continue
        rest = {k: v for k, v in data.items() if k not in ("quotes", "text", "coreference_groups")}
        whose = file.reading.annotator or ALONE
        called = {"id": key} if key and data.get("id") is None else {}
        yield where, called | rest | record | {"text": data["text"], "layer": whose, "kind": "annotator"}


def _record(data: Record) -> tuple[Record, list[str]]:
    """The claims of a document, and what of it stays out."""
    text, left_out = data["text"], []
    spans: list[tuple[int, str, Quoted]] = []
    claims: list[Record] = []
    for number, quote in enumerate(data["quotes"], 1):
        if not isinstance(quote, dict):
            left_out.append(f"quotation {number} is no object; it stays out")
            continue
        claim: Record = {slot: [] for slot in SLOTS}
        if isinstance(quote.get("confidence"), int | float):
            claim["score"] = quote["confidence"]
        held = [("cue", quote.get("cue"))]
        held += [(slot, one) for name, slot in _OURS.items() for one in _listed(quote.get(name))]
        for slot, span in held:
            if isinstance(span, dict) and type(span.get("start")) is int and type(span.get("end")) is int:
                words = span.get("text")
                quoted = Quoted(((span["start"], span["end"]),), words if isinstance(words, str) else None)
                spans.append((len(claims), slot, quoted))
            elif span is not None:
                left_out.append(f"the {slot} of quotation {number} is no span; it stays out")
        claims.append(claim)
    _, places = proven(text, [quoted for _, _, quoted in spans])
    for (number, slot, quoted), place in zip(spans, places, strict=True):
        if place is None:
            left_out.append(f"the {slot} {list(quoted.pieces[0])} does not cover its words “{str(quoted.words)[:60]}”")
        else:
            claims[number][slot].append(list(place[0]))
    for claim in claims:
        for slot in SLOTS:
            claim[slot].sort()
    if groups := data.get("coreference_groups"):
        left_out.append(f"{len(groups):,} × group of coreferences: not read")
    return {"claims": [c for c in claims if any(c[slot] for slot in SLOTS)]}, left_out


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _one_cue(record: Record, tell: Callable[[str], None]) -> Record:
    claims = []
    for number, claim in enumerate(record["claims"], 1):
        if len(claim["cue"]) > 1:
            tell(f"claim {number}")
        claims.append(claim | {"cue": claim["cue"][:1]})
    return record | {"claims": claims}


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    for record in records:
        text = record["text"]

        def spans(pieces: Iterable[Any], text: str = text) -> list[Record]:
            return [{"start": start, "end": end, "text": text[start:end]} for start, end in pieces]

        quotes = []
        for number, claim in enumerate(record["claims"]):
            quote = {"id": number, "cue": spans(claim["cue"])[0], "sources": spans(claim["source"])}
            quote["contents"] = spans(claim["content"])
            if claim.get("score") is not None:
                quote["confidence"] = claim["score"]
            quotes.append(quote)
        data = {"text": text, "quotes": quotes, "annotator": about(record)}
        layer_file(path, record, ".json").write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2))
    return []


FORMAT = Format(
    name="citron",
    title="Citron: quotations, a JSON file for each text",
    recognises=_recognises,
    read=_read,
    write=_write,
    losses=Losses(
        claims=("actor", "mode", "stance", "target", "note", "implicit", "attributes"),
        no=("mentions",),
        others=(
            leaving("claims", "a claim without a cue", lambda record, claim: None if claim["cue"] else "no cue"),
            Loss("further pieces of a cue", _one_cue),
        ),
    ),
    not_read=("coreferences",),
    folder=True,
    owns=lambda folder, file: file.suffix == ".json",
)

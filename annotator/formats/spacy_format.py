"""spaCy's DocBin: entities as `doc.ents`, the claims' slots as span groups, and all of the record in `doc.user_data`.

Groups: `source`, `cue` and `content` hold the pieces of all claims; a piece's `id_` is the number of its claim in the
article, from 0. `doc.user_data["annotator"]` is the article's record. Tokens are those of spaCy's blank pipeline of the
article's language. Of what another program wrote, the entities are read.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.core.annotation import SLOTS
from annotator.core.record import LeftOut, Record
from annotator.core.text import trimmed
from annotator.formats.packing import room_for
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample, in_words

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


def _recognises(sample: Sample) -> bool:
    """A DocBin is a map packed by zlib, whose first keys are those of its kind."""
    try:
        first = zlib.decompressobj().decompress(sample.head, 200)
    except zlib.error:
        return sample.suffix == ".spacy"
    return b"version" in first[:12] and b"attrs" in first


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    """Writes a Doc for each. Returns, in words, the spans that are not on token edges or overlap another entity: they
    stand in the record only."""
    from spacy.tokens import DocBin

    made = DocBin(attrs=["ORTH", "SPACY", "ENT_TYPE", "ENT_IOB"], store_user_data=True)
    problems: list[str] = []
    for record in records:
        doc, left_out = doc_of(record)
        made.add(doc)
        problems += left_out
    made.to_disk(path)
    return problems


def doc_of(record: Record) -> tuple[Doc, list[str]]:
    """The Doc of a record, in the language that its metadata say, and what it cannot hold."""
    from spacy.tokens import SpanGroup
    from spacy.util import filter_spans

    text = record["text"]
    doc = blank(language_of(record)).make_doc(text)
    problems = []

    def off_edges(what: str, start: int, end: int, why: str) -> str:
        return f"{record['id']}: {what} “{text[start:end]}” [{start}, {end}) {why}"

    entities = []
    for mention in record["mentions"]:
        asked = mention["start"], mention["end"]
        bare = trimmed(text, asked)  # spaCy takes no entity that begins or ends with white space
        span = doc.char_span(*bare, label=mention["label"]) if bare[0] < bare[1] else None
        if span is None:
            why = "is not on token edges" if bare[0] < bare[1] else "is white space"
            problems.append(off_edges("entity", *asked, why))
            continue
        entities.append(span)
        if bare != asked:
            problems.append(off_edges("entity", *asked, "begins or ends with white space, which was left off"))
    kept = filter_spans(entities)
    places = {(span.start, span.end, span.label) for span in kept}
    for span in entities:
        if (span.start, span.end, span.label) not in places:
            problems.append(off_edges("entity", span.start_char, span.end_char, "overlaps a longer one"))
    doc.ents = tuple(kept)
    for slot in SLOTS:
        group = []
        for number, claim in enumerate(record["claims"]):
            for start, end in claim[slot]:
                span = doc.char_span(
                    start, end, label=claim["mode"] if slot == "content" else slot, span_id=str(number)
                )
                if span is None:
                    problems.append(off_edges(f"{slot} of claim {number + 1}", start, end, "is not on token edges"))
                else:
                    group.append(span)
        doc.spans[slot] = SpanGroup(doc, name=slot, spans=group)
    doc.user_data["annotator"] = json.dumps(record, ensure_ascii=False)
    return doc, problems


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """A record for each Doc. Raises FormatError."""
    from spacy.tokens import DocBin

    data = sample.data()
    with in_words("DocBin of spaCy's"):
        unpacking = zlib.decompressobj()
        unpacking.decompress(data, room_for(data))
        if unpacking.unconsumed_tail:
            raise FormatError("unpacks to far more than its size; not read")
        # Its strings are JSON, the rest numbers and plain values: nothing in a DocBin is evaluated.
        for number, doc in enumerate(DocBin().from_bytes(data).get_docs(blank().vocab), 1):
            where = f"{sample.name}, document {number}"
            record, left_out = _record_of(doc, f"{sample.path.stem}-{number}")
            for what in left_out:
                yield where, LeftOut(what)
            yield where, record


def _record_of(doc: Doc, key: str) -> tuple[Record, list[str]]:
    """What a Doc says, and what of it stays out. Ours has its record with it."""
    kept = doc.user_data.get("annotator")
    if isinstance(kept, str):
        try:
            record = json.loads(kept)
            if isinstance(record, dict) and record.get("text") == doc.text:
                return record, []
        except (ValueError, RecursionError):
            pass
    mentions = [{"start": e.start_char, "end": e.end_char, "label": e.label_ or "ENTITY"} for e in doc.ents]
    left_out = []
    if known := sum(1 for entity in doc.ents if entity.kb_id_):
        left_out.append(f"{known:,} × id in a knowledge base: not read")
    if doc.cats:
        left_out.append(f"{len(doc.cats):,} × label of the text as a whole: not read")
    others = {name: len(group) for name, group in doc.spans.items() if len(group)}
    for name, number in sorted(others.items()):
        left_out.append(f"{number:,} × span of the group “{name}”: not read")
    return {"id": key, "text": doc.text, "mentions": mentions}, left_out


def language_of(record: Record) -> str:
    """The language of an article by its metadata, as "de"; English where they say nothing."""
    extra = record.get("extra")
    said = (extra.get("language") or extra.get("lang")) if isinstance(extra, dict) else None
    return said[:2].lower() if isinstance(said, str) and re.fullmatch(r"[A-Za-z]{2}(?:[-_].*)?", said) else "en"


@lru_cache(maxsize=20)
def blank(language: str = "en") -> Language:
    """spaCy's blank pipeline of a language; that for any language where there is none."""
    import spacy

    try:
        nlp = spacy.blank(language)
    except ImportError:  # no such language, or its tokenizer is not installed
        nlp = spacy.blank("xx")
    nlp.max_length = 10**9
    return nlp


FORMAT = Format(
    binary=True,
    name="spacy",
    title="spaCy DocBin: for training",
    suffixes=(".spacy",),
    recognises=_recognises,
    read=_read,
    write=_write,
    not_read=("span groups of other programs", "knowledge base ids"),
)

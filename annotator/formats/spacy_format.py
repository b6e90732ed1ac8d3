"""spaCy's DocBin: entities as `doc.ents`, the claims' slots as span groups, and all of the record in `doc.user_data`.

Groups: `source`, `cue` and `content` hold the pieces of all claims; a piece's `id_` is the number of its claim in
the article, from 0. `doc.user_data["annotator"]` is the article's record. Tokens are those of spaCy's blank English.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.core.annotation import SLOTS
from annotator.core.record import Record
from annotator.core.text import trimmed

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

NAME = "spaCy DocBin: for training"
SUFFIXES = (".spacy",)


def write(path: Path, records: Iterable[Record]) -> tuple[list[str], list[bytes]]:
    """Writes a Doc for each. The problems are, in words, the spans that are not on token edges or overlap another
    entity: they stand in the record only."""
    from spacy.tokens import DocBin

    nlp = _blank()
    made = DocBin(attrs=["ORTH", "SPACY", "ENT_TYPE", "ENT_IOB"], store_user_data=True)
    problems: list[str] = []
    fingerprints = []
    for record in records:
        doc, left_out = doc_of(nlp, record)
        made.add(doc)
        problems += left_out
        fingerprints.append(_fingerprint(doc))
    made.to_disk(path)
    return problems, fingerprints


def doc_of(nlp: Language, record: Record) -> tuple[Doc, list[str]]:
    """The Doc of a record, and what it cannot hold."""
    from spacy.tokens import SpanGroup
    from spacy.util import filter_spans

    text = record["text"]
    doc = nlp.make_doc(text)
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


def read_back(path: Path) -> Iterator[bytes]:
    """The fingerprint of each Doc in the file."""
    from spacy.tokens import DocBin

    for doc in DocBin().from_disk(path).get_docs(_blank().vocab):
        yield _fingerprint(doc)


def _fingerprint(doc: Doc) -> bytes:
    """The same for Docs with the same text, entities, groups and record."""
    groups = {k: [(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans[k]] for k in sorted(doc.spans)}
    entities = [(e.start_char, e.end_char, e.label_) for e in doc.ents]
    facts = repr((doc.text, entities, groups, doc.user_data["annotator"]))
    return hashlib.blake2b(facts.encode(), digest_size=16).digest()


def _blank() -> Language:
    import spacy

    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    return nlp

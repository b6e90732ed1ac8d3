"""A record as a UIMA CAS and back: the common ground of CAS JSON and XMI, read and written by dkpro-cassis.

A claim is a `custom.Attribution` at its anchor with links to its pieces, each with its role; an entity a DKPro
`NamedEntity`. What is said of the record as a whole is a `custom.Record`. Offsets are cassis' business: UTF-16 in
files, code points here.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import orjson

from annotator.core.annotation import SLOTS
from annotator.core.record import Record
from annotator.formats.losses import WORDLESS, Losses
from annotator.formats.registry import Outcome
from annotator.formats.sample import FormatError, Sample
from annotator.formats.star import about, facts, pieces
from annotator.formats.tokens import sentences_of, tokens_of

ALONE = "uima"  # whose annotations they are that no file of ours says
CLAIM, PIECE, LINK, RECORD = "custom.Attribution", "custom.Piece", "custom.AttributionSlotsLink", "custom.Record"
_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."
ENTITY = f"{_DKPRO}ner.type.NamedEntity"
SENTENCE, TOKEN = f"{_DKPRO}segmentation.type.Sentence", f"{_DKPRO}segmentation.type.Token"
TEXTS = ("mode", "actor", "stance", "target", "note", "attributes")
# Types that say how a text is built or parsed, and nothing that an editor has labelled.
_STRUCTURE = re.compile(
    r"\.(?:Token|Sentence|Paragraph|Heading|Document|Lemma|Stem|Compound\w*|Split|Morph\w*|MorphologicalFeatures|POS\w*"
    r"|Frequency|Tfidf|\w*Anomaly|SurfaceForm|DocumentAnnotation|DocumentMetaData|TagsetDescription|TagDescription|Div|Constituent|ROOT|PennTree"
    r"|\w*Dependency|ROOT|SofaChangeAnnotation|LanguageIdentification|SuggestedAction)$"
    r"|\.pos\.|\.pos\.tag\.|\.constituent\.|\.dependency\.|\.morph\.|^uima\.tcas\.DocumentAnnotation$"
)
_PLAIN = re.compile(r"\.(?:Token|Sentence|Paragraph|DocumentAnnotation|DocumentMetaData|Tag\w*Description)$")
LOSSES = Losses(mentions=("score", "attributes"), others=(WORDLESS,))
NOT_READ = (
    "relations, chains and links of others",
    "features of others beside a label",
    "annotations of no length",
    "tokens, sentences and what parsers add",
)


def _cassis() -> Any:
    try:
        import cassis
    except ImportError as error:
        raise FormatError("needs dkpro-cassis: `pip install 'annotator[formats]'`") from error
    return cassis


@cache
def type_system() -> Any:
    """Our types with DKPro's that INCEpTION knows."""
    cassis = _cassis()
    made = cassis.TypeSystem()
    for name in (SENTENCE, TOKEN, PIECE):
        made.create_type(name=name, supertypeName="uima.tcas.Annotation")
    entity = made.create_type(name=ENTITY, supertypeName="uima.tcas.Annotation")
    for name in ("value", "identifier"):
        made.create_feature(entity, name, "uima.cas.String")
    link = made.create_type(name=LINK, supertypeName="uima.cas.TOP")
    made.create_feature(link, "role", "uima.cas.String")
    made.create_feature(link, "target", PIECE)
    claim = made.create_type(name=CLAIM, supertypeName="uima.tcas.Annotation")
    for name in TEXTS:
        made.create_feature(claim, name, "uima.cas.String")
    made.create_feature(claim, "implicit", "uima.cas.Boolean")
    made.create_feature(claim, "score", "uima.cas.Double")
    made.create_feature(claim, "slots", "uima.cas.FSArray", elementType=LINK)
    record = made.create_type(name=RECORD, supertypeName="uima.tcas.Annotation")
    made.create_feature(record, "about", "uima.cas.String")
    return made


def cas_of(record: Record) -> Any:
    """The CAS of a record."""
    cassis = _cassis()
    types = type_system()
    new = {name: types.get_type(name) for name in (SENTENCE, TOKEN, ENTITY, CLAIM, PIECE, LINK, RECORD)}
    cas = cassis.Cas(typesystem=types)
    text = record["text"]
    cas.sofa_string = text
    cas.sofa_mime = "text/plain"
    made = [new[RECORD](begin=0, end=len(text), about=orjson.dumps(about(record)).decode())]
    tokens = tokens_of(text)
    made += [new[TOKEN](begin=start, end=end) for start, end in tokens]
    for first, last in sentences_of(text, tokens):  # they begin and end with tokens, as INCEpTION wants it
        made.append(new[SENTENCE](begin=tokens[first][0], end=tokens[last - 1][1]))
    for mention in record["mentions"]:
        entity = new[ENTITY](begin=mention["start"], end=mention["end"], value=mention["label"])
        entity.identifier = mention.get("actor")
        made.append(entity)
    for claim in record["claims"]:
        links = []
        for slot, start, end in pieces(claim):
            piece = new[PIECE](begin=start, end=end)
            made.append(piece)
            links.append(new[LINK](role=slot, target=piece))
        anchor = links[0].target
        node = new[CLAIM](begin=anchor.begin, end=anchor.end)
        for name, value in facts(claim).items():
            setattr(node, name, orjson.dumps(value).decode() if name == "attributes" else value)
        node.slots = types.get_type("uima.cas.FSArray")(elements=links)
        made.append(node)
    cas.add_all(made)
    return cas


def records_of(cas: Any, name: str, sample: Sample) -> Iterator[tuple[str, Outcome | list[str]]]:
    """The records of a CAS, one for each of its texts, and (as lists) what stays out of them."""
    views = [view for sofa in cas.sofas if (view := cas.get_view(sofa.sofaID)).sofa_string]
    for number, view in enumerate(views, 1):
        where = name if len(views) == 1 else f"{name}, text {number}"
        text = view.sofa_string
        found = list(view.select_all_annotations())
        ours = [one for one in found if one.type.name == RECORD]
        others: Counter[str] = Counter()
        mentions, claims = [], []
        for one in found:
            kind = one.type.name
            if kind in (RECORD, PIECE) or not hasattr(one, "begin"):
                continue
            if _STRUCTURE.search(kind):
                if not _PLAIN.search(kind):
                    others["what parsers add"] += 1
                continue
            if kind == CLAIM:
                claims.append(_claim(one))
            elif any(hasattr(one, feature) for feature in ("Dependent", "Governor", "dependent", "governor")):
                others[f"relation ({one.type.short_name})"] += 1
            elif not isinstance(one.begin, int) or not isinstance(one.end, int) or one.begin >= one.end:
                others[f"annotation of no length ({one.type.short_name})"] += 1
            else:
                mentions.append(_mention(one, kind))
                for name, value in _features(one):
                    if _is_links(value):
                        others[f"slot with links ({one.type.short_name})"] += 1
                    elif name not in ("value", "label", "identifier") and isinstance(value, str | int | float):
                        others[f"feature beside a label ({one.type.short_name}: {name})"] += value not in ("", False)
        record: Record = {"text": text, "mentions": mentions, "claims": claims}
        left_out = [f"{count:,} × {what}: not read" for what, count in sorted((+others).items())]
        if ours:
            try:
                said = orjson.loads(ours[0].about or "{}")
            except (ValueError, TypeError):
                said = {}
            yield where, left_out
            yield where, record | (said if isinstance(said, dict) else {}) | ({"finished": None} if left_out else {})
        else:
            key = sample.path.stem if len(views) == 1 else f"{sample.path.stem}-{number}"
            whose = {"layer": sample.reading.annotator or ALONE, "kind": "annotator"} if mentions or claims else {}
            yield where, left_out
            yield where, {"id": key} | record | whose


def _claim(one: Any) -> Record:
    claim: Record = {slot: [] for slot in SLOTS}
    for link in getattr(one.slots, "elements", one.slots) or ():
        target = getattr(link, "target", None)
        if link.role in SLOTS and target is not None:
            claim[link.role].append([target.begin, target.end])
    for slot in SLOTS:
        claim[slot].sort()
    for name in (*TEXTS, "implicit", "score"):
        value = getattr(one, name, None)
        if value is None or value == "" or value is False:
            continue
        if name == "attributes":
            try:
                value = orjson.loads(value)
            except ValueError:
                continue
        claim[name] = value
    return claim


def _mention(one: Any, kind: str) -> Record:
    label = getattr(one, "value", None) or getattr(one, "label", None)
    if not isinstance(label, str) or not label.strip():
        label = kind.rpartition(".")[2]
    actor = getattr(one, "identifier", None) if kind == ENTITY else None
    return {"start": one.begin, "end": one.end, "label": label} | ({"actor": actor} if actor else {})


def _features(one: Any) -> Iterator[tuple[str, Any]]:
    for feature in one.type.all_features:
        if feature.name not in ("sofa", "begin", "end"):
            yield feature.name, getattr(one, feature.name, None)


def _is_links(value: Any) -> bool:
    elements = getattr(value, "elements", value)
    return isinstance(elements, list | tuple) and any(hasattr(one, "role") for one in elements)


def warned(found: Iterable[warnings.WarningMessage]) -> list[str]:
    """What cassis warned of while it read: types that it does not know, and leaves out."""
    said = dict.fromkeys(" ".join(str(one.message).split()) for one in found if issubclass(one.category, UserWarning))
    return [f"{what[:200]} It is not read" for what in said]

"""W3C Web Annotation: JSON-LD beside the plain texts that it annotates, one annotation for each entity and each claim.

A claim's pieces are the targets of its annotation, each with its role; what is said of it stands in a body. Positions
count the code points of the text file, as the model asks; others' are proven by their quotations.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import NAMESPACE_URL

import orjson

from annotator.core.annotation import SLOTS
from annotator.core.record import LeftOut, Record
from annotator.formats.decoding import decode
from annotator.formats.losses import WORDLESS, Losses
from annotator.formats.offsets import Quoted, proven
from annotator.formats.places import layer_file, text_file
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample, each, loads
from annotator.formats.star import about, facts, pieces, said_of

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
OURS = "urn:annotator:"  # the vocabulary of what the model has no words for
AROUND = 32  # code points of what stands before and behind a quotation
ALONE = "w3c"  # whose annotations they are that name nobody
SUFFIX = ".jsonld"


def _is_annotation(data: Any) -> bool:
    return isinstance(data, dict) and "target" in data and _has_type(data, "Annotation")


def _has_type(data: Record, name: str) -> bool:
    said = data.get("type", data.get("@type"))
    kinds = said if isinstance(said, list) else [said]
    return any(str(kind).rpartition("#")[2].rpartition(":")[2] == name for kind in kinds)


def _recognises(sample: Sample) -> bool:
    if sample.is_folder:
        return next(sample.path.rglob(f"*{SUFFIX}"), None) is not None
    first = sample.first_object
    return first is not None and (_is_annotation(first) or _has_type(first, "AnnotationPage"))


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """Raises FormatError."""
    if sample.is_folder:
        yield from each(sorted(sample.path.rglob(f"*{SUFFIX}")), sample.reading, _read)
        return
    try:
        data = loads(sample.text())
    except ValueError as error:
        raise FormatError(f"is not JSON ({error})") from error
    page = data if isinstance(data, dict) and not _is_annotation(data) else {}
    found = page.get("items") if page else data if isinstance(data, list) else [data]
    items = [one for one in found if _is_annotation(one)] if isinstance(found, list) else []
    if isinstance(found, list) and len(items) < len(found):
        yield sample.name, LeftOut(f"{len(found) - len(items):,} × item that is no annotation: not read")
    # By the text that they are about; that has to be a file beside this one.
    by_source: dict[str, list[Record]] = {}
    for one in items:
        by_source.setdefault(_source(one), []).append(one)
    ours = page.get(f"{OURS}record")
    if isinstance(ours, dict) and not items:
        by_source[str(page.get(f"{OURS}text"))] = []
    for source, held in by_source.items():
        text = _text_beside(sample, source)
        if text is None:
            yield (
                sample.name,
                LeftOut(f"{len(held):,} × annotation of “{source[:80]}”, whose text is not beside it: not read"),
            )
            continue
        record, left_out = _labelled(text, held)
        for what in left_out:
            yield sample.name, LeftOut(what)
        whole = {"finished": None} if left_out else {}
        if isinstance(ours, dict):
            yield sample.name, {"text": text} | ours | record | whole
        else:
            whose = sample.reading.annotator or ALONE
            yield (
                sample.name,
                {"id": PurePosixPath(source).stem, "text": text, "layer": whose, "kind": "annotator"} | record,
            )


def _source(one: Record) -> str:
    target = one["target"]
    first = (target[0] if target else {}) if isinstance(target, list) else target
    return str(first.get("source", first.get("id", ""))) if isinstance(first, dict) else str(first)


def _text_beside(sample: Sample, source: str) -> str | None:
    """The text of a file beside the annotations; of nothing else, be it a path or an address."""
    name = PurePosixPath(source).name
    file = sample.path.with_name(name) if name and name == source else None
    if file is None or file.suffix.lower() != ".txt" or not file.is_file() or file.is_symlink():
        return None
    return decode(Sample(file).data(), sample.reading.windows_1252)


def _labelled(text: str, items: list[Record]) -> tuple[Record, list[str]]:
    """The labels that annotations are, and what of them stays out."""
    targets: list[tuple[int, str, Quoted]] = []
    others: Counter[str] = Counter()
    for number, one in enumerate(items):
        held = one["target"] if isinstance(one["target"], list) else [one["target"]]
        for target in held:
            quoted = _quoted(target)
            if quoted is None:
                others["target without a position in the text"] += 1
            else:
                role = target.get(f"{OURS}role")
                targets.append((number, role if role in SLOTS else "", quoted))
    _, places = proven(text, [quoted for _, _, quoted in targets])
    spans: dict[int, list[tuple[str, int, int]]] = {}
    left_out = []
    for (number, role, quoted), place in zip(targets, places, strict=True):
        if place is None:
            left_out.append(
                f"the position {list(quoted.pieces[0])} does not cover its words “{str(quoted.words)[:60]}”"
            )
        else:
            spans.setdefault(number, []).append((role, *place[0]))
    mentions, claims = [], []
    for number, pieces_of in spans.items():
        bodies = items[number].get("body")
        bodies = [body for body in (bodies if isinstance(bodies, list) else [bodies]) if isinstance(body, dict)]
        said = next((said_of(body[f"{OURS}said"]) for body in bodies if f"{OURS}said" in body), {})
        tags = [body.get("value") for body in bodies if body.get("purpose") in ("tagging", "classifying")]
        labels = [tag for tag in tags if isinstance(tag, str) and tag.strip()]
        if any(role for role, _, _ in pieces_of):
            claim: Record = {slot: sorted([a, b] for role, a, b in pieces_of if role == slot) for slot in SLOTS}
            claims.append(claim | said)
        elif not labels:
            others["annotation without a tag"] += 1
        elif len(pieces_of) > 1:
            others["annotation of an entity in several pieces"] += 1
        else:
            here = {"start": pieces_of[0][1], "end": pieces_of[0][2]}
            mentions += [here | {"label": label} | said for label in labels]
    left_out += [f"{count:,} × {what}: not read" for what, count in sorted(others.items())]
    return {"mentions": mentions, "claims": claims}, left_out


def _quoted(target: Any) -> Quoted | None:
    """What a target says of its place; None where that is none in a text."""
    selectors = target.get("selector") if isinstance(target, dict) else None
    found = [one for one in (selectors if isinstance(selectors, list) else [selectors]) if isinstance(one, dict)]
    words = next((one["exact"] for one in found if isinstance(one.get("exact"), str)), None)
    for one in found:
        if type(one.get("start")) is int and type(one.get("end")) is int:
            return Quoted(((one["start"], one["end"]),), words)
    return None


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    for record in records:
        file = layer_file(path, record, SUFFIX)
        source = text_file(file, record["text"]).name
        page = {
            "@context": [CONTEXT, {"annotator": OURS}],
            "id": _address(f"{file.parent.name}/{file.name}"),
            "type": "AnnotationPage",
            f"{OURS}text": source,
            f"{OURS}record": about(record),
            "items": list(_annotations(record, source, f"{file.parent.name}/{file.name}")),
        }
        file.write_bytes(orjson.dumps(page, option=orjson.OPT_INDENT_2))
    return []


def _address(name: str) -> str:
    """The same for one name, by version 5 of RFC 9562; `uuid.uuid5` takes three times as long, for each annotation."""
    held = hashlib.sha1(NAMESPACE_URL.bytes + name.encode(), usedforsecurity=False).hexdigest()
    return f"urn:uuid:{held[:8]}-{held[8:12]}-5{held[13:16]}-{int(held[16], 16) & 3 | 8:x}{held[17:20]}-{held[20:32]}"


def _annotations(record: Record, source: str, base: str) -> Iterator[Record]:
    text = record["text"]

    def target(start: int, end: int) -> Record:
        quote: Record = {"type": "TextQuoteSelector", "exact": text[start:end]}
        quote |= {"prefix": text[max(0, start - AROUND) : start], "suffix": text[end : end + AROUND]}
        return {"source": source, "selector": [quote, {"type": "TextPositionSelector", "start": start, "end": end}]}

    def annotation(name: str, motivation: str, bodies: list[Record], targets: Any) -> Record:
        return {
            "id": _address(f"{base}#{name}"),
            "type": "Annotation",
            "motivation": motivation,
            "creator": {"type": "Person", "name": str(record.get("layer") or "")},
            "body": bodies,
            "target": targets,
        }

    def bodies(label: str, item: Record) -> list[Record]:
        made: list[Record] = [{"type": "TextualBody", "purpose": "tagging", "value": label}]
        if item.get("actor"):
            made.append({"type": "TextualBody", "purpose": "identifying", "value": item["actor"]})
        if said := facts(item):
            made.append({"type": "TextualBody", "purpose": "describing", "value": _in_words(said), f"{OURS}said": said})
        return made

    for number, one in enumerate(record["mentions"]):
        yield annotation(f"m{number}", "tagging", bodies(one["label"], one), target(one["start"], one["end"]))
    for number, one in enumerate(record["claims"]):
        targets = [target(start, end) | {f"{OURS}role": slot} for slot, start, end in pieces(one)]
        yield annotation(f"c{number}", "linking", bodies("Claim", one), targets)


def _in_words(said: Record) -> str:
    return "; ".join(f"{name}: {value}" for name, value in said.items())


FORMAT = Format(
    name="w3c",
    title="W3C Web Annotation: JSON-LD beside plain texts",
    recognises=_recognises,
    read=_read,
    write=_write,
    losses=Losses(others=(WORDLESS,)),
    not_read=(
        "annotations whose text is not in a file beside them",
        "annotations without a tag, or without a position in the text",
        "creators and times",
    ),
    folder=True,
    owns=lambda folder, file: file.suffix == SUFFIX or (file.suffix == ".txt" and file.with_suffix(SUFFIX).exists()),
)

"""Writes brat standoff: a folder for each layer's author, with a text and its `.ann` for each article, and brat's
configuration.

A claim is an event of the type Attribution; its trigger is its first piece of the cue, else of what it has. Actor and
target are normalisations of the trigger, mode and stance attributes of the event.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from annotator.core.annotation import MODES, SLOTS, STANCES
from annotator.core.record import Record
from annotator.core.text import Span
from annotator.formats.brat_mapping import MAX_BYTES, TypeMapping
from annotator.formats.losses import WORDLESS, Loss, Losses
from annotator.formats.places import file_name, layer_file, text_file
from annotator.formats.star import LABEL_OF, SLOT_LABEL, pieces

EVENT = "Attribution"
SIDE = "annotator.json"  # what brat has no place for


def _trimmed(record: Record, tell: Callable[[str], None]) -> Record:
    """brat's pieces neither begin nor end with white space, and hold something else."""
    text = record["text"]

    def bare(start: int, end: int) -> Span | None:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return (start, end) if start < end else None

    mentions = []
    for mention in record["mentions"]:
        span = bare(mention["start"], mention["end"])
        if span != (mention["start"], mention["end"]):
            tell(f"entity [{mention['start']}, {mention['end']})")
        if span is not None:
            mentions.append(mention | {"start": span[0], "end": span[1]})
    claims = []
    for number, claim in enumerate(record["claims"], 1):
        changed = dict(claim)
        for slot in SLOTS:
            spans = [bare(start, end) for start, end in claim[slot]]
            if [list(span or ()) for span in spans] != [list(span) for span in claim[slot]]:
                tell(f"{slot} of claim {number}")
            changed[slot] = [list(span) for span in spans if span is not None]
        claims.append(changed)
    return record | {"mentions": mentions, "claims": claims}


def _one_line(record: Record, tell: Callable[[str], None]) -> Record:
    claims = []
    for number, claim in enumerate(record["claims"], 1):
        note = " ".join((claim.get("note") or "").split("\n")).replace("\r", " ").strip()
        if note != (claim.get("note") or ""):
            tell(f"note of claim {number}")
            claim = claim | {"note": note}
        claims.append(claim)
    return record | {"claims": claims}


def _plain_names(record: Record, tell: Callable[[str], None]) -> Record:
    """A name with a line break would break the line it stands in."""

    def plain(name: str | None) -> str | None:
        flat = " ".join(name.split()) if name else name
        if flat != name:
            tell(f"“{flat}”")
        return flat

    mentions = [m | {"actor": plain(m.get("actor"))} for m in record["mentions"]]
    claims = [c | {"actor": plain(c.get("actor")), "target": plain(c.get("target"))} for c in record["claims"]]
    return record | {"mentions": mentions, "claims": claims}


TRIMMED = Loss("white space at the edge of a piece, and pieces of white space alone", _trimmed)
FLAT_NAMES = Loss("line breaks, tabs and doubled blanks in the names of actors", _plain_names)
LOSSES = Losses(
    mentions=("score", "attributes"),
    claims=("score", "attributes"),
    others=(SLOT_LABEL, TRIMMED, FLAT_NAMES, Loss("line breaks in a note", _one_line), WORDLESS),
)


def write_folder(path: Path, records: Iterable[Record]) -> list[str]:
    """Writes the folder `path`, which is there and empty."""
    side = Side()
    for record in records:
        file = layer_file(path, record, ".ann")
        text_file(file, record["text"])
        file.write_bytes("".join(line + "\n" for line in _lines(record, side)).encode())
        side.add(f"{file.parent.name}/{file.name}", record)
    (path / "annotation.conf").write_text(_configuration(side), "utf-8", newline="\n")
    (path / "visual.conf").write_text(_VISUAL, "utf-8", newline="\n")
    side.write(path / SIDE)
    return []


def _lines(record: Record, side: Side) -> Iterator[str]:
    text, bounds = record["text"], 0
    counts = {"A": 0, "N": 0, "#": 0}

    def line(kind: str, rest: str) -> str:
        counts[kind] += 1
        return f"{kind}{counts[kind]}\t{rest}"

    def bound(label: str, start: int, end: int) -> str:
        nonlocal bounds
        bounds += 1
        parts = list(_fragments(text, start, end))
        places = ";".join(f"{a} {b}" for a, b in parts)
        return f"T{bounds}\t{label} {places}\t{' '.join(text[a:b] for a, b in parts)}"

    for mention in record["mentions"]:
        yield bound(side.type_of(mention["label"]), mention["start"], mention["end"])
        if mention.get("actor"):
            yield line("N", f"Reference T{bounds} Actor:1\t{mention['actor']}")
    for number, claim in enumerate(record["claims"], 1):
        parts = pieces(claim)
        arguments: list[str] = []
        seen: Counter[str] = Counter()
        trigger = bounds + 1
        for at, (slot, start, end) in enumerate(parts):
            yield bound(EVENT if at == 0 else LABEL_OF[slot], start, end)
            seen[slot] += 1
            arguments.append(f"{LABEL_OF[slot]}{seen[slot] if seen[slot] > 1 else ''}:T{bounds}")
        yield f"E{number}\t{EVENT}:T{trigger} {' '.join(arguments)}"
        if claim.get("mode"):
            yield line("A", f"Mode E{number} {claim['mode']}")
        if claim.get("stance"):
            yield line("A", f"Stance E{number} {claim['stance']}")
        if claim.get("implicit"):
            yield line("A", f"Implicit E{number}")
        for what in ("actor", "target"):
            if claim.get(what):
                yield line("N", f"Reference T{trigger} {what.title()}:1\t{claim[what]}")
        if claim.get("note"):
            yield line("#", f"AnnotatorNotes E{number}\t{claim['note']}")


def _fragments(text: str, start: int, end: int) -> Iterator[Span]:
    """A piece without the line breaks in it, and the white space behind them: brat has none within a fragment."""
    at = start
    for found in re.finditer(r"\s*[\r\n]\s*", text[start:end]):
        yield at, start + found.start()
        at = start + found.end()
    yield at, end


@dataclass
class Side:
    """What stands beside brat's files: of each `.ann` what its layer and its article are, and which labels are called
    otherwise there. `fault` is what is wrong with it."""

    files: dict[str, Record] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)  # ours by brat's type
    fault: str = ""

    @classmethod
    def of(cls, folder: Path) -> Side:
        """That of a folder; an empty one when there is none."""
        file = folder / SIDE
        if not file.is_file():
            return cls()
        try:
            if file.stat().st_size > 8 * MAX_BYTES:
                raise ValueError
            data = json.loads(file.read_bytes())
            files, labels = data["files"], data["labels"]
            if not all(isinstance(one, dict) for one in (files, labels, *files.values())):
                raise ValueError
            return cls(files, {str(kind): str(label) for kind, label in labels.items()})
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return cls(fault="does not say what it should; whose labels they are is taken from the folders")

    def of_file(self, file: Path) -> Record | None:
        return self.files.get(file.as_posix())

    def widened(self, mapping: TypeMapping) -> TypeMapping:
        """A mapping that knows the labels, too."""
        return replace(mapping, mentions=mapping.mentions | self.labels) if self.labels else mapping

    def type_of(self, label: str) -> str:
        """What brat calls a label: it takes letters, digits, - and _ alone."""
        kind = label if re.fullmatch(r"[\w-]+", label) else file_name(label).replace(" ", "_").replace(".", "_")
        if self.labels.get(kind, label) != label:  # another label is called so already
            kind = f"{kind}-{blake2b(label.encode(), digest_size=4).hexdigest()}"
        self.labels[kind] = label
        return kind

    def add(self, file: str, record: Record) -> None:
        self.files[file] = {k: v for k, v in record.items() if k not in ("text", "mentions", "claims")}

    def write(self, path: Path) -> None:
        plain: dict[str, Any] = {"files": self.files, "labels": self.labels}
        path.write_text(json.dumps(plain, ensure_ascii=False, indent=0), "utf-8", newline="\n")


def _configuration(side: Side) -> str:
    labels = "\n".join(sorted(side.labels))
    roles = ", ".join(f"{label}*:<ENTITY>" for label in LABEL_OF.values())
    return (
        f"[entities]\n{labels}\n{chr(10).join(LABEL_OF.values())}\n\n[relations]\n\n[events]\n{EVENT}\t{roles}\n\n"
        f"[attributes]\nMode\tArg:{EVENT}, Value:{'|'.join(MODES)}\nStance\tArg:{EVENT}, Value:{'|'.join(STANCES)}\n"
        f"Implicit\tArg:{EVENT}\n"
    )


_VISUAL = """[labels]
Attribution | Claim

[drawing]
SPAN_DEFAULT\tfgColor:black, bgColor:lightgreen, borderColor:darken
Source\tbgColor:#f8d7a8
Cue\tbgColor:#f4b6c2
Content\tbgColor:#c8dcf8
Attribution\tbgColor:#f4b6c2
ARC_DEFAULT\tcolor:black, arrowHead:triangle-5
"""

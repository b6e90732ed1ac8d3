"""Claims as semantic roles: a line for each token, a column for the entities and one for each claim (CoNLL-U Plus).

In a claim's column V is the cue, A0 the source, A1 the content; C-A1 begins a further piece. Comments hold the text and
what is said of it, each token its place in the text, so that nothing depends on how a text is cut into tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from annotator.core.annotation import SLOTS
from annotator.core.record import LeftOut, Record
from annotator.formats.losses import WORDLESS, Loss, Losses, words_of
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import Sample, loads
from annotator.formats.star import about, facts, said_of
from annotator.formats.tokens import apart, tokens_of, tokens_within

ROLES = {"cue": "V", "source": "A0", "content": "A1"}
SLOT_OF = {role: slot for slot, role in ROLES.items()}
COLUMNS = ("ID", "FORM", "START", "END", "ENTITY")
HEADER = "# global.columns = " + " ".join(COLUMNS)
_TAG = re.compile(r"([BI])-(?:(C)-)?(\S+)")
_KEYS = ("text", "record", "entities", "claims")


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    block: list[str] = []
    first = 1
    for at, line in enumerate(chain(sample.lines(), [""]), 1):
        if line.strip():
            first = first if block else at
            block.append(line)
            continue
        if any(not one.startswith("#") for one in block):
            where = f"{sample.name}, line {first}"
            try:
                yield where, _record(block)
            except (ValueError, KeyError, IndexError, TypeError) as error:
                yield where, LeftOut(f"is not what Annotator writes ({type(error).__name__}): not read")
        block = []


def _record(block: list[str]) -> Record:
    """Raises ValueError, KeyError, IndexError and TypeError for what we never write."""
    said: dict[str, Any] = {}
    rows = []
    for line in block:
        name, _, value = line.partition(" = ")
        if name.startswith("# ") and name[2:] in _KEYS:
            said[name[2:]] = loads(value)
        elif not line.startswith("# "):
            rows.append(line.split("\t"))
    about_it, text = dict(said["record"]), str(said["text"])
    width = len(rows[0])
    if any(len(row) != width for row in rows) or width < len(COLUMNS):
        raise ValueError("columns")
    places = [(int(row[2]), int(row[3])) for row in rows]
    mentions = [
        {"start": start, "end": end, "label": said["entities"][number]["label"]} | said_of(said["entities"][number])
        for number, (start, end, _) in enumerate(_pieces(places, [row[4] for row in rows]))
    ]
    claims = []
    for number in range(width - len(COLUMNS)):
        claim: Record = {slot: [] for slot in SLOTS}
        for start, end, role in _pieces(places, [row[len(COLUMNS) + number] for row in rows]):
            claim[SLOT_OF[role]].append([start, end])
        claims.append(claim | said_of(said["claims"][number]))
    return {"text": text} | about_it | {"mentions": mentions, "claims": claims}


def _pieces(places: list[tuple[int, int]], tags: list[str]) -> Iterator[tuple[int, int, str]]:
    """The pieces that a column says, as (start, end, what)."""
    begun: tuple[int, int, str] | None = None
    for (start, end), tag in zip(places, tags, strict=True):
        found = _TAG.fullmatch(tag)
        if begun is not None and (found is None or found[1] == "B"):
            yield begun
            begun = None
        if found is not None:
            begun = (start, end, found[3]) if begun is None else (begun[0], end, begun[2])
    if begun is not None:
        yield begun


def _one_over_another(record: Record, tell: Callable[[str], None]) -> Record:
    """A token has one entity, and one role in a claim."""
    kept, others = apart((m["start"], m["end"], str(number)) for number, m in enumerate(record["mentions"]))
    for start, end, _ in others:
        tell(f"the entity {words_of(record, [(start, end)])}")
    mentions = [record["mentions"][int(number)] for _, _, number in kept]
    claims = []
    for number, claim in enumerate(record["claims"], 1):
        pieces, others = apart((start, end, slot) for slot in SLOTS for start, end in claim[slot])
        for start, end, slot in others:
            tell(f"the {slot} {words_of(record, [(start, end)])} of claim {number}")
        claims.append(claim | {slot: [[a, b] for a, b, of in pieces if of == slot] for slot in SLOTS})
    return record | {"mentions": mentions, "claims": claims}


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{HEADER}\n")
        for record in records:
            file.writelines(f"{line}\n" for line in _lines(record))
            file.write("\n")
    return []


def _lines(record: Record) -> Iterator[str]:
    text, mentions, claims = record["text"], record["mentions"], record["claims"]
    spans = [(m["start"], m["end"]) for m in mentions]
    spans += [(start, end) for claim in claims for slot in SLOTS for start, end in claim[slot]]
    tokens = tokens_of(text, spans)
    starts = [start for start, _ in tokens]
    columns = [["_"] * len(tokens) for _ in range(1 + len(claims))]

    def mark(column: list[str], start: int, end: int, tag: str) -> None:
        within = tokens_within(tokens, starts, (start, end))
        assert within is not None  # they are cut where spans begin and end
        for at in range(*within):
            column[at] = f"{'B' if at == within[0] else 'I'}-{tag}"

    mentions = sorted(mentions, key=lambda m: (m["start"], m["end"]))
    for mention in mentions:
        mark(columns[0], mention["start"], mention["end"], re.sub(r"\s+", "_", mention["label"]))
    for column, claim in zip(columns[1:], claims, strict=True):
        for slot, role in ROLES.items():
            for number, (start, end) in enumerate(claim[slot]):
                mark(column, start, end, f"C-{role}" if number else role)
    said = {
        "text": text,
        "record": about(record),
        "entities": [{"label": mention["label"]} | facts(mention) for mention in mentions],
        "claims": [facts(claim) for claim in claims],
    }
    for name, value in said.items():
        yield f"# {name} = {orjson.dumps(value).decode()}"
    for number, (start, end) in enumerate(tokens):
        form = text[start:end].strip() or "_"
        yield "\t".join([str(number + 1), form, str(start), str(end), *(column[number] for column in columns)])


FORMAT = Format(
    name="srl",
    title="CoNLL-U Plus: tokens with a column for each claim's roles",
    suffixes=(".conllup",),
    recognises=lambda sample: sample.beginning.startswith(HEADER),
    read=_read,
    write=_write,
    losses=Losses(
        others=(Loss("entities and pieces of one claim that overlap longer ones", _one_over_another), WORDLESS)
    ),
    not_read=("what other programs write in this shape",),
)

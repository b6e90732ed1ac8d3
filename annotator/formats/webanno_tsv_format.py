"""WebAnno TSV 3: a line for each token with its place in UTF-16 units, a column for each feature of each layer.

A claim is a `custom.Attribution` with links to its pieces, as in CAS. What stands between sentences, for which the
format has no place, is kept in a layer of ours, with what is said of the record as a whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path

import orjson

from annotator.core.annotation import SLOTS
from annotator.core.record import LeftOut, Record
from annotator.core.text import Span
from annotator.formats.brat_writing import TRIMMED
from annotator.formats.cas_model import CLAIM, ENTITY, LINK, PIECE, RECORD
from annotator.formats.losses import WORDLESS, Losses
from annotator.formats.places import layer_file
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample, each
from annotator.formats.star import about, facts, pieces
from annotator.formats.tokens import sentences_of, tokens_of, tokens_within
from annotator.formats.webanno_cells import (
    NUMBER,
    escaped,
    or_star,
    plain_text,
    split,
    table_of,
    text_line,
    unescaped,
    units_of,
)

ALONE = "webanno"  # whose annotations they are where nothing says so
MAGIC = "#FORMAT=WebAnno TSV 3"
SUFFIX = ".tsv"
MAX_GAP = 100_000  # code points between two tokens
MAX_SIBLINGS = 20  # files that may be of several annotators of one text
_CLAIM = ("actor", "attributes", "implicit", "mode", "note", "score", "stance", "target")
_HEADER = (
    f"{MAGIC}.3",
    f"#T_SP={ENTITY}|identifier|value",
    f"#T_SP={CLAIM}|ROLE_{CLAIM}:slots_{LINK}|{PIECE}|{'|'.join(_CLAIM)}",
    f"#T_SP={PIECE}|",
    f"#T_SP={RECORD}|about",
)
_STRUCTURE = re.compile(r"\.(?:POS|Lemma|Stem|MorphologicalFeatures|SurfaceForm|SofaChangeAnnotation)$")
_ROW = re.compile(r"(\d{1,9})-(\d{1,9})(?:\.\d{1,9})?\t(\d{1,10})-(\d{1,10})\t([^\t]*)(?:\t(.*))?")


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer of the header: its kind (SP, RL or CH), its name, its features, and its first column."""

    kind: str
    name: str
    features: tuple[str, ...]
    first: int


@dataclass(slots=True)
class _Annotation:
    layer: _Layer
    start: int
    end: int
    first: str  # the id of its first token
    values: dict[str, str] = field(default_factory=dict)


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """Raises FormatError."""
    if sample.is_folder:
        files = sorted(sample.path.rglob(f"*{SUFFIX}"))
        yield from each((file for file in files if Sample(file).beginning.startswith(MAGIC)), sample.reading, _read)
        return
    try:
        parsed = _Parsed(sample.text())
        record, left_out = parsed.record()
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise FormatError(f"is no WebAnno TSV that can be read ({str(error)[:80]})") from error
    for what in left_out:
        yield sample.name, LeftOut(what)
    if "layer" in record:
        yield sample.name, record | ({"finished": None} if left_out else {})
    else:
        several = _has_siblings(sample)
        key = sample.path.parent.name if several else sample.path.stem
        whose = sample.reading.annotator or (sample.path.stem if several else ALONE)
        labelled = {"layer": whose, "kind": "annotator"} if record["mentions"] or record["claims"] else {}
        yield sample.name, {"id": key} | record | labelled


def _has_siblings(sample: Sample) -> bool:
    """Whether there are files of other annotators of the same text beside one, each called after its annotator."""
    folder = sample.path.parent
    return _first_lines(sample.path) in _lines_in(folder, folder.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _lines_in(folder: Path, changed: int) -> frozenset[tuple[str, ...]]:
    """The first lines that several files of a folder have; of one with many files none, which are of many texts."""
    files = list(islice(folder.glob(f"*{SUFFIX}"), MAX_SIBLINGS + 1))
    counts = Counter(map(_first_lines, files)) if len(files) <= MAX_SIBLINGS else Counter[tuple[str, ...]]()
    return frozenset(lines for lines, number in counts.items() if lines and number > 1)


def _first_lines(file: Path) -> tuple[str, ...]:
    return tuple([line for line in Sample(file).beginning.split("\n")[:200] if line.startswith("#Text=")][:5])


class _Parsed:
    """A file: its text, its layers, its annotations by layer and number."""

    def __init__(self, text: str) -> None:
        self.layers: list[_Layer] = []
        self.annotations: dict[tuple[str, str], _Annotation] = {}
        self.of_token: dict[
            tuple[str, str], tuple[str, str]
        ] = {}  # by layer and token: the key of one that begins there
        self.others: Counter[str] = Counter()  # relations and chains, by their layers
        self.tokens: list[tuple[int, int, str]] = []  # in UTF-16 units
        self.sentences: list[tuple[int, str]] = []  # where each begins, and its text
        columns, said = 3, list[str]()
        for number, raw in enumerate(text.split("\n"), 1):
            line = raw.rstrip("\r")
            if line.startswith("#T_"):
                kind, _, rest = line[3:].partition("=")
                name, *features = rest.split("|")
                self.layers.append(_Layer(kind, name, tuple(features or ("",)), columns))
                columns += max(1, len(features))
            elif line.startswith("#Text="):
                said.append(plain_text(line[6:]))
            elif not line.strip() or line.startswith("#"):
                continue
            elif (row := _ROW.fullmatch(line)) is None:
                raise ValueError(f"line {number} is no row of tokens")
            else:
                self._row(row, said)
                said = []
        self.text, self.table = self._whole()

    def _row(self, row: re.Match[str], said: list[str]) -> None:
        token, begin, end, form = row[0].partition("\t")[0], int(row[3]), int(row[4]), row[5]
        if said:
            text = "\n".join(said)
            # The text of a sentence begins where its first token does, or before, in white space.
            before = text.find(form) if form and not text[: text.find(form)].strip() else 0
            self.sentences.append((begin - units_of(text[: max(0, before)]), text))
        if "." not in token:
            self.tokens.append((begin, end, form))
        if not (row[6] or "").strip("_\t"):
            return  # nothing is said of most tokens
        cells = (row[6] or "").split("\t")
        for layer in self.layers:
            if layer.kind != "SP":
                cell = cells[layer.first - 3] if layer.first - 3 < len(cells) else "_"
                if cell not in ("_", ""):
                    kind = "relation" if layer.kind == "RL" else "link of a chain"
                    self.others[f"{kind} ({_short(layer.name)})"] += len(split(cell, "|"))
                continue
            for feature, at in zip(
                layer.features, range(layer.first - 3, layer.first - 3 + len(layer.features)), strict=True
            ):
                cell = cells[at] if at < len(cells) else "_"
                if cell in ("_", ""):
                    continue
                marks = self._marks_of(layer, cells) if _is_target(layer, feature) else []
                for place, part in enumerate(split(cell, "|")):
                    found = NUMBER.fullmatch(part)
                    value, mark = (found[1], found[2]) if found else (part, "")
                    if _is_target(layer, feature):
                        value, mark = part, marks[place] if place < len(marks) else ""
                    key = (layer.name, mark or f"{token}#{place}")
                    one = self.annotations.setdefault(key, _Annotation(layer, begin, end, token))
                    one.end = max(one.end, end)
                    one.values.setdefault(feature, value)
                    self.of_token.setdefault((layer.name, token), key)

    def _marks_of(self, layer: _Layer, cells: list[str]) -> list[str]:
        """The numbers of the annotations whose column of targets has those of the targets."""
        for at in range(layer.first - 3, layer.first - 3 + len(layer.features)):
            if _is_target(layer, layer.features[at - layer.first + 3]) or at >= len(cells):
                continue
            found = [NUMBER.fullmatch(part) for part in split(cells[at], "|")]
            if any(found):
                return [one[2] if one else "" for one in found]
        return []

    def _whole(self) -> tuple[str, dict[int, int]]:
        """The text, and the code point at each UTF-16 unit where one begins. Between sentences stand blanks."""
        made: list[str] = []
        at = 0
        for begin, text in self.sentences:
            if not 0 <= begin - at <= MAX_GAP:
                if begin < at:
                    raise ValueError("sentences overlap")
                raise ValueError("sentences are too far apart")
            made.append(" " * (begin - at))
            made.append(text)
            at = begin + units_of(text)
        text = "".join(made)
        return text, table_of(text)

    def record(self) -> tuple[Record, list[str]]:
        """The record, and what of the file stays out of it."""
        record = self._about()
        others = Counter(self.others)
        mentions, claims = [], []
        for one in self.annotations.values():
            name = one.layer.name
            if name in (PIECE, RECORD):
                continue
            if _STRUCTURE.search(name):
                others["what parsers add"] += 1
            elif name == CLAIM:
                claims.append(self._claim(one))
            elif (span := self._place(one)) is None:
                others[f"annotation of no length, or beside the text ({_short(name)})"] += 1
            else:
                values = {feature: unescaped(value) for feature, value in one.values.items()}
                named = [feature for feature in one.layer.features if not feature.startswith("ROLE_")]
                other = "" if {"value", "label"} & {*named} or len(named) < len(one.layer.features) else named[0]
                label = values.get("value") or values.get("label") or values.get(other) or _short(name)
                actor = values.get("identifier") if name == ENTITY else None
                mentions.append(
                    {"start": span[0], "end": span[1], "label": label} | ({"actor": actor} if actor else {})
                )
                if any(feature.startswith("ROLE_") for feature in one.values):
                    others[f"slot with links ({_short(name)})"] += 1
        left_out = [f"{number:,} × {what}: not read" for what, number in sorted(others.items())]
        return {"text": self.text} | record | {"mentions": mentions, "claims": claims}, left_out

    def _about(self) -> Record:
        """What a file of ours says of the record, and what stands between its sentences; that is put into the text."""
        for one in self.annotations.values():
            if one.layer.name != RECORD:
                continue
            said = orjson.loads(unescaped(one.values["about"]) or "{}")
            gaps = said.get("between") if isinstance(said, dict) else None
            if not isinstance(gaps, list) or len(gaps) != len(self.sentences) + 1:
                break
            self.text = "".join(
                part for pair in zip(gaps, [*(t for _, t in self.sentences), ""], strict=True) for part in pair
            )
            self.table = table_of(self.text)
            return dict(said["record"])
        return {}

    def _place(self, one: _Annotation) -> Span | None:
        """Where an annotation stands, in code points; None for one of no length, or beside the text."""
        start, end = self.table.get(one.start), self.table.get(one.end)
        return None if start is None or end is None or start >= end else (start, end)

    def _claim(self, one: _Annotation) -> Record:
        claim: Record = {slot: [] for slot in SLOTS}
        roles = split(one.values.get(_ROLES, ""), ";")
        targets = split(one.values.get(PIECE, ""), ";")
        for role, target in zip(roles, targets, strict=True):
            token, _, mark = target.rstrip("]").partition("[")
            key = (PIECE, mark) if mark else self.of_token.get((PIECE, token), ("", ""))
            span = self._place(self.annotations[key])
            if span is not None and unescaped(role) in SLOTS:
                claim[unescaped(role)].append(list(span))
        for slot in SLOTS:
            claim[slot].sort()
        for name in _CLAIM:
            value = unescaped(one.values.get(name, ""))
            if value:
                kinds = {"implicit": lambda said: said == "true", "score": float, "attributes": orjson.loads}
                claim[name] = kinds.get(name, str)(value)
        return claim


_ROLES = f"ROLE_{CLAIM}:slots_{LINK}"


def _is_target(layer: _Layer, feature: str) -> bool:
    """Whether a column holds the targets of the links whose roles stand in the one before it."""
    at = layer.features.index(feature)
    return at > 0 and layer.features[at - 1].startswith("ROLE_")


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    for record in records:
        lines = [*_HEADER, "", "", *_lines(record)]
        layer_file(path, record, SUFFIX).write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    return []


def _lines(record: Record) -> Iterator[str]:
    text = record["text"]
    spans = [(m["start"], m["end"]) for m in record["mentions"]]
    spans += [(a, b) for claim in record["claims"] for slot in SLOTS for a, b in claim[slot]]
    tokens = tokens_of(text, spans)
    starts = [start for start, _ in tokens]
    sentences = sentences_of(text, tokens)
    ids = [f"{s}-{t}" for s, (a, b) in enumerate(sentences, 1) for t in range(1, b - a + 1)]
    cells: dict[int, list[list[str]]] = {}  # by token, of those of which something is said
    number = 0

    def put(first: int, span: Span, values: Sequence[str], plain: int = -1) -> tuple[str, int]:
        """Puts an annotation into the columns from `first` on; the one of `plain` bears no number of its own."""
        nonlocal number
        number += 1
        within = tokens_within(tokens, starts, span)
        assert within is not None  # they are cut where spans begin and end
        for at in range(*within):
            held = cells.setdefault(at, [[] for _ in range(_COLUMNS)])
            for column, value in enumerate(values):
                held[first + column].append(value if column == plain else f"{value}[{number}]")
        return ids[within[0]], number

    for mention in record["mentions"]:
        put(0, (mention["start"], mention["end"]), [or_star(mention.get("actor")), escaped(mention["label"])])
    for claim in record["claims"]:
        said = facts(claim)
        roles, targets = [], []
        parts = pieces(claim)
        for slot, start, end in parts:
            token, mark = put(_AT_PIECE, (start, end), ["*"])
            roles.append(slot)
            targets.append(f"{token}[{mark}]")
        values = [
            or_star(orjson.dumps(said[n]).decode() if n == "attributes" and n in said else said.get(n)) for n in _CLAIM
        ]
        put(2, parts[0][1:], [";".join(roles), ";".join(targets), *values], plain=1)
    edges = [0, *(at for a, b in sentences for at in (tokens[a][0], tokens[b - 1][1])), len(text)]
    between = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    whole = {"record": about(record), "between": between}
    put(_AT_PIECE + 1, tokens[0], [escaped(orjson.dumps(whole).decode())])
    units = list(accumulate((2 if sign > "\uffff" else 1 for sign in text), initial=0))
    at = 0
    for first, last in sentences:
        if at:
            yield ""
        sentence = text[tokens[first][0] : tokens[last - 1][1]]
        yield from (f"#Text={text_line(line)}" for line in sentence.split("\n"))
        for start, end in tokens[first:last]:
            held = cells.get(at)
            columns = _NOTHING if held is None else "\t".join("|".join(cell) or "_" for cell in held)
            yield f"{ids[at]}\t{units[start]}-{units[end]}\t{text[start:end]}\t{columns}\t"
            at += 1


_AT_PIECE = 2 + 2 + len(_CLAIM)
_COLUMNS = _AT_PIECE + 2
_NOTHING = "\t".join("_" * _COLUMNS)


FORMAT = Format(
    name="webanno-tsv",
    title="WebAnno TSV 3.3: tokens with INCEpTION's layers",
    recognises=lambda sample: (
        next((f for f in sorted(sample.path.rglob(f"*{SUFFIX}")) if Sample(f).beginning.startswith(MAGIC)), None)
        is not None
        if sample.is_folder
        else sample.beginning.startswith(MAGIC)
    ),
    read=_read,
    write=_write,
    losses=Losses(mentions=("score", "attributes"), others=(TRIMMED, WORDLESS)),
    not_read=("relations, chains and links of others", "features of others beside a label", "annotations of no length"),
    folder=True,
    owns=lambda folder, file: file.suffix == SUFFIX and Sample(file).beginning.startswith(MAGIC),
)

"""Records as four tables for people: articles, layers, claims, entities; and back again by the numbers in them.

A row of `layers` is a record: an article with one author's labels; the rows of claims and entities name its number.
Rows may be sorted, filtered and edited; columns that are not ours stay out and are named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, get_args

import orjson

from annotator.core.annotation import MODES, SLOTS, STANCES
from annotator.core.record import METADATA, LeftOut, Partial, Record
from annotator.core.text import covered, shortened
from annotator.store.authors import AuthorKind
from annotator.store.shelf import Row, Shelf

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "articles": ("article", "id", "title", "outlet", "date", "address", "copy_of", "text", "extra"),
    "layers": ("record", "article", "layer", "kind", "version", "author", "finished", "derived", "attributes"),
    "claims": (
        *("record", "id", "layer", "who", "said", "what", "mode", "actor", "stance", "target", "note", "implicit"),
        *("score", "source_at", "cue_at", "content_at", "attributes"),
    ),
    "entities": ("record", "id", "layer", "text", "label", "actor", "score", "start", "end", "attributes"),
}
_WORDS = {"who": "source", "said": "cue", "what": "content"}  # for people; the places count
CHOICES: Mapping[str, tuple[str, ...]] = {"mode": MODES, "stance": STANCES}
_ALSO = {"quoted": "direct", "reported": "indirect"}  # as the window calls them
_JSON = ("extra", "attributes", "derived")
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_PIECE = re.compile(r"(\d+)-(\d+)")


def key_of(table: str, row: Row) -> str:
    """What says which row of a table one is, wherever it is moved."""
    first = COLUMNS[table][0]
    return str(row.get(first)) if table in ("articles", "layers") else f"{row.get(first)}/{row.get('id')}"


class Numbering:
    """Gives records and articles their numbers while rows are made of them."""

    def __init__(self) -> None:
        self._record = self._article = 0
        self._same = b""

    def rows(self, record: Record) -> Iterator[tuple[str, Row]]:
        """The rows of a record with the tables that they belong to; its article's at its first record."""
        self._record += 1
        number, text = self._record, record["text"]
        article = {name: record.get(name) for name in ("id", "text", *METADATA, "copy_of", "extra")}
        if (same := orjson.dumps(article)) != self._same:
            self._same, self._article = same, self._article + 1
            row = {name: value for name, value in article.items() if name != "source"}
            yield "articles", row | {"article": self._article, "outlet": article["source"]}
        layer = {name: record.get(name) for name in COLUMNS["layers"]}
        yield "layers", layer | {"record": number, "article": self._article}
        whose = record.get("layer")
        for n, claim in enumerate(record["claims"], 1):
            row = {name: value for name, value in claim.items() if name not in SLOTS}
            for column, slot in _WORDS.items():
                row[column] = covered(text, claim[slot])
                row[f"{slot}_at"] = ";".join(f"{start}-{end}" for start, end in claim[slot])
            yield "claims", row | {"record": number, "id": n, "layer": whose}
        for n, mention in enumerate(record["mentions"], 1):
            words = covered(text, [(mention["start"], mention["end"])])
            yield "entities", mention | {"record": number, "id": n, "layer": whose, "text": words}


def plain(column: str, value: Any) -> str | float | int | None:
    """A value as a cell holds it; None for nothing."""
    if value is None or value == "" or value is False or value in ([], {}):
        return None
    if column in _JSON:
        return orjson.dumps(value).decode()
    return "yes" if value is True else value


def records(tables: Mapping[str, Iterable[tuple[int, Row]]], name: str) -> Iterator[tuple[str, Record | LeftOut | str]]:
    """The records of tables whose cells are texts, by their numbered rows; with what stays out of them. They are
    laid on a shelf on the disk: those of a record may stand anywhere, and need not all find room in memory."""
    columns: dict[str, Counter[str]] = {table: Counter() for table in tables}  # how many values each has
    with closing(Shelf()) as shelf:
        twice = []
        for table, rows in tables.items():
            key = COLUMNS[table][0]
            found = shelf.lay(table, key, _known(table, rows, columns[table]), single=table in ("articles", "layers"))
            twice += [(table, f"{key} {one:.20} stands there twice: the second is not read") for one in found]
        for table, what in twice:
            yield f"{name}, {table}", LeftOut(what, "file")
        for table in ("claims", "entities"):
            for number, _ in shelf.strays(table):
                yield f"{name}, {table}, row {number}", LeftOut("is of a record that is not there: not read", "file")
        unsaid = {kind: _unsaid(table, columns.get(table)) for table, kind, _ in _KINDS}
        for number, row in shelf.rows("layers"):
            article = shelf.row("articles", row.get("article", ""))
            if article is None or not row.get("record"):
                what = f"record {row.get('record')!s:.20} is of an article that is not there: not read"
                yield f"{name}, layers", LeftOut(what)
                continue
            record = Partial(_article(article) | {"mentions": [], "claims": []}, unsaid)
            for part in _layer_parts(row):
                try:
                    record.update(part())
                except ValueError as error:
                    yield f"{name}, layers, row {number}", LeftOut(f"{error}: not read")
            for table, kind, read in _KINDS:
                for number, item in shelf.rows(table, row["record"]):
                    where = f"{name}, {table}, row {number}"
                    yield from ((where, one) for one in _taken(record, f"{kind}s", item, read))
            yield f"{name}, record {row['record']}", record
        for _, article in shelf.unlabelled():
            yield f"{name}, article {article.get('article')}", _article(article)
    for table, seen in columns.items():
        for column, many in sorted(seen.items()):
            if many and column not in COLUMNS[table]:
                what = f"{many:,} × value in the column “{column[:60]}”, which is none of ours: not read"
                yield f"{name}, {table}", LeftOut(what, "none")


def _unsaid(table: str, columns: Counter[str] | None) -> Sequence[str]:
    """The fields of which a table says nothing, since it lacks their columns, or all rows."""
    if not columns:
        return ("*",)
    return [column.removesuffix("_at") for column in COLUMNS[table] if column not in columns]


def _taken(record: Record, kind: str, row: Row, read: Callable[[Row], Record]) -> Iterator[LeftOut]:
    """Takes an item into its record; what of it stays out. A record of which something is missing is not whole."""
    try:
        for said in _without_odd_answers(row):
            record.pop("finished", None)
            yield LeftOut(f"{said}; the rest of the claim came in")
        item = read(row)
        _prove(record["text"], item, row)
        record[kind].append(item)
    except ValueError as error:
        record.pop("finished", None)
        yield LeftOut(f"{error}: not read")


def _without_odd_answers(row: Row) -> Iterator[str]:
    """Brings what people write for a mode or a stance to our words, and takes out what is none, in words."""
    for column, allowed in CHOICES.items():
        if column in row:
            said = str(row[column]).strip()
            word = _ALSO.get(said.lower(), said.lower())
            if word in allowed:
                row[column] = word
            else:
                del row[column]
                yield f"“{shortened(said, 40)}” is no {column} ({', '.join(allowed)})"


def _prove(text: str, item: Record, row: Row) -> None:
    """Raises ValueError where the words that a row says are not those at its places: somebody edited text or place."""
    said: list[tuple[str, list[Any]]] = [(column, item[slot]) for column, slot in _WORDS.items() if slot in item]
    if "start" in item:
        said.append(("text", [(item["start"], item["end"])]))
    for column, spans in said:
        words = row.get(column)
        if words is None or not all(0 <= start < end <= len(text) for start, end in spans):
            continue  # places beside the text are named when the record is checked
        there = covered(text, spans)
        if str(words).split() != there.split():
            raise ValueError(f"says “{shortened(str(words), 40)}” where the text has “{shortened(there, 40)}”")


def _known(table: str, rows: Iterable[tuple[int, Row]], columns: Counter[str]) -> Iterator[tuple[int, Row]]:
    """Rows with their numbers, without what is empty and without columns that are not ours; counts the values of each
    column."""
    for number, row in rows:
        kept = {}
        for column, value in row.items():
            said = value is not None and value != ""
            columns[column] += said
            if said and column in COLUMNS[table]:
                kept[column] = value
        if kept:
            yield number, kept


def _article(row: Row) -> Record:
    made = {("source" if name == "outlet" else name): value for name, value in row.items() if name != "article"}
    made.setdefault("text", "")
    return made | ({"extra": _json("extra", row)} if "extra" in row else {})


def _layer_parts(row: Row) -> Iterator[Callable[[], Record]]:
    """What a row says of its layer, each part by itself: it may be none."""
    yield lambda: {name: row[name] for name in ("layer", "version", "author") if name in row}
    if "kind" in row:
        yield lambda: {"kind": _word("kind", row, get_args(AuthorKind))}
    if "finished" in row:
        yield lambda: {"finished": _number("finished", row)}
    for name in ("derived", "attributes"):
        if name in row:
            yield lambda name=name: {name: _json(name, row)}  # type: ignore[misc]


def _said(row: Row, names: Iterable[str]) -> Record:
    made: Record = {name: row[name] for name in names if name in row}
    if "score" in row:
        made["score"] = _number("score", row)
    return made | ({"attributes": _json("attributes", row)} if "attributes" in row else {})


def _claim(row: Row) -> Record:
    made: Record = {slot: _spans(str(row.get(f"{slot}_at", ""))) for slot in SLOTS}
    made |= _said(row, ("mode", "actor", "stance", "target", "note"))
    implicit = _word("implicit", row, (*_YES, *_NO)) in _YES if "implicit" in row else False
    return made | ({"implicit": True} if implicit else {})


def _word(name: str, row: Row, allowed: Sequence[str]) -> str:
    said = str(row[name]).strip().lower()
    if said not in allowed:
        raise ValueError(f"has “{said[:40]}” for its {name}, which is one of {', '.join(allowed)}")
    return said


def _mention(row: Row) -> Record:
    start, end = _whole("start", row), _whole("end", row)
    return {"start": start, "end": end, **_said(row, ("label", "actor"))}


def _spans(said: str) -> list[list[int]]:
    made = []
    for piece in filter(None, (part.strip() for part in said.split(";"))):
        found = _PIECE.fullmatch(piece)
        if found is None or len(piece) > 40:
            raise ValueError(f"has “{piece[:40]}” for a place in the text")
        made.append([int(found[1]), int(found[2])])
    return made


def _number(name: str, row: Row) -> float:
    return _of(float, name, row)


def _whole(name: str, row: Row) -> int:
    return _of(int, name, row)


def _of(kind: Callable[[Any], Any], name: str, row: Row) -> Any:
    try:
        return kind(str(row[name])[:40])
    except (KeyError, ValueError):
        raise ValueError(f"has “{str(row.get(name, ''))[:40]}” for its {name}") from None


def _json(name: str, row: Row) -> Any:
    try:
        return orjson.loads(str(row[name]))
    except ValueError:
        return str(row[name])


_KINDS: tuple[tuple[str, str, Callable[[Row], Record]], ...] = (
    ("claims", "claim", _claim),
    ("entities", "mention", _mention),
)

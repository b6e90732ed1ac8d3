"""The one record that leaves and enters: an article and one layer as a JSON object (docs/format.md).

Spans are code points, end exclusive; actors and targets stand by name. What comes in is checked before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from annotator.core.annotation import MODES, SLOTS, STANCES
from annotator.core.errors import AnnotatorError
from annotator.core.scheme import check_answers, is_name
from annotator.core.text import shortened

Record = dict[str, Any]

METADATA = ("title", "source", "date", "address")
MAX_NAME = 500
CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # what no name holds
_UID = re.compile(r"[0-9a-f]{32}")
MAX_METADATA = 10_000


class RecordError(AnnotatorError, ValueError):
    """A record that cannot be used, with the reason in words for an editor."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that stays out while the rest comes in: what it is, as "3 × relation (Arg): not read"; and what may
    lack something by that: the record beside it, any of its file, or none."""

    what: str
    reach: Literal["record", "file", "none"] = "record"


class Partial(dict[str, Any]):
    """A record of a file that says nothing of some fields: `unsaid`, by kind (mention, claim); "*" is all of one."""

    unsaid: Mapping[str, Sequence[str]]

    def __init__(self, record: Record, unsaid: Mapping[str, Sequence[str]]) -> None:
        super().__init__(record)
        self.unsaid = unsaid


def checked(data: Any) -> Record:
    """`data` itself when it is a usable record: all of the right types, and every span within the text.

    Raises RecordError naming the first thing that is wrong.
    """
    if not isinstance(data, dict):
        raise RecordError("is not an object with an id and a text")
    text = data.get("text")
    if not isinstance(text, str):
        raise RecordError('has no "text"')
    check_text(text)
    for key in ("id", "layer", "kind", "version", "copy_of", *METADATA):
        value = data.get(key)
        if value is not None and (not isinstance(value, str | int) or isinstance(value, bool)):
            raise RecordError(f'"{key}" is not a text')
        if isinstance(value, int) and abs(value) >= 10**18:
            raise RecordError(f'"{key}" is too long')
        if isinstance(value, str):
            check_text(value, f'"{key}"')
            if key in ("layer", "version") and CONTROL.search(value):
                raise RecordError(f'"{key}" has signs that no name has')
            if len(value) > (MAX_NAME if key in ("id", "layer", "version", "copy_of") else MAX_METADATA):
                raise RecordError(f'"{key}" is too long')
    uid = data.get("author")
    if uid is not None and not (isinstance(uid, str) and _UID.fullmatch(uid)):
        raise RecordError('"author" is not an identity of 32 signs')
    finished = data.get("finished")
    if finished is not None and not _is_number(finished):
        raise RecordError('"finished" is not a time in seconds')
    derived = data.get("derived")
    if derived is not None and not (isinstance(derived, list) and all(is_name(name) for name in derived)):
        raise RecordError('"derived" is not a list of names of attributes')
    check_annotations(data, len(text))
    _check_attributes(data, "the article")
    return data


def check_text(text: str, what: str = "the text") -> None:
    """Raises RecordError for what cannot be kept exactly: NUL characters and halves of surrogate pairs."""
    if "\0" in text:
        raise RecordError(f"{what} holds NUL characters; it is not a text file")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RecordError(f"{what} holds half a character at {error.start}") from None


def check_annotations(data: Record, length: int, first: int = 1) -> None:
    """Checks `mentions` and `claims` against a text of `length` code points; `first` is the number of the first."""
    for n, mention in enumerate(_list(data, "mentions"), first):
        if not isinstance(mention, dict):
            raise RecordError(f"mention {n} is not an object")
        get = mention.get
        start, end, label, actor = get("start"), get("end"), get("label"), get("actor")
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
            raise RecordError(_no_span(start, end, length, f"mention {n}"))
        if type(label) is not str or not _is_good_name(label):
            raise RecordError(f"mention {n} has no label")
        if "attributes" in mention:
            _check_attributes(mention, f"mention {n}")
        if "score" in mention or not (actor is None or (type(actor) is str and _is_good_name(actor))):
            _check_common(mention, ("actor",), "mention", n)
    for n, claim in enumerate(_list(data, "claims"), first):
        where = f"claim {n}"
        if not isinstance(claim, dict):
            raise RecordError(f"{where} is not an object")
        for slot in SLOTS:
            last = 0
            for pair in _list(claim, slot, where):
                if not isinstance(pair, list | tuple) or len(pair) != 2:
                    raise RecordError(f"{where}: {slot} holds something that is not [start, end]")
                _check_span(pair[0], pair[1], length, f"{where}: {slot}")
                if pair[0] < last:
                    raise RecordError(f"{where}: pieces of {slot} overlap or are out of order")
                last = pair[1]
        for key, allowed in (("mode", MODES), ("stance", STANCES)):
            if claim.get(key) is not None and claim[key] not in allowed:
                raise RecordError(f"{where}: {key} is none of {', '.join(allowed)}")
        if not isinstance(claim.get("note", ""), str) or not isinstance(claim.get("implicit", False), bool):
            raise RecordError(f"{where}: note or implicit is of the wrong type")
        check_text(claim.get("note", ""), f"{where}: its note")
        _check_attributes(claim, where)
        _check_common(claim, ("actor", "target"), "claim", n)


def _check_attributes(item: Record, where: str) -> None:
    answers = item.get("attributes")
    if answers is not None:
        try:
            check_answers(answers)
        except ValueError as error:
            raise RecordError(f"{where}: its attributes: {error}") from None


def _check_common(item: Record, names: tuple[str, ...], what: str, number: int) -> None:
    for key in names:
        if item.get(key) is not None and not _is_name(item[key]):
            raise RecordError(f"{what} {number}: {key} is not a name of 1 to {MAX_NAME} characters")
    score = item.get("score")
    if score is not None and not (_is_number(score) and 0 <= score <= 1):
        raise RecordError(f"{what} {number}: score is not a number from 0 to 1")


def _check_span(start: Any, end: Any, length: int, where: str) -> None:
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
        raise RecordError(_no_span(start, end, length, where))


def _no_span(start: Any, end: Any, length: int, where: str) -> str:
    said = [shortened(repr(at).encode("utf-8", "backslashreplace").decode(), 40) for at in (start, end)]
    return f"{where}: [{', '.join(said)}] is not a span of the text, which has {length} characters"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and _is_good_name(value)


@lru_cache(4096)
def _is_good_name(value: str) -> bool:
    # Names come again and again, so each is looked at once.
    whole = value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)
    return 0 < len(value.strip()) <= MAX_NAME and "\0" not in value and whole


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _list(data: Record, key: str, where: str = "") -> list[Any]:
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise RecordError(f'{where + ": " if where else ""}"{key}" is not a list')
    return value

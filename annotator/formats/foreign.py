"""What others' files call things, as a record of ours: nothing refuses an article but the lack of a text.

Fields of ours that hold something else become metadata; of labels, what cannot be used is named and the rest is taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from annotator.core import record as records
from annotator.core.record import Record, RecordError
from annotator.store.authors import AuthorKind

# What a field of ours is called elsewhere, in the order in which they are looked for.
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article"),
    "id": ("id", "key", "article_id"),
    "title": ("title", "headline"),
    "source": ("source", "publisher", "outlet"),
    "date": ("date", "published", "publication_date"),
    "address": ("address", "url", "link"),
}
OWN = frozenset(
    {
        *("id", "text", "layer", "kind", "version", "author", "mentions", "claims", "attributes", "finished", "extra"),
        *records.METADATA,
    }
)
_KINDS = (None, *get_args(AuthorKind))
# Where other tools keep labels: doccano, Prodigy, Label Studio. They stay with the article as metadata.
_ELSEWHERE = ("label", "labels", "entities", "ents", "spans", "relations", "annotation", "annotations", "predictions")


def settled(data: Any) -> tuple[Record, list[str]]:
    """A usable record of what a file holds for an article, and what of it stays out. Raises RecordError."""
    if not isinstance(data, dict):
        raise RecordError("is not an object with an id and a text")
    if (
        data.keys() <= OWN | {"copy_of", "derived"}
        and data.get("kind") in _KINDS
        and ("version" not in data or "kind" in data)
    ):
        try:
            if isinstance(data.get("extra", {}), dict):
                return records.checked(data), []
        except RecordError:
            pass
    return _Settling(data).record()


class _Settling:
    """The state of making a record of an object; `extra` is what becomes metadata, `left_out` what cannot be used."""

    def __init__(self, data: Record) -> None:
        task = data.get("data")
        # A task of Label Studio holds its article under "data".
        inside = task if isinstance(task, dict) and "text" not in data else None
        self.data: Record = data if inside is None else inside | data | {"data": None}
        self.extra: Record = {"data": inside} if inside is not None and inside.keys() & data.keys() else {}
        self.left_out: list[str] = []

    def record(self) -> tuple[Record, list[str]]:
        made: Record = {"text": self._text()}
        rest = {key: value for key, value in self.data.items() if key not in OWN and value is not None}
        for field in ("id", *records.METADATA):
            value = self._said(field, rest)
            if value is not None:
                made[field] = value
        self._labels(made)
        self._whose(made)
        self.left_out += _unread(rest)
        given = self.data.get("extra") or {}
        self.extra = rest | self.extra | (given if isinstance(given, dict) else {"extra": given})
        if self.extra:
            made["extra"] = self.extra
        return records.checked(made), self.left_out

    def _text(self) -> str:
        for name in NAMES["text"]:
            text = self.data.get(name)
            if name in OWN and text is not None and not isinstance(text, str):
                self.extra[name] = text
            if isinstance(text, str):
                if name not in OWN:
                    self.data = {key: value for key, value in self.data.items() if key != name}
                return text
        raise RecordError('has no "text"')

    def _said(self, field: str, rest: Record) -> str | int | None:
        """A field of ours under the first of its names that holds a short text or a number; what else does so stays
        with the metadata."""
        limit = records.MAX_NAME if field == "id" else records.MAX_METADATA
        for name in NAMES[field]:
            value = self.data.get(name)
            if isinstance(value, dict) and isinstance(value.get("name"), str):
                self.extra[name], value = value, value["name"]  # as news services name their outlets
            elif isinstance(value, float) and math.isfinite(value):
                value = str(value)
            if type(value) is int or (isinstance(value, str) and value and len(value) <= limit and _is_kept(value)):
                rest.pop(name, None)
                return value
            if value not in (None, ""):
                self.extra[name] = value
        return None

    def _labels(self, made: Record) -> None:
        for key in ("mentions", "claims"):
            items = self.data.get(key)
            if items is None:
                continue
            if not isinstance(items, list):
                self.left_out.append(f'"{key}" is not a list; it stays out')
                continue
            made[key] = []
            for number, item in enumerate(items, 1):
                try:
                    records.check_annotations({key: [item]}, len(made["text"]), number)
                    made[key].append(item)
                except RecordError as error:
                    self.left_out.append(f"{error}; it stays out")
        answers = self.data.get("attributes")
        if answers is not None:
            try:
                records.checked({"text": "", "attributes": answers})
                made["attributes"] = answers
            except RecordError:
                self.extra["attributes"] = answers

    def _whose(self, made: Record) -> None:
        """Whose the labels are; what is no such thing is the article's: its author, its kind, its version."""
        data = self.data
        labels = any(made.get(name) for name in ("mentions", "claims", "attributes"))
        for key in ("layer", "kind", "version", "author", "finished"):
            value = data.get(key)
            if value is None:
                continue
            ours = data.get("kind") in _KINDS and (labels or key in ("layer", "kind", "finished"))
            try:
                records.checked({"text": "", key: value})
            except RecordError as error:
                ours = False
                if key == "finished":
                    self.left_out.append(f"{error}; it does not count as finished")
            if ours:
                made[key] = value
            else:
                self.extra[key] = value
        if self.left_out:
            made.pop("finished", None)  # a layer of which something is missing is not whole


def _is_kept(text: str) -> bool:
    try:
        records.check_text(text)
    except RecordError:
        return False
    return True


def _unread(rest: Record) -> Iterator[str]:
    for name, value in rest.items():
        if name not in _ELSEWHERE and not _is_labels(value):
            continue
        held = value
        held = list(held.values()) if isinstance(held, dict) else held
        if isinstance(held, list) and held:
            number = sum(len(one["result"]) if _is_result(one) else 1 for one in held)
            yield f'{number:,} × "{name}", as other tools write labels: not read; kept with the metadata'


def _is_labels(value: Any) -> bool:
    """Whether a value is a list of places with something said of them, under whatever name a tool gives it."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and "start" in one and "end" in one for one in value)
    )


def _is_result(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("result"), list)

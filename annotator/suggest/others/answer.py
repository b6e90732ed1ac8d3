"""What a model of others answers about a text: what fits is taken, what does not is left out and named.

An answer is an object with `mentions` and `claims` as in a record (docs/format.md): spans are code points, end
exclusive; `score` is a probability; actors stand by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.core.annotation import SLOTS
from annotator.core.quotations import quotations, spoken_within
from annotator.core.record import MAX_NAME, Record, RecordError, check_annotations
from annotator.core.text import on_one_line
from annotator.suggest.asking import Answer, AnswerError

MAX_ITEMS = 20_000  # mentions, or claims, of an article
MAX_CONTENT = 5_000_000  # code points, of all claims of an article together
MAX_NAMED = 20  # of what was left out, so many are named

_MENTION = ("start", "end", "label", "actor", "score")
_CLAIM = (*SLOTS, "mode", "actor", "stance", "target", "score")


@dataclass(slots=True)
class Losses:
    """What was left out, counted; the first few by name."""

    number: int = 0
    named: list[str] = field(default_factory=list)
    unnamed: int = 0

    def add(self, what: str, number: int = 1) -> None:
        """Names something that is so many; 0 for what is told and not left out."""
        self.number += number
        if len(self.named) < MAX_NAMED:
            self.named.append(on_one_line(what, 300))
        else:
            self.unnamed += 1

    def in_words(self) -> tuple[str, ...]:
        return (*self.named, *([f"and {self.unnamed:,} more"] if self.unnamed else []))


def taken(answer: Any, text: str, labels: Mapping[str, str], losses: Losses | None = None) -> Answer:
    """An answer as a record. `labels` are those that may come, with what they are called in the scheme; `losses` are
    those of before. Raises AnswerError when it is no object with lists."""
    if not isinstance(answer, dict):
        raise AnswerError("what it answered is no object with mentions and claims")
    if isinstance(answer.get("error"), str):
        raise AnswerError(f"it says: “{on_one_line(answer['error'], 200)}”")
    if not ("mentions" in answer or "claims" in answer):
        raise AnswerError("its answer has neither mentions nor claims")
    held: dict[str, list[Any]] = {}
    for kind in ("mentions", "claims"):
        items = answer.get(kind)
        if items is not None and not isinstance(items, list):
            raise AnswerError(f"its {kind} are no list")
        held[kind] = items or []
    losses = losses or Losses()
    for kind, items in held.items():
        if len(items) > MAX_ITEMS:
            more = len(items) - MAX_ITEMS
            losses.add(f"{more:,} {kind} after the first {MAX_ITEMS:,}", more)
    mentions = [
        {**one, "label": labels[one["label"]]}
        for number, item in enumerate(held["mentions"][:MAX_ITEMS], 1)
        if (one := _fitting("mentions", item, number, text, _MENTION, losses)) and _known(one, number, labels, losses)
    ]
    quoted = quotations(text)
    claims = []
    left = MAX_CONTENT
    for number, item in enumerate(held["claims"][:MAX_ITEMS], 1):
        one = _fitting("claims", item, number, text, _CLAIM, losses)
        if one is None:
            continue
        if not any(one.get(slot) for slot in SLOTS):
            losses.add(f"claim {number}: it has neither source nor cue nor content")
            continue
        spans = [(start, end) for start, end in one.get("content") or ()]
        left -= sum(end - start for start, end in spans)
        if left < 0:
            losses.add(f"claim {number}: what is said is longer, all together, than {MAX_CONTENT:,} signs")
            continue
        # As everywhere: who says it in quotation marks is quoted, whatever a model calls it.
        one["mode"] = spoken_within(text, spans, quoted) if spans else one.get("mode") or "indirect"
        claims.append(one)
    return Answer({"mentions": mentions, "claims": claims}, losses.in_words(), losses.number)


def _fitting(kind: str, item: Any, number: int, text: str, keys: tuple[str, ...], losses: Losses) -> Record | None:
    """An item with what is known of it alone; None for one that does not fit, which is named."""
    one = {key: item[key] for key in keys if key in item} if isinstance(item, dict) else item
    try:
        check_annotations({kind: [one]}, len(text), number)
    except RecordError as error:
        losses.add(str(error))
        return None
    assert isinstance(one, dict)
    for name in ("actor", "target"):
        if one.get(name):
            one[name] = on_one_line(one[name], MAX_NAME) or None
    return one


def _known(mention: Record, number: int, labels: Mapping[str, str], losses: Losses) -> bool:
    if mention["label"] in labels:
        return True
    losses.add(f"mention {number}: the scheme has no label “{mention['label']}”")
    return False

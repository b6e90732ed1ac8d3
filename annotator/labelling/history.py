"""What was done to an article: who, when, what it was and what it became; and the way back to an earlier state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from annotator.core.annotation import ANSWERS, Answers, Change, Claim, Edit, Layer, Mention
from annotator.core.wording import value_in_words
from annotator.store import edits
from annotator.store.project import Connection
from annotator.store.sight import Sight


@dataclass(frozen=True, slots=True)
class Entry:
    """An edit as it stands in the log: by whom, in whose layer, when (seconds since 1970); whether it stands or was
    undone. An undo or redo is an entry of its own, with the changes that it did."""

    time: float
    by: int
    author: int
    action: str
    kind: str
    stands: bool
    changes: tuple[Change, ...]


def of_article(connection: Connection, article: int, sight: Sight) -> list[Entry]:
    """All that was done to an article, the newest first; without what may not be seen."""
    rows = [row for row in edits.log(connection, article) if sight.of(article, row[2])]
    return [Entry(*row) for row in reversed(rows)]


def of_elements(entries: Iterable[Entry], elements: Iterable[tuple[str, int, int]]) -> list[Entry]:
    """Those that touched some elements: kind, author and id of each."""
    wanted = set(elements)
    return [e for e in entries if any((c.kind, e.author, c.id) in wanted for c in e.changes)]


def in_words(change: Change, text: str, name_of: Callable[[int], str]) -> list[str]:
    """What a change did to a mention or claim, a line a slot; what came from nothing is told in whole."""
    before, after = change.before, change.after
    if not isinstance(before or after, Mention | Claim | Answers):
        return []
    if isinstance(before or after, Answers):
        before, after = before or Answers(ANSWERS), after or Answers(ANSWERS)
    if after is None or before is None:
        value = after or before
        assert isinstance(value, Mention | Claim)
        words = value_in_words(text, "span", value.span, name_of) if isinstance(value, Mention) else ""
        if isinstance(value, Claim):
            words = value_in_words(text, "content", value.content, name_of)
        return [f"{'removed' if after is None else 'made'}: {words}"]
    lines = []
    for name in (f.name for f in fields(after)):  # type: ignore[arg-type]
        one, other = getattr(before, name), getattr(after, name)
        if name == "attributes":
            lines += _answered(dict(one), dict(other))
        elif one != other and name not in ("id", "score", "origin"):
            lines.append(f"{name}: {_said(text, name, one, name_of)} → {_said(text, name, other, name_of)}")
    return lines


def _answered(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What became of the answers to attributes."""
    changed = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]

    def said(answers: Mapping[str, Any], name: str) -> str:
        return value_in_words("", name, answers.get(name), str)

    return [f"{name}: {said(one, name)} → {said(other, name)}" for name in changed]


def _said(text: str, name: str, value: object, name_of: Callable[[int], str]) -> str:
    if name in ("start", "end"):
        return str(value)
    return value_in_words(text, name, value, name_of)


def back_to(layer: Layer, value: Mention | Claim) -> Edit | None:
    """Makes an element what it was at some time, as a new edit: nothing of what was done since is lost."""
    kind = "mention" if isinstance(value, Mention) else "claim"
    held = layer.mentions if kind == "mention" else layer.claims
    now = held.get(value.id)
    if now == value:
        return None
    return Edit("Back to an earlier state", (Change(kind, value.id, now, value),))  # type: ignore[arg-type]

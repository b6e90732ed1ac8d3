"""Differences and values in words, for people to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from annotator.core.compare import FOUND, SPAN_SLOTS, Difference, without
from annotator.core.text import Span, Spans, covered

MODES_IN_WORDS = {"direct": "quoted", "indirect": "reported", "mixed": "mixed"}


def describe(difference: Difference[Any], text: str, names: Mapping[Any, str], actor_name: Callable[[int], str]) -> str:
    """A difference in words: who found it, or what each says; for spans, what the others have more or less than the
    first."""
    group = difference.group
    if difference.slot == FOUND:
        few, sign = group.members, "only"
        if not difference.missing:
            return "all have it now"
        if len(difference.missing) < len(group.members):
            few, sign = dict.fromkeys(difference.missing), "all but"
        return f"{sign} {_listed([names[k] for k in few])}"
    values = group.values(difference.slot)
    if difference.slot not in SPAN_SLOTS:
        said = {k: value_in_words(text, difference.slot, v, actor_name) for k, v in values.items()}
        return ", ".join(f"{names[k]} says {v}" for k, v in said.items())
    if difference.edges_only:
        quotes = all(_is_quotes(text, v) for v in _signs(values.values(), difference.slot))
        return "edge quotes only" if quotes else "edges differ by signs only"
    (_, first), *others = values.items()
    as_spans = (lambda v: (v,)) if difference.slot == "span" else (lambda v: v)
    parts = [f"{names[k]} {span_difference(text, as_spans(first), as_spans(v))}" for k, v in others if v != first]
    return "; ".join(parts)


def value_in_words(text: str, slot: str, value: Any, actor_name: Callable[[int], str]) -> str:
    """What a slot holds, for people to read."""
    if slot == "span":
        return covered(text, (value,))
    if slot in SPAN_SLOTS:
        return covered(text, value) or "nothing"
    if value is None:
        return "none"
    if slot == "mode":
        return MODES_IN_WORDS.get(value, str(value))
    if slot in ("actor", "target"):
        return actor_name(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _signs(values: Iterable[Any], slot: str) -> Iterable[list[Span]]:
    """What each has more or less than the first."""
    first, *others = [(v,) if slot == "span" else v for v in values]
    for other in others:
        yield [*without(first, other), *without(other, first)]


def _is_quotes(text: str, spans: Iterable[Span]) -> bool:
    return all(c in "“”„«»‘’‚\"'" or c.isspace() for s, e in spans for c in text[s:e])


def span_difference(text: str, base: Spans, other: Spans) -> str:
    """What `other` has more or less than `base`, in words: takes in “on Tuesday”, leaves out “,”."""
    parts = []
    for verb, spans in (("takes in", without(other, base)), ("leaves out", without(base, other))):
        if said := [f"“{_short(text[s:e])}”" for s, e in spans if text[s:e].strip()]:
            parts.append(f"{verb} {' and '.join(said)}")
    return ", ".join(parts) or "differs by white space"


def _short(part: str, most: int = 60) -> str:
    part = " ".join(part.split())
    return part if len(part) <= most else f"{part[: most // 2]} … {part[-most // 2 :]}"

"""What there is to say of one slot over all that two or more found: shares, κ, and α at the level of its values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.core.annotation import Claim, slot_value
from annotator.core.scheme import Attribute
from annotator.review import coefficients
from annotator.review.coefficients import Figure, Floats, Level, absent

UNSET = "nobody has set it"
NO_PAIR = "κ compares two; see α for all"


@dataclass(frozen=True)
class Slot:
    """What there is to say of a slot over paired claims."""

    raw: Figure
    exact: Figure | None
    kappa: Figure
    alpha: Figure
    level: Level = "nominal"  # of α
    confusion: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)  # to the numbers of the cases


def slot_name(attribute: Attribute) -> str:
    """What an attribute is called among the slots of a report."""
    return attribute.name if attribute.of == "claim" else f"{OF_WORDS[attribute.of]} {attribute.name}"


OF_WORDS = {"claim": "claim", "mention": "entity", "answers": "article"}


def categories(asked: Sequence[Attribute]) -> tuple[str, ...]:
    """The slots of claims that hold one of some values: who, what the scheme asks, towards whom."""
    return ("actor", *(a.name for a in asked if a.of == "claim"), "target")


def answer_of(value: Any, attribute: Attribute) -> Any:
    """What a value answers, with the default where it says nothing."""
    answer = slot_value(value, attribute.name)
    return attribute.default if answer is None else answer


def share_of_same(agree: Sequence[bool], articles: Sequence[int], place: Mapping[int, int], drawn: Floats) -> Figure:
    top, bottom = [0.0] * len(place), [0.0] * len(place)
    for same, article in zip(agree, articles, strict=True):
        top[place[article]] += same
        bottom[place[article]] += 1
    return coefficients.ratio(top, bottom, drawn, "no claim was found by both")


def held_in(claim: Claim, slot: str, asked: Mapping[str, Attribute]) -> Any:
    return answer_of(claim, asked[slot]) if slot in asked else slot_value(claim, slot)


def _word(held: Any, attribute: Attribute | None, actor_name: Callable[[int], str]) -> str:
    """A category in words: an actor's name, an answer as data have it; or "none"."""
    if held is None or held == ():
        return "none"
    if attribute is None:
        return actor_name(held)
    if isinstance(held, bool):
        return "yes" if held else "no"
    if isinstance(held, float):
        return f"{held:g}"  # 1 and 1.0 are the same answer
    return ", ".join(held) if isinstance(held, tuple) else str(held)


def category(slot: str, actor_name: Callable[[int], str], asked: Sequence[Attribute]) -> Callable[[Claim], str]:
    """A function from a claim to the category that a slot of it has, in words."""
    by_name = {a.name: a for a in asked if a.of == "claim"}
    return lambda claim: _word(held_in(claim, slot, by_name), by_name.get(slot), actor_name)


def category_slot(
    attribute: Attribute | None,
    name: str,
    both: Sequence[tuple[int, Any, Any]],
    units: Sequence[tuple[int, list[Any]]] | None,
    actor_name: Callable[[int], str],
    place: Mapping[int, int],
    drawn: Floats,
    numbers: Sequence[int] | None,
) -> Slot:
    """The figures of one slot: `both` are the values of pairs, `units` all values of what two or more have (None for
    one pair of annotators). `numbers` are those of the pairs' cases, which stand in the confusion; None where there are
    no cases. Where nobody has set a value there is no number: to say nothing alike is no agreement."""
    if both and all(_unset(a, attribute) and _unset(b, attribute) for _, a, b in both):
        return Slot(absent(UNSET), None, absent(UNSET), absent(UNSET), level_of(attribute))
    words = [(_word(a, attribute, actor_name), _word(b, attribute, actor_name)) for _, a, b in both]
    confusion: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, pair in zip(numbers or (), words, strict=False):
        confusion[pair].append(number)
    raw = share_of_same([a == b for a, b in words], [n for n, _, _ in both], place, drawn)
    placed = [(place[n], a, b) for (n, _, _), (a, b) in zip(both, words, strict=True)]
    kappa = coefficients.kappa(placed, drawn) if units is None else absent(NO_PAIR, len(placed))
    given = [(n, [a, b]) for n, a, b in both] if units is None else list(units)
    given = [(place[n], values) for n, values in given]
    alpha = _alpha(attribute, name, given, actor_name, drawn)
    return Slot(raw, None, kappa, alpha, level_of(attribute), {k: tuple(v) for k, v in confusion.items()})


def level_of(attribute: Attribute | None) -> Level:
    """At which level α takes an attribute's values."""
    if attribute is None:
        return "nominal"
    if attribute.kind == "one" and attribute.ordered:
        return "ordinal"
    return "interval" if attribute.kind == "number" else "set" if attribute.kind == "several" else "nominal"


def _unset(held: Any, attribute: Attribute | None) -> bool:
    """Whether a value says nothing: it is none, and no default stands for it."""
    return held in (None, ()) and (attribute is None or attribute.default is None)


def _alpha(
    attribute: Attribute | None,
    name: str,
    given: list[tuple[int, list[Any]]],
    actor_name: Callable[[int], str],
    drawn: Floats,
) -> Figure:
    """α at the level of an attribute: ordinal for ordered values and interval for numbers, both of what was answered
    (no answer is no place on a scale); by the distance of sets for several values; else nominal."""
    level = level_of(attribute)
    if level == "set":
        sets = [(n, [frozenset(v or ()) for v in values]) for n, values in given]
        return coefficients.alpha(sets, drawn, "set", lambda v: ", ".join(sorted(v)) or "none")
    if attribute is None or level == "nominal":
        told = [(n, [_word(v, attribute, actor_name) for v in values]) for n, values in given]
        return coefficients.alpha(told, drawn)
    ordered = level == "ordinal"
    places = {value: n for n, value in enumerate(attribute.names)}
    taken: list[tuple[int, list[Any]]] = []
    for n, values in given:
        known = [v for v in values if v is not None and (not ordered or v in places)]
        taken.append((n, [places[v] if ordered else float(v) for v in known]))
    if not any(len(values) > 1 for _, values in taken):
        return absent(f"no claim was given a {name} by two", 0)
    if ordered:
        return coefficients.alpha(taken, drawn, "ordinal", lambda n: attribute.names[n])
    return coefficients.alpha(taken, drawn, "interval", lambda n: f"{n:g}")

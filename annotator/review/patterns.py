"""The commonest differences between editors, where a guideline would help."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotator.core.annotation import Claim
from annotator.core.scheme import Attribute
from annotator.core.text import covered
from annotator.review.agreement import Agreement, Case
from annotator.review.slots import categories, category


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way in which editors differ again and again: in a slot, with a cue, and from what to what."""

    slot: str
    cue: str
    values: tuple[str, str]
    cases: tuple[Case, ...]


def patterns(report: Agreement, actor_name: Callable[[int], str], most: int = 12) -> list[Pattern]:
    """The commonest differences over all pairs, by slot, cue word and what was chosen: where a guideline would help."""
    found: Counter[tuple[str, str, tuple[str, str]]] = Counter()
    examples: dict[tuple[str, str, tuple[str, str]], list[Case]] = defaultdict(list)
    values_of = {slot: category(slot, actor_name, report.asked) for slot in report.categories}
    for case in report.overall.cases:
        text = report.texts[case.article]
        cue = covered(text, case.a.cue or case.b.cue).casefold()
        differing: list[tuple[str, tuple[str, str]]] = []
        for slot, value_of in values_of.items():
            one, other = sorted((value_of(case.a), value_of(case.b)))
            if one != other:
                differing.append((slot, (one, other)))
        spans = (("source", case.same_source), ("cue", case.same_cue), ("content", case.same_content))
        differing += [(slot, ("", "")) for slot, same in spans if not same]
        for slot, values in differing:
            key = (slot, "" if slot == "cue" else cue, values)
            found[key] += 1
            examples[key].append(case)
    best = sorted(found.items(), key=lambda f: (-f[1], f[0]))[:most]
    return [Pattern(*key, tuple(examples[key])) for key, _ in best]


def value_in_case(
    text: str, slot: str, claim: Claim, actor_name: Callable[[int], str], asked: Sequence[Attribute]
) -> str:
    """What a claim says in a slot, in words."""
    if slot in categories(asked):
        return category(slot, actor_name, asked)(claim)
    return covered(text, getattr(claim, slot)) or "nothing"

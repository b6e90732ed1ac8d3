"""Splits: near-duplicates, or what else belongs together, never apart; each split like the whole; and an article
that was in one once stays there.

Groups are given out one by one, large ones first, else by lot, each to the split that lacks most of what it has (after
Sechidis, Tsoumakas and Vlahavas 2011, on stratification of multi-label data).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LARGE = 100  # what holds more than one part in so many of all there is, is given out first


@dataclass(frozen=True, slots=True)
class Unit:
    """An article as it is split: its digest, what must stay together with it (`group`), its date, and how much it has
    of what each split shall have its share of."""

    article: int
    digest: str
    group: str
    date: str = ""
    holds: Mapping[str, int] = field(default_factory=dict)


def assign(
    units: Sequence[Unit], shares: Mapping[str, float], kept: Mapping[str, str], seed: int, by_date: bool = False
) -> dict[int, str]:
    """The split of each article. `kept` are those of before by digest; a group that has one goes there as a whole, but
    no article of before moves. `by_date`, the earliest come into the first split."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(unit.group, []).append(unit)
    made: dict[int, str] = {}
    have: dict[str, Counter[str]] = {name: Counter() for name in shares}
    waiting = []
    for members in groups.values():
        before = Counter(kept[unit.digest] for unit in members if kept.get(unit.digest) in shares)
        if not before:
            waiting.append(members)
            continue
        usual = max(before, key=lambda name: (before[name], name))
        for unit in members:
            stays = kept.get(unit.digest, usual)
            _give(unit, stays if stays in shares else usual, made, have)
    total: Counter[str] = Counter()
    for unit in units:
        total.update(unit.holds)
    if by_date:
        waiting.sort(key=lambda members: (min(unit.date for unit in members), _draw(members, seed)))
    else:
        large = sum(total.values()) / LARGE

        def order(members: Sequence[Unit]) -> tuple[float, str]:
            size = sum(sum(unit.holds.values()) for unit in members)
            return -size if size > large else 0, _draw(members, seed)

        waiting.sort(key=order)
    for members in waiting:
        name = _next(shares, have, total) if by_date else _lacking(members, shares, have, total)
        for unit in members:
            _give(unit, name, made, have)
    return made


def _give(unit: Unit, name: str, made: dict[int, str], have: Mapping[str, Counter[str]]) -> None:
    made[unit.article] = name
    have[name].update(unit.holds)


def _draw(members: Sequence[Unit], seed: int) -> str:
    """A group's lot: the same for the same group and seed."""
    first = min(unit.digest for unit in members)
    return hashlib.sha256(f"{seed}/{first}".encode()).hexdigest()


def _lacking(
    members: Sequence[Unit], shares: Mapping[str, float], have: Mapping[str, Counter[str]], total: Counter[str]
) -> str:
    """The split that lacks most of what a group has."""
    holds: Counter[str] = Counter()
    for unit in members:
        holds.update(unit.holds)

    def lack(name: str) -> float:
        # What it lacks of a thing, as a share of what it shall have; what is rare counts as much as what is common.
        return sum(1 - have[name][what] / (shares[name] * total[what]) for what in holds if total[what])

    return max(shares, key=lambda name: (round(lack(name), 9), shares[name]))


def _next(shares: Mapping[str, float], have: Mapping[str, Counter[str]], total: Counter[str]) -> str:
    """The first split, in their order, that has not its share of articles yet."""
    for name, share in shares.items():
        if have[name]["articles"] + 0.5 < share * total["articles"]:
            return name
    return list(shares)[-1]

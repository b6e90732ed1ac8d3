"""The entities of an article by whom or what they name: what is decided of one may be decided of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from annotator.core.annotation import Mention
from annotator.labelling.labelled_article import Item, Key

_ENDINGS = ("’s", "'s", "’", "'")


@dataclass(frozen=True, slots=True)
class Group:
    """Mentions of one actor, or where no actor is known of one name, in text order; there is at least one."""

    items: tuple[Item[Mention], ...]

    @property
    def open(self) -> int:
        """How many are undecided."""
        return sum(not item.decided for item in self.items)

    @property
    def first(self) -> Item[Mention]:
        """The first undecided one, else the first."""
        return next((item for item in self.items if not item.decided), self.items[0])

    @property
    def labels(self) -> Counter[str]:
        """How often each label stands among those that are not rejected; of all, where all are."""
        kept = [item for item in self.items if item.shown] or self.items
        return Counter(item.value.label for item in kept)

    def has(self, key: Key | None) -> bool:
        return any(item.key == key for item in self.items)


def groups_of(mentions: Iterable[Item[Mention]], text: str) -> tuple[Group, ...]:
    """Mentions in groups, by where the first of each stands. Those of one actor are together; those of nobody are with
    the one actor whose name is written alike, or else with what is written alike, whatever their labels."""
    named = [(item, name_of(text[item.value.start : item.value.end])) for item in mentions]
    actors: dict[str, set[int]] = {}
    for item, name in named:
        if item.value.actor is not None:
            actors.setdefault(name, set()).add(item.value.actor)
    found: dict[int | str, list[Item[Mention]]] = {}
    for item, name in named:
        known = actors.get(name, ())
        group: int | str = next(iter(known)) if len(known) == 1 else name
        found.setdefault(group if item.value.actor is None else item.value.actor, []).append(item)
    return tuple(Group(tuple(items)) for items in found.values())


def name_of(words: str) -> str:
    """What names written nearly alike have in common: small letters, one space each, no "the" and no possessive."""
    name = " ".join(words.casefold().split()).removeprefix("the ")
    ending = next((one for one in _ENDINGS if name.endswith(one) and len(name) > len(one)), "")
    return name.removesuffix(ending)

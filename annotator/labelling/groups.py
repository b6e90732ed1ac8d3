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
    """Mentions in groups, by where the first of each stands. Those of one actor are together, and so are those written
    alike, whatever their labels, as long as they are not of two actors."""
    found: dict[int | str, list[Item[Mention]]] = {}
    of_name: dict[str, int | str] = {}
    for item in mentions:
        actor, name = item.value.actor, name_of(text[item.value.start : item.value.end])
        group = of_name.setdefault(name, name if actor is None else actor)
        if actor is not None and isinstance(group, int) and group != actor:
            group = actor  # written alike, but somebody else
        elif actor is not None and actor in found:
            group = actor
        found.setdefault(group, []).append(item)
    return tuple(Group(tuple(items)) for items in found.values())


def name_of(words: str) -> str:
    """What names written nearly alike have in common: small letters, one space each, no "the" and no possessive."""
    name = " ".join(words.casefold().split()).removeprefix("the ")
    ending = next((one for one in _ENDINGS if name.endswith(one) and len(name) > len(one)), "")
    return name.removesuffix(ending)

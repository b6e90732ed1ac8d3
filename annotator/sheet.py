"""What lies on the desk: an article with the editor's layer over the newest suggestions, as one list of items.

An item is a mention or claim as the editor sees it. Its key stays the same from suggestion to decision, so that what is
in focus stays in focus.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from annotator.annotation import Change, Claim, Layer, Mention, Origin, Rejection
from annotator.store.articles import Article

State = Literal["suggested", "accepted", "changed", "rejected", "made"]
Key = tuple[Literal["suggestion", "own"], int]
V = TypeVar("V", Mention, Claim)


@dataclass(frozen=True, slots=True)
class Item(Generic[V]):
    """`value` is the editor's where there is one, else the suggestion; `made` items have no suggestion."""

    key: Key
    state: State
    value: V
    suggestion: V | None

    @property
    def decided(self) -> bool:
        return self.state != "suggested"

    @property
    def shown(self) -> bool:
        """Whether the text shows it: not when it is rejected."""
        return self.state != "rejected"


@dataclass(frozen=True)
class Sheet:
    """An article with its items in text order; rebuilt after each edit, only where the edit touched it."""

    article: Article
    mine: Layer
    suggested: Layer | None
    mentions: tuple[Item[Mention], ...]
    claims: tuple[Item[Claim], ...]

    @property
    def decided(self) -> int:
        """How many suggestions are decided."""
        claims = sum(i.suggestion is not None and i.decided for i in self.claims)
        return claims + sum(i.suggestion is not None and i.decided for i in self.mentions)

    @property
    def suggestions(self) -> int:
        return 0 if self.suggested is None else len(self.suggested.claims) + len(self.suggested.mentions)

    def find(self, kind: str, key: Key | None) -> Item[Mention] | Item[Claim] | None:
        items: Sequence[Item[Mention] | Item[Claim]] = self.mentions if kind == "mention" else self.claims
        return next((i for i in items if i.key == key), None)

    def rejection_of(self, item: Item[V]) -> Rejection | None:
        if item.state != "rejected" or self.suggested is None:
            return None
        kind = "mention" if isinstance(item.value, Mention) else "claim"
        origin = Origin(self.suggested.id or 0, item.key[1])
        return next(r for r in self.mine.rejections.values() if r.of == kind and r.origin == origin)

    def origin(self, item: Item[V]) -> Origin | None:
        """Where the editor's copy of this item comes from."""
        if item.suggestion is None or self.suggested is None:
            return item.value.origin
        return Origin(self.suggested.id or 0, item.suggestion.id)

    def after(self, changes: Iterable[Change]) -> Sheet:
        """The sheet once the editor's layer has changed."""
        changes = list(changes)
        mine = self.mine.after(changes)
        touched: set[tuple[str, Key]] = set()
        for change in changes:
            for value in (change.before, change.after):
                if isinstance(value, Mention | Claim):
                    kind = "mention" if isinstance(value, Mention) else "claim"
                    touched.add((kind, self.key_of(value)))
                elif isinstance(value, Rejection):
                    touched.add((value.of, ("suggestion", value.origin.id)))
        return replace(
            self,
            mine=mine,
            mentions=_rebuilt(
                self.mentions, self.suggested, mine, {k for kind, k in touched if kind == "mention"}, Mention
            ),
            claims=_rebuilt(self.claims, self.suggested, mine, {k for kind, k in touched if kind == "claim"}, Claim),
        )

    def key_of(self, value: Mention | Claim) -> Key:
        return _key(value, self.suggested)


def lay(article: Article, mine: Layer, suggested: Layer | None) -> Sheet:
    """Puts an article's layers together."""
    return Sheet(
        article,
        mine,
        suggested,
        _rebuilt((), suggested, mine, None, Mention),
        _rebuilt((), suggested, mine, None, Claim),
    )


def _key(value: Mention | Claim, suggested: Layer | None) -> Key:
    if value.origin is not None and suggested is not None and value.origin.layer == suggested.id:
        return "suggestion", value.origin.id
    return "own", value.id


def _rebuilt(
    items: tuple[Item[V], ...], suggested: Layer | None, mine: Layer, touched: set[Key] | None, kind: type[V]
) -> tuple[Item[V], ...]:
    """`items` with those under the `touched` keys made anew; all of them when it is None."""
    if touched is not None and not touched:
        return items
    name = "mention" if kind is Mention else "claim"
    own: dict[int, V] = mine.mentions if kind is Mention else mine.claims  # type: ignore[assignment]
    proposed: dict[int, V] = {}
    if suggested is not None:
        proposed = suggested.mentions if kind is Mention else suggested.claims  # type: ignore[assignment]
    if touched is None or len(touched) > 50:
        touched = None
        own_by_key = {_key(v, suggested): v for v in own.values()}
        wanted: Iterable[Key] = {**{("suggestion", i): None for i in proposed}, **dict.fromkeys(own_by_key)}
    else:
        own_by_key = {k: v for v in own.values() if (k := _key(v, suggested)) in touched}
        wanted = touched
    layer = suggested.id if suggested is not None else None
    rejected = {r.origin.id for r in mine.rejections.values() if r.of == name and r.origin.layer == layer}
    made = []
    for key in wanted:
        suggestion = proposed.get(key[1]) if key[0] == "suggestion" else None
        value = own_by_key.get(key)
        if value is not None:
            made.append(Item(key, _state(value, suggestion), value, suggestion))
        elif suggestion is not None:
            made.append(Item(key, "rejected" if key[1] in rejected else "suggested", suggestion, suggestion))
    kept = [i for i in items if i.key not in touched] if touched is not None else []
    return tuple(sorted(kept + made, key=_place))


def _place(item: Item[V]) -> tuple[int, int, Key]:
    return item.value.start, item.value.end, item.key


def _state(value: V, suggestion: V | None) -> State:
    if suggestion is None:
        return "made"
    same = replace(value, id=suggestion.id, origin=suggestion.origin, score=suggestion.score) == suggestion
    return "accepted" if same else "changed"

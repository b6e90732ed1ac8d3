"""What lies that is open: an article with the editor's layer over the newest suggestions, as one list of items.

An item is a mention or claim as the editor sees it. Its key stays the same from suggestion to decision, so that what is
in focus stays in focus.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Generic, Literal, TypeVar

from annotator.core.annotation import Article, Change, Claim, Layer, Mention, Origin, Rejection
from annotator.core.compare import ENOUGH, Letters, Pair, align_claims, align_mentions

ItemState = Literal["suggested", "accepted", "changed", "rejected", "made"]
Key = tuple[Literal["suggestion", "own"], int]
# A suggestion of an earlier model, by kind and place: the id of the one that says the same now.
Earlier = Mapping[tuple[str, Origin], int]
V = TypeVar("V", Mention, Claim)


@dataclass(frozen=True, slots=True)
class Item(Generic[V]):
    """`value` is the editor's where there is one, else the suggestion; `made` items have no suggestion."""

    key: Key
    state: ItemState
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
class LabelledArticle:
    """An article with its items in text order; rebuilt after each edit, only where the edit touched it."""

    article: Article
    mine: Layer
    suggested: Layer | None
    mentions: tuple[Item[Mention], ...]
    claims: tuple[Item[Claim], ...]
    earlier: Earlier = field(default_factory=dict)

    @property
    def decided(self) -> int:
        """How many suggestions are decided."""
        claims = sum(i.suggestion is not None and i.decided for i in self.claims)
        return claims + sum(i.suggestion is not None and i.decided for i in self.mentions)

    @property
    def suggestions(self) -> int:
        return 0 if self.suggested is None else len(self.suggested.claims) + len(self.suggested.mentions)

    def find(self, kind: str, key: Key | None) -> Item[Mention] | Item[Claim] | None:
        return None if key is None else self._by_key.get((kind, key))

    @cached_property
    def _by_key(self) -> dict[tuple[str, Key], Item[Mention] | Item[Claim]]:
        held: dict[tuple[str, Key], Item[Mention] | Item[Claim]] = {("claim", i.key): i for i in self.claims}
        return held | {("mention", i.key): i for i in self.mentions}

    def rejection_of(self, item: Item[V]) -> Rejection | None:
        if item.state != "rejected" or self.suggested is None:
            return None
        return self._rejections["mention" if isinstance(item.value, Mention) else "claim", item.key[1]]

    @cached_property
    def _rejections(self) -> dict[tuple[str, int | None], Rejection]:
        """The editor's rejections by kind and by the suggestion that each is of: many may be taken back at once."""
        return {(r.of, self._suggestion(r.of, r.origin)): r for r in reversed([*self.mine.rejections.values()])}

    def origin(self, item: Item[V]) -> Origin | None:
        """Where the editor's copy of this item comes from."""
        if item.suggestion is None or self.suggested is None:
            return item.value.origin
        return Origin(self.suggested.id or 0, item.suggestion.id)

    def after(self, changes: Iterable[Change]) -> LabelledArticle:
        """The labelled once the editor's layer has changed."""
        changes = list(changes)
        mine = self.mine.after(changes)
        touched = self.touched(changes)
        return replace(
            self,
            mine=mine,
            mentions=self._rebuilt(self.mentions, mine, {k for kind, k in touched if kind == "mention"}, Mention),
            claims=self._rebuilt(self.claims, mine, {k for kind, k in touched if kind == "claim"}, Claim),
        )

    def touched(self, changes: Iterable[Change]) -> list[tuple[str, Key]]:
        """Kind and key of the items that changes are about, each once, in the order of the changes."""
        found: dict[tuple[str, Key], None] = {}
        for change in changes:
            for value in (change.after, change.before):
                if isinstance(value, Mention | Claim):
                    kind = "mention" if isinstance(value, Mention) else "claim"
                    found[kind, self.key_of(value)] = None
                elif isinstance(value, Rejection) and (number := self._suggestion(value.of, value.origin)) is not None:
                    found[value.of, ("suggestion", number)] = None
        return list(found)

    def key_of(self, value: Mention | Claim) -> Key:
        """The key of the item that a value of the editor's is."""
        kind = "mention" if isinstance(value, Mention) else "claim"
        number = None if value.origin is None else self._suggestion(kind, value.origin)
        return ("own", value.id) if number is None else ("suggestion", number)

    def _suggestion(self, kind: str, origin: Origin) -> int | None:
        """The id of the suggestion that `origin` is, or that says what an earlier one said."""
        if self.suggested is not None and origin.layer == self.suggested.id:
            return origin.id
        return self.earlier.get((kind, origin))

    def _rebuilt(
        self, items: tuple[Item[V], ...], mine: Layer, touched: set[Key] | None, kind: type[V]
    ) -> tuple[Item[V], ...]:
        """`items` with those under the `touched` keys made anew; all of them when it is None."""
        if touched is not None and not touched:
            return items
        name = "mention" if kind is Mention else "claim"
        own: dict[int, V] = mine.mentions if kind is Mention else mine.claims  # type: ignore[assignment]
        proposed: dict[int, V] = {}
        if self.suggested is not None:
            proposed = self.suggested.mentions if kind is Mention else self.suggested.claims  # type: ignore[assignment]
        if touched is None or len(touched) > 50:
            touched = None
            own_by_key = {self.key_of(v): v for v in own.values()}
            wanted: Iterable[Key] = {**{("suggestion", i): None for i in proposed}, **dict.fromkeys(own_by_key)}
        else:
            own_by_key = {k: v for v in own.values() if (k := self.key_of(v)) in touched}
            wanted = touched
        rejected = {self._suggestion(name, r.origin) for r in mine.rejections.values() if r.of == name}
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


def lay(article: Article, mine: Layer, suggested: Layer | None, before: Iterable[Layer] = ()) -> LabelledArticle:
    """Puts an article's layers together. `before` are layers of earlier models that the editor decided on: a suggestion
    that one of them made, too, or made a little differently, is decided already."""
    earlier: dict[tuple[str, Origin], int] = {}
    if suggested is not None:
        decided = _decided(mine)
        layers = list(before)
        mentions = {Origin(x.id or 0, i): v for x in layers for i, v in x.mentions.items()}
        claims = {Origin(x.id or 0, i): v for x in layers for i, v in x.claims.items()}
        mentions = {o: v for o, v in mentions.items() if ("mention", o) in decided}
        claims = {o: v for o, v in claims.items() if ("claim", o) in decided}
        if mentions:
            pairs = align_mentions(mentions.values(), suggested.mentions.values())
            earlier |= {("mention", o): i for o, i in _same(mentions, pairs).items()}
        if claims:
            aligned = align_claims(Letters(article.text), claims.values(), suggested.claims.values())
            earlier |= {("claim", o): i for o, i in _same(claims, aligned, ENOUGH).items()}
    bare = LabelledArticle(article, mine, suggested, (), (), earlier)
    return replace(bare, mentions=bare._rebuilt((), mine, None, Mention), claims=bare._rebuilt((), mine, None, Claim))


def _decided(mine: Layer) -> set[tuple[str, Origin]]:
    """The suggestions, by kind and place, that an editor has decided on."""
    kept = [("mention", m.origin) for m in mine.mentions.values()] + [("claim", c.origin) for c in mine.claims.values()]
    rejected = [(r.of, r.origin) for r in mine.rejections.values()]
    return {(kind, origin) for kind, origin in (*kept, *rejected) if origin is not None}


def _same(old: Mapping[Origin, V], pairs: Iterable[Pair[V]], min_overlap: float = 0.0) -> dict[Origin, int]:
    """For old suggestions the new one that they are aligned with, when they overlap by `min_overlap` or more."""
    origins = {id(value): origin for origin, value in old.items()}
    return {origins[id(p.a)]: p.b.id for p in pairs if p.a is not None and p.b is not None and p.overlap >= min_overlap}


def _place(item: Item[V]) -> tuple[int, int, Key]:
    return item.value.start, item.value.end, item.key


def _state(value: V, suggestion: V | None) -> ItemState:
    if suggestion is None:
        return "made"
    same = replace(value, id=suggestion.id, origin=suggestion.origin, score=suggestion.score) == suggestion
    return "accepted" if same else "changed"

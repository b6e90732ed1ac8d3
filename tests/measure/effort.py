"""How many keys gold costs: `python -m tests.measure.effort` has an editor take, mend or make claims with the fewest.

The editor works at a real session and ends with exactly the gold spans; keys are those of the window (`gui.keys`). The
table of costs is printed first. Compared are both shipped models, the rules that stand in where they do not speak, and
an empty labelled.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import permutations
from math import inf
from pathlib import Path
from typing import Any

from annotator import store
from annotator.core.annotation import SLOTS, Claim, Slot
from annotator.core.compare import Letters, align_claims, without
from annotator.core.scheme import default
from annotator.core.text import Span, Spans, next_clause, previous_clause, words
from annotator.formats.bring_in import paste
from annotator.gui.app import declare_steps
from annotator.gui.stepping import OF_SCHEME, STEPS, Step
from annotator.labelling import edits as editing
from annotator.labelling.labelled_article import Item
from annotator.labelling.session import Session
from annotator.suggest.keeping import add_suggestions
from annotator.suggest.learned.model import Model, claim_by, shipped
from annotator.suggest.models import THOROUGH
from annotator.suggest.pipeline import load
from annotator.suggest.suggester import Suggester, suggest, suggester
from annotator.suggest.training import Gold
from tests.measure.polnear import dev

LINE = 14  # words in a line of the article: an arrow up or down goes so far

COSTS = (
    ("take a suggestion as it is; the next one is in focus", ("accept",)),
    ("decide against one; the next one is in focus", ("reject",)),
    ("choose an edge: once for each edge of its slot up to it", ("set_source", "set_cue", "set_content")),
    ("move it by a word, or to the end of a clause", ("edge_word_right", "edge_clause_right")),
    ("take a piece out, its edge being chosen", ("remove_piece",)),
    ("go to the next after mending", ("next_undecided",)),
    ("go to the text, and back", ("go_to_text", "go_to_side")),
    (f"move or select in the text: by word, or by lines of {LINE} words", ()),
    ("make a claim of its cue; the quick model fills it in", ("claim_by_cue",)),
    ("make a claim or a slot of the selection", ("new_claim", "set_source", "set_cue", "set_content")),
    ("add a further piece", ("add_source", "add_cue", "add_content")),
    ("say that there is no source", ("no_source",)),
)


@dataclass
class Effort:
    """Keys pressed, by what for."""

    keys: dict[str, int] = field(default_factory=dict)

    def press(self, what: str, times: float) -> None:
        self.keys[what] = self.keys.get(what, 0) + int(times)

    @property
    def total(self) -> int:
        return sum(self.keys.values())


class Editor:
    """Labels one article at a session until it is gold, and counts. `reads` fills in what is said by a cue."""

    def __init__(self, session: Session, gold: Gold, effort: Effort, reads: Model | None = None) -> None:
        self.session, self.gold, self.effort = session, gold, effort
        self.text = gold.text
        self.letters = Letters(gold.text)
        self.read = cache(lambda cue: None if reads is None else claim_by(reads, gold.text, cue))

    def label(self) -> None:
        assert self.session.labelled is not None
        suggested = {i.value.id: i for i in self.session.labelled.claims}
        pairs = align_claims(self.letters, self.gold.claims, [i.value for i in suggested.values()])
        for pair in pairs:
            if pair.a is None and pair.b is not None:
                self._reject(pair.b)
            elif pair.a is not None and pair.b is None:
                self._make(pair.a, pair.a.start)
            elif pair.a is not None and pair.b is not None:
                if self._same(pair.a, pair.b):
                    self._do(lambda item: editing.accept(self.session.labelled, [item]), pair.b)  # type: ignore[arg-type]
                    self.effort.press("take", 1)
                elif self._mending(pair.b, pair.a) <= 1 + self._making(pair.a, pair.a.start):
                    self._mend(pair.b, pair.a)
                else:
                    self._reject(pair.b)
                    self._make(pair.a, pair.a.start)
        made = list(self.session.labelled.mine.claims.values())
        assert len(made) == len(self.gold.claims)
        for pair in align_claims(self.letters, self.gold.claims, made):
            assert pair.a is not None and pair.b is not None and self._same(pair.a, pair.b)

    def _same(self, a: Claim, b: Claim) -> bool:
        return all(self.letters.same(getattr(a, slot), getattr(b, slot)) for slot in SLOTS)

    def _item(self, suggestion: Claim) -> Item[Claim]:
        assert self.session.labelled is not None
        return next(
            i for i in self.session.labelled.claims if i.suggestion is not None and i.suggestion.id == suggestion.id
        )

    def _do(self, make: Callable[[Item[Claim]], Any], suggestion: Claim) -> None:
        self.session.do(make(self._item(suggestion)))

    def _reject(self, suggestion: Claim) -> None:
        self._do(lambda item: editing.reject(self.session.labelled, [item]), suggestion)  # type: ignore[arg-type]
        self.effort.press("reject", 1)

    def _make(self, gold: Claim, caret: int) -> None:
        self.effort.press("make", self._making(gold, caret))
        assert self.session.labelled is not None
        before = set(self.session.labelled.mine.claims)
        first = (gold.content or gold.cue or gold.source)[0]
        self.session.do(editing.add_claim(self.session.labelled, first))
        new = next(iter(set(self.session.labelled.mine.claims) - before))
        for slot in SLOTS:
            item = next(i for i in self.session.labelled.claims if i.key == ("own", new))
            self.session.do(editing.set_slot(self.session.labelled, item, slot, getattr(gold, slot), "Set"))  # type: ignore[arg-type]

    def _making(self, gold: Claim, caret: int) -> float:
        """Keys for a claim from nothing, its spans one after the other, or from its cue: to the text, and back."""
        return min(self._by_spans(gold, caret), self._by_cue(gold, caret))

    def _by_cue(self, gold: Claim, caret: int) -> float:
        read = self.read(gold.cue[0]) if gold.cue else None
        if read is None:
            return inf
        made = replace(gold, source=read.source, cue=read.cue, content=read.content)
        mending = 0 if self._same(gold, made) else self._mending(made, gold)
        return 2 + self._selecting(caret, gold.cue[0]) + mending

    def _by_spans(self, gold: Claim, caret: int) -> int:
        keys, at = 2, caret
        for slot in ("content", "source", "cue"):
            spans: Spans = getattr(gold, slot)
            keys += sum(self._selecting(at if n == 0 else spans[n - 1][1], span) for n, span in enumerate(spans))
            keys += slot == "source" and not spans
            at = spans[-1][1] if spans else at
        return keys

    def _selecting(self, caret: int, span: Span) -> int:
        """Keys to go to a span, select it, and make something of it; the near end first."""
        there = min(self._way(caret, span[0]), self._way(caret, span[1]))
        return there + self._way(*span) + 1

    def _way(self, a: int, b: int) -> int:
        """Keys from one place to another."""
        count = len(words(self.text, min(a, b), max(a, b)))
        return count // LINE + min(count % LINE, LINE - count % LINE + 1)

    def _mend(self, suggestion: Claim, gold: Claim) -> None:
        self.effort.press("mend", self._mending(suggestion, gold))
        for slot in SLOTS:
            self._do(
                lambda item, slot=slot: editing.set_slot(
                    self.session.labelled, item, slot, getattr(gold, slot), "Mend"
                ),  # type: ignore[misc]
                suggestion,
            )
        item = self._item(suggestion)
        if not item.decided:  # what differed were signs only
            self.session.do(editing.accept(self.session.labelled, [item]))  # type: ignore[arg-type]

    def _mending(self, suggestion: Claim, gold: Claim) -> int:
        """Keys to mend a suggestion: edges moved, pieces taken out, slots selected anew; for each what is fewest."""
        return 1 + min(self._one_by_one(suggestion, gold, order) for order in permutations(SLOTS))

    def _one_by_one(self, claim: Claim, gold: Claim, order: Iterable[Slot]) -> int:
        keys, text_used = 0, False
        for slot in order:
            here, there = getattr(claim, slot), getattr(gold, slot)
            if self.letters.same(here, there):
                continue
            anew = sum(self._selecting(claim.start, span) for span in there) + (not there)
            moved = self._moving(here, there)
            if moved is not None and moved <= anew + 2:
                keys += moved
                text_used |= len(there) > len(here)
                gained = without(there, here)
                claim = replace(claim, **editing.pushed(self.text, claim, slot, gained))
            else:
                keys, text_used = keys + anew, True
            claim = replace(claim, **{slot: there})  # type: ignore[arg-type]
        return keys + 2 * text_used

    def _moving(self, here: Spans, there: Spans) -> int | None:
        """Keys to make one slot's pieces another's by its edges; None where there is none."""
        if not here:
            return None
        keys, reach, free = 0, 0, list(there)
        for piece, span in enumerate(here):
            near = max(free, key=lambda other: min(span[1], other[1]) - max(span[0], other[0]), default=None)
            if near is None or min(span[1], near[1]) <= max(span[0], near[0]):
                keys, reach = keys + 1, 2 * piece + 1
                continue
            free.remove(near)
            for n, side in ((1, 1), (2, 0)):  # the end comes first
                steps = self._steps(span[side], near[side], side == 1)
                if steps:
                    keys, reach = keys + steps, 2 * piece + n
        return keys + reach + sum(self._selecting(here[-1][1], span) for span in free)

    def _steps(self, a: int, b: int, end: bool) -> int:
        """Keys to move an edge from one place to another (but for signs): by clauses as far as they go, or one further,
        then by words."""
        if not self._apart(a, b):
            return 0
        at, keys, fewest = a, 0, self._apart(a, b)
        while keys < fewest:
            to = (next_clause if b > a else previous_clause)(self.text, at, end)
            if to == at:
                break
            at, keys = to, keys + 1
            fewest = min(fewest, keys + self._apart(at, b))
            if (at >= b) == (b > a):
                break
        return fewest

    def _apart(self, a: int, b: int) -> int:
        """Words with letters between two places."""
        return len([w for w in words(self.text, min(a, b), max(a, b)) if self.letters.within([w])])


def step_called(name: str) -> Step:
    """A step of the window, those for the scheme of the news among them."""
    declare_steps()
    of_scheme = {step.name: step for make in OF_SCHEME for step in make(default())}
    return of_scheme[name] if name in of_scheme else STEPS.named(name)


def effort(articles: Iterable[Gold], by: Suggester | None, min_score: float | None = None) -> Effort:
    """Keys for articles with the suggestions of one who suggests, or with none; of claims this probable or more."""
    found = Effort()
    with tempfile.TemporaryDirectory() as folder:
        project = store.create(Path(folder) / "effort.annotator")
        session = Session(project, "anna")
        session.min_score = session.min_score if min_score is None else min_score
        for gold in articles:
            article = paste(project, gold.text, "").added[0]
            assert session.project is not None
            if by is not None:
                add_suggestions(project, article, suggest(by, gold.text, default().label_map, unsure=True), by.name)
            session.open(article)
            Editor(session, gold, found, shipped() if by is not None and by.model is not None else None).label()
        session.close()
    return found


def usable(articles: Iterable[Gold]) -> list[Gold]:
    """Articles as a project takes them in (white space at the ends is cut), whose claims have words in every slot."""
    kept = []
    for gold in articles:
        text = gold.text.rstrip()
        if text == text.lstrip() and gold.claims and all(c.content for c in gold.claims):
            kept.append(Gold(text, tuple(c for c in gold.claims)))
    return kept


def main() -> None:
    gold = usable(dev())
    print(f"{len(gold)} articles, {sum(len(g.claims) for g in gold):,} claims. Keys:")
    for what, names in COSTS:
        keys = ", ".join(step_called(name).keys[0] for name in names) or "arrows, with Ctrl and Shift"
        print(f"  1 key   {what}  ({keys})")
    print()
    results = {
        "nothing": effort(gold, None),
        "rules": effort(gold, Suggester(load(), None)),
        "the model": effort(gold, suggester()),
        "thorough": effort(gold, suggester(model=THOROUGH)),
    }
    for name, one in results.items():
        parts = ", ".join(f"{what} {count:,}" for what, count in one.keys.items())
        shares = (
            f"{one.total / results['nothing'].total:.2f} of nothing, {one.total / results['rules'].total:.2f} of rules"
        )
        print(f"with {name:10} {one.total:7,} keys ({parts}); {shares}")


if __name__ == "__main__":
    sys.exit(main())

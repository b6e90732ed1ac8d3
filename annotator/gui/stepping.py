"""Steps of the window, each declared once beside the code that does it; menus, keys, hints and buttons are derived.

A step says where it stands and when it is possible. Whoever shows steps (a menu, the bottom line, a card) asks for
those of its place; nobody knows them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from annotator.core.annotation import Layer
    from annotator.core.scheme import Scheme
    from annotator.labelling.session import Session

Pane = Literal["window", "side", "review"]
MENUS = (
    "&Project",
    "&Edit",
    "&Article",
    "&Decide",
    "&Claim",
    "E&ntity",
    "Ed&ges",
    "&Review",
    "&View",
    "&Suggest",
    "&Help",
)


class Activity(Enum):
    """What the window is doing."""

    START = "start"  # no article is open
    LABELLING = "labelling"
    REVIEWING = "reviewing"
    GOLD_BY_HAND = "gold by hand"  # in the workbench, from the review


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides which steps are possible. `focus` is the kind of what is in focus ("claim", "mention"), if
    anything is; `undo` and `redo` name what they are about."""

    activity: Activity = Activity.START
    project: bool = False
    lead: bool = True
    focus: str | None = None
    finished: bool = False
    trained: bool = False
    undo: str | None = None
    redo: str | None = None


def layer_of(session: Session) -> Layer | None:
    """The layer that edits change: gold while an article is under review, else one's own of the open article."""
    if session.review is not None:
        return session.review.gold
    return session.labelled.mine if session.labelled is not None else None


def situation_of(activity: Activity, session: Session | None, focus: str | None) -> Situation:
    """The situation of a window that does this, with this project, and has an item of this kind in focus."""
    if session is None:
        return Situation()
    undo, redo = session.next_turns()
    layer = layer_of(session)
    finished = layer is not None and layer.finished is not None
    trained = session.knowledge.trained is not None
    return Situation(activity, True, session.leads, focus, finished, trained, undo, redo)


class Refusal(Exception):
    """A step that does not do what was asked, with the reason and what to do, for the bottom line."""


When = Callable[[Situation], bool]
MAX_VERSIONS = 9  # versions under review that a key can take


def always(now: Situation) -> bool:
    return True


def with_project(now: Situation) -> bool:
    return now.project


def with_article(now: Situation) -> bool:
    """An article is open, to be labelled or under review."""
    return now.activity is not Activity.START


def labelling(now: Situation) -> bool:
    """The workbench has an article: one's own labels, or gold by hand."""
    return now.activity in (Activity.LABELLING, Activity.GOLD_BY_HAND)


def own_labels(now: Situation) -> bool:
    return now.activity is Activity.LABELLING


def with_item(now: Situation) -> bool:
    return labelling(now) and now.focus is not None


def with_claim(now: Situation) -> bool:
    return labelling(now) and now.focus == "claim"


def reviewing(now: Situation) -> bool:
    return now.activity is Activity.REVIEWING


def outside_review(now: Situation) -> bool:
    """What brings articles in is not done in the middle of a review."""
    return now.project and now.activity is not Activity.REVIEWING


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step is offered besides its menu: in which order, in which words, and as which key (the step's own when
    empty)."""

    rank: int = 0
    words: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A step: its name, what menus call it, its keys and menu (`MENUS` without the sign), a `hint` for tooltips, and
    the `pane` that its keys are heard in: the whole window (but not a text field), the claims and entities, or the
    review. `when` says whether it is possible, `do` does it with the window. In its menu a line stands before it when
    it is `apart`; an unlisted one is like the one before it. `places` are further ones; `said` is what the menu calls
    it at the moment, `checked` whether it is the one chosen."""

    name: str
    text: str
    do: Callable[[Any], object]
    keys: tuple[str, ...] = ()
    menu: str = ""
    hint: str = ""
    pane: Pane = "window"
    when: When = always
    apart: bool = False
    listed: bool = True
    places: Mapping[str, Place] = field(default_factory=dict)
    said: Callable[[Situation], str] | None = None
    checked: Callable[[Any], bool] | None = None

    @property
    def tip(self) -> str:
        """A tooltip: what it does, and its key."""
        hint = self.hint or self.text.rstrip("…")
        return f"{hint} ({key_label(self.keys[0])})" if self.keys else hint

    @property
    def key(self) -> str:
        """Its first key as it is printed on keyboards; empty when it has none."""
        return key_label(self.keys[0]) if self.keys else ""


class Steps:
    """The steps there are, in the order in which they were declared."""

    def __init__(self) -> None:
        self._steps: dict[str, Step] = {}

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps.values())

    def add(self, step: Step) -> None:
        """Raises ValueError for a name that is taken."""
        if step.name in self._steps:
            raise ValueError(f"there are two steps called {step.name}")
        self._steps[step.name] = step

    def named(self, name: str) -> Step:
        """Raises KeyError when there is none."""
        return self._steps[name]

    def of_menu(self, menu: str) -> list[Step]:
        return [step for step in self if step.menu == menu]

    def at(self, place: str) -> list[Step]:
        """The steps offered at a place, in its order."""
        return sorted((s for s in self if place in s.places), key=lambda s: s.places[place].rank)

    def one_at(self, place: str) -> Step:
        """The one step of a place. Raises ValueError when there is none or are several."""
        (step,) = self.at(place)
        return step


STEPS = Steps()


Do = TypeVar("Do", bound=Callable[[Any], object])


def step(name: str, text: str, *keys: str, **more: Any) -> Callable[[Do], Do]:
    """Declares a step where its function is defined; see `Step` for the rest of it."""

    def declare(do: Do) -> Do:
        STEPS.add(Step(name, text, do, keys, **more))
        return do

    return declare


# Steps that a project's scheme brings, for its labels and attributes; made anew with each scheme.
OfScheme = Callable[["Scheme"], Iterable[Step]]
OF_SCHEME: list[OfScheme] = []


def of_scheme(make: OfScheme) -> OfScheme:
    """Declares a function that makes steps of a scheme."""
    OF_SCHEME.append(make)
    return make


def key_label(keys: str) -> str:
    """A key as it is printed on keyboards: "Ctrl ↵", "⇧ ←"."""
    signs = {
        "Shift": "⇧",
        "Left": "←",
        "Right": "→",
        "Up": "↑",
        "Down": "↓",
        "Return": "↵",
        "Enter": "↵",
        "Escape": "Esc",
    }
    if keys in ("Ctrl++", "Ctrl+-"):
        return keys.replace("+", " ", 1)
    return " ".join(signs.get(part, part) for part in keys.split("+"))

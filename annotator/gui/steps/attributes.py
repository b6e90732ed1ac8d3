"""Steps for the attributes of a project's scheme: each goes through its values or asks, each value sets itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from annotator.gui.stepping import Place, Step, When, labelling, of_scheme
from annotator.gui.steps.acting import CLAIM, ENTITY, article_of, bench_of, do, on_claim, standing
from annotator.gui.window import Window

if TYPE_CHECKING:
    from annotator.core.annotation import Answer, Answers, Claim, Mention
    from annotator.core.scheme import Attribute, Scheme, Value
    from annotator.gui.workbench.workbench import Workbench

MAX_STEPS = 5  # values that a key goes through one by one; of more it shows a list
MAX_TEXT = 50  # signs of a line in the menu
_MENUS = {"claim": "Claim", "mention": "Entity", "answers": "Article"}
_MOUSE = {"claim": CLAIM, "mention": ENTITY}
# In the bottom line while gold is corrected by hand.
_HINTED = {"mode": Place(1, "mode"), "stance": Place(2, "stance")}


def place_of(attribute: Attribute) -> str:
    """Where the step that goes through an attribute's values is offered: its row on the card."""
    return f"attribute {attribute.of} {attribute.name}"


@of_scheme
def attribute_steps(scheme: Scheme) -> Iterator[Step]:
    seen: set[str] = set()
    for attribute in scheme.attributes:
        text = f"{attribute.title}: {', '.join(_titles(attribute))}"
        if attribute.kind not in ("one", "yes_no") or len(attribute.values) > MAX_STEPS:
            text = f"{attribute.title}…"
        elif len(text) > MAX_TEXT:
            text = attribute.title
        places = {place_of(attribute): Place()}
        if attribute.of in _MOUSE and attribute.name not in _HINTED:
            places[_MOUSE[attribute.of]] = Place(20)
        if attribute.of == "claim" and attribute.name in _HINTED:
            places["footer gold by hand"] = _HINTED[attribute.name]
        hint = attribute.guideline or f"The next {attribute.title.lower()}"
        more = {"menu": _MENUS[attribute.of], "when": labelling, "hint": hint, "places": places}
        more["apart"] = attribute.of not in seen
        seen.add(attribute.of)
        keys = (attribute.key,) if attribute.key else ()
        yield Step(place_of(attribute), text, partial(_go_on, attribute=attribute), keys, **more)  # type: ignore[arg-type]
        for value in attribute.values:
            if value.key:
                yield _value_step(attribute, value, labelling)


def _titles(attribute: Attribute) -> list[str]:
    """What the key goes through."""
    titles = ["yes", "no"] if attribute.kind == "yes_no" else [value.title for value in attribute.values]
    return [*titles, *(["none"] if attribute.default is None else [])]


def _value_step(attribute: Attribute, value: Value, when: When) -> Step:
    return Step(
        f"{place_of(attribute)} {value.name}",
        f"{attribute.title}: {value.title}",
        partial(_choose_now, attribute=attribute, name=value.name),
        (value.key,),
        menu=_MENUS[attribute.of],
        when=when,
    )


def attend(window: Window) -> None:
    """Heeds what is clicked on the card, once there is one."""

    def heed(bench: Workbench) -> None:
        bench.answer_chosen.connect(
            lambda attribute, answer: window.attempt(lambda: choose(window, attribute, answer, click=True))
        )

    window.workbench_made.connect(heed)


def answer_now(window: Window, attribute: Attribute) -> Answer | None:
    """What the element that the attribute is about says now: the one in focus, or the article."""
    from annotator.core.annotation import ANSWERS, slot_value

    value: Answers | Mention | Claim | None
    if attribute.of == "answers":
        value = article_of(window).mine.answers.get(ANSWERS)
    else:
        item = bench_of(window).item()
        value = item.value if item is not None and bench_of(window).kind == attribute.of else None
    found: Answer | None = slot_value(value, attribute.name) if value is not None else None
    return attribute.default if found is None else found


def _answer(window: Window, attribute: Attribute, answer: Answer | None) -> None:
    from annotator.labelling import edits

    labelled, bench = article_of(window), bench_of(window)
    if attribute.of == "answers":
        do(window, edits.answer_article(labelled, attribute, answer))
    elif attribute.of == "claim":
        on_claim(window, lambda _: edits.set_answer(labelled, standing(bench.acting()), attribute, answer))
    elif bench.kind == "mention" and (items := bench.acting()):
        do(window, edits.set_answer(labelled, standing(items), attribute, answer))
    else:
        window.say("Choose an entity first, on the Entities tab or in the text.")
        return
    bench.show_card(reveal=False)
    if attribute.of != "claim":  # a claim's card shows it
        window.say(f"{attribute.title}: {attribute.in_words(answer)}")


def _go_on(window: Window, attribute: Attribute) -> None:
    """The next value; one of many, several values, numbers and texts are asked for."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.answers import ask_number, ask_one, ask_several

    bench = bench_of(window)
    if attribute.of != "answers" and (bench.item() is None or bench.kind != attribute.of):
        _answer(window, attribute, None)  # which says what to choose first
        return
    now = answer_now(window, attribute)
    if attribute.kind == "yes_no" or (attribute.kind == "one" and len(attribute.values) <= MAX_STEPS):
        values: list[Answer | None] = list(attribute.names) if attribute.kind == "one" else [True, False]
        values += [None] if attribute.default is None else []
        following = values[(values.index(now) + 1) % len(values)] if now in values else values[0]
        _answer(window, attribute, following)
        return
    asked: tuple[bool, Answer | None]
    if attribute.kind == "one":
        asked = ask_one(window, attribute, None if now is None else str(now))
    elif attribute.kind == "several":
        asked = ask_several(window, attribute, now if isinstance(now, tuple) else ())
    elif attribute.kind == "number":
        asked = ask_number(window, attribute, now if isinstance(now, float | int) else None)
    else:
        text = dialogs.ask_note(window, str(now or ""), attribute.title)
        asked = text is not None, text or None
    if asked[0]:
        _answer(window, attribute, asked[1])


def _choose_now(window: Window, attribute: Attribute, name: str) -> None:
    choose(window, attribute, name)


def choose(window: Window, attribute: Attribute, answer: Answer | None, click: bool = False) -> None:
    """Sets a value; of several it is added or taken away. Clicking the one that stands takes it away, where none may
    stand."""
    now = answer_now(window, attribute)
    if attribute.kind == "several" and isinstance(answer, str):
        chosen = set(now if isinstance(now, tuple) else ()) ^ {answer}
        answer = tuple(name for name in attribute.names if name in chosen)
    elif click and answer == now and attribute.default is None:
        answer = None
    _answer(window, attribute, answer)

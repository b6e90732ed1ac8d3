"""How items are told in a few words and signs: their state, how sure a suggestion is, what is answered of them."""

from __future__ import annotations

from annotator.core.annotation import Answers, Claim, Mention, What, slot_value
from annotator.core.scheme import Scheme

SURE = 0.75  # from this probability on a suggestion is drawn in full
STATE_WORDS = {
    "suggested": "suggested",
    "accepted": "accepted",
    "changed": "changed",
    "rejected": "rejected",
    "made": "yours",
}
MAX_MARKS = 3  # answers on a card that is not in focus
MAX_MARKED = 28  # signs of all of them


def firmness(score: float | None) -> float:
    """How firmly a suggestion of a probability is drawn, from a hint to 1; what has none is drawn in full."""
    return 1.0 if score is None or score >= SURE else 0.25 + 0.5 * score / SURE


def unsure(state: str, score: float | None) -> bool:
    """Whether an item is a suggestion that is less probable than a sure one."""
    return state == "suggested" and firmness(score) < 1


def sureness(score: float | None) -> str:
    """How probable a suggestion is, in words."""
    if score is None:
        return "?"
    return f"{'unsure ' if unsure('suggested', score) else ''}{round(score * 100)} %"


def initials(name: str) -> str:
    words = [w for w in name.split() if w[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def marks_of(value: Claim | Mention | Answers | None, scheme: Scheme | None, of: What) -> list[tuple[str, str]]:
    """What is answered of an element, with the theme's colour for it: the first few of what a scheme asks of them."""
    marks: list[tuple[str, str]] = []
    for attribute in scheme.of(of) if scheme is not None else ():
        answer = slot_value(value, attribute.name) if value is not None else None
        if answer is None and attribute.default is None:
            continue
        words = attribute.in_words(answer)
        if attribute.kind == "one":
            words = attribute.value(str(attribute.default if answer is None else answer)).shown
        elif attribute.kind in ("yes_no", "number"):
            words = f"{attribute.title}: {words}"
        if sum(len(mark) for mark, _ in marks) + len(words) <= MAX_MARKED:  # the name stands before them
            marks.append((words, str(answer) if attribute.name == "stance" else "soft"))
    return marks[:MAX_MARKS]

"""Claims by what the layout and the quotation marks of an article say of who speaks, where no word does.

A paragraph in quotation marks behind one that says who speaks, the answer of an interview, a name and a colon with
words behind it or in the next line, a quotation with a dash and a name below it, a caption with somebody's words.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from annotator.core.quotations import quotations, spoken_within
from annotator.core.text import Span, Spans, words
from annotator.suggest.found import FoundClaim
from annotator.suggest.names import Named

# How sure such a claim is: set by hand, until somebody has labelled enough of them to measure it.
BLOCK, COLON, CAPTION, UNTAGGED, ANSWER = 0.8, 0.8, 0.6, 0.6, 0.6
FEWEST = 3  # words that are somebody's, not a title in quotation marks
NEAR = 5_000  # code points
LONGEST_LABEL = 40  # code points before a colon
_LINE = regex.compile(r"^[^\S\n]*(\S(?:[^\n]*\S)?)", regex.M)
_PART = r"(?:\p{Lu}[\w’'.-]*|van|von|de|der|bin|al)"
_NAME = rf"\p{{Lu}}[\w’'.-]*(?: {_PART})*"
_BEGINS = regex.compile(rf"\p{{Lu}}[\w’'.-]*(?: {_PART})+")
_CREDIT = regex.compile(r"\b(?:Photo|Picture|Image|Graphic|Foto)s?: [^“”\"\n]{1,80}$", regex.M)
# A line of a transcript: perhaps a time, a name, a colon, words.
_TURN = regex.compile(rf"[“\"]?(?:\d\d?[:.]\d\d\s*[–—-]\s*)?(?P<name>{_NAME})\s*(?P<colon>:)\s+(?=\S)")
_SIGNED = regex.compile(r"([–—―-]{1,2})\s*(?=\p{Lu})")
_ASKED = regex.compile(rf"(?:Asked|Pressed|Questioned)\b[^“”\"]*?, (he|she|they|{_NAME})\b")
# What stands before a colon and is nobody.
_NOBODY = frozenset(
    """advertisement analysis answer background caption correction editor editors factbox file graphic image
    interview interviewer location moderator note notes opinion photo photos picture pictures question
    related reporter summary tickets topics update video warning watch
    """.split()  # noqa: SIM905
)
_CAPTION = regex.compile(r"(?:photo|picture|image|caption|file photo)s?\s*:", regex.I)
_OPENING = "“\"„«'‘"


@dataclass(frozen=True, slots=True)
class _Turn:
    """A line of a transcript: the speaker's name, the colon, and where the words begin."""

    name: Span
    colon: Span
    begins: int


class _Article:
    """A text with its lines, blank ones left out, and what lies in each: claims, and persons by name."""

    def __init__(self, text: str, found: Sequence[FoundClaim], mentions: Sequence[Named]) -> None:
        self.text = text
        self.quoted = quotations(text)
        self.lines = [match.span(1) for match in _LINE.finditer(text)]
        self.people = [(m.start, m.end) for m in mentions if m.label == "PERSON"]
        self._people: dict[int, list[Span]] = {}
        for span in self.people:
            for number in self._at(*span):
                self._people.setdefault(number, []).append(span)
        self.claims: dict[int, list[FoundClaim]] = {}  # by the lines of their cues and contents
        for claim in found:
            for number in sorted({n for span in (*claim.content, *claim.cue) for n in self._at(*span)}):
                self.claims.setdefault(number, []).append(claim)

    def _at(self, start: int, end: int) -> range:
        """The numbers of the lines that a span touches."""
        low = bisect_right(self.lines, start, key=lambda line: line[1])
        return range(low, bisect_left(self.lines, end, key=lambda line: line[0]))

    def named(self, number: int, low: int, high: int) -> list[Span]:
        """The persons named in a stretch of a line."""
        return [span for span in self._people.get(number, ()) if low <= span[0] and span[1] <= high]

    def mode(self, content: Span) -> str:
        return spoken_within(self.text, [content], self.quoted)

    def is_spoken(self, low: int, high: int) -> bool:
        """Whether a stretch is somebody's words as a whole, and more than a title."""
        return self.text[low] in _OPENING and self._is_sentence(low, high) and self.mode((low, high)) == "direct"

    def _is_sentence(self, low: int, high: int) -> bool:
        """Whether there are some words, and not all of the long ones with capitals."""
        found = [self.text[s:e] for s, e in _words(self.text, low, high)]
        return len(found) >= FEWEST and not all(word[0].isupper() for word in found[1:] if len(word) > 3)

    def repeats(self, low: int, high: int) -> bool:
        """Whether the same words stand near by, too: a quotation that was only lifted out."""
        inner = self.text[low + 1 : high - 1].rstrip(".,!?…").casefold()
        return self.text[max(0, low - NEAR) : high + NEAR].casefold().count(inner) > 1


def said_by_layout(text: str, found: Sequence[FoundClaim], mentions: Sequence[Named]) -> list[FoundClaim]:
    """Claims beside those `found`, whose content none of them holds; in text order."""
    article = _Article(text, found, mentions)
    turns, answers = _turns(article), _answers(article)
    made: list[FoundClaim] = []
    speaker: Spans = ()  # whose words the next paragraph may be, if it says nothing else
    for number, (low, high) in enumerate(article.lines):
        if turn := turns.get(number):
            speaker = ()
            if not any(_meets(claim, turn.name[0], turn.begins) for claim in article.claims.get(number, ())):
                made.append(_claim(article, turn.name, turn.colon, (turn.begins, high), COLON))
        elif number in article.claims:
            speaker = _speaker(article.claims[number], low, high) or _asked(text, low, high)
        elif not article.is_spoken(low, high):
            speaker = _asked(text, low, high)
            made += _caption(article, number)
        elif signed := _above(article, number - 1) or _below(article, number + 1):
            speaker = ()
            made.append(_claim(article, *signed, (low, high), BLOCK))
        elif number in answers:
            made.append(_claim(article, answers[number], None, (low, high), ANSWER))
        elif speaker and not article.repeats(low, high):
            made.append(_claim(article, speaker[0], None, (low, high), UNTAGGED))
    return made


def says_nothing(text: str, claim: FoundClaim) -> bool:
    """Whether a claim's source is a word like "Photo", which a model takes for somebody for the colon behind it."""
    return len(claim.source) == 1 and text[slice(*claim.source[0])].casefold() in _NOBODY


def without_inner(found: Sequence[FoundClaim], outer: Sequence[FoundClaim]) -> list[FoundClaim]:
    """Those whose cue does not stand in the content of what the layout says: claims within claims are left out."""
    contents = sorted(span for claim in outer for span in claim.content)

    def is_inner(claim: FoundClaim) -> bool:
        at = (claim.cue or claim.content)[0][0]
        before = bisect_right(contents, at, key=lambda span: span[0])
        return before > 0 and at < contents[before - 1][1]

    return [claim for claim in found if not is_inner(claim)]


def _claim(article: _Article, source: Span, cue: Span | None, content: Span, score: float) -> FoundClaim:
    mode = article.mode(content)
    return FoundClaim((source,), (cue,) if cue else (), (content,), mode, score)  # type: ignore[arg-type]


def _meets(claim: FoundClaim, low: int, high: int) -> bool:
    return any(start < high and low < end for start, end in (*claim.content, *claim.cue))


def _speaker(here: Sequence[FoundClaim], low: int, high: int) -> Spans:
    """Whose words stand last in a paragraph, in quotation marks."""
    spoken = [c for c in here if c.source and c.mode != "indirect" and any(low <= e <= high for _, e in c.content)]
    last = max(spoken, key=lambda claim: claim.content[-1][1], default=None)
    return last.source if last else ()


def _asked(text: str, low: int, high: int) -> Spans:
    """Who was asked, in a paragraph before an answer."""
    match = _ASKED.match(text, low, high)
    return (match.span(1),) if match else ()


def _turns(article: _Article) -> dict[int, _Turn]:
    """The lines of a transcript, by their numbers: two or more in which a name stands before a colon that comes again,
    or is the end of a person's; and beside such, those with a name of several words."""
    text = article.text
    found: dict[int, _Turn] = {}
    for number, line in enumerate(article.lines):
        match = _TURN.match(text, *line)
        if match and match.end("name") - match.start("name") <= LONGEST_LABEL:
            found[number] = _Turn(match.span("name"), match.span("colon"), match.end())
    names = {n: text[slice(*turn.name)].casefold().split() for n, turn in found.items()}
    times = Counter(words[-1] for words in names.values())
    people = {text[s:e].casefold().split()[-1] for s, e in article.people}
    somebody = {number: said for number, said in names.items() if not set(said) <= _NOBODY}
    spoken = {number for number, said in somebody.items() if times[said[-1]] > 1 or said[-1] in people}
    if len(spoken) < 2:
        return {}
    return {n: found[n] for n, said in somebody.items() if n in spoken or len(said) > 1}


def _answers(article: _Article) -> dict[int, Span]:
    """The answers of an interview, two or more paragraphs in quotation marks behind questions without, and who gives
    them: who is addressed in the first question, else the person named first before."""
    found = [
        n + 1
        for n, ((low, high), (start, end)) in enumerate(pairwise(article.lines))
        if article.text[high - 1] == "?" and not article.is_spoken(low, high) and article.is_spoken(start, end)
    ]
    if len(found) < 2:
        return {}
    low, high = article.lines[found[0] - 1]
    who = next(iter([*article.named(found[0] - 1, low, high), *(p for p in article.people[:1] if p[1] <= low)]), None)
    return dict.fromkeys(found, who) if who else {}


def _above(article: _Article, number: int) -> tuple[Span, Span] | None:
    """The person and the colon of a line that ends with one, as above a block of somebody's words."""
    if number < 0:
        return None
    low, high = article.lines[number]
    if article.text[high - 1] != ":":
        return None
    who = _first_named(article, number, low, high)
    return (who, (high - 1, high)) if who else None


def _below(article: _Article, number: int) -> tuple[Span, Span] | None:
    """The person and the dash of a line that begins with one, as below a quotation."""
    if number >= len(article.lines):
        return None
    low, high = article.lines[number]
    match = _SIGNED.match(article.text, low, high)
    who = _first_named(article, number, match.end(), high) if match else None
    return (who, match.span(1)) if match and who else None


def _first_named(article: _Article, number: int, low: int, high: int) -> Span | None:
    """The first person in a stretch of a line, or the name of several words with which it begins."""
    match = _BEGINS.match(article.text, low, high)
    first = next(iter(article.named(number, low, high)), match.span() if match else None)
    # A pipeline may know the half of a name: "Camille" of "Camille N’Diaye".
    return match.span() if match and first and match.start() == first[0] else first


def _caption(article: _Article, number: int) -> list[FoundClaim]:
    """Of a caption, or a short paragraph, that names one person and ends with words in quotation marks."""
    low, high = article.lines[number]
    if credit := _CREDIT.search(article.text, low, high):
        high = low + len(article.text[low : credit.start()].rstrip())
    last = bisect_right(article.quoted, high, key=lambda span: span[1]) - 1
    start, end = article.quoted[last] if last >= 0 else (0, 0)
    if end != high or start <= low or not article.is_spoken(start, end):
        return []
    people = article.named(number, low, start)
    begins = match.end() if (match := _CAPTION.match(article.text, low, high)) else low
    head = article.text[low:start].rstrip()
    if len(people) != 1 or not head.endswith((":", ".")) or len(_words(article.text, begins, start)) > 15:
        return []
    cue = (low + len(head) - 1, low + len(head)) if head.endswith(":") else None
    return [_claim(article, people[0], cue, (start, end), CAPTION)]


def _words(text: str, low: int, high: int) -> list[Span]:
    return [(s, e) for s, e in words(text, low, high) if text[s].isalnum()]

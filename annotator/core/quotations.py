"""Quotations in a text, by their marks; and where the marks cannot be paired."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import regex

from annotator.core.text import Span, words

_MARKS = regex.compile(r"&quot;|``|''|[“”„‟«»‹›‘’‚‛\"'「」『』]")
# What closes what an opening mark has opened.
_CLOSERS = {
    "“": {"”", '"'},
    "„": {"“", "”", '"'},
    "‟": {"”"},
    "«": {"»"},
    "»": {"«"},
    "‹": {"›"},
    "›": {"‹"},
    "‘": {"’"},
    "‛": {"’"},
    "‚": {"‘", "’"},
    '"': {'"', "”"},
    "”": {"”"},
    "'": {"'"},
    "``": {"''"},
    "「": {"」"},
    "『": {"』"},
}
_SINGLE = {"‘", "‛", "‚", "'"}
_ALIKE = {'"', "”"}  # that open and close with the same mark
_RUN_ON = "“„«"  # that stand again before each paragraph of one quotation
_ELISION = regex.compile(r"(?:\d\ds|tis|twas|twere|twill|em|cos|bout|n)\b", regex.IGNORECASE)
_ALNUM = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class _Mark:
    at: int
    end: int
    sign: str


@dataclass(frozen=True, slots=True)
class Quotations:
    """The quotations of a text with their marks, outermost only, in text order; and the stretches in which marks stand
    that cannot be paired."""

    spans: list[Span]
    unpaired: list[Span]


def quotations(text: str) -> list[Span]:
    """The quotations of a text; see `pair`."""
    return pair(text).spans


def pair(text: str) -> Quotations:
    """Pairs the quotation marks of a text, paragraph by paragraph.

    A mark between two letters or digits is an apostrophe, one behind a number a sign of inches or feet where nothing is
    to be closed. A quotation that is not closed in its paragraph runs on when the next one begins with the opening mark
    again; else it ends with its paragraph. Where the same mark opens and closes, one that can only open while another
    is open, or only close while none is, is not paired: what lies there is nobody's quotation for sure.
    """
    found: list[Span] = []
    unpaired: list[Span] = []
    running = -1  # where a quotation began that runs on from the paragraph before
    sign = ""
    low = 0
    for high in (*(m.start() for m in regex.finditer("\n", text)), len(text)):
        marks = _marks(text, low, high)
        if marks or running >= 0:
            paragraph = _Paragraph(text, low, high, marks)
            running, sign = paragraph.read(running, sign)
            found += paragraph.found
            unpaired += paragraph.unpaired
        low = high + 1
    if running >= 0:
        found.append((running, len(text)))
    return Quotations(found, unpaired)


def _marks(text: str, low: int, high: int) -> list[_Mark]:
    made = []
    for match in _MARKS.finditer(text, low, high):
        sign = '"' if match[0] == "&quot;" else match[0]
        inside = sign not in "「」『』" and match.start() > 0 and match.end() < len(text)
        if inside and text[match.start() - 1].isalnum() and text[match.end()].isalnum() and sign != "``":
            continue
        made.append(_Mark(match.start(), match.end(), sign))
    return made


class _Paragraph:
    """The state of reading one paragraph."""

    def __init__(self, text: str, low: int, high: int, marks: list[_Mark]) -> None:
        self.text, self.low, self.high, self.marks = text, low, high, marks
        self.found: list[Span] = []
        self.unpaired: list[Span] = []
        self.last: dict[str, int] = {mark.sign: mark.at for mark in marks}  # where each sign stands last
        signs = [mark.sign for mark in marks]
        # “ “ … ” ”: counted only where none is missing, so that a slip does not run on.
        self.nests = signs.count("“") == signs.count("”") and "“" in signs
        # The last place where a single mark can close, by sign.
        self.closing = {m.sign: m.at for m in marks if m.sign in ("’", "'", "‘")}

        numbers = [n for n, mark in enumerate(marks) if mark.sign == '"']
        self.straight = {n: marks[later] for n, later in pairwise(numbers)}  # the one after it

    def read(self, opened: int, sign: str) -> tuple[int, str]:
        """Finds the quotations, the first of which may run on from before; returns where one began that runs on into
        the next paragraph (-1 when none does), and its sign."""
        depth, border = 0, self.low  # up to where all is settled
        first = opened >= 0
        for number, mark in enumerate(self.marks):
            if opened < 0:
                if self._opens(mark):
                    opened, sign, depth = mark.at, mark.sign, 0
                elif mark.sign in _ALIKE and self._only_closes(mark) and not self._after_number(mark):
                    self.unpaired.append((border, mark.end))
                    border = mark.end
                continue
            if first and mark.sign == sign and not self.text[self.low : mark.at].strip():
                continue  # the mark that stands again before a paragraph
            if mark.sign == sign == "“" and self.nests:
                depth += 1
            elif mark.sign in _CLOSERS[sign] and self._closes(mark, sign, number):
                if mark.sign in _ALIKE and sign in _ALIKE and self._only_opens(mark):
                    self.unpaired.append((opened, mark.at))
                    opened = mark.at
                elif depth:
                    depth -= 1
                else:
                    self.found.append((opened, mark.end))
                    opened, border = -1, mark.end
        if opened < 0:
            return -1, ""
        following = self.text[self.high : self.high + 64].lstrip()
        if sign in _RUN_ON and following.startswith(sign):
            return opened, sign
        if sign in _ALIKE and not following.startswith(sign):
            self.unpaired.append((opened, self.high))
        else:
            self.found.append((opened, self.high))
        return -1, ""

    def _before(self, mark: _Mark) -> str:
        return self.text[mark.at - 1] if mark.at > self.low else " "

    def _after(self, mark: _Mark) -> str:
        return self.text[mark.end] if mark.end < self.high else " "

    def _only_opens(self, mark: _Mark) -> bool:
        before, after = self._before(mark), self._after(mark)
        return (before.isspace() or before in "([{—–/") and after.isalnum()

    def _only_closes(self, mark: _Mark) -> bool:
        before, after = self._before(mark), self._after(mark)
        return (before.isalnum() or before in ".,!?…") and (after.isspace() or after in ".,;:!?)]}")

    def _after_number(self, mark: _Mark) -> bool:
        return self._before(mark).isdigit()

    def _opens(self, mark: _Mark) -> bool:
        sign, before = mark.sign, self._before(mark)
        if sign not in _CLOSERS:
            return False
        if sign in ("»", "›"):
            return before.isspace()
        if sign == '"':
            return not before.isalnum() and not self._only_closes(mark)
        if sign == "”":
            return self._only_opens(mark) and self.last["”"] > mark.at and "“" not in self.last
        if sign == "``":
            return self.last.get("''", -1) > mark.at
        if sign in _SINGLE:
            if before.isalnum() or self._after(mark).isspace() or _ELISION.match(self.text, mark.end):
                return False
            return any(self.closing.get(closer, -1) > mark.at + 1 for closer in _CLOSERS[sign])
        return True

    def _closes(self, mark: _Mark, sign: str, number: int) -> bool:
        """Whether a mark of a closing kind closes what `sign` has opened."""
        if sign in _SINGLE:
            return not self._possessive(mark)
        if mark.sign == '"' and sign != '"':  # “ … ": only where no other mark could close it
            return self._only_closes(mark) and all(self.last.get(c, -1) <= mark.at for c in _CLOSERS[sign] - {'"'})
        if mark.sign == '"' and self._after_number(mark):
            # Inches, when the next mark would close, too; else nothing would be left for it to close.
            following = self.straight.get(number)
            return following is None or not self._only_closes(following)
        return True

    def _possessive(self, mark: _Mark) -> bool:
        """`players’ union`: a mark after an s and before a lower-case word is an apostrophe when a later one can
        close."""
        text, at = self.text, mark.at
        if self._before(mark) != "s" or not text[at + 1 : at + 3].strip():
            return False
        return text[at + 1] == " " and text[at + 2].islower() and self.closing.get(mark.sign, -1) > at


def spoken_within(text: str, content: Iterable[Span], quoted: list[Span]) -> str:
    """Mode of a claim from the quotation marks: direct when every word of the content stands in quotations, mixed when
    some do, else indirect. `quoted` are the text's `quotations`."""
    inside = total = 0
    for start, end in content:
        for s, e in words(text, start, end):
            if _ALNUM.search(text, s, e):
                total += 1
                i = bisect_left(quoted, (s + 1, 0))
                inside += i > 0 and e <= quoted[i - 1][1]
    return "indirect" if not inside else "direct" if inside == total else "mixed"


def is_unsure(content: Iterable[Span], unpaired: Iterable[Span]) -> bool:
    """Whether content lies where the marks cannot be paired, so that its mode cannot be read off them."""
    stretches = list(unpaired)
    return any(start < high and low < end for start, end in content for low, high in stretches)

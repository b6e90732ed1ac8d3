"""What the words of a name, and those right beside it, say of it, whatever a pipeline took it for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from annotator.core.text import Span
from annotator.suggest.words import words


@dataclass(frozen=True, slots=True)
class Named:
    """A mention with the pipeline's label: `[start, end)` in code points."""

    start: int
    end: int
    label: str


# What a name of several words is by its last one.
_HEADS = {
    "ORG": "Agency Association Center Centre Coalition Commission Committee Council Federation Foundation Group "
    "Institute Museum Party Strategies Union University",
    "LAW": "Act Amendment Bill Treaty",
    "FAC": "Airport Arena Avenue Bridge Square Stadium Street",
    "EVENT": "Festival Olympics Summit Symposium",
}
_BY_HEAD = {word: label for label, words in _HEADS.items() for word in words.split()}
# Names with a head that are more than a name and a head: "Trump Foundation" is none of Trump's first names.
_BODY = re.compile(
    r"\b(?:Association|Bureau|Cent(?:er|re)|Coalition|Committee|Council|Court|Department|Federation|League|Office|Union)\b"
)
_TIES = re.compile(r" (?:for|of)(?: the)? ")
_SUFFIX = re.compile(r",? (?:Jr|Sr)\b\.?|,? (?:II|III|IV)\b")
_CAPITAL = re.compile(r",? D\.?C\b\.?")
# Alone, with a capital, they are a part of a title, of a longer name, or of nothing.
_ALONE = frozenset(["Court", "Eastern", "Homeless", "Media", "Northern", "Southern", "State", "Western"])
_DATELINE = re.compile(
    r"^[^\S\n]*([A-Z][A-Z.’' -]{2,30}[A-Z])(?=(?:, [A-Z][\w.]+){0,2}\s*(?:\([^()\n]{1,30}\)\s*)?[–—―-]{1,2}\s)", re.M
)
_TITLED = regex.compile(
    r"\b(\p{Lu}\p{Ll}{3,}) (\p{Lu}\p{Ll}+(?: \p{Lu}\.)? (\p{Lu}[\w’'-]*\p{Ll}))(?=[ ,.;:’'”\n])(?! \p{Lu})"
)
_SENTENCE = re.compile(r"(?:[.!?]['’\"”)]*\s+|[\n\r]\s*)[\"“‘']?$")


def by_head(text: str, one: Named) -> Named:
    """A name of three words or more, or of two that name no person for sure, is what its last word says."""
    parts = text[one.start : one.end].split()
    label = _BY_HEAD.get(parts[-1]) if len(parts) > 1 else None
    return Named(one.start, one.end, label) if label else one


def whole(text: str, one: Named) -> Named:
    """A person's name with what follows it ("Jr.", "II"), a city's with its district ("Washington, D.C.")."""
    name = text[one.start : one.end]
    if name == "Washington" and (match := _CAPITAL.match(text, one.end)):
        return Named(one.start, match.end(), "GPE")
    match = _SUFFIX.match(text, one.end) if " " in name else None
    if match or _SUFFIX.search(name):
        return Named(one.start, match.end() if match else one.end, "PERSON")
    return one


def joined(text: str, found: Iterable[Named]) -> list[Named]:
    """Bodies that a slash or "for the" makes one, in text order: "Reuters/Ipsos", "Court of Appeals for the Sixth
    Circuit", "Civil Liberties Union of Ohio"."""
    made: list[Named] = []
    for one in found:
        if made and made[-1].label == "ORG":
            last = made[-1]
            between = text[last.end : one.start]
            body = _BODY.search(text, last.start, last.end)
            if (between == "/" and one.label == "ORG") or (
                body and one.label in ("ORG", "GPE", "NORP", "LOC") and _TIES.fullmatch(between)
            ):
                made[-1] = Named(last.start, one.end, "ORG")
                continue
        made.append(one)
    return made


def is_plain(text: str, one: Named, lower: frozenset[str]) -> bool:
    """Whether a mention is a plain word: one that is no name alone, that is written small elsewhere in the article
    (`lower`) and only begins a sentence here, or a word that an editor has mended in brackets."""
    name = text[one.start : one.end]
    if "[" in name or "]" in name:
        return True
    if name in _ALONE:
        return one.label in ("ORG", "GPE", "NORP", "LOC")
    return (
        name.lower() in lower
        and name.isalpha()
        and _SENTENCE.search(text, max(0, one.start - 8), one.start) is not None
    )


def small_words(text: str) -> frozenset[str]:
    """The words of an article that are somewhere written small."""
    return frozenset(re.findall(r"(?<![\w’'])[a-z]{3,}(?![\w’'])", text))


def titled(text: str) -> Iterator[Span]:
    """Full names of persons behind the word for what they are, with a capital: "General Davit Orbel"."""
    for match in _TITLED.finditer(text):
        is_body = match[3] in _BY_HEAD or match[3] in words("no surnames") or _BODY.fullmatch(match[3])
        if match[1].casefold() in words("offices") and not is_body:
            yield match.span(2)


def datelines(text: str) -> Iterator[Span]:
    """Where reports say in capitals from where they come: "HEMPSTEAD, N.Y. —"."""
    for match in _DATELINE.finditer(text):
        yield match.span(1)


def parted(text: str, one: Named, label: Mapping[str, str]) -> Sequence[Named]:
    """A name that ends with that of a person who is none of it: "Washington Post Trump" are two, "Notice Trump" one."""
    parts = text[one.start : one.end].split(" ")
    if one.label == "PERSON" or len(parts) < 2 or label.get(parts[-1]) != "PERSON":
        return [one]
    at = one.end - len(parts[-1])
    first = " ".join(parts[:-1])
    if label.get(first):
        return [Named(one.start, at - 1, label[first]), Named(at, one.end, "PERSON")]
    is_title = text[one.end : one.end + 1] in ("”", '"', "’", "'") or len(parts) > 2
    return [one] if is_title else [Named(at, one.end, "PERSON")]

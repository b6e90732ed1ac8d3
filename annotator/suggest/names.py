"""What an article calls things by name: the pipeline's entities, looked at once more with the whole article in view.

A pipeline decides on each mention by the words around it. An article says more: who is a person on first mention is one
on the tenth, a headline in capitals names whom the text names, and a name found once is a name wherever it stands.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from annotator.core.assets import asset
from annotator.core.text import Span
from annotator.suggest.name_words import Named, by_head, datelines, is_plain, joined, parted, small_words, titled, whole
from annotator.suggest.words import words as listed

# What a name is voted to be; other labels (dates, numbers) pass through as they are.
NAMED = frozenset(("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "WORK_OF_ART", "LAW", "PRODUCT"))
POSSESSIVES = ("'s", "’s", "‘s", "'", "’")
_BEFORE = re.compile(r"(?:the|this|that|an?|our|their|his|her)\s+", re.I)
_EDGE = " \t\n\r\f\v\u00a0,;:–—-“”\"‘’'`*_|#@"
_HONORIFIC = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Capt|Sgt|Rev|Prof)\.|\b(?:Mr|Mrs|Ms|Miss|Sir|Senator|Representative|"
    r"Congressman|Congresswoman|Governor|Mayor|Judge|Justice|Chancellor|Professor|Reverend))\s$"
)
_BROKEN = re.compile(r"(?<!\s)\s*[\n\r]|\s[-–—]\s|\s''|['’‘]s \d|\s\d+[.,]\d")
_WORD = re.compile(r"[^\W\d_][\w’'.&-]*")
_QUOTES = ("“", '"', "‘", "'", "«")
_HEADLINE_WORDS = 25


def _goes_on(name: str, label: Mapping[str, str], given: Mapping[str, str]) -> bool:
    """Whether a headline's full name is one: nothing of it is a name below, or its last word is a person's there."""
    words = name.split()
    if words[0] in given_names() and label.get(words[-1]) == "PERSON":
        return True
    return not any(word in label or word in given for word in words)


@cache
def lexicon() -> Mapping[str, str]:
    """Names that mean the same in nearly every article, with their labels."""
    held = json.loads(asset("names", "en.json").read_text("utf-8"))
    return {name: label for label, names in held.items() for name in names}


@cache
def given_names() -> Mapping[str, str]:
    """First names with whose they are: a woman's (`f`), a man's (`m`), or both's (`?`)."""
    lines = asset("names", "given.txt").read_text("utf-8").splitlines()
    return dict(line.split() for line in lines)


def settle(text: str, found: Iterable[Named], known: Mapping[str, str] | None = None) -> list[Named]:
    """The mentions of a whole article, from those its pipeline found; `known` are names with labels that hold here
    whatever anything else says, an empty label for what is no name."""
    given = {**lexicon(), **(known or {})}
    heads = headlines(text)
    cleaned = [cleaned for one in found if (cleaned := _clean(text, one)) is not None]
    lower = small_words(text)
    cleaned = [by_head(text, whole(text, _as_person(text, one))) for one in cleaned if one.label in NAMED] + [
        one for one in cleaned if one.label not in NAMED
    ]
    body = [one for one in cleaned if not _within(heads, one.start)]
    votes = _votes(text, body, given)
    label = {name: _choice(name, counts, given) for name, counts in votes.items()}
    settled: list[Named] = []
    for one in cleaned:
        if one.label not in NAMED:
            settled.append(one)
            continue
        name = " ".join(text[one.start : one.end].split())
        unknown = _within(heads, one.start) and name not in label and name not in given
        if unknown and not (_is_full_name(name, one.label) and _goes_on(name, label, given)):
            continue
        chosen = given[name] if name in given else label.get(name) or one.label
        if chosen:
            settled.append(Named(one.start, one.end, chosen))
    named = {**label, **{name: said for name, said in given.items() if said}}
    settled = sorted((part for one in settled for part in _parted(text, one, named, given)), key=lambda one: one.start)
    settled += [Named(*span, "GPE") for span in datelines(text) if text[slice(*span)] not in given]
    settled.sort(key=lambda one: one.start)
    free = [span for span in titled(text) if not _within(heads, span[0]) and not _meets(settled, *span)]
    settled += [Named(*span, "PERSON") for span in free if text[slice(*span)] not in given]
    settled = joined(text, sorted(settled, key=lambda m: m.start))
    for one in settled:
        name = " ".join(text[one.start : one.end].split())
        if one.label == "ORG" and len(name.split()) > 2:
            label.setdefault("".join(w[0] for w in name.split() if w[0].isupper()), "ORG")
            label.setdefault(name, "ORG")
    completed = (part for one in _completed(text, settled, label, given) for part in _parted(text, one, named, given))
    kept = (one for one in completed if one.label not in NAMED or not is_plain(text, one, lower))
    return joined(text, sorted(kept, key=lambda m: (m.start, m.end)))


def headlines(text: str) -> list[Span]:
    """Lines of the text in title case or capitals, short ones: names in them are told by the text below."""
    found = []
    for match in re.finditer(r"[^\n\r]+", text):
        words = [w for w in _WORD.findall(match[0]) if len(w) > 3]
        capital = sum(w[0].isupper() for w in words)
        if 3 <= len(words) <= _HEADLINE_WORDS and capital >= 0.75 * len(words) and not re.search(r"[.?!] \w", match[0]):
            found.append(match.span())
    return found


def _within(lines: Sequence[Span], at: int) -> bool:
    """Whether one of some lines, in text order, holds a place."""
    i = bisect_right(lines, at, key=lambda line: line[0])
    return i > 0 and at < lines[i - 1][1]


def _parted(text: str, one: Named, named: Mapping[str, str], given: Mapping[str, str]) -> Sequence[Named]:
    """See `parted`; what is known to be a name is whole."""
    return [one] if " ".join(text[one.start : one.end].split()) in given else parted(text, one, named)


def _meets(some: Sequence[Named], start: int, end: int) -> bool:
    """Whether any of some mentions, in text order, touches a stretch."""
    i = bisect_left(some, end, key=lambda one: one.start)
    return i > 0 and some[i - 1].end > start


def _clean(text: str, one: Named) -> Named | None:
    """A mention without what is none of its name: white space, marks, "the", a possessive ending, titles of persons."""
    start, end = one.start, one.end
    if one.label not in NAMED:
        return one
    # A line break or a dash between spaces ends a name.
    broken = _BROKEN.search(text[start:end])
    if broken and broken.start():
        end = start + broken.start()
    while True:
        before = start, end
        while start < end and text[start] in _EDGE:
            start += 1
        while start < end and (text[end - 1] in _EDGE):
            end -= 1
        for suffix in POSSESSIVES[:3]:
            if text[start:end].endswith(suffix) and end - start > len(suffix):
                end -= len(suffix)
        lead = _BEFORE.match(text, start, end)
        if lead and lead.end() < end:
            start = lead.end()
        if one.label == "PERSON":
            word = re.match(r"(\S+)\s+", text[start:end])
            if word and word[1].rstrip(".").casefold() in listed("titles"):
                start += word.end()
        if (start, end) == before:
            break
    name = text[start:end]
    lowered = sum(word.islower() for word in name.split())
    if one.label == "WORK_OF_ART" and lowered > 3 and text[start - 1 : start] not in _QUOTES:
        return None
    if not name or not any(c.isupper() or not c.isascii() for c in name) or not any(c.isalpha() for c in name):
        return None
    return Named(start, end, one.label)


def _as_person(text: str, one: Named) -> Named:
    """A mention of two to four capital words of which the first is a first name is a person's."""
    words = text[one.start : one.end].split()
    named = 2 <= len(words) <= 4 and all(
        w[0].isupper() and w.rstrip(".").isalpha() and not w.isupper() for w in words[1:]
    )
    if named and words[0] in given_names() and words[-1] not in _NO_SURNAMES and one.label in _CONFUSED:
        return Named(one.start, one.end, "PERSON")
    return one


_NO_SURNAMES = listed("no surnames")
_CONFUSED = frozenset(("ORG", "GPE", "WORK_OF_ART", "NORP", "LOC"))


def _votes(text: str, found: Iterable[Named], given: Mapping[str, str]) -> dict[str, Counter[str]]:
    """How often each name was what, and what the article's full names say of their parts."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    persons: Counter[str] = Counter()
    for one in found:
        if one.label not in NAMED:
            continue
        name = " ".join(text[one.start : one.end].split())
        votes[name][one.label] += 1
        if _HONORIFIC.search(text, max(0, one.start - 16), one.start):
            votes[name]["PERSON"] += 3
        if one.label == "PERSON" and _is_full_name(name, one.label):
            persons[name] += 1
    for name, count in persons.items():
        if votes[name].most_common(1)[0][0] != "PERSON" or name in given:
            continue
        parts = [p for p in name.split() if p.rstrip(".").casefold() not in ("jr", "sr", "ii", "iii")]
        for part in {parts[-1].rstrip(","), parts[0]} if len(parts) > 1 else ():
            if len(part) > 2 and part not in given:
                votes[part]["PERSON"] += 10 * count
    return votes


def _is_full_name(name: str, label: str) -> bool:
    words = name.split()
    return label == "PERSON" and 2 <= len(words) <= 5 and all(w[0].isupper() or w in _PARTICLES for w in words)


_PARTICLES = listed("particles")


def _choice(name: str, counts: Counter[str], given: Mapping[str, str]) -> str:
    if name in given:
        return given[name]
    return counts.most_common(1)[0][0]


def _completed(
    text: str, settled: Sequence[Named], label: Mapping[str, str], given: Mapping[str, str]
) -> Iterator[Named]:
    """The mentions, with the article's names wherever else they stand; a longer name wins over one in it."""
    names = {n: l for n, l in label.items() if l and _worth_finding(n)} | {n: l for n, l in given.items() if l}
    taken: set[int] = set()
    wider: list[Named] = []
    for start, end, name in _places(text, names):
        wider.append(Named(start, end, names[name]))
    for one in sorted([*settled, *wider], key=lambda m: (m.label not in NAMED, m.start - m.end)):
        if taken.isdisjoint(range(one.start, one.end)):
            taken.update(range(one.start, one.end))
            yield one


def _worth_finding(name: str) -> bool:
    return len(name) > 2 and (name.isupper() or (name[0].isupper() and any(c.islower() for c in name)))


def _places(text: str, names: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where names stand as whole words, the longest at each place."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_first[_FIRST.match(name)[0] if _FIRST.match(name) else name].append(name)  # type: ignore[index]
    for held in by_first.values():
        held.sort(key=len, reverse=True)
    end = 0
    for match in _FIRST.finditer(text):
        if match.start() < end:
            continue
        for name in by_first.get(match[0], ()):
            stop = match.start() + len(name)
            if text.startswith(name, match.start()) and not (text[stop : stop + 1].isalnum() and name[-1].isalnum()):
                if text[match.start() - 1 : match.start()] not in ("@", "#"):
                    yield match.start(), stop, name
                end = stop
                break


_FIRST = re.compile(r"[^\W_]+")

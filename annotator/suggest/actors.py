"""Says whom mentions and sources refer to: each by the fullest name the article gives, titles left off.

Names call each other up by their parts, by initials, and by what they are called besides ("the senator"); pronouns, and
nouns that name nobody, by who was spoken of last. What an article names nobody for has no actor.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from annotator.core.quotations import quotations
from annotator.core.text import Span, Spans
from annotator.suggest.names import NAMED, POSSESSIVES, Named, given_names
from annotator.suggest.words import words

ACTING = frozenset(("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT"))
HE, SHE = frozenset(("he", "his", "him", "himself")), frozenset(("she", "her", "hers", "herself"))
IT = frozenset(("it", "its", "itself"))
THEY = frozenset(("they", "their", "them", "themselves", "both", "each"))
WHO = frozenset(("who", "which", "whom", "that"))

# What stands behind a name and makes a body of its own that acts under it: "the Clinton campaign".
_BODIES = words("bodies")
# What is made by somebody, who then speaks by it.
_DOCUMENTS = words("documents")
_PLAIN = words("plain")  # "the new report" is the one that was spoken of
# Parts of a body that speak for the whole.
_PARTS = words("parts")
_SOME = words("some")
_PLACES = words("places")
_PEOPLE = words("offices")
_SHORT_OFFICES = {"sen": "senator", "rep": "representative", "gov": "governor", "gen": "general", "lt": "lieutenant"}
_SHORT_OFFICES |= {"sgt": "sergeant", "capt": "captain", "col": "colonel", "prof": "professor", "dr": "doctor"}
_FAR = 20_000  # code points back: what was named before that is forgotten
_STOP = re.compile(
    r",|\(|;|\s[-–—]+\s|\s(?:conducted|issued|published|released|taken|who|which|whose|that|of|for|to|from|in|at|with|on|by|about|around|under|over|as|near)\s"
)
_WORD = re.compile(r"[^\W_][\w.’'&/-]*")
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Miss)\.?\s$")
_APPOSED = re.compile(r",\s+(?:an?|the|his|her|its|their|then|now|\d{4}\s|former|retired|chief)?\s*")
_BREAK = re.compile(r"[,;:.?!“”\"()](?:\s|$)|\b(?:and|or|by|with|to|that|said|says)\b")
_SHORTENED = re.compile(r"\b(Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Capt|Sgt|Rev|Prof)\.")
_WHERE = re.compile(r"\b(?:at|from|in|near|on)\s(?:the\s)?$")
_LEAD = re.compile(r"(?:according to|as|by)\s+", re.I)


@dataclass
class Actors:
    """An article's actors: its mentions in text order with the actor of each, and what it calls them besides."""

    text: str
    mentions: list[Named]
    names: list[str | None]
    sentences: list[int]  # where they start
    quoted: list[Span]
    offices: dict[str, Counter[str]] = field(default_factory=dict)
    said: list[tuple[int, str | None, bool]] = field(default_factory=list)  # sources so far: where, whom, a body or not

    def within(self, start: int, end: int) -> list[int]:
        """The numbers of the mentions in a span."""
        low = bisect_left(self.mentions, start, key=lambda m: m.start)
        high = bisect_left(self.mentions, end, key=lambda m: m.start)
        return [i for i in range(low, high) if self.mentions[i].end <= end]


def bare_name(text: str, titles: bool) -> str:
    """A name without "the" or a possessive ending, and for persons without the titles before it."""
    parts = text.split()
    for suffix in POSSESSIVES:
        if parts and parts[-1].endswith(suffix) and len(parts[-1]) > len(suffix):
            parts[-1] = parts[-1].removesuffix(suffix)
    while len(parts) > 1 and (
        parts[0].casefold() == "the" or (titles and parts[0].casefold().rstrip(".") in words("titles"))
    ):
        parts.pop(0)
    if len(parts) == 1 and parts[0].casefold() == "the":
        return ""
    name = " ".join(parts).strip(" ,“”\"'’‘")
    # A full stop may end the sentence, or an abbreviation: "U.S.", "Jr.".
    return name if name.count(".") > 1 or name.endswith((" Jr.", " Sr.")) else name.rstrip(".")


def actors_of(text: str, mentions: Sequence[Named], sentences: Sequence[int]) -> Actors:
    """The actors of an article from its settled mentions and the starts of its sentences."""
    held = sorted((m for m in mentions if m.label in NAMED), key=lambda m: m.start)
    made = Actors(text, held, _full_names(text, held), list(sentences) or [0], quotations(text))
    for mention, name in zip(held, made.names, strict=True):
        if mention.label == "PERSON" and name:
            made.offices.setdefault(name, Counter()).update(_called(text, mention))
    return made


def _full_names(text: str, held: Sequence[Named]) -> list[str | None]:
    own = [bare_name(text[m.start : m.end], m.label == "PERSON") or None for m in held]
    counts = Counter((m.label == "PERSON", name) for m, name in zip(held, own, strict=True) if name)
    persons = {name: n for (person, name), n in counts.items() if person}
    bodies = {name: n for (person, name), n in counts.items() if not person}
    full: dict[tuple[bool, str], str] = {}
    by_part: dict[str, list[str]] = defaultdict(list)
    for name in persons:
        for part in set(_parts(name)):
            by_part[part].append(name)
    by_last: dict[str, list[str]] = defaultdict(list)
    for name in bodies:
        by_last[name.split()[-1]].append(name)
    spoken_to: dict[str, set[str]] = defaultdict(set)
    for mention, called in zip(held, own, strict=True):
        title = _TITLE.search(text, max(0, mention.start - 12), mention.start)
        if called and title:
            spoken_to[called].add("f" if title[1] in ("Mrs", "Ms", "Miss") else "m")
    for name in persons:
        parts = _parts(name)
        other = {"f": "m", "m": "f"}
        fewest = min((by_part[part] for part in parts), key=len)  # a surname may be that of thousands
        wider = [n for n in fewest if set(parts) <= set(_parts(n)) and len(_parts(n)) > len(parts)]
        if len(parts) == 1:  # a surname rather than a first name, when it is some people's one and others' other
            wider = [n for n in wider if _parts(n)[-1] == parts[0]] or wider
        wider = [n for n in wider if other.get(given_names().get(n.split()[0], "?")) not in spoken_to[name]]
        full[True, name] = max(wider, key=lambda n: (persons[n], len(n)), default=name)
    # "Americans" are not the Lithuanian ones alone, nor is "Europe" the eastern one.
    groups = {name for m, name in zip(held, own, strict=True) if m.label in ("NORP", "GPE", "LOC")}
    initials = {_initials(name): name for name in bodies if len(name.split()) > 2}
    for name in bodies:
        short = name.replace(".", "")
        if short.isupper() and short in initials:
            full[False, name] = initials[short]
        elif len(name.split()) == 1 and not short.isupper() and name not in groups:
            wider = [n for n in by_last[name] if len(n.split()) > 1]
            full[False, name] = max(wider, key=lambda n: bodies[n], default=name)
    persons_first = [(m.label == "PERSON", name) for m, name in zip(held, own, strict=True)]
    return [None if name is None else full.get((person, name), name) for person, name in persons_first]


def _parts(name: str) -> list[str]:
    parts = [p.strip(",.").casefold() for p in name.split()]
    return [p for p in parts if p not in ("jr", "sr", "ii", "iii", "iv")] or parts


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _called(text: str, mention: Named) -> Iterable[str]:
    """What a person is called besides in one place: the words of office before the name, and those set behind it."""
    line = max(text.rfind("\n", 0, mention.start), mention.start - 80)
    before = text[line + 1 : mention.start]
    before = _SHORTENED.sub(r"\1", before)
    before = _BREAK.split(before)[-1] if before.endswith(" ") else ""
    near = [w.casefold().rstrip(".’'s") for w in _WORD.findall(before)][-6:]
    named = [_SHORT_OFFICES.get(w, w) for w in near]
    if named and named[-1] in _PEOPLE | {"president", *words("titles")}:
        yield from named
    behind = _APPOSED.match(text, mention.end)
    if behind:
        stop = re.compile(r"[,;.?!()“”\"—]|\b(?:who|which|and said)\b").search(text, behind.end())
        for word in _WORD.findall(text[behind.end() : min(stop.start() if stop else len(text), behind.end() + 100)]):
            yield word.casefold()


def actor_of_source(held: Actors, source: Spans) -> str | None:
    """The actor a source is; sources are to be asked for in text order, for "he" may be who spoke before."""
    if not source:
        return None
    start, end = source[0][0], source[-1][1]
    lead = _LEAD.match(held.text, start, end)
    start = lead.end() if lead else start
    name, body = _resolve(held, start, end)
    held.said.append((start, name, body))
    return name


def _resolve(held: Actors, start: int, end: int) -> tuple[str | None, bool]:
    said = [w.casefold() for w in _WORD.findall(held.text[start:end])]
    if not said:
        return None, False
    if len(said) > 1:
        said[-1] = said[-1].removesuffix("’s").removesuffix("'s")
    first = re.sub(r"['’‘]s$|['’‘](?:ve|d|ll|re|m)$", "", said[0])
    if first in WHO or said[0] == "whose":
        return (_before_relative(held, start), False) if len(said) == 1 else (None, False)
    if first in HE | SHE and (len(said) == 1 or _DOCUMENTS & set(said[1:])):
        return _person(held, start, first), False
    if first in IT and len(said) == 1:
        return _body(held, start), True
    if first in THEY and len(said) == 1:
        latest = next((s for s in reversed(held.said) if s[0] >= _sentences_back(held, start, 3)), None)
        return (latest[1] if latest and latest[2] else _tied(held, start)), True
    named = _named_head(held, start, end)
    if named is not None:
        return named
    if said[0] in ("the", "this", "that", "his", "her", "former") or said[0] in _PEOPLE:
        return _described(held, start, [w for w in said if w not in ("the", "this", "that")])
    return None, False


def _named_head(held: Actors, start: int, end: int) -> tuple[str | None, bool] | None:
    """The name that heads a source; `(None, …)` when it is plainly somebody else near a name, None when it has none."""
    text = held.text
    inside = held.within(start, end)
    if not inside:
        return None
    pieces = []
    at = start
    for stop in _STOP.finditer(text, start, end):
        # A stop in a name is none: "University of Michigan".
        if any(held.mentions[i].start < stop.end() and stop.start() < held.mentions[i].end for i in inside):
            continue
        pieces.append((at, stop.start(), stop[0].strip()))
        at = stop.end()
    pieces.append((at, end, ""))
    low, high, sign = pieces[0]
    own = [i for i in inside if held.mentions[i].end <= high]
    said = [w.casefold() for w in _WORD.findall(text[low:high])]
    last = said[-1].removesuffix("’s").removesuffix("'s") if said else ""
    if own:
        number = own[-1]
        mention = held.mentions[number]
        behind = text[mention.end : high].strip(' .”"')
        if behind in ("", *POSSESSIVES):
            some = mention.label == "NORP" and (bool(_SOME & set(said)) or len(said) > 2)
            if mention.label in ACTING and not some:
                return held.names[number], mention.label != "PERSON"
            return None, True
        if last in _BODIES:
            return f"{_short(held, number)} {last}", True
        if last in _DOCUMENTS:
            return held.names[number], mention.label != "PERSON"
    if last in _DOCUMENTS:
        later = [i for a, b, _ in pieces[1:2] for i in inside if a <= held.mentions[i].start < b]
        by = later[-1] if later and held.mentions[later[-1]].label in ("PERSON", "ORG") else None
        return (held.names[by], held.mentions[by].label != "PERSON") if by is not None else None
    if sign == "of" and last in _PARTS:
        second = [i for i in inside if held.mentions[i].start >= pieces[1][0]]
        if second:
            return held.names[second[0]], True
    # "its chair, Ann Lee": a person set behind.
    for (low, high, _), (*_, sign) in zip(pieces[1:], pieces, strict=False):
        behind_it = [i for i in inside if low <= held.mentions[i].start and held.mentions[i].end <= high]
        if sign not in (",", "—", "–", "-") or not behind_it or text[low:high].strip().startswith("including"):
            continue
        mention = held.mentions[behind_it[-1]]
        if mention.label == "PERSON" and not text[mention.end : high].strip(" ."):
            return held.names[behind_it[-1]], False
    if last in _PEOPLE and said[0] == "the":
        return None
    return None, True


def _short(held: Actors, number: int) -> str:
    """A person's surname, or a body's name: what stands before "campaign"."""
    mention = held.mentions[number]
    name = bare_name(held.text[mention.start : mention.end], True)
    return name.split()[-1] if mention.label == "PERSON" and not name.endswith(".") else name


def _before_relative(held: Actors, at: int) -> str | None:
    """Whom "who" takes up: the name right before it, or the person that what stands there is set behind."""
    low = held.sentences[max(0, bisect_right(held.sentences, at) - 1)]
    for i in reversed(held.within(max(low, at - 160), at)):
        mention = held.mentions[i]
        gap = held.text[mention.end : at].strip()
        if mention.label in ("GPE", "LOC", "FAC") and _WHERE.search(
            held.text, max(0, mention.start - 12), mention.start
        ):
            continue  # "Democrats on Capitol Hill, who": not the hill
        if gap in ("", ",", "—", "–", "-") or (gap.startswith("(") and gap.endswith((")", "),"))):
            return held.names[i] if mention.label in ACTING and not _is_plural(held, i) else None
        if mention.label == "PERSON" and re.match(r",\s", held.text[mention.end : mention.end + 2]):
            return held.names[i]
    return None


def _tied(held: Actors, at: int) -> str | None:
    """The first of two persons whom "and" ties, in the latest sentence that has such two: whom "they" means."""
    low = _sentences_back(held, at, 3)
    for i in reversed(held.within(low, at)):
        if i and held.mentions[i - 1].start >= low and _and_between(held, i - 1, i):
            return held.names[i - 1]
    return None


def _and_between(held: Actors, first: int, second: int) -> bool:
    one, other = held.mentions[first], held.mentions[second]
    between = held.text[one.end : other.start]
    return one.label == other.label == "PERSON" and re.fullmatch(r",? and (?:[A-Z][a-z]+\.? )?", between) is not None


def _is_plural(held: Actors, number: int) -> bool:
    return held.mentions[number].label == "NORP"


def _sentences_back(held: Actors, at: int, count: int) -> int:
    return held.sentences[max(0, bisect_right(held.sentences, at) - 1 - count)]


def _in_quotation(held: Actors, at: int) -> bool:
    i = bisect_right(held.quoted, at, key=lambda q: q[0]) - 1
    return i >= 0 and at < held.quoted[i][1]


def _person(held: Actors, at: int, pronoun: str) -> str | None:
    """Whom "he" or "she" means: who spoke last, or the first person named in the latest sentence that names one."""
    female = pronoun in SHE
    sentence = bisect_right(held.sentences, at) - 1
    for number in range(sentence, max(-1, sentence - 6), -1):
        low = held.sentences[number]
        high = min(at, held.sentences[number + 1] if number + 1 < len(held.sentences) else len(held.text))
        spoke = [name for place, name, body in held.said if low <= place < high and name and not body]
        named = [
            held.names[i]
            for i in held.within(low, high)
            if held.mentions[i].label == "PERSON" and not _in_quotation(held, held.mentions[i].start)
        ]
        able = [name for name in (*reversed(spoke), *named) if name and _sex(held, name) in (None, female)]
        if able:
            return next((name for name in able if _sex(held, name) is female), able[0])
    return None


def _sex(held: Actors, name: str) -> bool | None:
    """True for a woman's name, False for a man's, None when it does not say."""
    called = held.offices.get(name, ())
    if {"mrs", "ms", "miss", "woman", "she", "chairwoman", "spokeswoman", "congresswoman", "actress"} & set(called):
        return True
    if {"mr", "man", "chairman", "spokesman", "congressman", "businessman", "father"} & set(called):
        return False
    return {"f": True, "m": False}.get(given_names().get(name.split()[0] if name else "", "?"))


def _body(held: Actors, at: int) -> str | None:
    """What "it" means: the body that spoke last or was named first in the sentence before."""
    low = _sentences_back(held, at, 2)
    spoken = next((s for s in reversed(held.said) if s[0] >= low and s[1] and s[2]), None)
    if spoken:
        return spoken[1]
    here = [i for i in held.within(low, at) if held.mentions[i].label in ("ORG", "GPE")]
    return held.names[here[0]] if here else None


def _described(held: Actors, at: int, said: Sequence[str]) -> tuple[str | None, bool]:
    """Whom a noun means: who is called so in the article, else who spoke last when it is a single person's noun."""
    head = next((w for w in said if w in _PEOPLE), None)
    last = said[-1] if said else ""
    if last in _BODIES:
        for _, name, body in reversed(held.said):
            if body and name and name.endswith(last):
                return name, True
        followed = (i for i in reversed(held.within(max(0, at - _FAR), at)) if _followed(held, i, last))
        return next((f"{_short(held, i)} {last}" for i in followed), None), True
    if last in _PARTS or last in _DOCUMENTS:
        low = _sentences_back(held, at, 8)
        spoken = next((n for p, n, b in reversed(held.said) if p >= low and n and b), None)
        for i in reversed(held.within(max(0, at - _FAR), at)):
            if last in held.text[held.mentions[i].start : held.mentions[i].end].casefold():
                return held.names[i], True
        plain = set(said[:-1]) <= _PLAIN  # "the border post" may be a newspaper's name
        return (spoken if last in _DOCUMENTS and plain else None), True
    if last in _PLACES:
        near_by = reversed(held.within(max(0, at - _FAR), at))
        return next((held.names[i] for i in near_by if held.mentions[i].label == "GPE"), None), True
    if head is None:
        return None, False
    content = {_SHORT_OFFICES.get(w, w) for w in said if len(w) > 2}
    content |= {"justice"} if "judge" in content else set()
    scores = {name: len(content & set(called)) for name, called in held.offices.items()}
    most = max(scores.values(), default=0)
    if most and (head in said[-3:] or most > 1):
        able = [name for name, score in scores.items() if score == most]
        recent = {held.names[i]: i for i in held.within(max(0, at - _FAR), at)}
        return max(able, key=lambda name: recent.get(name, -1)), False
    if len(said) <= 3 or said[0] in ("former", "current", "then"):
        low = _sentences_back(held, at, 3)
        return next((n for p, n, b in reversed(held.said) if p >= low and n and not b), None), False
    return None, False


def _followed(held: Actors, number: int, noun: str) -> bool:
    end = held.mentions[number].end
    return re.match(rf"(?:['’]s)?\s{noun}\b", held.text[end : end + len(noun) + 4]) is not None

"""One `.ann` file of brat: its lines, and the mentions and claims they make. Format: https://brat.nlplab.org/standoff.html

What is not taken of it is named: faulty lines one by one, kinds of lines that have no place here by their number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from annotator.core.annotation import MODES, SLOTS, STANCES
from annotator.core.errors import AnnotatorError
from annotator.core.quotations import quotations, spoken_within
from annotator.core.record import Record
from annotator.core.text import Span, Spans, normalized
from annotator.formats.brat_mapping import TypeMapping
from annotator.formats.offsets import Quoted, proven

_BOUND = re.compile(r"(T\d+)\t(\S+) (\d{1,12} \d{1,12}(?:;\d{1,12} \d{1,12})*)(?:\t(.*))?")
_EVENT = re.compile(r"(E\d+)\t(\S.*)")
_ATTRIBUTE = re.compile(r"[AM]\d+\t(\S+) (\S+)(?: (\S+))?")
_RELATION = re.compile(r"R\d+\t(\S+) (.*)")
_EQUIVALENCE = re.compile(r"\*\t(\S+) ")
_NORMALIZATION = re.compile(r"N\d+\t(\S+) (?:(\S+) (Actor|Target):\S+\t(.*))?")
_NOTE = re.compile(r"#\d*\t\S+ (\S+)(?:\t(.*))?")
MAX_NESTING = 50  # events within events
MAX_ATTRIBUTES = 100  # of one thing
MAX_PIECES = 200  # of one span


@dataclass(frozen=True, slots=True)
class _Bound:
    """A text-bound line: its type, its pieces as the file counts them, and the words it says they cover."""

    line: int
    type: str
    quoted: Quoted


@dataclass(frozen=True, slots=True)
class _Event:
    line: int
    type: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]  # role and what stands in it


@dataclass(slots=True)
class _Lines:
    """A file's lines by what they are; `faults` are those that are none, with their numbers."""

    bounds: dict[str, _Bound] = field(default_factory=dict)
    events: dict[str, _Event] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)  # by what they are of, values by name
    notes: dict[str, str] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # of actors and targets, by the span they stand at
    relations: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)  # type, and what they tie
    others: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standoff:
    """What a file holds: `mentions` and `claims`, what of it is not taken (with the line it stands in, 0 for none in
    particular), and whether all was understood, so that the labels may count as finished."""

    record: Record
    left_out: list[tuple[int, str]]
    whole: bool


class NoStandoff(AnnotatorError):
    """A file in which no line is brat's."""


def parse(standoff: str, text: str, mapping: TypeMapping) -> Standoff:
    """What an `.ann` file says of a text. Raises NoStandoff."""
    lines = _read(standoff)
    ids = list(lines.bounds)
    _, placed = proven(text, [lines.bounds[name].quoted for name in ids])
    places = {name: spans for name, spans in zip(ids, placed, strict=True) if spans is not None}
    left_out = [(lines.bounds[n].line, _misfit(lines.bounds[n], text)) for n in ids if n not in places]
    left_out += lines.faults
    making = _Making(text, mapping, lines, places)
    claims = [*making.claims_of_events(), *making.claims_of_relations()]
    mentions = making.mentions()
    claims.sort(key=lambda c: min(c[slot][0] for slot in SLOTS if c[slot]))
    record: Record = {"mentions": mentions, "claims": claims}
    if making.derived:
        record["derived"] = ["mode"]
    whole = not left_out and not making.missing
    return Standoff(record, sorted([*left_out, *making.left_out, *making.unused()]), whole)


def _misfit(bound: _Bound, text: str) -> str:
    pieces = bound.quoted.pieces
    if not all(0 <= start < end <= len(text) for start, end in pieces):
        start, end = next(p for p in pieces if not 0 <= p[0] < p[1] <= len(text))
        return f"[{start}, {end}] is not a span of the text, which has {len(text)} characters; it stays out"
    there = " ".join(text[start:end] for start, end in pieces)
    return f"says “{str(bound.quoted.words)[:60]}” where the text has “{there[:60]}”; it stays out"


def _read(standoff: str) -> _Lines:
    lines, understood, written = _Lines(), 0, 0
    for number, raw in enumerate(standoff.split("\n"), 1):
        line = raw.rstrip("\r")
        if not line.strip():
            continue
        written += 1
        fault = _read_line(lines, number, line)
        if fault is None:
            understood += 1
        else:
            lines.faults.append((number, fault))
    if written and not understood:
        raise NoStandoff("holds no line that brat writes")
    return lines


def _read_line(lines: _Lines, number: int, line: str) -> str | None:
    """Adds a line; returns what is wrong with it."""
    if match := _BOUND.fullmatch(line):
        if match[1] in lines.bounds:
            return f"has the name {match[1]}, which a line before has; it stays out"
        pieces = [tuple(map(int, piece.split())) for piece in match[3].split(";")]
        if len(pieces) > MAX_PIECES:
            return f"is in more than {MAX_PIECES:,} pieces; it stays out"
        lines.bounds[match[1]] = _Bound(number, match[2], Quoted(tuple(pieces), match[4]))  # type: ignore[arg-type]
    elif match := _EVENT.fullmatch(line):
        (kind, _, trigger), *rest = (part.partition(":") for part in match[2].split())
        arguments = tuple((role.rstrip("0123456789"), target) for role, _, target in rest)
        if not trigger or not all(target for _, target in arguments):
            return "is an event that cannot be read"
        if match[1] in lines.events:
            return f"has the name {match[1]}, which a line before has; it stays out"
        lines.events[match[1]] = _Event(number, kind, trigger, arguments)
    elif match := _ATTRIBUTE.fullmatch(line):
        held = lines.attributes.setdefault(match[2], {})
        if match[1] in held or len(held) >= MAX_ATTRIBUTES:
            return f"gives {match[2]} the attribute {match[1]} once more, or too many; it stays out"
        held[match[1]] = match[3] or "true"
    elif match := _NOTE.fullmatch(line):
        lines.notes[match[1]] = "\n".join(filter(None, (lines.notes.get(match[1]), match[2])))
    elif match := _RELATION.fullmatch(line):
        tied = tuple(part.partition(":")[2] for part in match[2].split())
        if len(tied) != 2:
            return "is a relation that does not tie two; it stays out"
        lines.relations.append((match[1], tied))
    elif match := _EQUIVALENCE.match(line):
        lines.others[f"equivalence ({match[1]})"] += 1
    elif match := _NORMALIZATION.match(line):
        held = lines.names.setdefault(match[2] or "", {})
        if match[4] and match[3] not in held:
            held[match[3]] = match[4]
        else:
            lines.others[f"normalization ({match[1]})"] += 1
    elif line.startswith("E"):
        return "is an event that cannot be read"
    else:
        return "is nothing that brat writes; it was left out"
    return None


class _Making:
    """Makes mentions and claims of a file's lines; `places` are the pieces of those that fit, in code points."""

    def __init__(self, text: str, mapping: TypeMapping, lines: _Lines, places: Mapping[str, Spans]) -> None:
        self.text, self.mapping, self.lines, self.places = text, mapping, lines, places
        self.left_out: list[tuple[int, str]] = []
        self.missing = False  # whether a label of a known kind stays out
        self.derived = False  # whether a mode is what the quotation marks say, not the file
        self._used: set[str] = set()  # spans that are in slots of claims
        self._triggers: set[str] = set()  # of events that are claims
        self._told: set[str] = set()  # whose attributes and notes went into a claim
        self._tied: set[str] = set()  # what relations made claims of
        self._named: set[str] = set()  # whose names of actors were taken
        self._quoted = quotations(text)

    def claims_of_events(self) -> Iterator[Record]:
        for name, event in self.lines.events.items():
            if event.type not in self.mapping.events:
                self._leave(event.line, f"is an event of the type {event.type}, which the mapping does not know")
                continue
            slots = self._slots(event)
            if not any(slots.values()):
                self._leave(event.line, "is a claim without source, cue and content; it was left out")
                continue
            self._triggers.add(event.trigger)
            implicit = bool(self.mapping.events[event.type].get("implicit"))
            yield self._claim(slots, event.line, (name, event.trigger), implicit)

    def _slots(self, event: _Event) -> dict[str, list[Span]]:
        """The slots that an event fills. A trigger is the cue when no role says what that is."""
        slots: dict[str, list[Span]] = {slot: [] for slot in SLOTS}
        roles = self.mapping.roles
        if event.trigger not in self.lines.bounds:
            self._leave(event.line, f"refers to {event.trigger}, which is not there")
        for role, target in dict.fromkeys(event.arguments):
            slot = roles.get(role)
            if slot is None:
                if role not in self.mapping.events or target != event.trigger:
                    self._leave(event.line, f"has the role {role}, which the mapping does not know")
            elif target in self.lines.events:
                # A claim within a claim: what it spans.
                spans = self._extent(target)
                slots[slot] += [(spans[0][0], spans[-1][1])] if spans else []
            elif target not in self.lines.bounds:
                self._leave(event.line, f"refers to {target}, which is not there")
            else:
                self._used.add(target)
                slots[slot] += _joined(self.text, self.places.get(target, ()))
        said = {roles.get(role) for role, _ in event.arguments}
        apart = event.trigger not in {target for _, target in event.arguments}  # else it has its role
        if "cue" not in said and apart and (slots["content"] or slots["source"]):
            slots["cue"] += self.places.get(event.trigger, ())
        return slots

    def _claim(self, slots: Mapping[str, list[Span]], line: int, of: Sequence[str], implicit: bool = False) -> Record:
        """A claim with these slots, and what is said of the things it is made of."""
        claim: Record = {slot: [list(s) for s in _in_order(spans)] for slot, spans in slots.items()}
        names = {kind.lower(): name for one in of for kind, name in self.lines.names.get(one, {}).items()}
        self._named.update(of)
        claim |= {"actor": names.get("actor"), "stance": None, "target": names.get("target")}
        if implicit and not claim["source"]:
            claim["implicit"] = True
        claim["mode"] = spoken_within(self.text, [(s, e) for s, e in claim["content"]], self._quoted)
        said = self._add_attributes(claim, line, of)
        self.derived = self.derived or "mode" not in said
        note = self._note(of)
        return claim | {"note": note} if note else claim

    def _extent(self, name: str) -> Spans:
        """All that an event and those in it span."""
        waiting, events, spans = [name], set[str](), list[Span]()
        while waiting:
            event = self.lines.events.get(one := waiting.pop())
            if event is None:
                spans += self.places.get(one, ())
            elif one not in events and len(events) < MAX_NESTING:
                events.add(one)
                waiting += dict.fromkeys([event.trigger, *(target for _, target in event.arguments)])
            elif one not in events:
                self._leave(event.line, "is nested too deeply; its words are not taken into the claim around it")
        return normalized(spans)

    def claims_of_relations(self) -> Iterator[Record]:
        """Claims of spans of the slots' types that are tied by relations alone, with no event."""
        slot_of = {n: self.mapping.roles[b.type] for n, b in self.lines.bounds.items() if b.type in self.mapping.roles}
        free = {name for name in slot_of if name in self.places and name not in self._used}
        group = {name: name for name in free}

        def leader(name: str) -> str:
            while group[name] != name:
                group[name] = name = group[group[name]]
            return name

        for _, tied in self.lines.relations:
            if free.issuperset(tied):
                group[leader(tied[0])] = leader(tied[1])
        groups: dict[str, list[str]] = {}
        for name in sorted(free, key=lambda n: self.places[n]):
            groups.setdefault(leader(name), []).append(name)
        for names in groups.values():
            if len({slot_of[name] for name in names}) < 2:
                continue
            self._used.update(names)
            self._tied.update(names)
            slots: dict[str, list[Span]] = {
                slot: [s for n in names if slot_of[n] == slot for s in self.places[n]] for slot in SLOTS
            }
            yield self._claim(slots, self.lines.bounds[names[0]].line, names)

    def mentions(self) -> list[Record]:
        made, mapping = [], self.mapping
        known = {*mapping.roles, *mapping.events, *mapping.ignored}
        triggers = {event.trigger for event in self.lines.events.values()}  # of events that nobody knows, too
        for name, bound in self.lines.bounds.items():
            label = mapping.mentions.get(bound.type)
            if label is None and mapping.others and bound.type not in known and name not in triggers:
                label = bound.type
            if label is None:
                if bound.type not in known:
                    self._leave(bound.line, f"has the type {bound.type}, which the mapping does not know")
                continue
            if name in self._triggers or name not in self.places:
                continue
            spans = _joined(self.text, self.places[name])
            if len(spans) > 1:
                pieces = " … ".join(self.text[start:end] for start, end in spans)
                what = f"is an entity in {len(spans)} pieces (“{pieces[:60]}”), which has no place here; it stays out"
                self._leave(bound.line, what)
                self.missing = True
                continue
            actor = self.lines.names.get(name, {}).get("Actor")
            self._named.add(name)
            made.append({"start": spans[0][0], "end": spans[0][1], "label": label, "actor": actor})
        return made

    def unused(self) -> Iterator[tuple[int, str]]:
        """What has no place here, by its kind and number."""
        lines, counts = self.lines, Counter(self.lines.others)
        counts.update(f"relation ({kind})" for kind, tied in lines.relations if not self._tied.issuperset(tied))
        mentioned = {n for n, b in lines.bounds.items() if b.type in self.mapping.mentions}
        skipped = {n for n, b in lines.bounds.items() if b.type in self.mapping.ignored}
        for name, bound in lines.bounds.items():
            roles = bound.type in self.mapping.roles or bound.type in self.mapping.events
            taken = name in self._used or name in self._triggers or name in mentioned or name in skipped
            if roles and not taken and name in self.places:
                counts[f"span that no event uses ({bound.type})"] += 1
        for of, values in lines.attributes.items():
            if of not in self._told:
                counts.update(f"attribute ({name})" for name in values)
        counts["normalization (Reference)"] += sum(
            len(held) for of, held in lines.names.items() if of not in self._named
        )
        for of in lines.notes:
            if of not in self._told:
                counts["note on an entity" if of in mentioned else "note"] += 1
        for what, number in sorted((+counts).items()):
            yield 0, f"{number:,} × {what}: not read"

    def _note(self, of: Sequence[str]) -> str:
        """The notes on some of the things a claim is made of; each once."""
        self._told.update(of)
        return "\n".join(dict.fromkeys(note for one in of if (note := self.lines.notes.get(one))))

    def _add_attributes(self, claim: Record, line: int, of: Sequence[str]) -> set[str]:
        """Adds what the file says of a claim; returns which attributes that is."""
        taken = set()
        said: dict[str, tuple[str, bool]] = {}
        for one in of:
            said |= {name: (value, one in self._told) for name, value in self.lines.attributes.get(one, {}).items()}
        for name, (value, told) in said.items():
            what, value = self.mapping.attributes.get(name), value.lower()
            if (what == "mode" and value in MODES) or (what == "stance" and value in STANCES):
                claim[what] = value
                taken.add(what)
            elif what == "implicit":
                claim["implicit"] = True
            elif not told:
                self._leave(line, f"has the attribute {name} {value}, which the mapping does not know")
        return taken

    def _leave(self, line: int, what: str) -> None:
        self.left_out.append((line, what))


def _in_order(spans: Iterable[Span]) -> Spans:
    """Pieces in text order, those that overlap joined; what only touches was labelled as two."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def _joined(text: str, spans: Iterable[Span]) -> Spans:
    """Pieces with those joined that only white space divides: brat cannot write a line break within a piece."""
    joined: list[Span] = []
    for start, end in normalized(spans):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return tuple(joined)

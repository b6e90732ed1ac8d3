"""REFI-QDA (.qdpx), which MAXQDA, ATLAS.ti, NVivo and QualCoder exchange: an archive of plain texts and one XML file.

Each piece of a claim and each entity is a selection with a code; codes are in the tree Claim, Stance, Entity, Actor.
What codes cannot say stands as JSON in the descriptions. Positions count code points; line ends are simple ones, since
programs differ in how they count others. https://www.qdasoftware.org (XSD under the MIT licence)
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from annotator.core.annotation import SLOTS
from annotator.core.record import MAX_NAME, LeftOut, Record
from annotator.core.text import shortened
from annotator.formats.archive import Archive, archive_at
from annotator.formats.decoding import EncodingError, decode
from annotator.formats.losses import WORDLESS, Loss, Losses
from annotator.formats.packing import MAX_UNPACKED
from annotator.formats.refi_qda_writing import ALONE, plain, simple_line_ends, write
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample, loads
from annotator.formats.star import said_of

MAX_DEPTH = 30  # of codes within codes
MAX_TEXT = 64 * 1024**2  # bytes of one
_SELECTIONS = ("PictureSelection", "PDFSelection", "AudioSelection", "VideoSelection", "TranscriptSelection")
_OTHERS = ("Link", "Note", "Graph", "Set", "Case", "Representation")


def _recognises(sample: Sample) -> bool:
    return any(name.endswith(".qde") and "/" not in name for name in sample.members)


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """Raises FormatError, for what is no project before the first source."""
    with archive_at(sample.path, MAX_UNPACKED) as archive:
        reading = _Reading(archive, sample)
        for source in reading.sources:
            yield from reading.source(source)
        for what, number in sorted(reading.others.items()):
            yield sample.name, LeftOut(f"{number:,} × {what}: not read")


class _Elements(ET.TreeBuilder):
    """Those elements of a project that are asked for, one by one as they end; nothing else is held."""

    def __init__(self, wanted: Collection[str]) -> None:
        super().__init__()
        self._wanted, self._open = wanted, list[ET.Element]()
        self._within = 0  # so many of the open ones are asked for
        self.ended: list[ET.Element] = []

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise FormatError("has a document type in it, which no project needs; not read")

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        one = super().start(tag.rpartition("}")[2], attrs)
        self._open.append(one)
        self._within += one.tag in self._wanted
        return one

    def end(self, tag: str) -> ET.Element:
        one = super().end(tag.rpartition("}")[2])
        self._open.pop()
        if one.tag in self._wanted:
            self._within -= 1
            self.ended.append(one)
        if self._open and not self._within:
            self._open[-1].remove(one)
        return one


class _Reading:
    """A project's codes and users by their GUIDs, and what its sources say."""

    def __init__(self, archive: Archive, sample: Sample) -> None:
        """Reads all but the sources. Raises FormatError."""
        self.archive, self.sample = archive, sample
        self.names = {name.lower(): name for name in archive.sizes} | {name: name for name in archive.sizes}
        self.users: dict[str | None, str] = {}
        self.codes: dict[str | None, str] = {}
        self.others: Counter[str] = Counter()
        for one in self._elements("User", "Codes", *_SELECTIONS, *_OTHERS):
            if one.tag == "User":
                self.users[one.get("guid")] = one.get("name") or one.get("id") or ""
            elif one.tag == "Codes":
                self._take_codes(one)
            else:
                self.others[one.tag] += 1

    @property
    def sources(self) -> Iterator[ET.Element]:
        return self._elements("TextSource")

    def _elements(self, *wanted: str) -> Iterator[ET.Element]:
        """Those elements of the project that have one of these names."""
        inner = [name for name in self.archive.sizes if name.endswith(".qde") and "/" not in name]
        if len(inner) != 1:
            raise FormatError(f"holds {'more than one project' if inner else 'no project'}; not read")
        builder = _Elements(wanted)
        parser = ET.XMLParser(target=builder)
        try:
            for part in self.archive.parts(inner[0]):
                parser.feed(part)
                yield from builder.ended
                builder.ended.clear()
            parser.close()
        except (ET.ParseError, LookupError, ValueError) as error:
            raise FormatError(f"holds no project that can be read ({str(error)[:80]})") from error

    def _take_codes(self, codes: ET.Element) -> None:
        waiting = [(one, "", 0) for one in codes.findall("Code")]
        while waiting:  # a code within another is called after both
            one, above, depth = waiting.pop()
            name = shortened(f"{above}{one.get('name') or 'code'}", MAX_NAME)
            self.codes[one.get("guid")] = name
            if depth < MAX_DEPTH:
                waiting += [(below, f"{name}/", depth + 1) for below in one.findall("Code")]

    def source(self, source: ET.Element) -> Iterator[tuple[str, Outcome]]:
        name = source.get("name") or source.get("guid") or "text"
        where = f"{self.sample.name}, {name}"
        selections = source.findall("PlainTextSelection")
        text = self._text(source)
        if text is None:
            what = f"its text is not in the archive, or has more than {MAX_TEXT // 1024**2} MB"
            lost = f", with {len(selections):,} × selection" if selections else ""
            yield where, LeftOut(f"{what}{lost}: not read")
            return
        said = _json_in(source)
        if isinstance(said.get("records"), list) and isinstance(said.get("article"), dict):
            strange = sum(not self._is_as_written(one) for one in selections)
            if strange:
                yield where, LeftOut(f"{strange:,} × selection that was made or coded anew elsewhere: not read")
            for record in _ours(said, selections):
                yield where, {"text": text} | record | ({"finished": None} if strange else {})
            return
        for tag, what in (("VariableValue", "value of a variable"), ("Description", "memo")):
            if number := sum(1 for one in source.iter(tag)):
                yield where, LeftOut(f"{number:,} × {what}: not read")
        layers: dict[str, list[Record]] = {}
        uncoded = 0
        if whole := len(source.findall("Coding")):
            yield where, LeftOut(f"{whole:,} × code of a text as a whole: not read")
        for one in selections:
            for coding in one.findall("Coding"):
                by = coding.get("creatingUser") or one.get("creatingUser")
                whose = self.sample.reading.annotator or self.users.get(by) or ALONE
                for code in coding.findall("CodeRef"):
                    label = self.codes.get(code.get("targetGUID"), "code")
                    layers.setdefault(whose, []).append(_span(one) | {"label": label})
            uncoded += one.find("Coding") is None
        if uncoded:
            yield where, LeftOut(f"{uncoded:,} × selection without a code: not read")
        for whose, mentions in layers.items():
            yield where, {"id": name, "text": text, "layer": whose, "kind": "annotator", "mentions": mentions}
        if not layers:
            yield where, {"id": name, "text": text}

    def _is_as_written(self, selection: ET.Element) -> bool:
        """Whether a selection of a project that we wrote says what its codes say."""
        its = _json_in(selection)
        refs = [self.codes.get(code.get("targetGUID"), "") for code in selection.iterfind("Coding/CodeRef")]
        if "claim" in its:
            return any(f"{ref}/".startswith(f"Claim/{str(its.get('slot')).title()}/") for ref in refs)
        return f"Entity/{plain(str(its.get('label')))}" in refs

    def _text(self, source: ET.Element) -> str | None:
        path = source.get("plainTextPath") or ""
        inline = source.find("PlainTextContent")
        if inline is not None and inline.text:
            return inline.text
        name = path.removeprefix("internal://")
        places = (f"Sources/{name}", f"sources/{name}", f"sources/{name}".lower(), name, name.lower())
        member = next((self.names[place] for place in places if place in self.names), None) if path else None
        if member is None or self.archive.sizes[member] > MAX_TEXT:
            return None
        try:
            return decode(self.archive.read(member), self.sample.reading.windows_1252)
        except EncodingError:
            return None


def _span(one: ET.Element) -> Record:
    """Where a selection begins and ends; what is no number there is checked with the record."""
    made: Record = {}
    for name, attribute in (("start", "startPosition"), ("end", "endPosition")):
        value = one.get(attribute) or ""
        made[name] = int(value) if re.fullmatch(r"\d{1,12}", value) else value[:20]
    return made


def _json_in(one: ET.Element) -> Record:
    """What we have written into a description."""
    description = one.find("Description")
    try:
        said = loads((description.text or "") if description is not None else "")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _ours(said: Record, selections: Iterable[ET.Element]) -> Iterator[Record]:
    """The records of a text that we have written."""
    records: list[Record] = [
        {**said["article"], **(one if isinstance(one, dict) else {}), "mentions": [], "claims": []}
        for one in said["records"]
    ]
    claims: dict[tuple[int, int], Record] = {}
    for one in selections:
        its, span = _json_in(one), _span(one)
        number = its.get("record")
        if type(number) is not int or not 0 <= number < len(records):
            continue
        if "claim" not in its:
            records[number]["mentions"].append({**span, "label": its.get("label"), **said_of(its.get("said"))})
            continue
        key = number, its["claim"] if type(its["claim"]) is int else 0
        if key not in claims:
            claims[key] = {slot: [] for slot in SLOTS}
            records[number]["claims"].append(claims[key])
        if its.get("slot") in SLOTS:
            claims[key][its["slot"]].append([span["start"], span["end"]])
        claims[key] |= said_of(its.get("said"))
    for claim in claims.values():
        for slot in SLOTS:
            claim[slot].sort(key=str if any(not isinstance(a, int) for a, _ in claim[slot]) else None)
    yield from records


FORMAT = Format(
    binary=True,
    name="refi-qda",
    title="REFI-QDA: for MAXQDA, ATLAS.ti, NVivo and QualCoder",
    suffixes=(".qdpx",),
    recognises=_recognises,
    read=_read,
    write=write,
    losses=Losses(others=(Loss("line ends of Windows, which become simple ones", simple_line_ends), WORDLESS)),
    not_read=(
        "pictures, PDF files, sound and film",
        "links, notes, memos, sets, cases, variables and graphs",
        "codes of a text as a whole, and selections without a code",
        "what was selected or coded anew, elsewhere, in a project that Annotator has written",
        "texts that are not in the archive",
    ),
)

"""Writes projects of REFI-QDA: selections with codes, and as JSON in their descriptions what codes cannot say."""

from __future__ import annotations

import json
import re
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterable
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from annotator.core.annotation import SLOTS
from annotator.core.record import METADATA, Record
from annotator.core.text import shortened
from annotator.formats.archive import timeless
from annotator.formats.star import about, facts, pieces

NAMESPACE = "urn:QDA-XML:project:1.0"
ALONE = "qda"  # whose codings they are that name nobody
_UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MODES = {"direct": "quoted", "indirect": "reported", "mixed": "mixed"}


def simple_line_ends(record: Record, tell: Callable[[str], None]) -> Record:
    text = record["text"]
    if "\r" not in text:
        return record
    tell(f"{text.count(chr(13)):,}")
    # A "\r\n" is one sign then, so that what comes after it moves.
    gone = [text[at : at + 2] == "\r\n" for at in range(len(text))]
    at_new = [0, *accumulate(0 if one else 1 for one in gone)]

    def moved(start: int, end: int) -> list[int]:
        return [at_new[start], at_new[end]]

    mentions = []
    for mention in record["mentions"]:
        start, end = moved(mention["start"], mention["end"])
        if start < end:
            mentions.append(mention | {"start": start, "end": end})
    claims = []
    for claim in record["claims"]:
        spans = {slot: [s for s in (moved(a, b) for a, b in claim[slot]) if s[0] < s[1]] for slot in SLOTS}
        claims.append(claim | spans)
    return record | {"text": re.sub(r"\r\n|\r", "\n", text), "mentions": mentions, "claims": claims}


class _Codes:
    """The codes that are used, by their paths."""

    def __init__(self) -> None:
        self.tree: dict[tuple[str, ...], None] = {}

    def ref(self, *path: str) -> str:
        for depth in range(1, len(path) + 1):
            self.tree.setdefault(path[:depth])
        return _guid("code", *path)

    def book(self) -> ET.Element:
        codes = ET.Element("Codes")
        made: dict[tuple[str, ...], ET.Element] = {(): codes}
        for path in sorted(self.tree, key=lambda path: (len(path), path)):
            made[path] = ET.SubElement(
                made[path[:-1]],
                "Code",
                guid=_guid("code", *path),
                name=plain(path[-1]),
                isCodable="true",
                color="#8FA3BF",
            )
        return codes


def _guid(*names: str) -> str:
    """The same for the same names; GUIDs are written in capitals."""
    return str(uuid5(NAMESPACE_URL, "annotator/" + "\x1f".join(names))).upper()


def plain(name: str) -> str:
    """A name as XML can say it."""
    return shortened(_UNSAID.sub("\ufffd", name), 200) or "?"


def write(path: Path, records: Iterable[Record]) -> list[str]:
    codes, users = _Codes(), dict[str, None]()
    with zipfile.ZipFile(path, "w") as archive, tempfile.TemporaryFile() as sources:
        for number, (_, group) in enumerate(groupby(records, key=lambda record: (record["id"], record["text"]))):
            held = list(group)
            guid = _guid("source", str(number), str(held[0]["id"]))
            text = held[0]["text"]
            _put(archive, f"sources/{guid}.txt", ("\ufeff" * text.startswith("\ufeff") + text).encode())
            sources.write(ET.tostring(_source(guid, held, codes, users), "utf-8"))
        sources.seek(0)
        with archive.open(timeless("project.qde"), "w") as file:
            book = ET.tostring(codes.book(), "utf-8")
            names = b"".join(
                ET.tostring(ET.Element("User", guid=_guid("user", u), name=plain(u)), "utf-8") for u in users
            )
            file.write(
                f'<?xml version="1.0" encoding="utf-8"?>\n<Project name="Annotator" origin="Annotator" '
                f'xmlns="{NAMESPACE}">\n'.encode()
            )
            file.write(b"<Users>" + names + b"</Users>\n<CodeBook>" + book + b"</CodeBook>\n<Variables>")
            for name in METADATA:
                variable = ET.Element("Variable", guid=_guid("variable", name), name=name, typeOfVariable="Text")
                file.write(ET.tostring(variable, "utf-8"))
            file.write(b"</Variables>\n<Sources>\n")
            while part := sources.read(1024 * 1024):
                file.write(part)
            file.write(b"</Sources>\n</Project>\n")
    return []


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(timeless(name), data)


def _source(guid: str, records: list[Record], codes: _Codes, users: dict[str, None]) -> ET.Element:
    first = records[0]
    made = ET.Element("TextSource", guid=guid, name=plain(str(first["id"])), plainTextPath=f"internal://{guid}.txt")
    article = {name: first[name] for name in ("id", *METADATA, "copy_of", "extra") if name in first}
    said = [{k: v for k, v in about(one).items() if article.get(k) != v} for one in records]
    _describe(made, {"article": article, "records": said})
    for number, record in enumerate(records):
        by = str(record.get("layer") or ALONE)
        users.setdefault(by)
        user = _guid("user", by)

        def select(start: int, end: int, said: Any, refs: list[str], n: int = number, user: str = user) -> None:
            own = _guid(guid, str(n), str(len(made)))
            place = {"guid": own, "name": f"{start}-{end}", "startPosition": str(start), "endPosition": str(end)}
            one = ET.SubElement(made, "PlainTextSelection", place | {"creatingUser": user})
            _describe(one, {"record": n, **said})
            for at, ref in enumerate(refs):
                coding = ET.SubElement(one, "Coding", guid=_guid(own, str(at)), creatingUser=user)
                ET.SubElement(coding, "CodeRef", targetGUID=ref)

        for mention in record["mentions"]:
            refs = [codes.ref("Entity", mention["label"])]
            refs += [codes.ref("Actor", mention["actor"])] if mention.get("actor") else []
            select(mention["start"], mention["end"], {"label": mention["label"], "said": facts(mention)}, refs)
        for c, claim in enumerate(record["claims"]):
            for at, (slot, start, end) in enumerate(pieces(claim)):
                mode = _MODES.get(claim.get("mode", ""))
                refs = [codes.ref("Claim", slot.title(), *([mode] if slot == "content" and mode else []))]
                if at == 0:
                    refs += [codes.ref("Stance", claim["stance"])] if claim.get("stance") else []
                    refs += [codes.ref("Actor", claim["actor"])] if claim.get("actor") else []
                select(start, end, {"claim": c, "slot": slot, "said": facts(claim) if at == 0 else {}}, refs)
    for name in METADATA:
        if first.get(name):
            value = ET.SubElement(made, "VariableValue")
            ET.SubElement(value, "VariableRef", targetGUID=_guid("variable", name))
            ET.SubElement(value, "TextValue").text = plain(str(first[name]))
    return made


def _describe(one: ET.Element, said: Any) -> None:
    ET.SubElement(one, "Description").text = json.dumps(said)  # with all signs that XML might not take escaped

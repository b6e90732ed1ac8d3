"""UIMA CAS in XMI: a file for each record, and the type system that all of them have beside them."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from annotator.core.record import LeftOut, Record
from annotator.formats.cas_model import LOSSES, NOT_READ, cas_of, records_of, type_system, warned
from annotator.formats.decoding import decode
from annotator.formats.losses import Loss, Losses
from annotator.formats.places import layer_file
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample, each, in_words

TYPES = "TypeSystem.xml"
MAX_BYTES = 256 * 1024**2  # of one document
_ENTITIES = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# What XML 1.0 has no way to say.
_UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _recognises(sample: Sample) -> bool:
    if sample.is_folder:
        return next(sample.path.rglob("*.xmi"), None) is not None and next(sample.path.rglob(TYPES), None) is not None
    if sample.members:
        return any(name.endswith(".xmi") for name in sample.members)
    return "<xmi:XMI" in sample.beginning[:4096] or "http://www.omg.org/XMI" in sample.beginning[:4096]


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """Raises FormatError."""
    if sample.is_folder:
        whole = next((file for file in sorted(sample.path.glob("*.xml")) if _is_types(file)), None)
        yield from each(sorted(sample.path.rglob("*.xmi")), sample.reading, lambda one: _read_file(one, whole))
        return
    if sample.members:
        held = dict(sample.unpacked())
        types = next((data for name, data in held.items() if _is_types(PurePosixPath(name))), None)
        for name in sorted(name for name in held if name.endswith(".xmi")):
            yield from _records(held[name], types, f"{sample.name}, {name}", sample)
        return
    yield from _read_file(sample, None)


def _read_file(sample: Sample, whole: Path | None) -> Iterator[tuple[str, Outcome]]:
    """A file by the type system beside it, else that of the `whole` folder."""
    beside = next((file for file in sorted(sample.path.parent.glob("*.xml")) if _is_types(file)), None)
    types_file = beside or whole
    yield from _records(sample.data(), Sample(types_file).data() if types_file else None, sample.name, sample)


def _is_types(file: Path | PurePosixPath) -> bool:
    return "typesystem" in file.name.lower() and file.suffix == ".xml"


def _records(data: bytes, types: bytes | None, name: str, sample: Sample) -> Iterator[tuple[str, Outcome]]:
    try:
        from cassis import load_cas_from_xmi, load_typesystem
    except ImportError as error:
        raise FormatError("needs dkpro-cassis: `pip install 'annotator[formats]'`") from error
    if types is None:
        yield name, f"has no type system beside it ({TYPES}); export it together with that"
        return
    for one in (data, types):
        if len(one) > MAX_BYTES:
            raise FormatError("is larger than 256 MB; divide it")
        if _ENTITIES.search(decode(one, True)):
            raise FormatError("has a document type in it, which no CAS needs; not read")
    with in_words("CAS"), warnings.catch_warnings(record=True) as unknown:
        warnings.simplefilter("always")
        cas = load_cas_from_xmi(io.BytesIO(data), load_typesystem(io.BytesIO(types)), lenient=True)
        found: list[tuple[str, Any]] = list(records_of(cas, name, sample))
    for what in warned(unknown):
        yield name, LeftOut(what)
    for where, one in found:
        if isinstance(one, list):
            yield from ((where, LeftOut(what)) for what in one)
        else:
            yield where, one


def _said(record: Record, tell: Callable[[str], None]) -> Record:
    """Control characters are blanks then, as INCEpTION has them, so that offsets stay; in names and notes, too."""

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            made = _UNSAID.sub(" ", value)
            if made != value:
                tell(f"{len(_UNSAID.findall(value)):,} in “{made.strip()[:30]}”")
            return made
        if isinstance(value, list):
            return [plain(one) for one in value]
        return {name: plain(one) for name, one in value.items()} if isinstance(value, dict) else value

    made: Record = plain(record)
    return made


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    (path / TYPES).write_bytes(type_system().to_xml().encode())
    for record in records:
        cas_of(record).to_xmi(layer_file(path, record, ".xmi"))
    return []


FORMAT = Format(
    name="xmi",
    title="UIMA XMI: for INCEpTION, WebAnno and UIMA's pipelines",
    recognises=_recognises,
    read=_read,
    write=_write,
    losses=Losses(
        mentions=LOSSES.mentions,
        others=(Loss("control characters, which become blanks", _said), *LOSSES.others),
    ),
    not_read=NOT_READ,
    folder=True,
    owns=lambda folder, file: file.suffix == ".xmi" or _is_types(file),
    extra="formats",
    needs=("cassis",),
)

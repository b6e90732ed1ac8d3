"""UIMA CAS in JSON, as INCEpTION takes and gives it: a file for each record, and the layers that it shall know."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from annotator.core.annotation import MODES, SLOTS, STANCES
from annotator.core.record import LeftOut, Record
from annotator.formats.cas_model import CLAIM, LINK, LOSSES, NOT_READ, PIECE, TEXTS, cas_of, records_of, warned
from annotator.formats.places import layer_file
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample, each, in_words

LAYERS = "layers"  # the folder of INCEpTION's layers


def _is_cas(data: Any) -> bool:
    return isinstance(data, dict) and "%FEATURE_STRUCTURES" in data


def _recognises(sample: Sample) -> bool:
    if sample.is_folder:
        first = next(iter(_files(sample.path)), None)
        return first is not None and _is_cas(Sample(first).first_object)
    return _is_cas(sample.first_object)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.json") if file.parent != folder / LAYERS)


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """Raises FormatError."""
    if sample.is_folder:
        yield from each(_files(sample.path), sample.reading, _read)
        return
    try:
        from cassis import load_cas_from_json
    except ImportError as error:
        raise FormatError("needs dkpro-cassis: `pip install 'annotator[formats]'`") from error
    with in_words("CAS"), warnings.catch_warnings(record=True) as unknown:
        warnings.simplefilter("always")
        cas = load_cas_from_json(io.BytesIO(sample.text().encode()))
        found = list(records_of(cas, sample.name, sample))
    for what in warned(unknown):
        yield sample.name, LeftOut(what)
    for where, one in found:
        if isinstance(one, list):
            yield from ((where, LeftOut(what)) for what in one)
        else:
            yield where, one


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    for record in records:
        layer_file(path, record, ".json").write_text(cas_of(record).to_json(), "utf-8", newline="\n")
    (path / LAYERS).mkdir()
    for name, layer in _layers().items():
        (path / LAYERS / f"{name}.json").write_bytes(orjson.dumps(layer, option=orjson.OPT_INDENT_2))
    return []


def _layers() -> dict[str, Any]:
    """What INCEpTION has to know of our types, in the shape of the layers that it exports."""

    def feature(name: str, kind: str = "uima.cas.String", tags: Iterable[str] = (), **more: Any) -> dict[str, Any]:
        tag_set = {
            "name": f"{name} of a claim",
            "description": None,
            "language": "x-unspecified",
            "tags": [{"tag_name": tag, "tag_description": None} for tag in tags],
            "create_tag": False,
        }
        made: dict[str, Any] = {
            "name": name,
            "uiName": name,
            "type": kind,
            "tag_set": tag_set if tags else None,
            "enabled": True,
        }
        made |= {"visible": True, "include_in_hover": False, "required": False, "remember": False, "description": None}
        made |= {"hideUnconstraintFeature": False, "multi_value_mode": "NONE", "link_mode": "NONE", "traits": None}
        made |= {"link_type_name": None, "link_type_role_feature_name": None, "link_type_target_feature_name": None}
        return made | more

    def layer(name: str, title: str, features: list[dict[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {
            "name": name,
            "uiName": title,
            "type": "span",
            "description": None,
            "features": features,
        }
        made |= {"enabled": True, "built_in": False, "readonly": False, "attach_type": None, "attach_feature": None}
        made |= {"allow_stacking": True, "cross_sentence": True, "show_hover": True, "anchoring_mode": "CHARACTERS"}
        made |= {"overlap_mode": "ANY_OVERLAP", "validation_mode": "ALWAYS", "lock_to_token_offset": False}
        return made | {"multiple_tokens": True, "linked_list_behavior": False, "on_click_javascript_action": None}

    slots = feature("slots", PIECE, SLOTS, multi_value_mode="ARRAY", link_mode="WITH_ROLE", link_type_name=LINK)
    slots |= {"link_type_role_feature_name": "role", "link_type_target_feature_name": "target"}
    closed = {"mode": MODES, "stance": STANCES}
    features = [feature(name, tags=closed.get(name, ())) for name in TEXTS]
    features += [feature("implicit", "uima.cas.Boolean"), feature("score", "uima.cas.Double"), slots]
    return {"Piece": layer(PIECE, "Piece of a claim", []), "Attribution": layer(CLAIM, "Claim", features)}


FORMAT = Format(
    name="cas-json",
    title="UIMA CAS JSON: for INCEpTION, with its layers",
    recognises=_recognises,
    read=_read,
    write=_write,
    losses=LOSSES,
    not_read=NOT_READ,
    folder=True,
    owns=lambda folder, file: file.suffix == ".json",
    extra="formats",
    needs=("cassis",),
)

"""What the fields of a value hold, read off its dataclass once: the project file, JSON and checks are derived from it.

A value's fields stand in `annotation` and nowhere else; whoever writes, reads or checks one goes by their types here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, Literal

from annotator.core.annotation import VALUES, Attributes, Change, Kind, Origin, Value, Version
from annotator.core.text import Spans

Type = Literal["int", "float", "str", "bool", "texts", "spans", "origin", "attributes", "versions"]
# How the dataclasses declare what a field holds. What is no union with None is never empty.
_TYPES: Mapping[str, Type] = {
    "int": "int",
    "float": "float",
    "str": "str",
    "bool": "bool",
    "tuple[str, ...]": "texts",
    "Spans": "spans",
    "Origin": "origin",
    "Attributes": "attributes",
    "tuple[Version, ...]": "versions",
    "Mode": "str",
    "Stance": "str",
    "What": "str",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, what it holds, whether it may be None, and its default (`MISSING` when it has none)."""

    name: str
    type: Type
    optional: bool
    default: Any

    @property
    def needed(self) -> bool:
        return self.default is MISSING


def _field(name: str, declared: str, default: Any) -> Field:
    plain = declared.removesuffix(" | None")
    return Field(name, _TYPES[plain], plain != declared, default)


FIELDS: Mapping[str, tuple[Field, ...]] = {
    kind: tuple(_field(f.name, str(f.type), f.default) for f in fields(value)) for kind, value in VALUES.items()
}
_BY_CLASS = {VALUES[kind]: held for kind, held in FIELDS.items()}


# JSON


def change_to_json(change: Change) -> list[Any]:
    """`[kind, id, before, after]` in plain JSON values, defaults left out."""
    return [change.kind, change.id, value_to_json(change.before), value_to_json(change.after)]


def change_from_json(data: list[Any]) -> Change:
    kind, key, before, after = data
    return Change(kind, key, value_from_json(kind, before), value_from_json(kind, after))


def value_to_json(value: Value | None) -> Any:
    """A value in plain JSON, defaults left out."""
    if value is None or isinstance(value, float):
        return value
    data: dict[str, Any] = {}
    for one in _BY_CLASS[type(value)]:
        held = getattr(value, one.name)
        if one.name != "id" and held == one.default:
            continue
        if one.type == "origin" and held is not None:
            held = {"layer": held.layer, "id": held.id}
        elif one.type == "versions":
            held = [asdict(version) for version in held]
        elif one.type == "attributes":
            held = dict(held)
        data[one.name] = held
    return data


def value_from_json(kind: Kind, data: Any) -> Value | None:
    """What `value_to_json` gave. Raises TypeError, ValueError, KeyError or AttributeError for what is none."""
    if data is None or kind == "finished":
        return data
    values = dict(data)
    for one in FIELDS[kind]:
        if (held := values.get(one.name)) is not None and one.type in _FROM_JSON:
            values[one.name] = _FROM_JSON[one.type](held)
    made: Value = VALUES[kind](**values)
    return made


def attributes_from_json(data: Mapping[str, Any]) -> Attributes:
    """Answers by attribute, as a value holds them."""
    return tuple(sorted((name, tuple(a) if isinstance(a, list) else a) for name, a in data.items()))


def _spans(data: Any) -> Spans:
    return tuple((start, end) for start, end in data)


_FROM_JSON: Mapping[Type, Callable[[Any], Any]] = {
    "texts": tuple,
    "spans": _spans,
    "origin": lambda data: Origin(**data),
    "versions": lambda data: tuple(Version(**version) for version in data),
    "attributes": attributes_from_json,
}

"""What brat's types and roles mean: mappings that come with the program, or in a file of one's own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.core.annotation import SLOTS
from annotator.core.assets import asset
from annotator.core.errors import AnnotatorError
from annotator.formats.decoding import decode

MAX_BYTES = 64 * 1024 * 1024  # of one file
BUILT_IN = ("polnear", "default")
AUTOMATIC = "automatic"  # the one of them that fits


class MappingError(AnnotatorError):
    """A mapping that cannot be used, with the reason in words for an editor."""


@dataclass(frozen=True)
class TypeMapping:
    """What brat's types and roles mean: which events are claims (and whether they say that there is no source), which
    roles are which slots, which text-bound types are mentions of which label, which attributes say what of a claim."""

    name: str
    events: dict[str, dict[str, Any]]
    roles: dict[str, str]
    mentions: dict[str, str]
    ignored: frozenset[str] = frozenset()
    attributes: dict[str, str] = field(default_factory=dict)
    others: bool = False  # whether text-bound types that stand nowhere here are mentions of a label of their name


def mapping_of(wanted: str | None, folder: Path) -> TypeMapping:
    """The built-in mapping of that name, the one in a file of that name, or (None) the one that fits the folder.

    Raises MappingError."""
    if wanted in (None, AUTOMATIC):
        wanted = "polnear" if (folder / "attributions").is_dir() else "default"
    try:
        file = Path(str(wanted))
        if wanted not in BUILT_IN and not (file.is_file() and file.stat().st_size <= MAX_BYTES):
            raise MappingError(f"The mapping “{wanted}” is no file that can be read.")
        text = asset("brat", f"{wanted}.json").read_text("utf-8") if wanted in BUILT_IN else decode(file.read_bytes())
        data = json.loads(text)
        made = TypeMapping(
            str(data.get("name", wanted)),
            dict(data["events"]),
            dict(data["roles"]),
            dict(data.get("mentions", {})),
            frozenset(data.get("ignored", ())),
            dict(data.get("attributes", {})),
            data.get("others") is True,
        )
    except OSError as error:
        raise MappingError(f"The mapping “{wanted}” cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MappingError(f"“{wanted}” is no mapping of brat's types ({error}).") from error
    wrong = [slot for slot in made.roles.values() if slot not in SLOTS]
    wrong += [what for what in made.attributes.values() if what not in ("mode", "stance", "implicit")]
    if wrong or not all(isinstance(e, dict) for e in made.events.values()):
        raise MappingError(f"The mapping “{made.name}” names {wrong or 'events'} that there are not.")
    return made

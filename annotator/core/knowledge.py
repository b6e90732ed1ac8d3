"""What a project has learned: names with their labels or that are none, cues that are some or none, and a training.

It acts on suggestions at once. Each entry is a setting of the project by itself, so that those of a team come together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal["name", "cue"]
Settings = Mapping[str, tuple[Any, float]]  # values with when they were set

NO_NAME = ""  # the label of what is no name
MAX_WORDS = 200  # code points of an entry
MAX_ENTRIES = 5_000  # entries that are heeded, the newest ones: nobody presses D so often
TRAINED, TRAINED_BEFORE = "trained model", "trained model before"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """`names` to labels of the scheme (`NO_NAME` for none), `cues` (in small letters) to whether they are some."""

    names: Mapping[str, str] = field(default_factory=dict)
    cues: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """`trained` as `suggest.learned.trained` writes it. `mark` tells one state from every other that the project was
    in; it is empty when nothing was ever learned."""

    dictionary: Dictionary = field(default_factory=Dictionary)
    trained: Mapping[str, Any] | None = None
    mark: str = ""

    @property
    def trainings(self) -> int:
        """The number of the training that is used; 0 when the model is as it came."""
        number = self.trained.get("number") if self.trained is not None else 0
        return number if isinstance(number, int) and 0 < number < 1_000_000 else 0

    def untrained(self) -> Knowledge:
        """The same without a training."""
        return replace(self, trained=None)

    def as_json(self) -> dict[str, Any]:
        return {
            "names": dict(self.dictionary.names),
            "cues": dict(self.dictionary.cues),
            "trained": self.trained,
            "mark": self.mark,
        }


def from_json(data: Mapping[str, Any]) -> Knowledge:
    """What `as_json` gave."""
    return Knowledge(Dictionary(dict(data["names"]), dict(data["cues"])), data["trained"], str(data["mark"]))


def from_settings(held: Settings) -> Knowledge:
    """What is known by a project's settings; what is damaged, or was taken away, is left out."""
    names: dict[str, str] = {}
    cues: dict[str, bool] = {}
    states = {}
    entries = (name for name in held if name.startswith("dictionary "))
    newest = sorted(entries, key=lambda name: (held[name][1], name))[-MAX_ENTRIES:]
    for name, (value, when) in sorted((name, held[name]) for name in [*newest, TRAINED] if name in held):
        begin, _, entry = name.partition(" ")
        kind, _, words = entry.partition(" ")
        if begin == "dictionary" and 0 < len(words) <= MAX_WORDS:
            states[name] = [value, when]
            if kind == "name" and isinstance(value, str):
                names[words] = value
            elif kind == "cue" and isinstance(value, bool):
                cues[words] = value
        elif name == TRAINED:
            states[name] = [value, when]
    trained = held.get(TRAINED, (None, 0.0))[0]
    mark = hashlib.sha256(json.dumps(states, sort_keys=True).encode()).hexdigest()[:6] if states else ""
    return Knowledge(Dictionary(names, cues), trained if isinstance(trained, dict) else None, mark)


def setting_of(kind: Kind, words: str) -> str:
    """The name of the setting that holds an entry; white space to single spaces, cues in small letters."""
    folded = " ".join(words.split())[:MAX_WORDS]
    return f"dictionary {kind} {folded.casefold() if kind == 'cue' else folded}"

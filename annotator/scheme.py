"""A project's scheme: the entity labels with their keys and colours, and the guidelines. Data, not code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any

from annotator.assets import asset


@dataclass(frozen=True, slots=True)
class Label:
    """An entity label: `name` in data, `title` on screen, `key` on the keyboard, a colour for light and for dark
    windows, and the pipeline's labels that it takes in."""

    name: str
    title: str
    key: str
    color: str
    dark: str
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    name: str
    labels: tuple[Label, ...]
    guidelines: str = ""  # Markdown; empty for those that come with the program

    def label(self, name: str) -> Label:
        """The label called `name`; a grey one for a name that came in with somebody's data."""
        for label in self.labels:
            if label.name == name:
                return label
        return Label(name, name, "", "#6a6e76", "#9aa0aa")

    @property
    def label_map(self) -> dict[str, str]:
        """The pipeline's label → the scheme's label."""
        return {taken: label.name for label in self.labels for taken in label.takes}


def from_json(text: str) -> Scheme:
    """Reads a scheme; raises ValueError when it is none."""
    data: dict[str, Any] = json.loads(text)
    labels = [dict(entry) for entry in data["labels"]]
    made = tuple(Label(takes=tuple(entry.pop("from", ())), **entry) for entry in labels)
    texts = [data["name"], data.get("guidelines", ""), *(v for label in made for v in astuple(label)[:-1])]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a scheme is made of texts")
    return Scheme(data["name"], made, data.get("guidelines", ""))


def to_json(scheme: Scheme) -> str:
    labels = [asdict(label) for label in scheme.labels]
    for label in labels:
        label["from"] = list(label.pop("takes"))
    guidelines = {"guidelines": scheme.guidelines} if scheme.guidelines else {}
    return json.dumps({"name": scheme.name, "labels": labels} | guidelines, ensure_ascii=False)


def hash_of(scheme: Scheme) -> str:
    """The same for schemes that say the same."""
    return hashlib.blake2b(to_json(scheme).encode(), digest_size=16).hexdigest()


def united(versions: Sequence[Scheme]) -> Scheme:
    """The first of some versions, with the labels that only later ones have. A key that is taken is left out there."""
    first = versions[0]
    labels = {label.name: label for label in first.labels}
    keys = {label.key for label in first.labels}
    for version in versions[1:]:
        for label in version.labels:
            if label.name not in labels:
                labels[label.name] = replace(label, key="" if label.key in keys else label.key)
                keys.add(label.key)
    return replace(first, labels=tuple(labels.values()))


def default() -> Scheme:
    return from_json(asset("schemes", "news.json").read_text("utf-8"))


def guidelines() -> str:
    """The guidelines that go with the default scheme, in Markdown."""
    return asset("schemes", "news.md").read_text("utf-8")

"""A project's scheme: the entity labels with their keys and colours, and the guidelines. Data, not code."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
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
    return Scheme(data["name"], tuple(Label(takes=tuple(entry.pop("from", ())), **entry) for entry in labels))


def to_json(scheme: Scheme) -> str:
    labels = [asdict(label) for label in scheme.labels]
    for label in labels:
        label["from"] = list(label.pop("takes"))
    return json.dumps({"name": scheme.name, "labels": labels}, ensure_ascii=False)


def default() -> Scheme:
    return from_json(asset("schemes", "news.json").read_text("utf-8"))


def guidelines() -> str:
    """The guidelines that go with the default scheme, in Markdown."""
    return asset("schemes", "news.md").read_text("utf-8")

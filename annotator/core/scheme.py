"""A project's scheme: the entity labels, the attributes that are asked of claims, entities and articles, and the
guidelines. Data, not code."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from functools import cache
from typing import Any, Literal, get_args

from annotator.core.annotation import Answer, What
from annotator.core.assets import asset
from annotator.core.errors import AnnotatorError

AttributeKind = Literal["one", "several", "yes_no", "number", "text"]
MAX_ANSWER = 10_000  # code points of a text
MAX_NUMBER = 1e300
MAX_ATTRIBUTES = 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Names that mean something else on a claim or an entity.
RESERVED = frozenset(
    [
        "id",
        "start",
        "end",
        "span",
        "label",
        "source",
        "cue",
        "content",
        "actor",
        "target",
        "note",
        "implicit",
        "score",
        "origin",
        "attributes",
        "found",
    ]
)


class SchemeError(AnnotatorError, ValueError):
    """A scheme that cannot be used, with the reason in words for an editor."""


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
class Value:
    """One of the values of an attribute: `name` in data, `title` on screen; a `key` sets it at once; its
    colours may be empty."""

    name: str
    title: str
    key: str = ""
    color: str = ""
    dark: str = ""
    sign: str = ""  # drawn before the title

    @property
    def shown(self) -> str:
        """What stands on a card."""
        return f"{self.sign} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is asked `of` each claim, each entity (mention) or the article: one of its values, several of them, yes or
    no, a number or a text. `key` goes through the values, or opens the question. The `default` counts where nothing was
    answered; what is `required` is asked for before an article is finished. `ordered` values have an order that
    agreement heeds (against, neutral, favor)."""

    name: str
    title: str
    of: What = "claim"
    kind: AttributeKind = "one"
    values: tuple[Value, ...] = ()
    key: str = ""
    default: Answer | None = None
    required: bool = False
    ordered: bool = False
    guideline: str = ""

    def value(self, name: str) -> Value:
        """The value of this name; one without key and colour for a name that came in with somebody's data."""
        return next((v for v in self.values if v.name == name), Value(name, name))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(value.name for value in self.values)

    def fits(self, answer: Answer | None) -> bool:
        """Whether an answer is one that the scheme allows."""
        if answer is None:
            return True
        if self.kind == "one":
            return answer in self.names
        if self.kind == "several":
            return isinstance(answer, tuple) and set(answer) <= set(self.names)
        if self.kind == "yes_no":
            return isinstance(answer, bool)
        if self.kind == "number":
            return isinstance(answer, int | float) and not isinstance(answer, bool)
        return isinstance(answer, str)

    def in_words(self, answer: Answer | None) -> str:
        """An answer for people to read."""
        if answer is None:
            answer = self.default
        if answer is None or answer == ():
            return "none"
        if isinstance(answer, bool):
            return "yes" if answer else "no"
        if isinstance(answer, tuple):
            return ", ".join(self.value(name).title for name in answer)
        if isinstance(answer, str):
            return self.value(answer).title if self.kind == "one" else answer
        return f"{answer:g}"


@dataclass(frozen=True, slots=True)
class Scheme:
    name: str
    labels: tuple[Label, ...]
    guidelines: str = ""  # Markdown; empty for those that come with the program
    attributes: tuple[Attribute, ...] = ()

    def of(self, what: What) -> tuple[Attribute, ...]:
        """What is asked of claims, of mentions, or (answers) of the article."""
        return tuple(a for a in self.attributes if a.of == what)

    def attribute(self, what: What, name: str) -> Attribute | None:
        return next((a for a in self.attributes if a.of == what and a.name == name), None)

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

    @property
    def every_label(self) -> dict[str, str]:
        """What a label may be called by a model of others → the scheme's label: the pipeline's names and its own."""
        return self.label_map | {label.name: label.name for label in self.labels}


def shared_keys(scheme: Scheme) -> list[str]:
    """What is given a key that something before it has, each in a sentence. (Which keys mean something else in the
    window is known there.)"""
    owners: dict[str, str] = {}
    lines = []
    keyed = [(label.key, f"the label {label.title}") for label in scheme.labels]
    for attribute in scheme.attributes:
        keyed.append((attribute.key, attribute.title))
        keyed += [(value.key, f"{attribute.title}: {value.title}") for value in attribute.values]
    for key, owner in keyed:
        first = owners.setdefault(key.lower(), owner)
        if key and first != owner:
            lines.append(f"The key {key} of “{owner}” is that of “{first}” already; it has none.")
    return lines


def from_json(text: str) -> Scheme:
    """Reads a scheme; raises SchemeError (a ValueError) when it is none. One that says nothing of attributes asks for
    those of the news, as all did before there were any."""
    try:
        data: dict[str, Any] = json.loads(text)
        labels = [dict(entry) for entry in data["labels"]]
        made = tuple(Label(takes=tuple(entry.pop("from", ())), **entry) for entry in labels)
        texts = [data["name"], data.get("guidelines", ""), *(v for label in made for v in astuple(label)[:-1])]
        asked = data.get("attributes")
        attributes = news_attributes() if asked is None else tuple(map(_attribute, asked))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if isinstance(error, SchemeError):
            raise
        raise SchemeError(f"it is no scheme ({type(error).__name__}: {error})") from error
    if not all(isinstance(text, str) for text in (*texts, *(taken for label in made for taken in label.takes))):
        raise SchemeError("a scheme is made of texts")
    if len({label.name for label in made}) < len(made) or not all(label.name for label in made):
        raise SchemeError("each label has a name of its own")
    if "\\ud" in text.casefold() and _broken(json.dumps(data, ensure_ascii=False)):
        raise SchemeError("it has a text that cannot be kept")
    scheme = Scheme(data["name"], made, data.get("guidelines", ""), attributes)
    if len(attributes) > MAX_ATTRIBUTES or len({(a.of, a.name) for a in attributes}) < len(attributes):
        raise SchemeError("it asks for an attribute twice, or for too many")
    return scheme


def _attribute(data: Mapping[str, Any]) -> Attribute:
    entry = dict(data)
    where = f"the attribute “{str(entry.get('name'))[:40]}”"
    given = entry.pop("values", ())
    if not isinstance(given, list | tuple) or not all(isinstance(v, dict) for v in given):
        raise SchemeError(f"{where}: “values” is a list of objects, each with a name and a title")
    for what, fields_of in ((entry, Attribute), *((v, Value) for v in given)):
        if "name" not in what:
            raise SchemeError(f"{where}: it, or one of its values, has no name")
        if unknown := set(what) - {f.name for f in fields(fields_of)}:
            raise SchemeError(f"{where}: “{min(unknown)[:40]}” is nothing that can be said of it")
    values = tuple(Value(**{"title": value["name"], **value}) for value in given)
    entry.setdefault("title", entry["name"])
    default = entry.pop("default", None)
    made = Attribute(values=values, default=tuple(default) if isinstance(default, list) else default, **entry)
    if made.name in RESERVED:
        raise SchemeError(f"{where}: this name means something else already; choose another one")
    if not is_name(made.name):
        raise SchemeError(f"{where}: a name has small letters, digits and _ only, and begins with a letter")
    texts = [made.title, made.key, made.guideline, *(v for value in values for v in astuple(value))]
    if not all(isinstance(text, str) for text in texts) or not all(value.name for value in values):
        raise SchemeError(f"{where}: title, key, guideline and values are texts")
    if made.of not in get_args(What) or made.kind not in get_args(AttributeKind):
        raise SchemeError(
            f"{where}: “of” is claim, mention or answers, “kind” one of {', '.join(get_args(AttributeKind))}"
        )
    if len(set(made.names)) < len(values) or (made.kind in ("one", "several")) != bool(values):
        raise SchemeError(f"{where}: values of “one” and “several” are there, each once; other kinds have none")
    if made.default is not None:
        try:
            check_answers({made.name: made.default})
        except ValueError as error:
            raise SchemeError(f"{where}: the default cannot be kept") from error
    if not made.fits(made.default):
        raise SchemeError(f"{where}: the default is none of its values")
    fixed = next((a for a in news_attributes() if (a.of, a.name) == (made.of, made.name)), None)
    if fixed is not None and (made.kind != fixed.kind or not set(made.names) <= set(fixed.names)):
        raise SchemeError(f"{where}: its values are {', '.join(fixed.names)}")
    if fixed is not None and fixed.default is not None and made.default is None:
        raise SchemeError(f"{where}: a claim always has one, so it needs a default")
    return made


def is_name(value: Any) -> bool:
    """Whether an attribute may have this name."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None and value not in RESERVED


def check_answers(data: Any) -> None:
    """Raises ValueError unless `data` is answers by attribute, as JSON has them; whether a scheme asks for them is
    another question, and nobody's labels are dropped over it."""
    if not isinstance(data, dict) or len(data) > MAX_ATTRIBUTES:
        raise ValueError("they are no object of answers by name")
    for name, answer in data.items():
        if not is_name(name):
            raise ValueError(f"“{str(name)[:40]}” is no name of an attribute")
        several = answer if isinstance(answer, list | tuple) else ()
        if not isinstance(answer, str | bool | int | float | list | tuple) or not all(
            isinstance(v, str) for v in several
        ):
            raise ValueError(f"“{name}” has an answer that is none")
        if isinstance(answer, int | float) and not abs(answer) <= MAX_NUMBER:  # nor is NaN
            raise ValueError(f"“{name}” is no number, or a very large one")
        for text in (answer, *several):
            if isinstance(text, str) and (
                len(text) > MAX_ANSWER or "\0" in text or (not text.isascii() and _broken(text))
            ):
                raise ValueError(f"“{name}” has a text that cannot be kept")


def _broken(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def to_json(scheme: Scheme, whole: bool = False) -> str:
    """What `from_json` reads. Mode and stance of the news go without saying, unless the `whole` is wanted."""
    labels = [asdict(label) for label in scheme.labels]
    for label in labels:
        label["from"] = list(label.pop("takes"))
    data: dict[str, Any] = {"name": scheme.name, "labels": labels}
    if scheme.guidelines:
        data["guidelines"] = scheme.guidelines
    if whole or scheme.attributes != news_attributes():
        data["attributes"] = [_attribute_json(attribute) for attribute in scheme.attributes]
    return json.dumps(data, ensure_ascii=False)


def _attribute_json(attribute: Attribute) -> dict[str, Any]:
    """Defaults left out."""
    plain = Attribute("", "")
    data = {k: v for k, v in asdict(attribute).items() if v != getattr(plain, k)}
    if "values" in data:
        data["values"] = [{k: v for k, v in value.items() if v or k in ("name", "title")} for value in data["values"]]
    return data


def hash_of(scheme: Scheme) -> str:
    """The same for schemes that say the same."""
    return hashlib.blake2b(to_json(scheme).encode(), digest_size=16).hexdigest()


def united(versions: Sequence[Scheme]) -> Scheme:
    """The first of some versions, with the labels that only later ones have, since they may be in use; a label's key
    that is taken is left out there. It asks for its own attributes alone: what was answered on others stays."""
    first = versions[0]
    labels = {label.name: label for label in first.labels}
    keys = {label.key for label in first.labels}
    for version in versions[1:]:
        for label in version.labels:
            if label.name not in labels:
                labels[label.name] = replace(label, key="" if label.key in keys else label.key)
                keys.add(label.key)
    return replace(first, labels=tuple(labels.values()))


@cache
def news_attributes() -> tuple[Attribute, ...]:
    """Mode and stance, which have columns of their own: what the scheme of the news asks of claims."""
    return (
        Attribute(
            "mode",
            "Mode",
            values=(Value("direct", "quoted", sign="“ ”"), Value("indirect", "reported"), Value("mixed", "mixed")),
            key="M",
            default="indirect",
        ),
        Attribute(
            "stance",
            "Stance",
            values=(
                Value("favor", "favor", "Ctrl+1", "#1e7b4c", "#6fcf97", "▲"),
                Value("neutral", "neutral", "Ctrl+2", sign="●"),
                Value("against", "against", "Ctrl+3", "#b3261e", "#ff8a80", "▼"),
            ),
            key="T",
            ordered=True,
        ),
    )


def default() -> Scheme:
    return from_json(asset("schemes", "news.json").read_text("utf-8"))


def guidelines() -> str:
    """The guidelines that go with the default scheme, in Markdown."""
    return asset("schemes", "news.md").read_text("utf-8")

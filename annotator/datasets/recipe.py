"""What a dataset is made of and how: all that is asked of an editor, and nothing that the project says itself."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from annotator.core.errors import AnnotatorError

Kind = Literal["claims", "entities", "stance"]
By = Literal["cluster", "source", "date", "actor"]
KINDS: tuple[Kind, ...] = get_args(Kind)
BYS: tuple[By, ...] = get_args(By)
BY_WORDS: Mapping[By, str] = {
    "cluster": "by near-duplicates",
    "source": "by outlet",
    "date": "by date",
    "actor": "by actor",
}
NAMES = ("train", "validation", "test")  # of the splits, as libraries call them
# What can be written; `data`, the card and the manifest are always there.
FILES = ("jsonl", "spacy", "tokens", "tables", "soft")


_OPTIONS = {"by": "split-by", "sources": "source", "labels": "label"}  # what differs on the command line
_REPEATED = ("sources", "labels")


class RecipeError(AnnotatorError, ValueError):
    """A recipe that cannot be used, with the reason in words for an editor."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """`layer` is gold, editors, model or an editor's name; `labelled` what counts as labelled (empty: what is found);
    `unfinished` takes layers that are not finished, too; `rejected` adds rejected suggestions; `names` calls editors by
    name, `extra` passes on metadata that have no column of their own. `sources`, `since`, `until` and `labels` (of
    entities, of which an article has one at least) narrow the articles. `split` are shares of 100 for train, validation
    and test, `folds` that many parts instead; `by` what is never divided; `near` from which Jaccard similarity on two
    articles are near-duplicates. `licence` is that of the texts."""

    layer: str = "gold"
    labelled: tuple[Kind, ...] = ()
    unfinished: bool = False
    rejected: bool = False
    names: bool = False
    extra: bool = False
    sources: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    labels: tuple[str, ...] = ()
    split: tuple[int, int, int] = (80, 10, 10)
    folds: int = 0
    by: By = "cluster"
    near: float = 0.8
    seed: int = 1
    files: tuple[str, ...] = FILES
    formats: tuple[str, ...] = ()
    licence: str = ""

    def check(self) -> Recipe:
        """Raises RecipeError for what cannot be."""
        if len(self.split) != 3 or min(self.split) < 0 or sum(self.split) != 100:
            raise RecipeError("The shares of the splits are three numbers that add up to 100, as 80,10,10.")
        if self.folds and not 2 <= self.folds <= 100:
            raise RecipeError("There are 2 to 100 folds.")
        if not 0.3 <= self.near <= 1:
            raise RecipeError("Articles are near-duplicates from a similarity of 0.3 to 1 on.")
        if self.by not in BYS:
            raise RecipeError(f"Splits are made by {', '.join(BYS)}.")
        if "stance" in self.labelled and "claims" not in self.labelled:
            raise RecipeError("A stance is that of a claim: say that claims were labelled, too.")
        if len(self.licence) > 200 or not self.licence.isprintable():
            raise RecipeError("A licence is named in one line of at most 200 characters.")
        for said, known, what in ((self.labelled, KINDS, "labelled"), (self.files, FILES, "files")):
            if odd := set(said) - set(known):
                raise RecipeError(f"There is no “{sorted(odd)[0]}” among {what}: {', '.join(known)}.")
        return self

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the splits that get something."""
        if self.folds:
            return tuple(f"fold{number}" for number in range(1, self.folds + 1))
        return tuple(name for name, share in zip(NAMES, self.split, strict=True) if share)

    @property
    def kind_of_split(self) -> str:
        """What a project remembers where articles are by: folds are other splits than train and test."""
        return f"folds{self.folds}" if self.folds else "splits"

    @property
    def shares(self) -> dict[str, float]:
        """How much of all each split shall have."""
        if self.folds:
            return dict.fromkeys(self.parts, 1 / self.folds)
        return {name: share / 100 for name, share in zip(NAMES, self.split, strict=True) if share}

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_command(self, project: str, out: str) -> str:
        """The command that makes the same dataset."""
        words = ["annotator", "dataset", project, out, "--fresh"]
        for one in fields(self):
            value, usual = getattr(self, one.name), one.default
            if value == usual:
                continue
            option = f"--{_OPTIONS.get(one.name, one.name)}"
            if value is True:
                words.append(option)
            elif one.name in _REPEATED:
                words += [part for said in value for part in (option, said)]
            else:
                words += [option, ",".join(map(str, value)) if isinstance(value, tuple) else str(value)]
        return shlex.join(words)


def from_json(data: Any) -> Recipe:
    """Raises RecipeError for what is no recipe."""
    if not isinstance(data, Mapping):
        raise RecipeError("This is no recipe of a dataset.")
    known = {one.name for one in fields(Recipe)}
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items() if name in known}
    try:
        return Recipe(**values).check()
    except (TypeError, ValueError) as error:
        raise RecipeError(f"This is no recipe of a dataset ({error}).") from error


def read(text: str) -> Recipe:
    try:
        return from_json(json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise RecipeError("This is no recipe of a dataset: it is not JSON.") from error

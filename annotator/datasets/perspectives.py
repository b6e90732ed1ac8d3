"""What several editors said of the same: how far they agree, and soft labels for training on disagreement.

Soft labels have the keys of the shared tasks on learning with disagreements (LeWiDi, Leonardelli et al. 2023).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from annotator.core.annotation import MODES, STANCES, Claim
from annotator.core.compare import ENOUGH, Letters, align_claims
from annotator.core.scheme import Attribute
from annotator.core.text import covered
from annotator.datasets.plan import Plan
from annotator.review.agreement import Agreement, Subject, agreement
from annotator.review.disputes import actor_names, subjects
from annotator.store.project import Project

Whose = Callable[[str], str]  # what an editor is called in a dataset, by name


def several(project: Project, plan: Plan, whose: Whose, viewer: int | None = None) -> Iterator[Subject]:
    """The articles of a dataset that two or more editors have finished, with what they said."""
    for subject in subjects(project, viewer=viewer):
        if subject.article in plan.split:
            yield replace(
                subject,
                layers={whose(name): layer for name, layer in subject.layers.items()},
                unaided=frozenset(map(whose, subject.unaided)),
                derived={whose(name): said for name, said in subject.derived.items()},
            )


def measured(project: Project, found: Iterable[Subject], asked: tuple[Attribute, ...]) -> Agreement:
    """How far the editors agree."""
    return agreement(found, actor_names(project), asked=asked)


def write_soft(folder: Path, plan: Plan, found: Iterable[Subject]) -> int:
    """Writes soft labels, a file a split; returns how many."""
    made: dict[str, dict[str, Any]] = {name: {} for name in plan.recipe.parts}
    for subject in found:
        split = plan.split[subject.article]
        for number, row in enumerate(soft_labels(subject, split), 1):
            made[split][f"{subject.key}/{number}"] = row
    folder.mkdir()
    for name, rows in made.items():
        (folder / f"{name}.json").write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
    return sum(map(len, made.values()))


def soft_labels(subject: Subject, split: str) -> Iterator[dict[str, Any]]:
    """Of each claim that somebody found: which share of the editors found it, and what those who did say of it."""
    everybody = sorted(subject.layers)
    for group in together(subject):
        first = next(iter(group.values()))
        about = {"article": subject.key, "content": [list(span) for span in first.content]}
        about |= {"source": covered(subject.text, first.source), "cue": covered(subject.text, first.cue)}
        answers: list[tuple[str, Mapping[str, str], tuple[str, ...]]] = [
            ("found", {name: "yes" if name in group else "no" for name in everybody}, ("yes", "no")),
            ("mode", {name: one.mode for name, one in group.items() if _said(subject, name, "mode")}, MODES),
            ("stance", {name: one.stance or "none" for name, one in group.items()}, (*STANCES, "none")),
        ]
        for task, said, values in answers:
            if not said or (task == "stance" and set(said.values()) == {"none"}):
                continue
            counts = Counter(said.values())
            yield {
                "annotation task": f"{task} of a claim",
                "text": covered(subject.text, first.content or first.cue),
                "number of annotators": len(said),
                "annotators": ",".join(said),
                "number of annotations": len(said),
                "annotations": ",".join(said.values()),
                "soft_label": {value: counts[value] / len(said) for value in values},
                "split": split,
                "lang": "en",
                "other_info": about,
            }


def _said(subject: Subject, name: str, slot: str) -> bool:
    """Whether an editor has said it, and no importer derived it."""
    return slot not in subject.derived.get(name, frozenset())


def together(subject: Subject) -> list[dict[str, Claim]]:
    """The claims of all editors, those that are the same claim together, by editor."""
    letters = Letters(subject.text)
    groups: list[dict[str, Claim]] = []
    for name in sorted(subject.layers):
        claims = list(subject.layers[name].claims.values())
        leaders = {id(next(iter(group.values()))): group for group in groups}
        for pair in align_claims(letters, [next(iter(group.values())) for group in groups], claims):
            if pair.b is None:
                continue
            if pair.a is None or pair.overlap < ENOUGH:
                groups.append({name: pair.b})
            else:
                leaders[id(pair.a)][name] = pair.b
    return sorted(groups, key=lambda group: next(iter(group.values())).start)

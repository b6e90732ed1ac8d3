"""How well the labels of a project fit a scheme: what a new one would leave without a definition."""

from __future__ import annotations

import json
from collections import Counter

import sqlalchemy as sa

from annotator.core.fields import attributes_from_json
from annotator.core.scheme import Scheme
from annotator.store.project import driver

_NOUNS = {"mention": ("entity", "entities"), "claim": ("claim", "claims"), "answers": ("article", "articles")}


def unfit(connection: sa.Connection, scheme: Scheme) -> list[str]:
    """What of the labels does not fit a scheme, counted, each in a sentence; nothing of it would be dropped."""
    execute = driver(connection).execute
    lines = []
    known = {label.name for label in scheme.labels}
    for label, number in execute("SELECT label, count(*) FROM mention GROUP BY label ORDER BY label").fetchall():
        if label not in known:
            lines.append(f"{_counted(number, 'mention', 'has', 'have')} the label {label}, which the scheme has not.")
    for name in ("mode", "stance"):
        asked = scheme.attribute("claim", name)
        rows = execute(f"SELECT {name}, count(*) FROM claim WHERE {name} IS NOT NULL GROUP BY {name}").fetchall()
        for value, number in sorted(rows):
            if asked is None and (name, value) != ("mode", "indirect"):
                lines.append(
                    f"{_counted(number, 'claim', 'has', 'have')} the {name} {value}, which the scheme does not ask for."
                )
            elif asked is not None and value not in asked.names:
                lines.append(
                    f"{_counted(number, 'claim', 'has', 'have')} the {name} {value}, which is none of the scheme's."
                )
    for kind in _NOUNS:
        odd: Counter[str] = Counter()
        for (stored,) in execute(f"SELECT attributes FROM {kind} WHERE attributes != '{{}}'").fetchall():
            for name, answer in attributes_from_json(json.loads(stored)):
                asked = scheme.attribute(kind, name)  # type: ignore[arg-type]
                if asked is None:
                    odd[f"“{name}”, which the scheme does not ask for"] += 1
                elif not asked.fits(answer):
                    odd[f"“{name}” with {answer}, which is none of the scheme's"] += 1
        lines += [f"{_counted(number, kind, 'answers', 'answer')} {what}." for what, number in sorted(odd.items())]
    return lines


def _counted(number: int, kind: str, one: str, many: str) -> str:
    """ "1 claim has", "3 claims have"."""
    return f"{number:,} {_NOUNS[kind][number != 1]} {one if number == 1 else many}"

#!/usr/bin/env python3
"""Looks at the licence of every package that Annotator needs at run time.    python packaging/licences.py

An MIT program may need what is permissive, MPL, or Qt under the LGPL, and nothing else; and `constraints.txt` names all
that comes along. Exits with 1, and says why, when that is not so.
"""

import re
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = "annotator"
ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|Unlicense|zlib|CC0|0BSD|HPND|Zope|ZPL)\b",
    re.I,
)
FORBIDDEN = re.compile(r"\b(A?GPL|General Public|Affero)", re.I)
# Qt's licence is offered as the LGPL, too, under which it is used; these say their licence in a file only.
KNOWN = {
    "pyside6-essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
}


def licence_of(found: Distribution) -> str:
    """What a package says of its licence, in the newest of the three ways that it says so."""
    data = found.metadata
    classifiers = [c.split(" :: ")[-1] for c in data.get_all("Classifier") or () if c.startswith("License :: ")]
    told = (
        data.get("License-Expression") or "; ".join(classifiers) or (data.get("License") or "").strip().split("\n")[0]
    )
    return told[:120]


def needed(root: str) -> dict[str, Distribution]:
    """All packages that a package needs, itself left out, as they are installed here."""
    found: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        here = distribution(name)
        if name != root:
            found[canonicalize_name(name)] = here
        for line in here.requires or ():
            wanted = Requirement(line)
            if (wanted.marker is None or wanted.marker.evaluate({"extra": ""})) and (
                canonicalize_name(wanted.name) not in found
            ):
                waiting.append(wanted.name)
    return found


def main() -> int:
    problems = []
    packages = needed(ROOT)
    constraints = (Path(__file__).with_name("constraints.txt")).read_text("utf-8")
    named = {
        canonicalize_name(re.split(r"[=<>;\s]", line)[0]) for line in constraints.splitlines() if line[:1].isalnum()
    }
    pipeline = (Path(__file__).with_name("pipeline.txt")).read_text("utf-8")
    named |= {canonicalize_name(re.split(r"[=<>;\s]", line)[0]) for line in pipeline.splitlines() if line[:1].isalnum()}
    for name, found in sorted(packages.items()):
        told = KNOWN.get(name) or licence_of(found)
        allowed = name in KNOWN or (ALLOWED.search(told) and not FORBIDDEN.search(told))
        if not allowed:
            problems.append(f"{name} {found.version}: its licence is “{told or 'not said'}”, which is not on the list.")
        if name not in named:
            problems.append(f"{name} {found.version} comes along, but packaging/constraints.txt does not name it.")
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(packages)} packages come along, all under licences that are on the list.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""A plan in words and numbers for people, and splits from a file of before."""

from __future__ import annotations

import csv
from pathlib import Path

from annotator.core.text import uncelled
from annotator.datasets.plan import FEW, DatasetError, Plan


def as_text(plan: Plan) -> str:
    """What would be written, how even the splits are, and what looks wrong."""
    recipe, parts = plan.recipe, plan.recipe.parts
    total = sum((plan.counts[part] for part in parts), start=type(plan.counts[parts[0]])())
    first = ["articles", "records", "without claims", "claims", "entities"]
    names = [name for name in [*first, *sorted(name for name in total if name not in first)] if total[name]]
    width = max(map(len, names))
    lines = [f"Labels: {recipe.layer}; {' and '.join(plan.labelled) or 'none'}.", ""]
    lines.append(" " * width + "".join(f"{part:>12}" for part in parts))
    for name in names:
        lines.append(f"{name:<{width}}" + "".join(f"{plan.counts[part][name]:>12,}" for part in parts))
    if plan.left_out:
        lines += ["", "Left out: " + "; ".join(f"{n:,} {why}" for why, n in sorted(plan.left_out.items())) + "."]
    lines += ["", f"Near-duplicates: {len(plan.pairs):,} pairs; in two splits: {len(plan.across):,}."]
    for finding in plan.findings:
        keys = ", ".join(plan.keys[article] for article in finding.articles[:FEW])
        more = f" and {len(finding.articles) - FEW:,} more" if len(finding.articles) > FEW else ""
        lines.append(f"Look at this: {finding.what}{f' ({keys}{more})' if keys else ''}.")
    return "\n".join(lines)


def splits_in(file: Path) -> dict[str, str]:
    """The split of each article by its digest, from the `splits.csv` of a dataset. Raises DatasetError."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            found = {uncelled(row["digest"]): uncelled(row["split"]) for row in csv.DictReader(lines)}
    except OSError as error:
        raise DatasetError(f"“{file}” cannot be read: {error.strerror or error}.") from error
    except (KeyError, TypeError, AttributeError, ValueError, csv.Error) as error:
        raise DatasetError(f"“{file}” is no splits.csv of a dataset: it has no columns digest and split.") from error
    return found

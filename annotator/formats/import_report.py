"""What an import brought: counted, in one sentence, and line by line under headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.core.counting import counted


@dataclass
class ImportReport:
    """What came in, and what did not: places with reasons. `refused` could not be read, `left_out` stays out of what
    came in, `renamed` came in under another key than its own, `copies` have the text of another article. `differing`
    are labels that were kept although the file has others, `updated` how many layers were made what the file has.
    `legacy` are files that Windows-1252 could read."""

    added: list[int] = field(default_factory=list)
    layers: int = 0
    finished: int = 0  # of these layers
    by: set[str] = field(default_factory=set)  # the people whose layers these are
    updated: int = 0
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    differing: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    copies: list[tuple[str, str]] = field(default_factory=list)
    legacy: list[Path] = field(default_factory=list)

    @property
    def in_vain(self) -> bool:
        """Whether something was refused, and of the rest nothing is in the project, nor was."""
        there = self.added or self.layers or self.updated or self.differing or self.duplicates
        return bool(self.refused) and not there

    def summary(self) -> str:
        """In one sentence."""
        parts = [counted(len(self.added), "article") + " came in"]
        if self.layers:
            first = ", ".join(sorted(self.by)[:3]) + (" …" if len(self.by) > 3 else "")
            whose = f" by {counted(len(self.by), 'annotator')} ({first})" if self.by else ""
            parts.append(f"with {counted(self.layers, 'layer')} of annotations{whose}")
        if self.by:
            parts.append(f"{self.finished:,} of them finished" if self.finished else "none of them finished")
        if self.updated:
            parts.append(f"{counted(self.updated, 'layer')} took over what the file has")
        if self.differing:
            parts.append(f"{counted(len(self.differing), 'layer')} with other labels here kept those")
        if self.duplicates:
            parts.append(f"{len(self.duplicates)} had been there already")
        if self.refused:
            parts.append(f"{len(self.refused)} could not be read")
        if self.left_out:
            parts.append(f"{counted(len(self.left_out), 'thing')} stayed out, as named below")
        return ", ".join(parts) + "."

    def by_heading(self) -> list[tuple[str, list[str]]]:
        """What is to be told in single lines, under its headings. What is the same of many places is told once."""
        told = (
            ("Could not be read", self.refused),
            ("Stayed out", self.left_out),
            ("Under another key", self.renamed),
            ("Copies of others", self.copies),
            ("Other labels than here", self.differing),
            ("Already in the project", self.duplicates),
        )
        return [(heading, _grouped(rows)) for heading, rows in told if rows]


def _grouped(rows: Sequence[tuple[str, str]]) -> list[str]:
    alike: dict[str, list[str]] = {}
    for where, reason in rows:
        alike.setdefault(reason, []).append(where)
    more = {reason: f" (and {len(places) - 1:,} more)" if len(places) > 1 else "" for reason, places in alike.items()}
    return [f"{places[0]}{more[reason]}: {reason}" for reason, places in alike.items()]

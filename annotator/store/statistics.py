"""What each annotator did: articles, time at work, what became of the suggestions, own additions."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from annotator.store import rows
from annotator.store.project import driver

IDLE = 300.0  # seconds without an edit after which nobody is thought to be at work


@dataclass(frozen=True, slots=True)
class Statistics:
    """`seconds` are the time between edits, pauses longer than `IDLE` left out. Suggestions are counted as accepted
    unchanged, accepted with a change, and rejected; `added` are labels that no model suggested."""

    finished: int
    seconds: float
    unchanged: int
    changed: int
    rejected: int
    added: int

    @property
    def decided(self) -> int:
        return self.unchanged + self.changed + self.rejected


def _same(kind: str) -> str:
    """SQL that says whether a label `m` is as the suggestion `s` that it was accepted from."""
    names = [c.name for c in rows.TABLES[kind].columns]
    local = ("layer_id", "id", "score", "origin_layer", "origin_id")
    return " AND ".join(f'm."{name}" IS s."{name}"' for name in names if name not in local)


_SAME = {kind: _same(kind) for kind in ("mention", "claim")}


def of(connection: sa.Connection, author: int) -> Statistics:
    """The statistics of an annotator in the whole project."""
    execute = driver(connection).execute
    finished = execute("SELECT count(*) FROM layer WHERE author_id = ? AND finished IS NOT NULL", (author,)).fetchone()[
        0
    ]
    unchanged = changed = added = 0
    for kind, same in _SAME.items():
        counted = execute(
            f"SELECT m.origin_layer IS NOT NULL, s.id IS NOT NULL AND {same}, count(*) FROM {kind} m "
            f"JOIN layer l ON l.id = m.layer_id "
            f"LEFT JOIN {kind} s ON s.layer_id = m.origin_layer AND s.id = m.origin_id "
            "WHERE l.author_id = ? GROUP BY 1, 2",
            (author,),
        ).fetchall()
        for from_model, is_same, number in counted:
            if not from_model:
                added += number
            elif is_same:
                unchanged += number
            else:
                changed += number
    rejected = execute(
        "SELECT count(*) FROM rejection r JOIN layer l ON l.id = r.layer_id WHERE l.author_id = ?", (author,)
    ).fetchone()[0]
    seconds = execute(
        "SELECT ifnull(sum(CASE WHEN gap <= ? THEN gap ELSE 0 END), 0) FROM "
        "(SELECT time - lag(time) OVER (ORDER BY time) AS gap FROM edit WHERE by_id = ?)",
        (IDLE, author),
    ).fetchone()[0]
    return Statistics(finished, seconds, unchanged, changed, rejected, added)

"""What the suggesting process is asked: about an article, or about one cue in it."""

from __future__ import annotations

from typing import Any

from annotator.core.text import Span
from annotator.labelling.session import Session
from annotator.store import articles

BEFORE, BEHIND = 15_000, 5_000  # code points around a cue that are read for what is said by it, and by whom

Job = dict[str, Any]


def article_job(session: Session, article: int, others: bool = False) -> Job:
    """Asks for suggestions; a model of `others` may use all labels of the scheme. Raises KeyError when the article is
    gone."""
    labels = session.scheme.every_label if others else session.scheme.label_map
    return _job(session, articles.load(session.project, article).text, labels)


def cue_job(session: Session, text: str, cue: Span) -> tuple[Job, int]:
    """Asks for the claim that a cue makes; and how far the part of the text that is read is from its beginning."""
    low = _begins(text, cue[0] - BEFORE)
    end = text.find("\n", cue[1] + BEHIND, cue[1] + 2 * BEHIND)
    part = text[low : end if end >= 0 else cue[1] + 2 * BEHIND]
    return _job(session, part, {}) | {"cue": [cue[0] - low, cue[1] - low]}, low


def _begins(text: str, at: int) -> int:
    """Where the line of a place begins; in one that is too long, a word."""
    near = max(0, at - BEFORE)
    if near == 0:
        return text.rfind("\n", 0, max(0, at)) + 1
    line = text.rfind("\n", near, at)
    return max(near, (line if line >= 0 else text.rfind(" ", near, at)) + 1)


def _job(session: Session, text: str, labels: dict[str, str]) -> Job:
    return {"text": text, "labels": labels, "knowledge": session.knowledge.as_json()}

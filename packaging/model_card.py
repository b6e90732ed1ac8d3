"""The card of the model that comes with the program: what it is, what it was made of, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotator.review.report import in_words, rows
from annotator.suggest.evaluation import Evaluation
from annotator.suggest.learned.fit import Settings

TEMPLATE = Path(__file__).with_suffix(".md")


def card_text(card: Mapping[str, Any], found: Evaluation, claims: Settings, stance: Settings) -> str:
    silent = ("actor", "stance", "towards")  # PolNeAR says nothing of them
    told = [(name, figure) for name, figure in rows(found.report.pairs[0]) if not name.startswith(silent)]
    figures = [f"| {name} | {in_words(figure)} |" for name, figure in told]
    curve = [
        f"| {row['threshold']:.2f} | {row['precision']:.2f} | {row['recall']:.2f} | {row['f1']:.2f} |"
        for row in card["curve"]
    ]
    return TEMPLATE.read_text("utf-8").format(
        **{k: card[k] for k in ("name", "version", "threshold", "shown", "error")},
        claims=claims,
        stance=stance,
        articles=len(set(found.report.texts)),
        figures="\n".join(figures),
        curve="\n".join(curve),
        side=card["stance"],
        proposed=card["stance"]["proposed"],
    )

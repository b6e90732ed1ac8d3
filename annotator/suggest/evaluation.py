"""How good suggestions are against gold: the measures of agreement with an annotator, what the probabilities are worth,
and where it goes wrong most."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from annotator.core.annotation import SLOTS, Claim, Layer, Mention
from annotator.core.progress import Progress
from annotator.core.record import Record
from annotator.review.agreement import REPLICATES, SEED, Agreement, Subject, agreement
from annotator.review.coefficients import CONFIDENCE
from annotator.review.patterns import Pattern, patterns
from annotator.review.report import examples, in_pattern, in_words, rows
from annotator.suggest.asking import Answer, AnswerError, Suggests
from annotator.suggest.learned.calibration import curve, reliability, told
from annotator.suggest.learned.model import Candidates, candidates
from annotator.suggest.suggester import Suggester

GOLD, MODEL = "gold", "model"


@dataclass(frozen=True)
class Evaluation:
    """A suggester against gold. `reliability` and `error` (expected calibration error) and `curve` are empty where
    there is no model with probabilities; `pace` is seconds for 1,000 words, `left_out` how much of what a model of
    others said did not fit, `failed` the texts about which it gave no answer: they are not measured."""

    model: tuple[str, str]
    report: Agreement
    patterns: Sequence[Pattern]
    actor_name: Callable[[int], str]
    reliability: Sequence[Mapping[str, float]]
    error: float | None
    curve: Sequence[Mapping[str, float]]
    pace: float
    left_out: int = 0
    failed: int = 0

    def as_json(self) -> dict[str, Any]:
        measures = self.report.pairs[0].as_json() if self.report.pairs else {}
        return {
            "model": " ".join(self.model),
            **{k: v for k, v in measures.items() if k not in ("a", "b")},
            "replicates": self.report.replicates,
            "seed": self.report.seed,
            "calibration": {"error": self.error, "bins": list(self.reliability)},
            "thresholds": list(self.curve),
            "seconds_per_1000_words": round(self.pace, 3),
            "left_out": self.left_out,
            "failed": self.failed,
        }


def evaluate(
    by: Suggests,
    records: Sequence[Record],
    labels: Mapping[str, str],
    replicates: int = REPLICATES,
    seed: int = SEED,
    progress: Progress | None = None,
    heard: Callable[[str, Answer | AnswerError], object] | None = None,
) -> Evaluation:
    """Suggests for the texts of gold records and compares. A text may come several times, once for each annotator.
    `heard` is told each answer, or why there is none; such a text says nothing of the model's quality, and is not
    measured. Without `heard`, and when there is no answer at all, that is raised."""
    ids = ActorNumbers()
    made: dict[str, Answer | AnswerError] = {}
    seen: dict[str, Candidates] = {}
    subjects: list[Subject] = []
    spent, words, left_out = 0.0, 0, 0
    for number, record in enumerate(records, 1):
        text = record["text"]
        if text not in made:
            start = time.perf_counter()
            answer: Answer | AnswerError
            try:
                answer = by.ask(text, labels)
                left_out += answer.lost
                spent += time.perf_counter() - start
                words += len(text.split())
            except AnswerError as none:
                if heard is None:
                    raise
                answer = none
            made[text] = answer
            if heard is not None:
                heard(f"Text “{record.get('id', number)}”", answer)
            if isinstance(by, Suggester) and by.model is not None:
                seen[text] = candidates(by.model, text)
        if progress:
            progress(number, len(records))
        found = made[text]
        if isinstance(found, AnswerError):
            continue
        layers = {GOLD: layer_of(record, ids), MODEL: layer_of(found.record, ids)}
        derived = {GOLD: frozenset(record.get("derived") or ())}
        subjects.append(Subject(number, str(record.get("id", number)), text, layers, derived=derived))
    failed = [error for error in made.values() if isinstance(error, AnswerError)]
    if failed and len(failed) == len(made):
        raise failed[0]
    subjects = _only_what_gold_says(subjects)
    report = agreement(subjects, ids.name, replicates, seed)
    rated = [(seen[s.text], list(s.layers[GOLD].claims.values())) for s in subjects if s.text in seen]
    bins, error = reliability(told(rated)) if rated else ([], None)
    steps = curve(rated) if rated else []
    return Evaluation(
        by.name,
        report,
        patterns(report, ids.name),
        ids.name,
        bins,
        error,
        steps,
        1000 * spent / max(1, words),
        left_out,
        len(failed),
    )


def _only_what_gold_says(subjects: Sequence[Subject]) -> list[Subject]:
    """The same without what gold says nowhere of anything: entities, actors, stances, targets. Gold that leaves a slot
    out does not say that it is empty."""
    gold = [s.layers[GOLD] for s in subjects]
    silent = {slot: None for slot in ("actor", "stance", "target") if not any(_says(layer, slot) for layer in gold)}
    named = any(layer.mentions for layer in gold)
    found = []
    for subject in subjects:
        layer = subject.layers[MODEL]
        claims = {i: replace(c, **silent) for i, c in layer.claims.items()}  # type: ignore[arg-type]
        layer = replace(layer, claims=claims, mentions=layer.mentions if named else {})
        found.append(replace(subject, layers={GOLD: subject.layers[GOLD], MODEL: layer}))
    return found


def _says(layer: Layer, slot: str) -> bool:
    return any(getattr(claim, slot) is not None for claim in layer.claims.values())


class ActorNumbers:
    """Numbers for the names of actors, capitals or not."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._by_fold: dict[str, int] = {}
        self._next = count(1)

    def number(self, name: str | None) -> int | None:
        if name is None:
            return None
        fold = " ".join(name.split()).casefold()
        if fold not in self._by_fold:
            self._by_fold[fold] = self.numbers[name] = next(self._next)
        return self._by_fold[fold]

    def name(self, number: int) -> str:
        return next((name for name, n in self.numbers.items() if n == number), "?")


def layer_of(record: Record, actors: ActorNumbers) -> Layer:
    """The annotations of a record as a layer."""
    claims = {}
    for number, claim in enumerate(record.get("claims") or (), 1):
        source, cue, content = (tuple((s, e) for s, e in claim.get(slot) or ()) for slot in SLOTS)
        claims[number] = Claim(
            number,
            source,
            cue,
            content,
            claim.get("mode") or "indirect",
            actors.number(claim.get("actor")),
            claim.get("stance"),
            actors.number(claim.get("target")),
            score=claim.get("score"),
        )
    mentions = {
        number: Mention(number, m["start"], m["end"], m["label"], actors.number(m.get("actor")))
        for number, m in enumerate(record.get("mentions") or (), 1)
    }
    return Layer(0, 0, mentions=mentions, claims=claims)


def as_text(found: Evaluation) -> str:
    """The evaluation for a terminal."""
    report = found.report
    if not report.pairs:
        return "There is nothing in the gold to compare with."
    lines = [
        f"{' '.join(found.model)}, against gold of {len(report.keys):,} articles; intervals: {CONFIDENCE} %, bootstrap "
        f"over articles, {report.replicates:,} replicates, seed {report.seed}.",
        "",
        *(f"{name:42} {in_words(figure)}" for name, figure in rows(report.pairs[0])),
        f"{'time':42} {found.pace:.2f} s for 1,000 words",
    ]
    if found.left_out:
        lines.append(f"{'left out, since it did not fit':42} {found.left_out:,}")
    if found.failed:
        lines.append(f"{'texts without an answer, not measured':42} {found.failed:,}")
    if found.reliability:
        lines += ["", f"Probabilities: expected calibration error {found.error:.3f}", "  from    claims   said   so"]
        lines += [
            f"  {row['from']:.1f} {row['claims']:9,.0f}   {row['said']:.2f}   {row['so']:.2f}"
            for row in found.reliability
        ]
        lines += ["", "Fewer, surer, or more:", "  from    precision   recall   F1"]
        lines += [
            f"  {row['threshold']:.2f}        {row['precision']:.2f}      {row['recall']:.2f}   {row['f1']:.2f}"
            for row in found.curve
        ]
    if found.patterns:
        lines += ["", "Commonest differences:"]
        for pattern in found.patterns:
            lines.append(f"  {len(pattern.cases):4} × {in_pattern(pattern)}")
            lines += [f"         {example}" for example in examples(report, pattern, found.actor_name, 1)]
    return "\n".join(lines)

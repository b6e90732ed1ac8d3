"""The agreement report as text for a terminal, as a table (CSV), and as an HTML page with plots."""

from __future__ import annotations

from annotator.agreement import Agreement, Measures
from annotator.coefficients import CONFIDENCE, Figure

TITLES = {
    "claims f1": "claims found, F1",
    "claims precision": "claims found, precision",
    "claims recall": "claims found, recall",
    "exact f1": "claims with the same content, F1",
    "mentions f1": "entities, same span and label, F1",
    "mentions_overlap f1": "entities, overlapping, same label, F1",
}


def rows(measures: Measures) -> list[tuple[str, Figure]]:
    """The measures in the order in which they are read, with their titles."""
    found = [(title, measures.figures[name]) for name, title in TITLES.items() if name in measures.figures]
    for name, slot in measures.slots.items():
        if slot.exact is not None:
            found += [(f"{name}, overlapping", slot.raw), (f"{name}, same words", slot.exact)]
        else:
            found += [(f"{name}, same", slot.raw), (f"{name}, Cohen's κ", slot.kappa)]
            found.append((f"{name}, Krippendorff's α{' (ordinal)' if name == 'stance' else ''}", slot.alpha))
    return found


def in_words(figure: Figure) -> str:
    """`0.81 [0.74, 0.88] of 120`, or why there is no number."""
    if figure.value is None:
        return f"– ({figure.reason})"
    interval = f" [{figure.low:.2f}, {figure.high:.2f}]" if figure.low is not None else ""
    why = f" ({figure.reason})" if figure.reason else ""
    return f"{figure.value:.2f}{interval} of {figure.n:,}{why}"


def as_text(report: Agreement) -> str:
    """The report for a terminal."""
    if not report.keys:
        return "No article is finished by two or more editors yet, so there is nothing to compare."
    lines = [
        f"{len(report.keys):,} articles, {len(report.names)} annotators: {', '.join(report.names)}.",
        f"Intervals: {CONFIDENCE} %, bootstrap over articles, {report.replicates:,} replicates, seed {report.seed}.",
    ]
    for measures in (report.overall, *report.pairs) if len(report.pairs) > 1 else report.pairs:
        title = " and ".join(measures.names) if measures.names else "All pairs together"
        lines += ["", f"{title}: {measures.articles:,} articles"]
        lines += [f"  {name:42} {in_words(figure)}" for name, figure in rows(measures)]
    return "\n".join(lines)

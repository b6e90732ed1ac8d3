"""The agreement report as text for a terminal, as a table, and as an HTML page with plots."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from html import escape

from annotator.core.counting import counted
from annotator.core.text import cell, covered, shortened
from annotator.core.wording import span_difference
from annotator.review.agreement import FEW_ARTICLES, Agreement, Measures
from annotator.review.coefficients import CONFIDENCE, FEW, Figure
from annotator.review.patterns import Pattern, value_in_case

TITLES = {
    "claims f1": "claims found, F1",
    "claims precision": "claims found, precision",
    "claims recall": "claims found, recall",
    "exact f1": "claims with the same words, F1",
    "gamma units": "claims and their places, γ",
    "mentions f1": "entities, same span and label, F1",
    "mentions_overlap f1": "entities, overlapping, same label, F1",
}
LEVELS = {"nominal": "", "ordinal": " (ordinal)", "interval": " (interval)", "set": " (sets, MASI)"}
MOST_KEYS = 20
EMPTY = "No article is finished by two or more editors yet, so there is nothing to compare."


def rows(measures: Measures) -> list[tuple[str, Figure]]:
    """The measures in the order in which they are read, with their titles."""
    found = [(title, measures.figures[name]) for name, title in TITLES.items() if name in measures.figures]
    for name, slot in measures.slots.items():
        name = "towards" if name == "target" else name
        if slot.exact is not None:
            found += [(f"{name}, overlapping", slot.raw), (f"{name}, same words", slot.exact)]
        else:
            found += [(f"{name}, same", slot.raw), (f"{name}, Cohen's κ", slot.kappa)]
            found.append((f"{name}, Krippendorff's α{LEVELS[slot.level]}", slot.alpha))
    return found


def title_of(measures: Measures) -> str:
    return " and ".join(measures.names) if measures.names else "All pairs together"


def parts(report: Agreement) -> list[Measures]:
    """All pairs together first, where there are several or there is a measure of all alone."""
    together = len(report.pairs) > 1 or "gamma units" in report.overall.figures
    return [report.overall, *report.pairs] if together else list(report.pairs)


def methods(report: Agreement) -> list[str]:
    """What was measured and how, in sentences for a methods section."""
    many = len(report.keys)
    lines = [
        f"{counted(many, 'article')}, {len(report.names)} annotators: {', '.join(report.names)}.",
        "Claims are paired one to one so that the overlap of their contents (letters and digits in both by those in "
        "either; signs do not count) is greatest; a pair counts from one half on. Precision and recall are of the "
        "second annotator.",
        f"Intervals: {CONFIDENCE} %, bootstrap over articles, {report.replicates:,} replicates, seed {report.seed}. "
        f"Coefficients of fewer than {FEW} claims are not given, nor intervals over fewer than {FEW_ARTICLES} "
        "articles.",
    ]
    if report.unaided:
        keys = ", ".join(key for key, _ in report.unaided[:MOST_KEYS])
        more = ", …" if len(report.unaided) > MOST_KEYS else ""
        lines.append(f"Labelled without suggestions: {len(report.unaided):,} of the articles ({keys}{more}).")
    else:
        lines.append("No article was assigned to be labelled without suggestions.")
    return lines


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
        return EMPTY
    lines = methods(report)
    for measures in parts(report):
        many = counted(measures.articles, "article")
        lines += ["", f"{title_of(measures)}: {many}"]
        lines += [f"  {name:42} {in_words(figure)}" for name, figure in rows(measures)]
    return "\n".join(lines)


def as_table(report: Agreement, delimiter: str = ",") -> str:
    """A line for each measure of each pair, with a line of column names: for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(("annotators", "articles", "measure", "value", "low", "high", "n", "reason"))
    for measures in parts(report):
        for name, f in rows(measures):
            numbers = ["" if v is None else f"{v:.4f}" for v in (f.value, f.low, f.high)]
            who, what, reason = map(cell, (title_of(measures), name, f.reason))
            writer.writerow((who, measures.articles, what, *numbers, f.n, reason))
    return out.getvalue()


INK, SOFT, LINE, MARK = "#1d1f23", "#5f636b", "#dedbd3", "#2d5bd7"


def plot(
    measures: Measures, ink: str = INK, soft: str = SOFT, line: str = LINE, mark: str = MARK, width: int = 820
) -> str:
    """The measures of a pair as SVG: a point with its interval on a scale up to 1 each, or the reason why there is
    none. The scale begins at 0, or below it when a coefficient does."""
    listed = rows(measures)
    left, right, step, top = 270, 150, 24, 26
    scale = width - left - right
    height = top + step * len(listed) + 8
    font = "font-family='sans-serif' font-size='12'"

    least = min((v for _, f in listed for v in (f.low, f.value) if v is not None), default=0.0)
    lowest = 0.0 if least >= 0 else -0.25 if least >= -0.25 else -1.0

    def x(value: float) -> float:
        return left + scale * (min(1.0, max(lowest, value)) - lowest) / (1 - lowest)

    made = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 {width} {height}'>"
    ]
    for tick in (lowest + (1 - lowest) * n / 5 for n in range(6)):
        made.append(f"<line x1='{x(tick):.1f}' x2='{x(tick):.1f}' y1='{top - 6}' y2='{height - 8}' stroke='{line}'/>")
        made.append(
            f"<text x='{x(tick):.1f}' y='{top - 10}' text-anchor='middle' {font} fill='{soft}'>{tick:.2f}</text>"
        )
    for number, (name, figure) in enumerate(listed):
        y = top + step * number + step / 2
        made.append(f"<text x='{left - 12}' y='{y + 4}' text-anchor='end' {font} fill='{ink}'>{escape(name)}</text>")
        if figure.value is None:
            made.append(f"<text x='{left + 6}' y='{y + 4}' {font} font-style='italic' fill='{soft}'>")
            made.append(f"{escape(_short(figure.reason, scale + right))}</text>")
            continue
        if figure.low is not None and figure.high is not None:
            made.append(f"<line x1='{x(figure.low):.1f}' x2='{x(figure.high):.1f}' y1='{y}' y2='{y}' ")
            made.append(f"stroke='{mark}' stroke-width='2'/>")
        made.append(f"<circle cx='{x(figure.value):.1f}' cy='{y}' r='4.5' fill='{mark}'/>")
        made.append(f"<text x='{left + scale + 16}' y='{y + 4}' {font} fill='{ink}'>{figure.value:.2f}</text>")
        made.append(f"<text x='{width - 4}' y='{y + 4}' text-anchor='end' {font} fill='{soft}'>of {figure.n:,}</text>")
    return "".join([*made, "</svg>"])


def _short(text: str, room: float) -> str:
    return shortened(text, int(room / 6.2))


def in_pattern(pattern: Pattern) -> str:
    """A pattern of differences in words."""
    cue = f" after “{pattern.cue}”" if pattern.cue else ""
    values = f": {pattern.values[0]} or {pattern.values[1]}" if any(pattern.values) else ""
    return f"{pattern.slot}{cue}{values}"


def examples(report: Agreement, pattern: Pattern, actor_name: Callable[[int], str], most: int = 3) -> list[str]:
    """Some cases of a pattern in words, each claim once."""
    found: dict[tuple[int, int], str] = {}
    for case in pattern.cases:
        text = report.texts[case.article]
        if pattern.slot == "content":
            what = f"the other {span_difference(text, case.a.content, case.b.content)}"
        else:
            a, b = (value_in_case(text, pattern.slot, claim, actor_name, report.asked) for claim in (case.a, case.b))
            what = f"{_short(a, 380)} / {_short(b, 380)}"
        found.setdefault((case.article, case.a.start), f"{_short(covered(text, case.a.content), 620)}: {what}")
        if len(found) == most:
            break
    return list(found.values())


def as_html(report: Agreement, patterns: Sequence[Pattern], actor_name: Callable[[int], str]) -> str:
    """The report as a page of its own, with a plot for each pair; nothing is fetched when it is opened."""
    made = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Agreement</title>",
        f"<style>body{{font:15px/1.5 sans-serif;color:{INK};max-width:60em;margin:2em auto;padding:0 1em}}",
        f"table{{border-collapse:collapse}}td,th{{padding:.2em .8em;border-bottom:1px solid {LINE};text-align:left}}",
        f"small,.soft{{color:{SOFT}}}svg{{max-width:100%}}</style>",
        "<h1>Agreement</h1>",
    ]
    if not report.keys:
        return "".join([*made, f"<p>{EMPTY}</p></html>"])
    made += [f"<p>{escape(line)}</p>" for line in methods(report)]
    for measures in parts(report):
        made.append(f"<h2>{escape(title_of(measures))}</h2><p class='soft'>{measures.articles:,} articles</p>")
        made.append(plot(measures))
        made.append("<table><tr><th>Measure<th>Value<th>Interval<th>Of<th></tr>")
        for name, f in rows(measures):
            value = "–" if f.value is None else f"{f.value:.3f}"
            interval = "" if f.low is None else f"{f.low:.3f} to {f.high:.3f}"
            made.append(
                f"<tr><td>{escape(name)}<td>{value}<td>{interval}<td>{f.n:,}<td><small>{escape(f.reason)}</small>"
            )
        made.append("</table>")
    if patterns:
        made.append("<h2>Which guideline would help most</h2><ul>")
        for pattern in patterns:
            made.append(f"<li>{escape(in_pattern(pattern))}: {len(pattern.cases):,} ×")
            made += [f"<br><small>{escape(one)}</small>" for one in examples(report, pattern, actor_name)]
        made.append("</ul>")
    return "".join([*made, "</html>"])

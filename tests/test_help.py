"""The example numbers of the Help are what the program computes."""

import re

import pytest

from annotator.core.assets import asset
from annotator.gui.app import declare_steps
from annotator.gui.stepping import STEPS, key_label
from annotator.review.coefficients import alpha, kappa, ratio, resamples

TEAM = asset("team.md").read_text("utf-8")


def bold_after(words):
    return float(re.search(r"\*\*(\d\.\d\d)\*\*", TEAM[TEAM.index(words) :])[1])


def test_claims_found():
    a, b, both = map(int, re.search(r"marked (\d+) claims and Ben (\d+); (\d+) were", TEAM).groups())
    assert ratio([2 * both], [a + b], resamples(1, 10, 0), "").value == pytest.approx(bold_after("F1 ="), abs=0.005)


def test_stance():
    rows = re.findall(r"\*\*Ann: (\w+)\*\* \| (\d+) \| (\d+) \|", TEAM)
    items = [
        (0, a, b)
        for a, *counts in rows
        for b, n in zip(("against", "neutral"), counts, strict=True)
        for _ in range(int(n))
    ]
    drawn = resamples(1, 10, 0)
    same = sum(a == b for _, a, b in items)
    assert f"in {same} of {len(items)}" in TEAM
    assert same / len(items) == bold_after("a share of")
    assert kappa(items, drawn).value == pytest.approx(bold_after("Cohen's κ is"), abs=0.005)
    assert alpha([(n, (a, b)) for n, a, b in items], drawn).value == pytest.approx(bold_after("α is"), abs=0.005)


def test_keys_are_the_ones_there_are():
    declare_steps()
    by_key = {key_label(key): step for step in STEPS for key in step.keys if step.pane == "review" or "Ctrl" in key}
    for key, words in (("Ctrl T", "Team"), ("Ctrl M", "Merge"), ("Ctrl R", "Review"), ("Ctrl G", "Agreement")):
        assert words in by_key[key].text and f"**{key}**" in TEAM
    for key in ("E", "0", "N", "P", "Q", "U"):
        assert by_key[key].pane == "review" and f"**{key}**" in TEAM

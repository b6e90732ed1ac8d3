"""Passives that look like reports and are none."""

import pytest

from annotator.suggest.found import FoundClaim
from annotator.suggest.passives import reports_nothing
from tests.conftest import span_of


@pytest.mark.parametrize(
    ("text", "source", "cue", "nothing"),
    [
        ("Three members were denied visas on Monday.", "Three members", "were denied", True),
        ("The weapons are specifically designed to destroy.", "", "are specifically designed", True),
        ("He was not supposed to know.", "He", "was not supposed to", True),
        ("The report was denied by the ministry.", "the ministry", "was denied by", False),
        ("The report was denied by the ministry.", "", "was denied", False),
        ("The report was denied, the ministry said.", "the ministry", "was denied", False),
        ("The ministry denied the report.", "The ministry", "denied", False),
        ("It was designed by Ann Lee to last.", "", "was designed by", False),
        ("The bridge is expected to open.", "", "is expected", False),
    ],
)
def test_a_passive_reports_nothing_without_who_stands_behind_it(text, source, cue, nothing):
    spans = tuple((span_of(text, part),) if part else () for part in (source, cue))
    assert reports_nothing(text, FoundClaim(*spans, ((0, 1),), "indirect", 0.6)) is nothing

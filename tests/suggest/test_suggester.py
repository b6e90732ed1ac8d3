"""For and against whom a claim speaks."""

import pytest

from annotator.core.scheme import default
from annotator.suggest.suggester import suggest, suggester


@pytest.mark.parametrize(
    "text, sides",
    [
        ("Anna Berg said that Omar Nye was a corrupt liar who had ruined the town.", [("against", "Omar Nye")]),
        ("Anna Berg praised Omar Nye as a brilliant and honest leader.", [("favor", "Omar Nye")]),
        ("Anna Berg said that Omar Nye would arrive on Monday.", [(None, None)]),
        ("Anna Berg said that Anna Berg was a disgrace and a corrupt liar.", [(None, None)]),
        ("Omar Nye said that the Russian president was a corrupt liar.", [(None, None)]),
        ("Omar Nye said that the Republican was a corrupt liar.", [("against", "Republican")]),
    ],
)
def test_whose_side_is_taken(text, sides):
    claims = suggest(suggester(), text, default().label_map)["claims"]
    assert [(claim["stance"], claim["target"]) for claim in claims] == sides

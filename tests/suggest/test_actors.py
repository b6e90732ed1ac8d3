"""Names of actors: titles go from persons only, the rest stays what it is."""

import pytest

from annotator.suggest.actors import bare_name


@pytest.mark.parametrize(
    "text, person, name",
    [
        ("Russian President Vladimir Putin", True, "Vladimir Putin"),
        ("Putin’s", True, "Putin"),
        ("Sen. Ann Lee", True, "Ann Lee"),
        ("General Motors", False, "General Motors"),
        ("British Airways", False, "British Airways"),
        ("the State Department", False, "State Department"),
        ("U.S.", False, "U.S."),
        ("the United Nations’", False, "United Nations"),
    ],
)
def test_bare_names(text, person, name):
    assert bare_name(text, titles=person) == name

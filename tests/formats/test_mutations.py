"""Files to which something has happened are taken whole, with what stays out named, or refused with a sentence."""

import pytest

from tests.formats.mutations import run


@pytest.mark.parametrize("seed", [11, 12])
def test_mutated_files(seed):
    outcomes = run(150, seed)
    assert sum(outcomes.values()) == 150 and all(outcomes[kind] for kind in ("whole", "named", "refused"))

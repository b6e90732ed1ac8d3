"""Real attributions through every format and back."""

import shutil

import pytest

from tests.measure.round_trips import holding_claims, round_trip

SOME = 12  # articles


@pytest.fixture
def some(shared, tmp_path_factory):
    """The first few articles of PolNeAR's dev split."""
    source, folder = shared / "data" / "polnear" / "dev", tmp_path_factory.mktemp("polnear")
    for name in ("text", "attributions"):
        (folder / name).mkdir()
    for text in sorted((source / "text").glob("*.txt"))[:SOME]:
        shutil.copy(text, folder / "text")
        for file in (source / "attributions").glob(f"{text.stem}_*.ann"):
            shutil.copy(file, folder / "attributions")
    return folder


def test_every_claim_comes_back(some, tmp_path):
    for name, found, _, _, losses in round_trip(some, tmp_path, holding_claims()):
        mode = "1.0" if not any("mode" in loss for loss in losses) else found["mode"]
        assert {key: found[key] for key in ("claims", "exact", "full")} == dict.fromkeys(
            ("claims", "exact", "full"), "1.000"
        ), name
        assert found["mode"] == mode, name

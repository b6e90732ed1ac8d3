"""What a teacher says of exercises is kept, blended with the gold labels, and asked for once."""

import numpy as np
import pytest

from annotator.suggest.learned import distil
from annotator.suggest.learned.decode import CUE_TAGS, ROLE_TAGS
from annotator.suggest.learned.distil import taught
from annotator.suggest.learned.examples import IGNORED, exercises
from annotator.suggest.learned.model import shipped
from annotator.suggest.learned.pieces import pieces, tokenizer

TEXT = "Ann Lee said that the bridge was safe. Nobody believed it."
CLAIM = {"source": [[0, 7]], "cue": [[8, 12]], "content": [[13, 37]]}


@pytest.fixture(scope="module")
def held():
    return list(exercises(pieces(tokenizer(shipped().words), TEXT), [CLAIM]))


def test_chances_are_between_gold_and_the_teacher(held, tmp_path):
    told = []
    soft, half, hard = (taught(held, shipped(), tmp_path, share, told.append) for share in (0.0, 0.5, 1.0))
    assert len(told) == 2  # one part for cues, one for roles; not asked again
    assert {e.head: e.chances.shape[1] for e in half} == {"cues": len(CUE_TAGS), "roles": len(ROLE_TAGS)}
    for gentle, between, strict in zip(soft, half, hard, strict=True):
        known = gentle.tags != IGNORED
        assert np.allclose(gentle.chances[known].sum(axis=1), 1, atol=0.01)
        assert np.allclose(strict.chances[known].argmax(axis=1), strict.tags[known])
        assert np.allclose(between.chances, (gentle.chances + strict.chances) / 2, atol=0.01)
    said = next(e for e in soft if e.head == "cues")
    at = int(np.flatnonzero(said.held.starts == 8)[0]) - said.window[0]
    assert said.chances[at].argmax() == CUE_TAGS.index("B-cue")  # the teacher knows "said"


def test_what_was_interrupted_goes_on(held, tmp_path, monkeypatch):
    monkeypatch.setattr(distil, "PART", 1)
    told = []
    taught(held, shipped(), tmp_path, 0.5, told.append)
    first = sorted(tmp_path.glob("*.npy"))
    assert len(first) == len(held) == len(told)
    first[0].unlink()
    taught(held, shipped(), tmp_path, 0.5, told.append)
    assert len(told) == len(held) + 1


def test_answers_to_other_exercises_are_not_taken(held, tmp_path):
    told = []
    taught(held, shipped(), tmp_path, 0.5, told.append)
    others = list(exercises(pieces(tokenizer(shipped().words), TEXT + " Ann Lee left."), [CLAIM]))
    taught(others, shipped(), tmp_path, 0.5, told.append)
    assert len(told) == 4  # their windows are longer ones
    others = list(exercises(pieces(tokenizer(shipped().words), TEXT.replace("Ann", "Bob")), [CLAIM]))
    taught(others, shipped(), tmp_path, 0.5, told.append)
    assert len(told) == 6  # of the same length, with other words

"""Training in a process of its own: a cancel is heard while it works."""

import json

import pytest

from annotator import store
from annotator.core.progress import Cancelled
from annotator.formats.bring_in import bring_in
from annotator.labelling.session import Session
from annotator.suggest.trainer import NotTrained, train_apart
from tests.suggest.test_training import record_of


@pytest.fixture
def project(tmp_path):
    lines = tmp_path / "gold.jsonl"
    lines.write_text("".join(json.dumps(record_of(n, 5)) + "\n" for n in range(8)))
    made = store.create(tmp_path / "news.annotator")
    bring_in(made, [lines])
    yield made
    made.close()


def test_a_cancel_is_heard_before_the_first_article(project):
    heard = []

    def step(done, total):
        heard.append((done, total))
        raise Cancelled

    with pytest.raises(Cancelled):
        train_apart(project.path, Session(project).author, 1, step)
    assert heard == [(0, 1)]


def test_too_little_is_told_in_a_sentence(tmp_path):
    made = store.create(tmp_path / "empty.annotator")
    with pytest.raises(NotTrained, match="Training needs 5 or more"):
        train_apart(made.path, Session(made).author, 1, lambda done, total: None)
    made.close()

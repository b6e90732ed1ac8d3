"""Listing, searching and filtering the queue."""

import pytest

from annotator.formats.bring_in import bring_in
from annotator.labelling import edits as editing
from annotator.store import articles
from tests.conftest import add_article


@pytest.fixture
def filled(session):
    add_article(session.project, "The ferry came late.\nNobody minded.", "Ferry late")
    add_article(session.project, "Café owners protest.\nThey want “quiet nights” now.", "Cafés")
    add_article(session.project, "A third thing, about ferries and cafes.", "Third")
    return session


@pytest.mark.parametrize(
    "search, found",
    [
        ("ferry", [1]),
        ("ferr", [1, 3]),
        ("cafe", [2, 3]),
        ("ferr cafe", [3]),
        ('"quiet nights"', [2]),
        ("Third", [3]),
        ("nothing", []),
        ("", [1, 2, 3]),
        ('" OR "', []),
        ("text: AND NOT (", []),
        ("*", []),
        ("-", []),
    ],
)
def test_search(filled, search, found):
    assert filled.listing(search=search) == found


def test_by_key(filled):
    assert filled.listing(search="Ferry late") == [1]


def test_states(filled):
    filled.open(1)
    filled.do(editing.add_mention(filled.labelled, (0, 9), "ORG"))
    filled.open(2)
    filled.finish()
    assert (filled.listing("todo"), filled.listing("started"), filled.listing("done")) == ([3], [1], [2])
    assert articles.counts(filled.project, filled.author) == {"todo": 1, "started": 1, "done": 1}
    assert filled.following(filled.listing()) == 3
    summary = articles.summaries(filled.project, filled.author, [1, 2, 3])
    assert [summary[i].state for i in (1, 2, 3)] == ["started", "done", "todo"]


def test_many_articles_stay_usable(project, tmp_path):
    """10,000 articles: a page of the queue costs few of SQLite's steps (counted, not by the clock)."""
    from annotator.labelling.session import Session

    lines = "".join(f'{{"id": "a{n}", "text": "Number {n} word{n % 100} of many."}}\n' for n in range(10_000))
    (tmp_path / "many.jsonl").write_text(lines)
    bring_in(project, [tmp_path / "many.jsonl"])
    session = Session(project, "anna")
    assert len(session.listing()) == 10_000
    assert len(session.listing(search="word7")) == 1100
    assert session.listing(search='"a777"') == [778]
    with project.reading() as connection:
        steps = 0

        def count():
            nonlocal steps
            steps += 1
            return 0

        connection.connection.set_progress_handler(count, 100)
        articles.load(project, 5_000)
        articles.summaries(project, session.author, list(range(5_000, 5_060)))
        connection.connection.set_progress_handler(None, 0)
    assert steps < 200

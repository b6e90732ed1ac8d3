"""A claim made of its cue by one key: the model fills in the rest, and never what the editor has begun."""

import pytest

from annotator.core.text import covered
from annotator.labelling.jobs import cue_job
from annotator.store.check import check
from tests.conftest import TEXT, add_article, span_of


@pytest.fixture
def hands(open_window, project):
    add_article(project)
    hands = open_window(project)
    hands.wait_for_suggestions()
    return hands


def made(hands):
    (claim,) = hands.labelled.mine.claims.values()
    return claim


def words(spans):
    return covered(TEXT, spans, " … ")


def said(hands):
    return hands.window.footer.hints.text()


def test_one_key_makes_the_claim_of_a_cue(hands, qtbot):
    hands.select("According to")
    hands.press("Shift+N")
    assert words(made(hands).cue) == "According to"  # at once
    qtbot.waitUntil(lambda: bool(made(hands).content), timeout=30_000)
    claim = made(hands)
    assert (words(claim.source), words(claim.content)) == ("the coast guard", "the ship was empty 🚢 at noon")
    assert hands.bench.item().value == claim and "Filled in" in said(hands)
    # Undo takes back what the model said, and then the claim.
    hands.press("Ctrl+Z")
    assert (made(hands).cue, made(hands).content, made(hands).source) == (claim.cue, (), ())
    hands.press("Ctrl+Shift+Z")
    assert made(hands).content == claim.content
    hands.press("Ctrl+Z", "Ctrl+Z")
    assert not hands.labelled.mine.claims
    assert check(hands.window.session.project) == []


def test_who_says_it_comes_with_it(hands, qtbot):
    hands.select("denied")
    hands.press("Shift+N")
    qtbot.waitUntil(lambda: bool(made(hands).content), timeout=30_000)
    assert "Omar Ćosić" in words(made(hands).source) and words(made(hands).content) == "it"
    assert hands.window.session.actor_name(made(hands).actor) == "Omar Ćosić"


def test_what_the_editor_has_begun_stays(hands, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(hands.window.suggesting, "read_claim", lambda *of: asked.append(of))
    hands.select("said")
    hands.press("Shift+N")
    hands.select("pure fiction")
    hands.press("W")
    before = made(hands)
    (article, claim, _) = asked[0]
    source, content = ([list(span_of(TEXT, part))] for part in ("Minister Ann Lee", "The aim"))
    read = {"source": source, "content": content, "actor": "Ann Lee"}
    hands.window.suggesting.claim_read.emit(article.id, claim, read)
    assert made(hands) == before and words(before.content) == "pure fiction"
    # Nor is anything done for a claim that is gone.
    hands.press("Ctrl+Z", "Ctrl+Z")
    hands.window.suggesting.claim_read.emit(article.id, claim, read)
    assert not hands.labelled.mine.claims


def test_where_nothing_is_read_it_says_what_to_do(hands, monkeypatch):
    asked = []
    monkeypatch.setattr(hands.window.suggesting, "read_claim", lambda *of: asked.append(of))
    hands.press("V")
    hands.press("Shift+N")
    assert "Select the word that says so" in said(hands) and not hands.labelled.mine.claims
    hands.select("said")
    hands.press("Shift+N")
    hands.window.suggesting.claim_read.emit(asked[0][0].id, asked[0][1], None)
    assert "finds nothing that is said by it" in said(hands) and words(made(hands).cue) == "said"


def test_an_article_to_be_labelled_unaided_is_not_read(hands, monkeypatch):
    session = hands.window.session
    monkeypatch.setattr(session, "without_suggestions", {hands.labelled.article.id})
    asked = []
    monkeypatch.setattr(hands.window.suggesting, "read_claim", lambda *of: asked.append(of))
    hands.select("said")
    hands.press("Shift+N")
    assert not asked and "without a model" in said(hands) and words(made(hands).cue) == "said"


def test_of_a_long_article_the_part_around_the_cue_is_read(hands):
    line = "Ann Lee said number {} was right 🚢.\n"
    text = "".join(line.format(n) for n in range(3000))
    cue = span_of(text, "said number 2000 ")
    cue = cue[0], cue[0] + 4
    job, low = cue_job(hands.window.session, text, cue)
    start, end = job["cue"]
    assert job["text"][start:end] == "said" and text[low : low + len(job["text"])] == job["text"]
    assert 10_000 < start < 20_000 and len(job["text"]) < 25_000

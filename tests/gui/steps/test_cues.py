"""A claim made of its cue by one key: the model fills in the rest, and never what the editor has begun."""

import pytest

from annotator.core.text import covered
from annotator.labelling.jobs import cue_job
from annotator.store.check import check
from annotator.suggest.client import Event
from tests.conftest import TEXT, add_article, span_of


@pytest.fixture
def hands(open_window, project):
    add_article(project)
    hands = open_window(project)
    hands.wait_for_suggestions()
    for _ in hands.labelled.claims:  # a suggestion would come into focus instead
        hands.press("X")
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
    # With a suggestion by this cue, that one comes into focus.
    hands.press("Ctrl+Z")
    again = next(item for item in hands.labelled.claims if item.state == "suggested")
    hands.select(words(again.value.cue), 0)
    hands.press("Shift+N")
    assert hands.bench.item().key == again.key and "A accepts it" in said(hands)
    assert check(hands.window.session.project) == []


def test_who_says_it_comes_with_it(hands, qtbot):
    hands.select("denied")
    hands.press("Shift+N")
    qtbot.waitUntil(lambda: bool(made(hands).content), timeout=30_000)
    assert "Omar Ćosić" in words(made(hands).source) and words(made(hands).content) == "it"
    assert hands.window.session.actor_name(made(hands).actor) == "Omar Ćosić"


def answer(cue):
    slots = zip(("cue", "source", "content"), (cue, "Minister Ann Lee", "The aim"), strict=True)
    return {slot: [list(span_of(TEXT, part))] for slot, part in slots} | {"actor": "Ann Lee"}


@pytest.fixture
def asked(hands, monkeypatch):
    """A claim made of "said", and nothing read by it yet: article, claim and cue."""
    found = []
    monkeypatch.setattr(hands.window.suggesting, "read_claim", lambda *of: found.append(of))
    hands.select("said")
    hands.press("Shift+N")
    return found[0]


@pytest.mark.parametrize("keys", [["0"], ["M"], ["denied", "C"]])
def test_said_meanwhile_goes_before_what_is_read(hands, asked, keys):
    if len(keys) > 1:
        hands.select(keys[0])
    hands.press(keys[-1])
    before = made(hands)
    hands.window.suggesting.claim_read.emit(asked[0].id, asked[1], answer("said"))
    assert made(hands) == before and not (before.source or before.content)


def test_the_focus_stays_where_the_editor_went(hands, asked):
    hands.press("Escape", "Tab")
    here = hands.bench.item()
    assert here.key != ("own", asked[1])
    hands.window.suggesting.claim_read.emit(asked[0].id, asked[1], answer("said"))
    assert made(hands).content and hands.bench.item().key == here.key


def test_what_is_read_of_an_article_that_was_left_waits_for_it(hands, asked, qtbot):
    article, claim, cue = asked
    add_article(hands.window.session.project, "Nothing is said here.", "Other")
    other = next(i for i in hands.window.session.listing() if i != article.id)
    hands.window.session.open(other)
    hands.window.suggesting.claim_read.emit(article.id, claim, answer(TEXT[slice(*cue)]))
    assert hands.labelled.article.id == other and not hands.labelled.mine.claims
    hands.window.session.open(article.id)
    qtbot.waitUntil(lambda: bool(made(hands).content), timeout=5_000)
    assert words(made(hands).content) == "The aim"


def test_what_was_undone_can_be_done_again(hands, asked):
    hands.select("pure fiction")
    hands.press("N", "Ctrl+Z")
    hands.window.suggesting.claim_read.emit(asked[0].id, asked[1], answer("said"))
    assert not made(hands).content and "Not filled in" in said(hands)
    hands.press("Ctrl+Shift+Z")
    assert len(hands.labelled.mine.claims) == 2


def test_one_cue_makes_one_claim(hands, asked):
    hands.press("Escape", "Tab")
    hands.select("said")
    hands.press("Shift+N")
    assert len(hands.labelled.mine.claims) == 1 and "by this cue already" in said(hands)
    assert hands.bench.item().key == ("own", asked[1])


def test_what_is_no_cue_is_told(hands):
    for part in (" ", TEXT[:250]):
        hands.select(part)
        hands.press("Shift+N")
        assert not hands.labelled.mine.claims
        assert "no word in" in said(hands) or "too long" in said(hands)


def test_what_failed_is_said(hands, asked, monkeypatch):
    suggesting = hands.window.suggesting
    suggesting._cues[-99] = asked[0].id, asked[1], 0
    suggesting._event.emit(suggesting._client, Event("error", -99, message="it took too long"))
    assert "Nothing was filled in: it took too long" in said(hands)


def test_what_the_editor_has_begun_stays(hands, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(hands.window.suggesting, "read_claim", lambda *of: asked.append(of))
    hands.select("said")
    hands.press("Shift+N")
    hands.select("pure fiction")
    hands.press("W")
    before = made(hands)
    (article, claim, _) = asked[0]
    read = answer("said")
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
    # Nor is more read where there is no line to begin at.
    text = "x" + "word said " * 60_000
    job, low = cue_job(hands.window.session, text, (300_006, 300_010))
    start, end = job["cue"]
    assert job["text"][start:end] == "said" and text[low : low + len(job["text"])] == job["text"]
    assert len(job["text"]) <= 40_100

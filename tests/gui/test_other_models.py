"""A model of others in a real window: asked, its answers taken, its misbehaviour told; the window never waits."""

import json
import time
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from annotator import store
from annotator.gui.dialogs.other_models import OtherModelDialog
from annotator.gui.steps.opening import use
from tests.conftest import TEXT, add_article
from tests.gui.conftest import by, in_dialog
from tests.suggest.others.server import said, server

CLAIM = {
    "source": "the coast guard",
    "cue": "According to",
    "content": ["the ship was empty 🚢 at noon"],
    "actor": "coast guard",
}
LIE = {"source": "Ann Lee", "cue": "said", "content": ["I will resign"]}


@pytest.fixture
def hands(open_window, project):
    for n in range(3):
        add_article(project, f"{TEXT} {n}", f"Article {n}")
    return open_window(project)


def ask(hands, address, for_all=False, key=""):
    def fill(dialog):
        dialog.kinds["chat"].click()
        dialog.where.setFocus()
        for field in (dialog.where, dialog.model):
            field.selectAll()  # what was chosen before
        QTest.keyClicks(dialog.where, f"{address}/v1")
        QTest.keyClicks(dialog.model, "tiny")
        QTest.keyClicks(dialog.key, key)
        if for_all:
            dialog._all.click()
        dialog._take()

    in_dialog(OtherModelDialog, fill)
    hands.window.take_step("suggest_with")


def test_a_chat_model_suggests_and_its_inventions_are_told(hands, qtbot):
    qtbot.waitUntil(lambda: hands.labelled.suggestions > 0, timeout=60_000)
    with server(lambda _: said({"claims": [CLAIM, LIE], "entities": []}, 33)) as one:
        ask(hands, one.address)
        here = hands.labelled.article.id
        qtbot.waitUntil(lambda: by(hands, here).startswith("prompt "), timeout=60_000)
        qtbot.waitUntil(lambda: "tiny: 1 claim in 1 article" in hands.window.footer.hints.text(), timeout=10_000)
    text = hands.window.footer.hints.text()
    assert "1 left out" in text and "I will resign" in text and "33 tokens" in text
    assert hands.window.session.suggested_by.startswith("tiny prompt ")
    shown = [item.value for item in hands.labelled.claims]
    assert [hands.labelled.article.text[s:e] for c in shown for s, e in c.content] == ["the ship was empty 🚢 at noon"]
    # What was asked is remembered, the prompt is not the article's to change.
    assert json.loads(one.asked[0]["messages"][1]["content"])["passage"].startswith("Minister rejects")
    in_dialog(OtherModelDialog, lambda d: (remembered.append((d.where.text(), d.model.text())), d.reject()))
    remembered = []
    hands.window.take_step("suggest_with")
    assert remembered == [(f"{one.address}/v1", "tiny")]


def test_what_was_decided_stays(hands, qtbot):
    qtbot.waitUntil(lambda: hands.labelled.suggestions > 0, timeout=60_000)
    hands.press("A")
    mine = dict(hands.labelled.mine.claims) or dict(hands.labelled.mine.mentions)
    assert mine
    with server(lambda _: said({"claims": [CLAIM], "entities": []})) as one:
        ask(hands, one.address)
        here = hands.labelled.article.id
        qtbot.waitUntil(lambda: by(hands, here).startswith("prompt "), timeout=60_000)
    assert (dict(hands.labelled.mine.claims) or dict(hands.labelled.mine.mentions)) == mine


def test_asked_again_it_may_say_something_else(hands, qtbot):
    replies = iter([CLAIM, LIE | {"content": ["the report was “pure fiction.”"]}])
    with server(lambda _: said({"claims": [next(replies)], "entities": []})) as one:
        here = hands.labelled.article.id
        ask(hands, one.address)
        qtbot.waitUntil(lambda: by(hands, here).startswith("prompt "), timeout=60_000)
        first = by(hands, here)
        ask(hands, one.address)
        qtbot.waitUntil(lambda: by(hands, here) == f"{first}, time 2", timeout=60_000)
    text = hands.labelled.article.text
    assert [text[s:e] for i in hands.labelled.claims for s, e in i.value.content] == ["the report was “pure fiction.”"]


def test_asked_again_our_suggestions_come_back(hands, qtbot):
    qtbot.waitUntil(lambda: hands.labelled.suggestions > 0, timeout=60_000)
    here = hands.labelled.article.id
    ours, number = by(hands, here), len(hands.labelled.claims)
    with server(lambda _: said({"claims": [CLAIM], "entities": []})) as one:
        ask(hands, one.address)
        qtbot.waitUntil(lambda: by(hands, here).startswith("prompt "), timeout=60_000)
    assert len(hands.labelled.claims) == 1
    hands.press("Ctrl+Shift+R")
    qtbot.waitUntil(lambda: by(hands, here) == f"{ours}, time 2", timeout=60_000)
    assert len(hands.labelled.claims) == number
    # They are up to date: nobody asks for them anew, and asking once more makes no third layer.
    assert not hands.window.session.needs_suggestions(here)
    hands.press("Ctrl+Shift+R")
    qtbot.waitUntil(lambda: not hands.window.suggesting._client.pending, timeout=60_000)
    qtbot.wait(50)
    assert by(hands, here) == f"{ours}, time 2"


def test_what_it_is_told_belongs_to_the_project(hands, qtbot, tmp_path):
    def change(dialog):
        dialog.kinds["chat"].click()
        QTest.keyClicks(dialog.where, f"{one.address}/v1")
        QTest.keyClicks(dialog.model, "tiny")
        dialog.change_prompt.click()
        dialog.prompt.setPlainText("Our secret guidelines.")
        dialog._take()

    def look(dialog):
        seen.append((dialog.model.text(), dialog.change_prompt.isChecked(), dialog.prompt.toPlainText()))
        dialog.reject()

    seen = []
    with server(lambda _: said({"claims": [], "entities": []})) as one:
        in_dialog(OtherModelDialog, change)
        hands.window.take_step("suggest_with")
        qtbot.waitUntil(lambda: len(one.asked) == 1, timeout=60_000)
    assert one.asked[0]["messages"][0]["content"] == "Our secret guidelines."
    in_dialog(OtherModelDialog, look)
    hands.window.take_step("suggest_with")
    other = store.create(tmp_path / "other.annotator")
    add_article(other)
    other.close()
    use(hands.window, other.path, lambda: store.open_project(other.path))
    in_dialog(OtherModelDialog, look)
    hands.window.take_step("suggest_with")
    assert seen[0] == ("tiny", True, "Our secret guidelines.")
    assert seen[1][:2] == ("tiny", False) and "secret" not in seen[1][2]


def test_a_long_prompt_arrives(hands, qtbot):
    def change(dialog):
        dialog.kinds["chat"].click()
        QTest.keyClicks(dialog.where, f"{one.address}/v1")
        QTest.keyClicks(dialog.model, "tiny")
        dialog.change_prompt.click()
        dialog.prompt.setPlainText("ü" * 90_000)
        dialog._take()

    with server(lambda _: said({"claims": [], "entities": []})) as one:
        in_dialog(OtherModelDialog, change)
        hands.window.take_step("suggest_with")
        qtbot.waitUntil(lambda: len(one.asked) == 1, timeout=60_000)
    assert len(one.asked[0]["messages"][0]["content"]) == 90_000


def test_all_articles(hands, qtbot):
    with server(lambda _: said({"claims": [CLAIM], "entities": []})) as one:
        ask(hands, one.address, for_all=True)
        ids = hands.window.session.listing()
        qtbot.waitUntil(lambda: all(by(hands, i).startswith("prompt ") for i in ids), timeout=60_000)
    assert len(one.asked) == 3


def test_the_window_never_waits_for_a_slow_one(hands, qtbot):
    qtbot.waitUntil(lambda: hands.labelled.suggestions > 0, timeout=60_000)
    heard = []

    def slow(asked):
        heard.append(asked)
        time.sleep(30)
        return said({"claims": [], "entities": []})

    with server(slow) as one:
        ask(hands, one.address)
        qtbot.waitUntil(lambda: bool(heard), timeout=30_000)
        pid = hands.window.suggesting._other.pid
        before = hands.bench.item().value
        hands.press("Down")
        assert hands.bench.item().value != before  # a key does what it does
        hands.window.suggesting.cancel()
        assert hands.window.suggesting._other is None
        qtbot.waitUntil(lambda: not Path(f"/proc/{pid}").exists(), timeout=10_000)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ((200, {}, b"{broken"), "no JSON"),
        ((401, {}, b"who?"), "the key is wrong"),
        ((307, {"Location": "http://127.0.0.1:9/"}, b""), "where you did not say"),
    ],
)
def test_a_server_that_misbehaves_is_told_and_nothing_changes(hands, qtbot, reply, why):
    qtbot.waitUntil(lambda: hands.labelled.suggestions > 0, timeout=60_000)
    before = by(hands, hands.labelled.article.id)
    with server(lambda _: reply) as one:
        ask(hands, one.address)
        qtbot.waitUntil(lambda: why in hands.window.footer.hints.text(), timeout=60_000)
    assert by(hands, hands.labelled.article.id) == before


def test_elsewhere_is_asked_about_and_a_bad_address_is_said(hands, monkeypatch):
    from annotator.gui.dialogs import other_models

    told = []
    monkeypatch.setattr(other_models.keys, "keep", lambda *_: told.append("kept a key"))
    monkeypatch.setattr(other_models.common, "tell_error", lambda _, sentence, title: told.append(sentence))
    monkeypatch.setattr(other_models.common, "confirm", lambda _, question, more, yes: told.append(more) or False)
    in_dialog(OtherModelDialog, lambda dialog: (fill(dialog), dialog.reject()))

    def fill(dialog):
        dialog.kinds["chat"].click()
        for where in ("http://example.org/v1", "nowhere", "https://example.org/v1"):
            dialog.where.setText(where)
            dialog.key.setText("secret")
            dialog.model.setText("tiny")
            dialog._take()
        assert "example.org" in dialog._goes.text() and dialog._goes.isVisible()

    hands.window.take_step("suggest_with")
    assert "Use https" in told[0] and "no address" in told[1]
    assert "would be sent over the internet to example.org" in told[2]
    assert len(told) == 3  # no key is kept for where nothing may be sent
    assert hands.window.suggesting._other is None

"""What a project learns, in the window: its dictionary, training, and suggesting again beside what was decided."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from annotator.core.annotation import Claim
from annotator.core.knowledge import NO_NAME
from annotator.core.text import covered
from annotator.gui.dialogs import common as dialogs
from annotator.gui.dialogs.dictionary import DictionaryDialog
from annotator.gui.dialogs.reports import TrainingDialog
from annotator.labelling import edits as editing
from annotator.suggest import trainer
from tests.conftest import TEXT, add_article


def named(hands, words):
    return next(m for m in hands.labelled.mentions if covered(TEXT, [m.value.span]) == words)


def said_by(hands, cue):
    return [c for c in hands.labelled.claims if covered(TEXT, c.value.cue) == cue]


def focus(hands, kind, item):
    hands.bench.focus_on(kind, item.key)


def suggested_anew(hands, press):
    """Does something after which the article is suggested again, and waits for that."""
    before = hands.labelled.suggested.id
    press()
    hands.qtbot.waitUntil(lambda: hands.labelled.suggested.id != before, timeout=60_000)


def test_a_remembered_label_acts_at_once_and_spares_what_was_decided(hands):
    accepted = named(hands, "Omar Ćosić")
    hands.window.session.do(editing.accept(hands.labelled, [accepted]))
    wrong = named(hands, "Ann Lee")
    other = next(label.name for label in hands.window.session.scheme.labels if label.name != wrong.value.label)
    hands.window.session.do(editing.set_label(hands.labelled, [wrong], "ORG" if other != "ORG" else other))
    focus(hands, "mention", named(hands, "Ann Lee"))
    suggested_anew(hands, lambda: hands.press("D"))
    assert hands.window.session.knowledge.dictionary.names == {"Ann Lee": "ORG"}
    items = [m for m in hands.labelled.mentions if covered(TEXT, [m.value.span]) == "Ann Lee"]
    assert [(m.value.label, m.suggestion.label) for m in items] == [("ORG", "ORG")]
    assert named(hands, "Omar Ćosić").state == "accepted"
    assert "ORG" in [m.label for m in hands.labelled.suggested.mentions.values()]


def test_a_rejected_name_is_none_from_now_on(hands):
    focus(hands, "mention", named(hands, "Ann Lee"))
    hands.press("X")
    focus(hands, "mention", named(hands, "Ann Lee"))
    suggested_anew(hands, lambda: hands.press("D"))
    assert hands.window.session.knowledge.dictionary.names == {"Ann Lee": NO_NAME}
    assert not [m for m in hands.labelled.suggested.mentions.values() if covered(TEXT, [m.span]) == "Ann Lee"]


def test_a_rejected_cue_is_none_until_it_is_forgotten(hands):
    denied = said_by(hands, "denied")[0]
    focus(hands, "claim", denied)
    hands.press("X")
    focus(hands, "claim", said_by(hands, "denied")[0])
    suggested_anew(hands, lambda: hands.press("D"))
    assert hands.window.session.knowledge.dictionary.cues == {"denied": False}
    assert not [c for c in hands.labelled.suggested.claims.values() if covered(TEXT, c.cue) == "denied"]

    def forget():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, DictionaryDialog)
        assert dialog.table.item(0, 0).text() == "denied" and dialog.table.item(0, 1).text() == "no cue"
        dialog.forget.click()
        dialog.accept()

    QTimer.singleShot(50, forget)
    hands.window.actions_by_name["show_dictionary"].trigger()
    assert hands.window.session.knowledge.dictionary.cues == {}
    hands.qtbot.waitUntil(lambda: said_by(hands, "denied") != [], timeout=60_000)


def test_what_was_remembered_is_undone_before_what_was_decided_earlier(hands):
    session = hands.window.session
    accepted = said_by(hands, "denied")[0]
    session.do(editing.accept(hands.labelled, [accepted]))
    focus(hands, "mention", named(hands, "Ann Lee"))
    suggested_anew(hands, lambda: hands.press("D"))
    assert session.next_turns()[0] == "Remember “Ann Lee”"
    suggested_anew(hands, lambda: hands.press("Ctrl+Z"))
    assert session.knowledge.dictionary.names == {} and said_by(hands, "denied")[0].state == "accepted"
    assert "Undone: Remember “Ann Lee”" in hands.window.footer.hints.text()
    hands.press("Ctrl+Z")
    assert said_by(hands, "denied")[0].state == "suggested"


def test_what_cannot_take_effect_is_not_remembered(hands):
    session = hands.window.session
    item = named(hands, "Ann Lee")
    session.do(editing.set_label(hands.labelled, [item], "DATE"))
    focus(hands, "mention", named(hands, "Ann Lee"))
    hands.press("D")
    assert session.knowledge.dictionary.names == {} and "Only names" in hands.window.footer.hints.text()


def test_what_was_remembered_is_undone_by_who_remembered_it(hands):
    session = hands.window.session
    session.remember("cue", "denied", False)
    session.author += 100  # as at gold, whose edits are others
    assert session.undo() is None and session.knowledge.dictionary.cues == {"denied": False}
    session.author -= 100
    assert session.undo() == "Remember “denied”" and session.knowledge.dictionary.cues == {}


def test_an_article_to_be_labelled_unaided_gets_no_suggestions(hands):
    session = hands.window.session
    before = hands.labelled.suggested.id
    session.without_suggestions = {1}
    hands.press("Ctrl+Shift+R")
    assert hands.window.suggesting._client.pending == [] and session.to_suggest() == []
    session.without_suggestions = set()
    assert hands.labelled.suggested.id == before


def test_a_training_beside_another_model_is_not_used_and_articles_are_suggested_all_the_same(hands, project):
    session = hands.window.session
    figures = {"full": 0.5, "exact": 0.5}
    other = {"base": "other 9", "weights": {}, "articles": 5, "before": figures, "after": figures, "number": 1}
    suggested_anew(hands, lambda: (session.take_trained(other), hands.press("Ctrl+Shift+R")))
    assert not session.training_fits and "trained" not in session.suggested_by and session.to_suggest() == []


def test_suggestions_that_arrive_in_a_review_leave_gold_as_it_is(hands):
    session = hands.window.session
    session.open_review(1)
    labelled = session.labelled
    session.take_suggestions(1, {"mentions": [], "claims": []}, ("m", "1"))
    assert session.labelled is labelled and labelled.suggested is None


def test_all_open_articles_are_suggested_again_by_what_is_known_now(hands, project):
    other = add_article(project, "Ida Cole denied it. Omar Nye said that the road was closed.")
    finished = add_article(project, "Omar Nye denied it.")
    session = hands.window.session
    for article in (finished, other, 1):
        hands.window.open_article(article)
        hands.wait_for_suggestions()
        if article == finished:
            session.finish()
    assert session.to_suggest() == []
    hands.window.actions_by_name["suggest_all"].trigger()
    assert "by all that the project knows" in hands.window.footer.hints.text()
    session.remember("cue", "denied", False)
    assert session.to_suggest() == [1, other]
    hands.window.actions_by_name["suggest_all"].trigger()
    hands.qtbot.waitUntil(lambda: session.to_suggest() == [], timeout=60_000)
    hands.window.open_article(other)
    assert [covered(hands.labelled.article.text, c.value.cue) for c in hands.labelled.claims] == ["said"]


def test_an_article_that_goes_while_it_waits_holds_up_nothing(hands, project):
    session = hands.window.session
    gone = 99
    hands.window.suggesting.want(gone, [])
    suggested_anew(hands, lambda: session.remember("name", "Nowhere", "GPE"))
    session.take_suggestions(gone, {"mentions": [], "claims": []}, ("m", "1"))
    assert hands.window.suggesting._client.pending == []


def train(hands, monkeypatch):
    shown = []
    monkeypatch.setattr(dialogs, "run", shown.append)
    hands.window.actions_by_name["train"].trigger()
    hands.qtbot.waitUntil(lambda: bool(shown), timeout=120_000)
    return shown[0]


def finish(hands, project, count, change):
    """Finishes articles in which every claim is as suggested but for a change."""
    session = hands.window.session
    names = ["Ann Lee", "Omar Nye", "Eva Roy", "Jan Moss", "Mia Holt", "Paul Zed", "Ida Cole", "Max Born"]
    for n in range(count):
        text = "\n".join(
            f"{names[(n + k) % 8]} said that the {thing} was {state}. {names[(n + k + 3) % 8]} denied that it {verb}."
            for k, (thing, state, verb) in enumerate(
                (("bridge", "safe", "broke"), ("ship", "empty", "sank"), ("road", "closed", "opened"))
            )
        )
        article = add_article(project, f"{text}\nNumber {n}.")
        hands.window.open_article(article)
        hands.wait_for_suggestions()
        hands.qtbot.waitUntil(lambda: len(hands.labelled.claims) >= 5, timeout=60_000)
        for item in hands.labelled.claims:
            session.do(editing.accept(hands.labelled, [item]))
        for item in hands.labelled.claims:
            session.do(change(hands.labelled, item))
        session.finish()


def without_that(labelled, item):
    claim: Claim = item.value
    (start, end), *rest = claim.content
    if not labelled.article.text.startswith("that ", start):
        return None
    return editing.revise(labelled, item, "Cut", content=((start + 5, end), *rest))


def content_of_first(hands):
    return covered(hands.labelled.article.text, hands.labelled.claims[0].value.content).rstrip(".")


def test_training_takes_over_what_the_editor_does_and_is_taken_back(hands, project, monkeypatch):
    finish(hands, project, 6, without_that)
    report = train(hands, monkeypatch)
    assert isinstance(report, TrainingDialog)
    session = hands.window.session
    assert (
        session.knowledge.trainings == 1
        and session.knowledge.trained["after"]["exact"] > session.knowledge.trained["before"]["exact"]
    )
    article = add_article(project, "Ida Cole said that the harbour was open. Nobody was there.")
    hands.window.open_article(article)
    hands.wait_for_suggestions()
    assert content_of_first(hands) == "the harbour was open"
    assert "trained 1" in session.suggested_by
    assert hands.window.actions_by_name["untrain"].isEnabled()
    suggested_anew(hands, lambda: hands.window.actions_by_name["untrain"].trigger())
    assert content_of_first(hands) == "that the harbour was open"
    assert not hands.window.actions_by_name["untrain"].isEnabled()


def test_training_that_brings_nothing_is_not_taken(hands, project, monkeypatch):
    finish(hands, project, 5, lambda labelled, item: None)
    train(hands, monkeypatch)
    assert hands.window.session.knowledge.trained is None and hands.window.session.knowledge.trainings == 0


def test_a_second_training_does_not_start_beside_the_first(hands, project, monkeypatch):
    finish(hands, project, 6, without_that)
    begun = []
    apart = trainer.train_apart
    monkeypatch.setattr(trainer, "train_apart", lambda *given: begun.append(given) or apart(*given))
    hands.window.actions_by_name["train"].trigger()
    train(hands, monkeypatch)
    assert len(begun) == 1 and hands.window.session.knowledge.trainings == 1
    hands.window.actions_by_name["untrain"].trigger()
    assert hands.window.session.knowledge.trained is None


def test_training_says_what_it_lacks(hands, monkeypatch):
    said = []
    monkeypatch.setattr(dialogs, "tell_error", lambda parent, sentence, title: said.append(sentence))
    hands.window.actions_by_name["train"].trigger()
    hands.qtbot.waitUntil(lambda: bool(said), timeout=60_000)
    assert said == ["There are no finished articles with claims here yet. Training needs 5 or more."]


def test_suggested_again_keeps_what_was_decided(hands):
    session = hands.window.session
    first, second = hands.labelled.claims[:2]
    session.do(editing.accept(hands.labelled, [first]))
    session.do(editing.reject(hands.labelled, [second]))
    mine = dict(hands.labelled.mine.claims), dict(hands.labelled.mine.rejections)
    states = [c.state for c in hands.labelled.claims]
    session.remember("name", "Nowhere", "GPE")  # another state of what is known is another version of the model
    suggested_anew(hands, lambda: hands.press("Ctrl+Shift+R"))
    assert (dict(hands.labelled.mine.claims), dict(hands.labelled.mine.rejections)) == mine
    assert [c.state for c in hands.labelled.claims] == states

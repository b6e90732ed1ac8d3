"""Suggestions in the window: surer and less sure ones, and how many are shown."""

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider

from annotator.gui.dialogs.threshold import effect
from annotator.gui.workbench.claim_card import MODE_UNSURE
from annotator.gui.workbench.wording import firmness
from annotator.labelling import edits as editing
from annotator.suggest.keeping import add_suggestions
from annotator.suggest.learned.card import SHIPPED, card, nearest, thresholds
from tests.conftest import add_article
from tests.labelling.test_edits import suggestions

MODEL = ("en_core_web_sm", f"3.8.0 {SHIPPED} 2")


def with_scores(*scores):
    record = suggestions()
    claims = [dict(record["claims"][n % len(record["claims"])]) for n in range(len(scores))]
    return record | {"claims": [c | {"score": score} for c, score in zip(claims, scores, strict=True)]}


def opened(open_window, project, *scores, model=MODEL):
    article = add_article(project)
    add_suggestions(project, article, with_scores(*scores), model)
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    return hands


def slide(hands, *keys, ended):
    """Opens the slider's dialog from the menu, presses keys on it, and ends it by another."""

    def later():
        dialog = QApplication.activeModalWidget()
        slider = dialog.findChild(QSlider)
        assert dialog.focusWidget() is slider
        for key in keys:
            QTest.keyClick(slider, key)
        seen.append((len(hands.labelled.claims), dialog.effect.text()))
        QTest.keyClick(dialog, ended)

    seen = []
    QTimer.singleShot(50, later)
    hands.window.actions_by_name["choose_min_score"].trigger()
    return seen[0]


def test_fewer_and_more_claims_by_the_slider(open_window, project):
    hands = opened(open_window, project, 0.07, 0.98, 0.6)
    assert len(hands.labelled.claims) == 2  # as it comes, the least probable one is not shown
    shown, said = slide(hands, Qt.Key.Key_Home, ended=Qt.Key.Key_Return)
    assert shown == 3 and said == effect(thresholds()[0]) and "right" in said
    assert len(hands.labelled.claims) == 3
    shown, said = slide(hands, Qt.Key.Key_End, ended=Qt.Key.Key_Return)
    assert shown == 1 and len(hands.labelled.claims) == 1
    again = QSettings(hands.window.settings.fileName(), QSettings.Format.IniFormat)
    hands.window.settings.sync()
    assert float(again.value("suggestions/least")) == thresholds()[-1]
    assert hands.window.session.summaries([1])[1].claims == 1


def test_a_suggestion_whose_marks_cannot_be_paired_says_that_its_mode_is_unsure(open_window, project):
    text = 'Orban said: "We will veto it.\nLee said the aim was clear.'
    article = add_article(project, text)
    said = {"source": [[0, 5]], "cue": [[6, 10]], "content": [[13, 28]], "mode": "indirect", "score": 0.9}
    added = {"source": [[30, 33]], "cue": [[34, 38]], "content": [[39, 56]], "mode": "indirect", "score": 0.9}
    add_suggestions(project, article, suggestions() | {"mentions": [], "claims": [said, added]}, MODEL)
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    hands.bench.focus_on("claim", hands.labelled.claims[0].key)
    assert MODE_UNSURE in hands.bench.card.why.text()
    hands.bench.focus_on("claim", hands.labelled.claims[1].key)
    assert hands.bench.card.why.isVisible() and MODE_UNSURE not in hands.bench.card.why.text()


def test_cancel_leaves_it_as_it_was(open_window, project):
    hands = opened(open_window, project, 0.07, 0.98, 0.6)
    shown, _ = slide(hands, Qt.Key.Key_End, ended=Qt.Key.Key_Escape)
    assert shown == 1 and len(hands.labelled.claims) == 2
    assert hands.window.settings.value("suggestions/least") is None


def test_what_was_decided_stays_whatever_the_slider_says(open_window, project):
    hands = opened(open_window, project, 0.5, 0.98)
    session = hands.window.session
    doubtful = next(c for c in hands.labelled.claims if c.value.score == 0.5)
    session.do(editing.accept(hands.labelled, [doubtful]))
    slide(hands, Qt.Key.Key_End, ended=Qt.Key.Key_Return)
    assert sorted(c.state for c in hands.labelled.claims) == ["accepted", "suggested"]


def test_a_doubtful_claim_that_was_accepted_stays_so_when_suggested_again(open_window, project):
    hands = opened(open_window, project, 0.3, 0.98)
    session = hands.window.session
    doubtful = next(c for c in hands.labelled.claims if c.value.score == 0.3)
    session.do(editing.accept(hands.labelled, [doubtful]))
    slide(hands, Qt.Key.Key_End, ended=Qt.Key.Key_Return)
    add_suggestions(project, 1, with_scores(0.3, 0.98), (MODEL[0], MODEL[1] + " later"))
    session.refresh()
    assert sorted((c.state, c.key[0]) for c in hands.labelled.claims) == [
        ("accepted", "suggestion"),
        ("suggested", "suggestion"),
    ]


def test_claims_of_other_models_are_all_shown(open_window, project):
    hands = opened(open_window, project, 0.01, 0.98, model=("somebody’s", "1"))
    assert len(hands.labelled.claims) == 2
    slide(hands, Qt.Key.Key_End, ended=Qt.Key.Key_Return)
    assert len(hands.labelled.claims) == 2


def test_surer_claims_are_drawn_more_firmly():
    drawn = [firmness(p) for p in (0.1, 0.4, 0.7, 0.75, 1.0)]
    assert drawn == sorted(drawn) and drawn[0] < drawn[2] < drawn[3] == drawn[4] == firmness(None)


def test_the_card_says_why_and_how_sure(open_window, project):
    hands = opened(open_window, project, 0.62, 0.98)
    shown = hands.bench.card
    assert shown.why.isVisible() and shown.why.text() == "Why: the cue “said”, by en_core_web_sm 3.8.0 claims-en 2"
    assert shown.state.text() == "suggested · unsure 62 %" and not shown.accept.property("primary")
    hands.press("Down")
    assert shown.state.text() == "suggested · 98 %" and shown.accept.property("primary")
    hands.press("A", "Up", "Down")
    assert not shown.why.isVisible()


def test_the_effect_is_the_one_measured():
    row = nearest(card()["shown"])
    assert f"some {round(100 * row['precision'])} are right" in effect(card()["shown"])

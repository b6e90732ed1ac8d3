"""One key for all of a name, for several chosen ones, and for claims by how sure they are; one undo for each."""

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from annotator.formats.bring_in import bring_in
from annotator.gui.dialogs.common import Picker
from annotator.gui.dialogs.sureness import SurenessDialog
from annotator.store.check import check
from tests.gui.conftest import in_dialog

TEXT = "Ann Lee met Bo Roe. Lee said it rained, Roe said no. Lindhaven was wet; Lee, of Lindhaven, and Roe agreed."
NAMES = {"Lee": ("PERSON", "Ann Lee"), "Roe": ("PERSON", "Bo Roe"), "Lindhaven": ("ORG", None)}
CLAIMS = (("it rained", 0.95), ("no", 0.9), ("was wet", 0.4), ("agreed", 0.1))


def places(part):
    at, found = TEXT.find(part), []
    while at >= 0:
        found.append((at, at + len(part)))
        at = TEXT.find(part, at + 1)
    return found


@pytest.fixture
def hands(open_window, project, tmp_path):
    mentions = [
        {"start": a, "end": b, "label": label} | ({"actor": actor} if actor else {})
        for part, (label, actor) in NAMES.items()
        for a, b in places(part)
    ]
    claims = [{"content": [list(places(part)[0])], "mode": "indirect", "score": score} for part, score in CLAIMS]
    record = {"id": "a", "text": TEXT, "layer": "tagger 1", "kind": "model", "mentions": mentions, "claims": claims}
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n")
    bring_in(project, [tmp_path / "a.jsonl"])
    hands = open_window(project)
    hands.bench.focus_on("mention", hands.labelled.mentions[0].key)  # Lee
    return hands


def states(hands, part):
    return [item.state for item in hands.labelled.mentions if TEXT[item.value.start : item.value.end] == part]


def rows(hands):
    model = hands.bench.entities.entities
    return [model.describe(group) for group in model.groups]


def test_a_row_for_each_name_and_a_key_for_all_of_it(hands):
    assert rows(hands) == [
        "Lee, 3 times, PERSON (3 undecided)",
        "Roe, 3 times, PERSON (3 undecided)",
        "Lindhaven, 2 times, ORG (2 undecided)",
    ]
    hands.press("A")
    assert states(hands, "Lee") == ["accepted"] * 3 and set(states(hands, "Roe")) == {"suggested"}
    assert hands.bench.acting()[0].value.actor == hands.labelled.mentions[1].value.actor  # the next name
    hands.press("X")
    assert states(hands, "Roe") == ["rejected"] * 3
    label = next(one for one in hands.window.session.scheme.labels if one.name == "GPE")
    hands.press(label.key)
    assert states(hands, "Lindhaven") == ["changed"] * 2
    assert {item.value.label for item in hands.labelled.mentions[-5:] if item.state == "changed"} == {"GPE"}
    for part in ("Lindhaven", "Roe", "Lee"):
        hands.press("Ctrl+Z")
        assert set(states(hands, part)) == {"suggested"}
    assert not hands.labelled.mine.mentions and not hands.labelled.mine.rejections
    assert check(hands.window.session.project) == []


def test_one_place_alone_and_all_of_the_name_again(hands):
    hands.press("Right", "Right", "X")
    assert states(hands, "Lee") == ["suggested", "rejected", "suggested"]
    assert rows(hands)[0] == "Lee, 3 times, PERSON (2 undecided)"
    hands.press("Up")
    # What was rejected alone stays so when the others are taken.
    hands.bench.focus_on("mention", hands.labelled.mentions[0].key)
    hands.press("A")
    assert states(hands, "Lee") == ["accepted", "rejected", "accepted"]
    # A place that is clicked in the text is meant alone.
    hands.bench.view.item_clicked.emit("mention", hands.labelled.mentions[2].key)
    assert len(hands.bench.acting()) == 1
    hands.press("Left")
    assert len(hands.bench.acting()) == 3


def test_a_row_for_each_place_where_that_is_wanted(hands):
    hands.press("G")
    assert len(rows(hands)) == 8 and hands.window.settings.value("entities/grouped") == "false"
    hands.press("A")
    assert states(hands, "Lee") == ["accepted", "suggested", "suggested"]
    hands.press("PgDown")  # ten further, but there are eight
    assert hands.bench.item() is hands.labelled.mentions[-1]
    hands.press("PgUp")
    assert hands.bench.item() is hands.labelled.mentions[0]
    hands.press("G")
    assert len(rows(hands)) == 3


def test_who_it_is_is_said_of_all(hands):
    def act(dialog):
        QTest.keyClicks(dialog.field, "Port of Lindhaven")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    hands.press("Down", "Down")
    in_dialog(Picker, act)
    hands.press("R")
    named = {hands.bench.name_of(item.value.actor) for item in hands.labelled.mentions if item.state == "changed"}
    assert named == {"Port of Lindhaven"} and states(hands, "Lindhaven") == ["changed"] * 2


def test_several_are_chosen_by_keys_and_decided_at_once(hands):
    hands.press("Ctrl+Down")
    assert len(hands.bench.choosing.keys) == 6
    hands.press("Escape")
    assert not hands.bench.choosing.keys
    hands.press("Ctrl+A", "X")
    assert {item.state for item in hands.labelled.mentions} == {"rejected"} and not hands.bench.choosing.keys
    hands.press("Ctrl+Z")
    assert {item.state for item in hands.labelled.mentions} == {"suggested"}
    hands.press("Alt+1")
    hands.bench.focus_on("claim", hands.labelled.claims[0].key)
    hands.press("Ctrl+Down", "Ctrl+3")  # a stance for both
    assert [item.value.stance for item in hands.labelled.claims] == ["against", "against", None, None]
    hands.press("Ctrl+Z")
    assert all(item.state == "suggested" for item in hands.labelled.claims)


def test_several_are_chosen_by_the_mouse(hands):
    listed = hands.bench.entities

    def click(row, *held):
        place = listed.visualRect(listed.entities.index(row)).center()
        modifiers = held[0] if held else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, modifiers, QPoint(place))

    click(0)
    assert not hands.bench.choosing.keys
    click(2, Qt.KeyboardModifier.ControlModifier)
    assert len(hands.bench.choosing.keys) == 5  # Lee and Lindhaven
    click(2, Qt.KeyboardModifier.ControlModifier)
    assert len(hands.bench.choosing.keys) == 3
    click(0)
    click(1, Qt.KeyboardModifier.ShiftModifier)
    assert len(hands.bench.choosing.keys) == 6
    hands.press("A")
    assert states(hands, "Lee") == states(hands, "Roe") == ["accepted"] * 3
    assert set(states(hands, "Lindhaven")) == {"suggested"}


def test_what_is_decided_alone_stays_so_when_the_others_are(hands):
    hands.press("Right", "Right", "X")
    hands.bench.focus_on("mention", hands.labelled.mentions[0].key)
    hands.press("A")
    hands.bench.focus_on("mention", hands.labelled.mentions[0].key)
    hands.press("A")  # nothing is open: what was rejected is not brought back
    assert states(hands, "Lee") == ["accepted", "rejected", "accepted"]
    hands.bench.focus_on("mention", hands.labelled.mentions[0].key)
    hands.press("Right", "U")
    hands.bench.focus_on("mention", hands.labelled.mentions[0].key)
    hands.press("X")  # only what is open
    assert states(hands, "Lee") == ["rejected", "rejected", "accepted"]
    hands.bench.focus_on("mention", hands.labelled.mentions[0].key)
    hands.press("X")
    assert states(hands, "Lee") == ["rejected"] * 3
    hands.bench.focus_on("mention", hands.labelled.mentions[0].key)
    hands.press("A")
    assert states(hands, "Lee") == ["accepted"] * 3


def test_one_after_the_other_alone(hands):
    hands.press("Right", "X", "X")
    assert states(hands, "Lee") == ["rejected", "rejected", "suggested"] and len(hands.bench.acting()) == 1
    hands.press("X")
    assert len(hands.bench.acting()) == 3  # on to the next name, as a whole
    hands.press("Ctrl+Z")
    assert len(hands.bench.acting()) == 3 and not hands.bench.alone


def test_what_is_chosen_is_forgotten_where_the_editor_goes_on(hands):
    place = hands.labelled.mentions[-1]
    hands.press("Ctrl+A")
    hands.bench.view.item_clicked.emit("mention", place.key)
    assert not hands.bench.choosing.keys and hands.bench.acting() == [place]
    hands.press("Ctrl+A", "Alt+3", "Ctrl+A")  # actors are not chosen
    assert not hands.bench.choosing.keys and "no claims or entities" in hands.window.footer.hints.text()
    hands.press("Alt+2", "Ctrl+A", "Alt+1", "Alt+2")
    assert not hands.bench.choosing.keys
    hands.press("Alt+1", "Ctrl+A")
    hands.select("rained")
    hands.press("N", "Ctrl+1")
    sides = {TEXT[item.value.start : item.value.end]: item.value.stance for item in hands.labelled.claims}
    assert sides["rained"] == "favor" and list(sides.values()).count("favor") == 1


def test_what_is_chosen_is_forgotten_when_other_suggestions_come(hands):
    session = hands.window.session
    record = {"id": "a", "text": TEXT, "claims": [], "mentions": [{"start": 0, "end": 7, "label": "PERSON"}]}
    hands.press("Ctrl+Down")
    session.take_suggestions(session.labelled.article.id, record, ("tagger", "2"))
    assert not hands.bench.choosing.keys


def test_undo_of_a_long_name_brings_it_back_into_focus(hands):
    hands.press("A", "Ctrl+Z")
    assert states(hands, "Lee") == ["suggested"] * 3
    assert TEXT[slice(*hands.bench.acting()[0].value.span)] == "Lee" and len(hands.bench.acting()) == 3


def test_claims_are_decided_by_how_sure_they_are(hands):
    told = []

    def act(dialog):
        told.append(dialog.go.text())
        dialog.ceiling.setValue(50)
        told.append(dialog.go.text())
        QTest.keyClick(dialog.go, Qt.Key.Key_Return)

    in_dialog(SurenessDialog, act)
    hands.press("Ctrl+Shift+D")
    assert told == ["Accept 2 and reject 1  ↵", "Accept 2 and reject 2  ↵"]
    assert [item.state for item in hands.labelled.claims] == ["accepted", "accepted", "rejected", "rejected"]
    assert "2 accepted, 2 rejected" in hands.window.footer.hints.text()
    hands.press("Ctrl+Z")
    assert {item.state for item in hands.labelled.claims} == {"suggested"}


def test_nothing_is_decided_of_what_is_finished(hands):
    hands.finish()
    hands.press("Ctrl+A", "A", "X", "Ctrl+Shift+D")
    mine = hands.labelled.mine
    assert not mine.mentions and not mine.rejections and "finished" in hands.window.footer.hints.text()

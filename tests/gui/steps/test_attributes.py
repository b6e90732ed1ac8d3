"""A question that a scheme file alone brings: by keys, undone, merged, adjudicated, measured, exported, imported."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton

from annotator import store
from annotator.core import scheme as schemes
from annotator.core.annotation import ANSWERS, slot_value
from annotator.core.scheme import Attribute, Value
from annotator.formats.bring_in import bring_in
from annotator.formats.export import export
from annotator.gui.dialogs.finishing import FinishDialog
from annotator.labelling import edits
from annotator.labelling.session import Session
from annotator.review import decisions
from annotator.review.agreement import agreement
from annotator.review.disputes import actor_names, difference_lines, subjects
from annotator.store.check import check
from annotator.team import merging
from tests.conftest import TEXT, add_article, span_of
from tests.gui.conftest import in_dialog

FACTUALITY = {
    "of": "claim",
    "name": "factuality",
    "title": "Factuality",
    "key": "F",
    "required": True,
    "guideline": "Could somebody look it up?",
    "values": [
        {"name": "fact", "title": "fact", "key": "Alt+F"},
        {"name": "opinion", "title": "opinion"},
        {"name": "prediction", "title": "prediction"},
    ],
}
MORE = [
    {
        "of": "claim",
        "name": "topics",
        "title": "Topics",
        "kind": "several",
        "values": [{"name": "money", "title": "Money"}, {"name": "law", "title": "Law"}],
    },
    {"of": "mention", "name": "elected", "title": "Elected", "kind": "yes_no", "key": "L"},
    {"of": "answers", "name": "weight", "title": "Weight of the article", "kind": "number"},
]


def scheme_file(tmp_path, *attributes):
    data = json.loads(schemes.to_json(schemes.default(), whole=True))
    data["attributes"] += attributes
    path = tmp_path / "scheme.json"
    path.write_text(json.dumps(data), "utf-8")
    return path


def set_by_command(project, path):
    command = [sys.executable, "-m", "annotator", "scheme", str(project.path), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Set the scheme" in done.stdout
    return done.stdout


@pytest.fixture
def asked(project, tmp_path):
    """A project whose scheme asks for factuality, told so by a file alone."""
    add_article(project)
    set_by_command(project, scheme_file(tmp_path, FACTUALITY, *MORE))
    return project


def claim_of(session):
    return session.labelled.claims[0]


def with_a_claim(project, name, answer=None):
    """A session of an editor who has labelled one claim, and finished."""
    session = Session(project, name)
    session.open(session.listing()[0])
    session.do(edits.add_claim(session.labelled, span_of(TEXT, "the report was “pure fiction.”")))
    if answer is not None:
        factuality = session.scheme.attribute("claim", "factuality")
        session.do(edits.set_answer(session.labelled, [claim_of(session)], factuality, answer))
        weight = session.scheme.attribute("answers", "weight")
        session.do(edits.answer_article(session.labelled, weight, 4.5 if answer == "fact" else 5.0))
    session.finish()
    return session


def test_by_keys_and_undone(open_window, asked):
    hands = open_window(asked)
    hands.window.suggesting.serve(None)
    hands.select("the report was “pure fiction.”")
    hands.press("N", "Escape", "F")
    assert slot_value(claim_of(hands).value, "factuality") == "fact"
    assert hands.bench.card.answers["factuality"]["fact"].isChecked()
    hands.press("F")
    assert slot_value(claim_of(hands).value, "factuality") == "opinion"
    assert hands.window.actions_by_name["undo"].text() == "Undo “Set factuality”"
    hands.press("Ctrl+Z")
    assert slot_value(claim_of(hands).value, "factuality") == "fact"
    hands.press("F", "F", "F")  # opinion, prediction, none
    assert slot_value(claim_of(hands).value, "factuality") is None
    hands.press("Alt+F")
    assert slot_value(claim_of(hands).value, "factuality") == "fact"
    hands.click(hands.bench.card.answers["factuality"]["prediction"])
    assert slot_value(claim_of(hands).value, "factuality") == "prediction"
    assert check(asked) == []


def test_what_must_be_answered_is_asked_for_before_finishing(open_window, asked):
    hands = open_window(asked)
    hands.window.suggesting.serve(None)
    hands.select("the report was “pure fiction.”")
    hands.press("N", "Escape", "0")
    rows = []

    def look(dialog):
        rows.extend(dialog.list.item(row).text() for row in range(dialog.list.count()))
        QTest.keyClick(dialog.list, Qt.Key.Key_1)

    in_dialog(FinishDialog, look)
    hands.press("Ctrl+Return")
    assert hands.labelled.mine.finished is None
    assert rows[0] == "1   Factuality of the claim “the report was “pure fiction.””"
    title = hands.bench.card.titles["factuality"]
    assert title.palette().color(title.foregroundRole()).name() == hands.bench.card.theme.against
    hands.press("F")
    assert title.palette().color(title.foregroundRole()).name() != hands.bench.card.theme.against
    hands.finish()
    assert hands.labelled.mine.finished is not None


def test_one_of_many_is_chosen_from_a_list(open_window, project, tmp_path):
    add_article(project)
    many = [{"name": f"v{n}", "title": f"value {n}"} for n in range(6)]
    long = {"of": "claim", "name": "frame", "title": "A title that is much longer than the card has room for"}
    set_by_command(project, scheme_file(tmp_path, long | {"key": "J", "values": many}))
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    hands.select("the report was “pure fiction.”")
    hands.press("N", "Escape")

    def choose():
        dialog = QApplication.activeModalWidget()
        next(b for b in dialog.findChildren(QRadioButton) if b.text() == "value 4").click()
        dialog.accept()

    QTimer.singleShot(50, choose)
    hands.press("J")
    assert slot_value(claim_of(hands).value, "frame") == "v4" and hands.bench.card.written["frame"].text() == "value 4"
    for buttons in hands.bench.card.answers.values():  # the title takes no room from what can be answered
        assert all(button.width() >= button.sizeHint().width() for button in buttons.values())


def test_a_key_that_something_else_has_is_shown_nowhere(open_window, project, tmp_path):
    add_article(project)
    told = set_by_command(project, scheme_file(tmp_path, FACTUALITY | {"key": "S"}, MORE[0] | {"key": "alt+f"}))
    assert "The key alt+f of “Topics” is that of “Factuality: fact” already" in told
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    assert "keys that are taken" in hands.window.footer.hints.text()
    hands.select("the report was “pure fiction.”")
    hands.press("N", "Escape", "S")
    assert slot_value(claim_of(hands).value, "factuality") is None
    keys = [b.text() for b in hands.bench.card.findChildren(QPushButton) if b.property("key")]
    assert keys.count("S") == 1  # the source's


def row_words(hands):
    """The words that are painted on the first row of the entities."""
    from PySide6.QtGui import QPainter

    painted, original = [], QPainter.drawText
    QPainter.drawText = lambda self, *said: (painted.append(str(said[-1])), original(self, *said))[1]
    try:
        hands.bench.entities.viewport().grab()
    finally:
        QPainter.drawText = original
    return " ".join(painted)


def test_of_entities_and_of_the_article(open_window, asked):
    hands = open_window(asked)
    hands.window.suggesting.serve(None)
    hands.select("Ann Lee")
    hands.press("1", "Escape", "L")
    (mention,) = hands.labelled.mentions
    assert slot_value(mention.value, "elected") is True
    hands.press("L")
    assert slot_value(hands.labelled.mentions[0].value, "elected") is False
    assert "Elected: no" in hands.window.footer.hints.text()
    assert "Elected: no" in row_words(hands)
    hands.answer("4,5")
    hands.window.take_step("attribute answers weight")
    hands.qtbot.waitUntil(hands.window.isActiveWindow)
    assert hands.labelled.mine.answers[ANSWERS].attributes == (("weight", 4.5),)
    assert hands.window.header.title.text().endswith("Weight of the article: 4.5")
    hands.press("Ctrl+Z")
    assert hands.labelled.mine.answers == {} and "Weight" not in hands.window.header.title.text()
    assert check(asked) == []


def test_merged_adjudicated_measured_exported_and_imported(asked, tmp_path):
    asked.settle()
    paths = [tmp_path / "ben.annotator", tmp_path / "lead.annotator"]
    for path in paths:
        store.copy_of(asked.path, path)
    with_a_claim(asked, "anna", "fact").close()
    with_a_claim(store.open_project(paths[0]), "ben", "opinion").close()

    lead = Session(store.open_project(paths[1]), "lead")
    merging.merge_files(lead.project, [asked.path, paths[0]], lead.me)
    lead.refresh()
    review = lead.open_review(1)
    question = next(q for q in review.questions if q.slot == "factuality")
    assert {slot_value(v, "factuality") for v in review.groups[question.group].members.values()} == {"fact", "opinion"}
    anna = next(a for a, layer in review.versions.items() if "fact" in str(layer.claims))
    lead.do(decisions.take(lead.review, question, anna))
    assert lead.review.find(question.key).state == "decided"
    (gold,) = lead.review.gold.claims.values()
    assert slot_value(gold, "factuality") == "fact"
    assert lead.undo() == "Take factuality" and lead.review.find(question.key).state == "open"
    lead.redo()
    question = next(q for q in lead.review.questions if q.slot == "weight")
    assert decisions.neither(lead.review, question) is None  # the article is there in any case
    lead.do(decisions.take(lead.review, question, anna))
    assert lead.review.gold.answers[ANSWERS].attributes == (("weight", 4.5),)
    lead.finish()
    lead.leave_review()
    lines = list(difference_lines(lead.project, None))
    assert any("\tanswers\tweight\t" in line and "4.5" in line for line in lines)
    assert len(list(difference_lines(lead.project, None, as_json=True))) == len(lines)

    found = agreement(subjects(lead.project), actor_names(lead.project), replicates=0, asked=lead.scheme.attributes)
    assert found.overall.slots["article weight"].raw.value == 0
    slot = found.overall.slots["factuality"]
    assert slot.raw.value == 0 and slot.raw.n == 1
    assert slot.alpha.reason and found.pairs[0].slots["factuality"].kappa.reason  # one claim says little, and says so

    file = tmp_path / "gold.jsonl"
    export(lead.project, file, "jsonl", layer="gold")
    record = json.loads(file.read_text("utf-8"))
    assert record["claims"][0]["attributes"] == {"factuality": "fact"}
    new = store.create(tmp_path / "new.annotator", scheme=lead.scheme)
    bring_in(new, [file])
    again = tmp_path / "again.jsonl"
    export(new, again, "jsonl", layer="gold")
    assert record["attributes"] == {"weight": 4.5}
    read = json.loads(again.read_text("utf-8"))
    assert read["claims"] == record["claims"] and read["attributes"] == record["attributes"]
    for project in (lead.project, new):
        assert check(project) == []
        project.close()


def test_agreement_of_many_is_a_number(tmp_path):
    """κ and α of an attribute over thirty articles: as those of mode, which says the same."""
    found = _measured(tmp_path, lambda n: ("fact", "fact") if n % 3 else ("fact", "opinion"))
    slot, other = found.pairs[0].slots["factuality"], found.pairs[0].slots["mode"]
    assert slot.raw.value == other.raw.value == pytest.approx(20 / 30)
    assert slot.kappa.value == other.kappa.value and slot.alpha.value == other.alpha.value


def _measured(tmp_path, answers):
    new = Attribute("factuality", "Factuality", values=(Value("fact", "fact"), Value("opinion", "opinion")))
    base = schemes.default()
    project = store.create(tmp_path / "many.annotator", scheme=replace(base, attributes=(*base.attributes, new)))
    for number in range(30):
        add_article(project, f"{number} Ann said it is so.", f"a{number}")
    sessions = [Session(project, name) for name in ("anna", "ben")]
    for number, article in enumerate(sessions[0].listing()):
        for session, answer in zip(sessions, answers(number), strict=True):
            session.open(article)
            start = session.labelled.article.text.index("it is")
            session.do(edits.add_claim(session.labelled, (start, start + 5)))
            session.do(edits.set_answer(session.labelled, [claim_of(session)], new, answer))
            mode = session.scheme.attribute("claim", "mode")
            session.do(
                edits.set_answer(session.labelled, [claim_of(session)], mode, "direct" if answer == "fact" else "mixed")
            )
            session.finish()
    found = agreement(subjects(project), actor_names(project), replicates=0, asked=sessions[0].scheme.attributes)
    project.close()
    return found


def test_a_scheme_that_asks_for_less_keeps_what_there_is(asked, tmp_path):
    with_a_claim(asked, "anna", "prediction")
    fewer = replace_values(tmp_path, FACTUALITY | {"values": FACTUALITY["values"][:2]})
    said = set_by_command(asked, fewer)
    assert "1 claim answers “factuality” with prediction, which is none of the scheme's" in said
    said = set_by_command(asked, scheme_file(tmp_path))
    assert "They stay as they are" in said
    session = Session(asked, "anna")
    session.open(1)
    assert slot_value(claim_of(session).value, "factuality") == "prediction"
    assert check(asked) == []


def replace_values(tmp_path, attribute):
    return scheme_file(tmp_path, attribute)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "source"},
        {"name": "Two Words"},
        {"kind": "perhaps"},
        {"values": []},
        {"default": "no such"},
        {"values": [{"name": "fact", "title": "a"}, {"name": "fact", "title": "b"}]},
        {"name": "mode"},
        {"title": 7},
        {"more": 1},
        {"kind": "number", "values": [], "default": 10**400},
        {"kind": "number", "values": [], "default": float("nan")},
        {"kind": "text", "values": [], "default": "x" * 20_000},
        {"title": "\ud800"},
    ],
)
def test_a_scheme_file_that_is_none_is_refused_in_words(project, tmp_path, wrong):
    path = scheme_file(tmp_path, FACTUALITY | wrong)
    command = [sys.executable, "-m", "annotator", "scheme", str(project.path), str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and "scheme.json” cannot be used" in done.stderr and "A fault of" not in done.stderr
    assert project.scheme == schemes.default()

"""Names, titles and notes from others are shown as they are: nothing in them is read as HTML."""

import json
import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QToolTip

from annotator import store
from annotator.core import scheme as schemes
from annotator.formats.bring_in import bring_in
from annotator.gui.dialogs import common as dialogs
from annotator.gui.dialogs.reading import Page, Reader
from annotator.labelling import edits
from annotator.labelling.session import Session
from annotator.store import operations

HOSTILE = "<img src='/dev/zero'><a href='x'>y</a>"
DIALOGS = ("show_history", "set_actor", "set_target", "edit_note", "rename_actor", "show_keys", "show_guidelines")
DIALOGS += (
    "show_help",
    "team",
    "statistics",
    "show_dictionary",
    "choose_min_score",
    "export",
    "make_dataset",
    "help_dataset",
)
TEXT = f"A title {HOSTILE}\n\nAnn said it rains {HOSTILE} in Oslo.\n"


@pytest.fixture
def hostile(tmp_path):
    """A project in which every field says it."""
    data = json.loads(schemes.to_json(schemes.default(), whole=True))
    data["name"] = data["guidelines"] = HOSTILE
    data["labels"][0]["title"] = HOSTILE
    asked = {"title": HOSTILE, "guideline": HOSTILE, "values": [{"name": HOSTILE, "title": HOSTILE}]}
    data["attributes"] += [{"of": of, "name": f"own_{of}"} | asked for of in ("claim", "mention", "answers")]
    project = store.create(tmp_path / "p.annotator", HOSTILE, schemes.from_json(json.dumps(data)))
    record = {"id": HOSTILE, "text": TEXT, "title": HOSTILE, "source": HOSTILE, "date": HOSTILE, "address": HOSTILE}
    claim = {"source": [[0, 3]], "cue": [[4, 8]], "content": [[10, 30]], "mode": "indirect", "actor": HOSTILE}
    claim |= {"target": HOSTILE, "stance": "favor", "note": HOSTILE, "attributes": {"own_claim": HOSTILE}}
    mention = {"start": 0, "end": 7, "label": data["labels"][0]["name"], "actor": HOSTILE}
    mention |= {"attributes": {"own_mention": HOSTILE}}
    lines = [
        record
        | {"layer": f"{name}{HOSTILE}", "kind": "annotator", "finished": 1.0, "mentions": [mention]}
        | {"claims": [claim | {"note": f"{name}{HOSTILE}"}], "attributes": {"own_answers": HOSTILE}}
        for name in ("a", "b")
    ]
    lines[1]["claims"][0]["stance"] = "against"
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)))
    report = bring_in(project, [tmp_path / "in.jsonl"])
    assert report.layers == 2 and not report.left_out
    yield project
    project.close()


def labels():
    return [w for w in QApplication.allWidgets() if isinstance(w, QLabel) and w.isVisible() and w.text()]


def check_labels():
    found = labels()
    assert found
    for label in found:
        if label.textFormat() == Qt.TextFormat.RichText:
            assert "<img" not in label.text() and "<a " not in label.text(), label.text()
        else:
            assert label.textFormat() == Qt.TextFormat.PlainText, label.text()
            assert not re.search(r"</?(b|br|i|p|span)\b", label.text()), label.text()  # ours, shown as it is
    return "\n".join(label.text() for label in found)


def test_all_screens(open_window, hostile, qtbot, monkeypatch):
    hands = open_window()
    session = Session(hostile, "me")
    hands.window.show_session(session)
    hands.window.suggesting.serve(None)
    session.do(edits.add_claim(hands.labelled, (10, 30)))
    session.do(edits.set_actor(hands.labelled, [hands.labelled.claims[0]], HOSTILE, None))
    session.operate(operations.Set(HOSTILE, {"settings": {"x": 1}}))
    hands.bench.focus_on("claim", hands.labelled.claims[0].key)
    hands.window._show_state()
    assert "/dev/zero" in check_labels()
    seen = []

    def look(dialog):
        dialog.show()
        qtbot.wait(1)
        seen.append(check_labels())
        dialog.hide()
        return False

    with monkeypatch.context() as patch:
        patch.setattr(dialogs, "run", look)
        patch.setattr(QDialog, "exec", look)
        for name in DIALOGS:
            hands.window.take_step(name)
        for step in [s for s, _ in hands.window.menus.actions.values() if s.name.startswith("attribute ")]:
            hands.window.take_step(step.name)
        assert len(seen) >= len(DIALOGS) and any("/dev/zero" in said for said in seen)
        dialogs.confirm(hands.window, HOSTILE, HOSTILE, HOSTILE)
        assert "/dev/zero" in seen[-1]
    hands.window.take_step("review")
    qtbot.waitUntil(lambda: hands.window.in_review, timeout=20_000)
    assert "/dev/zero" in check_labels()


def test_a_tooltip(open_window, qtbot):
    open_window()
    QToolTip.showText(QPoint(10, 10), HOSTILE)
    qtbot.waitUntil(lambda: any(label.text() == HOSTILE for label in labels()))
    check_labels()
    QToolTip.hideText()


def test_a_page_loads_nothing_and_asks_before_it_opens_an_address(open_window, monkeypatch):
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    asked, opened = [], []
    monkeypatch.setattr(dialogs, "confirm", lambda parent, question, more, yes: asked.append(more) or len(asked) > 1)
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    reader = Reader(open_window().window, "x", "![a](/dev/zero) [b](http://example.org/) <img src='/dev/zero'>")
    page = reader.findChild(Page)
    assert page.loadResource(2, QUrl("/dev/zero")) is None and "<img src='/dev/zero'>" in page.toPlainText()
    for address in ("file:///etc/passwd", "http://example.org/", "http://example.org/"):
        page.anchorClicked.emit(QUrl(address))
    assert asked == ["http://example.org/"] * 2 and opened == [QUrl("http://example.org/")]

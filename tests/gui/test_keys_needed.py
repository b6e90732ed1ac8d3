"""How many keys an editor needs for an article: a scripted one labels it whole, through the real window."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.formats.bring_in import bring_in
from annotator.gui.dialogs.common import Picker
from annotator.labelling.open_questions import open_questions
from tests.gui.conftest import in_dialog
from tests.measure.gold import GOLD, SAMPLE

# By where the cue begins: the side that is taken, and towards whom. Where nothing stands there is none.
SIDES = {71: ("Ctrl+3", "Putin"), 1099: ("Ctrl+3", "Putin"), 1181: ("Ctrl+3", "Putin"), 2085: ("Ctrl+3", "Islamist")}
MOST_KEYS, MOST_KEYS_OF_ENTITIES = 80, 60


class Editor:
    """Presses keys, and counts them: each letter that is typed is one, too."""

    def __init__(self, hands):
        self.hands, self.keys = hands, 0

    def press(self, *keys):
        self.keys += len(keys)
        self.hands.press(*keys)

    def name(self, key, words):
        """Asks for a name by a key, types so much of it and takes the best match."""
        self.keys += len(words) + 2

        def act(dialog):
            QTest.keyClicks(dialog.field, words)
            QTest.keyClick(dialog.field, Qt.Key.Key_Return)

        in_dialog(Picker, act)
        self.hands.press(key)

    def go_to(self, name):
        """Goes to the row of a name in the list of entities."""
        listed = self.hands.bench.entities.entities
        words = [listed.words(group) for group in listed.groups]
        by = words.index(name) - listed.row_of(self.hands.bench.key)
        pages = round(by / 10)
        if 0 <= listed.row_of(self.hands.bench.key) + 10 * pages < len(words):
            self.press(*["PgDown" if pages > 0 else "PgUp"] * abs(pages))
            by -= 10 * pages
        self.press(*["Down" if by > 0 else "Up"] * abs(by))
        assert listed.words(listed.group_of(self.hands.bench.key)) == name

    def find(self, words):
        """Looks for words in the article, and leaves them selected."""
        self.keys += len(words) + 2
        self.hands.press("Ctrl+F")
        QTest.keyClicks(self.hands.bench.find_bar.field, words)
        QTest.keyClick(self.hands.bench.find_bar.field, Qt.Key.Key_Escape)


@pytest.fixture
def seed(open_window, project, shared):
    bring_in(project, [shared / "data" / "articles" / "seed.txt"])
    hands = open_window(project)
    hands.wait_for_suggestions()
    return hands


def said_by(value):
    """Source, cue and content."""
    return [[list(span) for span in slot] for slot in (value.source, value.cue, value.content)]


def test_the_sample_article_is_labelled_whole_in_80_keys(seed, qtbot, capsys):
    gold = json.loads(SAMPLE.read_text("utf-8"))["claims"]
    wanted = {claim["cue"][0][0]: [claim[slot] for slot in ("source", "cue", "content")] for claim in gold}
    editor = Editor(seed)
    for _ in seed.labelled.claims:
        value = seed.bench.item().value
        begin = value.cue[0][0] if value.cue else None
        if wanted.get(begin) != said_by(value):
            editor.press("X")
        elif begin in SIDES:
            side, towards = SIDES[begin]
            editor.press(side)
            editor.name("O", towards[:3])
            editor.press("Tab")
        else:
            editor.press("A")
    for words in ("ned about", "fears"):  # two that were not suggested, by their cues
        editor.find(words)
        before = set(seed.labelled.mine.claims)
        editor.press("Shift+N")
        (made,) = set(seed.labelled.mine.claims) - before
        qtbot.waitUntil(lambda made=made: bool(seed.labelled.mine.claims[made].content), timeout=30_000)
    # Of the last one a clause was left out: its second piece goes, and the first one reaches to the end.
    editor.press("E", "E", "E", "Shift+X", "E", "Shift+Down", "Shift+Down")
    editor.press("Alt+2")
    for name, label in (("NSV", "WORK"), ("Utyos", "WORK"), ("Bokhtar", "GPE")):
        editor.go_to(name)
        editor.press(next(one.key for one in seed.window.session.scheme.labels if one.name == label))
    editor.press("Ctrl+Shift+A")
    found = {value.cue[0][0]: said_by(value) for value in seed.labelled.mine.claims.values()}
    assert found == wanted
    sides = {v.cue[0][0]: v.stance for v in seed.labelled.mine.claims.values() if v.stance}
    assert sides == dict.fromkeys(SIDES, "against")
    towards = {seed.bench.name_of(v.target) for v in seed.labelled.mine.claims.values() if v.stance}
    assert towards == {"Vladimir Putin", "Islamist"}
    assert all(item.decided for item in (*seed.labelled.claims, *seed.labelled.mentions))
    with capsys.disabled():
        print(f"\n{editor.keys} keys for {len(found)} claims and {len(seed.labelled.mine.mentions)} entities")
    assert editor.keys <= MOST_KEYS
    assert [q for q in open_questions(seed.labelled, seed.window.session.scheme) if "stance" in q.what.lower()] == []


def test_the_entities_of_a_long_article_are_decided_in_60_keys(open_window, project, shared, capsys):
    key, gold = max(json.loads(GOLD.read_text("utf-8")).items(), key=lambda pair: len(pair[1]["entities"]))
    bring_in(project, [shared / "data" / "polnear" / "dev" / "text" / f"{key}.txt"])
    hands = open_window(project)
    hands.wait_for_suggestions()
    editor, right = Editor(hands), {(start, end): label for start, end, label in gold["entities"]}
    number = len(hands.labelled.mentions)
    keys = {label.name: label.key for label in hands.window.session.scheme.labels}
    editor.press("Alt+2")
    model = hands.bench.entities.entities
    for row in [model.words(group) for group in model.groups]:
        group = next((one for one in model.groups if model.words(one) == row), None)
        if group is None or not group.open:
            continue
        # What the name is in most of its places; one that is none in any goes.
        meant = [right[item.value.span] for item in group.items if item.value.span in right]
        common = max(set(meant), key=meant.count, default=None)
        if common is None or set(group.labels) != {common}:
            editor.go_to(row)
            editor.press("X" if common is None else keys[common])
    editor.press("Ctrl+Shift+A")
    assert all(item.decided for item in hands.labelled.mentions)
    kept = list(hands.labelled.mine.mentions.values())
    agree = sum(right.get(value.span) == value.label for value in kept)
    with capsys.disabled():
        print(f"\n{editor.keys} keys for {number} entities; {agree} of the {len(kept)} kept are as in the gold")
    assert number >= 100 and editor.keys <= MOST_KEYS_OF_ENTITIES
    assert agree >= 0.95 * len(kept)

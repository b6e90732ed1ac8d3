"""Every step of the window: where it stands, what does it, and that it is enabled exactly while it is possible."""

import ast
import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import annotator
from annotator.gui.stepping import MENUS, STEPS, Activity, Situation
from annotator.labelling import edits
from annotator.labelling.session import Session
from annotator.suggest.keeping import add_suggestions
from tests.conftest import add_article
from tests.labelling.test_edits import suggestions

ROOT = Path(annotator.__file__).parent


@pytest.fixture
def hands(open_window, project):
    article = add_article(project)
    add_suggestions(project, article, suggestions(), ("model", "1"))
    for name in ("ben", "cleo"):
        session = Session(project, name)
        session.open(article)
        session.do(edits.accept(session.labelled, session.labelled.claims[: 1 if name == "ben" else 2]))
        session.finish()
    hands = open_window(project)
    hands.window.suggesting.serve(None)
    return hands


def enabled(window):
    return {name for name, action in window.actions_by_name.items() if action.isEnabled()}


def possible(window):
    return {step.name for step, _ in window.menus.actions.values() if step.when(window.situation())}


def test_every_step_has_a_place_and_a_function(hands):
    titles = [name.replace("&", "") for name in MENUS]
    for step, action in hands.window.menus.actions.values():
        assert callable(step.do) and step.menu in titles and step.text and action.toolTip()
        listed = action in hands.window.menus.menus[step.menu].actions()
        assert listed == step.listed, step.name
        assert step.listed or step.places, step.name  # what no menu lists is offered elsewhere


def test_without_a_project_only_what_begins_one_is_enabled(open_window):
    start = open_window()
    assert enabled(start.window) == possible(start.window)
    assert {"new_project", "open_sample", "show_keys", "close_window"} <= enabled(start.window)
    assert not {"accept", "export", "undo", "review", "finish_and_next", "search"} & enabled(start.window)


def test_steps_are_enabled_exactly_while_they_are_possible(hands):
    window = hands.window
    assert window.activity is Activity.LABELLING and enabled(window) == possible(window)
    assert {"accept", "set_source", "review", "export", "edit_note", "label PERSON"} <= enabled(window)
    assert not {"undo", "redo", "take_1", "leave_review", "reopen_article", "untrain"} & enabled(window)
    hands.press("A")
    assert "undo" in enabled(window) and enabled(window) == possible(window)
    hands.press("Ctrl+Z")
    assert {"redo"} <= enabled(window) and "undo" not in enabled(window)
    hands.window.workbench.focus_on("mention", hands.labelled.mentions[0].key)
    assert not {"edit_note", "set_target"} & enabled(window) and enabled(window) == possible(window)
    hands.finish()
    assert "reopen_article" in enabled(window) and enabled(window) == possible(window)

    hands.press("Ctrl+R")
    hands.qtbot.waitUntil(lambda: window.in_review, timeout=10_000)
    assert enabled(window) == possible(window)
    assert {"take_1", "take_none", "leave_review", "search", "agreement"} <= enabled(window)
    assert not {"accept", "set_source", "import_files", "label PERSON", "attribute claim mode"} & enabled(window)
    hands.press("E")
    assert window.activity is Activity.GOLD_BY_HAND and enabled(window) == possible(window)
    assert {"accept", "set_source", "finish_and_next"} <= enabled(window)
    assert not {"take_1", "train", "remember", "reopen_article"} & enabled(window)


def test_a_step_that_is_not_possible_does_nothing(hands):
    before = hands.labelled
    for step, _ in list(hands.window.menus.actions.values()):
        if not step.when(hands.window.situation()):
            hands.window.take(step)
    assert hands.labelled == before and not hands.window.in_review
    assert QApplication.activeModalWidget() is None


def test_no_condition_fails_in_any_situation():
    choices = (list(Activity), (False, True), (False, True), (None, "claim", "mention"), (False, True), (False, True))
    for activity, project, lead, focus, finished, trained in product(*choices):
        for undo in (None, "x"):
            now = Situation(activity, project, lead, focus, finished, trained, undo, undo)
            for step in STEPS:
                assert step.when(now) in (True, False)
                assert step.said is None or step.said(now)


def test_no_steps_name_occurs_outside_its_declaration():
    """As a text in the code: names of functions are the language's own."""
    names = {step.name for step in STEPS} - {"review", "search", "copy", "team", "undo", "redo", "merge", "train"}
    names -= {"export", "accept", "reject", "agreement", "about", "remember"}  # words that mean other things, too
    for path in sorted([*(ROOT / "gui").rglob("*.py"), *(ROOT / "cli").rglob("*.py"), ROOT / "demo.py"]):
        held = [n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant)]
        found = [name for name in names if held.count(name) > (1 if f"gui{'/'}steps" in path.as_posix() else 0)]
        assert found == [], (path, found)


def test_surfaces_know_no_names():
    """The window, menus, bottom line, start page, cards: none looks a step up by its name."""
    for path in sorted((ROOT / "gui").rglob("*.py")):
        if path.parent.name != "steps" and path.name not in ("stepping.py", "window.py"):
            assert not re.search(r"take_step|\.named\(", path.read_text("utf-8")), path

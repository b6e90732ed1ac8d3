"""An editor labels an article from start to finish with keys alone, in the real window with the real model."""

import json
import subprocess
import sys

from annotator.formats.bring_in import paste
from annotator.store.check import check

TEXT = (
    "The bridge in the valley\n"
    "Mayor Anna Berg said the bridge was safe. The price, she said, was fair and final. "
    "Omar Haddad told reporters on Monday that the bridge “will fall.” Nobody else came.\n"
)

LATER = """
import json, sys
from pathlib import Path
from annotator import store
from annotator.labelling.session import Session
from annotator.formats.export import export
session = Session(store.open_project(Path(sys.argv[1])), "anna")
print(json.dumps([session.next_turns()[0], session.undo(), session.undo()]))
export(session.project, Path(sys.argv[2]), "jsonl")
"""


def spans(*parts):
    found = []
    for part in parts:
        part, nth = part if isinstance(part, tuple) else (part, 0)
        start = -1
        for _ in range(nth + 1):
            start = TEXT.index(part, start + 1)
        found.append([start, start + len(part)])
    return found


def claim(source, cue, content, mode, actor, stance=None, target=None, **more):
    return {
        "source": spans(*source),
        "cue": spans(*cue),
        "content": spans(*content),
        "mode": mode,
        "actor": actor,
        "stance": stance,
        "target": target,
        "score": None,
    } | more


def test_a_whole_article_by_keys(open_window, project, tmp_path):
    paste(project, TEXT)
    paste(project, "Another article.\nIt waits for its turn.")
    hands = open_window(project)
    hands.wait_for_suggestions()
    first = hands.labelled.article.id
    contents = [TEXT[i.value.content[0][0] : i.value.content[0][1]] for i in hands.labelled.claims]
    assert contents[0] == "the bridge was safe"
    # The first claim is in focus and right: accept it, give it a stance towards the bridge.
    assert hands.bench.item() is hands.labelled.claims[0]
    hands.answer("the bridge")
    hands.press("T", "O")
    assert hands.labelled.claims[0].state == "changed"
    # Reject every other suggested claim; they are made by hand below.
    hands.press("Tab")
    for _ in range(len(contents) - 1):
        hands.press("X")
    assert [i.state for i in hands.labelled.claims] == ["changed"] + ["rejected"] * (len(contents) - 1)
    # A claim with content on both sides of its cue, and a pronoun for a source.
    hands.select("The price")
    hands.press("N")
    hands.select("was fair and")
    hands.press("Shift+W")
    hands.select("she")
    hands.press("S")
    hands.select("said", 1)
    hands.press("C", "Escape")
    hands.answer("anna b", "Return")
    hands.press("R")
    # Its content ends a word too early: choose the last piece's end and move it.
    hands.press("E", "E", "E", "Shift+Right")
    # A third claim: mixed by its quotation marks, then called direct on purpose, and the last change undone and redone.
    hands.select("that the bridge “will fall.”")
    hands.press("N", "Escape")
    assert hands.bench.item().value.mode == "mixed"
    hands.press("M")
    assert hands.bench.item().value.mode == "direct"
    hands.press("Ctrl+Z")
    assert hands.bench.item().value.mode == "mixed"
    hands.press("Ctrl+Shift+Z")
    assert hands.bench.item().value.mode == "direct"
    hands.press("0")
    # The entities: one gets rejected, the rest accepted at once. Days are not suggested.
    hands.press("Alt+2")
    words = [TEXT[m.value.start : m.value.end] for m in hands.labelled.mentions]
    assert "Omar Haddad" in words and "Monday" not in words
    while TEXT[hands.bench.item().value.start : hands.bench.item().value.end] != "Omar Haddad":
        hands.press("Down")
    hands.press("X", "Ctrl+Shift+A")
    hands.finish()
    assert hands.labelled.article.id != first
    hands.window.close()

    # A new process finds it all, undoes the last thing (finishing) and the one before (accepting the entities).
    out = tmp_path / "out.jsonl"
    later = subprocess.run(
        [sys.executable, "-c", LATER, str(project.path), str(out)], capture_output=True, text=True, check=True
    )
    accepted = f"Accept {len(words) - 1} entities" if len(words) > 2 else "Accept entity"
    assert json.loads(later.stdout) == ["Finish article", "Finish article", accepted]
    record = json.loads(out.read_text("utf-8").split("\n")[0])
    assert record["text"] == TEXT and record["layer"] == "anna" and "finished" not in record
    assert record["mentions"] == []
    assert record["claims"] == [
        claim(["Mayor Anna Berg"], ["said"], ["the bridge was safe"], "indirect", "Anna Berg", "favor", "the bridge"),
        claim(["she"], [("said", 1)], ["The price", "was fair and final"], "indirect", "Anna Berg"),
        claim([], [], ["that the bridge “will fall.”"], "direct", None, implicit=True),
    ]
    from annotator import store

    opened = store.open_project(project.path)
    assert check(opened) == []
    opened.close()

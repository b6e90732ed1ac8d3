"""Every step an editor can take in the window: its name, its keys and where it stands in the menus.

One table for menus, tooltips, the bottom line and the sheet of keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["window", "side", "review"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step, by its `name` in `steps`, `review.bench` or `project_steps`. `where` its keys work: in the whole window
    (but not in a text field), while the claims and entities have the focus, or while differences are reviewed."""

    name: str
    text: str
    keys: tuple[str, ...]
    menu: str
    hint: str = ""
    where: Where = "window"


STEPS: tuple[Step, ...] = (
    Step("new_project", "New project…", ("Ctrl+N",), "Project", "Make a new project file"),
    Step("open_project", "Open project…", ("Ctrl+O",), "Project", "Open a project file"),
    Step("open_sample", "Open the sample project", (), "Project", "Five articles to try everything on"),
    Step("import_files", "Import articles…", ("Ctrl+I",), "Project", "Bring text, CSV or JSONL files in"),
    Step("import_folder", "Import a folder…", (), "Project", "Bring all readable files of a folder in"),
    Step("paste_article", "Paste as new article", ("Ctrl+Shift+V",), "Project", "Make an article of the copied text"),
    Step("export", "Export dataset…", ("Ctrl+E",), "Project", "Write your decisions as a dataset"),
    Step("merge", "Merge files…", ("Ctrl+M",), "Project", "Take the work of others in"),
    Step("team", "Team…", ("Ctrl+T",), "Project", "Who works here, who labels what, packages for others"),
    Step("close_window", "Quit", ("Ctrl+Q",), "Project"),
    Step("undo", "Undo", ("Ctrl+Z",), "Edit", "Take the last edit back"),
    Step("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", "Do it again"),
    Step("copy", "Copy", ("Ctrl+C",), "Edit", "Copy the selected text"),
    Step("search", "Search articles", ("Ctrl+K",), "Article", "Find articles by words, or by key"),
    Step("next_article", "Next article", ("Ctrl+PgDown", "Alt+Down"), "Article"),
    Step("previous_article", "Previous article", ("Ctrl+PgUp", "Alt+Up"), "Article"),
    Step("finish_and_next", "Finish and next", ("Ctrl+Return", "Ctrl+Enter"), "Article", "Mark as done, open the next"),
    Step("reopen_article", "Reopen article", (), "Article", "Take the mark of being done away"),
    Step("next_undecided", "Next undecided", ("Tab",), "Decide", "Go to the next suggestion to decide"),
    Step("previous_undecided", "Previous undecided", ("Shift+Tab",), "Decide"),
    Step("next_item", "Next claim or entity", ("Down",), "Decide", where="side"),
    Step("previous_item", "Previous claim or entity", ("Up",), "Decide", where="side"),
    Step("accept", "Accept", ("A",), "Decide", "Take the suggestion as it is"),
    Step("reject", "Reject or delete", ("X", "Del"), "Decide", "Decide against it; what you made is deleted"),
    Step("undecide", "Make undecided again", ("U",), "Decide"),
    Step("remember", "Remember for the project", ("D",), "Decide", "This name or cue, or that it is none"),
    Step("accept_entities", "Accept all open entities", ("Ctrl+Shift+A",), "Decide", "All of this article, one undo"),
    Step("new_claim", "New claim from selection", ("N",), "Claim", "Select what was said, then press N"),
    Step("set_source", "Source from selection", ("S",), "Claim", "Who says it; without a selection, its edges"),
    Step("set_cue", "Cue from selection", ("C",), "Claim", "The word that says so; without a selection, its edges"),
    Step("set_content", "Content from selection", ("W",), "Claim", "What is said; without a selection, its edges"),
    Step("add_source", "Add to source", ("Shift+S",), "Claim", "A further piece of the source"),
    Step("add_cue", "Add to cue", ("Shift+C",), "Claim", "A further piece of the cue"),
    Step("add_content", "Add to content", ("Shift+W",), "Claim", "A further piece of the content"),
    Step("no_source", "No source", ("0",), "Claim", "The text does not say who says it"),
    Step("set_actor", "Actor…", ("R",), "Claim", "Whom the source or entity refers to"),
    Step("next_mode", "Mode: quoted, reported, mixed", ("M",), "Claim", "The next mode"),
    Step("next_stance", "Stance: favor, neutral, against, none", ("T",), "Claim", "The next stance"),
    Step("set_target", "Stance towards…", ("O",), "Claim", "Whom or what the stance is towards"),
    Step("edit_note", "Note…", ("I",), "Claim", "A remark on this claim"),
    Step("next_edge", "Next edge", ("E",), "Edges", "Choose the edge that the arrows move"),
    Step("edge_word_left", "Edge a word left", ("Shift+Left",), "Edges", where="side"),
    Step("edge_word_right", "Edge a word right", ("Shift+Right",), "Edges", where="side"),
    Step("edge_clause_left", "Edge a clause left", ("Shift+Up",), "Edges", where="side"),
    Step("edge_clause_right", "Edge a clause right", ("Shift+Down",), "Edges", where="side"),
    Step("edge_left", "Edge a character left", ("Ctrl+Shift+Left",), "Edges", where="side"),
    Step("edge_right", "Edge a character right", ("Ctrl+Shift+Right",), "Edges", where="side"),
    Step("remove_piece", "Remove this piece", ("Shift+X",), "Edges", "Takes the chosen piece out of the claim"),
    Step("agreement", "Agreement…", ("Ctrl+G",), "Review", "How far editors agree, with plots and cases"),
    Step("review", "Review differences", ("Ctrl+R",), "Review", "Go through what editors disagree on"),
    Step("take_1", "Take version 1 (2 to 9: another)", ("1",), "Review", where="review"),
    Step("take_2", "Take version 2", ("2",), "Review", where="review"),
    Step("take_3", "Take version 3", ("3",), "Review", where="review"),
    Step("take_4", "Take version 4", ("4",), "Review", where="review"),
    Step("take_5", "Take version 5", ("5",), "Review", where="review"),
    Step("take_6", "Take version 6", ("6",), "Review", where="review"),
    Step("take_7", "Take version 7", ("7",), "Review", where="review"),
    Step("take_8", "Take version 8", ("8",), "Review", where="review"),
    Step("take_9", "Take version 9", ("9",), "Review", where="review"),
    Step("take_version", "Take all of the version in focus", ("Return", "Enter"), "Review", where="review"),
    Step("take_none", "Neither: nothing here", ("0",), "Review", where="review"),
    Step("edit_gold", "Edit it yourself", ("E",), "Review", where="review"),
    Step("next_version", "Next version in focus", ("Right",), "Review", where="review"),
    Step("previous_version", "Previous version in focus", ("Left",), "Review", where="review"),
    Step("next_difference", "Next difference", ("N", "Tab", "Down"), "Review", where="review"),
    Step("previous_difference", "Previous difference", ("P", "Shift+Tab", "Up"), "Review", where="review"),
    Step("undo_decision", "Undo the last decision", ("U",), "Review", where="review"),
    Step("note_difference", "Note on this difference…", ("Q",), "Review", where="review"),
    Step("take_agreed", "Take what all agree on", ("G",), "Review", where="review"),
    Step("decide_edges", "Rule: of edges that differ by signs, the longer…", (), "Review", where="review"),
    Step("decide_majority", "Rule: the majority of three or more…", (), "Review", where="review"),
    Step("anonymous", "Hide or show names", (), "Review", where="review"),
    Step("leave_review", "Back to the articles", ("Escape",), "Review", where="review"),
    Step("statistics", "Statistics…", (), "Review", "What each annotator did, and how long it took"),
    Step("show_history", "History…", ("H",), "View", "Who did what to it, and the way back"),
    Step("go_to_text", "Go to the text", ("V",), "View", "Arrows move, Shift and arrows select"),
    Step("go_to_side", "Back to the claims", ("Escape",), "View"),
    Step("next_pane", "Next pane", ("F6",), "View"),
    Step("show_claims", "Claims", ("Alt+1",), "View"),
    Step("show_entities", "Entities", ("Alt+2",), "View"),
    Step("show_actors", "Actors", ("Alt+3",), "View"),
    Step("rename_actor", "Rename actor…", ("F2",), "View", "The actor of the claim or entity in focus"),
    Step("larger", "Larger text", ("Ctrl++", "Ctrl+="), "View"),
    Step("smaller", "Smaller text", ("Ctrl+-",), "View"),
    Step("theme_system", "Colours as the system", (), "View"),
    Step("theme_light", "Light colours", (), "View"),
    Step("theme_dark", "Dark colours", (), "View"),
    Step("suggest_again", "Suggest again for this article", ("Ctrl+Shift+R",), "Suggest", "What you decided stays"),
    Step("suggest_all", "Suggest for all articles", (), "Suggest", "Let the model work through the whole queue"),
    Step("choose_least", "More or fewer suggestions…", (), "Suggest", "From how probable on claims are shown"),
    Step("show_dictionary", "Project dictionary…", (), "Suggest", "Names and cues that the project knows"),
    Step("train", "Train on your finished articles…", (), "Suggest", "Suggestions get better by what you decided"),
    Step("untrain", "Take the last training back", (), "Suggest", "Suggest as before it"),
    Step("show_guidelines", "Guidelines", ("F1",), "Help", "What to label, and how"),
    Step("show_keys", "All keys", ("?",), "Help"),
    Step("show_help", "Help", ("Shift+F1",), "Help"),
    Step("show_team_help", "Working as a team", (), "Help"),
    Step("about", "About Annotator", (), "Help"),
)

UNLISTED = tuple(f"take_{n}" for n in range(2, 10))  # like the one before them; the menu names the first

# In the menus a line stands before each of these.
APART = frozenset(
    (
        *("import_files", "export", "close_window", "copy", "finish_and_next", "accept", "remember"),
        *("add_source", "set_actor", "next_mode", "edge_word_left", "remove_piece"),
        *("take_1", "next_version", "undo_decision", "anonymous", "statistics"),
        *("go_to_text", "show_claims", "larger", "theme_system", "choose_least", "train", "about"),
    )
)

BY_NAME = {step.name: step for step in STEPS}
# The menus with the letters that open them with Alt.
MNEMONICS = {
    name.replace("&", ""): name
    for name in (
        *("&Project", "&Edit", "&Article", "&Decide", "&Claim", "E&ntity", "Ed&ges"),
        *("&Review", "&View", "&Suggest", "&Help"),
    )
}
MENUS = tuple(dict.fromkeys(step.menu for step in STEPS))


def shown(keys: str) -> str:
    """A key as it is printed on keyboards: "Ctrl ↵", "⇧ ←"."""
    signs = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Return": "↵", "Enter": "↵", "Escape": "Esc"}
    if keys in ("Ctrl++", "Ctrl+-"):
        return keys.replace("+", " ", 1)
    return " ".join(signs.get(part, part) for part in keys.split("+"))


def tip(step: Step) -> str:
    """A tooltip: what it does, and its key."""
    hint = step.hint or step.text.rstrip("…")
    return f"{hint} ({shown(step.keys[0])})" if step.keys else hint

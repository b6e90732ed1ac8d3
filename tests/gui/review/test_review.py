"""Differences decided in the real window, by keys."""

import json
import shutil
from dataclasses import replace
from itertools import combinations, permutations

import pytest

from annotator import store
from annotator.core.annotation import Change, Edit
from annotator.formats.bring_in import bring_in
from annotator.formats.export import export
from annotator.gui.dialogs import common as dialogs
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.review.agreement import Case, agreement
from annotator.review.decisions import EDGES
from annotator.review.disputes import actor_names, subjects
from annotator.store import layers
from annotator.store.check import check
from annotator.suggest.keeping import add_suggestions
from annotator.team import members, merging, packages
from tests.conftest import TEXT, add_article, span_of
from tests.gui.conftest import in_dialog
from tests.store.merging.test_merge import suggestions


def label(project, name, steps, finish=True, article=1):
    session = Session(project, name)
    session.open(article)
    for step in steps:
        step(session)
    if finish:
        session.finish()
    return session


def claim(content, source=None, cue=None, **more):
    def step(session):
        text = session.labelled.article.text
        session.do(editing.add_claim(session.labelled, span_of(text, content)))
        item = max(session.labelled.claims, key=lambda i: i.value.content == (span_of(text, content),))
        fields = more | {k: (span_of(text, v),) for k, v in (("source", source), ("cue", cue)) if v}
        if fields:
            session.do(editing.revise(session.labelled, item, "Set", **fields))

    return step


LEE = ("the report was “pure fiction.”", "Minister Ann Lee", "said")


@pytest.fixture
def disputed(project):
    """Two that agree on one claim, differ on the edge and the stance of another, and one has a third."""
    add_article(project)
    agreed = claim("the ship was empty", "the coast guard", "According to")
    label(project, "anna", [agreed, claim(*LEE, stance="against"), claim("denied it", "Omar Ćosić")])
    label(project, "ben", [agreed, claim("the report was “pure fiction.", *LEE[1:], stance="neutral")])
    return project


def review(hands):
    hands.press("Ctrl+R")
    hands.qtbot.waitUntil(lambda: hands.window.in_review, timeout=10_000)
    return hands.window.reviewing


@pytest.fixture
def hands(open_window, disputed):
    """At the review, as a lead."""
    hands = open_window()
    hands.window.show_session(Session(disputed, "lead"))
    hands.window.suggesting.serve(None)
    review(hands)
    return hands


def asked(hands):
    question = hands.window.reviewing.question()
    return question and question.slot


def gold(project):
    with project.reading() as connection:
        author = next(a for _, a, _ in layers.of_article(connection, 1) if a == gold_author(connection))
        return layers.load(connection, 1, author)


def gold_author(connection):
    from annotator.store import authors

    return authors.gold(connection)


def test_what_all_agree_on_is_gold_and_quiet(hands, disputed):
    assert [TEXT[slice(*c.content[0])] for c in gold(disputed).claims.values()] == ["the ship was empty"]
    assert hands.window.header.progress_label.text() == "0 of 3 differences decided"
    assert asked(hands) == "content"
    assert "edge quotes only" in hands.window.reviewing.side.what.text()


def test_decided_by_keys_and_undone(hands, disputed):
    hands.press("1")
    assert asked(hands) == "stance"
    hands.press("2")
    assert asked(hands) == "found"
    hands.press("0")
    assert hands.window.header.progress_label.text() == "3 of 3 differences decided"
    one = next(c for c in gold(disputed).claims.values() if c.stance)
    assert (TEXT[slice(*one.content[0])], one.stance, one.source) == (LEE[0], "neutral", (span_of(TEXT, LEE[1]),))
    hands.press("U", "U")
    assert hands.window.header.progress_label.text() == "1 of 3 differences decided"
    assert asked(hands) == "stance"  # what was undone last
    hands.press("Ctrl+Shift+Z")
    assert hands.window.header.progress_label.text() == "2 of 3 differences decided"
    assert check(disputed) == []


def test_all_of_a_version_or_of_the_proposal(hands, disputed):
    hands.press("Left", "Return")  # the version before gold: ben's
    assert asked(hands) == "found"
    one = next(c for c in gold(disputed).claims.values() if c.stance)
    assert (TEXT[slice(*one.content[0])], one.stance) == (LEE[0][:-1], "neutral")
    hands.press("Return")
    assert len(gold(disputed).claims) == 3


def test_editing_by_hand_with_the_keys_of_the_workbench(hands, disputed):
    hands.press("E")
    assert not hands.window.in_review and hands.window.session.review is not None
    hands.press("T", "M")
    hands.answer("a remark", "Ctrl+Return")
    hands.press("I", "Escape")
    assert hands.window.in_review and asked(hands) == "found"
    (one,) = [c for c in gold(disputed).claims.values() if c.note]
    assert one.note == "a remark"
    hands.press("Escape")
    assert hands.window.session.review is None and not hands.window.in_review
    assert hands.window.session.labelled.mine.claims == {}  # the lead's own labels, of which there are none


def test_rules_are_previewed(hands, disputed, monkeypatch):
    told = []
    monkeypatch.setattr(dialogs, "confirm", lambda parent, *words: told.append(words) or True)
    hands.window.take_step("decide_edges")
    assert told[0][0] == f"Decide by rule: {EDGES}: 1 decision"
    assert asked(hands) == "stance"
    hands.press("Ctrl+Z")
    assert hands.window.header.progress_label.text() == "0 of 3 differences decided"


def test_a_note_is_left_and_found(hands):
    hands.answer("which edge?", "Ctrl+Return")
    hands.press("Q")
    bench = hands.window.reviewing
    assert bench.side.tabs.tabText(2) == "Notes 1" and "which edge?" in bench.side.notes.text()
    assert "to discuss: which edge?" in bench.side.what.text()
    assert hands.window.header.progress_label.text() == "0 of 3 differences decided"


def test_finding_differences(hands):
    bench = hands.window.reviewing
    hands.press("Ctrl+K")
    hands.type("neutral stance")
    assert bench.side.tabs.tabText(0) == "Difference 1 of 1" and asked(hands) == "stance"
    bench.lists.search.setText("edges")
    assert asked(hands) == "content"
    bench.lists.search.setText("nothing like it")
    assert "No difference fits" in bench.side.what.text()
    bench.lists.search.clear()
    hands.click(bench.lists.kinds.viewport(), bench.lists.kinds.visualItemRect(bench.lists.kinds.item(0)).center())
    assert bench.side.tabs.tabText(0) == "Difference 1 of 1"


def test_names_can_be_hidden(hands):
    hands.window.take_step("anonymous")
    bench = hands.window.reviewing
    assert "anna" not in bench.side.what.text() + bench.legend.text()
    assert bench.side.table.horizontalHeaderItem(1).text() in ("1  Editor A", "1  Editor B")


def test_a_late_layer_asks_only_what_is_new(hands, disputed):
    hands.press("1", "1", "1")
    hands.press("Ctrl+Return")
    assert gold(disputed).finished is not None
    hands.press("Escape")
    agreed = claim("the ship was empty", "the coast guard", "According to")
    label(disputed, "cleo", [agreed, claim(*LEE, stance="favor"), claim("denied it", "Omar Ćosić")])
    bench = review(hands)
    assert (
        hands.window.header.progress_label.text() == "3 of 4 differences decided"
        or len(hands.window.session.review.open) == 1
    )
    assert asked(hands) == "stance" and "cleo says favor" in bench.side.what.text()


def test_nothing_to_review_says_so(open_window, project):
    add_article(project)
    hands = open_window(project)
    hands.press("Ctrl+R")
    hands.qtbot.waitUntil(lambda: "finished by two editors" in hands.window.footer.hints.text())
    assert not hands.window.in_review


def test_two_real_annotators_take_few_keys(shared, open_window, tmp_path):
    """Every difference of two PolNeAR annotators on a dev article, adjudicated by keys alone."""
    folder = shared / "data" / "polnear" / "dev"
    article = max(f.stem for f in (folder / "text").iterdir() if len(standoff(folder, f.stem)) == 6)
    for part, files in (
        ("text", [folder / "text" / f"{article}.txt"]),
        ("attributions", standoff(folder, article)[:2]),
    ):
        (tmp_path / "in" / part).mkdir(parents=True)
        for file in files:
            shutil.copy(file, tmp_path / "in" / part)
    project = store.create(tmp_path / "p.annotator")
    bring_in(project, [tmp_path / "in"])
    hands = open_window()
    hands.window.show_session(Session(project, "lead"))
    hands.window.suggesting.serve(None)
    review(hands)
    total = len(hands.window.session.review.questions)
    assert total > 5
    presses = 0
    while hands.window.session.review.open:
        # Between two nothing has a majority, so nothing is proposed: the adjudicator takes the first one's side.
        hands.press("1")
        presses += 1
        assert presses <= 3 * total
    hands.press("Ctrl+Return")
    assert (presses + 1) / total < 1.5
    assert check(project) == []
    project.close()


def standoff(folder, article):
    return sorted((folder / "attributions").glob(f"{article}_*.ann"))


def plain_agreement(records):
    """Claims F1 and how often stances are the same, of every two records of one article: nothing but sets and loops."""
    found = {}
    for a, b in combinations(sorted(records), 2):
        letters = [
            [{i for s, e in c["content"] for i in range(s, e) if TEXT[i].isalnum()} for c in records[n]["claims"]]
            for n in (a, b)
        ]
        best = 0
        short, long = sorted(letters, key=len)
        for some in permutations(range(len(long)), len(short)):
            shares = [len(x & long[i]) / max(1, len(x | long[i])) for x, i in zip(short, some, strict=True)]
            best = max(best, sum(share >= 0.5 for share in shares))
        total = len(short) + len(long)
        found[a, b] = 2 * best / total if total else None
    return found


def test_a_team_from_packages_to_gold(open_window, project, tmp_path):
    """Packages, blind work by keys, merges in any order and twice, gold by keys alone, and a late layer."""
    add_suggestions(project, add_article(project), suggestions(TEXT), ("rules-1", "3.8"))
    lead = Session(project, "lead")
    work = {"anna": ["T", "T"], "ben": ["A", "Alt+1"], "cleo": ["X", "Alt+1"], "dora": ["T"]}
    files = {name: tmp_path / f"{name}.annotator" for name in work}
    for name, keys in work.items():
        packages.package(project, files[name], members.named(project, name))
        hands = open_window()
        session = Session(store.open_project(files[name]))
        assert session.editor == name
        hands.window.show_session(session)
        hands.window.suggesting.serve(None)
        assert [i.state for i in hands.labelled.claims] == ["suggested"]  # nothing of the others
        hands.press(*keys)
        if name != "cleo":
            hands.select("the ship was empty")
            hands.press("N", "Escape")
        hands.press("Alt+2", "Ctrl+Shift+A")
        hands.finish()
        assert hands.labelled.mine.finished is not None
        hands.window.close()
    first = [files[n] for n in ("cleo", "anna", "ben", "anna")]
    report = merging.merge_files(project, first, lead.me)
    assert report.layers_new == 3
    assert not merging.merge_files(project, first[::-1], lead.me).changes_anything

    # Agreement is what plain loops say of the exported records.
    export(project, tmp_path / "all.jsonl", "jsonl", layer="all")
    records = map(json.loads, (tmp_path / "all.jsonl").read_text("utf-8").splitlines())
    plain = plain_agreement({r["layer"]: r for r in records if r["kind"] == "annotator"})
    measured = agreement(subjects(project), actor_names(project))
    assert {m.names: m.figures["claims f1"].value for m in measured.pairs} == pytest.approx(plain)
    assert plain["anna", "ben"] == 1.0 and plain["anna", "cleo"] == 0.0

    hands = open_window()
    hands.window.show_session(Session(project, "lead"))
    hands.window.suggesting.serve(None)
    review(hands)
    assert [q.slot for q in hands.window.session.review.questions] == ["found", "stance", "found"]
    hands.press("1", "1", "1", "Ctrl+Return")
    export(project, tmp_path / "gold.jsonl", "jsonl", layer="gold", finished=True)
    record = json.loads((tmp_path / "gold.jsonl").read_text("utf-8"))
    assert (record["layer"], record["kind"], record["text"]) == ("gold", "gold", TEXT)
    assert [c["stance"] for c in record["claims"]] == ["neutral", None]
    assert [c["content"] for c in record["claims"]][1] == [list(span_of(TEXT, "the ship was empty"))]
    assert len(record["mentions"]) == 2 and record["finished"]

    # Dora comes late: only her stance is new.
    hands.press("Escape")
    assert merging.merge_files(project, [files["dora"]], lead.me).layers_new == 1
    review(hands)
    assert [(q.slot, q.state) for q in hands.window.session.review.open] == [("stance", "open")]
    hands.press("1")  # gold was finished, and stays as it is until it is opened again
    assert "Gold of this article is finished" in hands.window.footer.hints.text()
    assert len(hands.window.session.review.open) == 1
    hands.press("Ctrl+Shift+O", "1")
    assert hands.window.session.review.open == []
    assert not export(project, tmp_path / "none.jsonl", "jsonl", layer="gold").written  # it is open again
    hands.press("Ctrl+Return")
    export(project, tmp_path / "gold.jsonl", "jsonl", layer="gold")
    assert json.loads((tmp_path / "gold.jsonl").read_text("utf-8"))["claims"] == record["claims"]
    assert check(project) == []


def test_the_agreement_page(hands, disputed, tmp_path, monkeypatch):
    from PySide6.QtWidgets import QApplication

    from annotator.gui.dialogs import files
    from annotator.gui.review.agreement_page import AgreementPage

    monkeypatch.setattr(files, "choose_file", lambda *a, **k: tmp_path / "report.html")

    def look(page):
        assert page.pairs.count() == 1 and page.pairs.item(0).text() == "anna and ben"
        assert page.picture.width() > 400
        page._show_slot("stance")
        assert [page.matrix.horizontalHeaderItem(n).text() for n in range(3)] == ["against", "neutral", "none"]
        page._show_cases(0, 1)
        assert page.cases.count() == 1 and "against / neutral" in page.cases.item(0).text()
        page._copy()
        assert "anna and ben\t1\tclaims found, F1\t0.8000" in QApplication.clipboard().text()
        page._export_report()
        assert "Written to report.html" in page.said.text()
        page._open_case(page.cases.item(0))

    in_dialog(AgreementPage, look)
    hands.press("Ctrl+G")
    hands.qtbot.waitUntil(lambda: (tmp_path / "report.html").exists(), timeout=10_000)
    hands.qtbot.waitUntil(lambda: hands.window.in_review, timeout=10_000)
    assert "<svg" in (tmp_path / "report.html").read_text("utf-8")


def test_finished_gold_with_something_new_is_what_comes_next(hands, disputed):
    hands.press("1", "1", "1", "Ctrl+Return")
    add_article(disputed, TEXT + "And more.")
    for name in ("anna", "ben"):
        label(disputed, name, [], article=2)
    hands.press("Escape")
    label(disputed, "cleo", [claim("denied it", "Omar Ćosić")])
    hands.window.open_article(2)
    review(hands)
    assert hands.labelled.article.id == 1 and hands.window.session.review.open  # what is open comes first
    hands.press("Ctrl+PgDown")
    assert hands.labelled.article.id == 2
    hands.press("Ctrl+Return")
    assert hands.labelled.article.id == 1
    hands.press("Ctrl+Return")
    assert "differences are open" in hands.window.footer.hints.text()


def test_u_in_the_review_undoes_no_merge(hands, disputed, tmp_path):
    other = store.create(tmp_path / "other.annotator")
    add_article(other)
    label(other, "cleo", [claim("denied it", "Omar Ćosić")])
    other.settle()
    lead = hands.window.session
    merging.merge_files(disputed, [other.path], lead.me)
    lead.refresh()
    assert len(lead.review.versions) == 3 and "cleo" in hands.window.reviewing.legend.text()
    hands.press("U", "U", "U")
    assert len(lead.review.versions) == 3
    other.close()


def test_a_review_that_cannot_be_opened_leaves_ones_own_labels_alone(hands, disputed):
    hands.press("Escape")
    session = hands.window.session
    with pytest.raises(KeyError):
        session.open_review(99)
    assert session.author == session.me and session.review is None
    session.open(1)
    session.do(editing.add_claim(session.labelled, span_of(TEXT, "denied it")))
    assert len(gold(disputed).claims) == 1
    for _ in range(2):
        review(hands)
        hands.press("Escape")
    assert len(session.listeners) == 1  # the workbench; the review has gone


def test_arrows_in_the_menus_decide_nothing(hands):
    before = len(hands.window.session.review.open)
    menu = hands.window.menuBar().actions()[0].menu()
    menu.popup(hands.window.mapToGlobal(hands.window.rect().center()))
    hands.qtbot.waitUntil(menu.isVisible)
    for key in ("Down", "Right", "Right"):
        hands.press(key)
    assert len(hands.window.session.review.open) == before
    menu.close()


def test_on_a_tie_nothing_is_proposed(hands):
    bench = hands.window.reviewing
    while asked(hands) != "stance":
        hands.press("N")
    table = bench.side.table
    titles = [table.item(row, 0).text() for row in range(table.rowCount())]
    assert table.item(titles.index("Stance"), table.columns.index(None) + 1).text() == "no majority"
    before = hands.window.session.review.gold
    hands.press("Return")
    assert hands.window.session.review.gold == before
    assert "stance no version has a majority" in hands.window.footer.hints.text()
    hands.press("1")
    assert hands.window.session.review.gold != before


def test_going_away_and_back_is_to_the_same_difference(hands):
    hands.press("N", "N")
    key = hands.window.reviewing.key
    assert key != hands.window.session.review.questions[0].key
    hands.press("Escape")
    assert not hands.window.in_review
    review(hands)
    assert hands.window.reviewing.key == key


def test_the_version_in_focus_is_in_view_and_marked_in_the_text(open_window, project):
    add_article(project)
    for number, name in enumerate(("anna", "ben", "cleo", "dora", "emil", "fred")):
        stance = ("favor", "against", "neutral")[number % 3]
        words = LEE if number != 5 else ("the report was", *LEE[1:])
        label(project, name, [claim(*words, stance=stance)])
    hands = open_window()
    hands.window.resize(1000, 700)
    hands.window.show_session(Session(project, "lead"))
    hands.window.suggesting.serve(None)
    review(hands)
    bench = hands.window.reviewing
    table = bench.side.table
    seen = set()
    for _ in range(7):
        hands.press("Right")
        column = table.columns.index(bench.focus) + 1
        left = table.columnViewportPosition(column)
        assert left >= 0 and left + table.columnWidth(column) <= table.viewport().width()
        if bench.focus is not None:
            version = hands.window.session.review.groups[bench.question().group].members[bench.focus]
            assert bench.view.focus_item().value == version
        seen.add(bench.focus)
    assert len(seen) == 7


def test_gold_with_one_claim_inside_another_warns(hands):
    session = hands.window.session
    hands.press("1", "1", "1")
    (first, *_) = [c for c in session.review.gold.claims.values() if c.content]
    start, end = first.content[0]
    inner = replace(first, id=first.id + 1, content=((start, end - 3),))
    session.do(Edit("Add claim", (Change("claim", inner.id, None, inner),)))
    while session.review.open:
        hands.press("1")
    hands.press("Ctrl+Return")
    assert "lies within another claim of the same source and cue" in hands.window.footer.hints.text()
    assert session.review.gold.finished is None
    hands.press("Ctrl+Return")
    assert session.review is None or session.review.gold.finished is not None


def test_a_case_of_the_agreement_page_is_opened_itself(hands):
    from annotator.gui.steps.review import compare

    session = hands.window.session
    question = next(q for q in session.review.questions if q.slot == "stance")
    value = next(iter(session.review.groups[question.group].members.values()))
    case = Case(0, value, value, True, True, True, True, True)
    hands.press("Escape")
    compare(hands.window, 1, case, "stance")
    hands.qtbot.waitUntil(lambda: hands.window.in_review, timeout=10_000)
    hands.qtbot.waitUntil(lambda: hands.window.reviewing.key == question.key, timeout=10_000)

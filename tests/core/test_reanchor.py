from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.reanchor import Anchors
from annotator.formats.bring_in import bring_in
from annotator.labelling import edits as editing
from annotator.labelling.session import Session
from annotator.store.check import check
from annotator.store.merging import merges as merge
from annotator.team import merging, packages
from tests.conftest import TEXT, add_article, span_of
from tests.core.test_text import ANY_TEXT


@settings(deadline=None)
@given(ANY_TEXT, st.data())
def test_in_the_same_text_every_span_is_where_it_was(text, data):
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = Anchors(text, text).find((start, end))
    if text[start:end].strip():
        assert found is not None
        assert text[slice(*found)].strip() == text[start:end].strip()


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT, st.data())
def test_what_is_found_lies_within_the_new_text(old, new, data):
    if old:
        start = data.draw(st.integers(0, len(old) - 1))
        found = Anchors(old, new).find((start, data.draw(st.integers(start + 1, len(old)))))
        assert found is None or 0 <= found[0] < found[1] <= len(new)


def test_words_that_stay_keep_their_labels():
    new = TEXT.replace("the ship was empty", "the big ship was empty").replace(
        "Minister rejects", "The minister rejects"
    )
    anchors = Anchors(TEXT, new)
    assert anchors.find(span_of(TEXT, "“pure fiction.”")) == span_of(new, "“pure fiction.”")
    assert anchors.find(span_of(TEXT, "the ship was empty")) is None
    assert anchors.find(span_of(TEXT, "ship was")) == span_of(new, "ship was")


def test_a_new_version_of_an_article(project, tmp_path):
    add_article(project, TEXT, "news")
    session = Session(project, "anna")
    session.open(1)
    session.do(editing.add_claim(session.labelled, span_of(TEXT, "the report was “pure fiction.”")))
    session.do(editing.add_claim(session.labelled, span_of(TEXT, "the ship was empty")))
    session.finish()
    new = TEXT.replace("was empty", "was not empty") + "One line more.\n"
    (tmp_path / "news.txt").write_text(new, "utf-8")
    report = bring_in(project, [tmp_path / "news.txt"], revise=True)
    assert (len(report.added), report.layers) == (1, 1)
    assert report.left_out[0][1] == "1 labels of anna could not be found again; they stay with “news”"
    labelled = session.open(report.added[0])
    assert [new[slice(*i.value.content[0])] for i in labelled.claims] == ["the report was “pure fiction.”"]
    assert labelled.mine.finished is None and len(session.open(1).claims) == 2
    with project.reading() as connection:
        (line,) = merge.unplaced(connection)
    assert line == "“news”, anna: labels of an earlier version of “news-2”"
    # Elsewhere it was not revised: both versions come together, in either order.
    other = tmp_path / "other.annotator"
    packages.package(project, other, session.me, only=[1])
    assert not merging.merge_files(project, [other], session.me).changes_anything
    assert check(project) == []

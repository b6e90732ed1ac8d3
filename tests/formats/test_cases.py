"""Small files of others that were once taken wrongly, each with what is right."""

from pathlib import Path

import pytest

from annotator import store
from annotator.formats.bring_in import bring_in
from annotator.review.agreement import agreement
from annotator.review.disputes import actor_names, subjects
from annotator.store import articles, authors, layers
from annotator.store.check import check

CASES = Path(__file__).parent / "cases"


class Taken:
    """A case in a project of its own: by article and whose labels, what came in."""

    def __init__(self, project, *names, **options):
        for name in names:
            self.report = bring_in(project, [CASES / name], **options)
        self.project = project
        self.texts, self.labels, self.finished, self.metadata = {}, {}, {}, {}
        with project.reading() as connection:
            known = authors.load(connection)
            for article in articles.every(connection):
                self.texts[article.key] = article.text
                self.metadata[article.key] = article
                for layer, author, when in layers.of_article(connection, article.id):
                    self.labels[article.key, known[author].name] = layers.by_id(connection, layer)
                    self.finished[article.key, known[author].name] = when is not None
        assert check(project) == []

    def mentions(self, key, whose="brat"):
        text = self.texts[key]
        return sorted(text[m.start : m.end] for m in self.labels[key, whose].mentions.values())

    def claims(self, key, whose="brat"):
        text = self.texts[key]
        return sorted(
            tuple(" ".join(text[s:e] for s, e in getattr(c, slot)) for slot in ("source", "cue", "content"))
            for c in self.labels[key, whose].claims.values()
        )

    @property
    def named(self):
        return "\n".join(line for _, lines in self.report.by_heading() for line in lines)


@pytest.fixture
def take(project):
    return lambda *names, **options: Taken(project, *names, **options)


def test_line_ends_of_windows_in_the_text_but_not_in_the_offsets(take):
    taken = take("brat-crlf-text")
    assert taken.mentions("a") == ["Ann", "Bo", "Cy"] and not taken.named
    assert taken.finished["a", "brat"]


def test_a_folder_for_each_annotator(take):
    taken = take("brat-two-annotator-folders")
    assert (taken.mentions("doc", "ann1"), taken.mentions("doc", "ann2")) == (["Ann"], ["Ann", "multi"])
    assert len(taken.texts) == 1


def test_whose_labels_they_are_can_be_said(take):
    assert take("brat-crlf-text", annotator="Cleo").mentions("a", "Cleo") == ["Ann", "Bo", "Cy"]


def test_spans_that_relations_tie_are_a_claim(take):
    assert take("brat-spans-with-relations").claims("a") == [("Ann", "said", "it rains")]


def test_an_empty_file_is_nobodys_work(take):
    taken = take("brat-empty-ann")
    assert taken.texts and not taken.labels


def test_an_entity_in_pieces_is_never_its_hull(take):
    taken = take("brat-discontinuous-entity")
    assert taken.mentions("a") == ["beta Actin"] and "in 2 pieces (“Alpha … Actin”)" in taken.named
    assert not taken.finished["a", "brat"]


def test_a_second_line_of_one_name_is_named(take):
    taken = take("brat-duplicate-T-id")
    assert taken.mentions("a") == ["Ann"] and "line 2: has the name T1" in taken.named


def test_a_claim_within_a_claim(take):
    assert take("brat-nested-event").claims("a") == [("Ann", "said", "Bo said it rains"), ("Bo", "said", "it rains")]


def test_what_else_is_in_a_folder(take):
    taken = take("brat-mixed-folder")
    assert taken.texts == {"a": "Ann said mixed.", "1": "Bo in csv said."} and "x.md" in taken.named


def test_windows_1252_also_beside_standoff(take, project):
    refused = take("brat-cp1252")
    assert refused.report.legacy == [CASES / "brat-cp1252"] and "read it as Windows-1252" in refused.named
    assert take("brat-cp1252", windows_1252=True).mentions("a") == ["Émile"]


def test_labels_of_other_tools_come_in(take):
    taken = take("doccano.jsonl")
    assert taken.mentions("7", "doccano") == ["Ida Brook", "bridge"] and not taken.named
    assert take("ls.json").mentions("1", "label-studio") == ["Ida Brook"]


def test_a_new_version_with_labels_of_its_own(take):
    taken = take("revise-1.jsonl", "revise-2.jsonl", revise=True)
    assert not taken.named
    (new,) = (key for key, text in taken.texts.items() if "Leigh" in text)
    assert taken.mentions(new, "Ann") == ["Ann Leigh", "Oslo"]
    assert taken.claims(new, "Ann") == [("Ann Leigh", "said", "it rains in Oslo")]


def test_another_text_under_a_known_key_is_said(take):
    taken = take("revise-1.jsonl", "revise-2.jsonl")
    assert "has another text than “r” here has; it came in as “r-2”" in taken.named


def test_known_articles_are_one_line(take, project):
    take("array-pretty.jsonl")
    again = bring_in(project, [CASES / "array-pretty.jsonl"])
    ((_, lines),) = again.by_heading()
    assert len(lines) == 1 and "(and 1 more): the same text is in the project already" in lines[0]


def test_claims_without_content_can_agree(take):
    taken = take("agreement-no-content.jsonl")
    found = agreement(subjects(taken.project), actor_names(taken.project), replicates=0)
    assert found.overall.figures["claims f1"].value == 1.0


def test_ordinary_fields_of_news_are_metadata(take):
    taken = take("news-keys.jsonl")
    assert set(taken.texts) >= {str(n) for n in range(1, 19)} and not taken.report.refused
    assert taken.texts["8"] == "Bo said it drizzled."
    seventh = taken.metadata["7"]
    assert (seventh.title, seventh.date, seventh.address) == ("H", "2024-01-01", "http://x")
    assert taken.metadata["3"].source == "Daily" and '"name":"Daily"' in taken.metadata["3"].extra
    assert [taken.metadata[str(n)].extra for n in (1, 2, 4)] == [
        '{"author":"Jane Doe"}',
        '{"author":["Jane Doe"]}',
        '{"version":1.2}',
    ]
    assert taken.metadata["5"].extra == '{"layer":"front","kind":"news"}'
    for words in ("line 6", '"mentions" is not a list', "line 13: mention 1", "line 16: mention 1", "score is not"):
        assert words in taken.named
    assert '"finished" is not a time in seconds' in taken.named and not any(taken.finished.values())


def test_tables(take):
    assert take("csv-sep_line.csv").texts == {"1": "He said so."}


def test_a_table_without_names_of_columns(take):
    assert "first line, which names the columns, is “1,He said so.”" in take("csv-noheader.csv").named


def test_a_column_that_stands_twice(take):
    assert take("csv-duplicate-column.csv").metadata["1"].extra == '{"tag":"first","tag 2":"second"}'


def test_a_list_over_several_lines(take):
    assert list(take("array-pretty.jsonl").texts) == ["a", "b"]


def test_what_is_no_json_elsewhere(tmp_path, project):
    (tmp_path / "a.jsonl").write_text(
        '{"id": 1, "text": "One.", "score": NaN}\n{"id": 2, "text": "Two", "n": Infinity}\n'
    )
    assert len(bring_in(project, [tmp_path / "a.jsonl"]).added) == 2


def test_no_entity_of_a_docbin_begins_or_ends_with_white_space(take, tmp_path):
    import spacy
    from spacy.tokens import DocBin

    from annotator.formats.export import export

    taken = take("spacy-whitespace-entity.jsonl")
    report = export(taken.project, tmp_path / "out.spacy", "spacy", layer="all")
    docs = list(DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("en").vocab))
    words = [entity.text for doc in docs for entity in doc.ents]
    assert "Ann" in words and "Bo" in words and all(word == word.strip() and word for word in words)
    assert any("white space" in problem for problem in report.problems)


def test_the_project_stays_small(tmp_path):
    """Each case comes into a project that can be opened again."""
    for case in CASES.iterdir():
        if case.suffix != ".md":
            made = store.create(tmp_path / f"{case.name}.annotator")
            bring_in(made, [case], windows_1252=True)
            made.close()
            again = store.open_project(tmp_path / f"{case.name}.annotator")
            assert check(again) == []
            again.close()


def test_texts_of_one_name_in_folders_of_annotations(tmp_path, project):
    for folder, text in (("x", "Ann said"), ("y", "Bob said")):
        (tmp_path / "text" / folder).mkdir(parents=True)
        (tmp_path / "text" / folder / "a.txt").write_text(text)
    (tmp_path / "attributions" / "x").mkdir(parents=True)
    (tmp_path / "attributions" / "x" / "a_Cy.ann").write_text("T1\tCue 4 8\tsaid\nT2\tContent 0 3\tAnn\n")
    bring_in(project, [tmp_path])
    with project.reading() as connection:
        known = authors.load(connection)
        held = {
            article.text: [known[author].name for _, author, _ in layers.of_article(connection, article.id)]
            for article in articles.every(connection)
        }
    assert held == {"Ann said": ["Cy"], "Bob said": []}


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("a.csv", "id,text\n", "has no rows"),
        ("a.json", '{"id": 1, "text": "One.", "entities": {"x": [0, 1]}}', '1 × "entities"'),
        ("a.json", '{"id": 1, "text": "One.", "mentions": [{"start": ' + "9" * 300 + "}]}", "mention 1: ["),
        (
            "a.json",
            '{"data": {"text": "One.", "annotations": 1}, "annotations": [{"result": [1]}]}',
            "1 × something that is no object",
        ),
    ],
)
def test_what_is_in_a_file_is_named(tmp_path, project, name, content, words):
    (tmp_path / name).write_text(content)
    lines = [line for _, found in bring_in(project, [tmp_path / name]).by_heading() for line in found]
    assert any(words in line for line in lines) and all(len(line) < 400 for line in lines), lines


def test_excels_line_without_a_sign(tmp_path, project):
    (tmp_path / "a.csv").write_bytes(b"sep=\r\nid,text\r\n1,Hello\r\n")
    assert len(bring_in(project, [tmp_path / "a.csv"]).refused) == 1  # its first line names no column


def test_many_columns_of_one_name(tmp_path, project):
    (tmp_path / "a.csv").write_text("text" + ",a" * 5_000 + "\nOne." + ",b" * 5_000 + "\n")
    assert len(bring_in(project, [tmp_path / "a.csv"]).added) == 1


def test_the_text_of_an_article_under_another_key(tmp_path, project):
    mention = '"mentions": [{"start": 0, "end": 1, "label": "X"}]'
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "abc"}\n{"id": "b", "text": "abc", ' + mention + "}\n")
    assert "with another key" in bring_in(project, [tmp_path / "a.jsonl"]).renamed[0][1]


@pytest.mark.parametrize("name", ["", "x" * 600, "a\nb"])
def test_a_name_that_is_none(project, name):
    from annotator.core.record import RecordError

    with pytest.raises(RecordError):
        bring_in(project, [CASES / "brat-crlf-text"], annotator=name)

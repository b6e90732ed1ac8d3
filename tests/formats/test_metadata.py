"""Metadata for articles that are there, by their keys."""

import json
import os
import subprocess
import sys

import pytest
from openpyxl import Workbook

from annotator.formats.metadata import MetadataError, bring_metadata
from annotator.store import articles
from annotator.store.check import check
from tests.conftest import add_article


@pytest.fixture
def two(project):
    for name in ("one", "two"):
        add_article(project, f"The text of {name}.", name)
    return project


def read(project, key):
    with project.reading() as connection:
        return articles.by_key(connection, key)


def test_a_table_fills_fields_and_further_metadata(two, tmp_path):
    table = "id;headline;publisher;published;desk\none;A better title;Agency;2026-02-03;foreign\nnobody;x;;;\ntwo;;;;\n"
    (tmp_path / "m.csv").write_text(table, "utf-8-sig")
    report = bring_metadata(two, tmp_path / "m.csv")
    assert report.summary() == "1 article changed, 1 had it already, 1 rows are of articles that are not here."
    one = read(two, "one")
    assert (one.title, one.source, one.date, json.loads(one.extra)) == (
        "A better title",
        "Agency",
        "2026-02-03",
        {"desk": "foreign"},
    )
    assert read(two, "two").title == "two" and check(two) == []
    assert articles.listing(two, 0, search="better") == [one.id] and articles.listing(two, 0, search="one")
    assert bring_metadata(two, tmp_path / "m.csv").same == 2


def test_a_workbook_and_odd_tables(two, tmp_path):
    book = Workbook()
    for row in (["key", "date"], ["two", "2026-05-06"], ["one", "x" * 20_000]):
        book.active.append(row)
    book.save(tmp_path / "m.xlsx")
    report = bring_metadata(two, tmp_path / "m.xlsx")
    assert read(two, "two").date == "2026-05-06" and "too long" in report.lines()[0] and not read(two, "one").date
    (tmp_path / "m.tsv").write_text("name\tdate\none\t2026\n")
    with pytest.raises(MetadataError, match="no column id, key"):
        bring_metadata(two, tmp_path / "m.tsv")


def test_on_the_command_line(two, tmp_path):
    (tmp_path / "m.csv").write_text("id,outlet\none,Agency\n")
    two.close()
    command = [sys.executable, "-m", "annotator", "import", str(two.path), "--metadata", str(tmp_path / "m.csv")]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    assert done.stdout.strip().endswith("1 article changed.")
    done = subprocess.run([*command[:-1], str(tmp_path / "no.csv")], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 1 and "no.csv" in done.stderr and "Traceback" not in done.stderr


def test_a_table_that_knows_articles_by_their_files(two, tmp_path):
    (tmp_path / "m.csv").write_text("filename,outlet\none.txt,Agency\ntwo,Daily\n")
    assert bring_metadata(two, tmp_path / "m.csv").summary() == "2 articles changed."
    assert (read(two, "one").source, read(two, "two").source) == ("Agency", "Daily")

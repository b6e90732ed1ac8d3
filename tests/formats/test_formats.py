"""Each format: what is written comes back, up to what its loss table says; and that table is true."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings

from annotator.core import record as records
from annotator.formats.export import read_back, write
from annotator.formats.foreign import settled
from annotator.formats.losses import Tally, fingerprint, kept
from annotator.formats.registry import by_name, described, recognised, writers
from annotator.formats.sample import Sample
from tests.formats.generated import PROJECTS, RICH

WRITERS = [one.name for one in writers()]


def place(folder, one):
    path = folder / f"out{one.suffix}"
    if one.folder:
        path.mkdir()
    return path


def written(folder, one, given_records):
    """What is written of the records as the format holds them, and the file."""
    path, tally = place(folder, one), Tally()
    holding = [kept(copy.deepcopy(record), one.losses, tally) for record in given_records]
    one.write(path, iter(holding))
    return path, holding, tally


@pytest.mark.parametrize("name", WRITERS)
def test_whatever_a_project_holds_comes_back(name, tmp_path_factory):
    one = by_name(name)
    if one.missing():
        pytest.skip(f"needs {one.missing()}")

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(given_records=PROJECTS)
    def run(given_records):
        for record in given_records:
            records.checked(record)
        folder = tmp_path_factory.mktemp("f")
        problems, number, _, _ = write(one, place(folder, one), iter(given_records))  # raises when one differs
        assert number == len(given_records) and isinstance(problems, list)

    run()


@pytest.mark.parametrize("name", WRITERS)
def test_what_it_says_is_lost_is_lost_and_nothing_else(name, tmp_path):
    one = by_name(name)
    if one.missing():
        pytest.skip(f"needs {one.missing()}")
    path, (holding,), tally = written(tmp_path, one, [RICH])
    (back,) = read_back(one, path)
    assert fingerprint(back) == fingerprint(holding)
    if tally.counts:
        assert fingerprint(back) != fingerprint(RICH)
        # A format that could hold more than it says would bring it back.
        (tmp_path / "more").mkdir()
        more = place(tmp_path / "more", one)
        try:
            one.write(more, iter([copy.deepcopy(RICH)]))
            whole = [fingerprint(record) for record in read_back(one, more)]
        except Exception:  # it cannot even be written
            whole = []
        assert whole != [fingerprint(RICH)]
    else:
        assert fingerprint(back) == fingerprint(RICH)


@pytest.mark.parametrize("name", WRITERS)
def test_its_own_files_are_recognised(name, tmp_path):
    one = by_name(name)
    if one.missing():
        pytest.skip(f"needs {one.missing()}")
    path, _, _ = written(tmp_path, one, [RICH])
    assert recognised(Sample(path)).name == name
    if path.is_file():
        assert recognised(Sample(path.rename(tmp_path / "no suffix"))).name == name


def test_the_page_of_formats_is_what_the_registry_says():
    from pathlib import Path

    page = Path(__file__).parents[2] / "docs" / "formats.md"
    assert page.read_text("utf-8") == described(), "make it again: annotator formats --markdown > docs/formats.md"


def test_a_sorted_and_edited_workbook_comes_back_by_its_numbers(tmp_path):
    from openpyxl import load_workbook

    one = by_name("xlsx")
    long = {
        **RICH,
        "id": "long",
        "text": "word " * 9000,
        "mentions": [{"start": 4, "end": 8, "label": "X"}],
        "claims": [],
    }
    path, holding, _ = written(tmp_path, one, [RICH, long])
    book = load_workbook(path)
    for sheet in book.worksheets:  # upside down, as a colleague may sort it
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value
                if isinstance(value, str):
                    sheet.cell(number, column).data_type = "s"
    entities = book["entities"]
    stance = [cell.value for cell in book["claims"][1]].index("stance") + 1
    changed = next(row for row in book["claims"].iter_rows(min_row=2) if row[stance - 1].value == "against")
    changed[stance - 1].value = "favor"
    entities.cell(1, entities.max_column + 1).value = "remark"
    entities.cell(2, entities.max_column).value = "mine"
    book.save(path)
    found = list(one.read(Sample(path)))
    assert [what.what for _, what in found if not isinstance(what, dict)] == [
        "1 × value in the column “remark”, which is none of ours: not read"
    ]
    holding[0]["claims"][0]["stance"] = "favor"
    back = [settled(record)[0] for _, record in found if isinstance(record, dict)]
    assert sorted(map(fingerprint, back)) == sorted(map(fingerprint, holding))


TOY = '''
"""A format of a third party: a line is an article."""

from annotator.formats.registry import Format


def read(sample):
    for number, line in enumerate(sample.text().split("\\\\n"), 1):
        if line.startswith("TOY "):
            yield f"{sample.name}, line {number}", {"id": f"toy-{number}", "text": line[4:]}


FORMAT = Format("toy", "Toys: a line for each", (".toy",), lambda sample: sample.beginning.startswith("TOY "), read)
'''


def test_a_third_party_adds_a_format_by_an_entry_point(tmp_path):
    import os
    import subprocess
    import sys

    about = tmp_path / "toys-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[annotator.formats]\ntoy = toys:FORMAT\n")
    (tmp_path / "toys.py").write_text(TOY.replace("\\\\n", "\\n"))
    (tmp_path / "a.toy").write_text("TOY A bear said no.\nTOY A doll said yes.\n")

    def annotator(*arguments):
        command = [sys.executable, "-m", "annotator", *arguments]
        env = os.environ | {"PYTHONPATH": str(tmp_path), "HOME": str(tmp_path)}
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env)

    assert "Toys: a line for each (read)" in annotator("formats").stdout
    assert "2 articles came in" in annotator("import", "p.annotator", "a.toy").stdout

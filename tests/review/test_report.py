import csv
import io
import xml.etree.ElementTree as ElementTree

from annotator.review import report as reports
from annotator.review.agreement import Subject, agreement
from annotator.review.patterns import patterns
from tests.review.test_agreement import TEXT, claim, layer

A = layer(claim(0, stance="favor"), claim(1, mode="direct"), claim(2))
B = layer(claim(0, 0, 6, stance="against"), claim(1, mode="mixed"), claim(3))


def report():
    subjects = [
        Subject(1, "<one>", TEXT, {"A": A, "B": B, "C": A}, frozenset({"B"})),
        Subject(2, "two", TEXT, {"A": A, "B": A}),
    ]
    return agreement(subjects, str)


def test_the_table_has_a_line_for_each_measure_of_each_pair():
    lines = list(csv.DictReader(io.StringIO(reports.as_table(report()))))
    found = {(line["annotators"], line["measure"]): line for line in lines}
    assert found["A and C", "claims found, F1"]["value"] == "1.0000"
    assert found["A and C", "claims found, F1"]["reason"] == "no interval below 10 articles"
    undefined = found["All pairs together", "mode, Cohen's κ"]
    assert undefined["value"] == "" and undefined["reason"] == "κ compares two; see α for all"


def test_a_plot_says_every_value_or_the_reason():
    for measures in reports.parts(report()):
        drawing = ElementTree.fromstring(reports.plot(measures))
        words = " ".join(t.text or "" for t in drawing.iter("{http://www.w3.org/2000/svg}text"))
        for name, figure in reports.rows(measures):
            assert name in words
            assert f"{figure.value:.2f}" in words if figure.value is not None else figure.reason[:25] in words


def test_the_page_holds_what_was_measured_and_fetches_nothing():
    made = report()
    page = reports.as_html(made, patterns(made, str), str)
    assert "src=" not in page and "href=" not in page
    assert "seed 0" in page and "&lt;one&gt;" in page and "<one>" not in page
    assert "Labelled without suggestions: 1 of the articles" in page
    assert "the other leaves out “aaa”" in page
    assert "stance: against or favor: 2 ×" in page
    assert reports.EMPTY in reports.as_html(agreement([], str), [], str)


def test_a_name_is_no_formula_in_a_table():
    made = agreement([Subject(1, "a", TEXT, {"=HYPERLINK(1)": A, "@b": B})], str)
    lines = csv.DictReader(io.StringIO(reports.as_table(made)))
    assert {line["annotators"] for line in lines} == {"'=HYPERLINK(1) and @b"}

"""Quotation marks of many languages and hands, and marks that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.quotations import is_unsure, pair, quotations, spoken_within
from tests.core.test_text import ANY_TEXT


@pytest.mark.parametrize(
    "text, quoted",
    [
        ("He said “yes” and “no.”", ["“yes”", "“no.”"]),
        ('He said "yes" and left.', ['"yes"']),
        ("The president‘s concern was “unwarranted.”", ["“unwarranted.”"]),
        ("‘Never,’ the players’ union said.", ["‘Never,’"]),
        ("It's the boys' turn, don't worry.", []),
        ("„Nein“, sagte er. « Non », dit-elle.", ["„Nein“", "« Non »"]),
        ("“One.\n\n“Two,” he said.", ["“One.\n\n“Two,”"]),
        ("“Never closed.\nNext paragraph.", ["“Never closed."]),
        ("“She said ‘no’ to me,” he said.", ["“She said ‘no’ to me,”"]),
        # other languages
        ("”Jag vet inte”, sade hon. ”Kanske.”", ["”Jag vet inte”", "”Kanske.”"]),
        ("»Nein«, sagte er. »Doch.«", ["»Nein«", "»Doch.«"]),
        ("‹Non›, a-t-il dit. ›Nein‹, sagte er.", ["‹Non›", "›Nein‹"]),
        ("首相は「遺憾だ」と述べた。", ["「遺憾だ」"]),
        ("彼は「父は『帰れ』と言った」と語った。", ["「父は『帰れ』と言った」"]),
        ("‚Nein‘, sagte er.", ["‚Nein‘"]),
        # typed, and from archives
        ("``We won,'' he said.", ["``We won,''"]),
        ("He said &quot;yes&quot; twice.", ["&quot;yes&quot;"]),
        ('“We won," he said.', ['“We won,"']),
        ('“We call it "fun" here,” she said.', ['“We call it "fun" here,”']),
        ("“ He told me: “ Go ” and I went, ” she said.", ["“ He told me: “ Go ” and I went, ”"]),
        ("“He told me: “Go” and I went,” she said.", ["“He told me: “Go” and I went,”"]),
        ("“One is missing here, “two” she said.", ["“One is missing here, “two”"]),
        # none
        ("'Tis the season, they said in the '90s.", []),
        ("‘Tis late, and the players’ union left.", []),
        ('The pole is 6\'2" long and 3" wide.', []),
        ('A 55" screen.', []),
        ('"The 6" pipe broke," he said.', ['"The 6" pipe broke,"']),
        ('"It was 2020" and "he left," she said.', ['"It was 2020"', '"he left,"']),
        ('"Turnout was 6"', ['"Turnout was 6"']),
        # what cannot be paired is nobody's
        ('He said yes" and left.', []),
        ('"Yes, he said. "No," she said.', ['"No,"']),
        ('"One.\n\n"Two," he said.', ['"One.', '"Two,"']),
        ('He said "yes and left.\nShe said "no" and stayed.', ['"no"']),
    ],
)
def test_quotations(text, quoted):
    assert [text[s:e] for s, e in quotations(text)] == quoted


@pytest.mark.parametrize(
    "text, content, unsure",
    [
        ('He said yes" and left. "No," she said.', "He said yes", True),
        ('He said yes" and left. "No," she said.', "No", False),
        ('"Yes, he said. "No," she said.', "Yes", True),
        ('"Yes," he said. "No," she said.', "Yes", False),
        ("He said “yes” and left.", "yes", False),
    ],
)
def test_where_marks_cannot_be_paired_the_mode_is_reported_and_unsure(text, content, unsure):
    start = text.index(content)
    span = (start, start + len(content))
    found = pair(text)
    assert is_unsure([span], found.unpaired) == unsure
    assert spoken_within(text, [span], found.spans) == ("indirect" if unsure else "direct")


@given(ANY_TEXT | st.text("“”„«»‘’'\"`「」 a1s\n.,"))
def test_quotations_are_ordered_and_apart(text):
    last = 0
    for start, end in quotations(text):
        assert last <= start < end <= len(text)
        last = end
    assert all(0 <= s < e <= len(text) for s, e in pair(text).unpaired)


def test_many_unmatched_marks_take_linear_time():
    assert quotations("‘a " * 20_000) is not None
    assert quotations("' " * 20_000 + "s' a" * 20_000) is not None
    assert quotations('6" ' * 50_000) == []
    assert quotations('"' + '6" ' * 50_000) is not None


def test_mode_comes_from_the_marks():
    text = "He said “it is over” now."
    quoted = quotations(text)
    assert spoken_within(text, [(8, 20)], quoted) == "direct"
    assert spoken_within(text, [(8, 24)], quoted) == "mixed"
    assert spoken_within(text, [(21, 24)], quoted) == "indirect"
    assert spoken_within(text, [], quoted) == "indirect"

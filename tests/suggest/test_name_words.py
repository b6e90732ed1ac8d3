"""What the words of a name say of it."""

import pytest

from annotator.suggest.name_words import Named, by_head, datelines, is_plain, joined, parted, small_words, titled, whole


def named(text, part, label):
    return Named(text.index(part), text.index(part) + len(part), label)


def in_words(text, found):
    return [(text[m.start : m.end], m.label) for m in found]


@pytest.mark.parametrize(
    ("name", "label", "said"),
    [
        ("George W. Bush Presidential Center", "PERSON", "ORG"),
        ("National Voter Registration Act", "ORG", "LAW"),
        ("Bank of America Stadium", "ORG", "FAC"),
        ("Trump Tower", "ORG", "ORG"),
        ("Center", "GPE", "GPE"),
    ],
)
def test_its_last_word(name, label, said):
    assert by_head(name, Named(0, len(name), label)).label == said


@pytest.mark.parametrize(
    ("text", "part", "label", "made"),
    [
        ("with Joseph R. Biden, Jr., who", "Joseph R. Biden", "PERSON", ("Joseph R. Biden, Jr.", "PERSON")),
        ("said Vann R. Newkirk II, a", "Vann R. Newkirk II", "ORG", ("Vann R. Newkirk II", "PERSON")),
        ("in Washington, D.C., on", "Washington", "GPE", ("Washington, D.C.", "GPE")),
        ("in Washington DC (9", "Washington", "GPE", ("Washington DC", "GPE")),
        ("Ann Lee, just", "Ann Lee", "PERSON", ("Ann Lee", "PERSON")),
    ],
)
def test_what_follows_it(text, part, label, made):
    assert in_words(text, [whole(text, named(text, part, label))]) == [made]


@pytest.mark.parametrize(
    ("text", "parts", "made"),
    [
        (
            "the Civil Liberties Union of Ohio and",
            [("Civil Liberties Union", "ORG"), ("Ohio", "GPE")],
            ["Civil Liberties Union of Ohio"],
        ),
        (
            "a Coalition for the Homeless sued",
            [("Coalition", "ORG"), ("Homeless", "NORP")],
            ["Coalition for the Homeless"],
        ),
        ("the Reuters/Ipsos poll", [("Reuters", "ORG"), ("Ipsos", "ORG")], ["Reuters/Ipsos"]),
        ("the Mail of London", [("Mail", "ORG"), ("London", "GPE")], ["Mail", "London"]),
        ("the Council for Ann Lee", [("Council", "ORG"), ("Ann Lee", "PERSON")], ["Council", "Ann Lee"]),
    ],
)
def test_bodies_that_are_one(text, parts, made):
    assert [text[m.start : m.end] for m in joined(text, [named(text, *one) for one in parts])] == made


def test_plain_words_are_no_names():
    text = "The turnout fell. Turnout fell, he said. Ohio fell. The secretary of State met Scholars."
    small = small_words(text)
    assert is_plain(text, named(text, "Turnout", "PERSON"), small)
    assert is_plain(text, named(text, "State", "ORG"), small)
    assert not is_plain(text, named(text, "Ohio", "GPE"), small)
    assert not is_plain(text, named(text, "Scholars", "ORG"), small)
    assert is_plain("“[W]e are", Named(1, 5, "PERSON"), frozenset())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HEMPSTEAD, N.Y. ― If it", ["HEMPSTEAD"]),
        ("News\n\nNEW YORK (Agency) — The", ["NEW YORK"]),
        ("TARVAN - Nearly", ["TARVAN"]),
        ("THE END OF IT ALL", []),
        ("In PARIS - they", []),
    ],
)
def test_datelines(text, found):
    assert [text[s:e] for s, e in datelines(text)] == found


def test_names_behind_what_somebody_is():
    text = "General Davit Orbel and the General Post Office; Director Per J. Lunde. Museum Director Ann."
    assert [text[s:e] for s, e in titled(text)] == ["Davit Orbel", "Per J. Lunde"]


def test_a_person_in_another_name_is_parted():
    label = {"Trump": "PERSON", "Washington Post": "ORG"}
    text = "the Washington Post Trump said, “Notice Trump sniffing,” and “Debating The Trump”"
    assert in_words(text, parted(text, named(text, "Washington Post Trump", "ORG"), label)) == [
        ("Washington Post", "ORG"),
        ("Trump", "PERSON"),
    ]
    assert in_words(text, parted(text, named(text, "Notice Trump", "WORK_OF_ART"), label)) == [("Trump", "PERSON")]
    kept = named(text, "Debating The Trump", "WORK_OF_ART")
    assert parted(text, kept, label) == [kept]

"""Claims by layout and quotation marks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.record import checked
from annotator.suggest.found import FoundClaim
from annotator.suggest.layout import said_by_layout, without_inner
from annotator.suggest.name_words import Named

NAMES = ("Ann Lee", "Omar Ćosić", "Maud Pettersen")


def made(text, *found):
    mentions = [
        Named(at, at + len(name), "PERSON") for name in NAMES for at in range(len(text)) if text.startswith(name, at)
    ]
    return said_by_layout(text, found, sorted(mentions, key=lambda m: m.start))


def claim(text, source, cue, content):
    def at(words):
        return ((text.index(words), text.index(words) + len(words)),)

    mode = "direct" if content[0] in '“"' else "indirect"
    return FoundClaim(at(source), at(cue), at(content), mode, 0.9)


def in_words(text, found):
    return [
        tuple(" ".join(text[s:e] for s, e in spans) for spans in (one.source, one.cue, one.content)) for one in found
    ]


SAID = "“It is late,” Ann Lee said.\n\n"


def test_a_paragraph_in_quotation_marks_is_by_who_spoke_before():
    text = SAID + "“And it is dark outside.”\n\n“We should go home.”\n\nThey went.\n\n“Nobody says this one.”"
    found = made(text, claim(text, "Ann Lee", "said", "“It is late,”"))
    assert in_words(text, found) == [
        ("Ann Lee", "", "“And it is dark outside.”"),
        ("Ann Lee", "", "“We should go home.”"),
    ]
    assert {one.mode for one in found} == {"direct"}


@pytest.mark.parametrize(
    "behind",
    [
        "“And it is dark,” Omar Ćosić replied.",  # has a tag
        "It is “dark outside tonight,” they found.",  # not a quotation as a whole
        "“The Long Goodbye Tonight”",  # a title
        "“Late.”",
        "“It is late”",  # lifted out
    ],
)
def test_other_paragraphs_are_nobodys(behind):
    text = SAID + behind
    known = [claim(text, "Ann Lee", "said", "“It is late,”")]
    if "replied" in behind:
        known.append(claim(text, "Omar Ćosić", "replied", "“And it is dark,”"))
    assert made(text, *known) == []


def test_who_only_was_reported_does_not_speak_on():
    text = "Ann Lee said that it was late.\n\n“Nobody knows who says this.”"
    assert made(text, claim(text, "Ann Lee", "said", "that it was late")) == []


def test_who_was_asked_answers():
    text = "Asked whether she would go, Ann Lee laughed.\n\n“Not before the summer is over.”"
    assert in_words(text, made(text)) == [("Ann Lee", "", "“Not before the summer is over.”")]


def test_a_transcript():
    text = (
        "20:15 — Ann Lee: We are late, all of us.\nOmar Ćosić: Are we?\n20:17 — Lee: We are, and you know it.\n"
        "Opening hours: nine to five\nPhoto: Maud Pettersen\nPHOTOS: nobody"
    )
    assert in_words(text, made(text)) == [
        ("Ann Lee", ":", "We are late, all of us."),
        ("Omar Ćosić", ":", "Are we?"),
        ("Lee", ":", "We are, and you know it."),
    ]


def test_one_line_with_a_colon_is_no_transcript():
    assert made("Ann Lee: a life in pictures\n\nShe was born in 1950.") == []


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Ann Lee, 71, sells eggs:\n“I shall believe it when I see it.”", ":"),
        ("“I shall believe it when I see it.”\n— Ann Lee, who sells eggs", "—"),
        ("“I shall believe it when I see it.”\n\n-- Ann Lee", "--"),
        ("Ann Lee at her stall: “I shall believe it when I see it.”", ":"),
        ("Photo: Ann Lee at her stall. “I shall believe it when I see it.”", ""),
        ("Ann Lee at her stall. “I shall believe it when I see it.” Photo: Omar Ćosić/Agency", ""),
    ],
)
def test_blocks_and_captions(text, cue):
    assert in_words(text, made(text)) == [("Ann Lee", cue, "“I shall believe it when I see it.”")]


def test_a_name_that_a_pipeline_half_knows_is_whole():
    text = "Ann Lee Quist, 71:\n“I shall believe it when I see it.”"
    assert in_words(text, made(text))[0][0] == "Ann Lee Quist"


def test_an_interview():
    text = (
        "Ann Lee keeps bees. We asked her why.\n\nMs. Lee, do they sting?\n\n“Every day, and I do not mind.”\n\n"
        "Do you talk to them?\n\n“Only in spring, when they are bored.”"
    )
    assert in_words(text, made(text)) == [
        ("Ann Lee", "", "“Every day, and I do not mind.”"),
        ("Ann Lee", "", "“Only in spring, when they are bored.”"),
    ]
    assert made(text.replace("Do you talk to them?", "They like music.")) == []


def test_claims_within_others_are_left_out():
    text = "Ann Lee: He said that it was late, I think.\nOmar Ćosić: Lee said so."
    inner = claim(text, "He", "said", "that it was late")
    found = made(text, inner)
    assert in_words(text, found)[0] == ("Ann Lee", ":", "He said that it was late, I think.")
    assert without_inner([inner], found) == []


@given(
    st.lists(
        st.sampled_from(
            [
                "Ann Lee",
                "Lee:",
                "“It is late,” Ann Lee said.",
                "“And dark it is.”",
                "\n",
                "\n\n",
                " ",
                "Why so?",
                "— ",
                "Photo: ",
                "“",
                "”",
                '"',
                "12:30 — ",
                "Omar Ćosić: no, never again.",
                "\r\n",
                "\u00a0",
                "🚢",
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_whatever_the_layout_claims_are_of_the_text_and_apart(text):
    found = made(text)
    record = {
        "claims": [
            {
                "source": [list(s) for s in c.source],
                "cue": [list(s) for s in c.cue],
                "content": [list(s) for s in c.content],
                "mode": c.mode,
            }
            for c in found
        ]
    }
    if text and "\0" not in text:
        checked({"text": text} | record)
    contents = sorted(span for one in found for span in one.content)
    assert all(a[1] <= b[0] for a, b in pairwise(contents))

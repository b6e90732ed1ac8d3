"""What quotation marks say of content."""

import pytest

from annotator.core.quotations import quotations
from annotator.core.text import covered
from annotator.suggest.learned.marks import mended

SAID = "“We are ready to go,” she said of Congress. “It can wait. It must wait for us. It will.”"


def content(text, source, cue, *pieces):
    def at(words):
        start = text.index(words)
        return start, start + len(words)

    spans = tuple(at(words) for words in pieces)
    found = mended(text, (at(source),) if source else (), (at(cue),), spans, quotations(text))
    return covered(text, found, " / ")


@pytest.mark.parametrize(
    "text, source, cue, pieces, wanted",
    [
        (SAID, "she", "said", ["“We are ready to go,”", "“It can wait."],
         "“We are ready to go,” / “It can wait. It must wait for us. It will.”"),
        (SAID, "she", "said", ["must wait for us. It will.”"], "“It can wait. It must wait for us. It will.”"),
        (SAID, "she", "said", ["“We are ready to go,” she"], "“We are ready to go,”"),
        ("He says of Ann, “She has it all in her.”", "He", "says", ["of Ann, “She has it all in her.”"],
         "“She has it all in her.”"),
        ("He knows that “it is what they want.”", "He", "knows", ["that"], "that “it is what they want.”"),
        ("“I never saw it,” the proceedings, he said.", "he", "said", ["“I never saw it,”", "the proceedings"],
         "“I never saw it,”"),
        ("He called it “a mess” and left.", "He", "called", ["it “a mess”"], "it “a mess”"),
        ("“Ann said it is over,” he wrote, “and I agree.”", "Ann", "said", ["it is over"], "it is over"),
    ],
)  # fmt: skip
def test_content_and_quotations(text, source, cue, pieces, wanted):
    assert content(text, source, cue, *pieces) == wanted

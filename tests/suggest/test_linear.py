"""What suggestions cost grows with the text, whatever is in it."""

import time

import pytest

from annotator.core.quotations import quotations
from annotator.core.scheme import default
from annotator.suggest.others.chat import passages
from annotator.suggest.sentences import sentence_starts
from annotator.suggest.suggester import suggest, suggester

TEXTS = {
    "line breaks": "\n" * 500,
    "spaces": " " * 10_000,
    "points": "." * 2_000,
    "opening marks": "“" * 2_000,
    "straight marks": '"' * 2_000,
    "single marks": "' " * 1_000,
    "commas": ", " * 1_000,
    "cues": "said " * 500,
    "names": "Ann Lee " * 350,
    "brackets": "(" * 2_000,
    "dashes": "- " * 1_000,
    "one word": "a" * 10_000,
    "digits": "1" * 10_000,
    "emoji": "😀" * 1_000,
    "tabs": "\t" * 5_000,
    "titles": "Mr. " * 500,
    "apostrophes": "players’ " * 300,
    "line ends of Windows": "\r\n" * 1_000,
    "spaces that do not break": "\u00a0" * 2_500,
    "guillemets": "«» " * 750,
    "according to": "according to " * 200,
    "reports tied": "and he said that " * 150,
    "capitals": "A" * 5_000,
    "underscores": "_" * 5_000,
    "signs without width": "\u200b" * 2_500,
    "right to left": "قال " * 500,
    "no spaces": "他说" * 1_000,
    "addresses": "http://a.b/c?d=e&" * 150,
    "colons": "x: " * 750,
    "short lines": "He said.\n" * 250,
    "spoken lines": "“It was late, he said.”\n\n" * 150,
    "a transcript": "Ann Lee: it was late.\n" * 200,
    "questions and answers": "Why was it late?\n“Because it was dark, I think.”\n" * 100,
}
# Four times the text takes four times as long; were it the square, sixteen times.
MOST = 10


@pytest.fixture(scope="module")
def by():
    made = suggester(None)
    suggest(made, "Ann Lee said it rains.", default().label_map)  # what is loaded at first is loaded
    return made


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def grows_with(work, text):
    """Whether the work on four times a text takes less than it would by the square. A computer may be busy with
    something else for a while, never three times on end."""
    for _ in range(3):
        once, four = (seconds(lambda t=t: work(t)) for t in (text, text * 4))
        if four < max(1.0, MOST * once):
            return True
    return False


@pytest.mark.parametrize("name", TEXTS)
def test_suggesting(by, name):
    assert grows_with(lambda text: suggest(by, text, default().label_map), TEXTS[name])


@pytest.mark.parametrize("find", [sentence_starts, quotations, passages])
@pytest.mark.parametrize("name", TEXTS)
def test_what_looks_at_every_sign(find, name):
    assert grows_with(find, TEXTS[name] * (200_000 // len(TEXTS[name])))

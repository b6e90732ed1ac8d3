"""What every extractor of claims must find, and how its findings read."""

from annotator.core.record import checked
from annotator.core.text import covered
from annotator.suggest.suggester import suggest

COMMON = [
    (
        "Minister Anna Berg has said the situation on the border is a major concern.",
        ("Minister Anna Berg", "has said", "the situation on the border is a major concern", "indirect", "Anna Berg"),
    ),
    ("Anna Berg said “the border is closed.”", ("Anna Berg", "said", "“the border is closed.”", "direct", "Anna Berg")),
    (
        "Anna Berg arrived on Monday. She said the border was “open to all” again.",
        ("She", "said", "the border was “open to all” again", "mixed", "Anna Berg"),
    ),
    (
        "Anna Berg smiled. The aim, she said, was to counter threats from outside.",
        ("she", "said", "The aim / was to counter threats from outside", "indirect", "Anna Berg"),
    ),
]


def found(by, text, labels):
    """The claims suggested for a text: source, cue, content, mode and actor, as they are read."""
    record = checked({"text": text} | suggest(by, text, labels))
    return [
        (*(covered(text, c[slot], " / ") for slot in ("source", "cue", "content")), c["mode"], c["actor"])
        for c in record["claims"]
    ]

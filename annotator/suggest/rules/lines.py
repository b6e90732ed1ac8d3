"""A step for spaCy's pipelines: no sentence runs over a line break, and none is endless.

A headline stays apart from the text, and work on a sentence stays bounded, whatever the text is.
"""

from spacy.language import Language
from spacy.tokens import Doc

MAX_SENTENCE = 250  # tokens without a full stop, question or exclamation mark


@Language.component("line_starts")
def line_starts(doc: Doc) -> Doc:
    """Makes a token after a line break begin a sentence, or one too far from any end; the parser keeps to it."""
    length = 0
    for token in doc[:-1]:
        length = 0 if token.text in (".", "!", "?") else length + 1
        if "\n" in token.text or "\r" in token.text or length >= MAX_SENTENCE:
            doc[token.i + 1].is_sent_start = True
            length = 0
    return doc

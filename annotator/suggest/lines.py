"""A step for spaCy's pipelines: no sentence runs over a line break, so that a headline stays apart from the text."""

from spacy.language import Language
from spacy.tokens import Doc


@Language.component("line_starts")
def line_starts(doc: Doc) -> Doc:
    """Makes each token after a line break begin a sentence; the parser keeps to it."""
    for token in doc[:-1]:
        if "\n" in token.text or "\r" in token.text:
            doc[token.i + 1].is_sent_start = True
    return doc

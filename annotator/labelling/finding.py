"""Where words stand in an article."""

from __future__ import annotations

import regex

from annotator.core.text import Span

MOST = 10_000  # hits: nobody goes through more
_ALIKE = ("'’‘‚", '"“”„«»', "-‐‑–—―")
_MARKS = {sign: f"[{regex.escape(signs)}]" for signs in _ALIKE for sign in signs}


def hits(text: str, words: str) -> list[Span]:
    """The places of words in a text, in its order, as code points; `MOST` at most. Capitals, the kind of quotation
    marks and of dashes, and how much white space is between words, make no difference."""
    parts = words.split()
    if not parts:
        return []
    spelled = r"[\s\x1c-\x1f]+".join(  # all that `split` takes for white space
        "".join(_MARKS.get(sign, regex.escape(sign)) for sign in part) for part in parts
    )
    found: list[Span] = []
    for one in regex.finditer(spelled, text, regex.IGNORECASE):
        found.append(one.span())
        if len(found) == MOST:
            break
    return found

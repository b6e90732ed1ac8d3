"""An article as the encoder reads it: word pieces with their places, line breaks, letter case, quotation marks and
sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from annotator.core.quotations import quotations
from annotator.core.text import Span
from annotator.suggest.sentences import sentence_starts

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Ints = npt.NDArray[np.int32]

# Pieces of the vocabulary (of uncased BERT) with a meaning of their own.
PAD, BREAK, UNKNOWN, CLS, SEP, HIDDEN = 0, 1, 100, 101, 102, 103

# What a vocabulary without capitals cannot tell: how the word that a piece is of is written.
LOWER, TITLE, UPPER, MIXED, NUMBER, SIGN, LINE, OUTER = range(8)
SHAPES = 8
# Where a piece stands to the quotations of the text.
OUTSIDE, INSIDE, MARK = range(3)
PLACES = 3

MAX_SENTENCE = 120  # pieces without an end

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Pieces:
    """An article's word pieces, each array of the same length: vocabulary ids, `[start, end)` in code points, whether a
    piece begins a word, its word's shape, its place to the quotations, and the number of its sentence."""

    ids: Ints
    starts: Ints
    ends: Ints
    begins: npt.NDArray[np.bool_]
    shapes: Ints
    places: Ints
    sentences: Ints

    def __len__(self) -> int:
        return len(self.ids)


@lru_cache(maxsize=2)
def tokenizer(path: Path) -> Tokenizer:
    """The word-piece tokenizer of a model's file, without cutting, padding or signs of its own."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(path))
    made.no_truncation()
    made.no_padding()
    return made


def pieces(made: Tokenizer, text: str) -> Pieces:
    """The pieces of a whole text; a run of line breaks is one piece of its own."""
    ids: list[int] = []
    spans: list[Span] = []
    begins: list[bool] = []
    lines = [m.span() for m in _LINE.finditer(text) if not m[0].isspace()]
    encoded = made.encode_batch([text[s:e] for s, e in lines], add_special_tokens=False)
    for (start, _), line in zip(lines, encoded, strict=True):
        if ids:
            ids.append(BREAK)
            spans.append((spans[-1][1], start))
            begins.append(True)
        ids += line.ids
        spans += [(s + start, e + start) for s, e in line.offsets]
        begins += [not token.startswith("##") for token in line.tokens]
    starts, ends = (np.fromiter((s[i] for s in spans), np.int32, len(spans)) for i in (0, 1))
    numbers = np.array(ids, np.int32)
    first = np.array(begins, bool)
    return Pieces(
        numbers,
        starts,
        ends,
        first,
        _shapes(text, numbers, spans, begins),
        _places(text, starts, ends),
        _sentences(text, numbers, starts, first),
    )


def _shapes(text: str, ids: Ints, spans: list[Span], begins: list[bool]) -> Ints:
    shapes = np.zeros(len(ids), np.int32)
    i = 0
    while i < len(begins):
        j = i + 1
        while j < len(begins) and not begins[j]:
            j += 1
        shapes[i:j] = LINE if ids[i] == BREAK else _shape(text[spans[i][0] : spans[j - 1][1]])
        i = j
    return shapes


def _shape(word: str) -> int:
    if word.islower():
        return LOWER
    if word.isupper():
        return UPPER if len(word) > 1 else TITLE
    if word[:1].isupper() and word[1:].islower():
        return TITLE
    if any(c.isalpha() for c in word):
        return MIXED
    return NUMBER if any(c.isdigit() for c in word) else SIGN


def _places(text: str, starts: Ints, ends: Ints) -> Ints:
    places = np.zeros(len(starts), np.int32)
    for start, end in quotations(text):
        low, high = np.searchsorted(starts, (start, end))
        places[low:high] = INSIDE
        if low < high and starts[low] == start:
            places[low] = MARK
        if low < high - 1 and ends[high - 1] == end and not text[end - 1].isalnum():
            places[high - 1] = MARK
    return places


def _sentences(text: str, ids: Ints, starts: Ints, begins: npt.NDArray[np.bool_]) -> Ints:
    """Numbers of sentences; one without an end is cut, so that work on a sentence stays bounded."""
    numbers = np.searchsorted(sentence_starts(text), starts, side="right").astype(np.int32)
    numbers[1:][ids[1:] == BREAK] = numbers[:-1][ids[1:] == BREAK]  # a line break is the end of what it ends
    length = cuts = 0
    for i in range(1, len(numbers)):
        length = length + 1 if numbers[i] + cuts == numbers[i - 1] else 0
        if length >= MAX_SENTENCE and begins[i]:
            cuts, length = cuts + 1, 0
        numbers[i] += cuts
    return numbers

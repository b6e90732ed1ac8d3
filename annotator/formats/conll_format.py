"""CoNLL-2003: a line for each token, its entity in the last column; IOB1, IOB2 and BIOES are read, IOB2 is written.

It holds the words of a text and their entities, nothing else: what is read has its tokens divided by blanks, its
sentences by line ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from annotator.core.record import METADATA, LeftOut, Record
from annotator.formats.losses import Loss, Losses, words_of
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import Sample
from annotator.formats.tokens import apart, sentences_of, tokens_of, tokens_within

ALONE = "conll"  # whose entities they are: the format has no place for it
FINISHED = 1.0  # all of the text is labelled, but it does not say since when
DOCSTART = "-DOCSTART-"
_WHOSE = ("layer", "kind", "version", "author", "finished")
_TAG = re.compile(r"O|[BIESLU]-\S+")
_COMMENT = re.compile(r"#\s*(?:newdoc|newpar|text|sent_id|global\.columns)\b")
_GAP = re.compile(r"[\t ]+")
_LOOKED_AT = 300  # lines by which a file is recognised


def _recognises(sample: Sample) -> bool:
    lines = sample.beginning.split("\n")[:-1][:_LOOKED_AT] or [sample.beginning]
    rows = [re.split(r"[\t ]", line.rstrip("\r\t ")) for line in lines if line.strip() and not _COMMENT.match(line)]
    tagged = [row for row in rows if len(row) > 1 and _TAG.fullmatch(row[-1])]
    return len(rows) > 1 and len(tagged) == len(rows) and len({len(row) for row in rows if row[0] != DOCSTART}) == 1


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    stem, number, first = sample.path.stem, 0, 1
    whose = sample.reading.annotator or ALONE
    document: list[list[tuple[str, str]]] = [[]]
    nested = 0
    numbered = _is_numbered(sample.beginning)

    def record() -> Iterator[tuple[str, Outcome]]:
        nonlocal number
        if not any(document):
            return
        number += 1
        where = f"{sample.name}, line {first}"
        made, stray = _record(document)
        if stray:
            yield where, LeftOut(f"{stray:,} × tag that is none of IOB1, IOB2 or BIOES: not read")
        if nested:
            yield where, LeftOut(f"{nested:,} × tag of another column: not read")
        whole = {} if stray or nested else {"finished": FINISHED}
        yield where, {"id": f"{stem}-{number}", "layer": whose, "kind": "annotator"} | whole | made

    for at, raw in enumerate(sample.lines(), 1):
        line = raw.rstrip("\r\t ")
        columns = _GAP.split(line)
        if columns[0] == DOCSTART:
            yield from record()
            document, first = [[]], at
        elif not line.strip():
            document.append([])
        elif not (line[0] == "#" and _COMMENT.match(line) and not _TAG.fullmatch(columns[-1])):
            if numbered and line.startswith("#"):
                continue
            if numbered:  # as of GermEval: the number of the token, it, its entity, the one within that
                nested += sum(tag != "O" for tag in columns[3:])
                columns = columns[1:3]
            elif line.startswith("#") and not _TAG.fullmatch(columns[-1]):
                continue
            document[-1].append((columns[0], columns[-1] if len(columns) > 1 else "O"))
    yield from record()


def _is_numbered(beginning: str) -> bool:
    """Whether the first column counts the tokens of each sentence, and tags begin in the third."""
    rows = [line.split("\t") for line in beginning.split("\n")[:-1][:_LOOKED_AT] if line.strip() and line[0] != "#"]
    return bool(rows) and all(len(row) > 2 and row[0].isdigit() and _TAG.fullmatch(row[2].rstrip("\r")) for row in rows)


def _record(document: Iterable[list[tuple[str, str]]]) -> tuple[Record, int]:
    """The text and the entities of a document's sentences, and how many tags mean nothing."""
    parts, mentions, stray, at = [], [], 0, 0
    for sentence in filter(None, document):
        words = []
        begun: tuple[str, int] | None = None  # label and start of the entity that is open
        end = at
        for word, tag in sentence:
            prefix, _, label = tag.partition("-")
            if tag != "O" and not _TAG.fullmatch(tag):
                stray += 1
                prefix, label = "O", ""
            goes_on = begun is not None and label == begun[0] and prefix in ("I", "E", "L")
            if begun is not None and not goes_on:
                mentions.append({"start": begun[1], "end": end, "label": begun[0]})
                begun = None
            if label and begun is None:
                begun = label, at
            end = at + len(word)
            if begun is not None and prefix in ("E", "L", "S", "U"):
                mentions.append({"start": begun[1], "end": end, "label": begun[0]})
                begun = None
            words.append(word)
            at = end + 1
        if begun is not None:
            mentions.append({"start": begun[1], "end": end, "label": begun[0]})
        parts.append(" ".join(words))
    return {"text": "\n".join(parts), "mentions": mentions, "claims": []}, stray


def _in_words(record: Record, tell: Callable[[str], None]) -> Record:
    """A record of which only the tokens are left, and the entities that are made of whole ones."""
    text = record["text"]
    tokens = tokens_of(text)
    starts = [start for start, _ in tokens]
    places, parts, at = [], [], 0
    for first, last in sentences_of(text, tokens):
        for start, end in tokens[first:last]:
            places.append((at, at + end - start))
            at += end - start + 1
        parts.append(" ".join(text[start:end] for start, end in tokens[first:last]))
    found = []
    for mention in record["mentions"]:
        span = mention["start"], mention["end"]
        within = tokens_within(tokens, starts, span)
        if within is None:
            tell(f"the entity {words_of(record, [span])} cuts a token")
        else:
            label = re.sub(r"\s+", "_", mention["label"])
            if label != mention["label"]:
                tell(f"the label “{mention['label']}” is “{label}”")
            found.append((*within, label))
    kept, others = apart(found)
    for first, last, _ in others:
        tell(f"the entity {words_of(record, [(tokens[first][0], tokens[last - 1][1])])} overlaps a longer one")
    if (words := "\n".join(parts)) != text:
        tell("the text")
    mentions: list[Record] = [{"start": places[a][0], "end": places[b - 1][1], "label": label} for a, b, label in kept]
    # In IOB, what crosses a sentence is two.
    whole = []
    for mention in mentions:
        if "\n" in words[mention["start"] : mention["end"]]:
            tell(f"the entity [{mention['start']}, {mention['end']}) crosses a sentence")
        else:
            whole.append(mention)
    return {"text": words, "mentions": whole, "claims": []}


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(f"{DOCSTART} -X- -X- O\n\n")
            text, mentions = record["text"], iter([*record["mentions"], None])
            mention, at = next(mentions), 0
            for sentence in text.split("\n"):
                for word in sentence.split(" "):
                    while mention is not None and mention["end"] <= at:
                        mention = next(mentions)
                    tag = "O"
                    if mention is not None and mention["start"] <= at:
                        tag = f"{'B' if mention['start'] == at else 'I'}-{mention['label']}"
                    file.write(f"{word} -X- _ {tag}\n")
                    at += len(word) + 1
                file.write("\n")
    return []


FORMAT = Format(
    name="conll",
    title="CoNLL-2003: tokens with their entities (IOB2)",
    suffixes=(".conll", ".iob", ".iob2", ".bio", ".bioes"),
    recognises=_recognises,
    read=_read,
    write=_write,
    losses=Losses(
        record=("id", *METADATA, "copy_of", *_WHOSE, "derived", "attributes", "extra"),
        mentions=("actor", "score", "attributes"),
        no=("claims",),
        others=(
            Loss(
                "all of a text but its words; entities that cut a word, overlap or cross a sentence",
                _in_words,
            ),
        ),
    ),
    not_read=("columns between the first and the last",),
)

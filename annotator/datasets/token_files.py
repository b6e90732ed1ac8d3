"""Examples for token classifiers: one for each cue of a claim, its sentences as tokens with the roles they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson

from annotator.core.record import Record
from annotator.datasets.plan import Plan
from annotator.formats.tokens import sentences_of, tokens_of, tokens_within

ROLES = ("speaker", "content")


def write_tokens(folder: Path, plan: Plan, examples: Iterable[Record]) -> None:
    """Writes JSON lines, a file a split."""
    folder.mkdir()
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / f"{name}.jsonl").open("wb")) for name in plan.recipe.parts}
        for example in examples:
            for row in token_examples(example):
                files[example["split"]].write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def token_examples(example: Record) -> Iterator[dict[str, Any]]:
    """One for each claim with a cue: the sentences that it lies in, as tokens with their places in the article; 1 where
    the cue is; BIO tags of speaker and content. A piece that cuts a token is named instead of tagged."""
    text, claims = example["text"], example["claims"] or ()
    if not claims:
        return
    tokens = tokens_of(text)
    starts = [start for start, _ in tokens]
    sentences = sentences_of(text, tokens)
    for claim in claims:
        pieces = [(role, one["start"], one["end"]) for role in ("cue", *ROLES) for one in claim[role]]
        if not claim["cue"]:
            continue
        low, high = min(start for _, start, _ in pieces), max(end for _, _, end in pieces)
        # From the sentence in which its first word is to that of its last.
        within = [(a, b) for a, b in sentences if tokens[b - 1][1] > low and tokens[a][0] < high]
        if not within:
            continue  # a claim of white space between sentences
        first, last = within[0][0], within[-1][1]
        tags, cue, cut = ["O"] * (last - first), [0] * (last - first), []
        for role, start, end in pieces:
            found = tokens_within(tokens, starts, (start, end))
            if found is None:
                cut.append({"role": role, "start": start, "end": end})
                continue
            for at in range(*found):
                if role == "cue":
                    cue[at - first] = 1
                elif tags[at - first] == "O":
                    tags[at - first] = f"{'B' if at == found[0] else 'I'}-{role.upper()}"
        yield {
            "id": claim["id"],
            "article": example["id"],
            "annotator": example["annotator"],
            "tokens": [text[a:b] for a, b in tokens[first:last]],
            "offsets": [list(place) for place in tokens[first:last]],
            "cue": cue,
            "tags": tags,
            "mode": claim["mode"],
            "stance": claim["stance"],
            "cut": cut,
        }

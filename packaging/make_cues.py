#!/usr/bin/env python3
"""Makes resources/cues/en.json, the cue lexicon, from articles with labelled claims.

    python packaging/make_cues.py GOLD.jsonl resources/cues/en.json

GOLD.jsonl holds records with "text" and "claims" (docs/format.md). A possible claim counts as one when its content and
a labelled claim's share half their characters (IoU) and the cues meet. The share of each cue word in a frame is
smoothed towards the frame's own: (hits + 2 * share of the frame) / (cases + 2). Words met fewer than 3 times stay out.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from annotator.core.text import quotations
from annotator.suggest.pipeline import load
from annotator.suggest.rules.claims import candidates

PRIOR = 2
MINIMUM = 3
KEEP_FROM = 0.2


def characters(text, spans):
    return {i for start, end in spans for i in range(start, end) if text[i].isalnum()}


def counts(docs_and_claims):
    cases, hits = Counter(), Counter()
    for doc, gold in docs_and_claims:
        text = doc.text
        labelled = [(characters(text, c["content"]), characters(text, c["cue"])) for c in gold]
        for found in candidates(doc, quotations(text)):
            key = found.frame, found.lemma
            cases[key] += 1
            content = {
                i for t in found.content for i in range(doc[t].idx, doc[t].idx + len(doc[t])) if text[i].isalnum()
            }
            cue = {i for t in found.cue for i in range(doc[t].idx, doc[t].idx + len(doc[t]))}
            hits[key] += any(len(content & c) * 2 >= len(content | c) and cue & q for c, q in labelled)
    return cases, hits


def lexicon(cases, hits):
    frames = {}
    for frame in {f for f, _ in cases}:
        words = [key for key in cases if key[0] == frame]
        share = sum(hits[k] for k in words) / sum(cases[k] for k in words)
        weights = {
            word: round((hits[frame, word] + PRIOR * share) / (cases[frame, word] + PRIOR), 2)
            for _, word in words
            if cases[frame, word] >= MINIMUM
        }
        frames[frame] = {w: s for w, s in sorted(weights.items()) if s >= KEEP_FROM}
    all_cases, all_hits = Counter(), Counter()
    for (frame, word), n in cases.items():
        if frame != "bare":
            all_cases[word] += n
            all_hits[word] += hits[frame, word]
    shares = {w: round(all_hits[w] / n, 2) for w, n in sorted(all_cases.items()) if n >= MINIMUM}
    frames["any"] = {w: s for w, s in shares.items() if s >= KEEP_FROM}
    return {frame: weights for frame, weights in sorted(frames.items()) if weights}


def main(gold, out):
    nlp = load().nlp
    articles = {}
    with Path(gold).open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            articles.setdefault(record["id"], record)
    docs = nlp.pipe((r["text"] for r in articles.values()), batch_size=8)
    made = lexicon(*counts(zip(docs, (r["claims"] for r in articles.values()), strict=True)))
    Path(out).write_text(json.dumps(made, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])

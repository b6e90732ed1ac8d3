"""Trains spaCy to find who said it and what was said, given the cue:  python token_classifier.py DATASET [STEPS]"""

import json
import random
import sys
from pathlib import Path

import spacy
from spacy.tokens import Doc, Span
from spacy.training import Example, biluo_tags_to_spans, iob_to_biluo

spacy.util.fix_random_seed(1)
nlp = spacy.blank("en")
tagger = nlp.add_pipe("ner")


def examples(split: str) -> list[Example]:
    """One for each cue: its sentences, the cue between marks, with speaker and content as entities."""
    made = []
    for line in Path(sys.argv[1], "tokens", f"{split}.jsonl").read_text("utf-8").split("\n")[:-1]:
        one = json.loads(line)
        words = [f"<{word}>" if cue else word for word, cue in zip(one["tokens"], one["cue"], strict=True)]
        doc = Doc(nlp.vocab, words)
        doc.ents = [Span(doc, s.start, s.end, s.label_) for s in biluo_tags_to_spans(doc, iob_to_biluo(one["tags"]))]
        made.append(Example(Doc(nlp.vocab, words), doc))
    return made


train, test = examples("train"), examples("test")
optimizer = nlp.initialize(lambda: train)
for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 300):
    nlp.update(random.sample(train, min(32, len(train))), sgd=optimizer)
scores = nlp.evaluate(test)
print(f"{len(train)} cues to train on, {len(test)} to test; F1 {scores['ents_f'] or 0:.2f}", scores["ents_per_type"])

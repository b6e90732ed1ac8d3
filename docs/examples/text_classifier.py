"""Trains a classifier of modes (quoted or reported) on a dataset of Annotator's:  python text_classifier.py DATASET"""

import sys
from pathlib import Path

import pyarrow.parquet as pq
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline


def claims(split: str) -> tuple[list[str], list[str]]:
    """The sentence around each claim, and its mode."""
    texts, modes = [], []
    for row in pq.read_table(Path(sys.argv[1], "data", f"{split}.parquet")).to_pylist():
        for claim in row["claims"] or ():
            pieces = claim["speaker"] + claim["cue"] + claim["content"]
            low, high = min(piece["start"] for piece in pieces), max(piece["end"] for piece in pieces)
            texts.append(row["text"][max(0, low - 20) : high + 20])
            modes.append(claim["mode"])
    return texts, modes


train, test = claims("train"), claims("test")
model = make_pipeline(
    TfidfVectorizer(token_pattern=r"\w+|[“”\"]"), LogisticRegression(class_weight="balanced", max_iter=500)
)
model.fit(*train)
print(f"{len(train[0])} claims to train on, {len(test[0])} to test")
print(f"macro F1 {f1_score(test[1], model.predict(test[0]), average='macro'):.2f}")

"""What the models are trained on and weighed by: PolNeAR's articles with claims, NewsMTSC's sentences with stances."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotator.core.annotation import Stance
from annotator.core.text import Span
from annotator.formats.brat_format import read_folder
from annotator.formats.brat_mapping import mapping_of

VERSIONS_OF_A_TEXT = 3  # six people's labels of sixteen texts must not outweigh the rest
POLARITY: dict[float, Stance] = {2.0: "against", 4.0: "neutral", 6.0: "favor"}


def articles(folder: Path, every: int = 1) -> list[dict[str, Any]]:
    """Those of a split of PolNeAR to learn from, at most `VERSIONS_OF_A_TEXT` of one text; one in `every` of them."""
    times: Counter[str] = Counter()
    kept = []
    for record in read(folder):
        times[record["text"]] += 1
        if times[record["text"]] <= VERSIONS_OF_A_TEXT:
            kept.append(record)
    return kept[::every]


def read(folder: Path) -> list[dict[str, Any]]:
    """PolNeAR's records of a split in a fixed order."""
    found = [record for _, record in read_folder(folder, mapping_of("polnear", folder)) if isinstance(record, dict)]
    return sorted(found, key=lambda r: (str(r["id"]), str(r.get("layer"))))


def targets(file: Path, every: int = 1) -> list[tuple[str, Span, Stance]]:
    """NewsMTSC's sentences with a target and the stance towards it, in the file's order."""
    return list(_targets(file))[::every]


def _targets(file: Path) -> Iterator[tuple[str, Span, Stance]]:
    for line in file.read_text("utf-8").splitlines():
        record = json.loads(line)
        for target in record["targets"]:
            yield record["sentence_normalized"], (target["from"], target["to"]), POLARITY[target["polarity"]]

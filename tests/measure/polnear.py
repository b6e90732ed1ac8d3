"""PolNeAR's dev split as gold articles, each text once, by its first annotator."""

from __future__ import annotations

import os
from pathlib import Path

from annotator.formats.brat_format import read_folder
from annotator.formats.brat_mapping import mapping_of
from annotator.suggest.evaluation import ActorNumbers, layer_of
from annotator.suggest.training import Gold

SHARED = Path(os.environ.get("ANNOTATOR_SHARED", Path(__file__).parents[3] / "shared"))


def dev(folder: Path = SHARED / "data" / "polnear" / "dev") -> list[Gold]:
    records = [r for _, r in read_folder(folder, mapping_of("polnear", folder)) if isinstance(r, dict)]
    records.sort(key=lambda r: (str(r["id"]), str(r.get("layer"))))
    found: dict[str, Gold] = {}
    for record in records:
        claims = tuple(layer_of(record, ActorNumbers()).claims.values())
        found.setdefault(record["text"], Gold(record["text"], claims))
    return list(found.values())

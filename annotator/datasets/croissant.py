"""A dataset's description in Croissant 1.0, which catalogues of datasets read: https://docs.mlcommons.org/croissant/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.datasets.choosing import EDITORS
from annotator.datasets.plan import Plan
from annotator.datasets.schema import COLUMNS
from annotator.formats.export import GOLD, MODEL

# The terms of Croissant 1.0, as its specification lists them.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_PLAIN = tuple(
    name
    for name in COLUMNS
    if name not in ("shown", "labelled", "derived", "claims", "entities", "rejected", "finished")
)


def croissant(name: str, plan: Plan, files: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    """The description; `files` are sizes and SHA-256 by name. Of the columns, those of plain values are described."""
    parquet = [file for file in files if file.startswith("data/")]
    objects = [
        {
            "@type": "cr:FileObject",
            "@id": file,
            "name": file,
            "contentUrl": file,
            "contentSize": f"{files[file][0]} B",
            "encodingFormat": "application/x-parquet",
            "sha256": files[file][1],
        }
        for file in parquet
    ]
    known = {GOLD: "adjudicated", MODEL: "suggested by a model", EDITORS: "by each editor apart"}
    whose = known.get(plan.recipe.layer, "by one editor")
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": name,
        "description": "News articles with claims: who said what, quoted or reported, for or against whom.",
        "version": "1.0.0",
        **({"license": plan.recipe.licence} if plan.recipe.licence else {}),
        "rai:dataAnnotationProtocol": f"Labels {whose}; scheme.json and guidelines.md have the scheme.",
        "rai:dataAnnotationPlatform": "Annotator",
        "distribution": objects,
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": file.removeprefix("data/").removesuffix(".parquet"),
                "name": file.removeprefix("data/").removesuffix(".parquet"),
                "field": [_field(file, column) for column in _PLAIN],
            }
            for file in parquet
        ],
    }


def _field(file: str, column: str) -> dict[str, Any]:
    part = file.removeprefix("data/").removesuffix(".parquet")
    return {
        "@type": "cr:Field",
        "@id": f"{part}/{column}",
        "name": f"{part}/{column}",
        "description": COLUMNS[column],
        "dataType": "sc:Text",
        "source": {"fileObject": {"@id": file}, "extract": {"column": column}},
    }

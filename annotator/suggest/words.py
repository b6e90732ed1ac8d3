"""Lists of English words that rules go by, as `resources/names/words.json` holds them."""

from __future__ import annotations

import json
from functools import cache

from annotator.core.assets import asset


@cache
def words(kind: str) -> frozenset[str]:
    """The words of a kind: titles before names, offices that people hold, documents that say things …"""
    return frozenset(_all()[kind].split())


@cache
def _all() -> dict[str, str]:
    held: dict[str, str] = json.loads(asset("names", "words.json").read_text("utf-8"))
    return held

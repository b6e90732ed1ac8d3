"""Who and what is the same everywhere: stable identities of authors and actors, so that files can be merged."""

from __future__ import annotations

import hashlib
import uuid

# What our identities by name are derived in (RFC 9562, version 5); any constant would do, but never another one.
_SPACE = uuid.UUID("6f0f4d7a-5d3c-4b8e-9a51-3c1f0a9b7e42")


def author_uid(kind: str, name: str, version: str = "") -> str:
    """The identity of an author who is known by name alone: a model of a version, the adjudicator, or an annotator
    whose labels came in with nothing but a name."""
    return uuid.uuid5(_SPACE, f"{kind}\n{name}\n{version}").hex


def new_uid() -> str:
    """The identity of an annotator who works here, or of something done here."""
    return uuid.uuid4().hex


def folded(name: str) -> str:
    """A name without regard to case and spacing."""
    return " ".join(name.casefold().split())


def actor_id(name: str) -> int:
    """The id of a new actor: the same for a name wherever it is first used, so that the actor two editors meant is one.
    53 bits, exact as a JSON number."""
    return int.from_bytes(hashlib.sha256(folded(name).encode()).digest()[:7]) >> 3 or 1

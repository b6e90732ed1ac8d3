"""Who works at this computer: a name, asked once, and an identity that is the same in all projects."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from annotator.core.files import replacing
from annotator.core.identity import new_uid
from annotator.core.record import MAX_NAME


@dataclass(frozen=True, slots=True)
class Me:
    """An annotator by identity and name."""

    uid: str
    name: str


def path() -> Path:
    return Path(platformdirs.user_config_dir("annotator", appauthor=False)) / "me.json"


def known() -> Me | None:
    """Who works here; None when nobody has said so yet."""
    try:
        data = json.loads(path().read_text("utf-8"))
        uid, name = data["uid"], data["name"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    fits = isinstance(uid, str) and isinstance(name, str) and len(uid) == 32 and 0 < len(name.strip()) <= MAX_NAME
    return Me(uid, name) if fits else None


def keep(name: str) -> Me:
    """Says who works here; the identity stays the one there was. Raises OSError."""
    before = known()
    made = Me(before.uid if before else new_uid(), " ".join(name.split())[:MAX_NAME])
    path().parent.mkdir(parents=True, exist_ok=True)
    with replacing(path()) as file:
        json.dump(asdict(made), file, ensure_ascii=False)
    return made


def system_user() -> str:
    """The name to propose."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "editor"

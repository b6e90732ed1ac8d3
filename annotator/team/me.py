"""Who works at this computer: a name, asked once, and an identity that is the same in all projects."""

from __future__ import annotations

import getpass
import json
import os
from contextlib import suppress
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
    """Says who works here; the identity stays the one there was, also when two first starts ask at once. Raises
    OSError."""
    path().parent.mkdir(parents=True, exist_ok=True)
    before = known() or _first(Me(new_uid(), name))
    made = Me(before.uid, " ".join(name.split())[:MAX_NAME])
    with replacing(path()) as file:
        json.dump(asdict(made), file, ensure_ascii=False)
    return made


def _first(made: Me) -> Me:
    """The first identity at this computer: this one, or that which another program has given in the meantime."""
    draft = path().with_name(f".{made.uid}")
    try:
        draft.write_text(json.dumps(asdict(made), ensure_ascii=False), "utf-8")
        with suppress(FileExistsError):
            os.link(draft, path())
    except OSError:  # no links here: then the last one counts
        return made
    finally:
        draft.unlink(missing_ok=True)
    return known() or made


def system_user() -> str:
    """The name to propose."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "editor"

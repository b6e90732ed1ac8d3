"""Where texts may be sent: to this computer always, elsewhere only once the user has said so."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from annotator.core.errors import AnnotatorError
from annotator.core.files import data_folder, replacing
from annotator.suggest.others.chosen import Chosen, host_of, is_here


class NotAllowed(AnnotatorError):
    """An address to which nobody has said that texts may be sent."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(f"{about(chosen)} Say so with --send, once for this address.")


class NotKept(AnnotatorError):
    """Where texts may be sent cannot be remembered, so that nobody could see it later."""


def about(chosen: Chosen) -> str:
    """What will be sent where."""
    more = ", the prompt with your guidelines, and your key if there is one," if chosen.kind == "chat" else ""
    return f"The full texts of the articles{more} would be sent over the internet to {host_of(chosen.where)}."


def is_allowed(chosen: Chosen) -> bool:
    """Whether the user has said so, or nothing leaves this computer."""
    return chosen.kind not in ("address", "chat") or is_here(chosen.where) or host_of(chosen.where) in _allowed()


def allow(chosen: Chosen) -> None:
    """Remembers on this computer that the user has said so. Raises NotKept."""
    hosts = sorted({*_allowed(), host_of(chosen.where)})
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as out:
            json.dump(hosts, out)
    except OSError as error:
        raise NotKept(f"What you said cannot be kept in {file}: {error.strerror}. Nothing was sent.") from error


def _file() -> Path:
    return data_folder() / "sending.json"


def _allowed() -> set[str]:
    with suppress(OSError, ValueError):
        held = json.loads(_file().read_text("utf-8"))
        if isinstance(held, list):
            return {host for host in held if isinstance(host, str)}
    return set()

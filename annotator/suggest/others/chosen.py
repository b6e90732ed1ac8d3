"""Which model of others suggests, and how it is asked: what a user chose, checked."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import shlex
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from annotator.core.errors import AnnotatorError

Kind = Literal["program", "address", "chat", "package"]
KINDS: tuple[Kind, ...] = ("program", "address", "chat", "package")
EXAMPLES: dict[Kind, str] = {
    "program": "program:./find-claims --fast",
    "address": "http://localhost:8000/suggest",
    "chat": "chat:llama3.2@http://localhost:11434/v1",
    "package": "package:NAME",
}
MAX_PROMPT = 100_000


class ChoiceError(AnnotatorError, ValueError):
    """A model of others that cannot be asked, with the reason in words for an editor."""


_ENDINGS = frozenset((".py", ".pyz", ".js", ".mjs", ".ts", ".rb", ".pl", ".php", ".R", ".sh", ".jar"))
_RUNS_OTHERS = re.compile(
    r"(python|pypy|node|deno|bun|ruby|perl|php|java|Rscript|bash|sh|zsh|uv|env)[\d.]*(\.exe)?", re.I
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """`where` is a command line, an address, or a package's name; `model` and `prompt` are a chat model's. A program
    and a package run on this computer with the user's rights: only the user chooses them, never a project."""

    kind: Kind
    where: str
    model: str = ""
    prompt: str = ""

    @property
    def name(self) -> str:
        """What its layers are called."""
        if self.kind == "program":
            return _called(shlex.split(self.where))
        return self.model or (host_of(self.where) if self.kind == "address" else self.where)

    @property
    def version(self) -> str:
        """Another one for another command, address or prompt: what it suggests is something else then."""
        if self.kind == "package":
            return ""
        told = hashlib.sha256("\n".join((self.where, self.prompt)).encode("utf-8", "replace")).hexdigest()[:8]
        return f"{'prompt' if self.kind == 'chat' else 'at'} {told}"

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    def as_option(self) -> str:
        """As it is given on a command line."""
        if self.kind == "chat":
            return f"chat:{self.model}@{self.where}"
        return self.where if self.kind == "address" else f"{self.kind}:{self.where}"


def is_other(option: str) -> bool:
    """Whether what a command line says names a model of others."""
    return option.startswith(("program:", "chat:", "package:", "http://", "https://"))


def parsed(option: str, prompt: str = "") -> Chosen:
    """What `EXAMPLES` show. Raises ChoiceError."""
    kind, _, rest = option.partition(":")
    if kind in ("http", "https"):
        return checked(Chosen("address", option))
    if kind == "chat":
        model, _, where = rest.rpartition("@") if "@" in rest else (rest, "", "")
        return checked(Chosen("chat", where, model, prompt))
    if kind == "program":
        return checked(Chosen("program", rest))
    return checked(Chosen("package", rest))


def from_json(held: str) -> Chosen:
    """What `as_json` gave. Raises ChoiceError."""
    try:
        data: dict[str, Any] = json.loads(held)
        made = Chosen(**{field.name: data[field.name] for field in fields(Chosen)})
    except (ValueError, KeyError, TypeError):
        raise ChoiceError("What was kept of a model cannot be read. Choose it again.") from None
    return checked(made)


def checked(one: Chosen) -> Chosen:
    """`one` itself when it can be asked. Raises ChoiceError."""
    if one.kind not in KINDS or not all(isinstance(held, str) for held in (one.where, one.model, one.prompt)):
        raise ChoiceError("What was kept of a model cannot be read. Choose it again.")
    if not one.where.strip():
        raise ChoiceError(f"It is not said where the model is. It is given as in “{EXAMPLES[one.kind]}”.")
    if one.kind == "program":
        try:
            words = shlex.split(one.where)
        except ValueError:
            words = []
        if not words or not Path(words[0]).name:
            raise ChoiceError(f"“{one.where}” is no command line: a quotation mark is not closed, or it names nothing.")
    if one.kind in ("address", "chat"):
        _check_address(one.where)
    if one.kind == "chat" and not one.model.strip():
        raise ChoiceError(f"It is not said which chat model. It is given as in “{EXAMPLES['chat']}”.")
    if not one.model.isprintable() or len(one.model) > 200:
        raise ChoiceError("The chat model’s name has signs that no name has, or is too long.")
    if len(one.prompt) > MAX_PROMPT:
        raise ChoiceError(f"The prompt is longer than {MAX_PROMPT:,} characters.")
    return one


def _check_address(where: str) -> None:
    try:
        parts = urlsplit(where)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    odd = not where.isascii() or any(c.isspace() for c in where) or "%" in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or odd:
        raise ChoiceError(
            f"“{where}” is no address. One begins with http:// or https://, as in “{EXAMPLES['address']}”."
        )
    if "@" in parts.netloc:
        raise ChoiceError("An address holds no name and no password here: `annotator key` keeps a key safely.")
    if parts.scheme == "http" and not is_here(where):
        raise ChoiceError(
            f"“{where}” is not on this computer, and everybody on the way could read what is sent. Use https://."
        )


def is_here(where: str) -> bool:
    """Whether an address is this computer's own, by its name alone: nobody else is asked."""
    host = urlsplit(where).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(where: str) -> str:
    """An address's computer, and its door where it is said."""
    return urlsplit(where).netloc


def _called(command: list[str]) -> str:
    """A program's name; where it runs another file, as `python3 tagger.py` does, that one's."""
    first = Path(command[0]).name
    if _RUNS_OTHERS.fullmatch(first):
        files = (Path(word).name for word in command[1:] if Path(word).suffix in _ENDINGS)
        return next(files, first)
    return first

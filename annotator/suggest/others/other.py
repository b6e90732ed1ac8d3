"""A model of others as one that suggests: the same face as ours, whichever way it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from annotator.core.knowledge import Knowledge
from annotator.core.scheme import Scheme
from annotator.core.text import on_one_line
from annotator.suggest.asking import Answer, AnswerError
from annotator.suggest.others import chat, packages
from annotator.suggest.others.answer import taken
from annotator.suggest.others.chosen import Chosen
from annotator.suggest.others.keys import key_of
from annotator.suggest.others.posting import post
from annotator.suggest.others.program import Program


class Other:
    """Asks a chosen model. To be closed: a program stays between texts."""

    def __init__(self, chosen: Chosen) -> None:
        """Raises ChoiceError and AnswerError when a package is not there."""
        self.chosen = chosen
        self._asked = 0
        self._program = Program(chosen.where) if chosen.kind == "program" else None
        self._chat = chat.Chat(chosen) if chosen.kind == "chat" else None
        self._package = packages.load(chosen.where) if chosen.kind == "package" else None

    @property
    def name(self) -> tuple[str, str]:
        return self.chosen.name, self.chosen.version

    def knowing(self, knowledge: Knowledge) -> Other:
        """Itself: what a project has learned is not told to others."""
        return self

    def labels(self, scheme: Scheme) -> dict[str, str]:
        """The labels that may come, with what the scheme calls them: its own, and those of the pipelines."""
        return scheme.every_label

    def ask(self, text: str, labels: Mapping[str, str], unsure: bool = False) -> Answer:
        """What it finds in a text. Raises AnswerError."""
        self._asked += 1
        if self._chat is not None:
            return self._chat.ask(text, labels, key_of(self.chosen.where))
        return taken(self._answer(text), text, labels)

    def _answer(self, text: str) -> Any:
        if self._program is not None:
            return self._program.ask(text, self._asked)
        if self._package is not None:
            return _called(self._package, text)
        key = key_of(self.chosen.where)
        return post(
            self.chosen.where, {"id": self._asked, "text": text}, {"Authorization": f"Bearer {key}"} if key else {}
        )

    def close(self) -> None:
        if self._program is not None:
            self._program.close()


def _called(package: Callable[[str], Any], text: str) -> Any:
    """What a package answers, as if it had come as JSON: NumPy's numbers and mappings of any kind are none of ours."""
    try:
        return json.loads(json.dumps(package(text), default=_plain))
    except (Exception, SystemExit) as error:  # somebody else's fault
        what = on_one_line(f"{type(error).__name__}: {error}", 200)
        raise AnswerError(f"the package made a mistake ({what})") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value.tolist() if hasattr(value, "tolist") else list(value)

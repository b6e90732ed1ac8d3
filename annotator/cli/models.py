"""Models of others on the command line: how one is named, what may be sent, its key, its prompt, what it left out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.base import app, errors_in_words, fail, open_at
from annotator.suggest.tally import Tally

if TYPE_CHECKING:
    from annotator.core.scheme import Scheme
    from annotator.suggest.asking import Answer
    from annotator.suggest.others.other import Other

PromptOption = Annotated[
    Path | None, typer.Option("--prompt", help="What a chat model is told; `annotator prompt` writes the usual one.")
]
SendOption = Annotated[
    bool, typer.Option("--send", help="The texts may be sent to the address, though it is not this computer.")
]


def other_model(option: str, scheme: Scheme, prompt: Path | None, send: bool) -> Other:
    """A model of others as `--model` names it; for an address elsewhere, the user has to say that it may be asked."""
    from annotator.formats.decoding import decode
    from annotator.suggest.others import sending
    from annotator.suggest.others.chosen import parsed
    from annotator.suggest.others.other import Other
    from annotator.suggest.others.prompt import prompt_of

    chosen = parsed(option, decode(prompt.read_bytes()) if prompt else prompt_of(scheme))
    if prompt and chosen.kind != "chat":
        fail("--prompt is for chat models.")
    if not sending.is_allowed(chosen):
        if not send:
            raise sending.NotAllowed(chosen)
        sending.allow(chosen)
    return Other(chosen)


class Heard(Tally):
    """What a model of others brought, told as it comes, and counted."""

    def hear(self, where: str, answer: Answer | Exception) -> None:
        self.add(answer)
        if isinstance(answer, Exception):
            print(f"{where}: no suggestions: {answer}", file=sys.stderr)
            return
        for what in answer.left_out:
            print(f"{where}: left out: {what}", file=sys.stderr)

    def aside(self) -> str:
        """What is wanting, and the tokens; empty where all fitted."""
        parts = [*self.shortfalls(), *([f"{self.tokens:,} tokens"] if self.tokens else [])]
        return f" ({'; '.join(parts)})" if parts else ""


@app.command()
def key(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="As in --model, with https://.")],
    forget: Annotated[bool, typer.Option("--forget", help="Take the key away.")] = False,
) -> None:
    """Keeps the key of a model's address in this computer's keyring. It is typed, or read from standard input."""
    from annotator.suggest.others.chosen import Chosen, checked, host_of
    from annotator.suggest.others.keys import keep

    with errors_in_words():
        checked(Chosen("address", address))
        if forget:
            keep(address, "")
        else:
            typed = typer.prompt("Key", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
            if not typed.strip():
                fail("There was no key.")
            keep(address, typed.strip())
    print(f"The key for {host_of(address)} is {'forgotten' if forget else 'kept'}.")


@app.command()
def prompt(
    project: Annotated[Path | None, typer.Argument(help="Whose scheme and guidelines; the usual ones without.")] = None,
) -> None:
    """Writes what a chat model is told, to be changed and given to --prompt."""
    from annotator.core import scheme
    from annotator.suggest.others.prompt import prompt_of

    with errors_in_words():
        if project is None:
            print(prompt_of(scheme.default()))
            return
        opened = open_at(project)
        print(prompt_of(opened.scheme))
        opened.close()

"""Steps by which suggestions change: how many are shown, what the project knows, training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from annotator.core.counting import counted
from annotator.gui.stepping import Situation, own_labels, step
from annotator.gui.steps.acting import session_of
from annotator.gui.window import MIN_SCORE, MODEL, OTHER, OTHER_TOLD, Window
from annotator.suggest import models, trainer
from annotator.suggest.learned.card import has_thorough


@step(
    "suggest_again",
    "Suggest again for this article",
    "Ctrl+Shift+R",
    menu="Suggest",
    hint="What you decided stays",
    when=own_labels,
)
def suggest_again(window: Window) -> None:
    if window.suggesting is not None:
        window.suggesting.again()
    window.say("Suggesting again; what you decided stays.")


@step(
    "suggest_all",
    "Suggest for all articles",
    menu="Suggest",
    hint="Let the model work through the whole queue",
    when=own_labels,
)
def suggest_all(window: Window) -> None:
    if window.suggesting is not None:
        number = window.suggesting.want_all()
        window.say(
            f"Suggesting for {counted(number, 'article')}; what you decided stays."
            if number
            else "Every article has suggestions by all that the project knows."
        )


def _has_thorough(now: Situation) -> bool:
    return own_labels(now) and has_thorough()


@step(
    "choose_model",
    "Quick or thorough…",
    menu="Suggest",
    hint="Which model looks for claims",
    when=_has_thorough,
    apart=True,
)
def choose_model(window: Window) -> None:
    """Which model suggests in every project opened on this computer."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.models import ModelDialog

    assert window.suggesting is not None
    dialog = ModelDialog(window, window.suggesting.choice)
    if dialogs.run(dialog):
        window.settings.setValue(MODEL, dialog.chosen)
        window.say(
            "The quick model suggests from now on; what the thorough one suggested stays."
            if dialog.chosen == models.QUICK
            else "The thorough model works ahead; where you have decided nothing yet, its suggestions take over."
        )
        window.suggesting.use(dialog.chosen)


@step(
    "suggest_with",
    "Suggest with…",
    menu="Suggest",
    hint="A program of yours, an address, or a chat model",
    when=own_labels,
)
def suggest_with(window: Window) -> None:
    """Asks a model of others, for the open article or for all. What it was is remembered on this computer; what it was
    told, where that was changed, for this project."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.other_models import OtherModelDialog
    from annotator.suggest.others.chosen import ChoiceError, from_json

    assert window.suggesting is not None
    try:
        last = from_json(str(window.settings.value(OTHER, "")))
    except ChoiceError:
        last = None
    session = session_of(window)
    told = f"{OTHER_TOLD}/{session.project.uid}"
    dialog = OtherModelDialog(window, session.scheme, last, str(window.settings.value(told, "")))
    if dialogs.run(dialog):
        chosen = dialog.chosen
        window.settings.setValue(OTHER, replace(chosen, prompt="").as_json())
        window.settings.setValue(told, dialog.told)
        number = window.suggesting.ask_other(chosen, dialog.for_all)
        window.say(
            f"{chosen.name} is asked for {counted(number, 'article')}; what you decided stays. "
            "Ctrl ⇧ R brings Annotator’s suggestions back."
            if number
            else f"{chosen.name} has seen every article."
        )


@step(
    "choose_min_score",
    "More or fewer suggestions…",
    menu="Suggest",
    hint="From how probable on claims are shown",
    when=own_labels,
    apart=True,
)
def choose_min_score(window: Window) -> None:
    """From how probable on suggested claims are shown, in every project opened here."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.threshold import ThresholdDialog

    session = session_of(window)
    before = session.min_score
    dialog = ThresholdDialog(window, before, session.set_min_score)
    if dialogs.run(dialog):
        window.settings.setValue(MIN_SCORE, dialog.chosen)
    else:
        session.set_min_score(before)


@step(
    "show_dictionary",
    "Project dictionary…",
    menu="Suggest",
    hint="Names and cues that the project knows",
    when=own_labels,
)
def show_dictionary(window: Window) -> None:
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.dictionary import DictionaryDialog

    if window.session is not None:
        dialogs.run(DictionaryDialog(window, window.session))


@step(
    "train",
    "Train on your finished articles…",
    menu="Suggest",
    hint="Suggestions get better by what you decided",
    when=own_labels,
    apart=True,
)
def train(window: Window) -> None:
    """Trains on what is finished here; what comes of it is shown, and taken only when it is better."""
    from annotator.gui.dialogs import common as dialogs
    from annotator.gui.dialogs.reports import TrainingDialog
    from annotator.gui.jobs import Job

    session = session_of(window)
    path, author, number = session.project.path, session.me, session.knowledge.trainings + 1

    def ended(found: Mapping[str, Any]) -> None:
        if found["trained"]:
            session.take_trained(found["trained"])
        dialogs.run(TrainingDialog(window, found))
        window.show_page()

    Job(
        window,
        "Training on your finished articles",
        lambda progress: trainer.train_apart(path, author, number, progress),
        "There was no training",
        "Training stopped; everything is as it was.",
    ).run(ended)


def _is_trained(now: Situation) -> bool:
    return own_labels(now) and now.trained


@step("untrain", "Take the last training back", menu="Suggest", hint="Suggest as before it", when=_is_trained)
def untrain(window: Window) -> None:
    if window.session is not None and window.session.knowledge.trained is not None:
        window.session.take_trained_back()
        window.say("Suggesting as before the last training. “Suggest for all articles” takes the other ones along.")
        window.show_page()

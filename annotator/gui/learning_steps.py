"""Steps by which suggestions change: how many are shown, what the project knows, training. Each takes the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.gui import dialogs
from annotator.gui.dictionary_dialog import DictionaryDialog
from annotator.gui.jobs import Job
from annotator.gui.threshold_dialog import ThresholdDialog
from annotator.gui.window import LEAST, Window
from annotator.progress import Cancelled
from annotator.suggest.trainer import train_apart


def suggest_all(window: Window) -> None:
    if window.suggesting is not None:
        number = window.suggesting.want_all()
        window.say(
            f"Suggesting for {number:,} article{'' if number == 1 else 's'}; what you decided stays."
            if number
            else "Every article has suggestions by all that the project knows."
        )


def suggest_again(window: Window) -> None:
    window.suggest_again()
    window.say("Suggesting again; what you decided stays.")


def choose_least(window: Window) -> None:
    """From how probable on suggested claims are shown, in every project opened here."""
    desk = window.desk
    if desk is None:
        return
    before = desk.least
    dialog = ThresholdDialog(window, before, desk.set_least)
    if dialogs.run(dialog):
        window.settings.setValue(LEAST, dialog.chosen)
    else:
        desk.set_least(before)


def show_dictionary(window: Window) -> None:
    if window.desk is None:
        return
    dialogs.run(DictionaryDialog(window, window.desk))


def train(window: Window) -> None:
    """Trains on what is finished here; what comes of it is shown, and taken only when it is better."""
    desk = window.desk
    if desk is None:
        return
    path, author, number = desk.project.path, desk.me, desk.knowledge.trainings + 1

    def ended(found: Mapping[str, Any] | None, error: Exception | None) -> None:
        if isinstance(error, Cancelled):
            window.say("Training stopped; everything is as it was.")
        elif error is not None or found is None:
            dialogs.tell_error(window, str(error), "There was no training")
        else:
            if found["trained"]:
                desk.take_trained(found["trained"])
            dialogs.run(dialogs.TrainingReport(window, found))
            window.show_page()

    Job(window, "Training on your finished articles", lambda step: train_apart(path, author, number, step)).run(ended)


def untrain(window: Window) -> None:
    if window.desk is not None and window.desk.knowledge.trained is not None:
        window.desk.take_trained_back()
        window.say("Suggesting as before the last training. “Suggest for all articles” takes the other ones along.")
        window.show_page()

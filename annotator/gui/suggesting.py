"""Keeps the suggesting processes busy with the article that is open and the next ones in the queue.

The quick model is asked for the article that is open. Where the thorough one is wanted, too, a process of its own works
ahead with it, and brings up the open article as long as nothing was decided there.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.core.annotation import SLOTS, Article
from annotator.core.errors import AnnotatorError
from annotator.core.text import Span
from annotator.labelling.freshness import comes_first, is_welcome
from annotator.labelling.jobs import article_job, cue_job
from annotator.labelling.session import Session
from annotator.store import articles
from annotator.suggest import models
from annotator.suggest.asking import AnswerError
from annotator.suggest.client import SECONDS, Client, Event
from annotator.suggest.learned.card import THOROUGH
from annotator.suggest.others.chosen import Chosen
from annotator.suggest.tally import Tally

AHEAD = 4  # articles suggested before they are opened
OTHERS_SECONDS = 3600.0  # for an article by a model of others: it has limits of its own for each question


class Suggesting(QObject):
    """`progress` tells how many wait and how many were done since it last had nothing to do; `trouble` is a sentence;
    `working` tells that the set of articles that wait has changed, `claim_read` what is said by a cue."""

    progress = Signal(int, int)
    trouble = Signal(str)
    working = Signal(object)
    claim_read = Signal(int, object, object)  # the article, the claim by its id, and what was read of it: a record
    _event = Signal(object, object)  # the client it comes from, Event

    def __init__(self, parent: QObject | None = None, pipeline: str | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self._pipeline = pipeline
        self._client: Client | None = None
        self._deep: Client | None = None  # of the thorough model
        self._other: Client | None = None  # of a model of others
        self._heard = Tally()
        self._asked_by = ""  # what the model of others is called
        self.choice = models.QUICK
        self.thorough = False  # whether the thorough one is asked, too
        self._following: list[int] = []  # the articles of the queue behind the open one
        self._anew: set[int] = set()  # articles for which the editor has asked once more
        self._numbers = count(-1, -1)  # of cues: articles have numbers above 0
        self._cues: dict[int, tuple[int, int, int]] = {}  # by number: article, claim, where the text begins
        self._done = 0
        self._failed: set[int] = set()
        self._event.connect(self._take)

    def serve(self, session: Session | None) -> None:
        """Works for this session from now on."""
        self.stop()
        self.session = session
        self._failed.clear()
        self._anew.clear()
        self._following = []

    def stop(self) -> None:
        for client in self._clients:
            client.close()
        self._client = self._deep = self._other = None
        self._cues.clear()
        self._done = 0
        self.working.emit(set())

    def use(self, choice: str) -> None:
        """Works with the thorough model, too, from now on, or with the quick one alone; `auto` as this computer is."""
        self.choose(choice)
        self._failed.clear()
        if self._deep is not None:
            self._deep.close()
            self._deep = None
        self.go_on()

    def choose(self, choice: str) -> None:
        """Remembers what `use` shall be."""
        self.choice = choice if choice in models.NAMES else models.QUICK
        self.thorough = self.choice != models.QUICK

    def cancel(self) -> None:
        """Forgets what waits; the article being worked on is still answered, but not by a model of others, which may
        take long."""
        for client in self._clients:
            client.cancel()
        if self._other is not None:
            self._other.close()
            self._other = None
        self._tell()

    def want(self, article: int, following: list[int]) -> None:
        """Asks for an article now, and for the next ones of the queue after it."""
        self._following = following
        self._ask(article, first=True)
        if self.thorough:
            self._ask(article, first=True, thorough=True)
        for one in following[:AHEAD]:
            self._ask(one, thorough=self.thorough)
        self._tell()

    def want_again(self, article: int) -> None:
        """Asks for an article anew, with what the project has learned since."""
        self._failed.clear()  # what is known now may be what was wanting
        self._anew.add(article)
        self._ask(article, first=True, anew=True)
        if self.thorough:
            self._ask(article, first=True, anew=True, thorough=True)
        self._tell()

    def again(self) -> None:
        """Asks anew for the article that is open, with what the project has learned since."""
        session = self.session
        if session is not None and session.labelled is not None and session.review is None:
            self.want_again(session.labelled.article.id)

    def ask_other(self, chosen: Chosen, for_all: bool) -> int:
        """Asks a model of others for the article that is open, or for all that it has not seen; returns how many."""
        session = self.session
        if session is None:
            return 0
        here = [session.labelled.article.id] if session.labelled is not None else []
        ids = articles.unsuggested(session.project, chosen.name, chosen.version) if for_all else here
        ids = sorted((i for i in ids if i not in session.without_suggestions), key=lambda i: i not in here)
        if self._other is not None:
            self._other.close()
        self._other = self._started(chosen.as_json(), OTHERS_SECONDS)
        self._heard, self._asked_by = Tally(len(ids)), chosen.name
        for one in ids:
            self._other.submit(one, lambda one=one: self._job(session, one, others=True))  # type: ignore[misc]
        self._tell()
        return len(ids)

    def read_claim(self, article: Article, claim: int, cue: Span) -> None:
        """Asks the quick model what is said by a cue, and by whom."""
        if self.session is None:
            return
        asked, low = cue_job(self.session, article.text, cue)
        number = next(self._numbers)
        self._cues[number] = article.id, claim, low
        self._client = self._client or self._started(models.QUICK)
        self._client.submit(number, lambda: asked, first=True)

    def go_on(self) -> None:
        """Asks for the article that is open, after a stop."""
        if self.session is not None and self.session.labelled is not None:
            self.want(self.session.labelled.article.id, self._following)

    def want_all(self) -> int:
        """Asks for every article that has no suggestions, or none as they would be made now; returns how many."""
        if self.session is None:
            return 0
        self._failed.clear()
        ids = self.session.to_suggest(thorough=self.thorough)
        for one in ids:
            self._ask(one, anew=True, thorough=self.thorough)
        self._tell()
        return len(ids)

    @property
    def ready(self) -> bool:
        """Whether the process has loaded its model and answers."""
        return self._client is not None and self._client.ready

    @property
    def pid(self) -> int | None:
        return self._client.pid if self._client else None

    def _ask(self, article: int, first: bool = False, anew: bool = False, thorough: bool = False) -> None:
        """Asks a model for an article that it has not looked at; or once more, `anew`."""
        session = self.session
        if session is None or article in self._failed or article in session.without_suggestions:
            return
        if not anew and not session.needs_suggestions(article, thorough):
            return
        if thorough:
            client = self._deep = self._deep or self._started(self.choice)
        else:
            client = self._client = self._client or self._started(models.QUICK)
        client.submit(article, lambda: self._job(session, article), first, anew)

    @property
    def _clients(self) -> list[Client]:
        """The processes that there are."""
        return [client for client in (self._client, self._deep, self._other) if client is not None]

    def _started(self, model: str, seconds: float = SECONDS) -> Client:
        def heard(event: Any) -> None:
            with suppress(RuntimeError):  # the window has gone in the meantime
                self._event.emit(made, event)

        made = Client(heard, self._pipeline, model, seconds)
        return made

    def _job(self, session: Session, article: int, others: bool = False) -> dict[str, Any] | None:
        """What the process is asked; nothing for an article that is gone, or cannot be read."""
        try:
            return article_job(session, article, others)
        except KeyError:
            return None
        except AnnotatorError as error:
            self.trouble.emit(f"No suggestions for an article: {error}")
            return None

    def _take(self, client: Client, event: Event) -> None:
        session = self.session
        if session is None or client not in self._clients:
            return  # an answer that was on its way when another project was opened
        if client is self._other:
            self._take_other(session, event)
            return
        if event.id in self._cues:
            self._take_claim(event)
            return
        deep = client is self._deep
        if deep and event.kind == "ready" and event.model and THOROUGH not in event.model[1]:
            client.close()  # it has measured this computer
            self._deep, self.thorough = None, False
            self.trouble.emit("The quick model suggests: this computer is too slow for the thorough one.")
            self.go_on()
        if event.kind == "done" and event.id is not None and event.answer is not None and event.model:
            self._done += 1
            asked_for = event.id in self._anew
            if deep or not self.thorough:
                self._anew.discard(event.id)
            try:
                if asked_for or is_welcome(session.project, session.me, event.id, session.labelled, deep):
                    first = asked_for and comes_first(session.project, session.me, event.id, deep)
                    session.take_suggestions(event.id, event.answer.record, event.model, again=first)
            except AnnotatorError as error:
                self.trouble.emit(f"Suggestions could not be saved: {error}")
                again = event.id

                def ask() -> None:
                    if self.session is session:
                        self._ask(again, anew=True, thorough=deep)

                QTimer.singleShot(10_000, self, ask)
        elif event.kind == "error" and event.id is not None:
            self._failed.add(event.id)
            self.trouble.emit(
                f"No suggestions for {_called(session, event.id)}: {event.message}. You can label it by hand."
            )
        elif event.kind == "failed":
            what = "The thorough model gives no suggestions" if deep else "No suggestions"
            self.trouble.emit(f"{what}: {event.message}")
            if deep:
                self._deep, self.thorough = None, False  # the quick one goes on
            else:
                self._client = None
        elif event.kind == "restarted":
            self.trouble.emit(event.message)
        self._tell()

    def _take_claim(self, event: Event) -> None:
        """Tells what was read by a cue."""
        assert event.id is not None
        article, claim, low = self._cues.pop(event.id)
        if event.kind == "error":
            self.trouble.emit(f"Nothing was filled in: {event.message}. Select what is said and press W.")
            return
        read = list(event.answer.record["claims"]) if event.answer is not None else []
        for one in read:
            for slot in SLOTS:
                one[slot] = [[start + low, end + low] for start, end in one[slot]]
        self.claim_read.emit(article, claim, next(iter(read), None))

    def _take_other(self, session: Session, event: Event) -> None:
        """Takes what a model of others says: whatever was decided stays, and it alone is asked for once more."""
        if event.kind == "done" and event.id is not None and event.answer is not None and event.model:
            self._done += 1
            self._heard.add(event.answer)
            try:
                session.take_suggestions(event.id, event.answer.record, event.answer.made_by(event.model), again=True)
            except AnnotatorError as error:
                self.trouble.emit(f"Suggestions could not be saved: {error}")
        elif event.kind == "error" and event.id is not None:
            self._heard.add(AnswerError(event.message))
        elif event.kind == "gone":
            self._heard.gone += 1
        elif event.kind == "failed":
            self._other = None
            self.trouble.emit(f"{self._asked_by} gives no suggestions: {event.message}")
        # What waits in the process may be answered already, and only not yet heard.
        if self._other is not None and self._heard.is_done:
            self.trouble.emit(f"{self._asked_by}: {self._heard.in_words()}.")
            self._other.close()
            self._other = None
        self._tell()

    def _tell(self) -> None:
        pending = {one for client in self._clients for one in client.pending if one not in self._cues}
        self.working.emit(pending)
        self.progress.emit(len(pending), self._done)
        if not pending:
            self._done = 0


def _called(session: Session, article: int) -> str:
    """What an article is called."""
    try:
        return f"“{articles.load(session.project, article).heading}”"
    except (KeyError, AnnotatorError):
        return "an article that is gone"

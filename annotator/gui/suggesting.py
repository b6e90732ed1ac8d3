"""Keeps the suggesting process busy with the article that is open and the next ones in the queue."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.core.errors import AnnotatorError
from annotator.labelling.session import Session
from annotator.suggest.client import Client, Event

AHEAD = 4  # articles suggested before they are opened


class Suggesting(QObject):
    """`progress` tells how many wait and how many were done since it last had nothing to do; `trouble` is a sentence;
    `working` tells that the set of articles that wait has changed."""

    progress = Signal(int, int)
    trouble = Signal(str)
    working = Signal(object)
    _event = Signal(object, object)  # the client it comes from, Event

    def __init__(self, parent: QObject | None = None, pipeline: str | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self._pipeline = pipeline
        self._client: Client | None = None
        self._done = 0
        self._failed: set[int] = set()
        self._event.connect(self._take)

    def serve(self, session: Session | None) -> None:
        """Works for this session from now on."""
        self.stop()
        self.session = session
        self._failed.clear()

    def stop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
        self._done = 0
        self.working.emit(set())

    def cancel(self) -> None:
        """Forgets what waits; the article being worked on is still answered."""
        if self._client is not None:
            self._client.cancel()
        self._tell()

    def want(self, article: int, following: list[int]) -> None:
        """Asks for an article now, and for the next ones of the queue after it."""
        self._ask(article, first=True)
        for one in following[:AHEAD]:
            self._ask(one)
        self._tell()

    def want_again(self, article: int) -> None:
        """Asks for an article anew, with what the project has learned since."""
        self._failed.clear()  # what is known now may be what was wanting
        self._ask(article, first=True, anew=True)
        self._tell()

    def again(self) -> None:
        """Asks anew for the article that is open, with what the project has learned since."""
        session = self.session
        if session is not None and session.labelled is not None and session.review is None:
            self.want_again(session.labelled.article.id)

    def go_on(self) -> None:
        """Asks for the article that is open, after a stop."""
        if self.session is not None and self.session.labelled is not None:
            self.want(self.session.labelled.article.id, [])

    def want_all(self) -> int:
        """Asks for every article that has no suggestions, or none as they would be made now; returns how many."""
        if self.session is None:
            return 0
        self._failed.clear()
        ids = self.session.to_suggest()
        for one in ids:
            self._ask(one, anew=True)
        self._tell()
        return len(ids)

    @property
    def ready(self) -> bool:
        """Whether the process has loaded its model and answers."""
        return self._client is not None and self._client.ready

    @property
    def pid(self) -> int | None:
        return self._client.pid if self._client else None

    def _ask(self, article: int, first: bool = False, anew: bool = False) -> None:
        session = self.session
        if session is None or article in self._failed or article in session.without_suggestions:
            return
        if not anew and not session.needs_suggestions(article):
            return
        if self._client is None:

            def heard(event: Any) -> None:
                with suppress(RuntimeError):  # the window has gone in the meantime
                    self._event.emit(made, event)

            made = Client(heard, self._pipeline)
            self._client = made
        self._client.submit(article, lambda: self._job(session, article), first, anew)

    def _job(self, session: Session, article: int) -> dict[str, Any] | None:
        """What the process is asked; nothing for an article that is gone, or cannot be read."""
        try:
            return session.job(article)
        except KeyError:
            return None
        except AnnotatorError as error:
            self.trouble.emit(f"No suggestions for an article: {error}")
            return None

    def _take(self, client: Client, event: Event) -> None:
        session = self.session
        if session is None or client is not self._client:
            return  # an answer that was on its way when another project was opened
        if event.kind == "done" and event.id is not None and event.record is not None and event.model:
            self._done += 1
            try:
                session.take_suggestions(event.id, event.record, event.model)
            except AnnotatorError as error:
                self.trouble.emit(f"Suggestions could not be saved: {error}")
                again = event.id
                QTimer.singleShot(
                    10_000, self, lambda: self._ask(again, anew=True) if self.session is session else None
                )
        elif event.kind == "error" and event.id is not None:
            self._failed.add(event.id)
            self.trouble.emit(
                f"No suggestions for {_called(session, event.id)}: {event.message}. You can label it by hand."
            )
        elif event.kind == "failed":
            self.trouble.emit(f"No suggestions: {event.message}")
            self._client = None
        elif event.kind == "restarted":
            self.trouble.emit(event.message)
        self._tell()

    def _tell(self) -> None:
        pending = set(self._client.pending) if self._client else set()
        self.working.emit(pending)
        self.progress.emit(len(pending), self._done)
        if not pending:
            self._done = 0


def _called(session: Session, article: int) -> str:
    """What an article is called."""
    from annotator.store import articles

    try:
        return f"“{articles.load(session.project, article).heading}”"
    except (KeyError, AnnotatorError):
        return "an article that is gone"

"""An editor's session: a project, the article in work, and every step an editor can take. It knows no screen.

Each change goes to the project file first and is told to the listeners after, so what they show is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from annotator.core import knowledge
from annotator.core.annotation import Actor, Change, Edit
from annotator.core.record import Record
from annotator.labelling import edits, freshness, history
from annotator.labelling.history import Entry
from annotator.labelling.labelled_article import LabelledArticle, lay
from annotator.labelling.laying import laid
from annotator.review import decisions, disputes
from annotator.review.adjudication import Review
from annotator.store import actors, articles, assignments, authors, layers, operations, settings
from annotator.store.articles import ArticleState, Summary
from annotator.store.edits import Conflict, Made
from annotator.store.operations import Done, Turn
from annotator.store.project import Connection, Project
from annotator.store.sight import NotLead, actors_matching, is_lead, sight_of
from annotator.suggest.keeping import add_suggestions
from annotator.suggest.learned.card import SHIPPED, card, version
from annotator.suggest.names import NAMED
from annotator.team import members

D = TypeVar("D", bound=Done | None)


@dataclass(frozen=True, slots=True)
class Notice:
    """What changed: another `article` is open, its `labels` by `changes`, its `suggestions`, the `queue` (articles came
    in, or one changed its state), the `knowledge` that suggestions are made with, or the `scheme`."""

    kind: Literal["article", "labels", "suggestions", "queue", "knowledge", "scheme"]
    article: int | None = None
    changes: tuple[Change, ...] = ()


Listener = Callable[[Notice], None]


class Session:
    """A project with one editor at it. Methods raise ProjectError when the file cannot be read or written."""

    def __init__(self, project: Project, editor: str | None = None, uid: str | None = None) -> None:
        """`editor` is the name and `uid` the identity of who works here: without them, the one a package is for, or who
        works at this computer; a name alone is an identity, too."""
        self.project = project
        self.me = members.annotator(project, editor, uid)
        self.author = self.me  # whose layer is worked on
        with project.reading() as connection:
            self._see_me(connection)
        self.scheme = project.scheme
        self.name = project.name
        self.labelled: LabelledArticle | None = None
        self.review: Review | None = None  # while gold is worked on
        self.actors: dict[int, Actor] = {}
        self.listeners: list[Listener] = []
        self.last_action: str | None = None
        self._known_turns: tuple[Turn | None, Turn | None] | None = None  # read anew when it is None
        self.min_score: float = card()["shown"]  # claims that its model finds less probable are not shown
        self._models: dict[int, str] = {}
        self._see_knowledge()

    def _see_me(self, connection: Connection) -> None:
        """Reads what the project says of who works here."""
        known = authors.load(connection)
        self.editor = known[self.me].name if self.me in known else "a visitor"
        self.assigned = assignments.of(connection, self.me)
        self.leads = is_lead(connection, self.me)
        self.without_suggestions = {
            article for article, author in assignments.without_suggestions(connection) if author == self.me
        }

    def _see_knowledge(self) -> None:
        self.knowledge = knowledge.from_settings(settings.of(self.project))

    def close(self) -> None:
        self.project.close()

    # The queue

    def listing(self, state: ArticleState | None = None, search: str = "", mine: bool = False) -> list[int]:
        """The articles in the queue's order; with `mine`, those assigned to who works here."""
        found = articles.listing(self.project, self.me, state, search)
        return [i for i in found if i in self.assigned] if mine else found

    def summaries(self, ids: Sequence[int]) -> dict[int, Summary]:
        """What the queue shows of these articles, by id."""
        return articles.summaries(self.project, self.me, ids, self.min_score, SHIPPED)

    def open(self, article: int) -> LabelledArticle:
        """Opens an article. Raises KeyError when there is none of that id."""
        self.labelled = self._lay(article)
        self._known_turns = None  # what came in from files may be undone, too
        self._tell(Notice("article", article))
        return self.labelled

    def following(self, listing: list[int]) -> int | None:
        """The next unfinished article of a listing, behind the one that is open; after its end, from its start."""
        here = self.labelled.article.id if self.labelled else 0
        open_ones = set(self.listing("todo")) | set(self.listing("started"))
        later = [i for i in listing if i > here and i in open_ones]
        earlier = [i for i in listing if i < here and i in open_ones]
        return next(iter(later + earlier), None)

    # Edits

    def do(self, edit: Edit | None) -> bool:
        """Does an edit to the open article: it is saved when this returns. False when there is nothing to do."""
        if edit is None or self.labelled is None:
            return False
        self.operate(operations.EditLabels(self.labelled.article.id, edit))
        return True

    def operate(self, operation: operations.Operation) -> Done:
        """Does an operation, and tells what it changed. Raises ProjectError."""
        return self._told(lambda: operations.do(self.project, operation, self.me, self.author))

    def next_undo(self) -> Turn | None:
        """What the next undo takes back."""
        return self._turns()[0]

    def next_turns(self) -> tuple[str | None, str | None]:
        """The names of what undo and redo are about."""
        undo, redo = self._turns()
        return undo.name if undo else None, redo.name if redo else None

    def _turns(self) -> tuple[Turn | None, Turn | None]:
        if self._known_turns is None:
            with self.project.reading() as connection:
                self._known_turns = operations.turns(connection, self.me, self.author)
        return self._known_turns

    def undo(self) -> str | None:
        """Takes back what was done last, wherever it was: an edit, whose article is opened; a change of what the
        project knows or agreed on; a merge. Returns its name. Raises ProjectError."""
        return self._turned(self._told(lambda: operations.undo(self.project, self.me, self.author)))

    def redo(self) -> str | None:
        """Does again what was undone last. Returns its name."""
        return self._turned(self._told(lambda: operations.redo(self.project, self.me, self.author)))

    @staticmethod
    def _turned(done: Done | None) -> str | None:
        if done is None:
            return None
        return f"{done.name}, which was changed since and stays as it is" if done.stale else done.name

    def _told(self, work: Callable[[], D]) -> D:
        """Does something to the project and shows what of it has changed; a conflict shows the article as it is now."""
        try:
            done = work()
        except Conflict:
            self.refresh()
            raise
        if done is not None:
            self._show(done)
        return done

    def _show(self, done: Done) -> None:
        self.last_action, self._known_turns = done.name, done.turns
        if "merge" in done.parts:
            self.refresh()
            return
        if done.made is not None:
            self._show_labels(done.made)
        if "scheme" in done.parts:
            self.refresh()
        if done.parts & {"annotators", "assignments"}:
            with self.project.reading() as connection:
                self._see_me(connection)
            self._tell(Notice("queue"))
        if "settings" in done.parts:
            self._see_knowledge()
            self._tell(Notice("knowledge"))

    def _show_labels(self, made: Made) -> None:
        here = self.labelled is not None and self.labelled.article.id == made.article
        if not here and self.review is not None:
            self.open_review(made.article)
        elif not here:
            self.open(made.article)  # as it is now, with the turn taken
        elif made.rebuilt:
            self.refresh()
        elif self.labelled is not None:
            self.labelled = self.labelled.after(made.changes)
            if self.review is not None:
                self.review = self.review.with_gold(self.labelled.mine)
        if any(change.kind == "actor" for change in made.changes):
            self._know({*self.actors, *(c.id for c in made.changes if c.kind == "actor")}, anew=True)
        self._know(self._actor_ids(made.changes))
        self._tell(Notice("labels", made.article, made.changes))
        if any(c.kind == "finished" for c in made.changes):
            self._tell(Notice("queue", made.article))

    def finish(self) -> bool:
        return self.labelled is not None and self.do(edits.finish(self.labelled))

    # Review

    def open_review(self, article: int) -> Review:
        """Puts an article that is open to be adjudicated: edits are of its gold layer until `leave_review`. What all
        agree on, and was not decided on, is taken. Raises KeyError when there is no such article, and
        NotLead when somebody else leads the project."""
        with self.project.reading() as connection:
            if not is_lead(connection, self.me):
                raise NotLead("Gold is decided by the lead of this project.")
        with self.project.writing() as connection:
            gold = authors.gold(connection)
            found = disputes.load(connection, article)
        self._know(self._actors_of_versions(found))
        # Only now, when nothing can go wrong any more: edits made after are gold's.
        self.author, self.review, self._known_turns = gold, found, None
        self.labelled = lay(found.article, found.gold, None)
        self._tell(Notice("article", article))
        self.do(decisions.agree(found))
        return self.review

    def leave_review(self) -> None:
        """Back to one's own labels."""
        if self.review is None:
            return
        self.review, self._known_turns = None, None
        self.author = self.me
        self.refresh()

    @staticmethod
    def _actors_of_versions(review: Review) -> set[int | None]:
        held = (*review.versions.values(), review.gold)
        values = [v for layer in held for v in (*layer.claims.values(), *layer.mentions.values())]
        return {getattr(v, role, None) for v in values for role in ("actor", "target")}

    # Suggestions

    def needs_suggestions(self, article: int, thorough: bool = False) -> bool:
        """Whether a model shall look at it; see `freshness`."""
        return article in self.to_suggest(article, thorough)

    def to_suggest(self, article: int | None = None, thorough: bool = False) -> list[int]:
        """The articles that need suggestions, or those of the thorough model; or whether one does."""
        waiting = freshness.to_suggest(self.project, self.me, self.knowledge, article, thorough)
        return [i for i in waiting if i not in self.without_suggestions]

    def take_suggestions(self, article: int, suggestions: Record, model: tuple[str, str], again: bool = False) -> None:
        """Saves a model's suggestions for an article, `again` also where it has made some, and shows them when it is
        that is open. An article that has gone meanwhile gets none."""
        if not self._there(article):
            return
        add_suggestions(self.project, article, suggestions, model, again)
        if self.labelled is not None and self.labelled.article.id == article and self.review is None:
            self.labelled = self._lay(article)
            self._tell(Notice("suggestions", article))
        self._tell(Notice("queue", article))

    def remember(self, kind: knowledge.Kind, words: str, value: str | bool | None) -> None:
        """Puts a name with its label, or a cue that is one or none, into the dictionary; None takes the entry out."""
        name = f"{'Forget' if value is None else 'Remember'} “{words}”"
        self.operate(operations.Set(name, {"settings": {knowledge.setting_of(kind, words): value}}))

    def can_remember(self, label: str) -> bool:
        """Whether suggestions of names heed an entry with this label: dates and sums are no names."""
        return label in {ours for theirs, ours in self.scheme.label_map.items() if theirs in NAMED}

    @property
    def training_fits(self) -> bool:
        """Whether the training, if there is one, was made beside the model that suggests."""
        return self.knowledge.trained is None or self.knowledge.trained.get("base") == version(card())

    def take_trained(self, trained: dict[str, Any]) -> None:
        """Suggests by this training from now on (see `core.trained`); it can be taken back."""
        before = {knowledge.TRAINED_BEFORE: self.knowledge.trained, knowledge.TRAINED: trained}
        self.operate(operations.Set(f"Training {trained.get('number', 1)}", {"settings": before}))

    def take_trained_back(self) -> None:
        """Suggests again as before the last training."""
        before, _ = settings.of(self.project).get(knowledge.TRAINED_BEFORE, (None, 0.0))
        values = {knowledge.TRAINED_BEFORE: None, knowledge.TRAINED: before}
        self.operate(operations.Set("Take the training back", {"settings": values}))

    # Actors

    def actor_name(self, actor: int | None) -> str | None:
        return None if actor is None else self.actors[actor].name

    def find_actor(self, name: str) -> Actor | None:
        """The project's actor of exactly this name or alias, whatever the case."""
        with self.project.reading() as connection:
            found = actors.find(connection, name)
            return None if found is None else actors.load(connection, [found])[found]

    def actors_matching(self, part: str) -> list[Actor]:
        with self.project.reading() as connection:
            return actors_matching(connection, self.me, part)

    # History

    def history(self) -> list[Entry]:
        """What was done to the article that is open, the newest first, as far as it may be seen."""
        if self.labelled is None:
            return []
        with self.project.reading() as connection:
            return history.of_article(connection, self.labelled.article.id, sight_of(connection, self.me))

    def names(self) -> dict[int, str]:
        """What the authors are called, by id."""
        with self.project.reading() as connection:
            return {a.id: a.title for a in authors.load(connection).values()}

    @property
    def suggested_by(self) -> str:
        """The model whose suggestions lie that is open; empty when none do."""
        suggested = self.labelled.suggested if self.labelled is not None else None
        if suggested is None:
            return ""
        if suggested.author not in self._models:
            self._models[suggested.author] = self.names()[suggested.author]
        return self._models[suggested.author]

    def model_of(self, layer: int) -> str:
        """The model that made a layer of suggestions."""
        with self.project.reading() as connection:
            made = layers.by_id(connection, layer)
            return authors.load(connection)[made.author].title if made is not None else "a model"

    def set_min_score(self, probability: float) -> None:
        """Shows suggested claims of this probability and more from now on; what is decided stays."""
        self.min_score = probability
        if self.labelled is not None and self.review is None:
            self.labelled = self._lay(self.labelled.article.id)
            self._tell(Notice("suggestions", self.labelled.article.id))
        self._tell(Notice("queue"))

    # Keeping up

    def refresh(self) -> None:
        """Reads the article that is open and what the project knows again, after another program wrote to the file."""
        self._known_turns = None
        self.actors.clear()
        self._see_knowledge()
        with self.project.reading() as connection:
            self._see_me(connection)
        before, self.scheme = self.scheme, self.project.scheme
        if self.scheme != before:
            self._tell(Notice("scheme"))
        if self.labelled is not None and not self._there(self.labelled.article.id):
            self.labelled = None
            self._tell(Notice("article"))
        if self.labelled is not None:
            if self.review is not None:
                with self.project.reading() as connection:
                    self.review = disputes.load(connection, self.labelled.article.id)
                self._know(self._actors_of_versions(self.review))
                self.labelled = lay(self.review.article, self.review.gold, None)
            else:
                self.labelled = self._lay(self.labelled.article.id)
            self._tell(Notice("suggestions", self.labelled.article.id))
        self._tell(Notice("queue"))

    def _there(self, article: int) -> bool:
        with self.project.reading() as connection:
            return articles.is_there(connection, article)

    def _lay(self, article: int) -> LabelledArticle:
        labelled = laid(self.project, article, self.author, article in self.without_suggestions, self.min_score)
        self._know({v.actor for i in (labelled.mentions, labelled.claims) for v in (x.value for x in i)})
        self._know({i.value.target for i in labelled.claims})
        return labelled

    def _know(self, ids: set[int | None], anew: bool = False) -> None:
        """Reads actors that are not known yet; all of them with `anew`."""
        wanted = {i for i in ids if i is not None and (anew or i not in self.actors)}
        if wanted:
            with self.project.reading() as connection:
                self.actors.update(actors.load(connection, wanted))

    @staticmethod
    def _actor_ids(changes: tuple[Change, ...]) -> set[int | None]:
        values = [v for c in changes for v in (c.before, c.after)]
        return {getattr(v, role, None) for v in values for role in ("actor", "target")}

    def _tell(self, notice: Notice) -> None:
        for listener in list(self.listeners):
            listener(notice)

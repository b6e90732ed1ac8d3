"""An editor's desk: a project, the article in work, and every step an editor can take. It knows no screen.

Each change goes to the project file first and is told to the listeners after, so what they show is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from annotator import decisions, editing, history, knowledge, review, store, team
from annotator.adjudication import Review
from annotator.annotation import Actor, Change, Edit
from annotator.blind import NotLead, is_lead, sight_of
from annotator.history import Entry
from annotator.progress import Progress
from annotator.record import Record
from annotator.sheet import Sheet, lay
from annotator.store import actors, articles, assignments, authors, layers, merge, unmerge
from annotator.store.articles import State, Summary
from annotator.store.project import Connection, Project
from annotator.suggest import rules
from annotator.suggest.learned.card import SHIPPED, card, version
from annotator.suggest.names import NAMED

if TYPE_CHECKING:
    from annotator.suggest.suggester import Suggester


@dataclass(frozen=True, slots=True)
class Notice:
    """What changed: another `article` lies on the desk, the `sheet` by `changes`, the `suggestions` of it, the `queue`
    (articles came in, or one changed its state), or the `knowledge` that suggestions are made with."""

    kind: Literal["article", "sheet", "suggestions", "queue", "knowledge"]
    article: int | None = None
    changes: tuple[Change, ...] = ()


Listener = Callable[[Notice], None]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A step by which the dictionary changed: what it is called, whose layer was worked on, the setting with its value
    before, and the edit of that layer that was the last one then."""

    action: str
    author: int
    setting: str
    before: str | bool | None
    behind: int


class Desk:
    """A project with one editor at it. Methods raise ProjectError when the file cannot be read or written."""

    def __init__(self, project: Project, editor: str | None = None, uid: str | None = None) -> None:
        """`editor` is the name and `uid` the identity of who works here: without them, the one a package is for, or who
        works at this computer; a name alone is an identity, too."""
        self.project = project
        self.me = team.annotator(project, editor, uid)
        self.author = self.me  # whose layer is worked on
        with project.reading() as connection:
            self.editor = authors.load(connection)[self.me].name
            self._see_assignments(connection)
        self.scheme = project.scheme
        self.name = project.name
        self.sheet: Sheet | None = None
        self.review: Review | None = None  # while gold is worked on
        self.actors: dict[int, Actor] = {}
        self.listeners: list[Listener] = []
        self.last_action: str | None = None
        self.least: float = card()["shown"]  # claims that its model finds less probable are not shown
        self._models: dict[int, str] = {}
        self._remembered: list[Remembered] = []  # what can be undone
        self._see_knowledge()

    def _see_assignments(self, connection: Connection) -> None:
        self.assigned = assignments.of(connection, self.me)
        self.unaided = {article for article, author in assignments.unaided(connection) if author == self.me}

    def _see_knowledge(self) -> None:
        self.knowledge = knowledge.from_settings(self.project.settings)

    def close(self) -> None:
        self.project.close()

    # The queue

    def listing(self, state: State | None = None, search: str = "", mine: bool = False) -> list[int]:
        """The articles in the queue's order; with `mine`, those assigned to who works here."""
        found = articles.listing(self.project, self.me, state, search)
        return [i for i in found if i in self.assigned] if mine else found

    def summaries(self, ids: Sequence[int]) -> dict[int, Summary]:
        """What the queue shows of these articles, by id."""
        return articles.summaries(self.project, self.me, ids, self.least, SHIPPED)

    def open(self, article: int) -> Sheet:
        """Puts an article on the desk. Raises KeyError when there is none of that id."""
        self.sheet = self._lay(article)
        self._tell(Notice("article", article))
        return self.sheet

    def following(self, listing: list[int]) -> int | None:
        """The next unfinished article of a listing, behind the one on the desk; after its end, from its start."""
        here = self.sheet.article.id if self.sheet else 0
        open_ones = set(self.listing("todo")) | set(self.listing("started"))
        later = [i for i in listing if i > here and i in open_ones]
        earlier = [i for i in listing if i < here and i in open_ones]
        return next(iter(later + earlier), None)

    # Edits

    def do(self, edit: Edit | None) -> bool:
        """Does an edit to the article on the desk: it is saved when this returns. False when there is nothing to do."""
        if edit is None or self.sheet is None:
            return False
        try:
            made = layers.apply(self.project, self.sheet.article.id, self.author, edit, self.me)
        except layers.Conflict:
            self.refresh()
            raise
        self.sheet = self.sheet.after(made.changes)
        self._follow_gold()
        self._show(made)
        return True

    def undo(self) -> str | None:
        """Takes the last edit back, wherever it was, and opens that article; or what was remembered since. Returns the
        name of it."""
        last = self._remembered_last()
        if last is None:
            return self._turn(layers.undo)
        self._remembered.remove(last)
        self._learn({last.setting: last.before})
        return last.action

    def _remembered_last(self) -> Remembered | None:
        last = next((one for one in reversed(self._remembered) if one.author == self.author), None)
        return last if last is not None and last.behind == self._last_edit() else None

    def _last_edit(self) -> int:
        with self.project.reading() as connection:
            return (layers.next_turn(connection, self.author, "undo") or (0, ""))[0]

    def merge_to_undo(self) -> str | None:
        """The name of the merge that the next undo is about, if it is about one."""
        if self._remembered_last() is not None:
            return None  # remembered since: a merge forgets what was before it
        with self.project.reading() as connection:
            found = merge.last(connection, self.me)
        return found and found[1]

    def undo_merge(self) -> str | None:
        """Takes the last merge back. Raises ProjectError when it was built upon."""
        with self.project.writing() as connection:
            found = merge.last(connection, self.me)
            if found is None:
                return None
            unmerge.undo(connection, found[0])
        self.after_merge()
        return found[1]

    def after_merge(self) -> None:
        """Shows what a merge has brought or taken."""
        self.actors.clear()
        self._remembered.clear()
        self.scheme = self.project.scheme
        self._see_knowledge()
        with self.project.reading() as connection:
            self._see_assignments(connection)
        self.refresh()

    def redo(self) -> str | None:
        """Does the edit undone last again; opens its article. Returns the edit's name."""
        return self._turn(layers.redo)

    def next_turns(self) -> tuple[str | None, str | None]:
        """The names of the edits that undo and redo are about."""
        with self.project.reading() as connection:
            merged = merge.last(connection, self.me)
            turns = [layers.next_turn(connection, self.author, kind) for kind in ("undo", "redo")]
        if (last := self._remembered_last()) is not None:
            return last.action, turns[1] and turns[1][1]
        return (merged or turns[0] or (0, None))[1], turns[1] and turns[1][1]

    def _turn(self, turn: Callable[[Project, int, int], layers.Made | None]) -> str | None:
        try:
            made = turn(self.project, self.author, self.me)
        except layers.Conflict:
            self.refresh()
            raise
        if made is None:
            return None
        if self.sheet is None or self.sheet.article.id != made.article:
            if self.review is not None:
                self.open_review(made.article)
            else:
                self.open(made.article)  # as it is now, with the turn taken
        elif made.rebuilt:
            self.refresh()
        else:
            self.sheet = self.sheet.after(made.changes)
            self._follow_gold()
        self._show(made)
        return made.action

    def _follow_gold(self) -> None:
        if self.review is not None and self.sheet is not None:
            self.review = self.review.with_gold(self.sheet.mine)

    def _show(self, made: layers.Made) -> None:
        for change in made.changes:
            if change.kind == "actor":
                self._know({change.id})
        self._know(self._actor_ids(made.changes))
        self.last_action = made.action
        self._tell(Notice("sheet", made.article, made.changes))
        if any(c.kind == "finished" for c in made.changes):
            self._tell(Notice("queue", made.article))

    def finish(self) -> bool:
        return self.sheet is not None and self.do(editing.finish(self.sheet))

    # Review

    def open_review(self, article: int) -> Review:
        """Puts an article on the desk to be adjudicated: edits are of its gold layer until `leave_review`. What all
        agree on, and was not decided on, is taken. Raises KeyError when there is no such article, and
        NotLead when somebody else leads the project."""
        with self.project.reading() as connection:
            if not is_lead(connection, self.me):
                raise NotLead("Gold is decided by the lead of this project.")
        with self.project.writing() as connection:
            gold = authors.gold(connection)
            found = review.load(connection, article)
        self._know(self._actors_of_versions(found))
        # Only now, when nothing can go wrong any more: edits made after are gold's.
        self.author, self.review = gold, found
        self.sheet = lay(found.article, found.gold, None)
        self._tell(Notice("article", article))
        self.do(decisions.agree(found))
        return self.review

    def leave_review(self) -> None:
        """Back to one's own labels."""
        if self.review is None:
            return
        self.review = None
        self.author = self.me
        self.refresh()

    @staticmethod
    def _actors_of_versions(review: Review) -> set[int | None]:
        held = (*review.versions.values(), review.gold)
        values = [v for layer in held for v in (*layer.claims.values(), *layer.mentions.values())]
        return {getattr(v, role, None) for v in values for role in ("actor", "target")}

    # Suggestions

    def needs_suggestions(self, article: int) -> bool:
        """Whether a model shall look at it: when none has; or when it is not finished, and suggestions would be made by
        a newer model, or by one that knows other things. Not when it is to be labelled unaided here."""
        return article in self._to_suggest(article)

    def to_suggest(self) -> list[int]:
        """The articles that need suggestions."""
        return self._to_suggest()

    def _to_suggest(self, article: int | None = None) -> list[int]:
        found = articles.models(self.project, self.me, article).items()
        waiting = [i for i, (by, finished) in found if by is None or not (finished or self._is_up_to_date(by))]
        return [i for i in waiting if i not in self.unaided]

    def _is_up_to_date(self, by: str) -> bool:
        """Whether suggestions of this version are as they would be made now; those of foreign models always are."""
        if not any(finder in by for finder in (SHIPPED, rules.NAME)):
            return True
        now, mark = (version(card()), rules.VERSION), self.knowledge.mark
        return by.endswith(f" {mark}") and any(f" {finder} " in by for finder in now) if mark else by.endswith(now)

    def take_suggestions(self, article: int, suggestions: Record, model: tuple[str, str]) -> None:
        """Saves a model's suggestions for an article, and shows them when it is on the desk. An article that has gone
        meanwhile gets none."""
        if not self._there(article):
            return
        add_suggestions(self.project, article, suggestions, model)
        if self.sheet is not None and self.sheet.article.id == article and self.review is None:
            self.sheet = self._lay(article)
            self._tell(Notice("suggestions", article))
        self._tell(Notice("queue", article))

    def job(self, article: int) -> dict[str, Any]:
        """What the suggesting process is asked for an article."""
        return {
            "text": articles.load(self.project, article).text,
            "labels": self.scheme.label_map,
            "knowledge": self.knowledge.as_json(),
        }

    def remember(self, kind: knowledge.Kind, words: str, value: str | bool | None) -> None:
        """Puts a name with its label, or a cue that is one or none, into the dictionary; None takes the entry out."""
        name = knowledge.setting_of(kind, words)
        before, _ = self.project.settings.get(name, (None, 0.0))
        action = f"{'Forget' if value is None else 'Remember'} “{words}”"
        self._remembered.append(Remembered(action, self.author, name, before, self._last_edit()))
        self._learn({name: value})

    def _learn(self, settings: Mapping[str, Any]) -> None:
        self.project.set(settings)
        self._see_knowledge()
        self._tell(Notice("knowledge"))

    def can_remember(self, label: str) -> bool:
        """Whether suggestions of names heed an entry with this label: dates and sums are no names."""
        return label in {ours for theirs, ours in self.scheme.label_map.items() if theirs in NAMED}

    @property
    def training_fits(self) -> bool:
        """Whether the training, if there is one, was made beside the model that suggests."""
        return self.knowledge.trained is None or self.knowledge.trained.get("base") == version(card())

    def take_trained(self, trained: dict[str, Any]) -> None:
        """Suggests by this training from now on (see `suggest.learned.trained`); it can be taken back."""
        self._learn({knowledge.TRAINED_BEFORE: self.knowledge.trained, knowledge.TRAINED: trained})

    def take_trained_back(self) -> None:
        """Suggests again as before the last training."""
        before, _ = self.project.settings.get(knowledge.TRAINED_BEFORE, (None, 0.0))
        self._learn({knowledge.TRAINED_BEFORE: None, knowledge.TRAINED: before})

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
            sight = sight_of(connection, self.me)
            found = actors.matching(connection, part)
            if not sight.limited:
                return found
            # A name that only others' labels have would tell what they found.
            seen = actors.used_by(connection, {self.me, *sight.open_to_all}, sight.finished)
            return [a for a in found if a.id in seen]

    # History

    def history(self) -> list[Entry]:
        """What was done to the article on the desk, the newest first, as far as it may be seen."""
        if self.sheet is None:
            return []
        with self.project.reading() as connection:
            return history.of_article(connection, self.sheet.article.id, sight_of(connection, self.me))

    def names(self) -> dict[int, str]:
        """What the authors are called, by id."""
        with self.project.reading() as connection:
            return {a.id: a.title for a in authors.load(connection).values()}

    @property
    def suggested_by(self) -> str:
        """The model whose suggestions lie on the desk; empty when none do."""
        suggested = self.sheet.suggested if self.sheet is not None else None
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

    def set_least(self, probability: float) -> None:
        """Shows suggested claims of this probability and more from now on; what is decided stays."""
        self.least = probability
        if self.sheet is not None and self.review is None:
            self.sheet = self._lay(self.sheet.article.id)
            self._tell(Notice("suggestions", self.sheet.article.id))
        self._tell(Notice("queue"))

    # Keeping up

    def refresh(self) -> None:
        """Reads the article on the desk and what the project knows again, after another program wrote to the file."""
        self._see_knowledge()
        if self.sheet is not None and not self._there(self.sheet.article.id):
            self.sheet = None
            self._tell(Notice("article"))
        if self.sheet is not None:
            if self.review is not None:
                with self.project.reading() as connection:
                    self.review = review.load(connection, self.sheet.article.id)
                self._know(self._actors_of_versions(self.review))
                self.sheet = lay(self.review.article, self.review.gold, None)
            else:
                self.sheet = self._lay(self.sheet.article.id)
            self._tell(Notice("suggestions", self.sheet.article.id))
        self._tell(Notice("queue"))

    def _there(self, article: int) -> bool:
        with self.project.reading() as connection:
            return articles.is_there(connection, article)

    def _lay(self, article: int) -> Sheet:
        with self.project.reading() as connection:
            mine = layers.load(connection, article, self.author)
            suggested = None if article in self.unaided else layers.suggested(connection, article)
            weighed = suggested is not None and SHIPPED in authors.load(connection)[suggested.author].version
            decided = {m.origin.layer for m in mine.mentions.values() if m.origin is not None}
            decided |= {c.origin.layer for c in mine.claims.values() if c.origin is not None}
            decided |= {r.origin.layer for r in mine.rejections.values()}
            if suggested is not None:
                decided.discard(suggested.id or 0)
            before = [layer for i in sorted(decided) if (layer := layers.by_id(connection, i)) is not None]
        sheet = lay(articles.load(self.project, article), mine, suggested, before)
        if weighed:
            sheet = sure_enough(sheet, self.least)
        self._know({v.actor for i in (sheet.mentions, sheet.claims) for v in (x.value for x in i)})
        self._know({i.value.target for i in sheet.claims})
        return sheet

    def _know(self, ids: set[int | None]) -> None:
        wanted = {i for i in ids if i is not None}
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


def sure_enough(sheet: Sheet, least: float) -> Sheet:
    """A sheet without the suggested claims below a probability that nothing was decided on."""
    doubtful = {i.key for i in sheet.claims if not i.decided and i.value.score is not None and i.value.score < least}
    if sheet.suggested is None or not doubtful:
        return sheet
    claims = {n: claim for n, claim in sheet.suggested.claims.items() if ("suggestion", n) not in doubtful}
    kept = tuple(item for item in sheet.claims if item.key not in doubtful)
    return replace(sheet, suggested=replace(sheet.suggested, claims=claims), claims=kept)


def add_suggestions(project: Project, article: int, suggestions: Record, model: tuple[str, str]) -> None:
    """Saves a model's suggestions as a layer of its own."""
    with project.writing() as connection:
        author = authors.by_name(connection, "model", *model)
        layers.add(connection, article, author, suggestions, actors.ActorIds(connection))


def suggest_for(project: Project, ids: Sequence[int], by: Suggester, progress: Progress | None = None) -> None:
    """Suggests for articles in this process, one after the other, and saves each."""
    from annotator.suggest.suggester import suggest

    labels = project.scheme.label_map
    for number, article in enumerate(ids, 1):
        add_suggestions(
            project, article, suggest(by, articles.load(project, article).text, labels, unsure=True), by.name
        )
        if progress:
            progress(number, len(ids))


def sample_project(path: Path) -> Project:
    """Makes the sample project: the articles that come with the program."""
    from importlib.resources import as_file

    from annotator.assets import asset
    from annotator.formats.bring_in import bring_in

    project = store.create(path, "Sample")
    with as_file(asset("articles")) as folder:
        bring_in(project, [folder / "sample.jsonl"])
    return project

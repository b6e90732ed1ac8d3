"""The review at work: lists, article and versions, and every step an adjudicator can take on a difference."""

from __future__ import annotations

from hashlib import sha256

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from annotator.core.annotation import Claim, slot_value
from annotator.core.text import covered, shortened
from annotator.core.wording import value_in_words
from annotator.gui.review.lists import ReviewLists
from annotator.gui.review.side import DifferencePane, Shown, escaped
from annotator.gui.review.versions import slot_title
from annotator.gui.review.view import ALL, SOME, ReviewView, tint
from annotator.gui.theme import Theme
from annotator.labelling.session import Notice, Session
from annotator.review.adjudication import Place, Question, Review, kind_of, nested_twins
from annotator.review.agreement import Subject, agreement
from annotator.review.disputes import Dispute, dispute_of
from annotator.store import authors


class ReviewBench(QWidget):
    """Shows what a session has under review. `said` is a line for the bottom of the window, `changed` tells that titles
    and counts must be shown anew, `step_wanted` that a step was clicked."""

    said = Signal(str)
    changed = Signal()
    step_wanted = Signal(object)
    article_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.session: Session | None = None
        self.disputes: list[Dispute] = []
        self.names: dict[int, str] = {}
        self.colors: dict[int, str] = {}
        self.key: tuple[Place, str] | None = None
        self.focus: int | None = None  # the author whose version is in focus; None for gold
        self.kind = ""
        self.anonymous = False
        self._asked_to_finish: int | None = None
        self._asked_of_twins: int | None = None
        self._left: dict[int, tuple[Place, str]] = {}  # what was in question in an article when it was left
        self._project = ""
        self.lists = ReviewLists(theme)
        self.view = ReviewView(theme)
        self.side = DifferencePane(theme)
        self._build()
        self.lists.article_chosen.connect(self.article_wanted)
        self.lists.kind_chosen.connect(self._choose_kind)
        self.lists.filtered.connect(self._go_to_fitting)
        self.lists.search.returnPressed.connect(lambda: self.side.setFocus())
        self.lists.search_left.connect(self._leave_search)
        self.side.step.connect(self.step_wanted)
        self.side.table.column_chosen.connect(self._focus_column)
        self.view.group_clicked.connect(self._go_to_group)

    # Building

    def _build(self) -> None:
        self.legend = QLabel()
        self.legend.setObjectName("legend")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.legend.setWordWrap(True)
        self.legend.setContentsMargins(8, 5, 8, 5)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.legend)
        column.addWidget(self.view, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for pane, width in ((self.lists, 190), (middle, 340), (self.side, 380)):
            pane.setMinimumWidth(width)
            self.splitter.addWidget(pane)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([250, 640, 540])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.side.set_theme(theme)
        self.view.set_theme(theme)
        self.lists.set_theme(theme)
        self._show()

    # What is shown

    def show_session(self, session: Session | None, disputes: list[Dispute]) -> None:
        """Reviews another project's articles, or none's."""
        self.session, self.disputes = session, disputes
        if session is not None and session.project.uid != self._project:
            self._left, self._project = {}, session.project.uid
        self.key, self.focus, self.kind = None, None, ""
        self.lists.search.clear()
        self.lists.kinds.mark("")
        if session is not None and self._notice not in session.listeners:
            session.listeners.append(self._notice)

    def leave(self) -> None:
        """Shows nothing and hears nothing any more."""
        if self.session is not None and self._notice in self.session.listeners:
            self.session.listeners.remove(self._notice)
        self.show_session(None, [])

    def open(self, article: int) -> None:
        """Puts an article under review, at its first open difference."""
        assert self.session is not None
        self.session.open_review(article)

    def _notice(self, notice: Notice) -> None:
        if self.session is None or self.session.review is None:
            return
        if notice.kind in ("article", "suggestions"):  # somebody may have come in meanwhile
            self._meet(self.session)
        if notice.kind == "article":
            self.key, self.focus, self.kind = None, None, ""
            self.lists.kinds.mark("")
            self._asked_to_finish = self._asked_of_twins = None
        self.disputes = [
            dispute_of(self.session.review) if d.article == self.session.review.article.id else d for d in self.disputes
        ]
        if notice.kind == "article":
            fitting, before = self._fitting(), self.review.find(self._left.get(self.review.article.id))
            if before is not None and before.state == "decided" and self.review.open:
                before = None
            first = before or next((q for q in fitting if q.state == "open"), None) or next(iter(fitting), None)
            self.key = first.key if first else None
            QTimer.singleShot(0, self._show_figures)  # they can wait for the article to be on the screen
        self._show()
        self.changed.emit()

    def _meet(self, session: Session) -> None:
        """Learns who there is."""
        with session.project.reading() as connection:
            people = authors.annotators(connection)
        self.names = {a.id: a.name for a in people}
        self.colors = {a.id: a.color or authors.COLORS[n % len(authors.COLORS)] for n, a in enumerate(people)}

    @property
    def review(self) -> Review:
        """What is under review; only while something is."""
        assert self.session is not None and self.session.review is not None
        return self.session.review

    def question(self) -> Question | None:
        """The difference in question."""
        return (
            self.session.review.find(self.key) if self.session is not None and self.session.review is not None else None
        )

    def _name(self, author: int) -> str:
        if not self.anonymous:
            return self.names.get(author, "somebody")
        return f"Editor {chr(65 + self._number(author) % 26)}"

    def _number(self, author: int) -> int:
        """An order of the versions, another one in each article, so that letters and colours give nobody away."""
        review = self.review
        mixed = sorted(review.versions, key=lambda a: sha256(f"{review.article.key} {a}".encode()).digest())
        return mixed.index(author) if author in mixed else len(mixed)

    def _colors(self) -> dict[int, str]:
        if not self.anonymous:
            return self.colors
        return {a: authors.COLORS[self._number(a) % len(authors.COLORS)] for a in self.review.versions}

    def _show(self) -> None:
        session = self.session
        if session is None or session.review is None:
            self.view.show_review(None, None, {})
            return
        review, question = session.review, self.question()
        self.view.scheme = session.scheme
        self.view.show_review(review, session.labelled, self._colors())
        if question is not None:
            self._left[review.article.id] = question.key
        self.view.show_question(review, question, self.focus)
        self.lists.show_articles(self.disputes, review.article.id)
        self.lists.show_questions(review.questions)
        self._show_legend()
        fitting = [q.key for q in self._fitting()]
        if question is not None and self.focus not in (None, *review.groups[question.group].members):
            self.focus = None
        number = fitting.index(question.key) + 1 if question is not None and question.key in fitting else 0
        names = {a: self._name(a) for a in review.versions}
        self.side.show_difference(
            Shown(session, review, question, number, len(fitting), names, self.focus, self.anonymous)
        )

    def _actor_name(self, actor: int) -> str:
        return (
            self.session.actors[actor].name if self.session is not None and actor in self.session.actors else "unknown"
        )

    def _show_legend(self) -> None:
        versions = list(self.review.versions)
        colors = self._colors()
        signs = [(colors[a], f"only {self._name(a)}") for a in versions]
        if len(versions) > 2:
            signs.append((SOME, "some"))
        signs.append((ALL, "all"))
        parts = []
        for name, text in signs:
            color = tint(name, self.theme).name(QColor.NameFormat.HexArgb)
            parts.append(f"<span style='background:{color}'>&nbsp;&nbsp;&nbsp;&nbsp;</span>&nbsp;{escaped(text)}")
        self.legend.setText("&nbsp;&nbsp;&nbsp; ".join(parts))

    def _show_figures(self) -> None:
        if self.session is None or self.session.review is None:
            return
        review = self.session.review
        subject = Subject(
            review.article.id, review.article.key, review.article.text, {str(a): v for a, v in review.versions.items()}
        )
        scheme = self.session.scheme
        asked = scheme.of("claim")
        overall = agreement([subject], self._actor_name, replicates=0, asked=asked).overall
        rows = [("Claims, F1", overall.figures["claims f1"]), ("Same words, F1", overall.figures["exact f1"])]
        shown = ("actor", *(attribute.name for attribute in asked))
        rows += [(f"{slot_title('claim', name, scheme)}, same", overall.slots[name].raw) for name in shown]
        self.lists.show_figures(rows)

    # Which differences

    def _fitting(self) -> list[Question]:
        """The questions of the chosen kind that hold all the words looked for."""
        if self.session is None or self.session.review is None:
            return []
        questions = [q for q in self.session.review.questions if not self.kind or kind_of(q) == self.kind]
        words = self.lists.search.text().casefold().split()
        return [q for q in questions if all(w in self._searched(q) for w in words)] if words else questions

    def _searched(self, question: Question) -> str:
        review = self.review
        group = review.groups[question.group]
        parts = [
            kind_of(question),
            question.slot,
            question.group[0],
            "open" if question.state != "decided" else "decided",
        ]
        parts += ["edges only"] if question.difference.edges_only else []
        parts += ["note"] if question.state == "noted" else []
        parts += [self._name(a) for a in (*question.difference.missing, *group.members)]
        for value in group.members.values():
            for slot in group.slots:
                parts.append(value_in_words(review.article.text, slot, slot_value(value, slot), self._actor_name))
        return " ".join(parts).casefold()

    def _choose_kind(self, kind: str) -> None:
        self.kind = kind
        self._go_to_fitting()
        self.side.setFocus()

    def _go_to_fitting(self) -> None:
        fitting = self._fitting()
        if self.key not in [q.key for q in fitting]:
            first = next((q for q in fitting if q.state != "decided"), None) or next(iter(fitting), None)
            self.key = first.key if first else None
        self._show()

    def visit(self, step: int, only_open: bool = False) -> None:
        """Goes to the next (1) or previous (-1) difference; with `only_open`, to one that is not decided."""
        fitting = self._fitting()
        at = next((n for n, q in enumerate(fitting) if q.key == self.key), -1 if step > 0 else len(fitting))
        order = fitting[at + 1 :] + fitting[: max(0, at)] if step > 0 else fitting[:at][::-1] + fitting[:at:-1]
        if only_open:
            order = [q for q in order if q.state == "open"] or [q for q in order if q.state == "noted"]
        if not order:
            if only_open and not self.review.open:
                self.said.emit("Every difference here is decided. Ctrl ↵ finishes the article and opens the next.")
            elif only_open:
                self.said.emit("Every difference of this kind is decided; others are open.")
            return
        self.key, self.focus = order[0].key, None
        self._show()

    def _go_to_group(self, place: Place) -> None:
        of_group = [q for q in self.review.questions if q.group == place]
        if of_group:
            self.key = next((q for q in of_group if q.state != "decided"), of_group[0]).key
            self.focus = None
            self._show()

    def go_to(self, claim: Claim, slot: str) -> bool:
        """Goes to what is asked of a claim that a version has, of this slot if that is asked; False when nothing is."""
        for place, group in self.review.groups.items():
            if place[0] == "claim" and claim in group.members.values():
                asked = [q for q in self.review.questions if q.group == place]
                if asked:
                    self.key, self.focus = next((q for q in asked if q.slot == slot), asked[0]).key, None
                    self._show()
                else:
                    self.view.reveal(claim.start, claim.start + 1)
                return bool(asked)
        return False

    def _focus_column(self, author: int | None) -> None:
        self.focus = author
        self._show()
        self.side.setFocus()

    def turn_column(self, step: int) -> None:
        """Puts the next (1) or previous (-1) version into focus."""
        question = self.question()
        if question is None:
            return
        order: list[int | None] = [*self.review.groups[question.group].members, None]
        self.focus = order[(order.index(self.focus) + step) % len(order)]
        self._show()

    def show_again(self) -> None:
        """Shows what may have changed, and goes on where what was in question is decided."""
        question = self.question()
        if question is None or question.state == "decided":
            self.visit(1, only_open=True)
        self._show()

    after_hand = show_again

    def name(self, author: int) -> str:
        """What an author is called here."""
        return self._name(author)

    def toggle_names(self) -> None:
        self.anonymous = not self.anonymous
        self._show()
        self.said.emit("Names are hidden." if self.anonymous else "Names are shown.")

    def turn(self, which: str) -> None:
        """Undo or redo; what it was about comes into question."""
        assert self.session is not None
        before = {q.key for q in self.review.open}
        name = self.session.undo() if which == "undo" else self.session.redo()
        reopened = [q for q in self.review.open if q.key not in before]
        if reopened:
            self.key, self.focus = reopened[0].key, None
        if name is not None:
            self._show()
        self.said.emit(f"{'Undone' if which == 'undo' else 'Redone'}: {name}" if name else f"Nothing to {which}.")

    def search(self) -> None:
        """Goes to the search of differences."""
        self.lists.search.setFocus()
        self.lists.search.selectAll()

    def _leave_search(self) -> None:
        self.lists.search.clear()
        self.side.setFocus()

    # Articles

    def go_article(self, by: int) -> None:
        """Reviews the article so many places further."""
        ids = [d.article for d in self.disputes]
        here = self.review.article.id
        at = ids.index(here) + by if here in ids else 0
        if 0 <= at < len(ids):
            self.article_wanted.emit(ids[at])

    def finish(self) -> None:
        """Gold of this article is finished, and the next one opened; with open differences only when asked twice."""
        assert self.session is not None
        review = self.review
        left = len(review.open)
        if left and self._asked_to_finish != review.article.id:
            self._asked_to_finish = review.article.id
            self.said.emit(
                f"{left:,} differences are open and would be left out of gold. Ctrl ↵ again finishes all the same."
            )
            return
        twins = nested_twins(review.gold)
        if twins and self._asked_of_twins != review.article.id:
            self._asked_of_twins = review.article.id
            words = shortened(covered(review.article.text, twins[0][0].content), 60)
            self.said.emit(
                f"“{words}” lies within another claim of the same source and cue. Ctrl ↵ again finishes all the same."
            )
            return
        self.session.finish()
        following = next(
            (d for d in self.disputes if (not d.finished or d.open) and d.article != review.article.id), None
        )
        if following is not None:
            self.article_wanted.emit(following.article)
        else:
            self.said.emit("Gold is complete for every article with two labellings. Ctrl E exports it.")

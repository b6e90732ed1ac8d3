"""The review at work: lists, article and versions, and every step an adjudicator can take on a difference."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from annotator import decisions
from annotator.adjudication import Place, Question, kind_of
from annotator.agreement import Subject, agreement
from annotator.annotation import Edit
from annotator.compare import FOUND, value_in_words
from annotator.desk import Desk, Notice
from annotator.gui import dialogs
from annotator.gui.review.lists import ReviewLists
from annotator.gui.review.side import MOST, DifferencePane, Shown, escaped
from annotator.gui.review.versions import TITLES
from annotator.gui.review.view import ALL, SOME, ReviewView, tint
from annotator.gui.theme import Theme
from annotator.review import Dispute, dispute_of
from annotator.store import ProjectError, authors


class ReviewBench(QWidget):
    """Shows what a desk has under review. `said` is a line for the bottom of the window, `changed` tells that titles
    and counts must be shown anew, `hand_wanted` that the adjudicator wants to edit in the workbench."""

    said = Signal(str)
    changed = Signal()
    hand_wanted = Signal()
    article_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.desk: Desk | None = None
        self.disputes: list[Dispute] = []
        self.names: dict[int, str] = {}
        self.colors: dict[int, str] = {}
        self.key: tuple[Place, str] | None = None
        self.focus: int | None = None  # the author whose version is in focus; None for gold
        self.kind = ""
        self.anonymous = False
        self._asked_to_finish: int | None = None
        self.lists = ReviewLists(theme)
        self.view = ReviewView(theme)
        self.side = DifferencePane(theme)
        self._build()
        self.lists.article_chosen.connect(self.article_wanted)
        self.lists.kind_chosen.connect(self._choose_kind)
        self.lists.filtered.connect(self._go_to_fitting)
        self.lists.search.returnPressed.connect(lambda: self.side.setFocus())
        self.lists.search_left.connect(self._leave_search)
        self.side.step.connect(self.run)
        self.side.table.column_chosen.connect(self._focus_column)
        self.view.group_clicked.connect(self._go_to_group)
        self._steps: dict[str, Callable[[], object]] = {
            "take_version": lambda: self._take_all(self.focus),
            "take_none": lambda: self._do(lambda q: decisions.neither(self._review(), q)),
            "edit_gold": self._edit_by_hand,
            "next_difference": lambda: self._visit(1),
            "previous_difference": lambda: self._visit(-1),
            "next_version": lambda: self._turn_column(1),
            "previous_version": lambda: self._turn_column(-1),
            "take_agreed": self._take_agreed,
            "decide_edges": lambda: self._by_rule(decisions.longer_edges),
            "decide_majority": lambda: self._by_rule(decisions.majority),
            "note_difference": self._note,
            "anonymous": self._toggle_names,
            "undo": lambda: self._turn("undo"),
            "undo_decision": lambda: self._turn("undo"),
            "redo": lambda: self._turn("redo"),
            "finish_and_next": self._finish,
            "next_article": lambda: self._go_article(1),
            "previous_article": lambda: self._go_article(-1),
            "search": self._search,
            "larger": lambda: self.view.set_points(self.view.points + 1),
            "smaller": lambda: self.view.set_points(self.view.points - 1),
            "copy": self.view.copy_selection,
        }
        for number in range(1, MOST + 1):
            self._steps[f"take_{number}"] = lambda n=number: self._take(n)  # type: ignore[misc]

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

    def show_desk(self, desk: Desk | None, disputes: list[Dispute]) -> None:
        """Reviews another project's articles, or none's."""
        self.desk, self.disputes = desk, disputes
        self.key, self.focus, self.kind = None, None, ""
        self.lists.search.clear()
        self.lists.kinds.mark("")
        if desk is not None and self._notice not in desk.listeners:
            desk.listeners.append(self._notice)

    def open(self, article: int) -> None:
        """Puts an article under review, at its first open difference."""
        assert self.desk is not None
        self.desk.open_review(article)

    def _notice(self, notice: Notice) -> None:
        if self.desk is None or self.desk.review is None:
            return
        if notice.kind in ("article", "suggestions"):  # somebody may have come in meanwhile
            self._meet(self.desk)
        if notice.kind == "article":
            self.key, self.focus, self.kind = None, None, ""
            self.lists.kinds.mark("")
            self._asked_to_finish = None
        self.disputes = [
            dispute_of(self.desk.review) if d.article == self.desk.review.article.id else d for d in self.disputes
        ]
        if notice.kind == "article":
            first = next((q for q in self._fitting() if q.state == "open"), None) or next(iter(self._fitting()), None)
            self.key = first.key if first else None
            QTimer.singleShot(0, self._show_figures)  # they can wait for the article to be on the screen
        self._show()
        self.changed.emit()

    def _meet(self, desk: Desk) -> None:
        """Learns who there is."""
        with desk.project.reading() as connection:
            people = authors.annotators(connection)
        self.names = {a.id: a.name for a in people}
        self.colors = {a.id: a.color or authors.COLORS[n % len(authors.COLORS)] for n, a in enumerate(people)}

    def _review(self) -> Any:
        assert self.desk is not None and self.desk.review is not None
        return self.desk.review

    def question(self) -> Question | None:
        """The difference in question."""
        return self.desk.review.find(self.key) if self.desk is not None and self.desk.review is not None else None

    def _name(self, author: int) -> str:
        if not self.anonymous:
            return self.names.get(author, "somebody")
        return f"Editor {chr(65 + self._number(author) % 26)}"

    def _number(self, author: int) -> int:
        """An order of the versions, another one in each article, so that letters and colours give nobody away."""
        review = self._review()
        mixed = sorted(review.versions, key=lambda a: sha256(f"{review.article.key} {a}".encode()).digest())
        return mixed.index(author) if author in mixed else len(mixed)

    def _colors(self) -> dict[int, str]:
        if not self.anonymous:
            return self.colors
        return {a: authors.COLORS[self._number(a) % len(authors.COLORS)] for a in self._review().versions}

    def _show(self) -> None:
        desk = self.desk
        if desk is None or desk.review is None:
            self.view.show_review(None, None, {})
            return
        review, question = desk.review, self.question()
        self.view.scheme = desk.scheme
        self.view.show_review(review, desk.sheet, self._colors())
        self.view.show_question(review, question)
        self.lists.show_articles(self.disputes, review.article.id)
        self.lists.show_questions(review.questions)
        self._show_legend()
        fitting = [q.key for q in self._fitting()]
        if question is not None and self.focus not in (None, *review.groups[question.group].members):
            self.focus = None
        number = fitting.index(question.key) + 1 if question is not None and question.key in fitting else 0
        names = {a: self._name(a) for a in review.versions}
        self.side.show_difference(
            Shown(desk, review, question, number, len(fitting), names, self.focus, self.anonymous)
        )

    def _actor_name(self, actor: int) -> str:
        return self.desk.actors[actor].name if self.desk is not None and actor in self.desk.actors else "unknown"

    def _show_legend(self) -> None:
        versions = list(self._review().versions)
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
        if self.desk is None or self.desk.review is None:
            return
        review = self.desk.review
        subject = Subject(
            review.article.id, review.article.key, review.article.text, {str(a): v for a, v in review.versions.items()}
        )
        overall = agreement([subject], self._actor_name, replicates=0).overall
        rows = [("Claims, F1", overall.figures["claims f1"]), ("Same words, F1", overall.figures["exact f1"])]
        rows += [(f"{TITLES[s]}, same", overall.slots[s].raw) for s in ("actor", "mode", "stance")]
        self.lists.show_figures(rows)

    # Which differences

    def _fitting(self) -> list[Question]:
        """The questions of the chosen kind that hold all the words looked for."""
        if self.desk is None or self.desk.review is None:
            return []
        questions = [q for q in self.desk.review.questions if not self.kind or kind_of(q) == self.kind]
        words = self.lists.search.text().casefold().split()
        return [q for q in questions if all(w in self._searched(q) for w in words)] if words else questions

    def _searched(self, question: Question) -> str:
        review = self._review()
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
                parts.append(value_in_words(review.article.text, slot, getattr(value, slot), self._actor_name))
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

    def _visit(self, step: int, only_open: bool = False) -> None:
        fitting = self._fitting()
        at = next((n for n, q in enumerate(fitting) if q.key == self.key), -1 if step > 0 else len(fitting))
        order = fitting[at + 1 :] + fitting[: max(0, at)] if step > 0 else fitting[:at][::-1] + fitting[:at:-1]
        if only_open:
            order = [q for q in order if q.state == "open"] or [q for q in order if q.state == "noted"]
        if not order:
            if only_open and not self._review().open:
                self.said.emit("Every difference here is decided. Ctrl ↵ finishes the article and opens the next.")
            elif only_open:
                self.said.emit("Every difference of this kind is decided; others are open.")
            return
        self.key, self.focus = order[0].key, None
        self._show()

    def _go_to_group(self, place: Place) -> None:
        of_group = [q for q in self._review().questions if q.group == place]
        if of_group:
            self.key = next((q for q in of_group if q.state != "decided"), of_group[0]).key
            self.focus = None
            self._show()

    def _focus_column(self, author: int | None) -> None:
        self.focus = author
        self._show()
        self.side.setFocus()

    def _turn_column(self, step: int) -> None:
        question = self.question()
        if question is None:
            return
        order: list[int | None] = [*self._review().groups[question.group].members, None]
        self.focus = order[(order.index(self.focus) + step) % len(order)]
        self._show()

    # Steps

    def handles(self, step: str) -> bool:
        return step in self._steps

    def run(self, step: str) -> None:
        """Does a step; what cannot be saved is told, and nothing has changed then."""
        if self.desk is None or self.desk.review is None:
            return
        try:
            self._steps[step]()
        except ProjectError as error:
            dialogs.tell_error(self, str(error), "This was not saved")

    def _do(self, make: Callable[[Question], Edit | None]) -> bool:
        """Does an edit on the difference in question and goes on to the next open one."""
        question = self.question()
        if question is None:
            self.said.emit("There is no difference in question; N goes to the next.")
            return False
        assert self.desk is not None
        if not self.desk.do(make(question)):
            self.said.emit("That is what gold says already.")
            return False
        done = self.question()
        if done is None or done.state == "decided":
            self._visit(1, only_open=True)
        return True

    def _take(self, number: int) -> None:
        versions = list(self._review().versions)
        question = self.question()
        if question is None or number > len(versions):
            self.said.emit(f"There is no version {number} here.")
            return
        author = versions[number - 1]
        if question.slot != FOUND and author not in self._review().groups[question.group].members:
            self.said.emit(f"{self._name(author)} has no such {question.group[0]}; 0 says that there is none.")
            return
        self._do(lambda q: decisions.take(self._review(), q, author))

    def _take_all(self, author: int | None) -> None:
        self._do(lambda q: decisions.take_all(self._review(), q, author))

    def _edit_by_hand(self) -> None:
        question = self.question()
        if question is None:
            return
        assert self.desk is not None
        self.desk.do(decisions.by_hand(self._review(), question))
        self.hand_wanted.emit()

    def after_hand(self) -> None:
        """Shows what was edited in the workbench, and goes on."""
        question = self.question()
        if question is None or question.state == "decided":
            self._visit(1, only_open=True)
        self._show()

    def _take_agreed(self) -> None:
        assert self.desk is not None
        if not self.desk.do(decisions.agree(self._review())):
            self.said.emit("All that everybody agrees on is in gold already.")

    def _by_rule(self, rule: Callable[[Any], Edit | None]) -> None:
        """Says what a rule would decide, and does it when that is wanted: one edit, one undo."""
        assert self.desk is not None
        edit = rule(self._review())
        number = decisions.decided_by(edit)
        if edit is None:
            self.said.emit("The rule decides no open difference here.")
        elif dialogs.confirm(
            self,
            f"{edit.action}: {number} {'decision' if number == 1 else 'decisions'}",
            "Each is marked; one undo.",
            "Decide",
        ):
            self.desk.do(edit)
            question = self.question()
            if question is None or question.state == "decided":
                self._visit(1, only_open=True)

    def _note(self) -> None:
        question = self.question()
        if question is None:
            return
        before = question.decision.note if question.decision is not None else ""
        text = dialogs.ask_note(self, before, "Note on this difference")
        if text is not None:
            assert self.desk is not None
            self.desk.do(decisions.note(self._review(), question, text))

    def _toggle_names(self) -> None:
        self.anonymous = not self.anonymous
        self._show()
        self.said.emit("Names are hidden." if self.anonymous else "Names are shown.")

    def _turn(self, which: str) -> None:
        assert self.desk is not None
        before = {q.key for q in self._review().open}
        name = self.desk.undo() if which == "undo" else self.desk.redo()
        reopened = [q for q in self._review().open if q.key not in before]
        if reopened:  # what it was about
            self.key, self.focus = reopened[0].key, None
        if name is not None:
            self._show()
        self.said.emit(f"{'Undone' if which == 'undo' else 'Redone'}: {name}" if name else f"Nothing to {which}.")

    def _leave_search(self) -> None:
        self.lists.search.clear()
        self.side.setFocus()

    def _search(self) -> None:
        self.lists.search.setFocus()
        self.lists.search.selectAll()

    # Articles

    def _go_article(self, step: int) -> None:
        ids = [d.article for d in self.disputes]
        here = self._review().article.id
        at = ids.index(here) + step if here in ids else 0
        if 0 <= at < len(ids):
            self.article_wanted.emit(ids[at])

    def _finish(self) -> None:
        assert self.desk is not None
        review = self._review()
        left = len(review.open)
        if left and self._asked_to_finish != review.article.id:
            self._asked_to_finish = review.article.id
            self.said.emit(
                f"{left:,} differences are open and would be left out of gold. Ctrl ↵ again finishes all the same."
            )
            return
        self.desk.finish()
        following = next(
            (d for d in self.disputes if (not d.finished or d.open) and d.article != review.article.id), None
        )
        if following is not None:
            self.article_wanted.emit(following.article)
        else:
            self.said.emit("Gold is complete for every article with two labellings. Ctrl E exports it.")

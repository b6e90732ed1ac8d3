"""The article under review: the versions' contents drawn over each other, the claim in question in full."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTextBlock

from annotator.core.annotation import Answers, Claim, Mention
from annotator.gui.drawing import SpanIndex
from annotator.gui.theme import Theme
from annotator.gui.workbench.article_drawing import ArticleDrawing
from annotator.gui.workbench.article_view import ArticleView
from annotator.labelling.labelled_article import Item, LabelledArticle
from annotator.review.adjudication import Place, Question, Review

ALL, SOME = "all", "some"  # versions that cover a stretch; one alone has its own colour


def tint(name: str, theme: Theme) -> QColor:
    """The colour under a stretch that `ALL`, `SOME` or one (its colour) of the versions cover."""
    color = theme.color("suggested") if name in (ALL, SOME) else QColor(name)
    color.setAlpha({ALL: 70, SOME: 30}.get(name, 84))
    return color


class ReviewView(ArticleView):
    """Shows a review: what all versions cover is grey, what some cover light grey, what one covers has its colour.
    `group_clicked` tells the place of the group under the mouse."""

    group_clicked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.colors: Mapping[int, str] = {}
        self.segments: SpanIndex[tuple[str, Place]] = SpanIndex([])
        self._focus: Item[Mention] | Item[Claim] | None = None
        self._groups: object = None

    def show_review(self, review: Review | None, labelled: LabelledArticle | None, colors: Mapping[int, str]) -> None:
        """Shows another article, or the same one with other decisions."""
        self.colors = colors
        self.show_labelled(labelled, self.scheme)
        self.mentions, self.contents = SpanIndex([]), SpanIndex([])
        if review is None:
            self.segments, self._groups = SpanIndex([]), None
        elif self._groups != (review.groups, colors):
            self._groups = review.groups, colors
            self.segments = SpanIndex(_segments(review, colors))
        self.viewport().update()

    def show_question(self, review: Review | None, question: Question | None, author: int | None = None) -> None:
        """Draws what the question is about as an author has it, or (None) as it would be in gold, and scrolls to it."""
        self._focus = None
        if review is not None and question is not None:
            value = review.groups[question.group].members.get(author) or review.proposal(question.group)
            if not isinstance(value, Answers):
                self._focus = Item(("own", question.group[1]), "made", value, None)  # type: ignore[type-var,assignment]
            self.focus_kind = question.group[0]
            if not isinstance(value, Answers):
                self.reveal(value.start, value.end)
        self._color_cue()
        self.viewport().update()

    def focus_item(self) -> Item[Mention] | Item[Claim] | None:
        return self._focus

    def click_item(self, point: QPointF) -> None:
        at = self.position_at(point)
        under = [(e - s, place) for s, e, (_, place) in self.segments.meeting(max(0, at - 1), at + 1)]
        if under:
            self.group_clicked.emit(min(under)[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        drawing = _Drawing(self)
        drawing.paint(drawing.under)
        super(ArticleView, self).paintEvent(event)
        drawing.paint(drawing.over)


class _Drawing(ArticleDrawing):
    view: ReviewView

    def under(self, painter: QPainter, block: QTextBlock, at: QPointF, start: int, end: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for s, e, (name, _) in self.view.segments.meeting(start, end):
            painter.setBrush(tint(name, self.view.theme))
            for rect, *_ in self._rects(block, at, s, e):
                painter.drawRect(rect)
        super().under(painter, block, at, start, end)


def _segments(review: Review, colors: Mapping[int, str]) -> list[tuple[int, int, tuple[str, Place]]]:
    """The contents of all claims, cut where the versions begin and end, with a colour for who covers it."""
    found: list[tuple[int, int, tuple[str, Place]]] = []
    for place, group in review.groups.items():
        if place[0] == "answers":
            continue  # of the article as a whole
        spans = {
            author: (value.span,) if isinstance(value, Mention) else value.content
            for author, value in group.members.items()
        }
        if place[0] == "mention" and len(set(spans.values())) == 1 and len(spans) == len(review.versions):
            continue  # entities all see in the same place would hide the claims
        edges = sorted({edge for pieces in spans.values() for span in pieces for edge in span})
        for start, end in pairwise(edges):
            there = [a for a, pieces in spans.items() if any(s <= start and end <= e for s, e in pieces)]
            if there:
                color = ALL if len(there) == len(review.versions) else SOME if len(there) > 1 else colors[there[0]]
                found.append((start, end, (color, place)))
    return found

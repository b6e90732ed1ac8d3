"""From a text to a record of suggestions: a pipeline's entities, claims by the model or by rules, and their actors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.core import trained
from annotator.core.annotation import SLOTS
from annotator.core.knowledge import NO_NAME, Dictionary, Knowledge
from annotator.core.record import Record
from annotator.core.scheme import Scheme
from annotator.core.text import Span
from annotator.suggest import models, rules
from annotator.suggest.actors import actor_of_source, actors_of
from annotator.suggest.asking import Answer
from annotator.suggest.found import FoundClaim
from annotator.suggest.layout import said_by_layout, says_nothing, without_inner
from annotator.suggest.learned import model as learned
from annotator.suggest.learned.card import LANGUAGE
from annotator.suggest.names import NAMED, Named, settle
from annotator.suggest.passives import reports_nothing
from annotator.suggest.pipeline import Pipeline, load
from annotator.suggest.sentences import sentence_starts
from annotator.suggest.sides import NO_SIDE, sides_of

if TYPE_CHECKING:
    from spacy.language import Language

MAX_MENTION = 200  # code points: what is longer is no name
MAX_RUN = 400
PIECE = 20_000  # code points parsed at once: memory stays bounded however long the text is

# What entities do without: where a model finds the claims, nobody asks for the parse.
_FOR_RULES = ("parser", "line_starts", "tagger", "attribute_ruler", "lemmatizer", "morphologizer", "senter")
_RUN = re.compile(rf"\S{{{MAX_RUN},}}")


NOTHING = Knowledge()


@dataclass(frozen=True, slots=True)
class Suggester:
    """What suggests: a spaCy pipeline for the entities, and for the claims a model, or rules when there is none for the
    pipeline's language; and what a project knows better."""

    pipeline: Pipeline
    model: learned.Model | None
    knowledge: Knowledge = NOTHING

    @property
    def name(self) -> tuple[str, str]:
        """Name and version of the layers it makes."""
        number = self.knowledge.trainings if self.model is not None else 0
        version = [self.pipeline.version, self.model.version if self.model else rules.VERSION]
        version += [f"trained {number}"] if number else []
        return self.pipeline.name, " ".join([*version, self.knowledge.mark]).rstrip()

    def labels(self, scheme: Scheme) -> dict[str, str]:
        """The pipeline's labels that a scheme takes, with what it calls them."""
        return scheme.label_map

    def ask(self, text: str, labels: Mapping[str, str], unsure: bool = False) -> Answer:
        """See `suggest`."""
        return Answer(suggest(self, text, labels, unsure))

    def claim(self, text: str, cue: Span) -> Answer:
        """See `claim_of`."""
        return Answer(claim_of(self, text, cue))

    def close(self) -> None:
        """There is nothing to let go of."""

    def knowing(self, knowledge: Knowledge) -> Suggester:
        """The same with what a project has learned. Raises TrainedError."""
        model = self.model
        if knowledge.trained is not None and model is not None:
            model = learned.with_habits(model, trained.from_json(knowledge.trained))
        return Suggester(self.pipeline, model, knowledge)


def suggester(name: str | None = None, model: str = models.QUICK) -> Suggester:
    """The pipeline of a name or folder (without one, the best there is) with a model that comes with the program for
    its language, by its name in `models`, if there is one. Raises PipelineError, ModelError and NoModel."""
    pipeline = load(name)
    return Suggester(pipeline, models.named(model) if pipeline.nlp.lang == LANGUAGE else None)


def suggest(by: Suggester, text: str, labels: Mapping[str, str], unsure: bool = False) -> Record:
    """`mentions` and `claims` suggested for a text (see `record`); `labels` turn the pipeline's labels into the
    scheme's, and labels that are not among them are left out. With `unsure`, claims below the model's threshold come,
    too: who reads them chooses which to see."""
    model = by.model
    seen = None
    if model is None:
        raw, claims = _read(by, text)
    else:
        threshold = model.card["least" if unsure else "threshold"]
        with ThreadPoolExecutor(1) as beside:  # the pipeline takes one core, and what the model leaves of the others
            reading = beside.submit(_read, by, text)
            seen = learned.candidates(model, text, by.knowledge.dictionary.cues, threshold)
            raw, _ = reading.result()
        claims = seen.chosen(threshold)
    mentions = settle(text, raw, _known(by.knowledge.dictionary, labels))
    actors = actors_of(text, mentions, sentence_starts(text))
    claims = [claim for claim in claims if not says_nothing(text, claim) and not reports_nothing(text, claim)]
    # What the layout says is the same whether or not claims are asked for that rather are none.
    sure = [claim for claim in claims if model is None or claim.score >= model.card["threshold"]]
    layout = said_by_layout(text, sure, mentions)
    claims = [*without_inner(claims, layout), *layout]
    claims = sorted(claims, key=lambda c: (c.cue or c.content)[0])
    # In text order: "he" may be who spoke before.
    sources = {claim: actor_of_source(actors, claim.source) for claim in claims}
    sides = sides_of(model, seen.held, sources, actors) if model is not None and seen is not None else {}
    named = dict(zip(((m.start, m.end) for m in actors.mentions), actors.names, strict=True))
    return {
        "mentions": [
            {"start": m.start, "end": m.end, "label": labels[m.label], "actor": _name(named.get((m.start, m.end)))}
            for m in mentions
            if m.label in labels and m.end - m.start <= MAX_MENTION
        ],
        "claims": [
            {
                "source": _listed(claim.source),
                "cue": _listed(claim.cue),
                "content": _listed(claim.content),
                "mode": claim.mode,
                "actor": _name(sources[claim]),
                "stance": side.stance if _name(side.target) else None,
                "target": _name(side.target),
                "score": claim.score,
            }
            for claim in claims
            for side in [sides.get(claim, NO_SIDE)]
        ],
    }


def claim_of(by: Suggester, text: str, cue: Span) -> Record:
    """A record with the claim that an editor's cue makes, or without one where the model finds nothing said by it; and
    without a probability, since nobody doubts the cue."""
    found = learned.claim_by(by.model, text, cue) if by.model is not None else None
    if found is None:
        return {"mentions": [], "claims": []}
    raw, _ = _read(by, text)
    actors = actors_of(text, settle(text, raw), sentence_starts(text))
    slots = {slot: _listed(getattr(found, slot)) for slot in SLOTS}
    actor = _name(actor_of_source(actors, found.source))
    return {"mentions": [], "claims": [{**slots, "mode": found.mode, "actor": actor}]}


def _known(dictionary: Dictionary, labels: Mapping[str, str]) -> dict[str, str]:
    """The dictionary's names with the pipeline's labels instead of the scheme's."""
    theirs = {ours: label for label, ours in reversed(list(labels.items())) if label in NAMED} | {NO_NAME: ""}
    return {name: theirs[label] for name, label in dictionary.names.items() if label in theirs}


def _read(by: Suggester, text: str) -> tuple[list[Named], list[FoundClaim]]:
    """The pipeline's entities, and where there is no model the claims that rules find in its parse."""
    from annotator.suggest.rules.claims import extract

    nlp = by.pipeline.nlp
    raw: list[Named] = []
    claims: list[FoundClaim] = []
    with nlp.select_pipes(disable=_unneeded(nlp)) if by.model is not None else nullcontext():
        for offset, piece in pieces(text):
            doc = nlp(piece)
            raw += (Named(e.start_char + offset, e.end_char + offset, e.label_) for e in doc.ents)
            if by.model is None and doc.has_annotation("DEP"):
                claims += (_moved(claim, offset) for claim in extract(doc))
    return raw, claims


def _unneeded(nlp: Language) -> list[str]:
    """The components of a pipeline that its entities do without."""
    found = [name for name in nlp.pipe_names if name in _FOR_RULES]
    for name, component in nlp.pipeline:
        heard = getattr(component, "listening_components", None)
        if heard and set(heard) <= set(found):
            found.append(name)
    return found


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most `PIECE` code points with their offsets, cut behind a line break or at a space.

    Runs of `MAX_RUN` signs and more without white space are left out: no pipeline's tokenizer cuts them in linear time,
    and no English text has them.
    """
    start = 0
    for run in _RUN.finditer(text):
        yield from _cut(text, start, run.start())
        start = run.end()
    yield from _cut(text, start, len(text))


def _cut(text: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    while start < stop:
        end = min(stop, start + PIECE)
        if end < stop:
            cut = max(text.rfind("\n", start, end), text.rfind("\r", start, end))
            if cut <= start:
                cut = text.rfind(" ", start, end)
            end = cut + 1 if cut > start else end
        yield start, text[start:end]
        start = end


def _moved(claim: FoundClaim, offset: int) -> FoundClaim:
    source, cue, content = (
        tuple((s + offset, e + offset) for s, e in spans) for spans in (claim.source, claim.cue, claim.content)
    )
    return FoundClaim(source, cue, content, claim.mode, claim.score)


def _name(actor: str | None) -> str | None:
    return actor if actor is not None and len(actor) <= MAX_MENTION else None


def _listed(spans: Sequence[tuple[int, int]]) -> list[list[int]]:
    return [[start, end] for start, end in spans]

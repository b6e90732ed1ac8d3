"""The claims of a text by the encoder: tag the cues, tag source and content around each, keep the outermost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from annotator.suggest.learned.decode import CUE_TAGS, ROLE_TAGS, Floats, best, log_softmax, spans, transitions
from annotator.suggest.learned.encoder import BATCH, Encoder, Head, Heads, Shown, rows
from annotator.suggest.learned.pieces import Pieces
from annotator.suggest.learned.windows import Longs, Window, around, runs


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a model is read: a cue less probable than `floor` is none that anybody wants to see, and does not go on where
    that is less probable than `goes_on`, given that it has begun; a run of content no surer than `stray` (log
    probability) is left out beside a surer one; `batch` pieces go through the encoder at once."""

    floor: float = 0.1
    goes_on: float = 0.3
    stray: float = -0.3
    batch: int = BATCH


AS_EVER = Decoding()

_CUE_COSTS, _ROLE_COSTS = transitions(CUE_TAGS), transitions(ROLE_TAGS)
_SOURCE, _CONTENT = ROLE_TAGS.index("B-source"), ROLE_TAGS.index("B-content")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A claim as the encoder tags it: runs of pieces, and the log probabilities of the cue's beginning and, on average
    over their words, of the content's tags and of the source's."""

    cue: Window
    source: tuple[Window, ...]
    content: tuple[Window, ...]
    cue_sure: float
    content_sure: float
    source_sure: float


def tagged(
    encode: Encoder,
    heads: Heads,
    held: Pieces,
    leaning: Floats | None = None,
    floor: float = 0.0,
    by: Decoding = AS_EVER,
) -> list[Tagged]:
    """Every claim the encoder sees, nested ones and unlikely ones too, by the places of their cues. `leaning`,
    `(pieces, 2)`, is added to the log odds that a cue begins at a piece and that it goes on there; cues less probable
    than `floor` are left out."""
    if not len(held):
        return []
    return around_cues(
        encode, heads, held, list(_cues(encode, heads["cues"], held, leaning, max(floor, by.floor), by)), by
    )


def around_cues(
    encode: Encoder, heads: Heads, held: Pieces, cues: Sequence[tuple[Window, float]], by: Decoding = AS_EVER
) -> list[Tagged]:
    """The claims of cues, each with its log probability; none for a cue that nothing is said by."""
    found = []
    shown = [(held, around(held, cue), cue) for cue, _ in cues]
    for (cue, sure), (window, places, logs) in zip(cues, _rows(encode, heads["roles"], shown, by.batch), strict=True):
        words = places + window[0]
        logs[(words >= cue[0]) & (words < cue[1]), 1:] = -np.inf
        found.append((cue, sure, words, window, logs))
    return [t for t in _roles(found, by.stray) if t.content]


def _roles(found: Sequence[tuple[Window, float, Longs, Window, Floats]], stray: float) -> Iterator[Tagged]:
    for low in range(0, len(found), 64):
        some = found[low : low + 64]
        tags = best(_filled([logs for *_, logs in some]), _ROLE_COSTS)
        for (cue, sure, words, window, logs), row in zip(some, tags, strict=True):
            row = row[: len(words)]
            ends = [*words[1:].tolist(), window[1]]
            chosen = logs[np.arange(len(words)), row]

            def runs_of(
                begin: int, row: Longs = row, words: Longs = words, ends: list[int] = ends
            ) -> list[tuple[Window, Window]]:
                return [((int(words[a]), ends[b - 1]), (a, b)) for a, b in spans(row, begin)]

            sources = [(float(chosen[a:b].mean()), piece) for piece, (a, b) in runs_of(_SOURCE)]
            contents = [(float(chosen[a:b].mean()), piece, (a, b)) for piece, (a, b) in runs_of(_CONTENT)]
            least = min(stray, max((sure for sure, *_ in contents), default=0.0))
            contents = [run for run in contents if run[0] >= least]
            content = np.concatenate([chosen[a:b] for *_, (a, b) in contents]) if contents else np.zeros(1)
            source = max(sources, default=None)
            yield Tagged(
                cue,
                (source[1],) if source else (),
                tuple(piece for _, piece, _ in contents),
                sure,
                float(content.mean()),
                source[0] if source else 0.0,
            )


def _cues(
    encode: Encoder, head: Head, held: Pieces, leaning: Floats | None, floor: float, by: Decoding
) -> Iterator[tuple[Window, float]]:
    """Cues with the log probability that one begins there, unlikely ones too."""
    shown: list[Shown] = [(held, window, None) for window in runs(held)]
    read = _rows(encode, head, shown, by.batch)
    for low in range(0, len(read), 64):
        some = read[low : low + 64]
        if leaning is not None:
            for window, places, logs in some:
                logs[:, 1:3] += leaning[places + window[0]]
                logs[:] = log_softmax(logs)
        # What would be no cue by a little is asked about, too: its probability is told.
        asked = [logs + np.array([np.log(by.floor / (1 - by.floor)), 0, 0], np.float32) for _, _, logs in some]
        for (window, places, logs), row in zip(some, best(_filled(asked), _CUE_COSTS), strict=True):
            ends = [*places[1:].tolist(), window[1] - window[0]]
            for a, b in spans(row[: len(places)], 1):
                if logs[a, 1] >= np.log(floor):
                    b = next((i for i in range(a + 1, b) if logs[i, 2] < logs[a, 1] + np.log(by.goes_on)), b)
                    yield (int(places[a]) + window[0], ends[b - 1] + window[0]), float(logs[a, 1])


def _rows(encode: Encoder, head: Head, shown: Sequence[Shown], batch: int) -> list[tuple[Window, Longs, Floats]]:
    """For each window its words' first pieces, counted from its beginning, and their tags' log probabilities."""
    found: dict[int, tuple[Window, Longs, Floats]] = {}
    for i, features in rows(encode, shown, batch):
        held, (low, high), _ = shown[i]
        places = np.flatnonzero(held.begins[low:high])
        found[i] = (low, high), places, log_softmax(head(features[places]))
    return [found[i] for i in range(len(shown))]


def _filled(rows: list[Floats]) -> Floats:
    """Rows of different length as one array, filled up with words that surely have no tag."""
    made = np.zeros((len(rows), max(map(len, rows)), rows[0].shape[1]), np.float32)
    made[:, :, 1:] = -1e4
    for i, row in enumerate(rows):
        made[i, : len(row)] = row
    return made


def joined(held: Pieces, runs: Sequence[Window]) -> tuple[tuple[int, int], ...]:
    """Runs of pieces as spans of code points."""
    assert all(a[1] <= b[0] for a, b in pairwise(runs))
    return tuple((int(held.starts[low]), int(held.ends[high - 1])) for low, high in runs)

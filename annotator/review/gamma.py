"""γ of Mathet, Widlöcher and Métivier (2015): how far annotators agree on which claims there are, where, of what mode.

An optional extra (`pip install 'annotator[gamma]'`), since its library brings solvers that nothing else here needs.
"""

from __future__ import annotations

import logging
import random
import warnings
from collections.abc import Iterable

import numpy as np

from annotator.core.progress import Progress
from annotator.review import coefficients
from annotator.review.agreement import Subject
from annotator.review.coefficients import Figure, Floats, absent

SAMPLES = 30  # chance corpora that an article is held against, as the library proposes
MISSING = "γ needs its library: pip install 'annotator[gamma]'"


def gamma(subjects: Iterable[Subject], replicates: int, seed: int, progress: Progress | None = None) -> Figure:
    """The mean of the articles' γ over all their annotators, each content a unit of its claim's mode. The same seed
    gives the same value. Articles in which somebody marked no claim have none."""
    try:
        from pyannote.core import Segment
        from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum
    except ImportError:
        return absent(MISSING)
    every = list(subjects)
    values = []
    before = random.getstate(), np.random.get_state()  # the library draws from the generators of all
    logging.getLogger().addFilter(_quiet)
    try:
        for number, subject in enumerate(every, 1):
            continuum = Continuum()
            for name, layer in subject.layers.items():
                for claim in layer.claims.values():
                    if claim.content:
                        continuum.add(name, Segment(claim.content[0][0], claim.content[-1][1]), claim.mode)
            if len(continuum.annotators) == len(subject.layers):
                random.seed(seed)
                np.random.seed(seed)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found = continuum.compute_gamma(CombinedCategoricalDissimilarity(), n_samples=SAMPLES)
                values.append(float(found.gamma))
            if progress:
                progress(number, len(every))
    finally:
        logging.getLogger().removeFilter(_quiet)
        random.setstate(before[0])
        np.random.set_state(before[1])
    if not values:
        return absent("no article in which every annotator marked a claim")
    drawn: Floats = coefficients.resamples(len(values), replicates, seed)
    return coefficients.ratio(values, [1.0] * len(values), drawn, "")


def _quiet(record: logging.LogRecord) -> bool:
    """The library says at each article which solver it uses."""
    return "solver" not in record.getMessage()

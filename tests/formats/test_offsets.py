"""Files count in units of their own; every label is found in its words, or named."""

import random

import pytest

from annotator.core.record import LeftOut
from annotator.formats.brat_format import read_folder
from annotator.formats.brat_mapping import mapping_of
from annotator.formats.offsets import CODE_POINTS, Quoted, proven

WORDS = ("Ann", "Ćosić", "🚢 ship", "Lee’s", "عمر", "naïve", "U.N.", "“no”", "𝔸bc", "x", "said it", "日本")
ENDS = ("\n", "\r\n")
UNITS = ("code points", "UTF-16", "bytes")


def made(pick: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """A text with the places of some of its words; line ends of one kind."""
    end = pick.choice(ENDS)
    text, places = "", []
    for _ in range(pick.randint(3, 40)):
        word = pick.choice(WORDS)
        if pick.random() < 0.5:
            places.append((len(text), len(text) + len(word)))
        text += word + pick.choice((" ", ". ", end, end + end))
    return text, places


def counted(text: str, at: int, unit: str, lines_as_one: bool, marked: bool) -> int:
    """A code point's place as a tool counts it that had the text with other line ends, or a mark before it."""
    before = ("\ufeff" if marked else "") + text[:at]
    if lines_as_one:
        before = before.replace("\r\n", "\n")
    return {"code points": len(before), "UTF-16": len(before.encode("utf-16-le")) // 2, "bytes": len(before.encode())}[
        unit
    ]


def way(pick: random.Random) -> tuple[str, bool, bool]:
    return pick.choice(UNITS), pick.random() < 0.5, pick.random() < 0.3


def test_every_label_is_right_whatever_a_file_counts():
    for seed in range(1000):
        pick = random.Random(seed)
        text, places = made(pick)
        unit = way(pick)
        counts = [(counted(text, s, *unit), counted(text, e, *unit)) for s, e in places]
        words = [" ".join(text[s:e].split()) for s, e in places]
        quoted = [Quoted((piece,), said) for piece, said in zip(counts, words, strict=True)]
        _, found = proven(text, quoted)
        for one, spans in zip(quoted, found, strict=True):
            assert spans is not None, (seed, unit)
            ((start, end),) = spans
            assert text[start:end].split() == one.words.split(), (seed, unit)
        assert [spans[0] for spans in found] == places, (seed, unit)


@pytest.mark.parametrize("seed", range(40))
def test_folders_of_any_unit(tmp_path, seed):
    pick = random.Random(seed)
    truth = {}
    for n in range(25):
        text, places = made(pick)
        unit = way(pick)
        lines = [
            f"T{k}\tPerson {counted(text, s, *unit)} {counted(text, e, *unit)}\t{text[s:e]}"
            for k, (s, e) in enumerate(places, 1)
        ]
        (tmp_path / f"d{n}.txt").write_bytes(("\ufeff" if unit[2] else "").encode() + text.encode())
        (tmp_path / f"d{n}.ann").write_bytes("\n".join(lines).encode())
        truth[f"d{n}"] = text, sorted(places), len(places)
    wrong, named = 0, 0
    for _, outcome in read_folder(tmp_path, mapping_of(None, tmp_path)):
        if isinstance(outcome, LeftOut):
            named += 1
        elif isinstance(outcome, dict) and "mentions" in outcome:
            text, places, number = truth[outcome["id"]]
            assert outcome["text"] == text
            found = sorted((m["start"], m["end"]) for m in outcome["mentions"])
            words = sorted(text[s:e] for s, e in found)
            wrong += words != sorted(text[s:e] for s, e in places) and len(found) == number
            named -= number - len(found)
    assert (wrong, named) == (0, 0)


def test_what_fits_no_unit_stays_out_and_the_rest_does_not():
    text = "Ann said it.\r\nBo said no."
    unit, found = proven(text, [Quoted(((0, 3),), "Ann"), Quoted(((13, 15),), "Cy"), Quoted(((13, 15),), None)])
    assert unit is CODE_POINTS and found == [((0, 3),), None, ((13, 15),)]


def test_offsets_outside_the_text():
    assert proven("Ann", [Quoted(((0, 9),), None), Quoted(((2, 2),), None)])[1] == [None, None]
    assert proven("", [])[1] == []


def test_a_hostile_file_costs_no_more_than_its_size():
    text = "a" * 1_000_000
    quoted = [Quoted(((0, 1_000_000),), f"b{n}") for n in range(20_000)]
    assert proven(text, quoted)[1] == [None] * 20_000

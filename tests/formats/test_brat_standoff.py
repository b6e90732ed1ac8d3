"""What a file of brat's says either comes in or is named; what it costs grows with its size alone."""

import time
from pathlib import Path

import pytest

from annotator.formats.brat_mapping import MappingError, mapping_of
from annotator.formats.brat_standoff import NoStandoff, parse
from annotator.formats.offsets import Quoted, proven

TEXT = "Ann said it rains. Bo left Oslo."
BASE = ["T1\tPERSON 0 3\tAnn", "T2\tAttribution 4 8\tsaid", "T3\tQuote 9 17\tit rains", "T4\tSpeaker 0 3\tAnn"]
MAPPING = mapping_of("default", Path())


def read(*lines):
    found = parse("\n".join([*BASE, *lines]), TEXT, MAPPING)
    return found, [TEXT[m["start"] : m["end"]] for m in found.record["mentions"]], [what for _, what in found.left_out]


@pytest.mark.parametrize(
    "line, named",
    [
        ("E1\tFoo:T2 Bar:T1", "type Foo"),
        ("E1\tAttribution:T2 Quote:T3 Bar:T1", "role Bar"),
        ("E1\tAttribution:T2 Quote:T3 Attribution:T1", "role Attribution"),
        ("E1\tAttribution:T2 Quote:T3 Speaker:T1", ""),
        ("E1\tAttribution:T99 Quote:T3 Speaker:T4", "refers to T99"),
        ("A1\tNegated T3", "1 × attribute (Negated)"),
        ("#1\tAnnotatorNotes T1\tsee", "1 × note on an entity"),
        ("R1\tRel ", "does not tie two"),
        ("R1\tRel Arg1:T1", "does not tie two"),
        ("R1\tRel Arg1:T1 Arg2:T3", "1 × relation (Rel)"),
        ("N1\tReference T1 Wiki:1\tAnn", "1 × normalization (Reference)"),
        ("*\tEquiv T1 T4", "1 × equivalence (Equiv)"),
        ("T5\tQuote 0 9\tno such", "says “no such”"),
    ],
)
def test_an_entity_stays_whatever_else_is_said_of_it_and_that_is_named(line, named):
    _, mentions, left_out = read(line)
    assert mentions == ["Ann"] and named in "\n".join(left_out)


def test_a_claim_without_content_keeps_its_cue():
    (claim,) = read("E1\tAttribution:T2 Speaker:T4")[0].record["claims"]
    assert claim["cue"] == [[4, 8]] and claim["source"] == [[0, 3]]


def test_notes_on_a_claim_and_its_cue_are_both_kept():
    notes = ["#1\tAnnotatorNotes E1\tone", "#2\tAnnotatorNotes T2\ttwo"]
    (claim,) = read("E1\tAttribution:T2 Quote:T3", *notes)[0].record["claims"]
    assert claim["note"] == "one\ntwo"


def test_of_two_attributes_of_one_name_the_second_is_named():
    found, _, left_out = read("E1\tAttribution:T2 Quote:T3", "A1\tMode E1 direct", "A2\tMode E1 mixed")
    assert found.record["claims"][0]["mode"] == "direct" and "the attribute Mode once more" in "\n".join(left_out)
    assert not found.whole


def test_a_wide_claim_within_a_claim_is_taken_whole():
    words = [f"w{n:02}" for n in range(80)]
    text = " ".join(words)
    bounds = [f"T{n + 1}\tQuote {4 * n} {4 * n + 3}\t{word}" for n, word in enumerate(words)]
    inner = "E1\tAttribution:T80 " + " ".join(f"Quote:T{n}" for n in range(1, 71))
    found = parse("\n".join([*bounds, inner, "E2\tAttribution:T79 Quote:E1"]), text, MAPPING)
    assert [[0, 4 * 79 + 3]] in [claim["content"] for claim in found.record["claims"]]


def test_events_in_a_circle():
    found, _, _ = read("E1\tAttribution:T2 Quote:E2", "E2\tAttribution:T2 Quote:E1 Speaker:T4")
    assert len(found.record["claims"]) == 2


def test_nothing_is_guessed_that_no_words_prove():
    unit, found = proven("é Ann Bo", [Quoted(((2, 5),), None), Quoted(((6, 9),), None)])
    assert unit.name == "characters" and found == [((2, 5),), None]


def test_what_is_no_standoff_at_all():
    with pytest.raises(NoStandoff):
        parse("QUOTE\t1\t2\t3\nATTRIB\tQ1\tAnn", TEXT, MAPPING)


@pytest.mark.parametrize("n", [4_000])
@pytest.mark.parametrize("kind", ["pieces", "arguments", "attributes"])
def test_hostile_files_cost_their_size(kind, n):
    pieces = ";".join(f"{2 * k} {2 * k + 1}" for k in range(n))
    lines = {
        "pieces": [f"T1\tQuote {pieces}", *(f"E{k}\tAttribution:T2 Quote:T1" for k in range(1, n))],
        "arguments": ["E1\tAttribution:T2 " + "Quote:T1 " * n],
        "attributes": [*(f"A{k}\tn{k} T2" for k in range(n)), *(f"E{k}\tAttribution:T2 Quote:T3" for k in range(1, n))],
    }[kind]
    start = time.perf_counter()
    found = parse("\n".join(["T2\tAttribution 4 8", "T3\tQuote 9 17", *lines]), TEXT + " x" * n, MAPPING)
    assert time.perf_counter() - start < 5 and len(found.left_out) < 3 * n


def test_a_mapping_that_is_nested_without_end(tmp_path):
    (tmp_path / "m.json").write_text("[" * 100_000)
    with pytest.raises(MappingError):
        mapping_of(str(tmp_path / "m.json"), tmp_path)

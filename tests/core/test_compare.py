from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.annotation import Claim, Mention
from annotator.core.compare import (
    FOUND,
    Letters,
    align_claims,
    align_mentions,
    claim_overlap,
    common,
    differences,
    group_claims,
    group_mentions,
    without,
)
from annotator.core.text import normalized
from annotator.core.wording import describe

TEXT = "Lee said on Tuesday that “the bridge is safe,” and Haddad denied that the bridge is safe at all."
LETTERS = Letters(TEXT)


def at(*parts):
    return tuple((TEXT.index(p), TEXT.index(p) + len(p)) for p in parts)


spans = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 12)), max_size=3).map(
    lambda found: normalized((s, min(len(TEXT), s + n)) for s, n in found)
)


@st.composite
def claims(draw, most=4):
    made = draw(st.lists(st.tuples(spans, spans, spans), max_size=most))
    return [Claim(n, *slots) for n, slots in enumerate(made, 1)]


@given(spans, spans)
def test_common_and_without_are_those_of_sets(a, b):
    def points(found):
        return {i for s, e in found for i in range(s, e)}

    assert points(common(a, b)) == points(a) & points(b)
    assert points(without(a, b)) == points(a) - points(b)


@settings(deadline=None)
@given(claims(), claims())
def test_alignment_is_optimal_and_one_to_one(a, b):
    pairs = align_claims(LETTERS, a, b)
    assert sorted(p.a.id for p in pairs if p.a) == [c.id for c in a]
    assert sorted(p.b.id for p in pairs if p.b) == [c.id for c in b]
    short, long = sorted((a, b), key=len)
    best = max(
        sum(claim_overlap(LETTERS, x, y) for x, y in zip(short, some, strict=True))
        for some in permutations(long, len(short))
    )
    assert sum(p.overlap for p in pairs) == pytest.approx(best, abs=1e-6)


@settings(deadline=None)
@given(claims(), claims())
def test_alignment_is_symmetric(a, b):
    there = {(p.a and p.a.id, p.b and p.b.id) for p in align_claims(LETTERS, a, b)}
    back = {(p.b and p.b.id, p.a and p.a.id) for p in align_claims(LETTERS, b, a)}
    assert there == back


@settings(deadline=None)
@given(claims(), claims(), claims())
def test_groups_hold_every_claim_once_and_at_most_one_of_a_layer(a, b, c):
    groups = group_claims(LETTERS, {"a": a, "b": b, "c": c})
    for name, layer in (("a", a), ("b", b), ("c", c)):
        assert sorted(g.members[name].id for g in groups if name in g.members) == [v.id for v in layer]


def test_source_and_cue_break_ties():
    content = at("the bridge is safe")
    said, denied = Claim(1, at("Lee"), at("said"), content), Claim(2, at("Haddad"), at("denied"), content)
    pairs = align_claims(LETTERS, [said, denied], [Claim(7, at("Haddad"), at("denied"), content)])
    assert {(p.a and p.a.id, p.b and p.b.id) for p in pairs} == {(1, None), (2, 7)}


def test_what_differs_is_named_slot_by_slot():
    one = Claim(1, at("Lee"), at("said"), at("“the bridge is safe,”"), "direct", stance="favor")
    other = Claim(5, at("Lee"), at("said"), at("the bridge is safe"), "direct", stance="against")
    longer = Claim(9, at("Lee"), at("said"), at("on Tuesday", "that “the bridge is safe"), "direct", stance="favor")
    lonely = Claim(2, at("Haddad"), at("denied"), (), "indirect")
    layers = {"A": [one, lonely], "B": [other], "C": [longer]}
    found = differences(LETTERS, group_claims(LETTERS, layers), layers)
    names = {k: k for k in layers}
    assert [(d.slot, describe(d, TEXT, names, str)) for d in found] == [
        ("content", "B leaves out ““” and “,””; C takes in “on Tuesday” and “that”, leaves out “,””"),
        ("stance", "A says favor, B says against, C says favor"),
        (FOUND, "only A"),
    ]
    assert group_claims(LETTERS, layers)[0].majority("stance") == ["A", "C"]
    two = {"A": [one], "B": [other]}
    (edges, _) = differences(LETTERS, group_claims(LETTERS, two), two)
    assert edges.edges_only
    assert describe(edges, TEXT, names, str) == "edges differ by signs only"
    quotes = {"A": [one], "B": [Claim(3, one.source, one.cue, at("“the bridge is safe,"), "direct", stance="favor")]}
    (edges,) = differences(LETTERS, group_claims(LETTERS, quotes), quotes)
    assert describe(edges, TEXT, names, str) == "edge quotes only"


def test_mentions_are_aligned_by_place_then_label():
    (start, end) = at("Haddad")[0]
    a = [Mention(1, start, end, "ORG"), Mention(2, start, end, "PERSON"), Mention(3, 0, 3, "PERSON")]
    b = [Mention(1, start, end, "PERSON"), Mention(2, start + 1, end + 4, "ORG")]
    pairs = align_mentions(a, b)
    assert [(p.a and p.a.id, p.b and p.b.id) for p in pairs] == [(3, None), (1, 2), (2, 1)]
    layers = {"A": a, "B": b}
    found = differences(LETTERS, group_mentions(layers), layers)
    assert [d.slot for d in found] == [FOUND, "span"]
    assert describe(found[1], TEXT, {"A": "A", "B": "B"}, str) == "B takes in “den”, leaves out “H”"

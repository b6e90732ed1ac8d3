from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.annotation import Article, Claim, Layer, Mention
from annotator.core.compare import FOUND
from annotator.review import adjudication, decisions
from tests.core.test_compare import TEXT, at, claims, spans

ARTICLE = Article(1, "a", TEXT)
GOLD = Layer(1, 99)


def layer(author, claims=(), mentions=()):
    return Layer(1, author, author, 1.0, {m.id: m for m in mentions}, {c.id: c for c in claims})


def review_of(*layers, gold=GOLD):
    return adjudication.lay(ARTICLE, {one.author: one for one in layers}, gold)


def done(review, edit):
    return review.with_gold(review.gold.after(edit.changes)) if edit else review


def plain(values):
    """What layers say, without ids and origins, in order."""
    return sorted(repr(replace(v, id=0, origin=None, score=None)) for v in values)


LEE = Claim(1, at("Lee"), at("said"), at("“the bridge is safe,”"), "direct", stance="favor")
LEE_TOO = Claim(4, at("Lee"), at("said"), at("the bridge is safe"), "mixed", stance="against")
HADDAD = Claim(2, at("Haddad"), at("denied"), at("that the bridge is safe at all"))


def test_what_all_agree_on_is_taken_at_once():
    review = review_of(layer(1, [LEE, HADDAD]), layer(2, [replace(LEE, id=9)]))
    assert [q.slot for q in review.questions] == [FOUND]
    review = done(review, decisions.agree(review))
    assert plain(review.gold.claims.values()) == plain([LEE])
    assert decisions.agree(review) is None
    assert len(review.open) == 1


def test_a_slot_at_a_time():
    review = review_of(layer(1, [LEE]), layer(2, [LEE_TOO]))
    assert [q.slot for q in review.questions] == ["content", "mode", "stance"]
    review = done(review, decisions.take(review, review.questions[2], 2))
    (gold,) = review.gold.claims.values()
    assert gold.stance == "against"
    assert [q.state for q in review.questions] == ["open", "open", "decided"]
    review = done(review, decisions.take(review, review.questions[0], 1))
    review = done(review, decisions.take(review, review.questions[1], 1))
    (gold,) = review.gold.claims.values()
    assert plain([gold]) == plain([replace(LEE, stance="against")]) and review.open == []
    # What was decided, for whom, and on what, is kept.
    kept = {d.slot: (d.choice, [v.author for v in d.versions]) for d in review.gold.decisions.values()}
    assert kept == {"stance": (2, [1, 2]), "content": (1, [1, 2]), "mode": (1, [1, 2])}


def test_neither():
    review = review_of(layer(1, [LEE]), layer(2, [LEE_TOO]))
    review = done(review, decisions.neither(review, review.questions[0]))
    assert review.open == [] and not review.gold.claims
    # A later version of it is asked anew.
    late = review_of(layer(1, [LEE]), layer(2, [LEE_TOO]), layer(3, [replace(LEE, id=7)]), gold=review.gold)
    assert late.open


def test_a_late_layer_asks_only_what_is_new():
    one, two = layer(1, [LEE, HADDAD]), layer(2, [LEE_TOO])
    review = review_of(one, two)
    for _ in range(9):
        if review.open:
            review = done(review, decisions.take_all(review, review.open[0], 1))
    same = review_of(one, two, layer(3, [replace(LEE, id=5), replace(HADDAD, id=6)]), gold=review.gold)
    assert same.open == []
    other = replace(LEE, id=5, stance="neutral")
    late = review_of(one, two, layer(3, [other, replace(HADDAD, id=6)]), gold=review.gold)
    assert [(q.slot, q.difference.group.members[3].stance) for q in late.open] == [("stance", "neutral")]
    # A label that its editor changes later is asked anew, too.
    changed = review_of(
        layer(1, [replace(LEE, mode="mixed"), HADDAD]), layer(2, [replace(LEE_TOO, mode="indirect")]), gold=review.gold
    )
    assert [q.slot for q in changed.open] == ["mode"]


def test_rules_are_marked_and_leave_the_rest():
    edges = replace(LEE_TOO, mode="direct", stance="favor")
    review = review_of(layer(1, [LEE]), layer(2, [edges]), layer(3, [replace(edges, id=8, stance="against")]))
    edit = decisions.longer_edges(review)
    assert decisions.decided_by(edit) == 1
    review = done(review, edit)
    (gold,) = review.gold.claims.values()
    assert gold.content == LEE.content
    assert {d.rule for d in review.gold.decisions.values()} == {decisions.EDGES}
    review = done(review, decisions.majority(review))
    (gold,) = review.gold.claims.values()
    assert gold.stance == "favor" and review.open == []
    assert decisions.majority(review) is None
    two = review_of(layer(1, [LEE]), layer(2, [edges]))
    assert decisions.majority(two) is None


def test_a_note_leaves_it_open():
    review = review_of(layer(1, [LEE]), layer(2, [LEE_TOO]))
    review = done(review, decisions.note(review, review.questions[0], "with the quotes?"))
    assert review.questions[0].state == "noted" and len(review.open) == 3
    review = done(review, decisions.take(review, review.questions[0], 1))
    assert (review.questions[0].state, review.questions[0].decision.note) == ("decided", "with the quotes?")


def test_the_mode_is_proposed_by_the_quotation_marks():
    review = review_of(layer(1, [replace(LEE, mode="indirect")]), layer(2, [replace(LEE, id=3, mode="direct")]))
    assert review.proposal(review.questions[0].group).mode == "direct"


mentions = st.lists(st.tuples(st.integers(0, 80), st.integers(1, 9), st.sampled_from(["ORG", "GPE"])), max_size=4).map(
    lambda found: [Mention(n, s, s + w, label) for n, (s, w, label) in enumerate(found, 1)]
)


@settings(deadline=None, max_examples=60)
@given(claims(), claims(), mentions, mentions, st.booleans())
def test_adjudicating_every_difference_for_one_gives_that_one(a, b, am, bm, whole):
    one, two = layer(1, a, am), layer(2, b, bm)
    review = review_of(one, two)
    review = done(review, decisions.agree(review))
    for _ in range(100):
        if not review.open:
            break
        take = decisions.take_all if whole else decisions.take
        review = done(review, take(review, review.open[0], 1))
    assert review.open == []
    assert plain(review.gold.claims.values()) == plain(a)
    assert plain(review.gold.mentions.values()) == plain(am)


@settings(deadline=None, max_examples=40)
@given(claims(), claims(), claims(), spans, st.data())
def test_any_way_of_deciding_ends(a, b, c, span, data):
    review = review_of(layer(1, a), layer(2, b), layer(3, c))
    review = done(review, decisions.agree(review))
    steps = [
        lambda q: decisions.take(review, q, 1),
        lambda q: decisions.take(review, q, 3),
        lambda q: decisions.take_all(review, q, 2),
        lambda q: decisions.take_all(review, q, None),
        lambda q: decisions.neither(review, q),
        lambda q: decisions.by_hand(review, q),
    ]
    for _ in range(300):
        if not review.open:
            break
        question = review.open[0]
        edit = data.draw(st.sampled_from(steps))(question)
        before = len(review.open)
        review = done(review, edit)
        assert edit is None or len(review.open) < before
    else:
        raise AssertionError("it never ends")


def test_what_is_agreed_on_later_is_taken_or_asked():
    agreed = review_of(layer(1, [LEE]), layer(2, []))
    agreed = done(agreed, decisions.agree(agreed))
    # Nobody decided on it: when the other adds the same later, it goes into gold.
    later = review_of(layer(1, [LEE]), layer(2, [replace(LEE, id=9)]), gold=agreed.gold)
    assert plain(done(later, decisions.agree(later)).gold.claims.values()) == plain([LEE])
    # It was decided that there is nothing: then it is asked again.
    nothing = done(agreed, decisions.neither(agreed, agreed.questions[0]))
    again = review_of(layer(1, [LEE]), layer(2, [replace(LEE, id=9)]), gold=nothing.gold)
    assert decisions.agree(again) is None
    assert [(q.slot, q.state) for q in again.questions] == [(FOUND, "open")]
    taken = done(again, decisions.take(again, again.questions[0], 1))
    assert taken.open == [] and plain(taken.gold.claims.values()) == plain([LEE])


def test_a_slot_that_all_change_to_the_same_is_asked_again():
    review = review_of(layer(1, [LEE]), layer(2, [replace(LEE, id=9, stance="against")]))
    review = done(review, decisions.take(review, review.questions[0], 2))
    changed = [replace(LEE, stance="neutral"), replace(LEE, id=9, stance="neutral")]
    later = review_of(layer(1, changed[:1]), layer(2, changed[1:]), gold=review.gold)
    assert [(q.slot, q.state) for q in later.questions] == [("stance", "open")]
    later = done(later, decisions.take_all(later, later.questions[0], 1))
    assert later.open == [] and [c.stance for c in later.gold.claims.values()] == ["neutral"]


def test_two_claims_never_share_one_of_gold():
    review = review_of(layer(1, [LEE]), layer(2, [replace(LEE_TOO, id=5)]))
    review = done(review, decisions.take_all(review, review.questions[0], 1))
    # The second editor makes another claim of theirs.
    moved = replace(HADDAD, id=5)
    later = review_of(layer(1, [LEE]), layer(2, [moved]), gold=review.gold)
    assert sorted(q.slot for q in later.open) == [FOUND, FOUND]
    for _ in range(2):
        question = later.open[0]
        later = done(later, decisions.take(later, question, next(iter(question.difference.group.members))))
    assert plain(later.gold.claims.values()) == plain([LEE, moved])
    gone = done(later, decisions.neither(later, later.questions[1]))
    assert plain(gone.gold.claims.values()) == plain([LEE])


def test_a_rule_for_edges_does_not_decide_whether_there_is_a_claim():
    edges = replace(LEE_TOO, mode="direct", stance="favor")
    review = review_of(layer(1, [LEE]), layer(2, [edges]), layer(3, []))
    assert decisions.longer_edges(review) is None
    both = done(review, decisions.majority(review))
    assert [q.slot for q in both.open] == ["content"]
    assert done(both, decisions.longer_edges(both)).open == []


def test_gold_that_was_decided_at_two_places_is_asked_again():
    review = review_of(layer(1, [LEE]), layer(2, [LEE_TOO]))
    here = done(review, decisions.take_all(review, review.questions[0], 1)).gold
    there = done(review, decisions.take_all(review, review.questions[0], 2)).gold
    both = replace(here, claims={**here.claims, **there.claims}, decisions={**here.decisions, **there.decisions})
    united = review_of(layer(1, [LEE]), layer(2, [LEE_TOO]), gold=both)
    assert len(united.gold.claims) == 2 and {q.state for q in united.questions} == {"open"}
    united = done(united, decisions.take_all(united, united.questions[0], 2))
    assert plain(united.gold.claims.values()) == plain([LEE_TOO]) and united.open == []
    gone = review_of(layer(1, [LEE]), layer(2, [LEE_TOO]), gold=both)
    assert done(gone, decisions.neither(gone, gone.questions[0])).gold.claims == {}

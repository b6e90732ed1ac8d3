"""Splits: nothing that belongs together is apart, nothing moves, and each split is like the whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.datasets.alike import groups, jaccard, near_duplicates, shingles
from annotator.datasets.splits import Unit, assign

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}


def units(numbers, groups_of=lambda n: str(n)):
    return [
        Unit(n, f"{n * 7919 % 10007:05d}", groups_of(n), f"2026-01-{n % 28 + 1:02d}", {"articles": 1}) for n in numbers
    ]


@settings(max_examples=60, deadline=None)
@given(
    before=st.integers(0, 60),
    after=st.integers(1, 60),
    size=st.integers(1, 5),
    seed=st.integers(0, 5),
    by_date=st.booleans(),
)
def test_no_article_moves_and_no_group_is_divided(before, after, size, seed, by_date):
    def group(n):
        return str(n // size)

    first = assign(units(range(before), group), SHARES, {}, seed, by_date)
    kept = {unit.digest: first[unit.article] for unit in units(range(before), group)}
    whole = units(range(before + after), group)
    then = assign(whole, SHARES, kept, seed, by_date)
    assert then.keys() == {unit.article for unit in whole}
    assert {article: then[article] for article in first} == first
    for members in ([u.article for u in whole if u.group == name] for name in {u.group for u in whole}):
        assert len({then[article] for article in members}) == 1


def test_shares_and_what_is_rare_are_even():
    whole = [
        Unit(n, f"{n:05d}", str(n), "", {"articles": 1, "claims": n % 7} | ({"stance favor": 1} if n % 40 == 0 else {}))
        for n in range(2000)
    ]
    made = assign(whole, SHARES, {}, 1)
    for name, share in SHARES.items():
        mine = [unit for unit in whole if made[unit.article] == name]
        assert abs(len(mine) / 2000 - share) < 0.02
        assert abs(sum("stance favor" in unit.holds for unit in mine) / 50 - share) < 0.05
    assert assign(list(reversed(whole)), SHARES, {}, 1) == made
    assert assign(whole, SHARES, {}, 2) != made


def test_by_date_the_latest_are_for_the_test():
    whole = [
        Unit(n, f"{n:03d}", str(n), f"2026-{n // 28 + 1:02d}-{n % 28 + 1:02d}", {"articles": 1}) for n in range(100)
    ]
    made = assign(whole, SHARES, {}, 1, by_date=True)
    last = {name: max(unit.date for unit in whole if made[unit.article] == name) for name in SHARES}
    assert last["train"] < last["validation"] < last["test"]
    assert [list(made.values()).count(name) for name in SHARES] == [80, 10, 10]


def test_near_duplicates_are_found_exactly():
    words = [f"word{n}" for n in range(400)]
    texts = {1: " ".join(words), 2: " ".join(words[:380] + ["other"] * 20), 3: " ".join(reversed(words)), 4: "a b"}
    texts[5] = texts[1].upper() + "!"  # the same words
    exact = {(a, b): jaccard(shingles(texts[a]), shingles(texts[b])) for a in texts for b in texts if a < b}
    found = near_duplicates(texts.items(), 0.8, texts.__getitem__)
    # 5 has the words of 1, so that what is like them is told of 1 alone.
    assert [(a, b) for a, b, _ in found] == sorted(
        pair for pair, how in exact.items() if how >= 0.8 and (5 not in pair or pair == (1, 5))
    )
    assert all(abs(exact[a, b] - how) < 1e-9 for a, b, how in found) and (1, 5) in exact and exact[1, 5] == 1
    assert groups(texts, found) == {1: 1, 2: 1, 3: 3, 4: 4, 5: 1}

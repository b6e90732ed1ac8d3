"""Entities in groups by whom they name."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.core.annotation import Mention
from annotator.labelling.groups import groups_of, name_of
from annotator.labelling.labelled_article import Item


def items_of(text, *said):
    """Items of (words, label, actor), in text order; "*" behind words decides one."""
    made, at = [], 0
    for number, (words, label, actor) in enumerate(said):
        state = "accepted" if words.endswith("*") else "suggested"
        words = words.removesuffix("*")
        at = text.index(words, at)
        value = Mention(number, at, at + len(words), label, actor)
        made.append(Item(("suggestion", number), state, value, value))
        at += len(words)
    return made


def words_in(text, groups):
    return [[text[item.value.start : item.value.end] for item in group.items] for group in groups]


def test_what_is_written_alike_stands_together_whatever_its_label():
    text = "The Senate met. Ann Lee’s rival left the senate for Ann Lee, and a Lee of another Senate."
    items = items_of(
        text,
        ("The Senate", "ORG", None),
        ("Ann Lee’s", "PERSON", 1),
        ("senate", "FAC", None),
        ("Ann Lee", "PERSON", None),
        ("Lee*", "PERSON", 1),
        ("Senate", "ORG", 2),
    )
    groups = groups_of(items, text)
    assert words_in(text, groups) == [["The Senate", "senate", "Senate"], ["Ann Lee’s", "Ann Lee", "Lee"]]
    assert (dict(groups[0].labels), groups[0].open) == ({"ORG": 2, "FAC": 1}, 3)
    assert (groups[1].open, groups[1].first.key, groups[1].has(("suggestion", 4))) == (2, ("suggestion", 1), True)


def test_names_alike_of_two_actors_are_apart():
    text = "Lee met Lee and Lee."
    groups = groups_of(items_of(text, *(("Lee", "PERSON", actor) for actor in (1, 2, 1))), text)
    assert [[item.value.actor for item in group.items] for group in groups] == [[1, 1], [2]]


def test_what_names_have_in_common():
    assert name_of("the  White\nHouse’s") == name_of("White House") == "white house"
    assert (name_of("’s"), name_of("The"), name_of("Angeles'")) == ("’s", "the", "angeles")


@given(st.lists(st.tuples(st.sampled_from(["Lee", "the Lee", "lee’s", "Ann", "Bo"]), st.sampled_from([None, 1, 2, 3]))))
def test_each_stands_in_one_group_in_text_order(said):
    text = " ".join(words for words, _ in said)
    items, at = [], 0
    for number, (words, actor) in enumerate(said):
        value = Mention(number, at, at + len(words), "PERSON", actor)
        items.append(Item(("own", number), "made", value, None))
        at += len(words) + 1
    groups = groups_of(items, text)
    assert sorted(item.key for group in groups for item in group.items) == [item.key for item in items]
    firsts = [group.items[0].value.start for group in groups]
    assert firsts == sorted(firsts)
    for group in groups:
        starts = [item.value.start for item in group.items]
        assert starts == sorted(starts) and len({item.value.actor for item in group.items} - {None}) <= 1

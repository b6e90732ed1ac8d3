"""Records of every kind, made at random: what a project can hold, for formats to hold or to say that they cannot."""

from hypothesis import strategies as st

from tests.formats.test_round_trip import TEXTS

NAMES = st.sampled_from(["Ann Lee", "عمر", "Zoë  M.", "=1+1", "a\tb", "A & <B>", None])
LABELS = st.sampled_from(["PERSON", "Ähm", "two words", "Source", "x.y", "-O", "B-PER"])
ANSWERS = st.sampled_from(["fact", True, 2.5, ["a", "b"], "some\nwords"])
ATTRIBUTES = st.dictionaries(st.sampled_from(["kind", "weight", "topics"]), ANSWERS, max_size=2)


def without_nothing(item):
    return {name: value for name, value in item.items() if value not in (None, {}, "")}


@st.composite
def spans(draw, length, most):
    """Spans in text order, some of which touch."""
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=2 * most)))
    return [[a, b] for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b]


@st.composite
def mentions(draw, length):
    """Anywhere, also over one another."""
    start = draw(st.integers(0, length - 1))
    made = {"start": start, "end": draw(st.integers(start + 1, length)), "label": draw(LABELS), "actor": draw(NAMES)}
    return made | {"score": draw(st.sampled_from([None, 0.5])), "attributes": draw(ATTRIBUTES)}


@st.composite
def claims(draw, length):
    made = {slot: draw(spans(length, most)) for slot, most in (("source", 2), ("cue", 2), ("content", 3))}
    made |= {
        "actor": draw(NAMES),
        "target": draw(NAMES),
        "mode": draw(st.sampled_from(["direct", "indirect", "mixed"])),
    }
    made |= {"stance": draw(st.sampled_from(["favor", "against", "neutral", None]))}
    made |= {"note": draw(st.sampled_from(["", "a note", "two\nlines"])), "score": draw(st.sampled_from([None, 0.25]))}
    return made | {"implicit": draw(st.booleans()), "attributes": draw(ATTRIBUTES)}


@st.composite
def articles(draw, key):
    """The records of one article: one or several layers."""
    text = draw(TEXTS)
    article = {"id": key, "text": text}
    for name in ("title", "source", "date", "address"):
        article[name] = draw(st.sampled_from(["", "T: “é”", "=2"]))
    article["extra"] = draw(st.sampled_from([{}, {"desk": "foreign", "n": [1, None]}]))
    made = []
    for layer, kind in draw(
        st.sampled_from([[("anna", "annotator")], [("anna", "annotator"), ("ben b", "annotator")]])
    ):
        record = article | {"layer": layer, "kind": kind, "finished": draw(st.sampled_from([None, 1.5]))}
        record |= {"mentions": draw(st.lists(mentions(len(text)), max_size=4))}
        record |= {"claims": draw(st.lists(claims(len(text)), max_size=3)), "attributes": draw(ATTRIBUTES)}
        made.append(record)
    if draw(st.booleans()):
        more = article | {"layer": "en_core", "kind": "model", "version": "1.0", "claims": [], "mentions": []}
        made.append(more | {"mentions": draw(st.lists(mentions(len(text)), max_size=3))})
    return [
        without_nothing(record)
        | {kind: [without_nothing(item) for item in record[kind]] for kind in ("mentions", "claims")}
        for record in made
    ]


KEYS = st.lists(st.sampled_from(["a1", "b/c", "Ähm.", "x y", "…", "con"]), min_size=1, max_size=2, unique=True)
PROJECTS = KEYS.flatmap(lambda keys: st.tuples(*(articles(key) for key in keys))).map(
    lambda groups: [record for group in groups for record in group]
)

# A record that has everything.
RICH = {
    "id": "a/1",
    "text": "“We will go,” Ann Lee\nsaid of Bo. They left.",
    "title": "T",
    "source": "Outlet",
    "date": "2026-01-02",
    "address": "https://example.org/a",
    "layer": "anna",
    "kind": "annotator",
    "author": "0" * 32,
    "finished": 2.5,
    "derived": ["mode"],
    "attributes": {"desk": "foreign"},
    "extra": {"page": 3},
    "mentions": [
        {"start": 14, "end": 21, "label": "PERSON", "actor": "Ann Lee", "score": 0.5, "attributes": {"elected": True}},
        {"start": 14, "end": 17, "label": "two words"},
    ],
    "claims": [
        {"source": [[14, 21]], "cue": [[22, 26]], "content": [[1, 8], [9, 12]], "mode": "direct", "actor": "Ann Lee"}
        | {"stance": "against", "target": "Bo", "note": "two\nlines", "score": 0.25, "attributes": {"kind": "fact"}},
        {"source": [], "cue": [], "content": [[35, 44]], "mode": "indirect", "implicit": True},
        {"source": [], "cue": [], "content": [], "mode": "indirect"},
    ],
}

"""The deeper model: its claims, its lower layers that run once for a text, and its files against plain arithmetic."""

import math

import numpy as np
import pytest

from annotator.suggest import models
from annotator.suggest.learned import model as learned
from annotator.suggest.learned.card import NoThorough
from annotator.suggest.learned.deep import encoder_at
from annotator.suggest.learned.encoder import load_heads
from annotator.suggest.learned.pieces import BREAK, pieces, tokenizer
from annotator.suggest.learned.windows import inputs

TEXT = (
    "The mayor of Lindhaven said on Monday that the bridge would stay open. “Nobody asked us,” Maud Pettersen, who "
    "chairs the league, told the meeting.\nThe council denied that it had been warned."
)


def found_in(text, claims):
    return [tuple(" … ".join(text[a:b] for a, b in slot) for slot in (c.source, c.cue, c.content)) for c in claims]


def test_its_claims():
    made = learned.candidates(learned.thorough(), TEXT).chosen(0.5)
    said = found_in(TEXT, made)
    assert said[0] == ("The mayor of Lindhaven", "said", "that the bridge would stay open")
    assert said[1][1:] == ("told", "“Nobody asked us,”") and said[1][0].startswith("Maud Pettersen")
    assert said[2] == ("The council", "denied", "that it had been warned")
    assert [c.mode for c in made] == ["indirect", "direct", "indirect"]


def test_windows_of_one_text_go_through_the_lower_layers_together():
    model = learned.thorough()
    held = pieces(tokenizer(model.words), TEXT)
    window = (0, len(held))
    marked = [(held, window, cue) for cue in ((3, 4), (10, 12), None)]
    together = model.claims(inputs(marked))
    for one, row in zip(marked, together, strict=True):
        # What multiplies the matrices is scaled by all that is in a batch, so it is nearly the same.
        alone = model.claims(inputs([one]))[0]
        assert np.corrcoef(alone.ravel(), row.ravel())[0, 1] > 0.95
    assert np.abs(together[0] - together[1]).max() > 0.1  # but what is asked about is seen


def test_an_odd_text_is_as_before():
    for text in ("", " ", "\n\n", "🚢" * 300, "word " * 3000, "“" * 50):
        learned.candidates(learned.thorough(), text).chosen(0.1)


def test_a_name_that_no_model_has():
    with pytest.raises(models.NoModel, match="there are quick, thorough, auto"):
        models.named("deep")


def test_where_it_is_not_installed(monkeypatch):
    monkeypatch.setattr(learned, "has_thorough", lambda: False)
    learned.thorough.cache_clear()
    try:
        with pytest.raises(NoThorough, match="not installed here"):
            learned.thorough()
        assert models.fitting() == models.QUICK
    finally:
        monkeypatch.undo()
        learned.thorough.cache_clear()


def test_this_computer_is_measured_once(monkeypatch, tmp_path):
    monkeypatch.setattr(models, "data_folder", lambda: tmp_path)
    first = models.speed()
    monkeypatch.setattr(models, "measured", lambda model: pytest.fail("it was measured again"))
    assert models.speed() == pytest.approx(first, abs=0.1)
    for speed, name in ((250.0, models.THOROUGH), (249.0, models.QUICK)):
        monkeypatch.setattr(models, "speed", lambda speed=speed: speed)
        assert models.fitting() == name


WIDTH, INNER, HEADS, DEPTH = 32, 64, 2, 4


@pytest.fixture
def small():
    """The weights of a small network by their names."""
    r = np.random.default_rng(1)
    held = {}

    def put(name, *shape, scale=0.3):
        held[name] = (r.standard_normal(shape) * scale).astype(np.float32)

    def norm(name):
        put(f"{name}.bias", WIDTH)
        held[f"{name}.weight"] = 1 + (r.standard_normal(WIDTH) * 0.1).astype(np.float32)

    put("words.weight", 50, WIDTH)
    put("order.weight", 200, WIDTH)
    norm("after_input")
    put("far.weight", 32, HEADS)
    for n in range(DEPTH):
        layer = f"layers.{n}"
        for name, out, into in (
            *((part, WIDTH, WIDTH) for part in ("query", "key", "value", "out")),
            ("widen", INNER, WIDTH),
            ("narrow", WIDTH, INNER),
        ):
            put(f"{layer}.{name}.weight", out, into)
            put(f"{layer}.{name}.bias", out)
        norm(f"{layer}.after_attention")
        norm(f"{layer}.after_inner")
    for name, number in (("marks", 2), ("shapes", 8), ("places", 3)):
        put(f"{name}.weight", number, WIDTH)
    put("line", WIDTH)
    for name, tags in (("cues", 3), ("roles", 5)):
        put(f"heads.{name}.weight", tags, WIDTH)
        put(f"heads.{name}.bias", tags)
    return held


def bucket(distance):
    """The number of the bucket of a distance from one piece to another before it, as T5 has it for both directions."""
    away = abs(distance)
    far = min(15, 8 + int(math.log(max(away, 1) / 8) / math.log(128 / 8) * 8))
    return 16 * (distance < 0) + (away if away < 8 else far)


def plainly(w, made):
    """The features by plain arithmetic."""
    ids, there = made["ids"], made["there"]
    length = ids.shape[1]

    def norm(x, name):
        spread = np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        return (x - x.mean(-1, keepdims=True)) / spread * w[f"{name}.weight"] + w[f"{name}.bias"]

    gelu = np.vectorize(lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))))
    x = w["words.weight"][ids + 2]
    x = norm(x + w["order.weight"][:length], "after_input")
    buckets = np.array([[bucket(i - j) for j in range(length)] for i in range(length)])
    bias = w["far.weight"][buckets].transpose(2, 0, 1)
    for n in range(DEPTH):
        layer = f"layers.{n}"
        if n == DEPTH // 2:
            x = x + w["marks.weight"][made["marks"]] + w["shapes.weight"][made["shapes"]]
            x = x + w["places.weight"][made["places"]] + (ids == BREAK)[..., None] * w["line"]

        def linear(x, name, layer=layer):
            return x @ w[f"{layer}.{name}.weight"].T + w[f"{layer}.{name}.bias"]

        q, k, v = (
            linear(x, part).reshape(len(ids), length, HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(WIDTH / HEADS) + bias
        scores = np.where(there[:, None, None, :] > 0, scores, -1e4)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True)) @ v
        mixed = mixed.transpose(0, 2, 1, 3).reshape(x.shape)
        x = norm(linear(mixed, "out") + x, f"{layer}.after_attention")
        x = norm(linear(gelu(linear(x, "widen")), "narrow") + x, f"{layer}.after_inner")
    return x


def test_its_files_are_the_network(small, tmp_path):
    pytest.importorskip("onnx", reason="the package onnx is not installed, which only making a model needs")
    from annotator.suggest.learned.deep_files import write

    write(small, HEADS, 2, tmp_path)
    encode = encoder_at(tmp_path, {"stacks": 2, "offset": 2, "special": []})
    r = np.random.default_rng(2)
    made = {
        name: r.integers(0, top, (3, 40)) for name, top in (("ids", 48), ("marks", 2), ("shapes", 8), ("places", 3))
    }
    made["there"] = np.ones((3, 40), np.int64)
    made["there"][1, 25:] = 0
    made["ids"][2] = made["ids"][0]  # the same text, asked about something else
    wanted, found = plainly(small, made), encode(made)
    there = made["there"] > 0
    assert np.corrcoef(wanted[there].ravel(), found[there].ravel())[0, 1] > 0.99
    heads = load_heads(tmp_path / "heads.npz")
    assert heads.keys() == {"cues", "roles"} and np.allclose(heads["cues"].weight, small["heads.cues.weight"])

"""A base's weights come in by their names, its vocabulary in our order, and a small network learns from them."""

# ruff: noqa: E402  (what is imported below needs torch)

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `training` is not installed")
safetensors = pytest.importorskip("safetensors.torch", reason="the extra `training` is not installed")

from annotator.core.annotation import STANCES
from annotator.suggest.learned.base import BERT, MPNET, from_base
from annotator.suggest.learned.decode import CUE_TAGS
from annotator.suggest.learned.deep import encoder_at
from annotator.suggest.learned.fit import Settings, claim_exercises, fit, stance_exercises
from annotator.suggest.learned.model import shipped
from annotator.suggest.learned.pieces import BREAK
from annotator.suggest.learned.windows import INPUTS, inputs

WIDTH, INNER, HEADS, DEPTH = 32, 64, 2, 4
OURS = ("[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "said", "ann", "ferry")
THEIRS = ("<s>", "<pad>", "</s>", "<unk>", "[PAD]", "[unused0]", "[UNK]", "ferry", "said", "<mask>", "ann")
TEXT = "Ann Lee said that the bridge was safe. Nobody believed it."
CLAIM = {"source": [[0, 7]], "cue": [[8, 12]], "content": [[13, 37]]}


def vocabulary(path, pieces):
    path.write_text(json.dumps({"model": {"vocab": {piece: n for n, piece in enumerate(pieces)}}}))
    return path


def base(folder, kind, words=11):
    """A small base of a kind with random weights, as it lies on the disk."""
    folder.mkdir()
    said = {
        "model_type": kind,
        "hidden_size": WIDTH,
        "num_hidden_layers": DEPTH,
        "num_attention_heads": HEADS,
        "intermediate_size": INNER,
        "layer_norm_eps": 1e-5,
        "pad_token_id": 1 if kind == "mpnet" else 0,
    }
    (folder / "config.json").write_text(json.dumps(said))
    vocabulary(folder / "tokenizer.json", THEIRS)
    held = {
        "embeddings.word_embeddings.weight": torch.randn(words, WIDTH),
        "embeddings.position_embeddings.weight": torch.randn(202, WIDTH),
        "embeddings.LayerNorm.weight": torch.randn(WIDTH),
        "embeddings.LayerNorm.bias": torch.randn(WIDTH),
    }
    if kind == "mpnet":
        held["encoder.relative_attention_bias.weight"] = torch.randn(32, HEADS)
    else:
        held["embeddings.token_type_embeddings.weight"] = torch.randn(2, WIDTH)
    sizes = {"widen": (INNER, WIDTH), "narrow": (WIDTH, INNER)}
    for n in range(DEPTH):
        for ours, theirs in (MPNET if kind == "mpnet" else BERT).items():
            shape = (WIDTH,) if ours.startswith("after") else sizes.get(ours, (WIDTH, WIDTH))
            held[f"encoder.layer.{n}.{theirs}.weight"] = torch.randn(*shape) * 0.2
            held[f"encoder.layer.{n}.{theirs}.bias"] = torch.randn(shape[0]) * 0.2
    safetensors.save_file(held, folder / "model.safetensors")
    return held


def seen(network, **changed):
    """The features of three pieces, of which the last ends a line."""
    shown = {name: torch.zeros(1, 3, dtype=torch.long) for name in INPUTS}
    shown |= {"ids": torch.tensor([[3, 6, BREAK]]), "there": torch.ones(1, 3, dtype=torch.long)} | changed
    line = (shown["ids"] == BREAK).unsqueeze(-1) * network.line
    with torch.no_grad():
        return network.features(network.words(shown["ids"]), line, *(shown[name] for name in INPUTS[1:]))


@pytest.mark.parametrize("kind", ["bert", "mpnet"])
def test_every_weight_of_a_base_comes_in(kind, tmp_path):
    held = base(tmp_path / "base", kind)
    words = vocabulary(tmp_path / "tokenizer.json", OURS)
    made = from_base(tmp_path / "base", {"cues": 3}, words, marks_at=2 if kind == "mpnet" else 0).eval()
    rows = held["embeddings.word_embeddings.weight"]
    special = {"[PAD]": "<pad>", "[CLS]": "<s>", "[SEP]": "</s>", "[MASK]": "<mask>"}
    for number, piece in enumerate(OURS):
        assert torch.equal(made.words.weight[number], rows[THEIRS.index(special.get(piece, piece))])
    own = {name: values for name, values in made.state_dict().items() if not name.startswith(made.added)}
    came = {tuple(values.flatten()[:8].tolist()) for values in held.values()}
    came |= {tuple(made.words.weight.flatten()[:8].tolist()), tuple(made.order.weight.flatten()[:8].tolist())}
    assert [name for name, values in own.items() if tuple(values.flatten()[:8].tolist()) not in came] == []
    # MPNet counts its places from behind the number of its padding on.
    assert torch.equal(made.order.weight[0], held["embeddings.position_embeddings.weight"][2 if kind == "mpnet" else 0])
    assert ("marks" in made.added) == (kind == "mpnet")


def test_layers_below_the_marks_see_the_text_alone(tmp_path):
    base(tmp_path / "base", "mpnet")
    words = vocabulary(tmp_path / "tokenizer.json", OURS)
    made = from_base(tmp_path / "base", {"cues": 3}, words, marks_at=2).eval()
    torch.nn.init.normal_(made.marks.weight)
    lower, upper = [], []
    made.layers[1].register_forward_hook(lambda *said: lower.append(said[-1].clone()))
    made.layers[2].register_forward_hook(lambda *said: upper.append(said[-1].clone()))
    seen(made)
    seen(made, marks=torch.tensor([[0, 1, 0]]))
    assert torch.equal(*lower) and not torch.allclose(*upper)


def test_its_files_say_what_the_network_says(tmp_path):
    pytest.importorskip("onnx", reason="the package onnx is not installed, which only making a model needs")
    from annotator.suggest.learned.deep_files import write

    base(tmp_path / "base", "mpnet")
    words = vocabulary(tmp_path / "tokenizer.json", OURS)
    made = from_base(tmp_path / "base", {"cues": 3}, words, marks_at=2).eval()
    torch.nn.init.normal_(made.marks.weight)
    torch.nn.init.normal_(made.line)
    write({name: values.numpy() for name, values in made.state_dict().items()}, HEADS, 2, tmp_path)
    encode = encoder_at(tmp_path, {"stacks": 2, "offset": 0, "special": []})
    marks = np.array([[0, 1, 0]])
    shown = {name: np.zeros((1, 3), np.int64) for name in INPUTS} | {"ids": np.array([[3, 6, BREAK]]), "marks": marks}
    shown["there"] = np.ones((1, 3), np.int64)
    wanted = seen(made, marks=torch.from_numpy(marks)).numpy()
    assert np.corrcoef(wanted.ravel(), encode(shown).ravel())[0, 1] > 0.99


def test_it_learns_claims_and_stances(tmp_path):
    torch.manual_seed(1)
    base(tmp_path / "base", "mpnet", words=30522)
    words = shipped().words
    heads = {"cues": len(CUE_TAGS), "roles": 5, "stance": len(STANCES)}

    def begun():
        torch.manual_seed(1)
        return from_base(tmp_path / "base", heads, marks_at=2)

    lessons = claim_exercises([{"text": TEXT, "claims": [CLAIM]}], words, Settings())
    lessons += stance_exercises([("Everybody loves Ann Lee.", (16, 23), "favor")], words)
    settings = Settings(epochs=150, batch=256, rate=3e-3, head_rate=1e-2, memory=5)
    told = []
    network = fit(begun(), lessons, tmp_path / "first", settings, told.append)
    for one in lessons:
        made = inputs([(one.held, one.window, one.marked)])
        with torch.no_grad():
            tags = network(one.head, *(torch.from_numpy(made[name]) for name in INPUTS))[0, 1:-1].argmax(-1).numpy()
        assert (tags == one.tags)[one.tags >= 0].mean() > 0.8, one.head
    assert {one.head for one in lessons} == heads.keys()
    # Stopped at its end, it goes on from there, which is the same.
    again = fit(begun(), lessons, tmp_path / "first", settings, told.append)
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), again.parameters(), strict=True))


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path, monkeypatch):
    base(tmp_path / "base", "mpnet", words=30522)
    words, heads = shipped().words, {"cues": len(CUE_TAGS), "roles": 5}
    lessons = claim_exercises([{"text": TEXT, "claims": [CLAIM]}], words, Settings())
    settings = Settings(epochs=60, batch=256, memory=5)

    def network():
        torch.manual_seed(1)
        return from_base(tmp_path / "base", heads, marks_at=2)

    whole = fit(network(), lessons, tmp_path / "whole", settings, lambda said: None)
    monkeypatch.setattr("annotator.suggest.learned.fit.KEPT", -1.0)  # a checkpoint after each hundred steps

    def stop(step, steps):
        if step == 105:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(network(), lessons, tmp_path / "parts", settings, lambda said: None, stop)
    told = []
    again = fit(network(), lessons, tmp_path / "parts", settings, told.append)
    assert "goes on from step 100" in told
    for (name, one), other in zip(whole.named_parameters(), again.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-6), name
    # Another network is another training.
    torch.manual_seed(2)
    fit(from_base(tmp_path / "base", heads, marks_at=2), lessons, tmp_path / "parts", settings, told.append)
    assert "the checkpoint is of another training; this one begins anew" in told


def test_the_words_of_the_thorough_model_are_in_the_order_of_its_card(tmp_path, monkeypatch):
    pytest.importorskip("onnx", reason="the package onnx is not installed, which only making a model needs")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "packaging"))
    import make_thorough

    base(tmp_path / "base", "mpnet", words=30522)
    network = from_base(tmp_path / "base", {"cues": 3, "roles": 5, "stance": 3}, marks_at=1)
    monkeypatch.setattr(make_thorough, "STACKS", 4)
    make_thorough.put_network(network, False, tmp_path)
    encode = encoder_at(tmp_path, {"stacks": 4, **make_thorough.VOCABULARY})
    with np.load(tmp_path / "heads.npz") as heads:
        assert "stance.weight" not in heads.files
    made = {name: np.zeros((1, 6), np.int64) for name in INPUTS} | {"ids": np.array([[101, 1, 103, 999, 30521, 102]])}
    made["there"] = np.ones((1, 6), np.int64)
    line = torch.zeros(1)
    with torch.no_grad():
        given = [torch.from_numpy(made[name]) for name in INPUTS]
        wanted = network.eval().features(network.words(given[0]), line, *given[1:]).numpy()
    assert np.corrcoef(wanted.ravel(), encode(made).ravel())[0, 1] > 0.99

"""A network with the weights of a BERT-like base (BERT, MPNet), from a folder as Hugging Face's libraries write it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from annotator.suggest.learned.network import Form, Network

# What MPNet calls the special pieces of BERT's vocabulary.
SPECIAL = {"[PAD]": "<pad>", "[CLS]": "<s>", "[SEP]": "</s>", "[MASK]": "<mask>"}
ADDED = ("shapes.weight", "places.weight", "line")  # no base has them: they begin at nothing
BERT = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "after_attention": "attention.output.LayerNorm",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
    "after_inner": "output.LayerNorm",
}
MPNET = BERT | {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "out": "attention.attn.o",
    "after_attention": "attention.LayerNorm",
}


def from_base(
    folder: Path, heads: Mapping[str, int], words: Path | None = None, marks_at: int = 0, dropout: float = 0.1
) -> Network:
    """A network with the weights in a folder of `config.json`, `model.safetensors` and `tokenizer.json`; heads begin at
    small random numbers, the added inputs at nothing, and the embeddings of words stay as they are. `words` is our
    tokenizer's file, where the base has its vocabulary in another order. Raises OSError, KeyError, or what safetensors
    does."""
    from safetensors.torch import load_file

    said = json.loads((folder / "config.json").read_text("utf-8"))
    held = {
        k.removeprefix("bert.").removeprefix("mpnet."): v.float()
        for k, v in load_file(folder / "model.safetensors").items()
    }
    relative = said["model_type"] == "mpnet"
    rows = held["embeddings.word_embeddings.weight"]
    if words:
        rows = rows[_numbers(words, folder / "tokenizer.json")]
    order = held["embeddings.position_embeddings.weight"][said["pad_token_id"] + 1 if relative else 0 :]
    form = Form(
        len(rows),
        said["hidden_size"],
        said["num_hidden_layers"],
        said["num_attention_heads"],
        said["intermediate_size"],
        len(order),
        said["layer_norm_eps"],
        marks_at,
        relative,
    )
    made = Network(form, heads, dropout)
    own = made.state_dict()
    state = {name: held[theirs] for name in own if (theirs := _theirs(name, relative))}
    state |= {"words.weight": rows, "order.weight": order}
    if "embeddings.token_type_embeddings.weight" in held:
        state["marks.weight"] = held["embeddings.token_type_embeddings.weight"]
    else:
        made.added += ("marks",)
    state |= {name: torch.zeros_like(own[name]) for name in (*ADDED, "marks.weight") if name not in state}
    made.load_state_dict(own | state)
    for head in made.heads.values():
        nn.init.normal_(_weight(head), std=0.02)
    made.words.weight.requires_grad = False
    return made


def _weight(head: nn.Module) -> Tensor:
    assert isinstance(head, nn.Linear)
    return head.weight


def _theirs(name: str, relative: bool) -> str | None:
    """The base's name of a weight of ours."""
    if name == "far.weight":
        return "encoder.relative_attention_bias.weight"
    part, _, end = name.rpartition(".")
    if part == "after_input":
        return f"embeddings.LayerNorm.{end}"
    if not name.startswith("layers."):
        return None
    _, number, ours = part.split(".")
    return f"encoder.layer.{number}.{(MPNET if relative else BERT)[ours]}.{end}"


def _numbers(ours: Path, theirs: Path) -> list[int]:
    """For each piece of our vocabulary its number in the base's."""
    wanted, there = (_vocabulary(path) for path in (ours, theirs))
    return [
        there.get(SPECIAL.get(piece, ""), there.get(piece, there["[UNK]"]))
        for piece in sorted(wanted, key=wanted.__getitem__)
    ]


def _vocabulary(path: Path) -> dict[str, int]:
    said: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return said["model"]["vocab"] | {one["content"]: one["id"] for one in said.get("added_tokens", ())}

"""The encoder in PyTorch, for training. Never needed to suggest: `network_files` writes what ONNX Runtime reads.

A BERT of six layers (MiniLM) with two more things in its input than words, their order and what is marked: how a word
is written, and where it stands to the quotations. Linear heads tag each piece: with the cues; with source and content
of the cue that is marked; and, in a network of its own above the same embeddings of words, with the stance towards what
is marked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from annotator.suggest.learned.encoder import Head
from annotator.suggest.learned.pieces import BREAK, PLACES, SHAPES


class Dropout(nn.Module):
    """Dropout with masks from a generator of bytes: PyTorch's own takes a fifth of a step on a CPU."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.below = round(share * 256)
        self.random = np.random.Generator(np.random.SFC64(0))

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.below:
            return x
        if x.is_cuda:
            return functional.dropout(x, self.below / 256)
        drawn = np.frombuffer(self.random.bytes(x.numel()), np.uint8).reshape(x.shape) >= self.below
        return x * torch.from_numpy(drawn) * (256 / (256 - self.below))


class Layer(nn.Module):
    """Self-attention and what follows it, as BERT has them."""

    def __init__(self, width: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.after_attention = nn.LayerNorm(width, eps=1e-12)
        self.widen, self.narrow = nn.Linear(width, inner), nn.Linear(inner, width)
        self.after_inner = nn.LayerNorm(width, eps=1e-12)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        rows, length, width = x.shape
        shape = (rows, length, self.heads, width // self.heads)
        q, k, v = (f(x).view(shape).transpose(1, 2) for f in (self.query, self.key, self.value))
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.after_attention(x + self.dropout(self.out(mixed.transpose(1, 2).reshape(rows, length, width))))
        return self.after_inner(x + self.dropout(self.narrow(functional.gelu(self.widen(x)))))


class Network(nn.Module):
    """An encoder with linear heads by their names. Inputs of `forward`, all `(rows, length)` integers: piece ids, which
    are there (1) or padding (0), marks (of the cue, or of a stance's target), shapes, places; it gives the logits of
    one head, `(rows, length, tags)`."""

    def __init__(
        self,
        words: int,
        width: int,
        depth: int,
        attention: int,
        inner: int,
        longest: int,
        heads: Mapping[str, int],
        dropout: float,
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.order = nn.Embedding(longest, width)
        self.marks = nn.Embedding(2, width)
        self.shapes = nn.Embedding(SHAPES, width)
        self.places = nn.Embedding(PLACES, width)
        self.line = nn.Parameter(torch.zeros(width))
        self.after_input = nn.LayerNorm(width, eps=1e-12)
        self.dropout = Dropout(dropout)
        self.layers = nn.ModuleList(Layer(width, attention, inner, dropout) for _ in range(depth))
        self.heads = nn.ModuleDict({name: nn.Linear(width, tags) for name, tags in heads.items()})

    def forward(self, head: str, ids: Tensor, there: Tensor, marks: Tensor, shapes: Tensor, places: Tensor) -> Tensor:
        embedded = self.words(ids) + (ids == BREAK).unsqueeze(-1) * self.line
        logits: Tensor = self.heads[head](self.dropout(self.features(embedded, there, marks, shapes, places)))
        return logits

    def features(self, embedded: Tensor, there: Tensor, marks: Tensor, shapes: Tensor, places: Tensor) -> Tensor:
        """What the heads read, `(rows, length, width)`, from the pieces' embeddings of the same shape."""
        x = embedded + self.order.weight[: there.shape[1]] + self.marks(marks) + self.shapes(shapes)
        x = self.dropout(self.after_input(x + self.places(places)))
        mask = (1.0 - there.to(x.dtype))[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def reseed(self, seed: int) -> None:
        """Makes what falls out in the next steps depend on nothing but the seed."""
        for number, part in enumerate(m for m in self.modules() if isinstance(m, Dropout)):
            part.random = np.random.Generator(np.random.SFC64((seed, number)))


def from_bert(folder: Path, heads: Mapping[str, int], dropout: float = 0.1) -> Network:
    """A network with the weights of a BERT in a folder of `config.json` and `model.safetensors`; heads and the added
    inputs begin at nothing."""
    from safetensors.torch import load_file

    config = json.loads((folder / "config.json").read_text("utf-8"))
    made = Network(
        config["vocab_size"],
        config["hidden_size"],
        config["num_hidden_layers"],
        config["num_attention_heads"],
        config["intermediate_size"],
        config["max_position_embeddings"],
        heads,
        dropout,
    )
    held = {k.removeprefix("bert."): v for k, v in load_file(folder / "model.safetensors").items()}
    names = {
        "words.weight": "embeddings.word_embeddings.weight",
        "order.weight": "embeddings.position_embeddings.weight",
        "marks.weight": "embeddings.token_type_embeddings.weight",
        "after_input": "embeddings.LayerNorm",
    }
    parts = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "out": "attention.output.dense",
        "after_attention": "attention.output.LayerNorm",
        "widen": "intermediate.dense",
        "narrow": "output.dense",
        "after_inner": "output.LayerNorm",
    }
    for number in range(config["num_hidden_layers"]):
        names |= {f"layers.{number}.{ours}": f"encoder.layer.{number}.{theirs}" for ours, theirs in parts.items()}
    state = made.state_dict()
    for key in state:
        ours, _, end = key.rpartition(".")
        theirs = names.get(key) or (f"{names[ours]}.{end}" if ours in names else None)
        if theirs:
            state[key] = held[theirs].float()
        elif key in ("shapes.weight", "places.weight", "line"):
            state[key] = torch.zeros_like(state[key])
    made.load_state_dict(state)
    for head in made.heads.values():
        nn.init.normal_(head.weight, std=0.02)
    made.words.weight.requires_grad = False
    return made


def heads_of(network: Network) -> dict[str, Head]:
    """The heads apart, so that others can be put on the same encoder."""
    return {n: Head(h.weight.detach().numpy(), h.bias.detach().numpy()) for n, h in network.heads.items()}

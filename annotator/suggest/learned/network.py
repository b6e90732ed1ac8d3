"""The encoder in PyTorch, for training. Never needed to suggest: `network_files` and `deep_files` write what ONNX
Runtime reads.

A BERT with two more things in its input than words, their order and what is marked: how a word is written, and where it
stands to the quotations. Linear heads tag each piece: with the cues; with source and content of the cue that is marked;
and with the stance towards what is marked. What marks a piece is added to its embedding, or further up: then the layers
below see the text alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from annotator.suggest.learned.distance import BUCKETS, buckets
from annotator.suggest.learned.encoder import Head
from annotator.suggest.learned.pieces import BREAK, PLACES, SHAPES


@dataclass(frozen=True, slots=True)
class Form:
    """How an encoder is built: rows of the embeddings of words, their width, layers, heads of attention, width within a
    layer, the longest window; the small number of its norms; the layer below which marks are added (0: at the input);
    whether attention knows how far pieces are from each other (as MPNet's does)."""

    words: int
    width: int
    depth: int
    attention: int
    inner: int
    longest: int
    epsilon: float = 1e-12
    marks_at: int = 0
    relative: bool = False


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

    def __init__(self, form: Form, dropout: float) -> None:
        super().__init__()
        width, inner = form.width, form.inner
        self.heads = form.attention
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.after_attention = nn.LayerNorm(width, eps=form.epsilon)
        self.widen, self.narrow = nn.Linear(width, inner), nn.Linear(inner, width)
        self.after_inner = nn.LayerNorm(width, eps=form.epsilon)
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

    def __init__(self, form: Form, heads: Mapping[str, int], dropout: float) -> None:
        super().__init__()
        self.form = form
        # What a base does not have learns faster. MiniLM's pieces are marked by what it had for two sentences.
        self.added: tuple[str, ...] = ("heads", "shapes", "places", "line")
        self.words = nn.Embedding(form.words, form.width)
        self.order = nn.Embedding(form.longest, form.width)
        self.marks = nn.Embedding(2, form.width)
        self.shapes = nn.Embedding(SHAPES, form.width)
        self.places = nn.Embedding(PLACES, form.width)
        self.line = nn.Parameter(torch.zeros(form.width))
        self.after_input = nn.LayerNorm(form.width, eps=form.epsilon)
        self.dropout = Dropout(dropout)
        if form.relative:
            self.far = nn.Embedding(BUCKETS, form.attention)
            self.register_buffer("buckets", torch.from_numpy(buckets(form.longest)), persistent=False)
        self.layers = nn.ModuleList(Layer(form, dropout) for _ in range(form.depth))
        self.heads = nn.ModuleDict({name: nn.Linear(form.width, tags) for name, tags in heads.items()})

    def forward(self, head: str, ids: Tensor, there: Tensor, marks: Tensor, shapes: Tensor, places: Tensor) -> Tensor:
        line = (ids == BREAK).unsqueeze(-1) * self.line
        logits: Tensor = self.heads[head](
            self.dropout(self.features(self.words(ids), line, there, marks, shapes, places))
        )
        return logits

    def features(
        self, embedded: Tensor, line: Tensor, there: Tensor, marks: Tensor, shapes: Tensor, places: Tensor
    ) -> Tensor:
        """What the heads read, `(rows, length, width)`, from the pieces' embeddings of the same shape and what the end
        of a line adds to some of them."""
        length = there.shape[1]
        added = line + self.marks(marks) + self.shapes(shapes) + self.places(places)
        x = embedded + self.order.weight[:length]
        if not self.form.marks_at:
            x = x + added
        x = self.after_input(x)
        if not self.form.marks_at:
            x = self.dropout(x)
        mask = (1.0 - there.to(x.dtype))[:, None, None, :] * -1e4
        if self.form.relative:
            mask = mask + self.far(self.buckets[:length, :length]).permute(2, 0, 1)
        for number, layer in enumerate(self.layers):
            if number and number == self.form.marks_at:
                x = self.dropout(x + added)
            x = layer(x, mask)
        return x

    def reseed(self, seed: int) -> None:
        """Makes what falls out in the next steps depend on nothing but the seed."""
        torch.manual_seed(seed)  # a GPU draws by itself
        for number, part in enumerate(m for m in self.modules() if isinstance(m, Dropout)):
            part.random = np.random.Generator(np.random.SFC64((seed, number)))


def heads_of(network: Network) -> dict[str, Head]:
    """The heads apart, so that others can be put on the same encoder."""
    return {n: Head(h.weight.detach().numpy(), h.bias.detach().numpy()) for n, h in network.heads.items()}

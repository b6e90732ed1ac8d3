"""Writes the deep encoder's files for ONNX Runtime from its weights by name: BERT-like, with relative positions.

Names are those of `network.Network`. Matrices are in seven bits with a scale for each of their rows: in eight,
sums overflow on processors without VNNI. What multiplies them is scaled as it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from annotator.suggest.learned.decode import Floats
from annotator.suggest.learned.deep import MARKS, WORDS, stack
from annotator.suggest.learned.distance import buckets
from annotator.suggest.learned.encoder import Head, save_heads
from annotator.suggest.learned.windows import AROUND, RUN

LONGEST = max(AROUND, RUN) + 2  # pieces of a window
TOP = 63  # of seven bits
EPSILON = 1e-5  # of the norms of MPNet
_CONTRIB = "com.microsoft"

Weights = Mapping[str, Floats]


def write(weights: Weights, attention: int, stacks: int, out: Path) -> None:
    """Writes the files of an encoder with so many heads of `attention`, its layers in so many `stacks` of like height.
    Raises KeyError for a weight that is not there."""
    _words(weights).save(out / WORDS, [("ids", TensorProto.INT64)])
    height = len({name.split(".")[1] for name in weights if name.startswith("layers.")}) // stacks
    for number in range(stacks):
        layers = range(number * height, (number + 1) * height)
        graph = _layers(weights, attention, layers)
        graph.save(out / stack(number), [("before", TensorProto.FLOAT), ("there", TensorProto.INT64)])
    names = sorted({name.split(".")[1] for name in weights if name.startswith("heads.")})
    heads = {n: Head(weights[f"heads.{n}.weight"], weights[f"heads.{n}.bias"]) for n in names}
    save_heads(heads, out / "heads.npz")
    marks = {name: weights[f"{name}.weight"] for name in ("marks", "shapes", "places")}
    with (out / MARKS).open("wb") as file:
        np.savez(file, line=weights["line"], **marks)  # type: ignore[arg-type]


class _Graph:
    """A graph that grows: `result` is what came out last."""

    def __init__(self, width: int) -> None:
        self.width, self.result = width, ""
        self._nodes: list[Any] = []
        self._held: dict[str, Any] = {}

    def hold(self, name: str, values: Any) -> str:
        """A constant."""
        self._held[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def add(self, kind: str, inputs: Sequence[str], outputs: int = 1, **said: Any) -> Any:
        """An operation's output, or outputs."""
        made = [f"{kind}_{len(self._nodes)}_{n}" for n in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, made, **said))
        self.result = made[0]
        return made[0] if outputs == 1 else made

    def save(self, path: Path, inputs: Sequence[tuple[str, int]]) -> None:
        self._nodes.append(helper.make_node("Identity", [self.result], ["features"]))
        shapes = {"before": ["windows", "length", self.width]}
        given = [helper.make_tensor_value_info(n, kind, shapes.get(n, ["windows", "length"])) for n, kind in inputs]
        made = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["windows", "length", self.width])
        graph = helper.make_graph(self._nodes, "encoder", given, [made], list(self._held.values()))
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(_CONTRIB, 1)]
        onnx.save(helper.make_model(graph, opset_imports=versions, ir_version=9), path)


def _words(weights: Weights) -> _Graph:
    """Embeddings in eight bits with a scale a row: they are looked up, not multiplied."""
    whole = weights["words.weight"]
    scale = np.abs(whole).max(1, keepdims=True) / 127
    graph = _Graph(whole.shape[1])
    rows = graph.hold("rows", np.round(whole / np.where(scale, scale, 1)).astype(np.int8))
    found = graph.add("Cast", [graph.add("Gather", [rows, "ids"])], to=TensorProto.FLOAT)
    graph.add("Mul", [found, graph.add("Gather", [graph.hold("scales", scale.astype(np.float32)), "ids"])])
    return graph


def _layers(weights: Weights, attention: int, layers: range) -> _Graph:
    width = len(weights["after_input.bias"])
    graph = _Graph(width)
    add, hold = graph.add, graph.hold
    mask = add("Cast", ["there"], to=TensorProto.INT32)
    one, two, zero = hold("one", np.array([1])), hold("two", np.array([2])), hold("zero", np.array([0]))
    length = add("Slice", [add("Shape", ["there"]), one, two, zero])
    sides, starts = hold("sides", np.array([0, 1])), hold("starts", np.array([0, 0]))
    square = add("Concat", [length, length], axis=0)
    near = add("Slice", [hold("buckets", buckets(LONGEST)), starts, square, sides])
    bias = hold("far", weights["far.weight"])
    far = add("Transpose", [add("Gather", [bias, near])], perm=[2, 0, 1])
    far = add("Unsqueeze", [far, zero])
    x = "before"
    if layers.start == 0:
        order = hold("order", weights["order.weight"][:LONGEST])
        x = add("Add", [x, add("Slice", [order, zero, length, zero])])
        norm = [hold(f"norm.{part}", weights[f"after_input.{part}"]) for part in ("weight", "bias")]
        x = add("LayerNormalization", [x, *norm], axis=-1, epsilon=EPSILON)
    thirds = hold("thirds", np.array([width] * 3))
    for number in layers:

        def linear(x: str, *names: str, n: int = number) -> str:
            matrix = np.concatenate([weights[f"layers.{n}.{name}.weight"] for name in names])
            scale = np.abs(matrix).max(1, keepdims=True) / TOP
            rounded = np.round(matrix / np.where(scale, scale, 1)).astype(np.int8)
            called = f"{n}.{names[0]}"
            held = [hold(f"{called}.q", rounded.T), hold(f"{called}.s", scale[:, 0].astype(np.float32))]
            held.append(hold(f"{called}.z", np.zeros(len(scale), np.int8)))
            held.append(hold(f"{called}.b", np.concatenate([weights[f"layers.{n}.{name}.bias"] for name in names])))
            return str(add("DynamicQuantizeMatMul", [x, *held], domain=_CONTRIB))

        def after(x: str, before: str, name: str, n: int = number) -> str:
            norm = [hold(f"{n}.{name}.{part}", weights[f"layers.{n}.{name}.{part}"]) for part in ("weight", "bias")]
            return str(add("SkipLayerNormalization", [x, before, *norm], domain=_CONTRIB, epsilon=EPSILON))

        three = linear(x, "query", "key", "value")
        query, key, value = add("Split", [three, thirds], 3, axis=-1)
        seen = add("MultiHeadAttention", [query, key, value, "", mask, far], domain=_CONTRIB, num_heads=attention)
        x = after(linear(seen, "out"), x, "after_attention")
        wide = add("Gelu", [linear(x, "widen")], domain=_CONTRIB)
        x = after(linear(wide, "narrow"), x, "after_inner")
    return graph

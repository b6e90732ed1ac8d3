"""The encoder's files for ONNX Runtime, written from the network in PyTorch, and read back into it to train on."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from annotator.suggest.learned.encoder import Heads
from annotator.suggest.learned.network import Form, Network
from annotator.suggest.learned.pieces import BREAK
from annotator.suggest.learned.windows import INPUTS

ATTENTION = 12  # heads of attention of MiniLM; its files do not tell them


class _Words(nn.Module):
    """The embeddings of pieces alone, with what a line break adds to its own."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.words = copy.deepcopy(network.words)
        with torch.no_grad():
            self.words.weight[BREAK] += network.line

    def forward(self, ids: Tensor) -> Tensor:
        embedded: Tensor = self.words(ids)
        return embedded


class _Features(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, embedded: Tensor, there: Tensor, marks: Tensor, shapes: Tensor, places: Tensor) -> Tensor:
        nothing = torch.zeros(1)  # the words' file has it
        return self.network.features(embedded, nothing, there, marks, shapes, places)


def write_words(network: Network, out: Path) -> None:
    """Writes the embeddings of pieces for ONNX Runtime: ids to `embedded`."""
    _write(_Words(network), (torch.zeros(2, 16, dtype=torch.long),), ["ids"], "embedded", out)


def write_encoder(network: Network, out: Path) -> None:
    """Writes all behind the embeddings and before the heads: `embedded` and the other inputs to `features`."""
    zeros = torch.zeros(2, 16, dtype=torch.long)
    embedded = torch.zeros(2, 16, network.words.embedding_dim)
    names = ["embedded", *INPUTS[1:]]
    _write(_Features(network), (embedded, torch.ones_like(zeros), zeros, zeros, zeros), names, "features", out)


def _write(module: nn.Module, example: tuple[Tensor, ...], names: list[str], output: str, out: Path) -> None:
    """For ONNX Runtime, matrices in seven bits with a scale for each column; what multiplies them is scaled as it runs.
    In eight bits, sums overflow on processors without VNNI, as many editors have."""
    import onnxruntime.quantization as quantization
    from onnxruntime.quantization.shape_inference import quant_pre_process

    whole = out.with_name("whole.onnx")
    free = {0: "rows", 1: "length"}
    torch.onnx.export(
        module.eval(),
        example,
        str(whole),
        input_names=names,
        output_names=[output],
        dynamic_axes=dict.fromkeys((*names, output), free),
        opset_version=17,
        dynamo=False,
    )
    quant_pre_process(str(whole), str(whole), skip_symbolic_shape=True)
    quantization.quantize_dynamic(
        whole,
        out,
        weight_type=quantization.QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
        extra_options={"MatMulConstBOnly": True},
    )
    whole.unlink()


def read_network(folder: Path, heads: Heads, dropout: float = 0.1) -> Network:
    """The network of claims that `write_words` and `write_encoder` wrote to a folder, with these heads. Its matrices
    are as exact as the files: seven bits. Raises KeyError, and what onnx does, on files that are none of ours."""
    held = _read(folder / "words.onnx") | _read(folder / "claims.onnx")
    state = {name.removeprefix("network."): torch.tensor(values) for name, values in held.items()}
    state["line"] = torch.zeros(state["words.weight"].shape[1])  # it is in the words' file
    for name, head in heads.items():
        state |= {f"heads.{name}.weight": torch.tensor(head.weight), f"heads.{name}.bias": torch.tensor(head.bias)}
    (words, width), longest = state["words.weight"].shape, len(state["order.weight"])
    depth = len({name.split(".")[1] for name in state if name.startswith("layers.")})
    inner = len(state["layers.0.widen.bias"])
    tags = {name: len(head.bias) for name, head in heads.items()}
    made = Network(Form(words, width, depth, ATTENTION, inner, longest), tags, dropout)
    made.load_state_dict(state)
    made.words.weight.requires_grad = made.line.requires_grad = False
    return made


def _read(path: Path) -> dict[str, Any]:
    """The weights of a file by their names in PyTorch."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path, load_external_data=False).graph
    held = {one.name: numpy_helper.to_array(one) for one in graph.initializer}

    def whole(name: str) -> Any:
        quantized, scale, zero = (held[f"{name}_{part}"] for part in ("quantized", "scale", "zero_point"))
        return (quantized.astype(np.float32) - zero.astype(np.float32)) * scale

    found = {name: values for name, values in held.items() if name.startswith(("network.", "words."))}
    found |= {n.removesuffix("_quantized"): whole(n.removesuffix("_quantized")) for n in found if "_quantized" in n}
    for node in graph.node:
        if node.op_type == "MatMulInteger":  # its output is called by its place: /layers.0/query/MatMul_output_0…
            _, layer, part, *_ = node.output[0].split("/")
            matrix = whole(node.input[1].removesuffix("_quantized"))
            found[f"{layer}.{part}.weight"] = np.ascontiguousarray(matrix.T)
    return {n: v for n, v in found.items() if not n.endswith(("_quantized", "_scale", "_zero_point"))}

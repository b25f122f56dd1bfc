"""A tuned cross-encoder → 8-bit ONNX in three files. Needs `[train]`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from transformers import AutoModelForSequenceClassification

WEIGHTS = ("weights-1.bin", "weights-2.bin")  # two, so that no file of the checkout is larger than 60 MB
_INPUTS = ("input_ids", "attention_mask")
_SMALL = 4096  # bytes; constants up to this size stay in the graph
_ALIGN = 64


def export(trained: Path, out: Path) -> int:
    """Write `model.onnx`, its two files of weights and `tokenizer.json`; return their size in bytes."""
    out.mkdir(parents=True, exist_ok=True)
    plain, mixed, whole = (out / f"{name}.onnx" for name in ("plain", "mixed", "whole"))
    _trace(trained, plain)
    _quantize(plain, mixed, whole)
    _pack(onnx.load(str(whole)), out)
    for file in (plain, mixed, whole):
        file.unlink()
    shutil.copy(trained / "tokenizer.json", out / "tokenizer.json")
    return sum(file.stat().st_size for file in out.iterdir())


def _trace(trained: Path, out: Path) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(trained, attn_implementation="eager").eval()
    ids = torch.ones((2, 16), dtype=torch.long) * 5
    torch.onnx.export(
        _Logits(model), (ids, torch.ones_like(ids)), str(out), input_names=list(_INPUTS), output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in _INPUTS}, opset_version=17, dynamo=False,
    )  # fmt: skip


def _quantize(plain: Path, mixed: Path, out: Path) -> None:
    """Weights of the FFN's output in blocks of 64 with float activations; all else dynamic int8, scaled per channel.

    What enters the FFN's output has a few values far above the rest (Dettmers et al. 2022, LLM.int8(); Xiao et al.
    2023, SmoothQuant). One dynamic int8 scale for a whole tensor, stretched to hold them, leaves a handful of steps for
    everything else: with these layers quantized like the other products, scores correlated with the float model's at
    0.6; as they are here, at 0.997. Scales follow the batch, so that a pair must be judged alone (adapters/judge.py).
    """
    model = onnx.load(str(plain))
    products = [node.name for node in model.graph.node if node.op_type == "MatMul"]
    chosen = {name for name in products if feeds_outliers(name)}
    if not chosen:
        raise ValueError("no FFN output among the matrix products: the names of the graph have changed")
    blocks = MatMulNBitsQuantizer(
        model, bits=8, block_size=64, is_symmetric=True, accuracy_level=4,
        nodes_to_exclude=[name for name in products if name not in chosen],
    )  # fmt: skip
    blocks.process()
    blocks.model.save_model_to_file(str(mixed), False)
    quantize_dynamic(str(mixed), str(out), weight_type=QuantType.QInt8, per_channel=True)


def feeds_outliers(node: str) -> bool:
    """Whether a matrix product of the graph is the FFN's output: `…/layer.3/output/dense/MatMul`, not attention's."""
    return "/output/dense/" in node and "attention" not in node


def _pack(model: Any, out: Path) -> None:
    """Write the large weights to two files of like size, largest first, each to the smaller file."""
    large = sorted((w for w in model.graph.initializer if len(w.raw_data) > _SMALL), key=lambda w: -len(w.raw_data))
    parts = {name: bytearray() for name in WEIGHTS}
    for weight in large:
        name = min(parts, key=lambda one: len(parts[one]))
        parts[name] += b"\0" * (-len(parts[name]) % _ALIGN)
        set_external_data(weight, location=name, offset=len(parts[name]), length=len(weight.raw_data))
        parts[name] += weight.raw_data
        weight.ClearField("raw_data")
    for name, data in parts.items():
        (out / name).write_bytes(data)
    onnx.save(model, str(out / "model.onnx"))


class _Logits(torch.nn.Module):
    """The bare function from token ids to logits, which is what ONNX can hold."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Any, mask: Any) -> Any:
        return self.model(input_ids=ids, attention_mask=mask).logits

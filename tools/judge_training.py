"""The cross-encoder: warmed up on general inference pairs, tuned on rows, exported to int8 ONNX. Needs `[train]`."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from monitor.conflicts.wording import LABELS
from tools.judge_rows import Row

BATCH, LONGEST, SEED = 32, 128, 7
_INFERENCE = ("contradiction", "entailment", "neutral")


def warm_up(base: str, files: Sequence[Path], out: Path, rate: float = 4e-5) -> float:
    """Train one pass on inference pairs (columns premise, hypothesis, label); return accuracy on 600 held back."""
    _seed()
    rows = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            rows += [r for r in csv.DictReader(lines) if r["label"] in _INFERENCE]
    random.shuffle(rows)
    examples = [((r["premise"], r["hypothesis"]), (_INFERENCE.index(r["label"]),), 1.0) for r in rows]
    model, tokenizer = _load(base, len(_INFERENCE))
    _fit(model, tokenizer, examples[600:], 1.0, rate)
    _save(model, tokenizer, out)
    shares = predict(model, tokenizer, [text for text, _, _ in examples[:600]])
    return sum(int(row.argmax()) == label[0] for row, (_, label, _) in zip(shares, examples[:600], strict=True)) / 600


def tune(base: str, rows: Sequence[Row], out: Path, passes: float = 2.0, rate: float = 8e-5) -> None:
    """Tune on rows, each pass with every pair in one of its two orders at random."""
    _seed()
    model, tokenizer = _load(base, len(LABELS))
    both = [((row.worded, row.swapped), row.labels, row.weight) for row in rows]
    _fit(model, tokenizer, both, passes, rate)
    _save(model, tokenizer, out)


def predict(model: Any, tokenizer: Any, texts: Sequence[tuple[str, str]]) -> list[Any]:
    """Return the shares of each label for worded pairs, in order."""
    model.eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i][0]) + len(texts[i][1]))
    shares: list[Any] = [None] * len(texts)
    with torch.no_grad():
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            logits = model(**_encode(tokenizer, [texts[i] for i in batch])).logits
            for index, row in zip(batch, torch.softmax(logits.float(), 1), strict=True):
                shares[index] = row
    return shares


def export(trained: Path, out: Path) -> int:
    """Write `model.onnx` (int8 weights) and `tokenizer.json`; return the model's size in bytes."""
    model = AutoModelForSequenceClassification.from_pretrained(trained, attn_implementation="eager").eval()
    out.mkdir(parents=True, exist_ok=True)
    names = ("input_ids", "attention_mask", "token_type_ids")
    ids = torch.randint(1000, 2000, (2, 16))
    raw = out / "raw.onnx"
    torch.onnx.export(
        _Logits(model), (ids, torch.ones_like(ids), torch.zeros_like(ids)), str(raw), input_names=list(names),
        output_names=["logits"], dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names}, opset_version=17,
        dynamo=False,
    )  # fmt: skip
    quantize_dynamic(str(raw), str(out / "model.onnx"), weight_type=QuantType.QInt8)
    raw.unlink()
    shutil.copy(trained / "tokenizer.json", out / "tokenizer.json")
    return (out / "model.onnx").stat().st_size


class _Logits(torch.nn.Module):
    """The bare function from token ids to logits, which is what ONNX can hold."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Any, mask: Any, types: Any) -> Any:
        return self.model(input_ids=ids, attention_mask=mask, token_type_ids=types).logits


def _fit(model: Any, tokenizer: Any, examples: Sequence[Any], passes: float, rate: float) -> None:
    steps = _batches(examples, passes)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.08 * len(steps)), max(0.02, (len(steps) - step) / len(steps)))
    )
    model.train()
    for number, batch in enumerate(steps):
        loss = _loss(model, tokenizer, [examples[i] for i in batch])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if number % 50 == 0:
            print(f"step {number} of {len(steps)}: loss {loss.item():.3f}", flush=True)


def _loss(model: Any, tokenizer: Any, batch: Sequence[Any]) -> Any:
    texts = [random.choice(text) if isinstance(text[0], tuple) else text for text, _, _ in batch]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(**_encode(tokenizer, texts)).logits
    shares = torch.log_softmax(logits.float(), 1)
    allowed = torch.full_like(shares, -1e9)
    for row, (_, labels, _) in enumerate(batch):
        allowed[row, list(labels)] = 0.0
    weights = torch.tensor([weight for _, _, weight in batch])
    return -(torch.logsumexp(shares + allowed, 1) * weights).sum() / weights.sum()


def _batches(examples: Sequence[Any], passes: float) -> list[list[int]]:
    """Batches of like length, shuffled within windows, for as many passes as asked."""
    found: list[list[int]] = []
    needed = int(passes * len(examples) / BATCH)
    while len(found) < needed:
        order = list(range(len(examples)))
        random.shuffle(order)
        for start in range(0, len(order), BATCH * 30):
            window = sorted(order[start : start + BATCH * 30], key=lambda i: len(str(examples[i][0])))
            batches = [window[i : i + BATCH] for i in range(0, len(window), BATCH)]
            random.shuffle(batches)
            found += batches
    return found[:needed]


def _encode(tokenizer: Any, texts: Sequence[tuple[str, str]]) -> Any:
    left, right = [text[0] for text in texts], [text[1] for text in texts]
    return tokenizer(left, right, truncation=True, max_length=LONGEST, padding=True, return_tensors="pt")


def _load(base: str, labels: int) -> tuple[Any, Any]:
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=labels, ignore_mismatched_sizes=True)
    return model, AutoTokenizer.from_pretrained(base)


def _save(model: Any, tokenizer: Any, out: Path) -> None:
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def _seed() -> None:
    random.seed(SEED)
    torch.manual_seed(SEED)

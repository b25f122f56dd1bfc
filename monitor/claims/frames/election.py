"""Elections: winner, share, turnout, votes counted, conduct."""

from __future__ import annotations

from dataclasses import replace

from monitor.claims.frames.base import Clause, LexiconReader, Reading
from monitor.claims.frames.figures import FigureReader
from monitor.model import Frame

_TAKES = frozenset({"take", "win", "poll", "garner", "secure", "receive", "get", "give", "score", "obtain", "gain"})


class _Shares(FigureReader):
    frame = Frame.ELECTION
    name = "election"
    bare = False


class ElectionReader(LexiconReader):
    """Reads `election.yaml`, in clauses that speak of a vote."""

    frame = Frame.ELECTION
    name = "election"

    def __init__(self) -> None:
        super().__init__()
        self._shares = _Shares()

    def read(self, clause: Clause) -> list[Reading]:
        """Return shares and turnout where there are figures, else who won or conceded."""
        if self._silent(clause) and not self._share(clause):
            return []
        plain = [r for r in super().read(clause) if r.answer is not None]
        return [replace(r, score=r.score + 0.5) for r in self._shares.read(clause)] + plain

    def _silent(self, clause: Clause) -> bool:
        """True when nothing speaks of a vote; "the president-elect" does not."""
        words = clause.lemmas & self.lexicon["votes"]
        return not words or (words == {"elect"} and "-elect" in clause.doc.text.lower())

    def _share(self, clause: Clause) -> bool:
        """ "Holm took 52 percent": a person polls a share, even where nobody says "vote"."""
        shares = any(q.quantity.unit == "percent" and not q.noun for q in clause.quantities)
        if not shares or clause.head.lemma_ not in _TAKES:
            return False
        doers = [c for c in clause.head.children if c.dep_ in {"nsubj", "dative", "dobj"}]
        return any(c.pos_ == "PROPN" or c.lemma_.lower() in self.lexicon["holders"] for c in doers)

"""Elections: winner, share, turnout, votes counted, conduct."""

from __future__ import annotations

from monitor.claims.frames.base import Clause, LexiconReader, Reading
from monitor.claims.frames.figures import FigureReader
from monitor.model import Frame

_VOTE = frozenset(
    [
        "election",
        "vote",
        "ballot",
        "poll",
        "polls",
        "polling",
        "turnout",
        "runoff",
        "run-off",
        "referendum",
        "presidency",
        "voter",
        "candidate",
        "electoral",
        "seat",
        "parliament",
        "re-election",
        "constituency",
        "incumbent",
    ]
)


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
        if clause.lemmas.isdisjoint(_VOTE):
            return []
        plain = [r for r in super().read(clause) if r.answer is not None]
        return self._shares.read(clause) or plain

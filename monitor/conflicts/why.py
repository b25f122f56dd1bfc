"""Why two claims are, or are not, a conflict: the engine's verdict on one pair, with the reason that comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.conflicts.compare import Conflicting, NoConflict, rule_out
from monitor.conflicts.engine import NEAR, ConflictEngine, promise
from monitor.conflicts.pairs import Pair
from monitor.conflicts.questions import WINDOW, comparable
from monitor.conflicts.reasons import NoConflictReason
from monitor.model import Claim, Dismissed

Verdict = Conflicting | NoConflict


def why(
    engine: ConflictEngine,
    a: Claim,
    b: Claim,
    around: Sequence[Claim],
    copies: Mapping[str, str],
    dismissed: Sequence[Dismissed] = (),
) -> Verdict:
    """Return the engine's verdict on two claims; `around` are those that they were compared with.

    A pair that no dispute opens with is `NoConflict` even where it may join one: see its probability.
    """
    pair = Pair.of(a, b)
    forbidden = _apart(pair) or rule_out(pair, copies)
    if forbidden is not None:
        return NoConflict(pair, forbidden)
    read = _read(engine, pair, around, copies)
    if isinstance(read, NoConflictReason):
        return NoConflict(pair, read)
    (verdict,) = engine.decide([read], copies)
    if isinstance(verdict, Conflicting) and not engine.undismissed([verdict], dismissed):
        return NoConflict(read, NoConflictReason.DISMISSED, verdict.probability)
    return verdict


def _apart(pair: Pair) -> NoConflictReason | None:
    if not comparable(pair.first, pair.second):
        return NoConflictReason.OTHER_REGION
    return NoConflictReason.LONG_BETWEEN if pair.second.published - pair.first.published > WINDOW else None


def _read(
    engine: ConflictEngine, pair: Pair, around: Sequence[Claim], copies: Mapping[str, str]
) -> Pair | NoConflictReason:
    """Return the pair with what the models say of it, or why they were not asked."""
    both = [pair.first, pair.second]
    allowed = engine.allowed(both, around, copies)
    (near,) = engine.with_nearness([pair])
    if pair.key not in {one.key for one in allowed} or (engine.scorer is not None and promise(near) < NEAR):
        return NoConflictReason.OTHER_SUBJECT
    if pair.key not in {one.key for one in engine.nearest(allowed, set(pair.key))}:
        return NoConflictReason.CROWDED_OUT
    if not engine.screened([near]):
        return NoConflictReason.HOPELESS
    return engine.with_opinions([near])[0]

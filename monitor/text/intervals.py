"""Relations between figures as intervals: when two of them can both be true.

Bounds, roundings and approximations are compatible; only intervals that stay apart after tolerance differ. A figure
bounded below ("at least 40") agrees with any larger one and differs from an exact smaller one.
"""

from __future__ import annotations

import math
from enum import StrEnum

from monitor.model import Quantity

ROUNDING = 0.05


class Relation(StrEnum):
    """How two figures stand to each other, from equal to apart."""

    EQUAL = "equal"
    OVERLAP = "overlap"
    BOUND = "bound"
    ROUNDING = "rounding"
    DISJOINT = "disjoint"
    UNITS = "units"  # not comparable


def gap(a: Quantity, b: Quantity) -> float:
    """The distance between the nearest ends of two intervals; 0 when they meet."""
    if a.high < b.low:
        return b.low - a.high
    return a.low - b.high if b.high < a.low else 0.0


def disjoint(a: Quantity, b: Quantity, tolerance: float = 0.0) -> bool:
    """Whether the intervals stay apart by more than `tolerance` times the larger of the two nearest ends.

    Figures in different units are never compared.
    """
    if a.unit != b.unit:
        return False
    return gap(a, b) > tolerance * max(abs(end) for end in _nearest_ends(a, b))


def log_ratio(a: Quantity, b: Quantity) -> float:
    """The natural log of the ratio between the nearest ends, after adding one so that 0 counts; 0 when they meet."""
    if gap(a, b) == 0.0:
        return 0.0
    low, high = sorted(abs(end) for end in _nearest_ends(a, b))
    return math.log1p(high) - math.log1p(low)


def compatible(a: Quantity, b: Quantity) -> Relation:
    """How the two figures stand to each other; DISJOINT alone can be a conflict."""
    if a.unit != b.unit:
        return Relation.UNITS
    if disjoint(a, b):
        return Relation.DISJOINT if (a.exact and b.exact) or disjoint(a, b, _slack(a, b)) else Relation.ROUNDING
    if (a.low, a.high) == (b.low, b.high):
        return Relation.EQUAL
    return Relation.BOUND if _is_bound(a) or _is_bound(b) else Relation.OVERLAP


def _slack(a: Quantity, b: Quantity) -> float:
    # A bound states its end on purpose; only an approximation leaves room beyond its interval.
    return 0.0 if _is_bound(a) or _is_bound(b) else ROUNDING


def _is_bound(quantity: Quantity) -> bool:
    return math.isinf(quantity.high) or (quantity.low == 0.0 and quantity.high > 0.0)


def _nearest_ends(a: Quantity, b: Quantity) -> tuple[float, float]:
    return (a.high, b.low) if a.high < b.low else (a.low, b.high)

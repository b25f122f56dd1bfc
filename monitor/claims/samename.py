"""Is a mention the watched place, or another place of the same name? Told by the countries named around it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from monitor.claims.gazetteer import City, cities_named, countries, country_named, us_states
from monitor.claims.regions import KINDS, Mention
from monitor.claims.world import Sighting, sightings
from monitor.config import Region
from monitor.text.folding import fold_name


class Whereabouts(StrEnum):
    """Whether a mention is the watched place."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    UNSURE = "unsure"


class SameNameReason(StrEnum):
    """What settled it."""

    COUNTRY_BESIDE = "country-beside"  # "Tripoli, Lebanon", "the Lebanese city of Tripoli"
    ORGANISATION = "organisation"  # "Kenya Airways": the name of a body, not of the place
    HOME_NAMED = "home-named"  # the article names the watched place's country
    SECOND_NAME = "second-name"  # the article names two watched places of the region
    RIVAL_NAMED = "rival-named"  # only the country of a namesake is named
    FOREIGN_ONLY = "foreign-only"  # a descriptive name ("Snake Island"), and only an unrelated country is named
    NO_RIVAL = "no-rival"  # nothing speaks for another place
    NOTHING_NAMED = "nothing-named"  # namesakes exist and no country is named


@dataclass(frozen=True, slots=True)
class SameName:
    """The verdict on one mention; `country` is the ISO code that settled it."""

    verdict: Whereabouts
    reason: SameNameReason
    country: str | None = None


# Powers act and speak everywhere: that they are named says nothing about where a story happens.
_POWERS = frozenset(("US", "RU", "CN", "GB", "FR", "DE", "CH", "BE"))
_KIND = rf"(?:{KINDS}|capital|port city|resort|stronghold)"
_AFTER = re.compile(r"(?:\s+\w+)?,\s+(?:in\s+)?(?:the\s+)?(?:\w+(?:ern|tral)\s+)?$|\s+in\s+(?:\w+(?:ern|tral)\s+)?$")
_BEFORE = re.compile(rf"^(?:['’]s)?\s+(?:[\w-]+\s+){{0,2}}?(?:{_KIND})?(?:\s+of)?\s*$")
_ENDS_NAME = re.compile(r"\s*(?:[,.;:)]|$|\n)")
_ORGANISATION = re.compile(
    r" (?:Airways|Airlines|Air|Times|Herald|Post|Gazette|Tribune|Sun|Star|Mail|Chronicle|Orioles|Ravens|FC|United"
    r"|Rovers|Rangers|Bank|Railways|Petroleum|Telecom|Power|Symphony|Philharmonic|Accords?|Treaty|Convention)\b"
)
# Names that describe what they name are given again and again, in no gazetteer of towns.
_GENERIC = re.compile(
    r"\b(?:island|islands|bridge|lake|mount|mountain|river|bay|point|hill|square|rock|cape|creek)\b", re.I
)
_NEAR = 60
_SAME_PASSAGE = 600  # characters: about a paragraph on either side


class SameNames:
    """Settles whether mentions of the watched regions are those regions."""

    def __init__(self, regions: Sequence[Region]) -> None:
        self._regions = {region.name: region for region in regions}

    @cached_property
    def _cities(self) -> dict[str, list[City]]:
        return cities_named(name for region in self._regions.values() for name in _written(region))

    @cached_property
    def homes(self) -> dict[str, frozenset[str]]:
        """Region name → ISO codes of the countries that it lies in, none where the gazetteer cannot tell."""
        return {name: self._home(region) for name, region in self._regions.items()}

    def _home(self, region: Region) -> frozenset[str]:
        given = {where.country.upper() for where in region.include}
        given |= {code for name in (region.name, *region.aliases) if (code := country_named(name))}
        if given:
            return frozenset(given)
        known = [cities for name in _written(region) if (cities := self._cities.get(fold_name(name)))]
        home: set[str] = set()
        while known:
            votes = Counter(code for cities in known for code in {city.country for city in cities})
            size = {city.country: city.population for cities in known for city in sorted(cities, key=_population)}
            best = max(votes, key=lambda code: (votes[code], size[code], code))
            # A village that the gazetteer lacks may have a namesake overseas, but a region lies in one place.
            if not home or best in _neighbours(frozenset(home)):
                home.add(best)
            known = [cities for cities in known if best not in {city.country for city in cities}]
        return frozenset(home)

    def judge(self, title: str, text: str, mentions: Sequence[Mention], in_text: bool = True) -> list[SameName]:
        """Return the verdict on each mention, which are of `text` when `in_text`, else of `title`."""
        body = text if in_text else title
        near = sightings(body)
        named = [*near, *sightings(title if in_text else text)]
        scene = _Scene(body, near, named, mentions, self.homes)
        return [self._judge(scene, mention) for mention in mentions]

    def _judge(self, scene: _Scene, mention: Mention) -> SameName:
        if _ORGANISATION.match(scene.body, mention.end):
            return SameName(Whereabouts.ELSEWHERE, SameNameReason.ORGANISATION)
        home = self.homes[mention.region]
        rivals = self._rivals(mention, home)
        if beside := _beside(scene.body, mention, scene.around(mention, _NEAR), home, rivals):
            return beside
        if not home:
            return SameName(Whereabouts.HERE, SameNameReason.NO_RIVAL)
        country = self._is_country(mention)
        counts = scene.counts if country else scene.counts - scene.itself(mention)
        if named := next((code for code in sorted(home) if counts[code] > 0), None):
            return SameName(Whereabouts.HERE, SameNameReason.HOME_NAMED, named)
        if len(scene.names_at(home)) > 1:
            return SameName(Whereabouts.HERE, SameNameReason.SECOND_NAME)
        if rival := next((code for code, _ in scene.local.most_common() if code in rivals and counts[code] > 0), None):
            return SameName(Whereabouts.ELSEWHERE, SameNameReason.RIVAL_NAMED, rival)
        if country:
            return SameName(Whereabouts.HERE, SameNameReason.NO_RIVAL)
        return self._by_foreigners(scene, mention, counts, rivals)

    def _by_foreigners(self, scene: _Scene, mention: Mention, counts: Counter[str], rivals: frozenset[str]) -> SameName:
        """Reject a descriptive name when all around it is one unrelated country; keep anything else."""
        home = self.homes[mention.region]
        close = {seen.code for seen in scene.around(mention, _SAME_PASSAGE) if not seen.people}
        named = {code for code, count in counts.items() if count > 0}
        unrelated = len(named) == 1 and close == named and not named & (_POWERS | _neighbours(home))
        if unrelated and _GENERIC.search(mention.place or mention.region) and not self._known(mention):
            return SameName(Whereabouts.ELSEWHERE, SameNameReason.FOREIGN_ONLY, next(iter(named)))
        if rivals:
            return SameName(Whereabouts.UNSURE, SameNameReason.NOTHING_NAMED)
        return SameName(Whereabouts.HERE, SameNameReason.NO_RIVAL)

    def _known(self, mention: Mention) -> list[City]:
        return self._cities.get(fold_name(mention.place or mention.region), [])

    def _is_country(self, mention: Mention) -> bool:
        region = self._regions[mention.region]
        return mention.place is None and any(country_named(name) for name in (region.name, *region.aliases))

    def _rivals(self, mention: Mention, home: frozenset[str]) -> frozenset[str]:
        """Return the countries in which the gazetteer has a namesake."""
        region = self._regions[mention.region]
        found = {city.country for city in self._known(mention)}
        if not found & home and mention.place is not None:
            return frozenset()  # the gazetteer knows only others of that name, of which the watched one may be one
        aliases = () if mention.place else region.aliases
        if not us_states().keys().isdisjoint((mention.place or region.name, *aliases)):
            found.add("US")
        return frozenset(found - home)


class _Scene:
    """What is named around the mentions of one text, counted once."""

    def __init__(
        self, body: str, near: Sequence[Sighting], named: Sequence[Sighting], mentions: Sequence[Mention],
        homes: dict[str, frozenset[str]],
    ) -> None:  # fmt: skip
        self.body = body
        self.counts = Counter(seen.code for seen in named)
        self.local = Counter(seen.code for seen in named if seen.code not in _POWERS or seen.state)
        self._near, self._starts = near, [seen.start for seen in near]
        self._names = {(homes[m.region], m.place or m.region) for m in mentions}

    def around(self, mention: Mention, reach: int) -> Sequence[Sighting]:
        """Return the sightings that begin within `reach` characters of the mention."""
        first = bisect_left(self._starts, mention.start - reach)
        return self._near[first : bisect_right(self._starts, mention.end + reach)]

    def itself(self, mention: Mention) -> Counter[str]:
        """Return what the mention's own words name."""
        inside = (s for s in self.around(mention, 0) if s.start >= mention.start and s.end <= mention.end)
        return Counter(seen.code for seen in inside)

    def names_at(self, home: frozenset[str]) -> set[str]:
        """Return the watched names of the text that lie in one of the countries of `home`."""
        return {name for countries_of, name in self._names if countries_of & home}


def _written(region: Region) -> list[str]:
    return [region.name, *region.aliases, *(n for place in region.places for n in (place.name, *place.aliases))]


def _population(city: City) -> int:
    return city.population


def _beside(
    body: str, mention: Mention, near: Sequence[Sighting], home: frozenset[str], rivals: frozenset[str]
) -> SameName | None:
    """Read "Tripoli, Lebanon", "Tripoli in northern Lebanon", "the Lebanese city of Tripoli", "Lebanon's Tripoli"."""
    for seen in near:
        if mention.end <= seen.start <= mention.end + _NEAR:
            joined = bool(_AFTER.fullmatch(body, mention.end, seen.start)) and not seen.people
            close = joined and (seen.code in rivals | home or bool(_ENDS_NAME.match(body, seen.end)))
        elif mention.start - _NEAR <= seen.end <= mention.start:
            close = seen.code in rivals | home and bool(_BEFORE.match(body[seen.end : mention.start]))
        else:
            continue
        if close and seen.code in home:
            return SameName(Whereabouts.HERE, SameNameReason.COUNTRY_BESIDE, seen.code)
        unrelated = seen.start > mention.end and seen.code not in _neighbours(home)
        if close and home and (seen.code in rivals or unrelated):
            return SameName(Whereabouts.ELSEWHERE, SameNameReason.COUNTRY_BESIDE, seen.code)
    return None


def _neighbours(home: frozenset[str]) -> frozenset[str]:
    return frozenset(code for own in home for code in countries()[own].neighbours)

"""Who is watched: finds every mention of a watched region or place in a text, in one pass.

An Aho-Corasick automaton (Aho & Corasick, CACM 1975) holds all names, aliases, places and their systematic spellings
of all regions, so that 10,000 watched names cost no more than ten.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ahocorasick_rs import AhoCorasick

from monitor.claims.gazetteer import demonyms_of, places_of
from monitor.claims.names import other_names, spellings
from monitor.config import Region
from monitor.text.folding import Folded, fold, fold_name


class MentionReason(StrEnum):
    """Why a stretch of text counts as a mention."""

    NAME = "name"  # the region's own name
    ALIAS = "alias"  # an alias from the config
    PLACE = "place"  # a place from the config, or an alias of one
    VARIANT = "variant"  # another spelling or well-known other name of any of these
    GAZETTEER = "gazetteer"  # a place that `include` takes from the gazetteer
    ADJECTIVE = "adjective"  # the people or adjective of a watched country
    DYNAMIC = "dynamic"  # a place that the article itself puts into the region


@dataclass(frozen=True, slots=True)
class Mention:
    """`text` is exactly the text's `[start:end]`; `place` is the place's name in the config, None for the region."""

    start: int
    end: int
    text: str
    region: str
    place: str | None
    reason: MentionReason


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a pattern stands for; `cased` demands a capital in the text."""

    region: str
    place: str | None
    reason: MentionReason
    cased: bool


KINDS = (
    "region|regions|oblast|province|provinces|governorate|prefecture|district|county|municipality|city|town|village"
    "|hamlet|settlement|island|peninsula|state|territory|republic|department|canton|direction|sector|front|axis"
    "|area|valley|raion|krai|commune|suburb|neighbou?rhood|quarter|camp|port|airport"
)
_DESIGNATOR = re.compile(rf"\s+(?:{KINDS})\b", re.IGNORECASE)
_INTRODUCTION = re.compile(rf"\b(?:{KINDS}|strip|gulf|bay|outskirts)\s+of\s+(?:the\s+)?$", re.IGNORECASE)
_STEM = re.compile(r"^(.{4,}?)\s+(?:region|oblast|province|governorate|prefecture|raion|krai|county|department)$", re.I)
_NO_STEM = frozenset(
    re.split(
        " ",
        "north south east west northern southern eastern western central upper lower coastal capital border "
        "autonomous far north-east north-west south-east south-west new old great greater federal national",
    )
)
_PARTICLES = frozenset(
    re.split(
        " ",
        "al el ad ed as es ar er an at az ash esh the of de da do del la le las los ez",
    )
)
# English words that are places too: a capital proves nothing at the start of a sentence or in a headline.
_COMMON_WORDS = frozenset(
    re.split(
        " ",
        "reading nice mobile bath split hull orange buffalo independence enterprise union central march may sale most "
        "of male man police best same bar bee bend ford mission nova tyre mach sur van victory liberty hope paradise "
        "young battle deal rugby sandwich wells ware wash bury leek ash cork clay lima pisa normal surprise truth "
        "eagle salem friendship protection peculiar boring why accident hell rough ready pride start end bow oval "
        "angel temple bank monument tower hook ham grays rye hove crook nelson sound isle mull barking tooting "
        "church commercial government president general army force black white green golden date page phoenix",
    )
)
_SHORT_NAME = 5  # letters
_PLACED_BEFORE = re.compile(
    r"\b(?:in|at|near|from|of|to|outside|inside|around|towards?|across|into|over|between|and|leave|left|reached|entered"
    r"|on|around|north|south|east|west)\s+(?:the\s+)?$"
)
_PLACED_AFTER = re.compile(
    rf"['’]s\b|,\s+[A-Z]|\s+(?:{KINDS}|airport|railway|residents|hospital|police|council|mayor)\b", re.IGNORECASE
)
_FARTHEST = 40  # characters before a mention in which "the city of" may stand
_UNSPACED = re.compile(r"[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF]")


class RegionIndex:
    """All watched names in one automaton."""

    def __init__(self, regions: Sequence[Region]) -> None:
        self.regions = {region.name: region for region in regions}
        meanings: dict[str, dict[str, _Meaning]] = {}
        for region in regions:
            for pattern, meaning in _patterns(region):
                if pattern:
                    meanings.setdefault(pattern, {}).setdefault(meaning.region, meaning)
        self._excluded: dict[str, set[str]] = {}
        for region in regions:
            for phrase in region.exclude:
                if fold_name(phrase):
                    self._excluded.setdefault(fold_name(phrase), set()).add(region.name)
        self._keys = list(dict.fromkeys([*meanings, *self._excluded]))
        self._meanings = meanings
        self._automaton = AhoCorasick(self._keys) if self._keys else None

    @classmethod
    def build(cls, regions: Sequence[Region]) -> RegionIndex:
        """Index the names, aliases, places and included gazetteer places of `regions`."""
        return cls(regions)

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in text order; the longest of overlapping ones, one a region where names are shared."""
        if self._automaton is None:
            return []
        folded = fold(text)
        hits, banned = self._hits(text, folded)
        caseless = not any(char.isupper() for char in text)
        found = [
            _mention(text, start, end, meaning)
            for start, end, pattern in _longest(hits)
            for meaning in self._meanings[pattern].values()
            if (caseless or not meaning.cased or _capitalised(text[start:end]))
            and (not _needs_context(text, start, pattern, meaning) or _has_context(text, start, end))
            and not _banned(banned.get(meaning.region, []), start, end)
        ]
        return sorted(found, key=lambda mention: (mention.start, mention.end))

    def _hits(self, text: str, folded: Folded) -> tuple[list[tuple[int, int, str]], dict[str, list[tuple[int, int]]]]:
        """Return the whole-word matches that name a region, and the spans that `exclude` keeps from one."""
        assert self._automaton is not None
        hits: list[tuple[int, int, str]] = []
        banned: dict[str, list[tuple[int, int]]] = {}
        for index, first, last in self._automaton.find_matches_as_indexes(folded.text, overlapping=True):
            start, end = folded.span(first, last)
            end = _with_marks(text, end)
            if not _whole_word(text, start, end):
                continue
            key = self._keys[index]
            if key in self._meanings:
                hits.append((start, end, key))
            if key in self._excluded:
                for region in self._excluded[key]:
                    banned.setdefault(region, []).append((start, end))
        return hits, {region: sorted(spans) for region, spans in banned.items()}


def _patterns(region: Region) -> Iterator[tuple[str, _Meaning]]:
    """Yield every folded pattern of a region, the surest meaning first."""
    written = [
        *((name, place.name, MentionReason.PLACE) for place in region.places for name in (place.name, *place.aliases)),
        (region.name, None, MentionReason.NAME),
        *((alias, None, MentionReason.ALIAS) for alias in region.aliases),
    ]
    for name, place, reason in written:
        yield fold_name(name), _Meaning(region.name, place, reason, _has_capital(name))
    for name, place, _ in written:
        for other in _others(name):
            yield other, _Meaning(region.name, place, MentionReason.VARIANT, _has_capital(name))
    for name, place, _ in written:
        if place is None:
            for word in demonyms_of(name):
                yield fold_name(word), _Meaning(region.name, None, MentionReason.ADJECTIVE, True)
    for where in region.include:
        for name, alternates in places_of(where.country, where.admin1):
            for other in (name, *alternates):
                yield fold_name(other), _Meaning(region.name, name, MentionReason.GAZETTEER, _has_capital(other))


def _others(name: str) -> Iterator[str]:
    stem = _STEM.match(name)
    bases = [name]
    if stem and not set(stem.group(1).lower().split()) & _NO_STEM:
        bases.append(stem.group(1))
    for base in bases:
        yield fold_name(base)
        yield from sorted(spellings(base))
        for other in sorted(other_names(base)):
            yield fold_name(other)
            yield from sorted(spellings(other))


def _longest(hits: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield leftmost-longest hits that do not overlap."""
    reached = 0
    for start, end, pattern in sorted(set(hits), key=lambda hit: (hit[0], -hit[1])):
        if start >= reached:
            reached = end
            yield start, end, pattern


def _mention(text: str, start: int, end: int, meaning: _Meaning) -> Mention:
    if meaning.reason is not MentionReason.ADJECTIVE:
        if after := _DESIGNATOR.match(text, end):
            end = after.end()
        if before := _INTRODUCTION.search(text[max(0, start - _FARTHEST) : start]):
            start -= len(before.group())
    return Mention(start, end, text[start:end], meaning.region, meaning.place, meaning.reason)


def _with_marks(text: str, end: int) -> int:
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _whole_word(text: str, start: int, end: int) -> bool:
    """Tell whether `[start:end]` stands alone; scripts without spaces between words have no such edge."""
    if _UNSPACED.match(text[start]):
        return True
    return not _joined_before(text, start) and not (end < len(text) and (text[end].isalnum() or text[end] == "_"))


def _joined_before(text: str, start: int) -> bool:
    if start == 0:
        return False
    previous = text[start - 1]
    if previous in "'’" and start >= 2 and text[start - 2].isalpha():
        return text[start - 2] not in "dDlL"
    return previous.isalnum() or previous == "_" or bool(unicodedata.combining(previous))


def _needs_context(text: str, start: int, pattern: str, meaning: _Meaning) -> bool:
    """Tell whether a capital is too little: an English word opening a sentence, or a name only the gazetteer chose."""
    if meaning.reason is MentionReason.GAZETTEER:
        return pattern in _COMMON_WORDS or len(pattern) <= _SHORT_NAME
    before = text[max(0, start - 3) : start].rstrip(" \"'“‘")
    return pattern in _COMMON_WORDS and before[-1:] in ("", ".", "!", "?", ":", "\n")


def _has_context(text: str, start: int, end: int) -> bool:
    """Tell whether the words beside `[start:end]` speak of a place: "in Reading", "Nice airport"."""
    before, after = text[max(0, start - _FARTHEST) : start], text[end : end + _FARTHEST]
    return bool(_PLACED_BEFORE.search(before) or _PLACED_AFTER.match(after))


def _banned(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether an excluded phrase covers `[start:end]`; phrases are short, so only those about here can."""
    last = bisect_right(spans, (start, sys.maxsize))
    return any(first <= start and end <= until for first, until in spans[max(0, last - 8) : last])


def _has_capital(name: str) -> bool:
    return any(char.isupper() for char in name)


def _capitalised(written: str) -> bool:
    """Tell whether the first word that is no particle begins with a capital, or has none to show (other scripts)."""
    words = [word for word in re.split(r"[\s'’ʼ\-‐-–]+", written) if word]
    bearing = next((word for word in words if word.lower() not in _PARTICLES), words[0] if words else "")
    return not bearing or not bearing[0].islower()

"""Places that an article itself puts into a watched region: "Berdin, a hamlet 15 km north-east of Sudzha"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from monitor.claims.outside import kinds_of, regions_named
from monitor.claims.regions import Mention, MentionReason
from monitor.claims.world import Sighting

_WORD = r"[^\W\d_a-z][\w'’ʼ]{1,30}(?:-[\w'’]{1,30}){0,3}"
_NAME = rf"(?P<name>{_WORD}(?: (?:al|el|de|da|do|del)?-?{_WORD}){{0,2}})"
_KIND = (
    r"(?:villages?|hamlets?|towns?|settlements?|suburbs?|districts?|neighbou?rhoods?|quarters?|communit(?:y|ies)"
    r"|localit(?:y|ies)|outskirts|camps?|cit(?:y|ies)|outposts?|communes?|municipalit(?:y|ies)|checkpoints?)"
)
_SIDE = r"(?:north|south|east|west)(?:-?(?:east|west))?(?:ern)?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_KIND} of {_NAME}",
        rf"\b(?:neighbou?ring|nearby|adjacent) (?:{_KIND} (?:of )?)?{_NAME}",
        rf"\b{_NAME},? (?:which is )?(?:an?|the|another|some|about|roughly) (?:[\w-]+ ){{0,3}}{_KIND}\b",
        rf"\b{_NAME}, (?:(?:about|some|roughly|just|a few|around|lying|located|situated|\d[\d.,]*) )*"
        rf"(?:(?:km|kms|kilomet(?:re|er)s?|miles?) )?(?:to the )?{_SIDE} of ",
        rf"\b{_NAME}, (?:a|some|about|\d)[\w .,-]{{0,25}}(?:km|kilomet(?:re|er)s|miles?) (?:from|outside) ",
        rf"\b{_NAME} (?:village|hamlet|town|settlement|district|neighbou?rhood)\b",
        rf"\b(?:village|hamlet|town|settlement|suburb)(?:'s)? {_NAME}",
    )
)
_OPENERS = frozenset(
    re.split(
        " ",
        "The A An In At On Near From But And For After Before As When While Since His Her Their Its Our",
    )
)
_STOP = re.compile(r"[.!?]\s|\n")
_REACH = 200  # characters between a place and the watched place that locates it


def dynamic_places(
    text: str, mentions: Sequence[Mention], world: Sequence[Sighting], default: str | None
) -> list[Mention]:
    """Return every occurrence of the places that `text` puts beside a mention, or anywhere when about `default`."""
    regions: dict[str, str] = {}
    taken = _Spans([*((m.start, m.end) for m in mentions), *((s.start, s.end) for s in world)])
    starts = [m.start for m in mentions]
    others = regions_named(text, kinds_of(mentions))
    for name, at in _described(text):
        if others and _put_elsewhere(text, at, others, starts):
            continue
        if taken.overlap(at, at + len(name)):
            continue
        nearest = bisect_left(starts, at)
        beside = [m for m in mentions[max(0, nearest - 1) : nearest + 1] if abs(m.start - at) <= _REACH]
        same = [m for m in beside if "\n\n" not in text[min(m.start, at) : max(m.start, at)]]
        region = min(same, key=lambda m: abs(m.start - at)).region if same else default
        if region is not None:
            regions.setdefault(name, region)
    return _occurrences(text, regions, _Spans([(m.start, m.end) for m in mentions]))


def _put_elsewhere(text: str, at: int, others: Sequence[int], starts: Sequence[int]) -> bool:
    """True for a place in a sentence that names another region and nothing watched; `starts` are of the mentions."""
    begin = max((m.end() for m in _STOP.finditer(text, max(0, at - 300), at)), default=max(0, at - 300))
    stop = _STOP.search(text, at, at + 300)
    end = stop.start() if stop is not None else min(len(text), at + 300)
    here = bisect_left(starts, begin) < bisect_left(starts, end)
    return not here and bisect_left(others, begin) < bisect_left(others, end)


class _Spans:
    """Spans that do not overlap each other much, asked for overlaps in logarithmic time."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def overlap(self, start: int, end: int) -> bool:
        """Tell whether `[start:end]` shares a character with any span."""
        return bisect_right(self._ends, start) < bisect_left(self._starts, end)


def _described(text: str) -> Iterator[tuple[str, int]]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            name, at = match["name"], match.start("name")
            first, _, rest = name.partition(" ")
            if first in _OPENERS:
                name, at = rest, at + len(first) + 1
            if len(name) >= 3 and not name.isupper():
                yield re.sub(r"['’]s?$", "", name), at


def _occurrences(text: str, regions: dict[str, str], taken: _Spans) -> list[Mention]:
    if not regions:
        return []
    names = sorted(regions, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)")
    return [
        Mention(m.start(), m.end(), m.group(), regions[m.group()], m.group(), MentionReason.DYNAMIC)
        for m in pattern.finditer(text)
        if not taken.overlap(m.start(), m.end())
    ]

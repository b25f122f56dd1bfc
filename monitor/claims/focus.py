"""Where we are in the text: the watched region and the place that each sentence is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.claims.datelines import Dateline, dateline
from monitor.claims.dynamic import dynamic_places
from monitor.claims.outside import kinds_of, other_region
from monitor.claims.regions import Mention, MentionReason, RegionIndex
from monitor.claims.samename import SameName, SameNames, Whereabouts
from monitor.claims.world import Sighting, located, sightings

__all__ = ["ArticleFocus", "Dateline", "Focus", "FocusReason", "PlaceFocus", "dateline"]


class FocusReason(StrEnum):
    """Why a sentence is held to be about its region."""

    EXPLICIT = "explicit"  # it names the region or a place in it
    ANAPHOR = "anaphor"  # "the village", "the province": the last suitable place
    CARRIED = "carried"  # the place named before it in the paragraph
    OUTSIDE = "outside"  # it, or the sentence before it, says that it is about another region
    DEFAULT = "default"  # the article's own place, from title and lead
    NONE = "none"  # nothing watched is in focus


@dataclass(frozen=True, slots=True)
class Focus:
    """What one sentence `[start:end]` of the text is about.

    `regions` are names of watched regions, the chief one first, none when the sentence is about none. `place` is the
    finest place in focus (None: the region itself); `places` are all watched or described places that the sentence
    names, as in the config; `elsewhere` the places abroad in which it says that something is ("in Rome").
    """

    start: int
    end: int
    regions: tuple[str, ...]
    place: str | None
    places: tuple[str, ...]
    reason: FocusReason
    elsewhere: tuple[str, ...] = ()

    @property
    def region(self) -> str | None:
        """The chief region."""
        return self.regions[0] if self.regions else None


@dataclass(frozen=True, slots=True)
class ArticleFocus:
    """The focus of the title and of every sentence, in order; `about` are the article's regions, the chief first.

    `mentions` are those taken as the watched places; `rejected` those of another place of the name, with the reason.
    """

    title: Focus
    sentences: tuple[Focus, ...]
    about: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()
    rejected: tuple[tuple[Mention, SameName], ...] = ()
    dateline: Dateline | None = None

    @property
    def regions(self) -> tuple[str, ...]:
        """Every watched region that the article names or is about, those named most first."""
        counts = Counter(mention.region for mention in self.mentions)
        counts.update(region for focus in (self.title, *self.sentences) for region in focus.regions)
        return tuple(sorted({*counts, *self.about}, key=lambda region: (-counts[region], region)))


_SMALL = re.compile(
    r"\b(?:the|that|this)\s+(?:same\s+|whole\s+|entire\s+|besieged\s+|border\s+|frontline\s+)?(?P<noun>village|hamlet|town"
    r"|settlement|city|port|bridge|island|camp|hospital|airport|suburb|district|neighbou?rhood|quarter|station)\b"
    r"|\b(?P<there>there)\b(?!\s+(?:is|are|was|were|has|have|had|will|would|may|might|could|can|be|s)\b)",
    re.IGNORECASE,
)
_LARGE = re.compile(
    r"\b(?:the|that|this)\s+(?:whole\s+|entire\s+)?(?:region|oblast|province|governorate|strip|peninsula|country"
    r"|territory|state|enclave|salient)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:\b(?:north|south|east|west)\w*|\bkm|\bkilomet(?:re|er)s|\bmiles?|\boutside|\bfrom|\bnear|\btowards?)"
    r"(?:\s+(?:of|from))?\s+(?:the\s+)?(?:\w+\s+of\s+)?$"
)
_SHORT_ARTICLE = 14  # sentences
_REMEMBERED = 24  # places that "the village" can point back to


class PlaceFocus:
    """Follows the place in focus through an article."""

    def __init__(self, index: RegionIndex) -> None:
        self._index = index
        self._same = SameNames(tuple(index.regions.values()))

    def of(self, title: str, text: str, sentences: Sequence[tuple[int, int]]) -> ArticleFocus:
        """Return the focus of the title and of each sentence, given as spans of `text`."""
        head = dateline(text)
        in_title, rejected_title = self._settle(title, text, self._index.find(title), in_text=False)
        found, rejected = self._settle(title, text, self._index.find(text), in_text=True)
        body = [m for m in found if head is None or m.start >= head.end]
        if not (found or in_title):
            return _nothing(title, sentences, (*rejected_title, *rejected), head)
        world = sightings(text)
        about = self._about(title, text, in_title, body, world, len(sentences))
        if not about and head is not None and not rejected:
            about = self._filed_from(title, text, found, head, world)
        body = sorted(
            [*body, *dynamic_places(text, body, world, about[0] if about else None)], key=lambda mention: mention.start
        )
        default = _first_place(text, in_title, body, about)
        walk = _Walk(text, about, default, body, world)
        return ArticleFocus(
            walk.title(title, in_title), tuple(walk.sentence(s, e) for s, e in sentences), about,
            tuple(body), (*rejected_title, *rejected), head,
        )  # fmt: skip

    def _settle(
        self, title: str, text: str, mentions: Sequence[Mention], in_text: bool
    ) -> tuple[list[Mention], tuple[tuple[Mention, SameName], ...]]:
        if not mentions:
            return [], ()
        judged = list(zip(mentions, self._same.judge(title, text, mentions, in_text), strict=True))
        kept = [mention for mention, verdict in judged if verdict.verdict is not Whereabouts.ELSEWHERE]
        return kept, tuple(pair for pair in judged if pair[1].verdict is Whereabouts.ELSEWHERE)

    def _about(
        self, title: str, text: str, in_title: Sequence[Mention], body: Sequence[Mention], world: Sequence[Sighting],
        length: int,
    ) -> tuple[str, ...]:  # fmt: skip
        """Rank the regions that the article is about: named in title or lead, or twice.

        A region named once, later on, only passes by, unless the article is local: it opens in the region's country,
        names no other, or is short and dwells on no other.
        """
        lead = _lead_end(text)
        counts = Counter(m.region for m in body)
        titled = {m.region for m in in_title}
        led = {m.region for m in body if m.start < lead}
        names = {*titled, *led, *(region for region, count in counts.items() if count >= 2)}
        if not names:
            named = [*sightings(title), *world]
            opening = {s.code for s in (*sightings(title), *(s for s in world if s.start < lead))}
            names = {
                region
                for region in counts
                if (
                    length <= _SHORT_ARTICLE
                    and (self._same.homes[region] & opening or self._settled(region, title, named))
                )
                or all(seen.code in self._same.homes[region] for seen in named)
            }
        return tuple(sorted(names, key=lambda r: (r not in titled, r not in led, -counts[r], r)))

    def _settled(self, region: str, title: str, named: Sequence[Sighting]) -> bool:
        """Tell whether no other country is in the title or named twice; those named once speak, pay or look on."""
        home = self._same.homes[region]
        abroad = Counter(seen.code for seen in named if seen.code not in home)
        return max(abroad.values(), default=0) < 2 and all(seen.code in home for seen in sightings(title))

    def _filed_from(
        self, title: str, text: str, found: Sequence[Mention], head: Dateline, world: Sequence[Sighting]
    ) -> tuple[str, ...]:
        """A report that names no place is about where it was filed, unless it opens with another country."""
        regions = tuple(dict.fromkeys(m.region for m in found if m.start < head.end))
        opening = {s.code for s in (*sightings(title), *(s for s in world if head.end <= s.start < _lead_end(text)))}
        return tuple(r for r in regions if not opening - self._same.homes[r])


class _Walk:
    """Reads sentences in order and remembers the places named so far."""

    def __init__(
        self, text: str, about: tuple[str, ...], default: str | None, mentions: Sequence[Mention],
        world: Sequence[Sighting],
    ) -> None:  # fmt: skip
        self._text, self._about, self._default = text, about, default
        self._mentions, self._world = mentions, world
        self._at = self._seen = self._reached = 0
        self._kinds = kinds_of(mentions)
        self._last: Focus | None = None  # of this paragraph
        self._named: list[Mention] = []  # places so far, the latest last

    def title(self, title: str, mentions: Sequence[Mention]) -> Focus:
        """Return the title's focus, and remember its places."""
        focus = _explicit(title, 0, len(title), mentions)
        self._named.extend(m for m in mentions if m.place)
        return focus or self._fallback(0, len(title))

    def sentence(self, start: int, end: int) -> Focus:
        """Return the focus of the next sentence."""
        here = self._take(start, end)
        abroad = self._abroad(start, end, here)
        if "\n\n" in self._text[self._reached : start]:
            self._last = None
        focus = (
            _explicit(self._text, start, end, here)
            or self._outside(start, end)
            or self._pointed(start, end)
            or self._carried(start, end)
        )
        focus = replace(focus, elsewhere=abroad)
        self._named.extend(m for m in here if m.place)
        self._last, self._reached = focus, end
        return focus

    def _take(self, start: int, end: int) -> list[Mention]:
        here = []
        while self._at < len(self._mentions) and self._mentions[self._at].start < end:
            if self._mentions[self._at].end > start:
                here.append(self._mentions[self._at])
            self._at += 1
        return here

    def _abroad(self, start: int, end: int, here: Sequence[Mention]) -> tuple[str, ...]:
        found = []
        while self._seen < len(self._world) and self._world[self._seen].start < end:
            seen = self._world[self._seen]
            watched = any(m.start < seen.end and seen.start < m.end for m in here)
            if seen.start >= start and not watched and located(self._text, seen):
                found.append(self._text[seen.start : seen.end])
            self._seen += 1
        return tuple(dict.fromkeys(found))

    def _outside(self, start: int, end: int) -> Focus | None:
        """Give up a sentence about another region, and what follows it in its paragraph without a watched name."""
        left = self._last is not None and self._last.reason is FocusReason.OUTSIDE
        if left or other_region(self._text, start, end, self._kinds, ()):
            return Focus(start, end, (), None, (), FocusReason.OUTSIDE)
        return None

    def _pointed(self, start: int, end: int) -> Focus | None:
        """Resolve "the village", "there", "the province" to the last place that suits."""
        if not self._about:
            return None
        sentence = self._text[start:end]
        if small := _SMALL.search(sentence):
            noun = (small["noun"] or "").lower()
            recent = self._named[-_REMEMBERED:]
            suited = [m for m in recent if noun and noun in (m.place or "").lower()] or recent
            if suited and (suited[-1].region in self._about):
                return Focus(start, end, (suited[-1].region,), suited[-1].place, (), FocusReason.ANAPHOR)
        if _LARGE.search(sentence):
            region = self._last.region if self._last and self._last.region in self._about else self._about[0]
            return Focus(start, end, (region,), None, (), FocusReason.ANAPHOR)
        return None

    def _carried(self, start: int, end: int) -> Focus:
        if self._last is not None and self._last.region in self._about:
            return replace(self._last, start=start, end=end, places=(), reason=FocusReason.CARRIED)
        return self._fallback(start, end)

    def _fallback(self, start: int, end: int) -> Focus:
        reason = FocusReason.DEFAULT if self._about else FocusReason.NONE
        return Focus(start, end, self._about[:1], self._default, (), reason)


def _nothing(
    title: str, sentences: Sequence[tuple[int, int]], rejected: tuple[tuple[Mention, SameName], ...],
    head: Dateline | None,
) -> ArticleFocus:  # fmt: skip
    spans = tuple(Focus(s, e, (), None, (), FocusReason.NONE) for s, e in sentences)
    return ArticleFocus(Focus(0, len(title), (), None, (), FocusReason.NONE), spans, (), (), rejected, head)


def _explicit(text: str, start: int, end: int, mentions: Sequence[Mention]) -> Focus | None:
    """Read the sentence's own places; a place that only says where another lies comes after the others."""
    if not mentions:
        return None
    ranked = sorted(mentions, key=lambda m: (m.reason is MentionReason.ADJECTIVE, _refers(text, m), m.start))
    regions = tuple(dict.fromkeys(m.region for m in ranked))
    places = tuple(dict.fromkeys(m.place for m in mentions if m.place))
    place = next((m.place for m in ranked if m.place and m.region == regions[0]), None)
    return Focus(start, end, regions, place, places, FocusReason.EXPLICIT)


def _refers(text: str, mention: Mention) -> bool:
    return bool(_REFERENCE.search(text[max(0, mention.start - 40) : mention.start]))


def _first_place(
    text: str, in_title: Sequence[Mention], mentions: Sequence[Mention], about: Sequence[str]
) -> str | None:
    """Return the place of the title, else of the lead; None leaves the region itself."""
    if not about:
        return None
    lead = _lead_end(text)
    opening = (*in_title, *(m for m in mentions if m.start < lead))
    return next((m.place for m in opening if m.region == about[0] and m.place), None)


def _lead_end(text: str) -> int:
    """Return where the first two paragraphs end."""
    breaks = [match.end() for match in re.finditer(r"\n\s*\n", text)]
    return breaks[1] if len(breaks) > 1 else len(text)

"""Where we are in the text: the watched region and the place that each sentence is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.claims.regions import Mention, RegionIndex


class FocusReason(StrEnum):
    """Why a sentence is held to be about its region."""

    EXPLICIT = "explicit"  # it names the region or a place in it
    CARRIED = "carried"  # the place named before it in the paragraph
    DEFAULT = "default"  # the article's own place, from title and lead
    NONE = "none"  # the article is not about a watched region here


@dataclass(frozen=True, slots=True)
class Focus:
    """What one sentence `[start:end]` of the text is about.

    `regions` are names of watched regions, the chief one first, none when the sentence is about none. `place` is the
    finest place in focus (None: the region itself); `places` are all places that the sentence names, as in the config.
    """

    start: int
    end: int
    regions: tuple[str, ...]
    place: str | None
    places: tuple[str, ...]
    reason: FocusReason

    @property
    def region(self) -> str | None:
        """The chief region."""
        return self.regions[0] if self.regions else None


@dataclass(frozen=True, slots=True)
class ArticleFocus:
    """The focus of the title and of every sentence, in order; `about` are the article's regions, the chief first."""

    title: Focus
    sentences: tuple[Focus, ...]
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dateline:
    """The head of an agency report: "KYIV, Jan 5 (Agency) —". `end` is where the report itself begins."""

    place: str
    date: str
    end: int


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DATELINE = re.compile(
    r"\s*(?P<place>[^\W\d_](?:[^\W\d_]|[ .'’\-/]|, (?![JFMASOND][a-z]{2})){1,60}?)"
    rf"(?:,\s*(?P<date>{_MONTH}\s+\d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}}(?:\s+{_MONTH})(?:,? \d{{4}})?))?"
    r"\s*(?:\((?P<agency>[^()\n]{2,50})\))?\s*(?P<dash>—|–|--| - |:)\s*"
)


def dateline(text: str) -> Dateline | None:
    """Return the dateline that `text` opens with; its place must be in capitals, or a date or agency must follow."""
    match = _DATELINE.match(text)
    if not match:
        return None
    place, marked = match["place"].strip(), bool(match["date"] or match["agency"])
    if not (place.isupper() or (marked and place[:1].isupper() and len(place.split()) <= 4)):
        return None
    if match["dash"] == ":" and not marked:
        return None
    return Dateline(place, match["date"] or "", match.end())


class PlaceFocus:
    """Follows the place in focus through an article."""

    def __init__(self, index: RegionIndex) -> None:
        self._index = index

    def of(self, title: str, text: str, sentences: Sequence[tuple[int, int]]) -> ArticleFocus:
        """Return the focus of the title and of each sentence, given as spans of `text`."""
        in_title = self._index.find(title)
        head = dateline(text)
        mentions = [m for m in self._index.find(text) if head is None or m.start >= head.end]
        about = _about(in_title, mentions, text)
        if head and not about and not in_title:
            about = ()
        default = _first_place(in_title, mentions, about)
        title_focus = _explicit(0, len(title), in_title) or Focus(
            0, len(title), about[:1], default, (), FocusReason.DEFAULT if about else FocusReason.NONE
        )
        return ArticleFocus(title_focus, tuple(_follow(text, sentences, mentions, about, default)), about)


def _about(in_title: Sequence[Mention], mentions: Sequence[Mention], text: str) -> tuple[str, ...]:
    """Rank the regions that the article is about: named in the title, in its first two paragraphs, or twice."""
    lead = _lead_end(text)
    counts = Counter(m.region for m in mentions)
    titled = {m.region for m in in_title}
    led = {m.region for m in mentions if m.start < lead}
    names = {*titled, *led, *(r for r, n in counts.items() if n >= 2)}
    return tuple(sorted(names, key=lambda r: (r not in titled, r not in led, -counts[r], r)))


def _lead_end(text: str) -> int:
    paragraphs = [m.end() for m in re.finditer(r"\n\s*\n", text)]
    return paragraphs[1] if len(paragraphs) > 1 else len(text)


def _first_place(in_title: Sequence[Mention], mentions: Sequence[Mention], about: Sequence[str]) -> str | None:
    for mention in (*in_title, *mentions):
        if about and mention.region == about[0] and mention.place:
            return mention.place
    return None


def _explicit(start: int, end: int, mentions: Sequence[Mention]) -> Focus | None:
    if not mentions:
        return None
    regions = tuple(dict.fromkeys(m.region for m in mentions))
    places = tuple(dict.fromkeys(m.place for m in mentions if m.place))
    place = next((m.place for m in mentions if m.place and m.region == regions[0]), None)
    return Focus(start, end, regions, place, places, FocusReason.EXPLICIT)


def _follow(
    text: str, sentences: Sequence[tuple[int, int]], mentions: Sequence[Mention], about: tuple[str, ...],
    default: str | None,
) -> list[Focus]:  # fmt: skip
    found: list[Focus] = []
    last: Focus | None = None
    reached = at = 0
    for start, end in sentences:
        here: list[Mention] = []
        while at < len(mentions) and mentions[at].start < end:
            if mentions[at].start >= start:
                here.append(mentions[at])
            at += 1
        if last is not None and "\n\n" in text[reached:start]:
            last = None
        focus = _explicit(start, end, here)
        if focus is None and last is not None and last.region in about:
            focus = replace(last, start=start, end=end, places=(), reason=FocusReason.CARRIED)
        elif focus is None:
            reason = FocusReason.DEFAULT if about else FocusReason.NONE
            focus = Focus(start, end, about[:1], default, (), reason)
        found.append(focus)
        last, reached = focus, end
    return found

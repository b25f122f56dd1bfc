"""A small world on loopback with a known right answer: two sides, each village claimed by both, a webhook that listens.

with World(villages=20) as world:
    config = world.write_config(folder)
    …
    assert world.alerted() == Counter(world.villages)

Every pair of articles is one conflict, by the bundled tagger and engine as by the tagger of `plugin/`.
"""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from tests.fakes.loopback import Answer, Item, Loopback, Seen

SIDES = ("Alpha", "Bravo")
SAYS = {
    "Alpha": "The Alpha army captured {village} on Tuesday, its spokesman said.",
    "Bravo": "The Bravo army still holds {village}, its commander said on Tuesday.",
}
_HEADS = ("Ka", "Ve", "Mo", "Ta", "Ru", "Li", "So", "De", "Bo", "Ne")
_MIDDLES = ("lin", "rad", "mor", "vet", "stor", "nik", "gar", "dul", "pra", "zem")
_TAILS = ("ovka", "itsa", "grad", "holm", "ysk", "ino", "ava", "escu")
_WORDS = (
    *("market", "bridge", "river", "winter", "morning", "school", "harvest", "engine", "timber", "window", "council"),
    *("letter", "garden", "signal", "valley", "copper", "stone", "doctor", "train", "blanket", "station", "kitchen"),
    *("hammer", "candle", "orchard", "ladder", "mirror", "needle", "ribbon"),
)


def village_names() -> list[str]:
    """Return 8000 names of places that nobody knows, always in one order, none of which begins another."""
    names = ["".join(parts) for parts in itertools.product(_HEADS, _MIDDLES, ("", *_MIDDLES[:9]), _TAILS)]
    random.Random(1).shuffle(names)
    return names


def _sentence(words: random.Random) -> str:
    a, b, c, d, e, f = words.sample(_WORDS, 6)
    return f"After the {a} and {b} it was {c} for the {d}, but not {e} or {f}."


class World:
    """Two outlets, an article of each about every village, and a receiver of alerts.

    `publish` lists the next villages, `watched` are all that the config names.
    """

    def __init__(
        self,
        villages: int,
        feeds: int = 4,
        start: datetime | None = None,
        watched: int | None = None,
        sentences: int = 6,
    ) -> None:
        self.watched = village_names()[: watched or villages]
        self.villages: list[str] = []
        self.web = Loopback()
        self.received: list[str] = []
        self.answer = 200  # of the webhook
        self._first, self._feeds, self._sentences = villages, feeds, sentences
        self._start = start or datetime.now(UTC) - timedelta(hours=6)

    def __enter__(self) -> World:
        self.web.__enter__()
        self.web.answer("/alerts", self._receive)
        self.publish(self._first)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.web.__exit__(kind, error, trace)

    def _receive(self, request: Seen) -> Answer:
        if self.answer == 200:
            self.received.append(request.body.decode())
        return Answer(self.answer, b"ok")

    def publish(self, villages: int) -> list[str]:
        """Put articles about the next villages into the feeds, in place of those that were there; return the names."""
        fresh = self.watched[len(self.villages) : len(self.villages) + villages]
        self.villages += fresh
        self.feeds: list[str] = []
        for number in range(self._feeds):
            army = SIDES[number % 2]
            here = fresh[number // 2 :: max(self._feeds // 2, 1)]
            self.feeds.append(self.web.feed(f"/feed{number}.xml", [self._item(army, village) for village in here]))
        return fresh

    def _item(self, army: str, village: str) -> Item:
        words = random.Random(f"{army} {village}")  # every article in words of its own: none is a copy of another
        prose = [_sentence(words) for _ in range(self._sentences)]
        title = f"{army} speaks of {village}"
        paragraphs = [f"{SAYS[army].format(village=village)} {prose[0]}", *prose[1:]]
        link = self.web.page(f"/{army.lower()}/{village.lower()}", title, paragraphs)
        return Item(title, link, published=self._start)

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return 2 * len(self.villages)

    def write_config(self, folder: Path, **more: object) -> Path:
        """Write a config that watches this world and return its path."""
        names = [f"{SIDES[number % 2]} Post {number}" for number in range(self._feeds)]
        config = {
            "regions": [
                {"name": f"{village} district", "places": [village], "topics": ["control"]} for village in self.watched
            ],
            "sources": [
                {"name": name, "feed": feed, "every": "1h"} for name, feed in zip(names, self.feeds, strict=True)
            ],
            "alerts": {"targets": [self.hook], "group_wait": "1s", "min_confidence": 0.1},
            "fetch": {"private_networks": "allow", "per_host": 16, "pace": "0s"},
            "web": {"listen": "127.0.0.1:0"},
            **more,
        }
        path = folder / "counterclaim.yaml"
        path.write_text(json.dumps(config))  # JSON is YAML
        return path

    @property
    def hook(self) -> dict[str, object]:
        """The target that the world itself listens to."""
        return {"name": "hook", "apprise": self.web.url("/alerts").replace("http://", "json://")}

    def alerted(self, *, unmarked: bool = False) -> Counter[str]:
        """Count the alerts that came by village; `unmarked` leaves out those that say they may be a repeat."""
        return count_alerts(self.received, self.villages, unmarked=unmarked)


def count_alerts(texts: Sequence[str], villages: Sequence[str], *, unmarked: bool = False) -> Counter[str]:
    """Count messages by the village that they are about; `unmarked` leaves out marked repeats."""
    known = set(villages)

    def named() -> Iterator[str]:
        for text in texts:
            if not (unmarked and "possible repeat" in text.lower()):
                yield from known & set(_words(text))

    return Counter(named())


def _words(text: str) -> list[str]:
    return "".join(char if char.isalpha() else " " for char in text).split()

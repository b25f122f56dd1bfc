"""A small world on loopback with a known right answer: two sides, each village claimed by both, a webhook that listens.

with World(villages=20) as world:
    config = world.write_config(folder)
    …
    assert world.alerted() == Counter(world.villages)
"""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from tests.fakes.loopback import Answer, Item, Loopback, Seen

PLUGIN = Path(__file__).parent / "plugin"
_WORDS = (
    *("market", "bridge", "river", "winter", "morning", "convoy", "school", "harvest", "engine", "timber", "soldier"),
    *("window", "council", "letter", "shadow", "garden", "signal", "valley", "copper", "stone", "doctor", "train"),
    *("blanket", "station", "kitchen", "hammer", "candle", "orchard", "ladder", "mirror", "needle", "ribbon"),
)


def _sentence(words: random.Random) -> str:
    a, b, c, d, e, f = words.sample(_WORDS, 6)
    return f"After the {a} and {b} it was {c} for the {d}, but not {e} or {f}."


class World:
    """Two outlets, an article of each about every village, and a receiver of alerts."""

    def __init__(self, villages: int, feeds: int = 4, start: datetime | None = None) -> None:
        self.villages = [f"Village{number}" for number in range(villages)]
        self.web = Loopback()
        self.received: list[str] = []
        self._feeds = feeds
        self._start = start or datetime.now(UTC) - timedelta(hours=6)

    def __enter__(self) -> World:
        self.web.__enter__()
        self.web.answer("/alerts", self._receive)
        self._publish()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.web.__exit__(kind, error, trace)

    def _receive(self, request: Seen) -> Answer:
        self.received.append(request.body.decode())
        return Answer(200, b"ok")

    def _publish(self) -> None:
        self.feeds: list[str] = []
        for number in range(self._feeds):
            army = ("Alpha", "Bravo")[number % 2]
            here = self.villages[number // 2 :: max(self._feeds // 2, 1)]
            items = [self._item(army, village) for village in here]
            self.feeds.append(self.web.feed(f"/feed{number}.xml", items))

    def _item(self, army: str, village: str) -> Item:
        words = random.Random(f"{army} {village}")  # every article in words of its own: none is a copy of another
        prose = [_sentence(words) for _ in range(14)]
        title = f"{army} speaks of {village}"
        paragraphs = [f"The {army} army controls {village}. {prose[0]}", *prose[1:]]
        link = self.web.page(f"/{army.lower()}/{village.lower()}", title, paragraphs)
        return Item(title, link, published=self._start)

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return 2 * len(self.villages)

    def write_config(self, folder: Path, **more: object) -> Path:
        """Write a config that watches this world and return its path."""
        names = [f"{('Alpha', 'Bravo')[number % 2]} Post {number}" for number in range(self._feeds)]
        config = {
            "regions": [{"name": "Riverland", "places": self.villages}],
            "sources": [
                {"name": name, "feed": feed, "every": "1h"} for name, feed in zip(names, self.feeds, strict=True)
            ],
            "alerts": {
                "targets": [{"name": "hook", "apprise": self.web.url("/alerts").replace("http://", "json://")}],
                "group_wait": "1s",
                "min_confidence": 0.1,
            },
            "fetch": {"private_networks": "allow"},
            "judge": {"model": "none"},
            **more,
        }
        path = folder / "counterclaim.yaml"
        path.write_text(json.dumps(config))  # JSON is YAML
        return path

    def alerted(self, *, unmarked: bool = False) -> Counter[str]:
        """Count the alerts that came by village; `unmarked` leaves out those that say they may be a repeat."""
        texts = [text for text in self.received if not (unmarked and "possible repeat" in text.lower())]
        return Counter(village for text in texts for village in self.villages if f"{village}." in text)

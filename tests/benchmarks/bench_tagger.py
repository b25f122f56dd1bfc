"""Articles a second on one core: the whole tagger beside the bare spaCy parse of the same text.

Usage: python tests/benchmarks/bench_tagger.py CASE.json ... (default: tests/cases). Prints articles a second, their
ratio to the bare parse, and peak memory: each article with the names that its own case watches (about ten), with those
of all cases, and with 10,000 more. Taggers are built and words met before the clock runs. Articles are taken a
slice at a time, all works in turn, and of each slice the best of some rounds counts: a neighbour on the machine slows
all of them alike or none.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_ROUNDS = 4
_SLICE = 20  # articles
_MOST = 200  # articles; of more, every second, third … is taken
sys.path.insert(0, str(ROOT))

from monitor.claims.sentences import plain  # noqa: E402
from monitor.claims.tagger import EnglishTagger  # noqa: E402
from monitor.config import Config, PlaceName, Region  # noqa: E402
from monitor.model import Article  # noqa: E402


def main() -> int:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", type=Path)
    cases = parser.parse_args().cases or sorted((ROOT / "tests" / "cases").glob("*.json"))
    loaded = [json.loads(path.read_text(encoding="utf-8")) for path in cases]
    every = [(case["id"], _article(raw)) for case in loaded for raw in case["articles"]]
    chosen = every[:: 1 + len(every) // _MOST]
    articles = [article for _, article in chosen]
    watched = {case["id"]: _regions(case) for case in loaded}
    regions = tuple(region for own in watched.values() for region in own)
    own = {id: EnglishTagger(Config(regions=tuple(watched[id]))) for id, _ in chosen}  # they share one parser
    everything = EnglishTagger(Config(regions=regions))
    nlp = plain(Config(regions=()).language_model)
    works: dict[str, Callable[[slice], object]] = {
        "bare parse": lambda part: list(nlp.pipe((a.text for a in articles[part]), batch_size=64))
    }
    few = sum(map(_names, watched.values())) / len(watched)
    works[f"tagger, {few:.0f} names of its case"] = partial(_tag, [(own[id], article) for id, article in chosen])
    total = sum(map(_names, watched.values()))
    works[f"tagger, {total:,} names of all"] = partial(_tag, [(everything, article) for article in articles])
    many = Region("Elsewhere", (), tuple(PlaceName(f"Xq{n}villo") for n in range(10_000)))
    crowded = EnglishTagger(Config(regions=(*regions, many)))
    works["tagger, 10,000 names more"] = partial(_tag, [(crowded, article) for article in articles])
    rates = _rates(works, len(articles))
    bare = rates["bare parse"]
    print(f"{len(articles)} articles of {sum(len(a.text.split()) for a in articles) / len(articles):.0f} words")
    for label, rate in rates.items():
        print(f"{label:<28}{rate:7.1f} articles/s, {rate / bare:.2f} of the bare parse")
    print(f"{'peak memory':<28}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MB")
    return 0


def _tag(works: Sequence[tuple[EnglishTagger, Article]], part: slice) -> None:
    for tagger, article in works[part]:
        tagger.tag(article)


def _names(regions: Sequence[Region]) -> int:
    return sum(1 + len(r.aliases) + sum(1 + len(p.aliases) for p in r.places) for r in regions)


def _rates(works: dict[str, Callable[[slice], object]], count: int) -> dict[str, float]:
    """Return units a second of processor time of each work; the first round only warms up."""
    seconds = dict.fromkeys(works, 0.0)
    for work in works.values():
        work(slice(count))
    for start in range(0, count, _SLICE):
        best = _seconds(works, slice(start, start + _SLICE))
        seconds = {label: seconds[label] + best[label] for label in works}
    return {label: count / taken for label, taken in seconds.items()}


def _seconds(works: dict[str, Callable[[slice], object]], part: slice) -> dict[str, float]:
    """Return each work's best processor time over one slice."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(_ROUNDS):
        for label, work in works.items():
            begun = time.process_time()
            work(part)
            best[label] = min(best[label], time.process_time() - begun)
    return best


def _article(raw: dict[str, Any]) -> Article:
    published = datetime.fromisoformat(raw["published"].replace("Z", "+00:00"))
    return Article(raw["id"], raw["source"], raw["url"], published, raw["title"], raw["text"])


def _regions(case: dict[str, Any]) -> list[Region]:
    return [
        Region(
            r["name"],
            tuple(r.get("aliases", ())),
            tuple(PlaceName(p if isinstance(p, str) else p["name"]) for p in r.get("places", ())),
        )
        for r in case["regions"]
    ]


if __name__ == "__main__":
    sys.exit(main())

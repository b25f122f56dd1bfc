"""Articles a second on one core: the whole tagger beside the bare spaCy parse of the same text.

Usage: python tests/benchmarks/bench_tagger.py CASE.json ... (default: tests/cases). Prints, with all names of the cases
and with 10,000 more, articles a second, their ratio to the bare parse, and peak memory. Each figure is
the best of some rounds in turn, so that a neighbour on the machine slows all of them alike or none.
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
_ROUNDS = 3
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
    every = [_article(raw) for case in loaded for raw in case["articles"]]
    articles = every[:: 1 + len(every) // _MOST]
    regions = tuple(region for case in loaded for region in _regions(case))
    named = EnglishTagger(Config(regions=regions))
    nlp = plain(Config(regions=()).language_model)
    works: dict[str, Callable[[], object]] = {
        "bare parse": lambda: list(nlp.pipe((a.text for a in articles), batch_size=64))
    }
    works["tagger, all cases' names"] = partial(_tag, named, articles)
    many = Region("Elsewhere", (), tuple(PlaceName(f"Xq{n}villo") for n in range(10_000)))
    works["tagger, 10,000 names more"] = partial(_tag, EnglishTagger(Config(regions=(*regions, many))), articles)
    rates = _rates(works, len(articles))
    bare = rates["bare parse"]
    print(f"{len(articles)} articles of {sum(len(a.text.split()) for a in articles) / len(articles):.0f} words")
    for label, rate in rates.items():
        print(f"{label:<28}{rate:7.1f} articles/s, {rate / bare:.2f} of the bare parse")
    print(f"{'peak memory':<28}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MB")
    return 0


def _tag(tagger: EnglishTagger, articles: Sequence[Article]) -> None:
    for article in articles:
        tagger.tag(article)


def _rates(works: dict[str, Callable[[], object]], count: int) -> dict[str, float]:
    """Return units a second of processor time of each work; the first round only warms up."""
    best = dict.fromkeys(works, float("inf"))
    for turn in range(_ROUNDS + 1):
        for label, work in works.items():
            begun = time.process_time()
            work()
            best[label] = min(best[label], time.process_time() - begun) if turn else best[label]
    return {label: count / seconds for label, seconds in best.items()}


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

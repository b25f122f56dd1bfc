"""Articles a second on one core: the whole tagger beside the bare spaCy parse of the same text.

Usage: python tests/benchmarks/bench_tagger.py CASE.json ... (default: tests/cases). Prints, with the case's own names
and with 10,000 watched ones, articles a second, their ratio to the bare parse, and peak memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
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
    articles = [_article(raw) for case in loaded for raw in case["articles"]]
    regions = tuple(region for case in loaded for region in _regions(case))
    nlp = plain(Config(regions=()).language_model)
    nlp("Warm up.")
    parse = _rate(lambda: list(nlp.pipe((a.text for a in articles), batch_size=64)), len(articles))
    print(f"bare parse          {parse:7.1f} articles/s over {len(articles)} articles")
    many = Region("Elsewhere", (), tuple(PlaceName(f"Xq{n}villo") for n in range(10_000)))
    for label, watched in (("case names", regions), ("with 10,000 names", (*regions, many))):
        tagger = EnglishTagger(Config(regions=watched))
        tagger.tag(articles[0])  # lexicons and patterns are read once a process
        rate = _rate(lambda tagger=tagger: [tagger.tag(a) for a in articles], len(articles))  # type: ignore[misc]
        print(f"tagger, {label:<18}{rate:7.1f} articles/s, {rate / parse:.2f} of the bare parse")
    print(f"peak memory         {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MB")
    return 0


def _rate(work: Callable[[], object], count: int) -> float:
    begun = time.process_time()
    work()
    return count / (time.process_time() - begun)


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

"""Measure the tagger on evaluation cases: labelled evidence covered, claims per 250 words, by kind and frame.

Usage: python tools/coverage.py [--misses] [--dump CASE-ID] CASE.json ...
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from monitor.claims.tagger import EnglishTagger
from monitor.config import Config, PlaceName, Region
from monitor.model import Article, Claim


def config_of(case: dict[str, Any]) -> Config:
    """Return the watchlist of a case."""
    return Config(
        regions=tuple(
            Region(r["name"], tuple(r.get("aliases", ())), tuple(_place(p) for p in r.get("places", ())))
            for r in case["regions"]
        )
    )


def _place(raw: str | dict[str, Any]) -> PlaceName:
    return PlaceName(raw) if isinstance(raw, str) else PlaceName(raw["name"], tuple(raw.get("aliases", ())))


def article_of(raw: dict[str, Any]) -> Article:
    """Return one article of a case."""
    published = datetime.fromisoformat(raw["published"].replace("Z", "+00:00"))
    return Article(raw["id"], raw["source"], raw["url"], published, raw["title"], raw["text"])


def covers(claim: Claim, quote: str, text: str) -> bool:
    """True when claim and quote overlap by half of the shorter, in `text` = title, blank line, body."""
    start, mine = text.find(quote), text.find(claim.quote)
    shared = min(start + len(quote), mine + len(claim.quote)) - max(start, mine)
    return shared >= 0.5 * min(len(quote), len(claim.quote))


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--dump")
    parser.add_argument("cases", nargs="+", type=Path)
    options = parser.parse_args()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    frames: Counter[str] = Counter()
    claims = words = articles = 0
    begun = time.perf_counter()
    for path in options.cases:
        case = json.loads(path.read_text(encoding="utf-8"))
        tagger = EnglishTagger(config_of(case))
        tagged = {raw["id"]: tagger.tag(article_of(raw)) for raw in case["articles"]}
        texts = {raw["id"]: raw["title"] + "\n\n" + raw["text"] for raw in case["articles"]}
        articles += len(texts)
        words += sum(len(text.split()) for text in texts.values())
        claims += sum(map(len, tagged.values()))
        frames.update(claim.frame.value for found_here in tagged.values() for claim in found_here)
        if options.dump == case["id"]:
            _dump(tagged)
        for conflict in case["conflicts"]:
            for item in (e for p in conflict["positions"] for e in p["evidence"]):
                wanted[conflict["kind"]] += 1
                hit = any(covers(c, item["quote"], texts[item["article"]]) for c in tagged[item["article"]])
                found[conflict["kind"]] += hit
                if options.misses and not hit:
                    print(f"{case['id']} {item['article']} {conflict['kind']}: {item['quote']}")
    seconds = time.perf_counter() - begun
    print(f"coverage {found.total() / max(1, wanted.total()):.3f} ({found.total()}/{wanted.total()})")
    print(
        f"claims {claims}, {claims / max(1, articles):.1f} an article, {claims / max(1, words) * 250:.2f} per 250 words"
    )
    print(f"articles a second {articles / seconds:.1f}")
    for kind in sorted(wanted):
        print(f"  {kind:<15} {found[kind] / wanted[kind]:.2f} ({found[kind]}/{wanted[kind]})")
    print("  frames", dict(frames.most_common()))
    return 0


def _dump(tagged: dict[str, list[Claim]]) -> None:
    for found in tagged.values():
        for c in found:
            quantity = (
                f" {c.quantity.low:g}..{c.quantity.high:g} {c.quantity.unit} {c.quantity.type}" if c.quantity else ""
            )
            print(
                f"{c.article} {c.frame}/{c.measure} [{c.speaker.name}|{c.speaker.side}] {c.factuality} {c.hedges}"
                f" s={c.subject} a={c.actor} t={c.target} ={'not ' * c.negated}{c.answer}{quantity} @{c.place}"
                f" {c.event_time.text if c.event_time else ''}\n      {c.quote!r}"
            )


if __name__ == "__main__":
    sys.exit(main())
